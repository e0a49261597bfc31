package web

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	"keepiton"
	"keepiton/export"
)

// revisionLine is one line of an incident's history.
type revisionLine struct {
	N        int
	Recorded time.Time
	Role     string
	Reason   string
	Edition  string
	Fields   []string // names of what changed; empty for the first
	Href     string
	Diff     string // against the one before; empty for the first
}

func (v *visit) revisionLine(rev *keepiton.Revision) revisionLine {
	base := "/incidents/" + v.req.PathValue("id")
	l := revisionLine{
		N: rev.N, Recorded: rev.Recorded, Role: v.p.Code("role", string(rev.Role)), Reason: rev.Reason, Edition: rev.Edition,
		Href: v.Href(base + "/revisions/" + strconv.Itoa(rev.N)),
	}
	for _, c := range rev.Changes {
		l.Fields = append(l.Fields, v.p.T("field."+c.Field))
	}
	return l
}

// publicRevisions returns the revisions that readers may see, oldest first: a
// draft's are not among them, nor what was recorded after the moment shown.
// Their lists of changes name fields; values come from the revisions
// themselves, since a stored value may be confidential.
func (s *Server) publicRevisions(v *visit, id keepiton.IncidentID) ([]keepiton.Revision, error) {
	revs, err := s.opt.Record.Revisions(v.ctx, id)
	if err != nil || len(revs) == 0 {
		return nil, err
	}
	first, err := s.opt.Record.Revision(v.ctx, id, revs[0].N)
	if err != nil {
		return nil, err
	}
	newest, err := s.opt.Record.Get(v.ctx, id, time.Time{})
	if err != nil {
		return nil, err
	}
	secrets := newest.Incident.Secrets()
	state := first.Incident.State
	var out []keepiton.Revision
	for i := range revs {
		for _, c := range revs[i].Changes {
			if c.Field == "state" && len(c.To) > 0 {
				state = keepiton.State(c.To[0])
			}
		}
		if state.Public() && !revs[i].Recorded.After(v.now) {
			out = append(out, *revs[i].Redact(secrets))
		}
	}
	return out, nil
}

// revisionsPage lists the history of an incident.
type revisionsPage struct {
	frame
	ID    keepiton.IncidentID
	Lines []revisionLine
}

func (s *Server) revisions(v *visit) (*answer, error) {
	rev, err := s.find(v)
	if err != nil {
		return nil, err
	}
	revs, err := s.publicRevisions(v, rev.Incident.ID)
	if err != nil {
		return nil, err
	}
	page := &revisionsPage{frame: s.frame(v, "revisions", "ID", string(rev.Incident.ID)), ID: rev.Incident.ID}
	for i := range revs {
		l := v.revisionLine(&revs[i])
		if i > 0 {
			l.Diff = v.Href("/incidents/"+string(page.ID)+"/diff", "from", strconv.Itoa(revs[i-1].N), "to", strconv.Itoa(revs[i].N))
		}
		page.Lines = append(page.Lines, l)
	}
	slices.Reverse(page.Lines)
	if v.suffix == "json" {
		for i := range revs {
			revs[i].Changes = namesOnly(revs[i].Changes)
		}
		return jsonAnswer(revs), nil
	}
	page.forms("json")
	return s.html("revisions", page), nil
}

// namesOnly keeps which fields changed and drops the values.
func namesOnly(changes []keepiton.Change) []keepiton.Change {
	out := make([]keepiton.Change, len(changes))
	for i, c := range changes {
		out[i] = keepiton.Change{Field: c.Field}
	}
	return out
}

// publicRevision returns revision n of the path's incident if readers may see
// it, and the public revision before it, or nil.
func (s *Server) publicRevision(v *visit, n string) (rev, before *keepiton.Revision, err error) {
	id := keepiton.IncidentID(v.req.PathValue("id"))
	if _, _, err := id.Parse(); err != nil {
		return nil, nil, keepiton.Errorf(keepiton.NotFound, "%w", err)
	}
	number, err := strconv.Atoi(n)
	if err != nil {
		return nil, nil, keepiton.Errorf(keepiton.NotFound, "%q is not the number of a revision", n)
	}
	revs, err := s.publicRevisions(v, id)
	if err != nil {
		return nil, nil, err
	}
	for i := range revs {
		if revs[i].N != number {
			continue
		}
		r, err := s.opt.Record.Revision(v.ctx, id, number)
		if err != nil {
			return nil, nil, err
		}
		if i > 0 {
			b, err := s.opt.Record.Revision(v.ctx, id, revs[i-1].N)
			if err != nil {
				return nil, nil, err
			}
			if before, err = s.quiet(v, &b); err != nil {
				return nil, nil, err
			}
		}
		rev, err = s.quiet(v, &r)
		return rev, before, err
	}
	return nil, nil, keepiton.Errorf(keepiton.NotFound, "incident %s has no public revision %d", id, number)
}

// revisionPage is an incident as one revision has it.
type revisionPage struct {
	*incidentPage
	Changes []changeView
	Line    revisionLine
}

func (s *Server) revision(v *visit) (*answer, error) {
	rev, before, err := s.publicRevision(v, v.req.PathValue("n"))
	if err != nil {
		return nil, err
	}
	if v.suffix == "json" {
		return jsonAnswer(rev), nil
	}
	v.now = keepiton.AsOf(rev.Recorded) // durations as they stood
	page := &revisionPage{incidentPage: s.incidentView(v, rev, nil), Line: v.revisionLine(rev)}
	page.Name, page.OneOf = "revision", true
	page.Forms = []form{{"JSON", v.other("json")}}
	page.Title = v.p.T("page.revision.title", "ID", string(rev.Incident.ID), "N", rev.N)
	if before != nil {
		page.Changes = v.changes(keepiton.Diff(&before.Incident, &rev.Incident))
	}
	return s.html("revision", page), nil
}

// changeView is one changed field in words.
type changeView struct {
	Field    string
	Label    string
	From, To []string
}

// changes writes a diff for readers. A field with nothing in it was not asked.
func (v *visit) changes(diff []keepiton.Change) []changeView {
	var out []changeView
	for _, c := range diff {
		out = append(out, changeView{c.Field, v.p.T("field." + c.Field), v.values(c.Field, c.From), v.values(c.Field, c.To)})
	}
	return out
}

func (v *visit) values(field string, values []string) []string {
	if _, ok := keepiton.FieldByName(field); len(values) == 0 || !ok {
		return []string{v.p.Answer(keepiton.NotAsked)}
	}
	out := make([]string, len(values))
	for i, value := range values {
		out[i] = export.Said(v.p, field, value)
	}
	return out
}

// diffPage compares two revisions of an incident.
type diffPage struct {
	frame
	ID       keepiton.IncidentID
	From, To revisionLine
	Changes  []changeView
	All      []revisionLine
}

func (s *Server) diff(v *visit) (*answer, error) {
	id := keepiton.IncidentID(v.req.PathValue("id"))
	revs, err := s.publicRevisions(v, id)
	if err != nil {
		return nil, err
	}
	if len(revs) == 0 {
		return nil, keepiton.Errorf(keepiton.NotFound, "incident %s has no public revision", id)
	}
	from, to := v.get("from"), v.get("to")
	if to == "" {
		to = strconv.Itoa(revs[len(revs)-1].N)
	}
	if from == "" {
		from = strconv.Itoa(revs[max(0, len(revs)-2)].N)
	}
	a, _, err := s.publicRevision(v, from)
	if err != nil {
		return nil, err
	}
	b, _, err := s.publicRevision(v, to)
	if err != nil {
		return nil, err
	}
	diff := keepiton.Diff(&a.Incident, &b.Incident)
	if v.suffix == "json" {
		return jsonAnswer(map[string]any{"id": id, "from": a.N, "to": b.N, "changes": diff}), nil
	}
	page := &diffPage{frame: s.frame(v, "diff", "ID", string(id)), ID: id, From: v.revisionLine(a), To: v.revisionLine(b), Changes: v.changes(diff)}
	for i := range revs {
		page.All = append(page.All, v.revisionLine(&revs[i]))
	}
	page.forms("json")
	return s.html("diff", page), nil
}

// rowView is one row of a published sheet, every cell.
type rowView struct {
	keepiton.Row
	Filled []keepiton.Cell
	Blank  []string // columns with nothing in them
}

func rowViews(rows []keepiton.Row) []rowView {
	var out []rowView
	for _, r := range rows {
		view := rowView{Row: r}
		for _, c := range r.Cells {
			if c.Value == "" {
				view.Blank = append(view.Blank, c.Column)
			} else {
				view.Filled = append(view.Filled, c)
			}
		}
		out = append(out, view)
	}
	return out
}

func cellBytes(rows []keepiton.Row) int {
	n := 0
	for _, r := range rows {
		for _, c := range r.Cells {
			n += len(c.Column) + len(c.Value)
		}
	}
	return n
}

// rowsPage shows the original rows of an incident.
type rowsPage struct {
	frame
	ID   keepiton.IncidentID
	Rows []rowView
}

func (s *Server) rows(v *visit) (*answer, error) {
	rev, err := s.find(v)
	if err != nil {
		return nil, err
	}
	page := &rowsPage{frame: s.frame(v, "rows", "ID", string(rev.Incident.ID)), ID: rev.Incident.ID, Rows: rowViews(rev.Incident.Rows)}
	return s.html("rows", page), nil
}

// jsonAnswer answers with a value as JSON, indented for people who read it in
// a browser.
func jsonAnswer(value any) *answer {
	return &answer{status: http.StatusOK, contentType: "application/json; charset=utf-8", write: func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetIndent("", " ")
		enc.SetEscapeHTML(false)
		return enc.Encode(value)
	}}
}
