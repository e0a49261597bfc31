package door_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"keepiton"
	"keepiton/intake"
	"keepiton/intake/intaketest"
	"keepiton/seal/token"
	"keepiton/seal/work"
	"keepiton/store"
	"keepiton/store/sqlite"
	"keepiton/web/door"
)

// The flood.
const (
	junkOpen   = 99_000 // nothing shown, or proofs that do not hold
	junkWork   = 400    // the least work, solved for each
	junkWaited = 600    // a ticket that waited, for each
	genuine    = 3      // reports in each lane, and in each way into the open one; some at the end
	senders    = 32     // connections of the flood
	harder     = 3      // bits that a person's browser adds while the form is filled in
	first      = 50
	budget     = 500 // that an account may open a day
)

// flood is a server under attack, and those who write to it meanwhile.
type flood struct {
	*intaketest.Desk
	t          *testing.T
	url, onion string
	dir        string
	now        atomic.Int64 // seconds; moves with the flood
	container  []byte       // one sealed report: junk is made of it
	mine       map[keepiton.EnvelopeID]string
	mu         sync.Mutex
	status     map[int]int
}

// TestFlood sends a hundred thousand junk reports at full rate through the
// doors, over loopback, into a store on disk that may take 2 GB, while a
// few people report by every lane. docs/benchmarks.md has the figures.
func TestFlood(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: a hundred thousand requests")
	}
	f := newFlood(t)
	patient := f.tickets(genuine)
	waiting := f.tickets(junkWaited)
	f.genuine("open, early, with a photo", func(i int) error { return f.post(f.url, nil, f.report(1<<20)) })
	f.genuine("open, early, words alone", func(i int) error { return f.post(f.url, nil, f.report(0)) })

	begun := time.Now()
	f.junk(junkOpen/2, func(i int) map[string]string { return forged(i) })
	f.lanes("in the middle", genuine-1)
	f.now.Add(30)
	for _, ticket := range patient[1:] {
		f.genuine("open, waited", func(int) error { return f.form(ticket) }, 1)
	}
	solved := f.solve(junkWork, 0)
	f.junk(junkWork, func(i int) map[string]string { return map[string]string{"X-KeepItOn-Work": solved[i]} })
	f.junk(junkOpen-junkOpen/2, func(i int) map[string]string { return forged(i) })
	took := time.Since(begun)
	f.lanes("at the end", 1)
	f.bounded()

	late := 0
	for range genuine {
		if f.post(f.url, nil, f.report(0)) == nil {
			late++
		}
	}
	f.genuine("open, waited", func(int) error { return f.form(patient[0]) }, 1)
	t.Logf("%d junk reports in %.1f s: %.0f a second; answers %v; %d of %d late reports that show nothing were taken",
		junkOpen+junkWork, took.Seconds(), float64(junkOpen+junkWork)/took.Seconds(), f.status, late, genuine)

	recall := f.recall(first)
	for what, share := range recall {
		t.Logf("within the first %d, over 100 seeds: %-28s %.3f", first, what, share)
	}
	for what, share := range recall {
		switch least := 1.0; what {
		case "open, early, words alone": // looks like the flood in everything, and shares its chance
		case "open, early, with a photo":
			least = 1.0 / genuine // one of its kind is always shown
			fallthrough
		default:
			if share < least-1e-9 {
				t.Errorf("%s: %.3f of the genuine reports are within the first %d, want %.3f", what, share, first, least)
			}
		}
	}

	// A flood that waits as long as people do can only be told apart by what it
	// says, at the desk. It takes from the open lane alone.
	counted := 0
	for _, ticket := range waiting {
		if f.form(ticket) == nil {
			counted++
		}
	}
	f.bounded()
	for what, share := range f.recall(first) {
		t.Logf("the same after %d of a flood that waited: %-28s %.3f", counted, what, share)
		if share < 1 && !strings.HasPrefix(what, "open") {
			t.Errorf("%s: %.3f", what, share)
		}
	}
	for what, share := range f.recall(budget) {
		if strings.HasPrefix(what, "open") {
			t.Logf("within the %d that an account opens a day: %-28s %.3f", budget, what, share)
		}
		if share < 1 && what != "open, early, words alone" && what != "open, early, with a photo" {
			t.Errorf("%s, within a day's budget: %.3f", what, share)
		}
	}
}

func newFlood(t *testing.T) *flood {
	dir := t.TempDir()
	st, err := sqlite.OpenSealed(t.Context(), filepath.Join(dir, "sealed.db"), filepath.Join(dir, "sealed"), sqlite.SealedOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	f := &flood{Desk: intaketest.Over(t, st), t: t, dir: dir, mine: map[keepiton.EnvelopeID]string{}, status: map[int]int{}}
	f.Intake = &intake.Intake{Store: st, Sealer: f.Sealer, Disk: 2e9, Now: func() time.Time { return intaketest.Now.Add(time.Duration(f.now.Load()) * time.Second) }}
	f.Partners = &intake.Partners{Meta: &meta{}, Now: f.Now}
	if err := f.SetQuotas(t.Context()); err != nil {
		t.Fatal(err)
	}
	handler := door.New(door.Options{Intake: f.Intake, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	f.url = serve(t, handler, nil)
	f.onion = serve(t, handler, door.Onion)
	_, f.container = f.Container(t, intaketest.Report(), keepiton.OpenFields{}, nil)
	return f
}

func serve(t *testing.T, handler http.Handler, through func(context.Context) context.Context) string {
	server := httptest.NewUnstartedServer(handler)
	if through != nil {
		server.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context { return through(ctx) }
	}
	server.Start()
	t.Cleanup(server.Close)
	return server.URL
}

// forged is what a part of the flood shows: proofs that do not hold.
func forged(i int) map[string]string {
	switch i % 10 {
	case 0:
		return map[string]string{"X-KeepItOn-Token": hex.EncodeToString(make([]byte, 288))}
	case 1:
		return map[string]string{"X-KeepItOn-Work": "EjA9SldkcX6LmKWyv8zZ5vMADRonNEFOW2h1go-cqbbD.322841"}
	}
	return nil
}

var client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: senders}}

func (f *flood) post(url string, header map[string]string, container []byte) error {
	req, err := http.NewRequest("POST", url+"/intake/sealed", bytes.NewReader(container))
	if err != nil {
		return err
	}
	for k, v := range header {
		req.Header.Set(k, v)
	}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	io.Copy(io.Discard, res.Body)
	f.mu.Lock()
	f.status[res.StatusCode]++
	f.mu.Unlock()
	if res.StatusCode != 200 {
		return fmt.Errorf("status %d", res.StatusCode)
	}
	return nil
}

// junk sends n containers that look like sealed ones and are each another: the
// tag of the last chunk differs, so that nobody will ever open them.
func (f *flood) junk(n int, header func(i int) map[string]string) {
	var next atomic.Int64
	var all sync.WaitGroup
	for range senders {
		all.Go(func() {
			body := bytes.Clone(f.container)
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if i%1000 == 0 {
					f.now.Add(1)
				}
				rand.Read(body[len(body)-16:])
				if err := f.post(f.url, header(i), junkHeader(body)); err != nil && f.t.Context().Err() == nil && err.Error() != "status 507" {
					f.t.Errorf("junk %d: %v", i, err)
					return
				}
			}
		})
	}
	all.Wait()
}

// junkHeader leaves out the header, and with it the receipt.
func junkHeader(container []byte) []byte {
	return container[bytes.Index(container, []byte("age-encryption.org")):]
}

// report is a genuine one, sealed, with a photo of so many bytes.
func (f *flood) report(photo int) []byte {
	files := map[string][]byte{}
	if photo > 0 {
		files["photo"] = make([]byte, photo)
	}
	_, container := f.Container(f.t, intaketest.Report(), keepiton.OpenFields{}, files)
	return container
}

func (f *flood) tickets(n int) (out []string) {
	for range n {
		out = append(out, f.Ticket())
	}
	return out
}

// form sends a report as the form without script does, with its ticket.
func (f *flood) form(ticket string) error {
	s, err := f.Begin(f.t.Context(), f.Admit(f.t.Context(), intake.Shown{Ticket: ticket}))
	if err != nil {
		return err
	}
	defer s.Cancel()
	_, err = s.Finish(intaketest.Report(), keepiton.OpenFields{})
	return err
}

// genuine sends reports and remembers which envelopes they became. All must be
// accepted.
func (f *flood) genuine(what string, send func(i int) error, n ...int) {
	f.t.Helper()
	times := genuine
	if len(n) > 0 {
		times = n[0]
	}
	before := f.envelopes()
	for i := range times {
		if err := send(i); err != nil {
			f.t.Errorf("a genuine report was not accepted: %s: %v", what, err)
		}
	}
	for id := range f.envelopes() {
		if _, old := before[id]; !old {
			f.mine[id] = what
		}
	}
}

func (f *flood) envelopes() map[keepiton.EnvelopeID]keepiton.Envelope {
	out := map[keepiton.EnvelopeID]keepiton.Envelope{}
	err := f.Store.Envelopes(f.t.Context(), store.EnvelopeQuery{}, func(e keepiton.Envelope) error { out[e.ID] = e; return nil })
	if err != nil {
		f.t.Fatal(err)
	}
	return out
}

// solve does work for n challenges.
func (f *flood) solve(n, wanted int) (out []string) {
	for range n {
		challenge, _ := f.Challenge(f.t.Context(), wanted)
		solution, err := work.Solve(f.t.Context(), challenge)
		if err != nil {
			f.t.Fatal(err)
		}
		out = append(out, solution)
	}
	return out
}

// lanes lets people report by the lanes that cost something.
func (f *flood) lanes(when string, n int) {
	f.t.Helper()
	solved := f.solve(n, work.DefaultBits+harder)
	f.genuine("work", func(i int) error {
		return f.post(f.url, map[string]string{"X-KeepItOn-Work": solved[i]}, f.report(0))
	}, n)
	tokens := f.tokens(when, n)
	f.genuine("partner", func(i int) error {
		return f.post(f.url, map[string]string{"X-KeepItOn-Token": tokens[i]}, f.report(0))
	}, n)
	f.genuine("onion", func(int) error { return f.post(f.onion, nil, f.report(0)) }, n)
	f.genuine("carried", func(int) error {
		_, err := f.Take(f.t.Context(), intake.Pass{Lane: keepiton.LaneCarried}, bytes.NewReader(f.report(0)))
		return err
	}, n)
	for what, l := range map[string]keepiton.Lane{"mail": keepiton.LaneMail, "sms": keepiton.LaneSMS} {
		f.genuine(what, func(int) error {
			_, err := f.TakeMessage(f.t.Context(), intake.Pass{Lane: l}, &keepiton.Report{Road: keepiton.RoadSMS, Seen: "no internet"}, nil, "", "")
			return err
		}, n)
	}
}

func (f *flood) tokens(partner string, n int) (out []string) {
	secret, err := f.Partners.Add(f.t.Context(), partner, n)
	if err != nil {
		f.t.Fatal(err)
	}
	key, err := f.Partners.Key(f.t.Context(), intake.Reports)
	if err != nil {
		f.t.Fatal(err)
	}
	for range n {
		p, blinded, err := token.Blind(key, token.ForReports)
		if err != nil {
			f.t.Fatal(err)
		}
		signed, err := f.Partners.Issue(f.t.Context(), intake.Reports, secret, [][]byte{blinded})
		if err != nil {
			f.t.Fatal(err)
		}
		text, err := p.Finish(signed[0])
		if err != nil {
			f.t.Fatal(err)
		}
		out = append(out, text)
	}
	return out
}

// bounded compares what the lanes hold with their quotas, and what lies on the
// disk with the setting.
func (f *flood) bounded() {
	f.t.Helper()
	usage, err := f.Store.Usage(f.t.Context())
	if err != nil {
		f.t.Fatal(err)
	}
	for _, r := range intake.Rules() {
		if u, q := usage[r.Lane], f.Quota(r.Lane); u.Bytes > q.Bytes || u.Count > q.Count {
			f.t.Errorf("lane %s holds %+v, its quota is %+v", r.Lane, u, q)
		}
	}
	var disk int64
	filepath.WalkDir(f.dir, func(_ string, d fs.DirEntry, err error) error {
		if info, e := d.Info(); err == nil && e == nil && !d.IsDir() {
			disk += info.Size()
		}
		return nil
	})
	if f.t.Logf("%d MB on the disk", disk/1e6); disk > f.Disk {
		f.t.Errorf("%d bytes on the disk, %d are allowed", disk, f.Disk)
	}
}

// recall returns which share of the genuine reports is within the first n, over
// many seeds.
func (f *flood) recall(n int) map[string]float64 {
	const seeds = 100
	var list []keepiton.Envelope
	for _, e := range f.envelopes() {
		list = append(list, e)
	}
	all, found := map[string]int{}, map[string]float64{}
	for _, what := range f.mine {
		all[what]++
		found[what] += 0
	}
	for seed := range uint64(seeds) {
		for _, e := range intake.Queue(list, n, seed) {
			if what, mine := f.mine[e.ID]; mine {
				found[what] += 1 / float64(all[what]) / seeds
			}
		}
	}
	for what := range found {
		if found[what] > 0.9999 {
			found[what] = 1
		}
	}
	return found
}
