package casework_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"keepiton"
	"keepiton/bundle"
	work "keepiton/casework"
	"keepiton/casework/casetest"
	"keepiton/casework/remote"
	"keepiton/evidence"
	"keepiton/intake"
	"keepiton/seal"
	"keepiton/seal/sealtest"
	"keepiton/store"
	"keepiton/store/sqlite"
	face "keepiton/web/casework"
)

// BenchmarkDeskOf10000 is an analyst's machine beside a server with 10,000
// reports that have a note each, over HTTP: the first look at the queue, a look
// when nothing has changed, one judgement with the look that follows it, and a
// look after a colleague's judgement.
func BenchmarkDeskOf10000(b *testing.B) {
	const reports = 10_000
	w := newServed(b)
	ids := w.fill(reports)
	mine, theirs := w.analyst("ana"), w.analyst("ben")
	b.Run("first", func(b *testing.B) {
		for range b.N {
			w.measured(b, func() { w.analyst("ana").get("/") })
		}
	})
	mine.get("/")
	theirs.get("/")
	b.Run("again", func(b *testing.B) {
		for range b.N {
			w.measured(b, func() { mine.get("/") })
		}
	})
	n := 0
	judge := func(p *person) {
		n++
		p.post("/reports/"+string(ids[n%reports])+"/judge", url.Values{"decision": {"spam"}, "note": {"looked at"}})
	}
	b.Run("judge", func(b *testing.B) {
		for range b.N {
			w.measured(b, func() { judge(mine) })
		}
	})
	mine.get("/")
	b.Run("judgeAndLook", func(b *testing.B) {
		for range b.N {
			w.measured(b, func() { judge(mine); mine.get("/") })
		}
	})
	b.Run("afterAColleague", func(b *testing.B) {
		for range b.N {
			b.StopTimer()
			judge(theirs)
			b.StartTimer()
			w.measured(b, func() { mine.get("/") })
		}
	})
}

// served is a server on real stores, reached over HTTP.
type served struct {
	testing.TB
	record   store.Store
	sealed   store.Sealed
	campaign *sealtest.Campaign
	url      string
	bytes    atomic.Int64 // that the server has sent and taken
}

func newServed(b testing.TB) *served {
	w := &served{TB: b, campaign: sealtest.NewCampaign(b)}
	var err error
	w.record, err = sqlite.Open(b.Context(), b.TempDir()+"/record.db", sqlite.Options{})
	w.must(err)
	dir := b.TempDir()
	w.sealed, err = sqlite.OpenSealed(b.Context(), dir+"/sealed.db", dir+"/sealed", sqlite.SealedOptions{})
	w.must(err)
	ways := casetest.Over(b, w.record, w.sealed, time.Now)
	who := map[string]work.Account{"ana": ways.Hire("ana"), "ben": ways.Hire("ben")}
	h := remote.NewHandler(remote.Options{
		Server: func(_ *http.Request, token string) (work.Server, error) {
			return ways.Local(who[token]), nil
		},
		Say: func(_ *http.Request, err error) string { return err.Error() },
	})
	ts := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.bytes.Add(max(0, r.ContentLength))
		h.ServeHTTP(&counted{rw, &w.bytes}, r)
	}))
	w.url = ts.URL
	b.Cleanup(func() { ts.Close(); _ = w.record.Close(); _ = w.sealed.Close() })
	return w
}

type counted struct {
	http.ResponseWriter
	n *atomic.Int64
}

func (c *counted) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func (c *counted) Write(p []byte) (int, error) {
	c.n.Add(int64(len(p)))
	return c.ResponseWriter.Write(p)
}

func (w *served) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// fill makes n reports with a note each, as a desk writes them.
func (w *served) fill(n int) (ids []keepiton.EnvelopeID) {
	sealer := w.campaign.Recipients.Sealer()
	today := time.Now().UTC().Truncate(24 * time.Hour)
	for range n {
		body, err := w.sealed.Stage(w.Context())
		w.must(err)
		text := make([]byte, 12<<10)
		rand.Read(text)
		_, err = body.Write(text)
		w.must(err)
		e, _, err := w.sealed.Accept(w.Context(), keepiton.Envelope{Lane: keepiton.LaneOpen, Day: today, Expires: today.AddDate(0, 6, 0), Receipt: seal.NewReceipt().Address()}, body)
		w.must(err)
		ids = append(ids, e.ID)
		j := work.Judgement{
			Envelope: e.ID, Firsthand: keepiton.Yes, TimeSure: keepiton.Yes, Independent: keepiton.Yes, Decision: work.Unsure,
			Notes: []work.Note{{Day: today, Who: "ana", Text: "called the bank, which says that its line is down as well"}},
			Steps: []work.Step{{Day: today, Who: "ana", What: "judged", On: "unsure"}},
		}
		plain, err := json.Marshal(j)
		w.must(err)
		plain = append(plain, bytes.Repeat([]byte(" "), int(bundle.Bucket(int64(len(plain))))-len(plain))...)
		var sealed bytes.Buffer
		s, err := sealer.Seal(&sealed)
		w.must(err)
		_, err = s.Write(plain)
		w.must(err)
		w.must(s.Close())
		_, err = w.sealed.PutPaper(w.Context(), store.Paper{ID: string(e.ID), Kind: "note", About: e.ID, Sealed: sealed.Bytes()}, 0)
		w.must(err)
	}
	return ids
}

// person is an analyst at a desk of their own.
type person struct {
	*served
	face http.Handler
}

func (w *served) analyst(name string) *person {
	client, err := remote.With(remote.Dial{URL: w.url}, name)
	w.must(err)
	sealer := w.campaign.Recipients.Sealer()
	desk := &work.Desk{Server: client, Keys: w.campaign.Keys[0], Sealer: func() (*seal.Sealer, error) { return sealer, nil }, Now: time.Now}
	own := face.Session{Desk: desk, Account: name, Organization: "Example Org", CSRF: "token"}
	return &person{w, face.New(face.Options{
		Who: func(*http.Request) (face.Session, error) { return own, nil }, Prefix: "/x", Queue: intake.Queue, Evidence: evidence.Child{},
	})}
}

func (p *person) get(path string) {
	rec := httptest.NewRecorder()
	p.face.ServeHTTP(rec, httptest.NewRequest("GET", "/x"+path, nil))
	if rec.Code != 200 {
		p.Fatalf("GET %s: %d %s", path, rec.Code, rec.Body)
	}
}

func (p *person) post(path string, form url.Values) {
	form.Set("csrf", "token")
	r := httptest.NewRequest("POST", "/x"+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := httptest.NewRecorder()
	if p.face.ServeHTTP(rec, r); rec.Code != http.StatusSeeOther {
		p.Fatalf("POST %s: %d %s", path, rec.Code, rec.Body)
	}
}

// measured runs do and reports what went over the wire.
func (w *served) measured(b *testing.B, do func()) {
	before := w.bytes.Load()
	do()
	b.ReportMetric(float64(w.bytes.Load()-before)/1000, "kB-wire")
}
