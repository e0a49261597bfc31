package casework

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/bundle"
	work "keepiton/casework"
	"keepiton/evidence"
)

const day = 24 * time.Hour

// keptViews is how many working copies stay in memory: a person looks at one
// file, and goes back to the one before.
const keptViews = 8

// fileBody is one file of a report as evidence.
type fileBody struct {
	O        *work.Opened
	N        int
	File     work.File
	Kind     evidence.Kind
	Rendered bool
	View     evidence.View
	Likes    []likeLine
	Exhibit  *work.Exhibit
	Boxes    string // as typed
	Public   *evidence.Public
	Proof    *evidence.Proof
	ProofBad string
	Findings []findingLine
	Allowed  bool // the sender allows pictures to be shown
	Error    string
	Alt      string
}

type findingLine struct {
	Key string
	F   evidence.Finding
}

// file finds the file that the address names.
func (v *visit) file() (*work.Opened, int, error) {
	o, err := v.opened()
	if err != nil {
		return nil, 0, err
	}
	n, err := strconv.Atoi(v.r.PathValue("n"))
	if err != nil || n < 1 || n > len(o.Files) {
		return nil, 0, keepiton.Errorf(keepiton.NotFound, "the report has no file %q", v.r.PathValue("n"))
	}
	return o, n, nil
}

func filePage(v *visit) error {
	o, n, err := v.file()
	if err != nil {
		return err
	}
	b, err := v.fileBody(o, n)
	if err != nil {
		return err
	}
	return v.render(200, "file", v.title("casework.file.title", "N", n), b)
}

func (v *visit) fileBody(o *work.Opened, n int) (*fileBody, error) {
	f := o.Files[n-1]
	shelf, err := v.desk.Shelf(v.ctx())
	if err != nil {
		return nil, err
	}
	b := &fileBody{O: o, N: n, File: f, Kind: f.Kind(), Allowed: v.desk.Consent(shelf, o).Media}
	b.Rendered = evidence.Rendered(b.Kind)
	record := evidence.Record{}
	if j := shelf.Judged[o.Envelope.ID]; j != nil {
		if b.Exhibit = exhibit(j, f.SHA256); b.Exhibit != nil {
			b.Boxes, b.Alt, record = writeBoxes(b.Exhibit.Boxes), b.Exhibit.Alt, b.Exhibit.Record
		}
	}
	for _, q := range properties {
		b.Findings = append(b.Findings, findingLine{q.key, *q.of(&record)})
	}
	switch {
	case b.Rendered:
		if b.View, err = v.view(f); err != nil {
			b.Error, err = v.say(err), nil
		}
		b.Likes = v.likes(o.Envelope.ID, shelf.Like(o.Envelope.ID, b.View.Fingerprint))
		for i := range b.Likes {
			b.Likes[i].File = n
		}
		v.keepPrint(o, n, b.View.Fingerprint)
	case b.Kind == evidence.Archive:
		if p, err := v.opt.Evidence.VerifyProofMode(v.ctx(), f.Bytes); err == nil {
			b.Proof = &p
		} else {
			b.ProofBad = v.say(err)
		}
	}
	return b, nil
}

// properties are the six of the Berkeley Protocol, in its order.
var properties = []struct {
	key string
	of  func(*evidence.Record) *evidence.Finding
}{
	{"authenticity", func(r *evidence.Record) *evidence.Finding { return &r.Authenticity }},
	{"availability", func(r *evidence.Record) *evidence.Finding { return &r.Availability }},
	{"identity", func(r *evidence.Record) *evidence.Finding { return &r.Identity }},
	{"persistence", func(r *evidence.Record) *evidence.Finding { return &r.Persistence }},
	{"renderability", func(r *evidence.Record) *evidence.Finding { return &r.Renderability }},
	{"understandability", func(r *evidence.Record) *evidence.Finding { return &r.Understandability }},
}

// view returns the working copy of a file, made once.
func (v *visit) view(f work.File) (evidence.View, error) {
	v.mu.Lock()
	view, ok := v.views[f.SHA256]
	v.mu.Unlock()
	if ok {
		return view, nil
	}
	view, err := v.opt.Evidence.Look(v.ctx(), f.Kind(), f.Bytes)
	if err != nil {
		return view, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for sum := range v.views {
		if len(v.views) < keptViews {
			break
		}
		delete(v.views, sum)
	}
	v.views[f.SHA256] = view
	return view, nil
}

// keepPrint keeps the fingerprint of a picture that somebody looks at, for all
// desks. That it could not be kept is no reason not to show the picture.
func (v *visit) keepPrint(o *work.Opened, n int, h evidence.Hash) {
	if h == (evidence.Hash{}) {
		return
	}
	if err := v.desk.KeepPrint(v.ctx(), o.Envelope.ID, n, h); err != nil && v.ctx().Err() == nil {
		v.opt.Log.WarnContext(v.ctx(), "the fingerprint of a picture was not kept", "code", string(keepiton.CodeOf(err)))
	}
}

// original hands out the untouched bytes, as a download that no program opens by
// itself.
func original(v *visit) error {
	o, n, err := v.file()
	if err != nil {
		return err
	}
	f := o.Files[n-1]
	h := v.w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", `attachment; filename="`+evidence.DownloadName(f.Kind(), f.SHA256)+`"`)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Length", strconv.Itoa(len(f.Bytes)))
	v.w.WriteHeader(http.StatusOK)
	_, err = v.w.Write(f.Bytes)
	return err
}

// look shows a page of the working copy.
func look(v *visit) error {
	o, n, err := v.file()
	if err != nil {
		return err
	}
	view, err := v.view(o.Files[n-1])
	if err != nil {
		return err
	}
	at, err := strconv.Atoi(v.r.PathValue("page"))
	if err != nil || at < 0 || at >= len(view.Pictures) {
		return keepiton.Errorf(keepiton.NotFound, "no page %q", v.r.PathValue("page"))
	}
	p := view.Pictures[at]
	v.w.Header().Set("Content-Type", p.MediaType)
	_, err = v.w.Write(p.Bytes)
	return err
}

// readBoxes reads one box a line: page x y width height, the page from 1.
func readBoxes(s string) ([]evidence.Box, error) {
	var out []evidence.Box
	for i, line := range strings.Split(s, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		var b evidence.Box
		if n, err := fmt.Sscanf(strings.ReplaceAll(line, ",", " "), "%d %d %d %d %d", &b.Page, &b.X, &b.Y, &b.Width, &b.Height); err != nil || n != 5 {
			return nil, &keepiton.Error{
				Code: keepiton.Invalid, Key: "casework.error.box", Args: map[string]any{"N": i + 1},
				Err: keepiton.Errorf(keepiton.Invalid, "line %d is no box: page, left, top, width, height", i+1),
			}
		}
		b.Page--
		out = append(out, b)
	}
	return out, nil
}

func writeBoxes(boxes []evidence.Box) string {
	var b strings.Builder
	for _, x := range boxes {
		fmt.Fprintf(&b, "%d %d %d %d %d\n", x.Page+1, x.X, x.Y, x.Width, x.Height)
	}
	return b.String()
}

// clean makes the public copy and shows it before anybody keeps it.
func clean(v *visit) error {
	o, n, err := v.file()
	if err != nil {
		return err
	}
	b, err := v.fileBody(o, n)
	if err != nil {
		return err
	}
	b.Boxes, b.Alt = v.r.PostForm.Get("boxes"), v.r.PostForm.Get("alt")
	boxes, err := readBoxes(b.Boxes)
	if err == nil {
		var p evidence.Public
		if p, err = v.opt.Evidence.Clean(v.ctx(), b.Kind, b.File.Bytes, boxes); err == nil {
			b.Public = &p
		}
	}
	status := 200
	if err != nil {
		b.Error, status = v.say(err), statuses[keepiton.CodeOf(err)]
	}
	return v.render(status, "file", v.title("casework.file.title", "N", n), b)
}

// keepExhibit makes the public copy again, the same bytes, and keeps its record
// with the report's judgement: findings, boxes, hashes, steps. The copy itself
// goes to the server with the draft.
func keepExhibit(v *visit) error {
	o, n, err := v.file()
	if err != nil {
		return err
	}
	f, form := o.Files[n-1], v.r.PostForm
	boxes, err := readBoxes(form.Get("boxes"))
	if err != nil {
		return err
	}
	today := evidence.Day{Time: v.opt.Now().UTC().Truncate(day)}
	var public *evidence.Public
	if form.Get("do") == "public" {
		if strings.TrimSpace(form.Get("alt")) == "" {
			return &keepiton.Error{Code: keepiton.Invalid, Key: "casework.error.alt", Err: keepiton.Errorf(keepiton.Invalid, "say what the picture shows, for those who do not see it")}
		}
		p, err := v.opt.Evidence.Clean(v.ctx(), f.Kind(), f.Bytes, boxes)
		if err != nil {
			return err
		}
		public = &p
	}
	_, err = v.desk.Judge(v.ctx(), o.Envelope.ID, "cleaned", func(j *work.Judgement) error {
		x := exhibit(j, f.SHA256)
		if x == nil {
			j.Exhibits = append(j.Exhibits, work.Exhibit{File: f.SHA256, Record: newRecord(o, f, v.who.Account)})
			x = &j.Exhibits[len(j.Exhibits)-1]
		}
		for _, q := range properties {
			v.finding(q.of(&x.Record), form.Get(q.key), form.Get(q.key+"_note"), today)
		}
		if public == nil {
			if form.Get("do") == "withhold" {
				x.Public = ""
			}
			return nil
		}
		step := public.Step
		step.Who, step.Day = v.who.Account, today
		x.Record.Add(step)
		x.Public, x.Boxes, x.Alt = public.SHA256, boxes, strings.TrimSpace(form.Get("alt"))
		return nil
	})
	if err != nil {
		return err
	}
	return v.to(fmt.Sprintf("/reports/%s/files/%d?done=exhibit", o.Envelope.ID, n))
}

// finding stores what an analyst says of a property, with who and when, when it
// differs from what stood there.
func (v *visit) finding(f *evidence.Finding, answer, note string, today evidence.Day) {
	a := answerOf(answer)
	if note = strings.TrimSpace(note); a == f.State && note == f.Note {
		return
	}
	*f = evidence.Finding{State: a, Note: note, Who: v.who.Account, Day: today}
}

// newRecord begins the record of a file: it arrived sealed, with this hash.
func newRecord(o *work.Opened, f work.File, who string) evidence.Record {
	r := evidence.Record{
		ID: bundle.NewID(), Report: o.Report.ID, Road: o.Report.Road, Arrived: evidence.Day{Time: o.Envelope.Day}, By: who,
		Original: evidence.Item{SHA256: f.SHA256, Size: f.Size, Kind: f.Kind()},
	}
	r.Add(evidence.Step{Act: evidence.Arrive, To: r.Original, Who: who, Day: r.Arrived})
	return r
}
