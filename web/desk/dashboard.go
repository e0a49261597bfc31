package desk

import (
	"net/http"
	"strconv"
	"strings"

	"keepiton"
	"keepiton/locale"
	"keepiton/review"
	"keepiton/store"
)

// line is one incident in a list.
type line struct {
	ID        keepiton.IncidentID
	State     keepiton.State
	Where     string
	When      keepiton.Moment
	Author    string
	Reason    string
	Rev       keepiton.Revision
	Published bool
}

func (v *visit) lines(revs []keepiton.Revision) (out []line) {
	for _, r := range revs {
		out = append(out, line{
			ID: r.Incident.ID, State: r.Incident.State, Where: where(v.p, &r.Incident), When: r.Incident.Start(), Author: r.Author, Reason: r.Reason, Rev: r,
		})
	}
	return out
}

// where names the countries of an incident and the words of its first place.
func where(p *locale.Printer, inc *keepiton.Incident) string {
	var names []string
	for _, code := range inc.Countries() {
		names = append(names, placeLabel(p, keepiton.Place{Country: code}))
	}
	if len(names) == 0 && inc.Country != "" {
		names = append(names, inc.Country)
	}
	s := p.List(names)
	for _, pl := range inc.Places {
		if pl.Words != "" && !pl.Nationwide {
			s += " – " + short(pl.Words, 60)
			break
		}
	}
	return strings.TrimPrefix(s, " – ")
}

type dashboardBody struct {
	InReview, Drafts, Changed []line
	Proposals                 []store.Proposal
	Ambiguities               []store.Ambiguity
	Unmapped                  []store.Unmapped
	Campaign                  []entryLine     // entries that wait for people to stand behind them
	Candidates                []candidateLine // that instruments saw, and that wait
	Counts                    map[string]string
	Recovery                  bool // the account has no recovery codes
}

// shownOfEach is how many of each list the dashboard shows.
const shownOfEach = 20

func dashboard(v *visit) error {
	q, err := v.desk.Waiting(v.r.Context(), v.user.Person, shownOfEach+1)
	if err != nil {
		return err
	}
	means, err := v.accounts.Means(v.r.Context(), v.user.Person)
	if err != nil {
		return err
	}
	body := dashboardBody{Counts: map[string]string{}, Recovery: means.Recovery == 0}
	body.InReview, body.Counts["review"] = atMost(v.lines(q.InReview))
	body.Drafts, body.Counts["drafts"] = v.lines(q.Drafts), strconv.Itoa(len(q.Drafts)) // all of one's own
	body.Changed, _ = atMost(v.lines(q.Changed))
	body.Proposals, body.Counts["proposals"] = atMost(q.Proposals)
	body.Ambiguities, body.Counts["questions"] = atMost(q.Ambiguities)
	body.Unmapped, body.Counts["unmapped"] = atMost(q.Unmapped)
	waiting := 0
	if body.Candidates, waiting, err = v.waitingCandidates(); err != nil {
		return err
	}
	body.Counts["candidates"] = strconv.Itoa(waiting)
	if v.opt.Office != nil {
		q := store.EntryQuery{Desk: true, States: []keepiton.State{keepiton.InReview}, Limit: shownOfEach}
		page, err := v.opt.Store.ListEntries(v.r.Context(), q)
		if err != nil {
			return err
		}
		if body.Campaign, err = v.entryLines(page.Items); err != nil {
			return err
		}
		body.Counts["campaign"] = strconv.Itoa(page.Total)
	}
	return v.render(http.StatusOK, "dashboard", body)
}

// atMost keeps what the dashboard shows of a list and says how many there are:
// "20+" when there are more.
func atMost[T any](list []T) (shown []T, count string) {
	if len(list) > shownOfEach {
		return list[:shownOfEach], strconv.Itoa(shownOfEach) + "+"
	}
	return list, strconv.Itoa(len(list))
}

type listBody struct {
	Text       string
	State      keepiton.State
	States     []keepiton.State
	Lines      []line
	Total      int
	Next, Prev string
}

func listPage(v *visit) error {
	if !v.user.May(review.Read, keepiton.Draft) {
		return keepiton.Errorf(keepiton.Forbidden, "the role %q may not read", v.user.Role)
	}
	get := v.r.URL.Query().Get
	q := store.Query{States: keepiton.States, Text: get("q"), Sort: store.RecentlyChanged, Cursor: get("cursor"), Limit: 50}
	body := listBody{Text: q.Text, State: keepiton.State(get("state")), States: keepiton.States}
	if body.State != "" {
		q.States = []keepiton.State{body.State}
	}
	page, err := v.opt.Store.List(v.r.Context(), q)
	if err != nil {
		return err
	}
	body.Lines, body.Total, body.Next, body.Prev = v.lines(page.Items), page.Total, page.Next, page.Prev
	return v.render(http.StatusOK, "list", body)
}
