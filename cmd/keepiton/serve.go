package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"keepiton"
	"keepiton/api"
	"keepiton/campaign"
	"keepiton/intake"
	"keepiton/intake/sms"
	"keepiton/review"
	"keepiton/sample"
	"keepiton/seal"
	"keepiton/signals"
	"keepiton/store"
	"keepiton/web"
	"keepiton/web/desk"
	"keepiton/web/door"
)

const serveHelp = `usage: keepiton serve [--listen :8080] [--data DIR | --db URL] [--base-url https://…] [--desk --keys PATH]

Serves the record: the public site, the desk, and the roads by which reports
come in, in one process. It prints its address when it is ready, and ends on
Ctrl-C or SIGTERM after the requests that are being answered and the reports that
are on their way in. From the first start on, the identifiers in the record are
public and stay as they are.

Reports are sealed to the keys in the folder keys inside the data folder; without
keys none is taken. They lie in sealed.db and the folder sealed.

With --feeds it watches what instruments see of the Internet and brings candidates
to the desk (keepiton help settings; docs/life-of-a-signal.md).

Analysts open them on their own machines: keepiton help desk. For one trusted
machine alone there is --desk: it opens them here, under /desk/reports/, with the
private keys that --keys names (or --gpg; --passphrase-file FILE). Whoever takes
that machine while it runs reads them; every page says so.

Readers leave no trace: logs hold no addresses, devices or searches.

  keepiton serve
  keepiton serve --listen 127.0.0.1:8080 --base-url https://shutdowns.example`

const demoHelp = `usage: keepiton demo [--listen :8080]

Serves a made-up world from a temporary folder, which is removed at the end.
Every page and export says that it is sample data. It prints links that sign two
made-up analysts in at the desk, where five made-up reports wait to be opened.

  keepiton demo --listen 127.0.0.1:8080`

func serveCommand() command {
	return command{name: "serve", summary: "the site and the desk in one process", help: serveHelp, run: runServe}
}

func demoCommand() command {
	return command{name: "demo", summary: "the same on a made-up world", help: demoHelp, run: runDemo}
}

// Limits of the server. A page has no body; forms of the desk are small, and
// the desk bounds them again.
const (
	maxHeader   = 16 << 10
	maxBody     = 4 << 20
	readHeader  = 10 * time.Second
	readWhole   = time.Minute
	writeWhole  = 10 * time.Minute // a whole download on a line of some 20 kB/s
	idle        = 2 * time.Minute
	endPatience = 10 * time.Second // of the end, with pages
	// sendPatience is for reports that are on their way in, under the 90 seconds
	// after which systemd kills a service; answerPatience for the receipt of the last.
	sendPatience   = 80 * time.Second
	answerPatience = 2 * time.Second
	memoryLimit    = 300 << 20 // the collector works harder near it
)

// serveFlags are those of keepiton serve beside the settings.
type serveFlags struct {
	desk bool
	keys keyFlags
}

func (f *serveFlags) define(set *flag.FlagSet) {
	set.BoolVar(&f.desk, "desk", false, "")
	f.keys.define(set)
}

// hosted loads the keys for a desk on the server, nil when there is to be none.
func (f *serveFlags) hosted(e *env) (*hosted, error) {
	switch {
	case !f.desk && !f.keys.given():
		return nil, nil
	case !f.desk:
		return nil, keepiton.Hint(keepiton.Errorf(wrongUse, "a server needs no private keys"), "keep them on the analysts' machines, see keepiton help desk; or add --desk and read what that weakens")
	case !f.keys.given():
		return nil, keepiton.Hint(keepiton.Errorf(wrongUse, "--desk opens reports here and needs the keys for it"), "add --keys with the file or folder of the private keys; better, run keepiton desk on the analyst's own machine")
	}
	keys, err := f.keys.load(e)
	return &hosted{keys: keys}, err
}

// serveSettings reads the settings of a command and the flags that it has.
func serveSettings(e *env, command string, args []string, own func(*flag.FlagSet)) (settings, error) {
	s, rest, err := parseSettings(e, command, args, own)
	if err == nil && len(rest) > 0 {
		err = keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%q is one word too many", rest[0]), "keepiton help "+command+" shows examples")
	}
	return s, err
}

func runServe(ctx context.Context, e *env, args []string) (int, error) {
	var f serveFlags
	s, err := serveSettings(e, "serve", args, f.define)
	if err != nil {
		return exitUsage, err
	}
	reports, err := f.hosted(e)
	if keepiton.CodeOf(err) == wrongUse {
		return exitUsage, err
	}
	if err != nil {
		return exitFailed, err
	}
	st, err := openStore(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	defer st.Close()
	if err := publishIDs(ctx, st, time.Now().UTC().Truncate(time.Second)); err != nil {
		return exitFailed, err
	}
	return serve(ctx, e, s, st, reports)
}

func runDemo(ctx context.Context, e *env, args []string) (code int, err error) {
	s, err := serveSettings(e, "demo", args, nil)
	if err != nil {
		return exitUsage, err
	}
	dir, err := os.MkdirTemp("", "keepiton-demo-*")
	if err != nil {
		return exitFailed, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	s.Data, s.DB = dir, ""
	st, err := openStore(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	defer st.Close()
	if err := fillSample(ctx, st, time.Now()); err != nil {
		return exitFailed, err
	}
	if err := demoSignals(ctx, s, st, time.Now()); err != nil {
		return exitFailed, err
	}
	keys, err := demoKeys(s, time.Now())
	if err != nil {
		return exitFailed, fmt.Errorf("made-up keys: %w", err)
	}
	return serve(ctx, e, s, st, &hosted{keys: keys[0], demo: true})
}

// fillSample writes the made-up world into an empty record and marks it.
func fillSample(ctx context.Context, st store.Store, now time.Time) error {
	var edits []store.Edit
	for _, rev := range sample.World(now) {
		edits = append(edits, store.Edit{ID: rev.Incident.ID, Base: rev.N - 1, Rev: rev})
	}
	if _, err := st.Append(ctx, edits...); err != nil {
		return fmt.Errorf("write the made-up world: %w", err)
	}
	for _, told := range sample.Stories(now) {
		rev, err := st.AppendStory(ctx, 0, keepiton.StoryRevision{Recorded: now, Role: keepiton.RoleEditor, Reason: "made up", Story: told.Story})
		if err != nil {
			return fmt.Errorf("write a made-up story: %w", err)
		}
		if m := rev.Story.Media; len(m) > 0 {
			if err := st.PutMedia(ctx, store.MediaFile{SHA256: m[0].SHA256, Type: m[0].Type, Subjects: []string{string(rev.Story.ID)}, Bytes: told.Picture}); err != nil {
				return err
			}
		}
	}
	if err := fillCampaign(ctx, st, now); err != nil {
		return err
	}
	if err := fillSignatures(ctx, st, now); err != nil {
		return err
	}
	if err := st.SetMeta(ctx, "sample", "yes"); err != nil {
		return err
	}
	return publishIDs(ctx, st, now.UTC().Truncate(time.Second))
}

// serve answers until ctx ends; reports is nil unless they are opened here.
func serve(ctx context.Context, e *env, s settings, st store.Store, reports *hosted) (code int, err error) {
	sealed, err := openSealed(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	defer func() { err = errors.Join(err, reports.close(), sealed.Close()) }()
	keys := seal.OpenFolder(keysFolder(s))
	in, err := openIntake(ctx, s, st, sealed, keys)
	if err != nil {
		return exitUsage, err
	}
	if reports != nil && reports.demo {
		if err := demoReports(ctx, in, time.Now()); err != nil {
			return exitFailed, err
		}
	}
	listeners, err := listen(s)
	if err != nil {
		return exitFailed, err
	}
	address := readable(listeners[0].Addr())
	if s.BaseURL == "" {
		s.BaseURL = address
	}
	if e.getenv("GOGC") == "" && e.getenv("GOMEMLIMIT") == "" {
		// The heap is small, so collecting it rarely costs little memory and
		// gives a tenth more pages a second; the limit keeps a large record in bounds.
		debug.SetGCPercent(800)
		debug.SetMemoryLimit(memoryLimit)
	}
	log := slog.New(slog.NewTextHandler(e.stderr, nil))
	for _, l := range listeners {
		if l.onion && reachable(l) {
			log.WarnContext(ctx, "other machines may reach the listener of the onion service: what they send comes in by its lane", "onion-listen", s.Onion)
		}
	}
	made, err := st.Meta(ctx, "sample")
	if err != nil {
		return exitFailed, err
	}
	alerts, err := openAlerts(s, st, made != "", log)
	if err != nil {
		for _, l := range listeners {
			l.Close()
		}
		return exitUsage, err
	}
	beats, err := openHeart(ctx, s)
	if err != nil {
		for _, l := range listeners {
			l.Close()
		}
		return exitUsage, err
	}
	defer func() { err = errors.Join(err, beats.close()) }()
	eyes, err := openWatching(ctx, e, s, st, alerts.mailer, log)
	if err != nil {
		for _, l := range listeners {
			l.Close()
		}
		return exitUsage, err
	}
	defer func() { err = errors.Join(err, eyes.close()) }()
	board, shut, err := openBoard(ctx, s, st, eyes)
	if err != nil {
		for _, l := range listeners {
			l.Close()
		}
		return exitFailed, err
	}
	defer func() { err = errors.Join(err, shut()) }()
	handler, err := site(ctx, s, st, in, keys, reports, alerts, board, beats, log)
	if err != nil {
		for _, l := range listeners {
			l.Close()
		}
		return exitFailed, err
	}
	mails, err := listenForMail(s, in, log)
	if err != nil {
		for _, l := range listeners {
			l.Close()
		}
		return exitUsage, err
	}
	defer mails.close()
	fmt.Fprintf(e.stdout, "KeepItOn is at %s\n", address)
	if reports != nil && reports.demo {
		if err := demoPeople(ctx, e, s, st); err != nil {
			return exitFailed, err
		}
	}
	tending, stop := context.WithCancel(ctx)
	tended := make(chan struct{})
	go func() {
		var all sync.WaitGroup
		all.Go(func() { tend(tending, in, &campaign.Sweeper{Entries: st, Media: st, Now: time.Now}, keys, log) })
		all.Go(func() { alerts.run(tending) })
		all.Go(func() { eyes.run(tending) })
		all.Go(func() { beats.run(tending, log) })
		all.Go(func() { (&releasing{newOffice(st), st, alerts.notifier.Poke, log}).run(tending) })
		all.Wait()
		close(tended)
	}()
	defer func() { stop(); <-tended }()
	if err := answer(ctx, listeners, handler, in, log); err != nil {
		return exitFailed, err
	}
	return exitGood, nil
}

// readable is the address that a person on this machine can open.
func readable(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if ip := net.ParseIP(host); err != nil || ip == nil || ip.IsUnspecified() || ip.IsLoopback() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// pageOptions say what the public pages are made of, on the site and in a copy of
// it.
func pageOptions(ctx context.Context, s settings, st store.Store, keys *seal.Folder, board *signals.Board) (web.Options, error) {
	made, err := st.Meta(ctx, "sample")
	if err != nil {
		return web.Options{}, err
	}
	onion, err := web.OnionURL(s.AtOnion)
	if err != nil {
		return web.Options{}, err
	}
	press, err := pressDesk(s)
	if err != nil {
		return web.Options{}, err
	}
	return web.Options{
		Press: press, Record: st, Stories: st, Media: st, Campaign: st, Signatures: st, BaseURL: strings.TrimRight(s.BaseURL, "/"), Onion: onion, Sample: made != "", STOP: layouts{}, Signals: board,
		Recipients: keys.Recipients, Petitions: &campaign.Petitioning{Entries: st, Box: st, Now: time.Now},
	}, nil
}

// site joins the faces on one mux.
func site(ctx context.Context, s settings, st store.Store, in *intake.Intake, keys *seal.Folder, reports *hosted, alerts *alerting, board *signals.Board, beats *heart, log *slog.Logger) (http.Handler, error) {
	until, err := s.contactUntil()
	if err != nil {
		return nil, err
	}
	public, err := pageOptions(ctx, s, st, keys, board)
	if err != nil {
		return nil, err
	}
	public.Early = st
	public.Log, public.Intake, public.Contact, public.ContactExpires = log, in, s.Contact, until
	if alerts != nil {
		alerts.petitions.Tokens = in.Partners
		alerts.offer(&public, st)
	}
	public.Linked = map[string]string{"desk": "/desk/", "api": api.Prefix + "/openapi.json"}
	pages, err := web.New(public)
	if err != nil {
		return nil, err
	}
	telling := &review.Desk{Incidents: st, Questions: st, People: st, Meta: st, Now: time.Now, Stories: st, Media: st}
	in.Withdrawing = func(ctx context.Context, id keepiton.EnvelopeID) error {
		defer pages.Expire()
		return errors.Join(telling.WithdrawFor(ctx, id), newOffice(st).StrikeFor(ctx, id))
	}
	opt := desk.Options{Store: st, Now: time.Now, BaseURL: s.BaseURL, Log: log, Sealed: in.Store, Office: newOffice(st), Preview: pages.Preview, Signals: board}
	if alerts != nil {
		opt.Address, opt.Book = alerts.keys.Masked, alerts.book
	}
	if reports != nil {
		reports.sealer = keys.Sealer
		opt.Reports = reports.face(log)
	}
	staff, err := desk.New(opt)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/api/", api.New(api.Options{Store: st, Signals: board, BaseURL: s.BaseURL, Sample: public.Sample, Log: log}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		if _, err := st.Version(r.Context()); err != nil {
			http.Error(w, "the record does not answer", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "good")
	})
	doors := door.New(door.Options{
		Intake: in, Log: log, Heart: beats.door(), SMS: &sms.Road{Intake: in, Now: time.Now},
		Secrets: map[string]string{"android": s.Android, "kannel": s.Kannel, "rapidpro": s.Rapid},
	})
	return front{pages: pages, doors: doors, desk: expiring(staff, pages), rest: http.MaxBytesHandler(mux, maxBody), log: log}, nil
}

// front sends public pages straight to the site, and what programs and people
// send to the doors and the desk, which have bounds of their own: the mux is for
// the rest.
type front struct {
	pages, doors, desk, rest http.Handler
	log                      *slog.Logger
}

func (f front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() {
		// net/http would log a panic with the reader's address.
		switch cause := recover(); cause {
		case nil:
		case http.ErrAbortHandler:
			panic(cause)
		default:
			path := web.LogPath(r.URL.Path)
			if strings.HasPrefix(path, door.Prefix) {
				path = door.Prefix // what follows may be a sender's
			}
			f.log.ErrorContext(r.Context(), "a request ended in a panic", "path", path, "cause", cause, "stack", string(debug.Stack()))
			panic(http.ErrAbortHandler)
		}
	}()
	if strings.HasPrefix(r.URL.Path, door.Prefix) {
		f.doors.ServeHTTP(w, r)
		return
	}
	if strings.HasPrefix(r.URL.Path, "/desk/") || r.URL.Path == "/desk" {
		f.desk.ServeHTTP(w, r)
		return
	}
	for _, prefix := range []string{"/api/", "/healthz"} {
		if strings.HasPrefix(r.URL.Path, prefix) || r.URL.Path+"/" == prefix {
			f.rest.ServeHTTP(w, r)
			return
		}
	}
	f.pages.ServeHTTP(w, r)
}

// expiring lets the public pages see what a form has changed at once.
func expiring(next http.Handler, pages *web.Server) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			defer pages.Expire()
		}
		next.ServeHTTP(w, r)
	})
}

// quiet drops the address of the reader, which net/http puts into its own
// messages: only the fact that a connection failed is kept.
type quiet struct{ slog.Handler }

func (q quiet) Handle(ctx context.Context, r slog.Record) error {
	kind, _, _ := strings.Cut(r.Message, " from ")
	if strings.HasPrefix(r.Message, "http: panic") {
		kind = "a request ended in a panic"
	} else if kind == r.Message {
		kind, _, _ = strings.Cut(r.Message, ": ")
	}
	return q.Handler.Handle(ctx, slog.NewRecord(r.Time, r.Level, kind, r.PC))
}
