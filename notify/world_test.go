package notify_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"keepiton"
	"keepiton/notify"
	"keepiton/store"
	"keepiton/store/sqlite"
)

// world is a record, a notifier beside it, and senders that keep what they are
// given. Its clock stands still until it is moved.
type world struct {
	*testing.T
	store.Store
	file string
	ctx  context.Context
	keys *notify.Keys
	mu   sync.Mutex
	now  time.Time
	mail *outTray
	hook *outTray
	*notify.Notifier
}

var day0 = time.Date(2027, 1, 11, 12, 0, 0, 0, time.UTC) // a Monday

func newWorld(t *testing.T) *world {
	t.Helper()
	file := filepath.Join(t.TempDir(), "record.db")
	st, err := sqlite.Open(t.Context(), file, sqlite.Options{Volatile: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	keys, err := notify.NewKeys([32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, Store: st, file: file, ctx: t.Context(), keys: keys, now: day0}
	w.mail, w.hook = &outTray{channel: keepiton.ChannelMail}, &outTray{channel: keepiton.ChannelWebhook}
	w.Notifier = w.notifier()
	w.step() // from here on changes are told
	return w
}

func (w *world) notifier() *notify.Notifier {
	return &notify.Notifier{
		Record: w.Store, Outbox: w.Store, Keys: w.keys, Senders: []notify.Sender{w.mail, w.hook}, Wait: time.Minute,
		Links: notify.Links{Base: "https://keepiton.test"}, Now: w.clock, Pace: notify.Cadence{Look: 10 * time.Millisecond},
	}
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) later(d time.Duration) {
	w.mu.Lock()
	w.now = w.now.Add(d)
	w.mu.Unlock()
}

func (w *world) step() {
	w.Helper()
	if err := w.Notifier.Step(w.ctx); err != nil {
		w.Fatal(err)
	}
}

// deliver runs the notifier until nothing is due any more.
func (w *world) deliver() {
	w.Helper()
	w.step()
	w.run(func() bool { return w.due() == 0 })
}

// run runs the notifier until done says so.
func (w *world) run(done func() bool) {
	w.Helper()
	ctx, stop := context.WithCancel(w.ctx)
	ended := make(chan struct{})
	go func() { w.Notifier.Run(ctx); close(ended) }()
	defer func() { stop(); <-ended }()
	for range 2000 {
		if done() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	w.Fatal("deliveries stay open")
}

// due is the number of deliveries that are due or under way.
func (w *world) due() (n int) {
	w.Helper()
	alerts, err := w.ListAlerts(w.ctx, keepiton.AlertQuery{Digests: true, Limit: 1000})
	if err != nil {
		w.Fatal(err)
	}
	var seqs []int64
	for _, a := range alerts {
		seqs = append(seqs, a.Seq)
	}
	counts, err := w.DeliveryCounts(w.ctx, seqs)
	if err != nil {
		w.Fatal(err)
	}
	for _, channels := range counts {
		for _, states := range channels {
			n += states[keepiton.DeliveryClaimed] + states[keepiton.DeliveryHanded] + states[keepiton.DeliveryWaiting]
		}
	}
	troubles, err := w.Troubles(w.ctx, 1000)
	if err != nil {
		w.Fatal(err)
	}
	for _, d := range troubles {
		if d.State == keepiton.DeliveryWaiting && d.Due.After(w.clock()) {
			n--
		}
	}
	return n
}

// subscribe stores a subscription, as if it had been confirmed.
func (w *world) subscribe(address string, pace keepiton.Pace, topics notify.Topics) {
	w.Helper()
	b := w.book()
	if err := b.Ask(w.ctx, notify.Wish{Channel: keepiton.ChannelMail, Pace: pace, Terms: notify.Terms{Address: address, Lang: "en", Topics: topics}}); err != nil {
		w.Fatal(err)
	}
	if _, err := b.Confirm(w.ctx, w.offered(b)); err != nil {
		w.Fatal(err)
	}
}

func (w *world) book() *notify.Book {
	return &notify.Book{Outbox: w.Store, Keys: w.keys, Links: notify.Links{Base: "https://keepiton.test"}, Mail: &outTray{channel: keepiton.ChannelMail}, Now: w.clock}
}

// offered runs a book until its mail has gone and returns the token in it.
func (w *world) offered(b *notify.Book) string {
	w.Helper()
	ctx, stop := context.WithCancel(w.ctx)
	defer stop()
	tray := b.Mail.(*outTray)
	before := len(tray.all())
	go b.Run(ctx)
	for range 2000 {
		if all := tray.all(); len(all) > 0 && len(all) >= before {
			return tokenIn(all[len(all)-1].Plain.Text)
		}
		time.Sleep(time.Millisecond)
	}
	w.Fatal("no mail came")
	return ""
}

// outTray is a sender that keeps messages, and fails as it is told.
type outTray struct {
	channel keepiton.Channel
	fail    func(m *notify.Message) error // before handing over
	mu      sync.Mutex
	sent    []*notify.Message
	tries   int
}

func (o *outTray) Channel() keepiton.Channel { return o.channel }

func (o *outTray) Send(_ context.Context, m *notify.Message, handing func() error) (string, error) {
	if o.fail != nil {
		o.mu.Lock()
		err := o.fail(m)
		o.tries++
		o.mu.Unlock()
		if err != nil {
			return "", err
		}
	}
	if err := handing(); err != nil {
		return "", err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sent = append(o.sent, m)
	return fmt.Sprint("receipt-", len(o.sent)), nil
}

// tried is how often fail was asked.
func (o *outTray) tried() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.tries
}

func (o *outTray) all() []*notify.Message {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.sent)
}

// heads lists what was sent since the last call: address and head of each.
func (o *outTray) heads() (out []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, m := range o.sent {
		s := m.To.Address + " "
		for _, t := range m.Told {
			s += "| " + t.Head
		}
		out = append(out, s)
	}
	o.sent = nil
	slices.Sort(out)
	return out
}

// incident is a shutdown of mobile networks that is going on in Sudan.
func incident(change ...func(*keepiton.Incident)) keepiton.Incident {
	inc := keepiton.Incident{
		State:    keepiton.Published,
		Episodes: []keepiton.Episode{{Start: keepiton.On(2027, 1, 10), End: keepiton.Ending{State: keepiton.Ongoing}}},
		Places:   []keepiton.Place{{Words: "Sudan", Country: "SD", Nationwide: true, Confidence: 1}},
		Kinds:    []string{"shutdown"}, Extents: []string{"full_network"}, Causes: []string{"protests"},
		Networks: keepiton.Networks{Mobile: keepiton.Yes},
		Sources:  []keepiton.Source{{ID: "s1", Kind: "news", URL: "https://example.org/1"}},
	}
	for _, c := range change {
		c(&inc)
	}
	return inc
}

// publish stores a new incident by an editor, now.
func (w *world) publish(change ...func(*keepiton.Incident)) keepiton.Revision {
	w.Helper()
	return w.write(store.Edit{Rev: keepiton.Revision{Role: keepiton.RoleEditor, Author: "ana", Incident: incident(change...)}})
}

func (w *world) write(e store.Edit) keepiton.Revision {
	w.Helper()
	e.Rev.Recorded = w.clock()
	revs, err := w.Append(w.ctx, e)
	if err != nil {
		w.Fatal(err)
	}
	return revs[0]
}

// correct stores another revision.
func (w *world) correct(rev keepiton.Revision, reason string, change func(*keepiton.Incident)) keepiton.Revision {
	w.Helper()
	inc := rev.Incident.Clone()
	change(inc)
	return w.write(store.Edit{ID: inc.ID, Base: rev.N, Rev: keepiton.Revision{Role: keepiton.RoleEditor, Author: "ben", Reason: reason, Incident: *inc}})
}

// enter publishes an entry, on top of revision base.
func (w *world) enter(base keepiton.EntryRevision, state keepiton.State, e keepiton.Entry, reason string) keepiton.EntryRevision {
	w.Helper()
	doc, err := json.Marshal(e)
	if err != nil {
		w.Fatal(err)
	}
	rev, err := w.AppendEntry(w.ctx, e.Kind(), base.N, keepiton.EntryRevision{ID: base.ID, State: state, Recorded: w.clock(), Role: keepiton.RoleEditor, Reason: reason, Doc: doc}, e.Index())
	if err != nil {
		w.Fatal(err)
	}
	return rev
}

// want compares what was sent with what should have been.
func (w *world) want(what string, tray *outTray, want ...string) {
	w.Helper()
	if got := tray.heads(); !slices.Equal(got, want) {
		w.Errorf("%s: sent\n%q, want\n%q", what, got, want)
	}
}

func importOf(id keepiton.IncidentID, rev keepiton.Revision) store.Import {
	return store.Import{
		Edition:   store.Edition{Name: fmt.Sprint("e", rev.Recorded.Unix(), id), Published: rev.Recorded},
		Incidents: []store.ImportedIncident{{ID: id, Revisions: []keepiton.Revision{rev}}},
	}
}
