package casework

import (
	"fmt"
	"strings"

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
	Error    string
	Hints    hints // beside it; nothing of them goes with the draft
}

type draftField struct {
	Name   string
	Values []string
}

func draftPage(v *visit) error { return v.showDraft("", "", nil) }

// showDraft shows what would be sent: everything, since from then on it can be
// read on the server.
func (v *visit) showDraft(summary, reason string, refused error) error {
	cb, inc, pictures, err := v.draft(summary)
	if err != nil {
		return err
	}
	hints, err := v.caseHints(cb)
	if err != nil {
		return err
	}
	c := cb.C
	now := v.opt.Now()
	b := &draftBody{C: c, Inc: inc, Summary: summary, Reason: reason, Pictures: len(pictures), Hints: hints, Problems: keepiton.Lint(inc, now), Sentence: export.Sentence(v.p, inc, now)}
	for _, f := range keepiton.Fields {
		if values := f.Values(inc); len(values) > 0 && f.Name != "state" {
			b.Fields = append(b.Fields, draftField{f.Name, values})
		}
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

func (v *visit) draft(summary string) (*caseBody, *keepiton.Incident, []picture, error) {
	c, err := v.desk.Case(v.ctx(), v.r.PathValue("id"))
	if err != nil {
		return nil, nil, nil, err
	}
	cb, opened, err := v.caseBody(c)
	if err != nil {
		return nil, nil, nil, err
	}
	judged := cb.shelf.Judged
	inc := c.Draft(judged, opened)
	inc.Summary = strings.TrimSpace(summary)
	var out []picture
	for _, o := range opened {
		j := judged[o.Envelope.ID]
		if j == nil || j.Decision != work.Use || !work.Narrowest(o, work.Additions(o, opened)).Media {
			continue
		}
		for _, x := range j.Exhibits {
			if x.Public != "" {
				out = append(out, picture{o, x})
			}
		}
	}
	return cb, inc, out, nil
}

// sendDraft pushes the incident and its pictures to the server's desk.
func sendDraft(v *visit) error {
	f := v.r.PostForm
	cb, inc, pictures, err := v.draft(f.Get("summary"))
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
			return v.showDraft(f.Get("summary"), f.Get("reason"), err)
		}
	}
	rev, err := v.desk.Send(v.ctx(), c.ID, inc, strings.TrimSpace(f.Get("reason")))
	if err != nil {
		return v.showDraft(f.Get("summary"), f.Get("reason"), err)
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
		copied, err := v.opt.Evidence.Clean(v.ctx(), kindOf(f), f.Bytes, p.x.Boxes)
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
