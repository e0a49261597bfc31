package main

import (
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"keepiton"
	"keepiton/casework"
	"keepiton/casework/remote"
	"keepiton/evidence"
	"keepiton/intake"
	"keepiton/seal"
	face "keepiton/web/casework"
	"keepiton/web/desk"
)

const deskHelp = `usage: keepiton desk --server URL --keys PATH [--recipients PATH] [--listen 127.0.0.1:8090]

The analyst's desk for sealed reports, on their own machine: it pulls what was
sent to the server, opens it with keys that stay here, and shows it at an address
of this machine alone. What you decide goes back to the server, sealed where it is
not for everybody.

It shows a code: sign in at the server with your passkey, type the code there, and
confirm it. The pairing ends with this program, after two hours without use, or
when you end it in your account at the server.

  --server URL            address of the site: https, or http for an onion service
  --proxy URL             go through a SOCKS5 proxy; Tor's is socks5://127.0.0.1:9050
  --keys PATH             your private keys: a file or a folder; may stand several times
  --gpg                   also ask gpg, with its agent and cards
  --passphrase-file FILE  the passphrase of the keys; without it the terminal asks
  --recipients PATH       whom your notes are sealed to, from a source you trust: the
                          file that the site offers at /key.json once you have compared
                          its fingerprint, or a folder with campaign.asc, recipients.json
                          and recipients.json.sig; without it the folder of --keys
  --listen ADDRESS        address of the desk on this machine (default 127.0.0.1:8090)

What probes saw has a page of its own, and is taken in there as series of this
machine, in the data folder (--data): keepiton series and keepiton detect read them.

  keepiton desk --server https://shutdowns.example --keys ~/keepiton-keys
  keepiton desk --server http://….onion --proxy socks5://127.0.0.1:9050 --keys ~/keepiton-keys`

func deskCommand() command {
	return command{name: "desk", summary: "the analyst's desk for sealed reports, on their own machine", help: deskHelp, run: runDesk}
}

type deskFlags struct {
	server, proxy, recipients string
	keys                      keyFlags
}

func (f *deskFlags) define(set *flag.FlagSet) {
	set.StringVar(&f.server, "server", "", "")
	set.StringVar(&f.proxy, "proxy", "", "")
	set.StringVar(&f.recipients, "recipients", "", "")
	f.keys.define(set)
	listen := set.Lookup("listen") // the site's default is open to everybody
	listen.DefValue = "127.0.0.1:8090"
	_ = listen.Value.Set(listen.DefValue)
}

// trusted loads the keys of an analyst and the set that papers are sealed to,
// which stands beside them unless it is named.
func (f *deskFlags) trusted(e *env) (*seal.Keys, *seal.Recipients, error) {
	if !f.keys.given() {
		return nil, nil, keepiton.Hint(keepiton.Errorf(wrongUse, "no private keys were named"), "add --keys with the file or folder that keepiton key init member made, or --gpg")
	}
	path := f.recipients
	if path == "" && len(f.keys.paths) > 0 {
		path = f.keys.paths[0]
	}
	set, err := recipientsAt(path)
	if err != nil {
		return nil, nil, keepiton.Hint(fmt.Errorf("whom notes are sealed to: %w", err), "name it with --recipients: the file that the site offers at /key.json, or the folder of the campaign's public keys")
	}
	keys, err := f.keys.load(e)
	return keys, set, err
}

func runDesk(ctx context.Context, e *env, args []string) (int, error) {
	var f deskFlags
	s, rest, err := parseSettings(e, "desk", args, f.define)
	if err == nil && len(rest) > 0 {
		err = keepiton.Hint(keepiton.Errorf(wrongUse, "%q is one word too many", rest[0]), "keepiton help desk shows examples")
	}
	if err == nil && f.server == "" {
		err = keepiton.Hint(keepiton.Errorf(wrongUse, "no server was named"), "add --server https://… with the address of the site")
	}
	if err == nil {
		err = face.CheckListen(s.Listen)
	}
	if err != nil {
		return exitUsage, err
	}
	keys, set, err := f.trusted(e)
	if err != nil {
		return exitFailed, err
	}
	listener, err := net.Listen("tcp", s.Listen)
	if err != nil {
		return exitFailed, keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "%w", err), "choose another port, such as --listen 127.0.0.1:8091")
	}
	defer listener.Close()
	_, fingerprint := set.CampaignID()
	fmt.Fprintf(e.stdout, "Notes are sealed to the %d analysts that the campaign %s has signed.\n", len(set.Live()), fingerprint)
	client, err := remote.Pair(ctx, remote.Dial{URL: f.server, Proxy: f.proxy}, func(code, address string) {
		fmt.Fprintf(e.stdout, "\n  %s\n\nSign in with your passkey at %s, type this code, and confirm it. Waiting …\n", code, address)
	})
	if err != nil {
		return exitFailed, err
	}
	defer func() {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), endPatience)
		defer cancel()
		_ = client.End(last) // it ends by itself as well
	}()
	who, err := client.Account(ctx)
	if err != nil {
		return exitFailed, err
	}
	cache := &evidence.Cache{}
	defer cache.Close()
	child := evidence.Child{Cache: cache}
	own := face.Session{Desk: newDesk(client, keys, sealerOf(set), child), Account: who.Name, Organization: who.Organization, CSRF: rand.Text()}
	defer own.Desk.Close()
	prefix := face.NewPrefix()
	log := slog.New(slog.NewTextHandler(e.stderr, nil))
	fmt.Fprintf(e.stdout, "Paired as %s. Your desk is at http://%s%s/\nThe address is for you alone. Ctrl-C ends it, and with it all that was opened.\n", who.Name, listener.Addr(), prefix)
	handler := face.OnLoopback(newFace(face.Options{
		Who: func(*http.Request) (face.Session, error) { return own, nil }, Prefix: prefix, Site: f.server, Log: log,
		Evidence: child,
		TakeIn:   takeProbe(s),
	}))
	return serveLocally(ctx, listener, handler, log)
}

func sealerOf(set *seal.Recipients) func() (*seal.Sealer, error) {
	sealer := set.Sealer()
	return func() (*seal.Sealer, error) { return sealer, nil }
}

func newDesk(way casework.Server, keys casework.Opener, sealer func() (*seal.Sealer, error), child evidence.Child) *casework.Desk {
	return &casework.Desk{Server: way, Keys: keys, Sealer: sealer, Now: time.Now, Glancer: child}
}

// newFace fills in what every face of casework has.
func newFace(opt face.Options) *face.Handler {
	opt.Queue, opt.Now = intake.Queue, time.Now
	return face.New(opt)
}

// serveLocally answers one person until ctx ends.
func serveLocally(ctx context.Context, l net.Listener, handler http.Handler, log *slog.Logger) (int, error) {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: readHeader, IdleTimeout: idle, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(quiet{log.Handler()}, slog.LevelWarn),
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	select {
	case err := <-done:
		return exitFailed, err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), endPatience)
	defer cancel()
	if err := server.Shutdown(last); err != nil {
		return exitFailed, fmt.Errorf("ended before every answer was finished: %w", err)
	}
	return exitGood, nil
}

// hosted is the face of casework on the server itself: weaker, since the keys
// lie where the reports do, and every page says so.
type hosted struct {
	keys   casework.Opener
	sealer func() (*seal.Sealer, error)
	demo   bool // a made-up world, with made-up analysts
	cache  evidence.Cache

	mu    sync.Mutex
	desks map[string]*casework.Desk // by account: what each has opened
}

func (h *hosted) face(log *slog.Logger) http.Handler {
	return newFace(face.Options{Who: h.who, SignIn: "/desk/sign-in", Prefix: desk.ReportsPath, Weaker: true, Log: log, Evidence: evidence.Child{Cache: &h.cache}})
}

// close ends what the desks have begun.
func (h *hosted) close() error {
	if h == nil {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, d := range h.desks {
		d.Close()
	}
	return h.cache.Close()
}

// who is whom the desk has let in; what they open stays with their account.
func (h *hosted) who(r *http.Request) (face.Session, error) {
	g, ok := desk.GuestOf(r)
	if !ok {
		return face.Session{}, keepiton.Errorf(keepiton.Unsigned, "not signed in")
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.desks == nil {
		h.desks = map[string]*casework.Desk{}
	}
	if h.desks[g.Account] == nil {
		h.desks[g.Account] = newDesk(g.Way, h.keys, h.sealer, evidence.Child{Cache: &h.cache})
	}
	return face.Session{Desk: h.desks[g.Account], Account: g.Account, Organization: g.Organization, CSRF: g.CSRF}, nil
}
