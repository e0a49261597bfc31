package web

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"sync"
	"testing"
	"time"

	"keepiton"
	"keepiton/series"
	"keepiton/signals"
	feedlist "keepiton/source/all"
	"keepiton/store"
)

// drawer is series in memory that work: enough of the contract for pages.
type drawer map[keepiton.SeriesKey][]keepiton.Measurement

func (d drawer) Put(_ context.Context, all []keepiton.Measurement) error {
	for _, m := range all {
		d[m.SeriesKey] = append(d[m.SeriesKey], m)
	}
	return nil
}

func (d drawer) Sight(context.Context, []keepiton.Sighting) error { panic("pages do not write") }

func (d drawer) Range(_ context.Context, key keepiton.SeriesKey, from, to time.Time) (keepiton.Series, error) {
	all := d[key]
	if len(all) == 0 {
		return keepiton.Series{}, keepiton.Errorf(keepiton.NotFound, "no series %s", key)
	}
	step := all[0].Step
	s := keepiton.Series{SeriesKey: key, From: from.Truncate(step), Step: step}
	s.Bins = make([]keepiton.Bin, max(0, int((to.Sub(s.From)+step-1)/step)))
	for _, m := range all {
		if i := int(m.At.Sub(s.From) / step); !m.At.Before(s.From) && i < len(s.Bins) {
			s.Bins[i] = m.Bin
		}
	}
	return s, nil
}

func (d drawer) Scan(context.Context, series.Filter, time.Time, time.Time) iter.Seq2[keepiton.Series, error] {
	panic("pages do not scan")
}

func (d drawer) Keys(_ context.Context, f series.Filter) iter.Seq2[series.Known, error] {
	return func(yield func(series.Known, error) bool) {
		var keys []keepiton.SeriesKey
		for k := range d {
			if (f.Feed == "" || k.Feed == f.Feed) && (f.Entity == keepiton.Entity{} || k.Entity == f.Entity) {
				keys = append(keys, k)
			}
		}
		slices.SortFunc(keys, func(a, b keepiton.SeriesKey) int { return cmp.Compare(a.String(), b.String()) })
		for _, k := range keys {
			all := d[k]
			if !yield(series.Known{SeriesKey: k, Step: all[0].Step, From: all[0].At, To: all[len(all)-1].At.Add(all[0].Step)}, nil) {
				return
			}
		}
	}
}

// toldOf is disruptions in memory, with the last decision of each.
type toldOf struct {
	all  []keepiton.Disruption
	last map[keepiton.DisruptionID][]keepiton.Decision
}

func (t *toldOf) Disruption(_ context.Context, id keepiton.DisruptionID) (keepiton.Disruption, error) {
	for _, d := range t.all {
		if d.ID == id {
			d.Verdicts = slices.Clone(d.Verdicts)
			return d, nil
		}
	}
	return keepiton.Disruption{}, keepiton.Errorf(keepiton.NotFound, "there is no disruption %s", id)
}

func (t *toldOf) ListDisruptions(_ context.Context, f store.DisruptionFilter) (store.DisruptionPage, error) {
	page := store.DisruptionPage{Last: map[keepiton.DisruptionID]keepiton.Decision{}}
	for _, d := range t.all {
		var last keepiton.Decision
		if said := t.last[d.ID]; len(said) > 0 {
			last = said[len(said)-1]
		}
		open := last.Open()
		switch {
		case f.Country != "" && d.Entity.Country != f.Country,
			len(f.States) > 0 && !slices.Contains(f.States, d.Verdict().State),
			!f.From.IsZero() && !d.End.IsZero() && !d.End.To.After(f.From),
			f.Open && !d.End.IsZero(),
			!f.InSight.IsZero() && !d.LostFromSight(f.InSight).IsZero(),
			!f.To.IsZero() && !d.Onset.From.Before(f.To),
			(len(f.Decided) > 0 || f.Undecided) && !(f.Undecided && open) && !slices.Contains(f.Decided, last.What),
			f.Incident != "" && last.Incident != f.Incident:
			continue
		}
		d.Verdicts = slices.Clone(d.Verdicts)
		page.Items, page.Last[d.ID] = append(page.Items, d), last
	}
	slices.SortStableFunc(page.Items, func(a, b keepiton.Disruption) int { return b.Onset.From.Compare(a.Onset.From) })
	page.Total = len(page.Items)
	if from := len(f.Cursor); from <= len(page.Items) { // a cursor of this store has as many letters as items before it
		page.Items = page.Items[from:]
		if f.Limit > 0 && len(page.Items) > f.Limit {
			page.Items = page.Items[:f.Limit]
			page.Next = string(slices.Repeat([]byte("x"), from+f.Limit))
		}
	}
	return page, nil
}

func (t *toldOf) Decisions(_ context.Context, id keepiton.DisruptionID) ([]keepiton.Decision, error) {
	return t.last[id], nil
}

func (t *toldOf) DisruptionsVersion(context.Context) (uint64, error) { return uint64(len(t.all)), nil }

// madeUp is what the instruments of the made-up world saw: read once, pages do not
// change it.
var madeUp = sync.OnceValues(func() (drawer, []keepiton.Disruption) {
	d := drawer{}
	if err := d.Put(context.Background(), measurementsAt(testNow)); err != nil {
		panic(err)
	}
	return d, disruptionsAt(testNow)
})

// sampleBoard is the board of the made-up world, over a record.
func sampleBoard(t testing.TB, record *memory) *signals.Board {
	t.Helper()
	kept, found := madeUp()
	told := &toldOf{all: found, last: map[keepiton.DisruptionID][]keepiton.Decision{}}
	for id, revs := range record.revs {
		if inc := &revs[len(revs)-1].Incident; slices.Equal(inc.Countries(), []string{"XG"}) && len(inc.Signals) > 0 {
			told.last[found[0].ID] = []keepiton.Decision{{Disruption: found[0].ID, N: 1, What: keepiton.Accepted, Incident: id, By: "ana", Note: "a note of the desk", At: testNow.Add(-time.Hour)}}
		}
	}
	return &signals.Board{
		Series: kept, Disruptions: told, Feeds: feedlist.Feeds, Record: record, BaseURL: "https://keepiton.example", Sample: true, Now: func() time.Time { return testNow },
		Polled: func() []signals.Polled {
			return []signals.Polled{{Feed: "bgp", Every: 5 * time.Minute, LastGood: testNow.Add(-4 * time.Minute), LastTry: testNow.Add(-4 * time.Minute), Skipped: 3}, {Feed: "ioda", LastGood: testNow.Add(-3 * time.Hour), LastTry: testNow, Down: true}}
		},
	}
}
