package web

import (
	"time"

	"keepiton/detect/evaluate"
)

// right is what the methodology says of how right P(intentional | disruption) is: the
// evaluation that came with the weights (docs/evaluation.md).
type right struct {
	*evaluate.Report
	First, Last, Day time.Time
	Lines            []rightLine
	Steps            []rightStep
	Few              int    // shutdowns that are left without the three countries
	Blind            string // share of pairs without the calendar of votes, there
}

// rightLine is one split: shares of pairs that are right, with their interval, and beside
// them the baselines.
type rightLine struct {
	Words                   string // message
	Events, Shut            int
	Pairs, Low, High        string
	Persistence, Past, Miss string
}

// rightStep is one line of the reliability table.
type rightStep struct {
	From, To       string
	Events         int
	Was, Low, High string
}

// rightSplits are the splits that are shown, with their messages.
var rightSplits = []struct{ split, words string }{
	{"leave_one_country_out", "page.method.right.all"},
	{"leave_one_country_out_without_mm_sy_iq", "page.method.right.three"},
	{"forward_in_time", "page.method.right.forward"},
	{"forward_in_time_without_mm_sy_iq", "page.method.right.forward.three"},
}

// evaluation is what the page shows; nil when the program carries no evaluation.
func (v *visit) evaluation() *right {
	r := &right{Report: evaluate.Published()}
	splits := map[string]evaluate.Split{}
	for _, s := range r.Splits {
		splits[s.Name] = s
	}
	if len(splits) == 0 {
		return nil
	}
	r.First, _ = time.Parse(time.DateOnly, r.From)
	r.Last, _ = time.Parse(time.DateOnly, r.To)
	r.Day, _ = time.Parse(time.DateOnly, r.Made)
	for _, row := range rightSplits {
		s, ok := splits[row.split]
		if !ok || s.Model.AUC == nil {
			continue
		}
		line := rightLine{
			Words: row.words, Events: s.Events, Shut: s.Shutdowns, Pairs: v.p.Percent(s.Model.AUC.Value), Low: v.p.Percent(s.Model.AUC.Low), High: v.p.Percent(s.Model.AUC.High),
			Miss: v.p.Percent(s.Model.ECE.Value),
		}
		for _, b := range s.Baselines {
			if b.AUC == nil {
				continue
			}
			switch share := v.p.Percent(b.AUC.Value); b.Name {
			case evaluate.NamePersistence:
				line.Persistence = share
			case evaluate.NamePast:
				line.Past = share
			case evaluate.NameBlind:
				if row.split == rightSplits[1].split {
					r.Few, r.Blind = s.Shutdowns, share
				}
			}
		}
		r.Lines = append(r.Lines, line)
	}
	for _, t := range splits[rightSplits[0].split].Reliability {
		r.Steps = append(r.Steps, rightStep{v.p.Percent(t.From), v.p.Percent(t.To), t.N, v.p.Percent(t.Was), v.p.Percent(t.Low), v.p.Percent(t.High)})
	}
	return r
}
