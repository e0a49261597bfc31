package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"keepiton"
	"keepiton/detect"
	"keepiton/sample"
	"keepiton/source/fetch/replay"
	"keepiton/source/ioda"
	"keepiton/store"
	"keepiton/store/sqlite"
)

func TestTheDemoHasCandidatesThatFitItsStories(t *testing.T) {
	s := settings{Data: t.TempDir()}
	st, err := sqlite.Open(t.Context(), filepath.Join(s.Data, "record.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	now := time.Now()
	if err := fillSample(t.Context(), st, now); err != nil {
		t.Fatal(err)
	}
	if err := demoSignals(t.Context(), s, st, now); err != nil {
		t.Fatal(err)
	}
	page, err := st.ListDisruptions(t.Context(), store.DisruptionFilter{})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]*keepiton.Disruption{}
	for i := range page.Items {
		found[page.Items[i].Entity.Country] = &page.Items[i]
	}
	for country, want := range map[string]struct {
		open    bool
		decided keepiton.DecisionKind
	}{"XG": {true, keepiton.Accepted}, "XE": {true, ""}, "XH": {false, keepiton.Rejected}, "XC": {decided: ""}} {
		d, ok := found[country]
		if !ok || country != "XC" && d.End.IsZero() != want.open || page.Last[d.ID].What != want.decided {
			t.Errorf("%s: %+v, decided %+v", country, d.ID, page.Last[d.ID])
		}
		if v := d.Verdict(); v.Disruption < 0.9 || v.Geolocation == "" {
			t.Errorf("%s: %+v", country, v)
		}
	}
	if keys := found["XG"].Verdict().Reasons; !slices.ContainsFunc(keys, func(r keepiton.Reason) bool { return r.Key == "election" }) {
		t.Errorf("the eve of a vote in Aranda is no reason: %+v", keys)
	}
}

func TestWhatIsKnownOfACountryIsPublicKnowledge(t *testing.T) {
	st, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "record.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	if err := fillSample(t.Context(), st, now); err != nil {
		t.Fatal(err)
	}
	known, err := recordContext(t.Context(), st)
	if err != nil {
		t.Fatal(err)
	}
	published, err := st.List(t.Context(), store.Query{Countries: []string{"XG"}, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	public := map[time.Time]bool{}
	for _, rev := range published.Items {
		public[rev.Incident.Start().At] = true
	}
	c := known("XG")
	if len(c.Past) == 0 || len(c.Watch) == 0 || c.Owned != detect.NotKnown || c.Reports != (detect.Reports{}) {
		t.Errorf("%+v", c)
	}
	for _, at := range c.Past {
		if !public[at] {
			t.Errorf("the incident of %v is not public", at)
		}
	}
}

func TestWhatDetectKeepsWaitsAtTheDesk(t *testing.T) {
	dir := t.TempDir()
	kept, err := openSeries(t.Context(), settings{Data: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(kept.Put(t.Context(), sample.Measurements(time.Now())), kept.Close()); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := runHere(t, dir, "detect", "--keep", "--entity", "XG"); code != exitUsage || !strings.Contains(stderr, "--keep") {
		t.Errorf("exit %d: %s", code, stderr)
	}
	for range 2 { // as often as one likes
		code, stdout, stderr := runHere(t, dir, "detect", "--keep")
		if code != exitGood || !strings.Contains(stdout, "6 disruptions of the last 36 days are kept, 6 wait at the desk") {
			t.Errorf("exit %d: %s%s", code, stdout, stderr)
		}
	}
}

func TestWhatArchivesShowIsKeptOnDemand(t *testing.T) {
	dir := t.TempDir()
	kept, err := openSeries(t.Context(), settings{Data: dir})
	if err != nil {
		t.Fatal(err)
	}
	long := time.Now().AddDate(-1, 0, 0)
	if err := errors.Join(kept.Put(t.Context(), sample.Measurements(long)), kept.Close()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if code, stdout, stderr := runHere(t, dir, "detect", "--disruptions", "--archive", "--keep", "--entity", "XG", "--to", long.Format(time.DateOnly)); code != exitGood {
			t.Fatalf("exit %d: %s%s", code, stdout, stderr)
		}
	}
	st, err := openStore(t.Context(), settings{Data: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	all, err := st.ListDisruptions(t.Context(), store.DisruptionFilter{})
	if err != nil || all.Total == 0 {
		t.Fatalf("%d disruptions are kept: %v", all.Total, err)
	}
	for _, d := range all.Items {
		if d.Entity.Country != "XG" || d.Onset.From.After(long) {
			t.Errorf("%s of %s is kept as well", d.ID, d.Entity)
		}
	}
}

// TestAPollReadsWhatCollectorsPublish lets the poll of routes fetch a table and updates
// from a server that cuts one off, and clear away what is old.
func TestAPollReadsWhatCollectorsPublish(t *testing.T) {
	archive := replay.New()
	base := archive.Loopback(t)
	day := time.Date(2026, 1, 8, 0, 0, 0, 0, time.UTC)
	risArchive(archive, day)
	s := settings{Data: t.TempDir(), Collectors: "rrc00"}
	c := fetcherAt(s, polledFolder(s))
	defer c.Close()
	polls, _, err := pollsOf(&env{getenv: func(string) string { return "" }}, s, c, nil, []string{"bgp"}, slog.New(slog.DiscardHandler))
	if err != nil || len(polls) != 1 {
		t.Fatal(polls, err)
	}
	w := &watched{
		e: &env{getenv: func(string) string { return "" }}, s: s, c: c, feed: polls[0].Feed, pace: paces["bgp"], of: []keepiton.Entity{{}},
		dir: filepath.Join(polledFolder(s), "bgp"), base: base, now: func() time.Time { return day.Add(8*time.Hour + 30*time.Minute) },
	}
	values := map[string]float64{}
	put := func(m keepiton.Measurement) error {
		if m.Metric == "v4" && m.Entity == (keepiton.Entity{Country: "IR"}) {
			values[m.At.Format("15:04")] = m.Value
		}
		return nil
	}
	old := filepath.Join(w.dir, "rrc00", "2025.12", "updates.20251231.0000.gz")
	if err := os.MkdirAll(filepath.Dir(old), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(old, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(old, day.AddDate(0, 0, -8), day.AddDate(0, 0, -8)); err != nil {
		t.Fatal(err)
	}
	sum, err := w.run(t.Context(), day.Add(8*time.Hour+5*time.Minute), put)
	if err != nil || sum.Records == 0 || values["08:00"] != 512 || values["08:20"] != 256 {
		t.Errorf("%+v, %v, %v", sum, values, err)
	}
	if _, err := os.Stat(old); !os.IsNotExist(err) {
		t.Errorf("what is old stays: %v", err)
	}
	asked := len(archive.Log())
	if _, err := w.run(t.Context(), day.Add(8*time.Hour+5*time.Minute), put); err != nil || len(archive.Log()) != asked {
		t.Errorf("the second time %d more were asked for: %v", len(archive.Log())-asked, err)
	}
	// An hour later nothing new is there: that is no gap in a feed that publishes late,
	// and a failure once it is missed.
	w.now = func() time.Time { return day.Add(8*time.Hour + 50*time.Minute) }
	if _, err := w.run(t.Context(), day.Add(8*time.Hour+5*time.Minute), put); err != nil {
		t.Errorf("what may still come is missed: %v", err)
	}
	w.now = func() time.Time { return day.Add(10 * time.Hour) }
	if _, err := w.run(t.Context(), day.Add(8*time.Hour+5*time.Minute), put); keepiton.CodeOf(err) != keepiton.NotFound || values["08:20"] != 256 {
		t.Errorf("an hour without files: %v, %v", err, values)
	}
}

func TestFeedsThatCannotBeWatchedAreRefused(t *testing.T) {
	for feeds, want := range map[string]string{
		"bgp,crystal-ball": `"crystal-ball" cannot be watched`,
		"ioda":             "--feed-countries names none",
		"radar":            "KEEPITON_RADAR_TOKEN",
	} {
		code, _, stderr := runHere(t, t.TempDir(), "serve", "--listen", "127.0.0.1:0", "--feeds", feeds)
		if code != exitUsage || !strings.Contains(stderr, want) {
			t.Errorf("%s: exit %d: %s", feeds, code, stderr)
		}
	}
}

// TestAnAPIIsAskedForEachCountry lets serve's poll of IODA ask for two countries, of
// which one is refused: the other is kept, and the poll says what went wrong.
func TestAnAPIIsAskedForEachCountry(t *testing.T) {
	var asked []string
	var lock sync.Mutex
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lock.Lock()
		defer lock.Unlock()
		asked = append(asked, r.URL.Path)
		w.Header().Set("Content-Type", "application/json")
		switch {
		case strings.HasPrefix(r.URL.Path, "/signals/raw/country/IR"):
			fmt.Fprint(w, `{"type":"signals","data":[[{"entityType":"country","entityCode":"IR","datasource":"bgp","from":1767816000,"until":1767816600,"step":300,"nativeStep":300,"values":[10500,10490]}]]}`)
		case strings.Contains(r.URL.Path, "/outages/"):
			fmt.Fprint(w, `{"data":[]}`)
		default:
			w.WriteHeader(http.StatusForbidden)
		}
	}))
	defer site.Close()
	s := settings{Data: t.TempDir(), FeedCountries: "ir, ve"}
	e := &env{getenv: func(string) string { return "" }}
	c := fetcherAt(s, polledFolder(s))
	defer c.Close()
	day := time.Date(2026, 1, 8, 0, 0, 0, 0, time.UTC)
	w := &watched{e: e, s: s, c: c, feed: &ioda.Feed, pace: paces["ioda"], of: []keepiton.Entity{{Country: "IR"}, {Country: "VE"}}, dir: filepath.Join(polledFolder(s), "ioda"), base: site.URL, now: func() time.Time { return day }}
	n := 0
	_, err := w.run(t.Context(), day.Add(-12*time.Hour), func(m keepiton.Measurement) error {
		if m.Metric == "bgp" && m.Entity == (keepiton.Entity{Country: "IR"}) {
			n++
		}
		return nil
	})
	if err == nil || n == 0 {
		t.Errorf("%d bins of Iran, %v; asked for %v", n, err, asked)
	}
}
