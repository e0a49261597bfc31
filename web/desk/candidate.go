package desk

import (
	"html/template"
	"net/http"
	"slices"
	"time"

	"keepiton"
	"keepiton/export"
	"keepiton/geo"
	"keepiton/store"
)

// candidateBody is one candidate with all that a person needs to decide on it.
type candidateBody struct {
	candidateLine
	Ended string // when, in words
	// When it began and ended by the clocks of the place; empty where they show UTC, or
	// there are several.
	Local, EndedLocal string
	Grounds           []ground
	Signals           []signalLine
	Quiet             []quietLine
	Parts             []string
	More              int // parts that are not shown
	Log               []verdictLine
	Decisions         []keepiton.Decision
	Into              []keepiton.Disruption // that it may be merged with
	IntoWords         map[keepiton.DisruptionID]string
	Merged            []keepiton.Disruption // that were merged with it
	Chart             template.HTML
	Codes             []string
	Can               bool
	Public            bool // the site has a page about it
	Error             string
	Form              form
}

// ground is a reason in words, with the number that it moves.
type ground struct {
	Words  string
	Of     string // disruption or intentional
	Weight float64
}

// For reports whether the reason speaks for it.
func (g ground) For() bool { return g.Weight >= 0 }

// signalLine is a signal in words.
type signalLine struct {
	*keepiton.Signal
	What, Where, When, Ended string
}

// quietLine is a source that could have spoken and did not.
type quietLine struct {
	What, Where, How string
}

// verdictLine is one revision of the verdict.
type verdictLine struct {
	keepiton.Verdict
	Reasons []string
}

func (b candidateBody) title(p voice) template.HTML {
	return p.T("desk.candidate.title", "Place", b.Where)
}

// Typed returns what was typed into a refused form.
func (b candidateBody) Typed(name string) string { return b.Form.get(name) }

// How much of a large disruption the page shows.
const (
	shownSignals = 40
	shownParts   = 30
)

func candidatePage(v *visit) error { return v.showCandidate(http.StatusOK, candidateBody{}) }

func (v *visit) showCandidate(status int, b candidateBody) error {
	ctx := v.r.Context()
	d, all, err := v.desk.Candidate(ctx, v.user.Person, keepiton.DisruptionID(v.r.PathValue("id")))
	if err != nil {
		return err
	}
	last := keepiton.Decision{}
	if len(all) > 0 {
		last = all[len(all)-1]
	}
	b.candidateLine = v.candidateLine(&d, last)
	if b.Beside, err = v.surroundings().of(&d); err != nil {
		return err
	}
	if zone := geo.Zone(d.Entity.Country); zone != nil && zone.String() != "UTC" {
		b.Local = export.IntervalWords(v.p, d.Onset, zone)
		if !d.End.IsZero() {
			b.EndedLocal = export.IntervalWords(v.p, d.End, zone)
		}
	}
	if !d.End.IsZero() {
		b.Ended = export.IntervalWords(v.p, d.End, nil)
	}
	b.Decisions, b.Codes, b.Can = all, keepiton.RejectCodes, v.mayJudge()
	slices.Reverse(b.Decisions)
	v.measured(&b, &d)
	if b.Chart, err = v.candidateChart(&d); err != nil {
		return err
	}
	if err := v.neighbours(&b, &d); err != nil {
		return err
	}
	return v.render(status, "candidate", b)
}

// measured writes what instruments say in words.
func (v *visit) measured(b *candidateBody, d *keepiton.Disruption) {
	for _, r := range b.Verdict.Reasons {
		b.Grounds = append(b.Grounds, ground{export.ReasonWords(v.p, r), r.Of, r.Weight})
	}
	for i := range d.Signals {
		s := &d.Signals[i]
		line := signalLine{Signal: s, What: export.MetricWords(v.p, s.Series, v.credit), Where: export.EntityWords(v.p, s.Series.Entity), When: export.IntervalWords(v.p, s.Onset, nil)}
		if !s.End.IsZero() {
			line.Ended = export.IntervalWords(v.p, s.End, nil)
		}
		b.Signals = append(b.Signals, line)
	}
	slices.SortStableFunc(b.Signals, func(a, c signalLine) int { // what counts first, then the strongest
		switch {
		case (a.Veto == "") != (c.Veto == ""):
			if a.Veto == "" {
				return -1
			}
			return 1
		case a.LogLR > c.LogLR:
			return -1
		case a.LogLR < c.LogLR:
			return 1
		}
		return 0
	})
	b.Signals = b.Signals[:min(len(b.Signals), shownSignals)]
	for _, s := range b.Verdict.Silent {
		how := "quiet"
		switch {
		case s.Normal:
			how = "normal"
		case s.State == keepiton.SourceDown:
			how = "down"
		}
		b.Quiet = append(b.Quiet, quietLine{export.MetricWords(v.p, s.Series, v.credit), export.EntityWords(v.p, s.Series.Entity), how})
	}
	for _, part := range d.Parts[:min(len(d.Parts), shownParts)] {
		b.Parts = append(b.Parts, export.EntityWords(v.p, part))
	}
	b.More = len(d.Parts) - len(b.Parts)
	for _, said := range slices.Backward(d.Verdicts) {
		b.Log = append(b.Log, verdictLine{said, v.strongest(said.Reasons)})
	}
}

// neighbours are the disruptions of the country about the same time, with which this
// one may be merged, and those that were merged with it.
func (v *visit) neighbours(b *candidateBody, d *keepiton.Disruption) error {
	ctx := v.r.Context()
	to := v.opt.Now()
	if !d.End.IsZero() {
		to = d.End.To
	}
	const around = 7 * 24 * time.Hour
	near, err := v.desk.Candidates(ctx, v.user.Person, store.DisruptionFilter{Country: d.Entity.Country, From: d.Onset.From.Add(-around), To: to.Add(around), Limit: 50})
	if err != nil {
		return err
	}
	b.IntoWords = map[keepiton.DisruptionID]string{}
	for _, other := range near.Items {
		if other.ID != d.ID && near.Last[other.ID].What != keepiton.MergedWith {
			b.Into = append(b.Into, other)
			b.IntoWords[other.ID] = export.EntityWords(v.p, other.Entity) + " · " + export.IntervalWords(v.p, other.Onset, nil)
		}
	}
	merged, err := v.desk.Candidates(ctx, v.user.Person, store.DisruptionFilter{Into: d.ID, Limit: 50})
	b.Merged = merged.Items
	return err
}
