package stop

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"keepiton"
)

const hintXLSX = "open it in a spreadsheet program, save it as .xlsx once more, and import that"

// workbook is an open XLSX file (ECMA-376): a zip of XML parts. It is read as
// a stream with every limit checked on the way, since a part may claim any
// size and unpack to more.
type workbook struct {
	name    string
	opt     ReadOptions
	parts   map[string]*zip.File
	left    int64 // uncompressed bytes that may still be read
	cells   int   // read so far
	shared  []string
	dates   []bool // by style: shows a date
	since04 bool
}

// readXLSX returns the sheets of a workbook in their order.
func readXLSX(name string, data io.ReaderAt, size int64, opt ReadOptions) ([]grid, error) {
	z, err := zip.NewReader(data, size)
	if err != nil {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: the workbook is cut short or damaged: %w", name, err), hintXLSX)
	}
	if len(z.File) > opt.MaxEntries {
		return nil, keepiton.Errorf(keepiton.TooLarge, "%s: the workbook holds %d files, more than %d", name, len(z.File), opt.MaxEntries)
	}
	w := &workbook{name: name, opt: opt, parts: map[string]*zip.File{}, left: opt.MaxBytes}
	for _, f := range z.File {
		w.parts[strings.TrimPrefix(f.Name, "/")] = f // sizes it declares are not believed
	}
	sheets, err := w.sheets()
	if err != nil {
		return nil, err
	}
	if err := w.styles(); err != nil {
		return nil, err
	}
	if err := w.strings(); err != nil {
		return nil, err
	}
	var out []grid
	for _, s := range sheets {
		g, err := w.sheet(s.name, s.part)
		if err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	return out, nil
}

// part opens a part of the workbook as XML tokens; a missing part gives nil.
func (w *workbook) part(name, sheet string) (*tokens, error) {
	f := w.parts[name]
	if f == nil {
		return nil, nil
	}
	r, err := f.Open()
	if err != nil {
		return nil, w.damaged(name, err)
	}
	t := &tokens{w: w, part: name, sheet: sheet, body: r}
	t.xml = xml.NewDecoder(t)
	t.xml.Strict = true
	t.xml.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) {
		return nil, fmt.Errorf("character set %q is not UTF-8", clip(charset))
	}
	return t, nil
}

func (w *workbook) damaged(part string, err error) error {
	var known *keepiton.Error
	if errors.As(err, &known) {
		return known
	}
	return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: part %s: the workbook is cut short or damaged: %w", w.name, clip(part), err), hintXLSX)
}

// tokens reads one part. Between two angle brackets there may be no more text
// than a cell may have, whatever the XML says, and elements nest 64 deep at
// most: the decoder behind never buffers more.
type tokens struct {
	w           *workbook
	part, sheet string
	body        io.ReadCloser
	xml         *xml.Decoder
	run, depth  int
	row, column int // where a sheet's reader is, for errors
}

func (t *tokens) Read(p []byte) (int, error) {
	n, err := t.body.Read(p)
	if t.w.left -= int64(n); t.w.left < 0 {
		return 0, t.tooLarge("the workbook unpacks to more than %d bytes", t.w.opt.MaxBytes)
	}
	for _, b := range p[:n] {
		if t.run++; b == '<' || b == '>' {
			t.run = 0
		}
		if t.run > t.w.opt.MaxCell {
			return 0, t.tooLarge("the cell is larger than %d bytes", t.w.opt.MaxCell)
		}
	}
	return n, err
}

func (t *tokens) tooLarge(format string, limit any) error {
	where := "part " + clip(t.part)
	if t.sheet != "" {
		where = fmt.Sprintf("sheet %q, row %d, column %s", t.sheet, max(t.row, 1), columnName(max(t.column, 0)))
	}
	return keepiton.Hint(keepiton.Errorf(keepiton.TooLarge, "%s: %s: "+format, t.w.name, where, limit), "this is no STOP workbook")
}

// next returns the next start, end or text; io.EOF ends the part.
func (t *tokens) next() (xml.Token, error) {
	for {
		tok, err := t.xml.RawToken()
		if err != nil {
			if err == io.EOF && t.depth > 0 {
				err = io.ErrUnexpectedEOF
			}
			if err == io.EOF {
				return nil, io.EOF
			}
			return nil, t.w.damaged(t.part, err)
		}
		switch tok.(type) {
		case xml.StartElement:
			if t.depth++; t.depth > 64 {
				return nil, t.w.damaged(t.part, errors.New("elements nest more than 64 deep"))
			}
			return tok, nil
		case xml.EndElement:
			if t.depth--; t.depth < 0 {
				return nil, t.w.damaged(t.part, errors.New("an element ends that never began"))
			}
			return tok, nil
		case xml.CharData:
			return tok, nil
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

type sheetRef struct{ name, part string }

// sheets lists the sheets by name and part (ECMA-376 Part 1, 18.2.20).
func (w *workbook) sheets() ([]sheetRef, error) {
	targets := map[string]string{}
	err := w.each("xl/_rels/workbook.xml.rels", func(e xml.StartElement) {
		if e.Name.Local == "Relationship" {
			target := attr(e, "Target")
			if !strings.HasPrefix(target, "/") {
				target = path.Join("xl", target)
			}
			targets[attr(e, "Id")] = strings.TrimPrefix(target, "/")
		}
	})
	if err != nil {
		return nil, err
	}
	var out []sheetRef
	err = w.each("xl/workbook.xml", func(e xml.StartElement) {
		switch e.Name.Local {
		case "sheet":
			out = append(out, sheetRef{attr(e, "name"), targets[attr(e, "id")]})
		case "workbookPr":
			w.since04 = isTrue(attr(e, "date1904"))
		}
	})
	if err == nil && len(out) == 0 {
		err = keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: a zip file, but not a workbook: it has no xl/workbook.xml with sheets", w.name), hintFormats)
	}
	return out, err
}

// each calls f for every element of a part.
func (w *workbook) each(part string, f func(e xml.StartElement)) error {
	return w.walk(part, func(_ *tokens, e xml.StartElement) error {
		f(e)
		return nil
	})
}

// walk calls f for every element of a part, with the tokens behind it for f to
// read on, until f fails. A part that is not there has no elements.
func (w *workbook) walk(part string, f func(t *tokens, e xml.StartElement) error) error {
	t, err := w.part(part, "")
	if t == nil {
		return err
	}
	defer t.body.Close()
	for {
		tok, err := t.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if e, ok := tok.(xml.StartElement); ok {
			if err := f(t, e); err != nil {
				return err
			}
		}
	}
}

// styles learns which cell styles show a date (18.8.30 and 18.8.45).
func (w *workbook) styles() error {
	codes, inCells := map[string]string{}, false
	return w.each("xl/styles.xml", func(e xml.StartElement) {
		switch e.Name.Local {
		case "numFmt":
			codes[attr(e, "numFmtId")] = attr(e, "formatCode")
		case "cellXfs":
			inCells = true
		case "cellStyles", "dxfs":
			inCells = false
		case "xf":
			if inCells {
				w.dates = append(w.dates, showsDate(attr(e, "numFmtId"), codes))
			}
		}
	})
}

// showsDate tells a date format from a number format: the built-in ones by
// number, others by a day or year letter outside quotes and brackets.
func showsDate(id string, codes map[string]string) bool {
	n, _ := strconv.Atoi(id)
	if n >= 14 && n <= 17 || n == 22 || n >= 27 && n <= 36 || n >= 50 && n <= 58 {
		return true
	}
	quoted, bracket := false, false
	for _, r := range strings.ToLower(codes[id]) {
		switch {
		case r == '"':
			quoted = !quoted
		case r == '[':
			bracket = true
		case r == ']':
			bracket = false
		case !quoted && !bracket && (r == 'd' || r == 'y'):
			return true
		}
	}
	return false
}

// strings reads the texts that cells share (18.4.9).
func (w *workbook) strings() error {
	return w.walk("xl/sharedStrings.xml", func(t *tokens, e xml.StartElement) error {
		if e.Name.Local != "si" {
			return nil
		}
		s, err := t.text()
		if err == nil {
			w.shared = append(w.shared, s)
		}
		return err
	})
}

// text joins the texts inside the element that has just begun, leaving out
// phonetic hints, up to its end.
func (t *tokens) text() (string, error) {
	var b strings.Builder
	inside, skip := 0, 0
	for level := 1; level > 0; {
		tok, err := t.next()
		if err == io.EOF {
			err = t.w.damaged(t.part, io.ErrUnexpectedEOF)
		}
		if err != nil {
			return "", err
		}
		switch e := tok.(type) {
		case xml.StartElement:
			level++
			switch e.Name.Local {
			case "t", "v":
				inside++
			case "rPh":
				skip++
			}
		case xml.EndElement:
			level--
			switch e.Name.Local {
			case "t", "v":
				inside = max(0, inside-1)
			case "rPh":
				skip = max(0, skip-1)
			}
		case xml.CharData:
			if inside > 0 && skip == 0 {
				if b.Write(e); b.Len() > t.w.opt.MaxCell {
					return "", t.tooLarge("the cell is larger than %d bytes", t.w.opt.MaxCell)
				}
			}
		}
	}
	return unescape(b.String()), nil
}

// unescape decodes _xHHHH_, the way a workbook writes characters that XML does
// not allow (22.4.2.4, ST_Xstring).
func unescape(s string) string {
	for i := 0; ; {
		at := strings.Index(s[i:], "_x")
		if at < 0 {
			return s
		}
		i += at
		if len(s) >= i+7 && s[i+6] == '_' {
			if n, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil && n < 0xD800 && n != 0 {
				s = s[:i] + string(rune(n)) + s[i+7:]
				i++
				continue
			}
		}
		i += 2
	}
}

func isTrue(s string) bool { return s == "1" || s == "true" }
