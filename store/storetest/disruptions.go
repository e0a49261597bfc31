package storetest

import (
	"fmt"
	"math"
	"reflect"
	"sync"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
)

// disruption is one of XA with a signal and the verdict of its onset.
func disruption(id keepiton.DisruptionID, onset time.Time) keepiton.Disruption {
	key := keepiton.SeriesKey{Feed: "bgp", Metric: "v4", Entity: keepiton.Entity{Country: "XA"}}
	return keepiton.Disruption{
		ID: id, Entity: key.Entity, Onset: keepiton.Interval{From: onset, To: onset.Add(5 * time.Minute)}, Depth: 0.875,
		Signals: []keepiton.Signal{{
			Series: key, Family: keepiton.ControlPlane, Step: 5 * time.Minute, Onset: keepiton.Interval{From: onset, To: onset.Add(5 * time.Minute)},
			Depth: 0.875, LogLR: 12.25, Witness: keepiton.Witness{At: onset, Value: 1, Baseline: 8, N: 40},
		}},
		Verdicts: []keepiton.Verdict{verdict(keepiton.AtOnset, onset.Add(10*time.Minute), keepiton.Disrupted)},
	}
}

func verdict(stage keepiton.Stage, at time.Time, state keepiton.DisruptionState) keepiton.Verdict {
	return keepiton.Verdict{
		At: at, Stage: stage, State: state, Disruption: 0.5, Intentional: 0.25, Rules: "r1", Geolocation: "g 2026-11",
		Reasons: []keepiton.Reason{{Key: "control", Args: map[string]any{"share": 0.5}, Weight: 2, Of: "disruption"}}, Sources: []string{"bgp"},
		Silent: []keepiton.Silence{{Series: keepiton.SeriesKey{Feed: "ioda", Metric: "gtr", Entity: keepiton.Entity{Country: "XA"}}, State: keepiton.SourceDown}},
	}
}

func verdictsOnlyAdded(t *testing.T, w *world) {
	d := disruption("KID-20230501T1200-XA", day0)
	v0, _ := w.DisruptionsVersion(w.ctx)
	record, _ := w.Version(w.ctx)
	w.must("keep", w.KeepDisruption(w.ctx, d))
	got, err := w.reopen().Disruption(w.ctx, d.ID)
	if err != nil || !reflect.DeepEqual(got, d) {
		t.Fatalf("kept:\n%+v, %v\nwant\n%+v", got, err, d)
	}
	v1, _ := w.DisruptionsVersion(w.ctx)
	w.must("keep the same", w.KeepDisruption(w.ctx, d))
	if v2, _ := w.DisruptionsVersion(w.ctx); v1 <= v0 || v2 != v1 {
		t.Errorf("versions %d, %d, %d: it grows with changes alone", v0, v1, v2)
	}
	if now, _ := w.Version(w.ctx); now != record {
		t.Errorf("the record's version went from %d to %d", record, now)
	}

	later := d
	later.Depth, later.End = 0.9, keepiton.Interval{From: day0.Add(3 * time.Hour), To: day0.Add(4 * time.Hour)}
	hour := verdict(keepiton.After1h, day0.Add(70*time.Minute), keepiton.LikelyShutdown)
	differs := d.Verdicts[0]
	differs.Disruption = 0.75
	later.Verdicts = []keepiton.Verdict{hour, differs}
	w.must("keep later", w.KeepDisruption(w.ctx, later))
	later.Verdicts = []keepiton.Verdict{d.Verdicts[0], differs, hour}
	if got, err = w.Disruption(w.ctx, d.ID); err != nil || !reflect.DeepEqual(got, later) {
		t.Errorf("what is computed is replaced, verdicts are added:\n%+v, %v\nwant\n%+v", got, err, later)
	}
	for name, change := range map[string]func(*keepiton.Disruption){
		"no id":      func(d *keepiton.Disruption) { d.ID = "KID-" },
		"an address": func(d *keepiton.Disruption) { d.ID = "KID-1/2" },
		"no onset":   func(d *keepiton.Disruption) { d.Onset = keepiton.Interval{} },
		"no verdict": func(d *keepiton.Disruption) { d.Verdicts = nil },
		"no number":  func(d *keepiton.Disruption) { d.Depth = math.NaN() },
		"no chance": func(d *keepiton.Disruption) {
			d.Verdicts = []keepiton.Verdict{{Stage: keepiton.AtOnset, Disruption: math.Inf(1)}}
		},
	} {
		bad := d
		change(&bad)
		w.wantCode(name, w.KeepDisruption(w.ctx, bad), keepiton.Invalid)
	}
	many := d
	many.Depth = 0.1
	for i := range 500 {
		many.Verdicts = append(many.Verdicts, verdict(keepiton.AtEnd, day0.Add(time.Duration(i)*time.Hour), keepiton.Disrupted))
	}
	w.wantCode("too many verdicts", w.KeepDisruption(w.ctx, many), keepiton.TooLarge)
	if got, _ = w.Disruption(w.ctx, d.ID); !reflect.DeepEqual(got, later) {
		t.Error("what was refused left something behind")
	}
	_, err = w.Disruption(w.ctx, "KID-20230501T1200-XB")
	w.wantCode("none such", err, keepiton.NotFound)
}

func disruptionLists(t *testing.T, w *world) {
	id := func(i int) keepiton.DisruptionID { return keepiton.DisruptionID(fmt.Sprintf("KID-%d-XA", i)) }
	for i := range 7 { // 0 and 1, 2 and 3 … begin together; those of odd number have ended
		d := disruption(id(i), day0.Add(time.Duration(i/2)*time.Hour))
		if i%2 == 1 {
			d.End = keepiton.Interval{From: d.Onset.From.Add(20 * time.Minute), To: d.Onset.From.Add(30 * time.Minute)}
			d.Verdicts = append(d.Verdicts, verdict(keepiton.AtEnd, d.End.To, keepiton.LikelyOutage))
		}
		if i == 6 {
			d.Entity.Country = "XB"
		}
		if i == 2 || i == 1 { // 1 has ended: it is not lost, whatever was known before
			d.Seen, d.Lost = day0.Add(2*time.Hour), day0.Add(30*time.Hour)
		}
		w.must("keep", w.KeepDisruption(w.ctx, d))
	}
	inc := w.create(day0, incident("2023-05-01"))
	for _, d := range []keepiton.Decision{
		{Disruption: id(0), What: keepiton.Accepted, Incident: inc.Incident.ID},
		{Disruption: id(1), What: keepiton.MergedWith, Into: id(0)},
		{Disruption: id(2), What: keepiton.Watched},
		{Disruption: id(3), What: keepiton.Rejected, Code: "weather"},
		{Disruption: id(3), What: keepiton.Reopened},
	} {
		d.By, d.At = "ana", day0
		_, err := w.Decide(w.ctx, d)
		w.must("decide", err)
	}
	for name, c := range map[string]struct {
		f    store.DisruptionFilter
		want []int
	}{
		"all":       {store.DisruptionFilter{}, []int{6, 5, 4, 3, 2, 1, 0}},
		"country":   {store.DisruptionFilter{Country: "XB"}, []int{6}},
		"states":    {store.DisruptionFilter{States: []keepiton.DisruptionState{keepiton.LikelyOutage}}, []int{5, 3, 1}},
		"open":      {store.DisruptionFilter{Open: true}, []int{6, 4, 2, 0}},
		"in sight":  {store.DisruptionFilter{Open: true, InSight: day0.Add(30*time.Hour - time.Second)}, []int{6, 4, 2, 0}},
		"lost":      {store.DisruptionFilter{InSight: day0.Add(30 * time.Hour)}, []int{6, 5, 4, 3, 1, 0}},
		"span":      {store.DisruptionFilter{From: day0.Add(time.Hour), To: day0.Add(2 * time.Hour)}, []int{3, 2, 0}},
		"undecided": {store.DisruptionFilter{Undecided: true}, []int{6, 5, 4, 3}},
		"decided":   {store.DisruptionFilter{Decided: []keepiton.DecisionKind{keepiton.Watched, keepiton.MergedWith}}, []int{2, 1}},
		"either":    {store.DisruptionFilter{Undecided: true, Decided: []keepiton.DecisionKind{keepiton.Watched}}, []int{6, 5, 4, 3, 2}},
		"incident":  {store.DisruptionFilter{Incident: inc.Incident.ID}, []int{0}},
		"into":      {store.DisruptionFilter{Into: id(0)}, []int{1}},
		"narrowed":  {store.DisruptionFilter{Country: "XA", Open: true, Undecided: true}, []int{4}},
	} {
		for limit := 1; limit < 9; limit += 2 {
			f, got := c.f, []int{}
			for f.Limit = limit; ; {
				p, err := w.ListDisruptions(w.ctx, f)
				w.must(name, err)
				if p.Total != len(c.want) || len(p.Items) > limit {
					t.Fatalf("%s: total %d, %d items of at most %d", name, p.Total, len(p.Items), limit)
				}
				for _, d := range p.Items {
					var n int
					fmt.Sscanf(string(d.ID), "KID-%d-", &n)
					got = append(got, n)
					if one, err := w.Disruption(w.ctx, d.ID); err != nil || !reflect.DeepEqual(one, d) {
						t.Errorf("%s: the list has %+v, %v", name, d, err)
					}
				}
				if f.Cursor = p.Next; f.Cursor == "" {
					break
				}
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("%s by %d: got %v, want %v", name, limit, got, c.want)
			}
		}
	}
	p, err := w.ListDisruptions(w.ctx, store.DisruptionFilter{})
	if err != nil || len(p.Last) != 4 || p.Last[id(3)].What != keepiton.Reopened || p.Last[id(0)].Incident != inc.Incident.ID {
		t.Errorf("last decisions: %+v, %v", p.Last, err)
	}
	for _, bad := range []store.DisruptionFilter{{Limit: 1001}, {Limit: -1}, {Cursor: "x"}, {Cursor: "AAAAAAAAAAA"}} {
		_, err := w.ListDisruptions(w.ctx, bad)
		w.wantCode(fmt.Sprintf("%+v", bad), err, keepiton.Invalid)
	}
}

func decisionsOnlyAdded(t *testing.T, w *world) {
	a, b := keepiton.DisruptionID("KID-1-XA"), keepiton.DisruptionID("KID-2-XA")
	w.must("keep", w.KeepDisruption(w.ctx, disruption(a, day0)))
	w.must("keep", w.KeepDisruption(w.ctx, disruption(b, day0)))
	say := func(d keepiton.Decision) error {
		if d.By == "" {
			d.By, d.At = "ወርቅ", day0
		}
		_, err := w.Decide(w.ctx, d)
		return err
	}
	w.must("reject", say(keepiton.Decision{Disruption: a, What: keepiton.Rejected, Code: "cable", Note: "a ship's anchor"}))
	w.must("take back", say(keepiton.Decision{Disruption: a, N: 2, What: keepiton.Reopened}))
	w.wantCode("decided on an old page", say(keepiton.Decision{Disruption: a, N: 2, What: keepiton.Watched}), keepiton.Conflict)
	w.must("computed again", w.KeepDisruption(w.ctx, disruption(a, day0.Add(time.Hour))))
	want := []keepiton.Decision{
		{Disruption: a, N: 1, What: keepiton.Rejected, Code: "cable", Note: "a ship's anchor", By: "ወርቅ", At: day0},
		{Disruption: a, N: 2, What: keepiton.Reopened, By: "ወርቅ", At: day0},
	}
	if got, err := w.reopen().Decisions(w.ctx, a); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v\nwant %+v", got, err, want)
	}
	w.must("merge", say(keepiton.Decision{Disruption: b, What: keepiton.MergedWith, Into: a}))
	for name, c := range map[string]struct {
		d    keepiton.Decision
		want keepiton.Code
	}{
		"a chain":          {keepiton.Decision{Disruption: a, What: keepiton.MergedWith, Into: b}, keepiton.Conflict},
		"itself":           {keepiton.Decision{Disruption: a, What: keepiton.MergedWith, Into: a}, keepiton.Invalid},
		"no disruption":    {keepiton.Decision{Disruption: "KID-3-XA", What: keepiton.Watched}, keepiton.NotFound},
		"no other":         {keepiton.Decision{Disruption: a, What: keepiton.MergedWith, Into: "KID-3-XA"}, keepiton.NotFound},
		"no incident":      {keepiton.Decision{Disruption: a, What: keepiton.Accepted, Incident: "KIO-2023-0099"}, keepiton.NotFound},
		"which incident":   {keepiton.Decision{Disruption: a, What: keepiton.Accepted}, keepiton.Invalid},
		"why":              {keepiton.Decision{Disruption: a, What: keepiton.Rejected}, keepiton.Invalid},
		"a reason of ours": {keepiton.Decision{Disruption: a, What: keepiton.Rejected, Code: "dull"}, keepiton.Invalid},
		"too much":         {keepiton.Decision{Disruption: a, What: keepiton.Watched, Code: "cable"}, keepiton.Invalid},
		"what":             {keepiton.Decision{Disruption: a, What: "verify"}, keepiton.Invalid},
		"nobody":           {keepiton.Decision{Disruption: a, What: keepiton.Watched, By: "", At: day0}, keepiton.Invalid},
		"NUL":              {keepiton.Decision{Disruption: a, What: keepiton.Watched, By: "a", At: day0, Note: "\x00"}, keepiton.Invalid},
	} {
		if name == "nobody" {
			_, err := w.Decide(w.ctx, c.d)
			w.wantCode(name, err, c.want)
			continue
		}
		w.wantCode(name, say(c.d), c.want)
	}

	var many sync.WaitGroup
	won := make(chan int, 8)
	for range cap(won) {
		many.Go(func() {
			if d, err := w.Decide(w.ctx, keepiton.Decision{Disruption: a, N: 3, What: keepiton.Watched, By: "ana", At: day0}); err == nil {
				won <- d.N
			}
		})
	}
	many.Wait()
	if len(won) != 1 {
		t.Errorf("%d decided at once", len(won))
	}
}
