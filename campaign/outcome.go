package campaign

import (
	"cmp"
	"slices"
	"time"

	"keepiton"
)

// PledgeRule names the rule of [OutcomeOf], with its version. docs/pledges.md
// states it in words.
const PledgeRule = "pledge-1"

// causesBreaking are the causes in the record that a pledge of a scope is about.
// A pledge of no shutdown at all is about any cause, and one about something else
// about none that the record could tell.
var causesBreaking = map[string][]string{
	"election": {"elections"},
	"exams":    {"exam_cheating"},
	"protests": {"protests", "political_instability"},
}

// CausesBreaking returns the causes that break a pledge of the scope; any reports
// that every cause does, even none.
func CausesBreaking(scope string) (causes []string, any bool) {
	return causesBreaking[scope], scope == "always"
}

// Proposal is what the record says of a pledge. A person confirms it or decides
// otherwise: the outcome of a pledge is [keepiton.Pledge.Outcome] alone.
type Proposal struct {
	Outcome string                // one of keepiton.PledgeOutcomes
	By      []keepiton.IncidentID // what broke it, the earliest first
	On      keepiton.Moment       // the day of the outcome; zero while it is open
}

// OutcomeOf applies rule pledge-1 to a pledge. It is broken by a published
// incident of its country that nothing speaks against, that the country's own
// powers are not ruled out for, with a cause of [CausesBreaking], when an episode
// was surely active in the time that the pledge covers. Without such an incident
// it is kept once that time is over, as far as the record knows; a pledge about
// something that the record cannot tell then expires. Until then it is open.
func OutcomeOf(p *keepiton.Pledge, incidents []keepiton.Incident, now time.Time) Proposal {
	from, until := covers(p)
	var breaking []*keepiton.Incident
	for i := range incidents {
		inc := &incidents[i]
		if against(p, inc) && slices.ContainsFunc(inc.Episodes, func(e keepiton.Episode) bool { return surelyWithin(e, from, until, now) }) {
			breaking = append(breaking, inc)
		}
	}
	if len(breaking) > 0 {
		slices.SortStableFunc(breaking, func(a, b *keepiton.Incident) int {
			return cmp.Or(a.Start().At.Compare(b.Start().At), cmp.Compare(a.ID, b.ID))
		})
		out := Proposal{Outcome: "broken", On: breaking[0].Start()}
		if out.On.At.Before(from) {
			out.On = keepiton.Moment{At: from}
		}
		for _, inc := range breaking {
			out.By = append(out.By, inc.ID)
		}
		return out
	}
	switch {
	case p.Until.IsZero() || now.Before(outer(p.Until)):
		return Proposal{Outcome: "open"}
	case p.Scope == "other":
		return Proposal{Outcome: "expired", On: p.Until}
	}
	return Proposal{Outcome: "kept", On: p.Until}
}

// Unconfirmed reports whether the record has something to say that the confirmed
// outcome does not have: what became of a pledge that is still called open, or that
// one called kept was broken, as a cut that came to light late may show.
func (q Proposal) Unconfirmed(confirmed string) bool {
	return q.Outcome != confirmed && (confirmed == "open" || confirmed == "kept" && q.Outcome == "broken")
}

// Overruled reports whether a person decided what the rule alone would not say: that
// a pledge expired since its maker was not elected, or was broken by a cut whose
// cause nobody recorded. For the record, expired and kept are one: it has no cut.
func (q Proposal) Overruled(confirmed string) bool {
	quiet := q.Outcome == "kept" && confirmed == "expired" || q.Outcome == "expired" && confirmed == "kept"
	return q.Outcome != confirmed && !quiet && !q.Unconfirmed(confirmed)
}

// covers returns the time [from, until) that a pledge surely covers; until is
// zero when it has no end. Nothing is broken before it was promised: a pledge of
// which only the day is known covers what comes after that day.
func covers(p *keepiton.Pledge) (from, until time.Time) {
	from = outer(p.Made)
	if start := p.From.At; !p.From.IsZero() {
		if p.From.Estimated {
			start = p.From.Until()
		}
		if start.After(from) {
			from = start
		}
	}
	if until = p.Until.At; !p.Until.IsZero() && !p.Until.Estimated { // else it may have been the day before
		until = p.Until.Until()
	}
	return from, until
}

// outer is the first instant that m surely lies before. An estimate may be off by
// its own length.
func outer(m keepiton.Moment) time.Time {
	end := m.Until()
	if m.Estimated {
		end = keepiton.Moment{At: end, Precision: m.Precision}.Until()
	}
	return end
}

// inner is the last instant that m surely does not lie before, as outer is after it.
func inner(m keepiton.Moment) time.Time {
	if !m.Estimated {
		return m.At
	}
	return m.At.Add(m.At.Sub(m.Until()))
}

// against reports whether an incident is one that a pledge speaks of, whenever it was.
func against(p *keepiton.Pledge, inc *keepiton.Incident) bool {
	if inc.State != keepiton.Published || inc.NotListed != "" || inc.Verification.Level == keepiton.Disputed {
		return false
	}
	if !slices.Contains(inc.Countries(), p.Country) || !ownDoing(inc, p.Country) {
		return false
	}
	causes, any := CausesBreaking(p.Scope)
	return any || slices.ContainsFunc(causes, func(c string) bool { return slices.Contains(inc.Causes, c) })
}

// surelyWithin reports whether an episode was active in [from, until), until zero
// for no end, whichever of the possible starts and ends is the true one. It must
// have begun before until; and it must have begun at from or later, or be known to
// have gone on then: a missing end makes nothing longer. The last day of a cut is
// a day with a cut, so that an end on the first day that is covered counts.
func surelyWithin(e keepiton.Episode, from, until, now time.Time) bool {
	if e.Start.IsZero() || !until.IsZero() && (outer(e.Start).After(until) || !from.Before(until)) {
		return false
	}
	switch {
	case !inner(e.Start).Before(from):
		return true
	case !e.End.At.IsZero():
		return !inner(e.End.At).Before(from)
	}
	return e.End.State == keepiton.Ongoing && from.Before(now)
}
