package desk

import (
	"html/template"
	"net/http"

	"keepiton"
	"keepiton/review"
)

// liveBody is what lint.js puts into the editor while a person types.
type liveBody struct {
	Findings []finding
	Fields   []fieldView // those with findings
	Wrong    []input     // those that cannot be read
}

// title is empty: the answer is a part of a page.
func (liveBody) title(voice) template.HTML { return "" }

// liveLint answers what lint finds in the form as it stands. It stores nothing
// and, unlike the buttons of the editor, is open only to who may save the form.
func liveLint(v *visit) error {
	inc := &keepiton.Incident{State: keepiton.Draft}
	if id := v.r.PathValue("id"); id != "" {
		rev, _, err := v.desk.Current(v.r.Context(), v.user.Person, keepiton.IncidentID(id))
		if err != nil {
			return err
		}
		inc = &rev.Incident
		if !v.mayWrite(inc.State) {
			return keepiton.Errorf(keepiton.Forbidden, "the role %q may not change an incident that is %s", v.user.Role, inc.State)
		}
	} else if !v.user.May(review.Create, "") {
		return keepiton.Errorf(keepiton.Forbidden, "the role %q may not create", v.user.Role)
	}
	f := form(v.r.PostForm)
	written, bad := f.read(inc)
	m := maker{p: voice{v.p}, f: f, inc: written, bad: bad, problems: keepiton.Lint(written, v.opt.Now()), check: true}
	return v.render(http.StatusOK, "live", m.live())
}

// mayWrite reports whether the person may save an incident in the state, or
// correct it.
func (v *visit) mayWrite(s keepiton.State) bool {
	return v.user.May(review.Save, s) || v.user.May(review.Correct, s)
}

func (m maker) live() liveBody {
	var body liveBody
	for _, p := range m.problems {
		body.Findings = append(body.Findings, m.finding(p))
	}
	for _, f := range keepiton.Fields {
		if found := m.found(f.Name); len(found) > 0 {
			body.Fields = append(body.Fields, fieldView{Name: f.Name, Problems: found})
		}
	}
	for _, b := range m.bad {
		body.Wrong = append(body.Wrong, input{ID: id(b.name), Error: m.error(b.name)})
	}
	return body
}

// found lists what lint finds in a field.
func (m maker) found(field string) (out []finding) {
	for _, p := range m.problems {
		if p.Field == field && m.check {
			out = append(out, m.finding(p))
		}
	}
	return out
}
