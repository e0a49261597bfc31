package desk

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"keepiton"
	"keepiton/review"
)

type editorBody struct {
	ID       keepiton.IncidentID
	State    keepiton.State
	New      bool
	Base     int
	Sections []section
	Findings []finding
	Checked  bool
	Diff     []change
	Compared bool
	Seen     string // hash of the content that Diff shows
	Reason   string
	Error    string
	Conflict *conflictView
	General  []option // sources that everything without its own claim rests on
	Services []option
	May      editorMay
	Rows     []keepiton.Row
	Merged   keepiton.IncidentID
	Two      bool // corrections wait for a second person
}

// editorMay says which buttons are shown.
type editorMay struct{ Save, Submit, Correct bool }

// conflictView is what somebody else changed since the form was opened.
type conflictView struct {
	N      int
	Who    string
	Reason string
	Theirs []change
	Both   []string // labels of the fields that both changed
}

func (b editorBody) title(p voice) template.HTML {
	if b.New {
		return p.T("desk.editor.new")
	}
	return p.T("desk.editor.title", "ID", string(b.ID))
}

func newPage(v *visit) error {
	if !v.user.May(review.Create, "") {
		return keepiton.Errorf(keepiton.Forbidden, "the role %q may not create", v.user.Role)
	}
	inc := &keepiton.Incident{State: keepiton.Draft, Episodes: []keepiton.Episode{}}
	f := form{}
	for _, list := range []string{"episodes", "places", "sources"} {
		f.add(list)
	}
	return v.showEditor(http.StatusOK, editing{inc: inc, f: f}, editorBody{New: true})
}

// editing is one incident and the form it is edited with.
type editing struct {
	inc  *keepiton.Incident // as stored
	base int
	f    form
	both []string
}

func editPage(v *visit) error {
	rev, base, err := v.desk.Current(v.r.Context(), v.user.Person, keepiton.IncidentID(v.r.PathValue("id")))
	if err != nil {
		return err
	}
	return v.showEditor(http.StatusOK, editing{inc: &rev.Incident, base: base, f: fill(&rev.Incident)}, editorBody{Checked: true})
}

func (v *visit) showEditor(status int, e editing, body editorBody) error {
	policy, err := review.LoadPolicy(v.r.Context(), v.opt.Store)
	if err != nil {
		return err
	}
	written, bad := e.f.read(e.inc)
	m := maker{p: voice{v.p}, f: e.f, inc: written, bad: bad, both: e.both, check: body.Checked}
	if body.Checked {
		m.problems = keepiton.Lint(written, v.opt.Now())
		for _, p := range m.problems {
			body.Findings = append(body.Findings, m.finding(p))
		}
	}
	body.ID, body.State, body.Base, body.Rows, body.Merged = e.inc.ID, e.inc.State, e.base, e.inc.Rows, e.inc.MergedInto
	body.Sections, body.General = m.sections(), m.sources("claim."+keepiton.AnyField)
	for _, s := range []string{"facebook", "twitter", "whatsapp", "instagram", "telegram", "tiktok", "youtube", "signal"} {
		body.Services = append(body.Services, option{Value: s, Label: v.p.Code("service", s)})
	}
	body.Two = policy.Publishing != review.OnePerson
	if body.New {
		body.May = editorMay{Save: v.user.May(review.Create, ""), Submit: v.user.May(review.Create, "")}
	} else {
		body.May = editorMay{Save: v.user.May(review.Save, body.State), Submit: v.user.May(review.Submit, body.State), Correct: v.user.May(review.Correct, body.State)}
	}
	return v.render(status, "editor", body)
}

// edit does what the pressed button says: changes the form, shows what the
// change would be, or saves.
func edit(v *visit) error {
	f := form(v.r.PostForm)
	e := editing{f: f, inc: &keepiton.Incident{State: keepiton.Draft}}
	id := keepiton.IncidentID(v.r.PathValue("id"))
	body := editorBody{New: id == "", Reason: f.get("reason"), Checked: true}
	if id != "" {
		rev, newest, err := v.desk.Current(v.r.Context(), v.user.Person, id)
		if err != nil {
			return err
		}
		e.inc, e.base = &rev.Incident, newest
	} else if !v.user.May(review.Create, "") {
		return keepiton.Errorf(keepiton.Forbidden, "the role %q may not create", v.user.Role)
	}
	if base, _ := strconv.Atoi(f.get("base")); id != "" && base != e.base {
		return v.showConflict(e, base, body)
	}
	do, rest, _ := strings.Cut(f.get("do"), ":")
	if changeRows(f, do, rest) {
		return v.showEditor(http.StatusOK, e, body)
	}
	written, bad := f.read(e.inc)
	body.Diff, body.Compared, body.Seen = compare(v.p, e.inc, written), !body.New, fingerprint(written)
	seen := e.inc.State != keepiton.Published || f.get("seen") == body.Seen
	switch {
	case len(bad) > 0:
		body.Error = v.p.T("desk.error.unreadable")
		return v.showEditor(http.StatusUnprocessableEntity, e, body)
	case do == "preview" || !seen:
		return v.showEditor(http.StatusOK, e, body)
	}
	to, err := v.save(do, e, written, body.Reason)
	switch code := keepiton.CodeOf(err); {
	case code == keepiton.Conflict && !body.New:
		if rev, newest, err2 := v.desk.Current(v.r.Context(), v.user.Person, id); err2 == nil && newest != e.base {
			base := e.base
			e.inc, e.base = &rev.Incident, newest
			return v.showConflict(e, base, body)
		}
		fallthrough
	case code == keepiton.Invalid || code == keepiton.TooLarge:
		body.Error = v.say(err)
		return v.showEditor(statusOf(err), e, body)
	case err != nil:
		return err
	}
	return v.redirect(to)
}

// changeRows adds, removes or moves rows, or takes a suggested place; false
// when do is none of these.
func changeRows(f form, do, rest string) bool {
	list, n, _ := strings.Cut(rest, ":")
	n, value, _ := strings.Cut(n, ":")
	i, _ := strconv.Atoi(n)
	switch do {
	case "add":
		f.add(list)
	case "remove":
		f.remove(list, i)
	case "up":
		f.up(list, i)
	case "accept":
		if parts := strings.Split(value, "|"); len(parts) == 3 && f.has("places", i) {
			for k, part := range []string{"country", "region", "district"} {
				f[row("places", i, part)] = []string{parts[k]}
			}
			f[row("places", i, "method")] = []string{review.MethodPerson}
			f[row("places", i, "confidence")] = []string{"1"}
		}
	case "check":
	default:
		return false
	}
	return true
}

// save stores what was written in the way that the incident's state asks for,
// and returns where to go.
func (v *visit) save(do string, e editing, written *keepiton.Incident, reason string) (string, error) {
	ctx, who := v.r.Context(), v.user.Person
	if e.inc.State == keepiton.Published {
		c, err := v.desk.Correct(ctx, who, e.inc.ID, e.base, written, reason)
		if err != nil {
			return "", err
		}
		if c.Proposal != 0 {
			return waiting(c), nil
		}
		return here(e.inc.ID, "corrected"), nil
	}
	id, base := e.inc.ID, e.base
	switch {
	case id == "":
		rev, err := v.desk.Create(ctx, who, written, reason)
		if err != nil {
			return "", err
		}
		id, base = rev.Incident.ID, rev.N
	case do != "submit" || len(compare(v.p, e.inc, written)) > 0:
		rev, err := v.desk.Save(ctx, who, id, base, written, reason)
		if err != nil {
			return "", err
		}
		base = rev.N
	}
	if do != "submit" {
		return here(id, "saved"), nil
	}
	_, err := v.desk.Submit(ctx, who, id, base, reason)
	return here(id, "submitted"), err
}

func here(id keepiton.IncidentID, done string) string {
	return "/desk/incidents/" + url.PathEscape(string(id)) + "?done=" + done
}

// showConflict brings the form up to the newest revision and shows what
// somebody else changed; a second press of the button saves.
func (v *visit) showConflict(e editing, base int, body editorBody) error {
	rev, newest := e.inc, e.base
	old, err := v.opt.Store.Revision(v.r.Context(), rev.ID, base)
	if err != nil {
		return err
	}
	e.both = e.f.rebase(&old.Incident, rev)
	c := &conflictView{N: newest, Theirs: compare(v.p, &old.Incident, rev)}
	for _, name := range e.both {
		c.Both = append(c.Both, v.p.T("field."+name))
	}
	if last, err := v.opt.Store.Revision(v.r.Context(), rev.ID, newest); err == nil {
		c.Who, c.Reason = last.Author, last.Reason
	}
	written, _ := e.f.read(rev)
	body.Conflict, body.Diff, body.Compared, body.Seen = c, compare(v.p, rev, written), true, fingerprint(written)
	return v.showEditor(http.StatusConflict, e, body)
}

// fingerprint tells whether the content is still the one that was compared.
func fingerprint(inc *keepiton.Incident) string {
	text, err := json.Marshal(inc)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}
