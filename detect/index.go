package detect

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"keepiton"
)

func compareKeys(a, b keepiton.SeriesKey) int {
	return cmp.Or(a.Entity.Compare(b.Entity), cmp.Compare(a.Feed, b.Feed), cmp.Compare(a.Metric, b.Metric))
}

// index sorts tracks to where they are asked for.
func (w *world) index() {
	slices.SortFunc(w.tracks, func(a, b *track) int { return compareKeys(a.key, b.key) })
	for _, t := range w.tracks {
		if t.metric.Kind == keepiton.Health {
			w.ill[t.key.Feed] = append(w.ill[t.key.Feed], t)
			continue
		}
		w.series[t.key] = t
		if e := t.key.Entity; e.ASN != 0 && e.Country != "" {
			w.pairs[e.ASN] = append(w.pairs[e.ASN], t)
		}
	}
	seen := map[string]bool{}
	for _, t := range w.tracks {
		if t.metric.Kind == keepiton.Health {
			continue
		}
		home := w.home(t)
		w.homes[home] = append(w.homes[home], t)
		if e := (keepiton.Entity{Region: t.key.Entity.Region, ASN: t.key.Entity.ASN}); part(e) && !seen[home+e.String()] {
			seen[home+e.String()] = true
			w.pieces[pieces{home, e.ASN != 0}]++
		}
		w.open(home, t)
		country := t.key.Entity.Country
		if country == "" {
			continue
		}
		if t.metric.Kind == keepiton.Amount {
			w.alike[alikeOf(t)] = append(w.alike[alikeOf(t)], t)
		}
		by := instrumentOf(t.key, t.metric)
		for _, d := range t.began {
			w.falls[by] = append(w.falls[by], fall{d, country})
		}
		if w.covers[by] == nil {
			w.covers[by] = map[string]int{}
		}
		w.covers[by][country]++
	}
	slices.SortStableFunc(w.opened, func(a, b opening) int { return a.onset.From.Compare(b.onset.From) })
	for by, all := range w.falls {
		slices.SortFunc(all, func(a, b fall) int {
			return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.country, b.country), cmp.Compare(a.known, b.known))
		})
		w.falls[by] = slices.CompactFunc(all, func(a, b fall) bool { return a.from == b.from && a.country == b.country })
	}
}

// pieces are the regions of a country, or its networks.
type pieces struct {
	home     string
	networks bool
}

// opening is a signal, where it is, and when it was first known.
type opening struct {
	onset keepiton.Interval
	known keepiton.Stamp
	home  string
	part  keepiton.Entity
}

// open notes the signals of a series.
func (w *world) open(home string, t *track) {
	if len(t.marks) == 0 {
		return
	}
	w.marked[home] = append(w.marked[home], t)
	number := -1
	for _, m := range t.marks {
		if m.number != number {
			number = m.number
			e := t.key.Entity
			w.opened = append(w.opened, opening{m.signal.Onset, m.known, home, keepiton.Entity{Region: e.Region, ASN: e.ASN}})
		}
	}
}

// near calls yield for the signals that began within half an hour of an onset, as far as
// they were known.
func (w *world) near(onset keepiton.Interval, now keepiton.Stamp, yield func(opening)) {
	from := onset.From.Add(-neighbourWindow - widestGap)
	i, _ := slices.BinarySearchFunc(w.opened, from, func(o opening, from time.Time) int { return o.onset.From.Compare(from) })
	for ; i < len(w.opened) && !w.opened[i].onset.From.After(onset.To.Add(neighbourWindow)); i++ {
		if o := w.opened[i]; o.known <= now && touches(o.onset, onset, neighbourWindow) {
			yield(o)
		}
	}
}

// company reports whether other parts of a country fell in the hours around a group, one
// after another, and many more than fall by themselves.
func (w *world) company(home string, g *group, now keepiton.Stamp) bool {
	all := w.pieces[pieces{home, g.entity.ASN != 0}]
	least := max(companyLeast, companyTimes*strayFalls*float64(all)*2*companyWindow.Hours()/24)
	if float64(all) <= least {
		return false
	}
	onset := g.onset().Mid()
	fell, times := map[keepiton.Entity]bool{}, map[time.Time]bool{}
	i, _ := slices.BinarySearchFunc(w.opened, onset.Add(-companyWindow), func(o opening, from time.Time) int { return o.onset.From.Compare(from) })
	for ; i < len(w.opened) && !w.opened[i].onset.From.After(onset.Add(companyWindow)); i++ {
		o := w.opened[i]
		if o.home == home && o.known <= now && part(o.part) && o.part.ASN != 0 == (g.entity.ASN != 0) && !samePart(o.part, g.entity) {
			fell[o.part] = true
			times[o.onset.From] = true
		}
	}
	return float64(len(fell)) >= least && len(times) >= companyLeast
}

// home returns the country of a track. A network as a whole is at home where it has
// nearly all of what it has; one that is at home nowhere stands for itself.
func (w *world) home(t *track) string {
	e := t.key.Entity
	switch {
	case e.Country != "":
		return e.Country
	case e.ASN == 0:
		return ""
	}
	whole := t.usual()
	for _, o := range w.pairs[e.ASN] {
		if p := o.key.Entity; p.Region == "" && p.Access == e.Access && p.Service == e.Service && o.key.Feed == t.key.Feed && o.key.Metric == t.key.Metric && whole > 0 && o.usual() >= homeShare*whole {
			return p.Country
		}
	}
	return "AS" + strconv.FormatUint(uint64(e.ASN), 10)
}

// usual is the middle of what a series had, of some days at least.
func (t *track) usual() float64 {
	return middleOf(t.levels(t.cells.end(len(t.cells.voice)-1), 7*96, ^keepiton.Stamp(0)))
}

// middleOf is the median of a few values, nought when there are none.
func middleOf(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	return median(slices.Clone(v))
}
