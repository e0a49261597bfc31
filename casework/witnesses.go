package casework

import (
	"slices"

	"keepiton"
)

// Witnesses counts what a case rests on.
type Witnesses struct {
	Reports     int // that support it
	Firsthand   int // whose senders saw it
	Independent int // origins: reports that share one count once, reports nobody looked at not at all
	Unlooked    int // of which nobody has said whether they are independent
	Roads       []keepiton.Road
	Lanes       []keepiton.Lane
	Agree       []string // feeds
	Disagree    []string
	Silent      []string // looked and could not tell
	Unasked     []string // nobody has looked
}

// Count counts the witnesses of a case. Reports that are not opened count by
// their judgement alone.
func (c *Case) Count(judged map[keepiton.EnvelopeID]*Judgement, opened func(keepiton.EnvelopeID) *Opened) Witnesses {
	var w Witnesses
	origins := map[string]bool{}
	for _, id := range c.Reports {
		j := judged[id]
		if j == nil || j.Decision != Use {
			continue
		}
		w.Reports++
		if j.Firsthand == keepiton.Yes {
			w.Firsthand++
		}
		o := opened(id)
		switch {
		case j.Origin != "":
			origins["group "+j.Origin] = true
		case j.Independent == keepiton.Yes && o != nil && o.Report.ID != "":
			origins["report "+o.Report.ID] = true // by two roads, one witness
		case j.Independent == keepiton.Yes:
			origins["envelope "+string(id)] = true
		case j.Independent == keepiton.NotAsked:
			w.Unlooked++
		}
		if o != nil {
			if !slices.Contains(w.Roads, o.Report.Road) {
				w.Roads = append(w.Roads, o.Report.Road)
			}
			if !slices.Contains(w.Lanes, o.Envelope.Lane) {
				w.Lanes = append(w.Lanes, o.Envelope.Lane)
			}
		}
	}
	w.Independent = len(origins)
	for _, feed := range Feeds {
		i := slices.IndexFunc(c.Signals, func(s SignalAnswer) bool { return s.Feed == feed })
		switch {
		case i < 0:
			w.Unasked = append(w.Unasked, feed)
		case c.Signals[i].Says == Agrees:
			w.Agree = append(w.Agree, feed)
		case c.Signals[i].Says == Disagrees:
			w.Disagree = append(w.Disagree, feed)
		default:
			w.Silent = append(w.Silent, feed)
		}
	}
	return w
}
