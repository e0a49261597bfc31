package detect

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"keepiton"
)

// survey finds the disruptions of all places, and judges each at its stages.
func (w *world) survey() Survey {
	out := Survey{Series: len(w.tracks)}
	var homes []string
	for home := range w.homes {
		homes = append(homes, home)
	}
	slices.Sort(homes)
	taken := map[keepiton.DisruptionID]int{}
	for _, home := range homes {
		c := w.context(home)
		groups, vetoed := w.groups(home, w.now, time.Time{}, forever)
		out.Vetoed = append(out.Vetoed, vetoed...)
		w.owner = owners(groups)
		for i := range groups {
			if w.elsewhere(home, &groups[i]) {
				continue
			}
			d := w.disruption(home, &groups[i], c)
			if n := taken[d.ID]; n > 0 { // two at one minute in one place
				d.ID += keepiton.DisruptionID("-" + string(rune('a'+min(n, 25))))
			}
			taken[d.ID]++
			out.Disruptions = append(out.Disruptions, d)
		}
	}
	slices.SortStableFunc(out.Disruptions, func(a, b keepiton.Disruption) int {
		return cmp.Or(a.Onset.From.Compare(b.Onset.From), a.Entity.Compare(b.Entity))
	})
	slices.SortStableFunc(out.Vetoed, func(a, b keepiton.Signal) int {
		return cmp.Or(a.Onset.From.Compare(b.Onset.From), compareKeys(a.Series, b.Series))
	})
	return out
}

// elsewhere reports whether what a network lost as a whole is what it lost in a country,
// which is told there.
func (w *world) elsewhere(home string, g *group) bool {
	if len(home) == 2 || g.entity.ASN == 0 {
		return false
	}
	for _, t := range w.pairs[g.entity.ASN] {
		for _, s := range t.signals(w.now) {
			if touches(s.Onset, g.onset(), joinWindow) {
				return true
			}
		}
	}
	return false
}

// disruption judges a group, and what was known of it at each of its stages.
func (w *world) disruption(home string, g *group, c Context) keepiton.Disruption {
	born, then := w.born(home, g)
	d := g.disruption()
	d.ID = then.id(home)
	ended := w.ended(g)
	d.Seen, d.Lost = w.sight(g)
	for i, age := range keepiton.Ages {
		at := born + keepiton.Stamp(age/time.Minute)
		if at > w.now || ended != 0 && at >= ended && i > 0 || !d.Lost.IsZero() && at >= keepiton.StampOf(d.Lost) {
			break
		}
		d.Verdicts = append(d.Verdicts, w.verdict(home, g, c, keepiton.Stages[i], at))
	}
	if ended != 0 {
		d.Verdicts = append(d.Verdicts, w.verdict(home, g, c, keepiton.AtEnd, ended))
	}
	b := w.believe(g, home, w.now)
	d.Shape = g.shape(&b, c.local())
	return d
}

// disruption is what a group is, without its name and what is thought of it.
func (g *group) disruption() keepiton.Disruption {
	d := keepiton.Disruption{Entity: g.entity, Parts: g.parts(), Onset: g.onset(), End: g.end(), Depth: g.depth(), Episodes: g.episodes()}
	for _, m := range g.members {
		d.Signals = append(d.Signals, m.signal)
	}
	return d
}

// born returns the first moment at which there was a disruption with a signal of the
// group, and what it was then.
func (w *world) born(home string, g *group) (keepiton.Stamp, *group) {
	var moments []keepiton.Stamp
	for _, m := range g.members {
		if at, ok := m.track.first(m.signal.Onset); ok {
			moments = append(moments, at)
		}
	}
	slices.Sort(moments)
	first := moments[0]
	for _, age := range patience {
		if at := first + keepiton.Stamp(age/time.Minute); at < w.now {
			moments = append(moments, at)
		}
	}
	slices.Sort(moments)
	for _, at := range slices.Compact(moments) {
		if then := w.same(home, g, at); then != nil {
			return at, then
		}
	}
	return w.now, g
}

// span is the time in which the signals that could be joined with a group began: of a
// curfew all of the run that it may be a part of.
func (g *group) span() (from, to time.Time) {
	near := joinOverlap + onsetSpread + sharesSlack
	for _, m := range g.members {
		if len(m.signal.Episodes) > 1 {
			near = memory
		}
	}
	from = g.members[0].signal.Onset.From
	for _, m := range g.members {
		if m.signal.Onset.From.Before(from) {
			from = m.signal.Onset.From
		}
		if l := last(m.signal); l.After(to) {
			to = l
		}
	}
	return from.Add(-near), to.Add(near)
}

// spotted is a signal of a series, whatever is known of it.
type spotted struct {
	track *track
	onset keepiton.Interval
}

func (m member) spotted() spotted { return spotted{m.track, m.signal.Onset} }

// owners tells in which group each signal is in the end.
func owners(groups []group) map[spotted]*group {
	out := map[spotted]*group{}
	for i := range groups {
		for _, m := range groups[i].members {
			out[m.spotted()] = &groups[i]
		}
	}
	return out
}

// same returns the group as it was known at a moment; nil when there was none. One whose
// strongest signal is of another group in the end was that one, though it held some of
// this one's for a while.
func (w *world) same(home string, g *group, at keepiton.Stamp) *group {
	from, to := g.span()
	groups, _ := w.groups(home, at, from, to)
	for i := range groups {
		if o := w.owner[groups[i].members[0].spotted()]; o != nil && o != g {
			continue
		}
		for _, m := range groups[i].members {
			if slices.ContainsFunc(g.members, func(o member) bool { return o.spotted() == m.spotted() }) {
				return &groups[i]
			}
		}
	}
	return nil
}

// ended returns when the end of a group was known: when the ends of half of what its
// members weigh were; 0 while it goes on.
func (w *world) ended(g *group) keepiton.Stamp {
	if g.end().IsZero() {
		return 0
	}
	var at []weighed
	for _, m := range g.members {
		known := forever
		for _, k := range m.track.marks {
			if !m.signal.End.IsZero() && k.signal.End == m.signal.End {
				known = k.known.Time()
			}
		}
		at = append(at, weighed{known, m.weight()})
	}
	known := weighedMedian(at)
	if known.Equal(forever) {
		return 0
	}
	return keepiton.StampOf(keepiton.Later(known, g.end().To))
}

// verdict is what was to be thought of a group at a moment, by what was known of it
// then.
func (w *world) verdict(home string, g *group, c Context, stage keepiton.Stage, at keepiton.Stamp) keepiton.Verdict {
	v := keepiton.Verdict{At: at.Time(), Stage: stage, State: keepiton.Insufficient, Disruption: leastP, Intentional: leastP, Rules: Rules, Geolocation: w.in.Geolocation}
	if now := w.same(home, g, at); now != nil {
		g = now
	} else {
		v.Reasons = []keepiton.Reason{reason("not_seen", 0, nil)}
		return v
	}
	b := w.believe(g, home, at)
	v.Disruption = w.in.calibration().Of(stage, logistic(b.odds))
	v.Sources, v.Silent = g.sources(), b.silent
	d := g.disruption()
	d.Shape = g.shape(&b, c.local())
	d.Verdicts = []keepiton.Verdict{v}
	f := Features(&d, c, v.At)
	w.around(&f, home, &d, at)
	var why []keepiton.Reason
	v.Intentional, why = Intent(f)
	v.Reasons = append(b.why, why...)
	slices.SortStableFunc(v.Reasons, func(x, y keepiton.Reason) int {
		return cmp.Or(cmp.Compare(math.Abs(y.Weight), math.Abs(x.Weight)), strings.Compare(x.Key, y.Key))
	})
	v.State = state(v.Disruption, v.Intentional, f)
	return v
}

// id is made of what was first detected: KID-20260108T1645-IR.
func (g *group) id(home string) keepiton.DisruptionID {
	e := g.entity
	if e.Country == "" && len(home) == 2 {
		e.Country = home
	}
	name := e.Region
	if name == "" {
		name = e.Country
	}
	if e.ASN != 0 {
		name = strings.TrimSuffix(e.ASN.String()+"-"+name, "-")
	}
	for _, more := range []string{e.Access, e.Service} {
		if more != "" {
			name += "-" + more
		}
	}
	if name == "" {
		name = "world"
	}
	return keepiton.DisruptionID("KID-" + g.onset().From.UTC().Format("20060102T1504") + "-" + name)
}
