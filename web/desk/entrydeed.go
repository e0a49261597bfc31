package desk

import (
	"context"
	"strconv"

	"keepiton"
	"keepiton/campaign"
	"keepiton/store"
)

// deedView is what the office may note of an entry in one act, beside its form.
type deedView struct {
	Proposal *proposalView // of a pledge: what the record says, where that is something new
	Hand     bool          // of a petition: it can be handed over
	Answer   bool          // of a petition: an answer can be noted
	Today    string
	Typed    form // as it was sent, when it was refused
}

// Said is what was typed into a field of an act that was refused.
func (d deedView) Said(name string) string { return d.Typed.get(name) }

// proposalView is what rule pledge-1 finds.
type proposalView struct {
	Rule      string
	Outcome   string // code
	On        keepiton.Moment
	Incidents []deedIncident
	More      int // incidents beyond those that are named
}

type deedIncident struct {
	ID    keepiton.IncidentID
	Start keepiton.Moment
}

// deedIncidents are named; a pledge of no shutdown at all may have hundreds against it.
const deedIncidents = 12

// deeds prepares the acts for an entry as it stands.
func (v *visit) deeds(ed entryEditing) (*deedView, error) {
	d := &deedView{Today: v.opt.Now().UTC().Format("2006-01-02"), Typed: form{}}
	if ed.rev.ID == "" || !v.mayEntries(keepiton.RoleAnalyst) || ed.rev.State == keepiton.Withdrawn {
		return nil, nil
	}
	switch e := ed.e.(type) {
	case *keepiton.Petition:
		d.Hand, d.Answer = e.Handed.IsZero(), !e.Handed.IsZero()
	case *keepiton.Pledge:
		cuts, err := v.cutsIn(v.r.Context(), e.Country)
		if err != nil {
			return nil, err
		}
		q := campaign.OutcomeOf(e, cuts, v.opt.Now())
		if q.Agrees(e) {
			return nil, nil
		}
		p := &proposalView{Rule: campaign.PledgeRule, Outcome: q.Outcome, On: q.On}
		starts := map[keepiton.IncidentID]keepiton.Moment{}
		for i := range cuts {
			starts[cuts[i].ID] = cuts[i].Start()
		}
		for i, id := range q.By {
			if i == deedIncidents {
				p.More = len(q.By) - i
				break
			}
			p.Incidents = append(p.Incidents, deedIncident{id, starts[id]})
		}
		d.Proposal = p
	default:
		return nil, nil
	}
	return d, nil
}

// cutsIn are the incidents of a country that readers see.
func (v *visit) cutsIn(ctx context.Context, country string) (out []keepiton.Incident, err error) {
	q := store.Query{Countries: []string{country}, Limit: 1000}
	for {
		page, err := v.opt.Store.List(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, rev := range page.Items {
			out = append(out, rev.Incident)
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return out, nil
		}
	}
}

// entryDeed does one of the acts: each makes a draft, which is published as any other.
func entryDeed(v *visit) error {
	ctx, who, f, office := v.r.Context(), v.who(), form(v.r.PostForm), v.opt.Office
	id, reason := keepiton.EntryID(v.r.PathValue("id")), f.get("reason")
	base, _ := strconv.Atoi(f.get("base"))
	lang := v.p.Lang().Tag
	day, dayErr := keepiton.ParseMoment(f.get("day"))
	if dayErr != nil {
		day = keepiton.Moment{}
	}
	var err error
	switch f.get("do") {
	case "outcome":
		ed, lost := v.entryOf()
		if lost != nil {
			return lost
		}
		p, ok := ed.e.(*keepiton.Pledge)
		if !ok {
			return keepiton.Errorf(keepiton.NotFound, "%s is no pledge", id)
		}
		cuts, lost := v.cutsIn(ctx, p.Country)
		if lost != nil {
			return lost
		}
		_, err = office.ConfirmOutcome(ctx, who, id, base, cuts, f.get("outcome"), reason)
	case "handed":
		_, err = office.HandOver(ctx, who, id, base, day, lang, f.get("to"), reason)
	case "answered":
		_, err = office.Answer(ctx, who, id, base, day, lang, f.get("words"), reason)
	default:
		err = keepiton.Errorf(keepiton.Invalid, "no action %q", f.get("do"))
	}
	switch code := keepiton.CodeOf(err); code {
	case "":
		return v.redirect(entryHere(id, "") + "?done=saved")
	case keepiton.Invalid, keepiton.Conflict:
		ed, lost := v.entryOf()
		if lost == nil {
			ed.f, lost = fillEntry(campaign.Fields(ed.kind), ed.e)
		}
		if lost != nil {
			return lost
		}
		return v.showEntry(statusOf(err), ed, entryBody{Checked: true, Error: v.say(err), DeedTyped: f})
	default:
		return err
	}
}
