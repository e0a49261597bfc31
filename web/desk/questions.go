package desk

import (
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"keepiton"
	"keepiton/export"
	"keepiton/geo"
	"keepiton/locale"
	"keepiton/review"
	"keepiton/store"
)

type questionsBody struct{ Open []store.Ambiguity }

func questionsPage(v *visit) error {
	open, err := v.opt.Store.Ambiguities(v.r.Context(), true, 500)
	if err != nil {
		return err
	}
	return v.render(http.StatusOK, "questions", questionsBody{open})
}

// questionBody shows the incident of a question beside its candidates.
type questionBody struct {
	store.Ambiguity
	Sides []side
	Rows  []compareRow
	Error string
	Typed string
	Can   bool
}

type side struct {
	ID      keepiton.IncidentID
	State   keepiton.State
	Score   float64
	Reasons []string
	First   bool
}

// compareRow is one field with its value on each side.
type compareRow struct {
	Label  string
	Values []string
	Same   bool
}

func (b questionBody) title(p voice) template.HTML {
	return p.T("desk.question.title", "ID", string(b.Incident))
}

func questionPage(v *visit) error { return v.showQuestion(http.StatusOK, questionBody{}) }

func (v *visit) showQuestion(status int, body questionBody) error {
	ctx := v.r.Context()
	n, _ := strconv.ParseInt(v.r.PathValue("n"), 10, 64)
	q, err := v.desk.Ambiguity(ctx, v.user.Person, n)
	if err != nil {
		return err
	}
	body.Ambiguity, body.Can = q, v.user.May(review.Answer, "")
	var incidents []*keepiton.Incident
	for i, c := range append([]store.Candidate{{Incident: q.Incident}}, q.Candidates...) {
		rev, _, err := v.desk.Current(ctx, v.user.Person, c.Incident)
		if keepiton.CodeOf(err) == keepiton.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		incidents = append(incidents, &rev.Incident)
		body.Sides = append(body.Sides, side{c.Incident, rev.Incident.State, c.Score, c.Reasons, i == 0})
	}
	body.Rows = v.sideBySide(incidents)
	return v.render(status, "question", body)
}

// sideBySide lists the fields that any of the incidents has.
func (v *visit) sideBySide(incidents []*keepiton.Incident) (out []compareRow) {
	for _, f := range keepiton.Fields {
		r := compareRow{Label: v.p.T("field." + f.Name), Same: true}
		empty := true
		for _, inc := range incidents {
			var values []string
			for _, value := range f.Values(inc) {
				values = append(values, export.Said(v.p, f.Name, value))
			}
			text := strings.Join(values, "; ")
			empty = empty && text == ""
			r.Same = r.Same && (len(r.Values) == 0 || r.Values[0] == text)
			r.Values = append(r.Values, text)
		}
		if !empty {
			out = append(out, r)
		}
	}
	return out
}

func answerQuestion(v *visit) error {
	ctx, f := v.r.Context(), form(v.r.PostForm)
	n, _ := strconv.ParseInt(v.r.PathValue("n"), 10, 64)
	do, candidate, _ := strings.Cut(f.get("do"), ":")
	var out review.Outcome
	var err error
	switch do {
	case "same":
		out, err = v.desk.Same(ctx, v.user.Person, n, keepiton.IncidentID(candidate), f.get("reason"))
	case "different":
		err = v.desk.Different(ctx, v.user.Person, n, f.get("reason"))
	default:
		err = keepiton.Errorf(keepiton.Invalid, "no action %q", do)
	}
	if c := keepiton.CodeOf(err); c == keepiton.Invalid || c == keepiton.Conflict {
		return v.showQuestion(statusOf(err), questionBody{Error: v.say(err), Typed: f.get("reason")})
	}
	if err != nil {
		return err
	}
	if out.Proposal != 0 {
		return v.redirect(waiting(out))
	}
	return v.redirect("/desk/questions?done=answered")
}

type unmappedBody struct {
	Open      []unmappedView
	Countries []option
	Error     string
	Can       bool
}

type unmappedView struct {
	store.Unmapped
	N           int
	Suggestions []suggestion
	Codes       []option
}

func unmappedPage(v *visit) error { return v.showUnmapped(http.StatusOK, unmappedBody{}) }

func (v *visit) showUnmapped(status int, body unmappedBody) error {
	open, err := v.opt.Store.Unmapped(v.r.Context(), true, 200)
	if err != nil {
		return err
	}
	body.Can, body.Countries = v.user.May(review.Answer, ""), countryOptions(v.p)
	for i, u := range open {
		view := unmappedView{Unmapped: u, N: i}
		if u.Kind == "place" {
			view.Suggestions = suggestFor(v.p, u)
		} else {
			view.Codes = codesFor(v.p, u.Column)
		}
		body.Open = append(body.Open, view)
	}
	return v.render(status, "unmapped", body)
}

// suggestFor says where the words of an unmapped place may lie.
func suggestFor(p *locale.Printer, u store.Unmapped) []suggestion {
	f := form{"places.0.words": {u.Words}, "places.0.country": {u.Country}}
	return maker{p: voice{p}, f: f, inc: &keepiton.Incident{}}.suggest(0)
}

func codesFor(p *locale.Printer, column string) (out []option) {
	f, ok := review.FieldOfColumn(column)
	if !ok {
		return nil
	}
	list := export.CodeLists[f.Name]
	if f.Name == "perpetrators" {
		list = "body"
	}
	for _, c := range f.Codes {
		out = append(out, option{Value: c.Code, Label: p.Code(list, c.Code)})
	}
	return out
}

func answerUnmapped(v *visit) error {
	ctx, f := v.r.Context(), form(v.r.PostForm)
	u := store.Unmapped{Kind: f.get("kind"), Column: f.get("column"), Country: f.get("known_country"), Words: v.r.PostForm.Get("words")}
	var err error
	switch {
	case f.get("do") == "keep" && u.Kind == "place":
		_, err = v.desk.MapPlace(ctx, v.user.Person, u, keepiton.Place{}, f.get("reason"))
	case u.Kind == "place":
		var place keepiton.Place
		if place, err = chosenPlace(f); err == nil {
			_, err = v.desk.MapPlace(ctx, v.user.Person, u, place, f.get("reason"))
		}
	case f.get("do") == "keep":
		_, err = v.desk.MapValue(ctx, v.user.Person, u, "", f.get("reason"))
	default:
		_, err = v.desk.MapValue(ctx, v.user.Person, u, f.get("code"), f.get("reason"))
	}
	if c := keepiton.CodeOf(err); c == keepiton.Invalid || c == keepiton.Conflict || c == keepiton.NotFound {
		return v.showUnmapped(statusOf(err), unmappedBody{Error: u.Words + ": " + v.say(err)})
	}
	if err != nil {
		return err
	}
	return v.redirect("/desk/unmapped?done=answered")
}

// chosenPlace reads a suggestion's key, or the codes typed beside it.
func chosenPlace(f form) (keepiton.Place, error) {
	p := keepiton.Place{Country: strings.ToUpper(f.get("country")), Region: strings.ToUpper(f.get("region")), District: f.get("district")}
	if key, ok := strings.CutPrefix(f.get("do"), "place:"); ok {
		if parts := strings.Split(key, "|"); len(parts) == 3 {
			p = keepiton.Place{Country: parts[0], Region: parts[1], District: parts[2]}
		}
	}
	if _, ok := geo.ByCode(p.Country); !ok || p.Region != "" && !strings.HasPrefix(p.Region, p.Country+"-") {
		return p, &keepiton.Error{Code: keepiton.Invalid, Key: "desk.error.place", Err: keepiton.Errorf(keepiton.Invalid, "no such place %s %s", p.Country, p.Region)}
	}
	return p, nil
}
