package desk

import (
	"html/template"
	"net/http"
	"strconv"

	"keepiton"
	"keepiton/review"
	"keepiton/store"
)

type historyBody struct {
	ID        keepiton.IncidentID
	State     keepiton.State
	Revisions []revisionView
	Between   []change // of two chosen revisions
	From, To  int
}

type revisionView struct {
	keepiton.Revision
	Changes   []change
	Approvals []string
	Signed    []store.SignedApproval
}

func (b historyBody) title(p voice) template.HTML {
	return p.T("desk.history.title", "ID", string(b.ID))
}

func historyPage(v *visit) error {
	ctx, id := v.r.Context(), keepiton.IncidentID(v.r.PathValue("id"))
	rev, _, err := v.desk.Current(ctx, v.user.Person, id)
	if err != nil {
		return err
	}
	all, err := v.desk.History(ctx, v.user.Person, id)
	if err != nil {
		return err
	}
	body := historyBody{ID: id, State: rev.Incident.State}
	for _, r := range all {
		view := revisionView{Revision: r, Changes: words(v.p, r.Changes)}
		if view.Approvals, err = v.opt.Store.Approvals(ctx, id, r.N); err != nil {
			return err
		}
		if view.Signed, err = v.signedBy(id, r.N); err != nil {
			return err
		}
		body.Revisions = append(body.Revisions, view)
	}
	body.From, _ = strconv.Atoi(v.r.URL.Query().Get("from"))
	body.To, _ = strconv.Atoi(v.r.URL.Query().Get("to"))
	if len(all) > 1 && body.To == 0 { // offered, not compared: each revision shows its own changes
		body.To, body.From = all[0].N, all[1].N
	} else if body.From > 0 && body.To > 0 {
		a, err := v.opt.Store.Revision(ctx, id, body.From)
		if err != nil {
			return err
		}
		b, err := v.opt.Store.Revision(ctx, id, body.To)
		if err != nil {
			return err
		}
		body.Between = compare(v.p, &a.Incident, &b.Incident)
	}
	return v.render(http.StatusOK, "history", body)
}

// signedBy returns who signed a revision that is shown.
func (v *visit) signedBy(id keepiton.IncidentID, n int) ([]store.SignedApproval, error) {
	any, err := v.opt.Store.SignedApprovals(v.r.Context(), string(id), n)
	if err != nil || len(any) == 0 {
		return nil, err
	}
	rev, err := v.opt.Store.Revision(v.r.Context(), id, n)
	if err != nil || rev.Incident.State != keepiton.Published {
		return nil, err
	}
	return v.desk.SignedBy(v.r.Context(), &rev)
}

type proposalBody struct {
	store.Proposal
	Diff    []change
	Stale   bool // the incident changed since
	Own     bool
	Signing signing
	Error   string
	Typed   string
}

// May reports whether it may be accepted: with its signatures by any editor,
// else by one who did not write it.
func (b proposalBody) May() bool {
	if len(b.Signing.Showings) > 0 {
		return !b.Stale && b.Signing.Enough()
	}
	return !b.Stale && !b.Own
}

func proposalPage(v *visit) error { return v.showProposal(http.StatusOK, proposalBody{}) }

func (v *visit) showProposal(status int, body proposalBody) error {
	ctx := v.r.Context()
	n, _ := strconv.ParseInt(v.r.PathValue("n"), 10, 64)
	p, err := v.desk.Proposal(ctx, v.user.Person, n)
	if err != nil {
		return err
	}
	rev, _, err := v.desk.Current(ctx, v.user.Person, p.Incident.ID)
	if err != nil {
		return err
	}
	body.Proposal, body.Diff = p, compare(v.p, &rev.Incident, &p.Incident)
	body.Own = p.Author == v.user.Account
	showings, err := v.desk.ProposalShowings(ctx, v.user.Person, p)
	if body.Stale = keepiton.CodeOf(err) == keepiton.Conflict; err != nil && !body.Stale {
		return err
	}
	if p.Edition != "" {
		body.Diff = v.carried(&rev.Incident, p, showings)
	}
	if body.Signing, err = v.signing(showings, n); err != nil {
		return err
	}
	return v.render(status, "proposal", body)
}

// carried is what accepting the proposal of an edition changes today.
func (v *visit) carried(now *keepiton.Incident, p store.Proposal, showings []review.Showing) []change {
	for _, s := range showings {
		if s.Incident.ID == p.Incident.ID {
			return compare(v.p, now, s.Incident)
		}
	}
	return compare(v.p, now, &p.Incident)
}

func answerProposal(v *visit) error {
	ctx, f := v.r.Context(), form(v.r.PostForm)
	n, _ := strconv.ParseInt(v.r.PathValue("n"), 10, 64)
	p, err := v.desk.Proposal(ctx, v.user.Person, n)
	if err != nil {
		return err
	}
	done := "accepted"
	switch f.get("do") {
	case "accept":
		_, err = v.desk.Accept(ctx, v.user.Person, n)
	case "decline":
		done, err = "declined", v.desk.Decline(ctx, v.user.Person, n, f.get("reason"))
	case "rewrite":
		return v.rewrite(p)
	default:
		err = keepiton.Errorf(keepiton.Invalid, "no action %q", f.get("do"))
	}
	if mendable(err) {
		return v.showProposal(statusOf(err), proposalBody{Error: v.say(err), Typed: f.get("reason")})
	}
	if err != nil {
		return err
	}
	return v.redirect(here(p.Incident.ID, done))
}

// rewrite opens a proposal in the editor on what is there now.
func (v *visit) rewrite(p store.Proposal) error {
	rev, newest, err := v.desk.Current(v.r.Context(), v.user.Person, p.Incident.ID)
	if err != nil {
		return err
	}
	e := editing{inc: &rev.Incident, base: newest, f: fill(&p.Incident)}
	old, err := v.opt.Store.Revision(v.r.Context(), p.Incident.ID, p.Base)
	if err != nil {
		return err
	}
	e.both = e.f.rebase(&old.Incident, &rev.Incident)
	written, _ := e.f.read(e.inc)
	return v.showEditor(http.StatusOK, e, editorBody{Checked: true, Reason: p.Reason, Compared: true, Diff: compare(v.p, e.inc, written), Seen: fingerprint(written)})
}
