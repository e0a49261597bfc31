package desk

import (
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"

	"keepiton"
	"keepiton/export"
	"keepiton/review"
)

type actBody struct {
	ID        keepiton.IncidentID
	State     keepiton.State
	Base      int
	Author    string
	Reason    string // of the newest revision
	Can       []action
	Approvals []string
	Policy    review.Publishing
	Faults    []finding
	Episodes  []string
	Rows      []string
	Signing   signing
	Error     string
	Form      form // as it was sent, when it was refused
}

// action is one thing that may be done now, with its own form.
type action struct {
	Do     review.Action
	Reason string // "", optional, required
	Kind   string // plain, danger
}

func (b actBody) title(p voice) template.HTML { return p.T("desk.act.title", "ID", string(b.ID)) }

// Typed returns what was typed into a refused form of the action.
func (b actBody) Typed(do review.Action, name string) string {
	if b.Form.get("do") != string(do) {
		return ""
	}
	return b.Form.get(name)
}

// actions is the order of the forms on the page.
var actions = []action{
	{review.Submit, "optional", ""},
	{review.Approve, "", ""},
	{review.Publish, "optional", ""},
	{review.SendBack, "required", ""},
	{review.Reinstate, "required", ""},
	{review.Unmerge, "required", ""},
	{review.Merge, "required", "danger"},
	{review.Split, "required", "danger"},
	{review.Withdraw, "required", "danger"},
}

func actPage(v *visit) error { return v.showAct(http.StatusOK, actBody{}) }

func (v *visit) showAct(status int, body actBody) error {
	ctx, id := v.r.Context(), keepiton.IncidentID(v.r.PathValue("id"))
	rev, base, err := v.desk.Current(ctx, v.user.Person, id)
	if err != nil {
		return err
	}
	policy, err := review.LoadPolicy(ctx, v.opt.Store)
	if err != nil {
		return err
	}
	if body.Approvals, err = v.opt.Store.Approvals(ctx, id, rev.N); err != nil {
		return err
	}
	showings, err := v.desk.Showings(ctx, v.user.Person, id)
	if err != nil {
		return err
	}
	if body.Signing, err = v.signing(showings, 0); err != nil {
		return err
	}
	inc := &rev.Incident
	body.ID, body.State, body.Base, body.Author, body.Reason, body.Policy = id, inc.State, base, rev.Author, rev.Reason, policy.Publishing
	for _, a := range actions {
		own := a.Do == review.Approve && (rev.Author == v.user.Account || policy.Publishing == review.OnePerson || slices.Contains(body.Approvals, v.user.Account) || len(showings) > 0)
		unsigned := (a.Do == review.Publish || a.Do == review.Reinstate || a.Do == review.Unmerge) && !body.Signing.Enough()
		if v.user.May(a.Do, inc.State) && !own && !unsigned {
			body.Can = append(body.Can, a)
		}
	}
	m := maker{p: voice{v.p}}
	for _, p := range keepiton.Lint(inc, v.opt.Now()) {
		if p.Severity == keepiton.Fault {
			body.Faults = append(body.Faults, m.finding(p))
		}
	}
	field, _ := keepiton.FieldByName("episodes")
	for _, value := range field.Values(inc) {
		body.Episodes = append(body.Episodes, export.Said(v.p, "episodes", value))
	}
	for _, r := range inc.Rows {
		body.Rows = append(body.Rows, fmt.Sprintf("%s · %s %d · %d", r.Edition, r.File, r.Number, r.CountYear))
	}
	return v.render(status, "act", body)
}

func act(v *visit) error {
	ctx, who, f := v.r.Context(), v.user.Person, form(v.r.PostForm)
	id, reason := keepiton.IncidentID(v.r.PathValue("id")), f.get("reason")
	base, _ := strconv.Atoi(f.get("base"))
	do := review.Action(f.get("do"))
	var out review.Outcome
	var err error
	switch do {
	case review.Submit:
		_, err = v.desk.Submit(ctx, who, id, base, reason)
	case review.Approve:
		err = v.desk.Approve(ctx, who, id, base)
	case review.Publish:
		err = v.held(string(id), f, func() error {
			_, err := v.desk.Publish(ctx, who, id, base, reason)
			return err
		})
	case review.SendBack:
		_, err = v.desk.SendBack(ctx, who, id, base, reason)
	case review.Reinstate:
		err = v.held(string(id), f, func() error {
			_, err := v.desk.Reinstate(ctx, who, id, base, reason)
			return err
		})
	case review.Withdraw:
		_, err = v.desk.Withdraw(ctx, who, id, base, reason)
	case review.Unmerge:
		_, err = v.desk.Unmerge(ctx, who, id, base, reason)
	case review.Merge:
		out, err = v.merge(id, base, keepiton.IncidentID(f.get("into")), reason)
	case review.Split:
		out, err = v.desk.Split(ctx, who, id, base, review.Part{Episodes: numbers(f["episode"]), Rows: numbers(f["original"])}, reason)
	default:
		err = keepiton.Errorf(keepiton.Invalid, "no action %q", do)
	}
	if mendable(err) {
		return v.showAct(statusOf(err), actBody{Error: v.say(err), Form: f})
	}
	if err != nil {
		return err
	}
	if out.Proposal != 0 {
		return v.redirect(waiting(out))
	}
	return v.redirect(actHere(id, do))
}

func actHere(id keepiton.IncidentID, do review.Action) string {
	return "/desk/incidents/" + string(id) + "/act?done=" + string(do)
}

// waiting is the page of a proposal that was just made.
func waiting(out review.Outcome) string {
	return "/desk/proposals/" + strconv.FormatInt(out.Proposal, 10) + "?done=proposed"
}

// merge reads the newest base of the other incident: the person chose it by
// its id and sees both pages.
func (v *visit) merge(id keepiton.IncidentID, base int, into keepiton.IncidentID, reason string) (review.Outcome, error) {
	if _, _, err := into.Parse(); err != nil {
		return review.Outcome{}, &keepiton.Error{Code: keepiton.Invalid, Key: "desk.error.merge_id", Err: err}
	}
	_, intoBase, err := v.desk.Current(v.r.Context(), v.user.Person, into)
	if keepiton.CodeOf(err) == keepiton.NotFound {
		return review.Outcome{}, &keepiton.Error{Code: keepiton.Invalid, Key: "desk.error.merge_id", Err: err}
	}
	if err != nil {
		return review.Outcome{}, err
	}
	return v.desk.Merge(v.r.Context(), v.user.Person, review.Target{ID: id, Base: base}, review.Target{ID: into, Base: intoBase}, reason)
}

func numbers(values []string) (out []int) {
	for _, s := range values {
		if n, err := strconv.Atoi(s); err == nil {
			out = append(out, n)
		}
	}
	return out
}
