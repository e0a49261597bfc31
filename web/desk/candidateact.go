package desk

import (
	"strconv"

	"keepiton"
	"keepiton/review"
)

// candidateAct says what becomes of a candidate. A refused form comes back as it was
// sent.
func candidateAct(v *visit) error {
	f := form(v.r.PostForm)
	id := keepiton.DisruptionID(v.r.PathValue("id"))
	after, _ := strconv.Atoi(f.get("after"))
	to, done, err := v.decide(id, after, f)
	if mendable(err) {
		return v.showCandidate(statusOf(err), candidateBody{Error: v.say(err), Form: f})
	}
	if err != nil {
		return err
	}
	return v.redirect(to + "?done=candidate_" + done)
}

// decide does what the form asks for, and says where to go on and what was done.
func (v *visit) decide(id keepiton.DisruptionID, after int, f form) (to, done string, err error) {
	ctx, who := v.r.Context(), v.user.Person
	page := "/desk/candidates/" + string(id)
	say := keepiton.Decision{Disruption: id, What: keepiton.DecisionKind(f.get("do")), Note: f.get("note")}
	switch say.What {
	case keepiton.Accepted:
		into := review.Acceptance{Note: say.Note}
		if f.get("into") != "new" {
			into.Incident = keepiton.IncidentID(f.get("into"))
			if into.Incident == "" {
				into.Incident = keepiton.IncidentID(f.get("incident"))
			}
			if into.Incident == "" {
				return "", "", &keepiton.Error{Code: keepiton.Invalid, Key: "candidate.error.incident", Err: keepiton.Errorf(keepiton.Invalid, "no incident was chosen")}
			}
		}
		out, said, err := v.desk.AcceptCandidate(ctx, who, id, after, into)
		switch {
		case err != nil:
			return "", "", err
		case out.Proposal != 0:
			return page, "proposed", nil
		case into.Incident == "":
			return "/desk/incidents/" + string(said.Incident), "draft", nil
		}
		return page, "accept", nil
	case keepiton.Rejected:
		say.Code = f.get("code")
	case keepiton.MergedWith:
		say.Into = keepiton.DisruptionID(f.get("other"))
	}
	_, err = v.desk.Judge(ctx, who, after, say)
	return page, string(say.What), err
}
