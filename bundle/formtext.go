package bundle

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"keepiton"
)

// MaxForm bounds a report that is written in a text file, in bytes: the words
// of the largest report and the questions.
const MaxForm = MaxReport + 16<<10

const formHead = `# A report for: keepiton report seal FILE
#
# Write your answers behind the colons and leave empty what you do not know or do
# not want to say. Lines that begin with "# " are the questions. Where it says
# "several lines", go on in the lines below.
#
# WHOEVER FINDS THIS FILE CAN READ IT. Delete it once it is sealed.

`

// WriteForm writes a report as a text file with its questions, to be filled in.
// An empty report gives an empty form. Files, receipt and Extra are not part of
// a form.
func WriteForm(w io.Writer, r *keepiton.Report) error {
	var b strings.Builder
	b.WriteString(formHead)
	fmt.Fprintf(&b, "# So that two copies are known as one report; it tells nothing.\nid: %s\n", r.ID)
	for _, f := range FormFields {
		if !f.Asked(r.Kind) {
			continue
		}
		fmt.Fprintf(&b, "\n# %s", f.Ask)
		if f.Lines {
			b.WriteString(" (several lines)")
		}
		if f.Help != "" {
			fmt.Fprintf(&b, "\n# %s", f.Help)
		}
		fmt.Fprintf(&b, "\n%s: %s\n", f.Name, formLines(f.get(r)))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// formLines sets lines of a text so that none is taken for a field or a comment.
func formLines(s string) string { return strings.ReplaceAll(s, "\n", "\n  ") }

// ReadForm reads a report that a person wrote: the text file of [WriteForm], or
// the JSON of frame R. A report without an id gets one. Errors are Invalid or
// TooLarge and name the line, never what stands there.
func ReadForm(text []byte) (*keepiton.Report, error) {
	if len(text) > MaxForm {
		return nil, keepiton.Errorf(keepiton.TooLarge, "the report has %d bytes; at most %d", len(text), MaxForm)
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if !utf8.Valid(text) {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "not UTF-8"), "save it as UTF-8 in your editor")
	}
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		return readDraft(text)
	}
	p := formParser{report: &keepiton.Report{ID: NewID(), Kind: keepiton.ReportShutdown}, seen: map[string]bool{}}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		if err := p.line(strings.TrimRight(line, "\r\n"), n); err != nil {
			return nil, err
		}
	}
	if err := p.put(); err != nil {
		return nil, err
	}
	return p.report, checkReport(p.report)
}

// readDraft reads JSON, which need not have an id.
func readDraft(text []byte) (*keepiton.Report, error) {
	var wire wireReport
	extra := map[string]keepiton.Private{}
	if err := decode(text, &wire, extra); err != nil {
		return nil, keepiton.Errorf(keepiton.Invalid, "%w", err)
	}
	r := fromWire(wire)
	if r.ID == "" {
		r.ID = NewID()
	}
	if len(extra) > 0 {
		r.Extra = extra
	}
	return r, checkReport(r)
}

// formParser reads lines; a field is put into the report when the next begins.
type formParser struct {
	report *keepiton.Report
	seen   map[string]bool
	field  FormField // the one that is being read; its Name is empty before the first
	at     int       // line on which it began
	lines  []string
}

func (p *formParser) line(s string, n int) error {
	if s == "#" || strings.HasPrefix(s, "# ") {
		return nil
	}
	name, value, ok := strings.Cut(s, ":")
	f, known := formField(strings.TrimRight(name, " \t"))
	switch {
	case ok && known:
		if err := p.put(); err != nil {
			return err
		}
		if p.seen[f.Name] {
			return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "line %d: %s stands twice", n, f.Name), "begin a line of text that looks like a field with a blank")
		}
		p.seen[f.Name] = true
		p.field, p.at, p.lines = f, n, []string{strings.TrimSpace(value)}
	case p.field.Lines:
		p.lines = append(p.lines, strings.TrimPrefix(s, "  "))
	case strings.TrimSpace(s) != "":
		return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "line %d: neither a field nor a line that begins with #", n), "keepiton report new writes an empty form with all fields")
	}
	return nil
}

// put puts the field that was read into the report.
func (p *formParser) put() error {
	value := strings.TrimSpace(strings.Join(p.lines, "\n"))
	if p.field.Name == "" || value == "" {
		return nil
	}
	if !p.field.Asked(p.report.Kind) {
		return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "line %d: %s is not asked for this kind of report", p.at, p.field.Name), "is the kind right, and does it stand first?")
	}
	if err := p.field.Set(p.report, value); err != nil {
		return keepiton.Hint(fmt.Errorf("line %d: %w", p.at, err), keepiton.HintOf(err))
	}
	return nil
}

var idField = FormField{Name: "id", set: func(r *keepiton.Report, s string) bool { r.ID = s; return true }}

func formField(name string) (FormField, bool) {
	if name == idField.Name {
		return idField, true
	}
	for _, f := range FormFields {
		if f.Name == name {
			return f, true
		}
	}
	return FormField{}, false
}
