package casework

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"keepiton"
	work "keepiton/casework"
	"keepiton/evidence"
	"keepiton/export"
	"keepiton/store"
)

// draftBody is the incident as it would go to the server's desk.
type draftBody struct {
	C        *work.Case
	Inc      *keepiton.Incident
	Fields   []draftField
	Sentence string
	Problems []keepiton.Problem
	Pictures int
	Summary  string
	Reason   string
	Level    keepiton.Level
	Levels   []keepiton.Level
	Error    string
	Unopened unopened
	Hints    hints // beside it; nothing of them goes with the draft
}

// levels are how far an analyst may say that a case was checked.
var levels = []keepiton.Level{keepiton.Unverified, keepiton.Corroborated, keepiton.Verified}

type draftField struct {
	Name   string
	Values []string
}

// draftFields lists everything that a draft says, in words.
func (v *visit) draftFields(inc *keepiton.Incident) (out []draftField) {
	for _, f := range keepiton.Fields {
		line := draftField{Name: f.Name}
		switch f.Name {
		case "state":
		case "sources": // all of each, for readers get less of it than the server
			for _, s := range inc.Sources {
				line.Values = append(line.Values, v.sourceLine(s))
			}
		case "signals":
			for _, s := range inc.Signals {
				line.Values = append(line.Values, strings.TrimRight(v.p.Ours(v.p.T("casework.feed."+s.Feed)+" "+v.p.Apart(strings.TrimSpace(s.URL+" "+s.Note))), " \u2068\u2069"))
			}
		default:
			for _, value := range f.Values(inc) {
				line.Values = append(line.Values, export.Said(v.p, f.Name, value))
			}
		}
		if len(line.Values) > 0 {
			out = append(out, line)
		}
	}
	return out
}

// sourceLine writes one source as the server will have it.
func (v *visit) sourceLine(s keepiton.Source) string {
	parts := []string{"[" + string(s.ID) + "] " + v.p.Code("source_kind", s.Kind)}
	for _, words := range []string{s.Title, s.Words} {
		if words != "" {
			parts = append(parts, v.p.Apart(words))
		}
	}
	if s.Confidential {
		parts = append(parts, v.p.T("page.incident.source.confidential"))
	}
	if s.OriginGroup != "" {
		parts = append(parts, v.p.T("page.incident.source.group", "Group", s.OriginGroup))
	}
	return v.p.Ours(strings.Join(parts, " · "))
}

func draftPage(v *visit) error { return v.showDraft(nil) }

// showDraft shows what would be sent: everything, since from then on it can be
// read on the server.
func (v *visit) showDraft(refused error) error {
	f := v.r.PostForm
	cb, inc, pictures, err := v.draft()
	if err != nil {
		return err
	}
	hints, err := v.caseHints(cb)
	if err != nil {
		return err
	}
	c := cb.C
	now := v.opt.Now()
	b := &draftBody{
		C: c, Inc: inc, Summary: f.Get("summary"), Reason: f.Get("reason"), Level: inc.Verification.Level, Levels: levels, Pictures: len(pictures), Hints: hints, Unopened: v.unopened(cb.shelf, "/cases/"+c.ID+"/draft"),
		Problems: keepiton.Lint(inc, now), Sentence: export.Sentence(v.p, inc, now), Fields: v.draftFields(inc),
	}
	status := 200
	if refused != nil {
		b.Error, status = v.say(refused), statuses[keepiton.CodeOf(refused)]
	}
	return v.render(status, "draft", v.title("casework.draft.title", "Title", c.Title), b)
}

// picture is a public copy that goes with the draft.
type picture struct {
	o *work.Opened
	x work.Exhibit
}

// draft makes the incident of a case, with what the form says of it.
func (v *visit) draft() (*caseBody, *keepiton.Incident, []picture, error) {
	c, err := v.desk.Case(v.ctx(), v.r.PathValue("id"))
	if err != nil {
		return nil, nil, nil, err
	}
	cb, opened, err := v.caseBody(c)
	if err != nil {
		return nil, nil, nil, err
	}
	judged := cb.shelf.Judged
	if err := v.desk.OpenAdditions(v.ctx(), cb.shelf, opened...); err != nil {
		return nil, nil, nil, err
	}
	allows := func(o *work.Opened) keepiton.Consent { return v.desk.Consent(cb.shelf, o) }
	inc := c.Draft(judged, opened, allows)
	inc.Summary = strings.TrimSpace(v.r.PostForm.Get("summary"))
	if level := keepiton.Level(v.r.PostForm.Get("level")); level != keepiton.Unverified && slices.Contains(levels, level) {
		inc.Verification = keepiton.Verification{Level: level, By: cmp.Or(v.who.Organization, v.who.Account), At: v.opt.Now().UTC().Truncate(time.Second)}
		for _, s := range inc.Sources {
			inc.Verification.On = append(inc.Verification.On, s.ID)
		}
	}
	var out []picture
	for _, o := range opened {
		j := judged[o.Envelope.ID]
		if j == nil || j.Decision != work.Use {
			continue
		}
		for _, x := range work.Pictures(j, allows(o)) {
			out = append(out, picture{o, x})
		}
	}
	return cb, inc, out, nil
}

// sendDraft pushes the incident and its pictures to the server's desk.
func sendDraft(v *visit) error {
	f := v.r.PostForm
	cb, inc, pictures, err := v.draft()
	if err != nil {
		return err
	}
	c := cb.C
	if c.Incident != "" {
		return &keepiton.Error{Code: keepiton.Conflict, Key: "casework.error.drafted", Args: map[string]any{"ID": string(c.Incident)}, Err: keepiton.Errorf(keepiton.Conflict, "the case has the incident %s already", c.Incident)}
	}
	copies := make([][]byte, len(pictures))
	kinds := make([]string, len(pictures))
	for i, p := range pictures {
		if copies[i], kinds[i], err = v.again(p); err != nil {
			return v.showDraft(err)
		}
	}
	rev, err := v.desk.Send(v.ctx(), c.ID, inc, strings.TrimSpace(f.Get("reason")), v.anyway())
	if err != nil {
		return v.showDraft(err)
	}
	for i, p := range pictures {
		m := store.MediaFile{SHA256: p.x.Public, Type: kinds[i], Subjects: []string{string(rev.Incident.ID)}, Bytes: copies[i]}
		if err := v.desk.Server.PutMedia(v.ctx(), m); err != nil {
			return err
		}
	}
	return v.to(fmt.Sprintf("/cases/%s?done=drafted", c.ID))
}

// again makes the public copy of an exhibit once more. The same original, boxes
// and program give the same bytes; others are not what the analyst looked at.
func (v *visit) again(p picture) ([]byte, string, error) {
	for _, f := range p.o.Files {
		if f.SHA256 != p.x.File {
			continue
		}
		copied, err := v.opt.Evidence.Clean(v.ctx(), f.Kind(), f.Bytes, p.x.Boxes)
		if err != nil {
			return nil, "", err
		}
		if copied.SHA256 != p.x.Public {
			break
		}
		return copied.Bytes, evidence.MediaType(copied.Kind), nil
	}
	return nil, "", &keepiton.Error{Code: keepiton.Conflict, Key: "casework.error.copy", Err: keepiton.Errorf(keepiton.Conflict, "the public copy of file %.12s is not what it was: make it again", p.x.File)}
}
