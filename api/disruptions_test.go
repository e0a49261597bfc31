package api

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/export"
	"keepiton/source"
)

// feeds are one that is open and one that is not.
var feeds = []*source.Feed{{Name: "bgp", Title: "Routes", Home: "https://routes.example", Licence: "CC-BY-4.0", Open: true}, {Name: "ioda", Title: "Probing", Home: "https://probing.example", Licence: "all rights reserved"}}

// measured are disruptions of three days, in one country and another.
func measured() (out []keepiton.Disruption) {
	for i, code := range []string{"XG", "XA", "XG"} {
		at := testNow.AddDate(0, 0, -3*(i+1))
		e := keepiton.Entity{Country: code}
		d := keepiton.Disruption{ID: keepiton.DisruptionID("KID-" + at.Format("20060102T1504") + "-" + code), Entity: e, Onset: keepiton.Interval{From: at, To: at.Add(5 * time.Minute)}, End: keepiton.Interval{From: at.Add(time.Hour), To: at.Add(2 * time.Hour)}, Depth: 0.9}
		for _, feed := range []string{"bgp", "ioda"} {
			d.Signals = append(d.Signals, keepiton.Signal{Series: keepiton.SeriesKey{Feed: feed, Metric: "v4", Entity: e}, Onset: d.Onset, Depth: 0.9, LogLR: 5, Witness: keepiton.Witness{At: at, Value: 777123, Baseline: 888123, N: 31}})
		}
		d.Signals[1].LogLR = 9
		d.Verdicts = []keepiton.Verdict{{At: at.Add(5 * time.Minute), Stage: keepiton.AtOnset, State: keepiton.Disrupted, Disruption: 0.9, Intentional: 0.5, Sources: []string{"bgp", "ioda"}, Rules: "r"}, {At: at.Add(time.Hour), Stage: keepiton.After1h, State: keepiton.LikelyShutdown, Disruption: 0.97, Intentional: 0.8, Sources: []string{"bgp", "ioda"}, Rules: "r"}}
		out = append(out, d)
	}
	return out
}

func TestDisruptionsArePagedNewestFirst(t *testing.T) {
	server, _, _ := site(t)
	var seen []string
	next := disruptionsPath + "?limit=2"
	for next != "" {
		res, err := http.Get(server.URL + next)
		if err != nil {
			t.Fatal(err)
		}
		var body disruptionsBody
		if err := json.NewDecoder(res.Body).Decode(&body); err != nil || res.StatusCode != 200 || body.Total != 3 || !body.Sample || !strings.Contains(body.Notice, "verif") {
			t.Fatalf("status %d, %v: %+v", res.StatusCode, err, body)
		}
		res.Body.Close()
		for _, d := range body.Disruptions {
			seen = append(seen, string(d.ID))
			if len(d.Verdicts) > 0 || d.State != keepiton.LikelyShutdown || d.Witness == nil {
				t.Errorf("%s: %d verdicts, state %s", d.ID, len(d.Verdicts), d.State)
			}
		}
		if next = ""; body.Next != "" {
			next = disruptionsPath + "?limit=2&cursor=" + body.Next
			if link := res.Header.Get("Link"); !strings.Contains(link, `rel="next"`) || !strings.Contains(link, "cursor=") {
				t.Errorf("Link: %s", link)
			}
		}
	}
	if len(seen) != 3 || seen[0] < seen[1] || seen[1] < seen[2] {
		t.Errorf("listed %v", seen)
	}
}

func TestADisruptionIsToldWithoutValuesOfClosedFeeds(t *testing.T) {
	server, _, st := site(t)
	id := measured()[0].ID
	res, err := http.Get(server.URL + disruptionsPath + "/" + string(id))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var d export.Disruption
	if err := json.NewDecoder(res.Body).Decode(&d); err != nil || len(d.Verdicts) != 2 || len(d.Signals) != 2 {
		t.Fatalf("status %d, %v: %+v", res.StatusCode, err, d)
	}
	if w := d.Signals[0].Witness; w.Value == nil || *w.Value != 777123 {
		t.Error("the value of the open feed is not told")
	}
	if w := d.Signals[1].Witness; w.Value != nil || w.Baseline != nil || w.Share == nil || *w.Share != 0.875 || d.Witness.Value != nil {
		t.Errorf("of the closed feed: %+v", w)
	}
	tag := res.Header.Get("ETag")
	again := func() int {
		r, _ := http.NewRequest(http.MethodGet, server.URL+disruptionsPath+"/"+string(id), nil)
		r.Header.Set("If-None-Match", tag)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.StatusCode
	}
	if code := again(); code != http.StatusNotModified {
		t.Errorf("status %d with the tag, want 304", code)
	}
	if _, err := st.Decide(t.Context(), keepiton.Decision{Disruption: id, What: keepiton.Watched, By: "ana", At: testNow}); err != nil {
		t.Fatal(err)
	}
	if code := again(); code != 200 {
		t.Errorf("status %d with the old tag after a decision, want 200", code)
	}
	if _, err := st.Decide(t.Context(), keepiton.Decision{Disruption: measured()[2].ID, What: keepiton.MergedWith, Into: id, By: "ana", At: testNow}); err != nil {
		t.Fatal(err)
	}
	merged, err := http.Get(server.URL + disruptionsPath + "/" + string(measured()[2].ID))
	if err != nil {
		t.Fatal(err)
	}
	defer merged.Body.Close()
	var into export.Disruption
	if err := json.NewDecoder(merged.Body).Decode(&into); err != nil || into.ID != id || !strings.Contains(merged.Header.Get("Link"), `rel="canonical"`) {
		t.Errorf("a merged one answers %d %s: %v", merged.StatusCode, into.ID, err)
	}
}

// TestWhatGetsLostFromSightIsAnotherAnswer waits: nothing is written meanwhile.
func TestWhatGetsLostFromSightIsAnotherAnswer(t *testing.T) {
	_, s, st := site(t)
	now := testNow
	s.opt.Signals.Now = func() time.Time { return now }
	d := measured()[0]
	d.ID, d.End, d.Seen, d.Lost = "KID-9-XG", keepiton.Interval{}, now.Add(-time.Hour), now.Add(23*time.Hour)
	if err := st.KeepDisruption(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	ask := func(path, tag string) (int, string, disruptionsBody) {
		w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, disruptionsPath+path, nil)
		r.Header.Set("If-None-Match", tag)
		s.ServeHTTP(w, r)
		var body disruptionsBody
		_ = json.Unmarshal(w.Body.Bytes(), &body)
		return w.Code, w.Header().Get("ETag"), body
	}
	_, tag, all := ask("?country=XG", "")
	_, _, on := ask("?state=ongoing", "")
	if len(all.Disruptions) != 3 || all.Disruptions[0].Lost != nil || on.Total != 1 || on.Disruptions[0].ID != d.ID {
		t.Fatalf("while it is seen: %+v, %d go on", all.Disruptions, on.Total)
	}
	now = now.Add(23*time.Hour - time.Second)
	if code, _, _ := ask("?country=XG", tag); code != http.StatusNotModified {
		t.Errorf("status %d while nothing has changed, want 304", code)
	}
	now = now.Add(time.Second)
	code, _, all := ask("?country=XG", tag)
	if code != 200 || all.Disruptions[0].Lost == nil || !all.Disruptions[0].Lost.Equal(d.Seen) || all.Disruptions[0].End != nil {
		t.Errorf("status %d with the old tag: %+v", code, all.Disruptions)
	}
	if _, _, on = ask("?state=ongoing", ""); on.Total != 0 {
		t.Errorf("%d go on", on.Total)
	}
}

func TestQuestionsAboutDisruptionsThatMakeNoSenseAreRefused(t *testing.T) {
	server, _, _ := site(t)
	for query, want := range map[string]int{"?state=verified": 422, "?country=Iran": 422, "?from=tomorrow": 422, "/KID-nothing": 404, "/KIO-2026-0001": 404, "?country=xa": 200, "?from=2026-11-20": 200} {
		res, err := http.Get(server.URL + disruptionsPath + query)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: status %d, want %d", query, res.StatusCode, want)
		}
	}
}
