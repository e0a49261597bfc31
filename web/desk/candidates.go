package desk

import (
	"cmp"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"time"

	"keepiton"
	"keepiton/export"
	"keepiton/review"
	"keepiton/store"
)

// shows are what the list of candidates can be narrowed to, in the order of the
// choice: those that wait first.
var shows = []string{"waiting", "watch", "accept", "merge", "reject", "all"}

// candidatesAtOnce is how many candidates a page shows: those that wait are sorted by
// how much they press, which goes for one page at a time.
const candidatesAtOnce = 100

// candidatesBody is the list of disruptions with what the desk thinks of them.
type candidatesBody struct {
	Lines     []candidateLine
	Total     int
	Next      string // address of the next page
	Show      string
	Shows     []string
	Country   string
	Countries []option
	Weak      bool // also those below the floor of evidence
	Watching  bool // feeds are watched here
}

// candidateLine is one candidate in the list.
type candidateLine struct {
	keepiton.Disruption
	Where   string
	When    string
	Verdict keepiton.Verdict
	Reasons []string // the strongest, in words
	Seen    []string // feeds that carry it
	Silent  int      // sources that could have spoken and did not
	Last    keepiton.Decision
	Lost    string // since when nobody can tell whether it goes on, in words
	Beside  beside
}

// Going reports whether it has not ended, as far as anybody can tell.
func (l candidateLine) Going() bool { return l.End.IsZero() && l.Lost == "" }

// Waits reports whether nobody has decided on it, or it was opened again.
func (l candidateLine) Waits() bool { return l.Last.Open() }

func (candidatesBody) title(p voice) template.HTML { return p.T("desk.candidates.title") }

func candidatesPage(v *visit) error {
	get := v.r.URL.Query().Get
	b := candidatesBody{Show: cmp.Or(get("show"), shows[0]), Shows: shows, Country: get("country"), Countries: countryOptions(v.p), Weak: get("weak") != "", Watching: v.opt.Signals != nil && v.opt.Signals.Polled != nil}
	f := store.DisruptionFilter{Country: b.Country, Cursor: get("cursor"), Limit: candidatesAtOnce}
	switch b.Show {
	case "waiting":
		f.Undecided = true
	case "all":
	default:
		f.Decided = []keepiton.DecisionKind{keepiton.DecisionKind(b.Show)}
	}
	if !b.Weak {
		f.States = []keepiton.DisruptionState{keepiton.Disrupted, keepiton.LikelyOutage, keepiton.LikelyShutdown}
	}
	page, err := v.desk.Candidates(v.r.Context(), v.user.Person, f)
	if err != nil {
		return err
	}
	around := v.surroundings()
	for i := range page.Items {
		line := v.candidateLine(&page.Items[i], page.Last[page.Items[i].ID])
		if line.Beside, err = around.of(&page.Items[i]); err != nil {
			return err
		}
		b.Lines = append(b.Lines, line)
	}
	if b.Show == "waiting" {
		slices.SortStableFunc(b.Lines, pressing)
	}
	if b.Total = page.Total; page.Next != "" {
		q := url.Values{"show": {b.Show}, "country": {b.Country}, "cursor": {page.Next}}
		if b.Weak {
			q.Set("weak", "yes")
		}
		b.Next = "?" + q.Encode()
	}
	return v.render(http.StatusOK, "candidates", b)
}

// pressing puts first what goes on, then what is likelier on purpose, then what is
// surer and newer.
func pressing(a, b candidateLine) int {
	going := func(l candidateLine) int {
		if l.Going() {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(going(a), going(b)),
		cmp.Compare(b.Verdict.Disruption*b.Verdict.Intentional, a.Verdict.Disruption*a.Verdict.Intentional),
		b.Onset.From.Compare(a.Onset.From))
}

// shownReasons is how many reasons a line of the list gives.
const shownReasons = 3

func (v *visit) candidateLine(d *keepiton.Disruption, last keepiton.Decision) candidateLine {
	l := candidateLine{Disruption: *d, Where: export.EntityWords(v.p, d.Entity), When: export.IntervalWords(v.p, d.Onset, nil), Verdict: d.Verdict(), Last: last}
	if at := d.LostFromSight(v.opt.Now()); !at.IsZero() {
		l.Lost = v.p.T("signal.lost", "When", v.p.Instant(at))
	}
	l.Reasons = v.strongest(l.Verdict.Reasons)
	for _, feed := range export.FeedsOf(d) {
		l.Seen = append(l.Seen, v.feedWords(feed))
	}
	l.Silent = len(l.Verdict.Silent)
	return l
}

// strongest are the first reasons in words, without what holds of every disruption.
func (v *visit) strongest(all []keepiton.Reason) (out []string) {
	for _, r := range all {
		if r.Key != "prior" && len(out) < shownReasons {
			out = append(out, export.ReasonWords(v.p, r))
		}
	}
	return out
}

// feedWords names a feed as it is credited.
func (v *visit) feedWords(feed string) string {
	if key := "casework.feed." + feed; v.p.Has(key) {
		return v.p.T(key)
	}
	return v.credit(feed).Title
}

// mayJudge reports whether who is signed in may decide on candidates.
func (v *visit) mayJudge() bool { return v.user.May(review.Judge, "") }

// waitingCandidates are the most pressing candidates for the dashboard.
func (v *visit) waitingCandidates() (lines []candidateLine, count int, err error) {
	f := store.DisruptionFilter{Undecided: true, States: []keepiton.DisruptionState{keepiton.Disrupted, keepiton.LikelyOutage, keepiton.LikelyShutdown}, From: v.opt.Now().Add(-recent), InSight: v.opt.Now().Add(-recent), Limit: candidatesAtOnce}
	page, err := v.desk.Candidates(v.r.Context(), v.user.Person, f)
	if err != nil {
		return nil, 0, err
	}
	for i := range page.Items {
		lines = append(lines, v.candidateLine(&page.Items[i], keepiton.Decision{}))
	}
	slices.SortStableFunc(lines, pressing)
	return lines[:min(len(lines), 5)], page.Total, nil
}

// recent is how long ago a candidate may have ended, or got lost from sight, to stand
// on the dashboard.
const recent = 30 * 24 * time.Hour
