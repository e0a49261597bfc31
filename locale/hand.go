package locale

import (
	"bytes"
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"keepiton"
)

// Hand is how a language leaves the program to be translated elsewhere, and comes
// back: JSON as the program keeps it, CSV for spreadsheets, PO for the tools of
// translators (GNU gettext manual, section "The Format of PO Files").
type Hand struct {
	Suffix, MediaType string
	Write             func(w io.Writer, tag string) error
	read              func(data []byte) ([]Returned, error)
}

// Hands lists the forms in which a language travels.
var Hands = []Hand{
	{"po", "text/x-gettext-translation; charset=utf-8", writePO, readPO},
	{"csv", "text/csv; charset=utf-8", writeSheet, readSheet},
	{"json", "application/json", writeJSON, readJSON},
}

// HandBySuffix returns the form with a file's suffix, without its dot.
func HandBySuffix(suffix string) (Hand, bool) {
	for _, h := range Hands {
		if h.Suffix == suffix {
			return h, true
		}
	}
	return Hand{}, false
}

// Returned is one text of a file that a translator gave back.
type Returned struct {
	Line int    // in the file, from 1
	Key  string // of the message
	Form string // of the plural; empty: the message has none
	Text string
	Read bool // the file says that a person accepted it
}

// ReadReturned reads a file that a translator gave back, in the form that its name
// ends in. Errors name the line. A file has at most 4 MiB and 50,000 texts.
func ReadReturned(name string, data []byte) ([]Returned, error) {
	if len(data) > maxFile {
		return nil, keepiton.Errorf(keepiton.TooLarge, "%d bytes, at most %d", len(data), maxFile)
	}
	h, ok := HandBySuffix(name[strings.LastIndexByte(name, '.')+1:])
	if !ok {
		return nil, keepiton.Errorf(keepiton.Invalid, "the name ends in none of .po, .csv and .json")
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	out, err := h.read(data)
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Invalid, "%w", err)
	}
	return out, nil
}

func writeJSON(w io.Writer, tag string) error {
	c := catalogs[tag]
	if c == nil {
		c = catalogs["en"] // a new language begins with it
	}
	_, err := w.Write(encode(c.messages))
	return err
}

func readJSON(data []byte) (out []Returned, err error) {
	entries, _, err := decode(data)
	for _, e := range entries {
		if e.key == endKey {
			continue
		}
		for _, form := range append([]string{""}, pluralForms...) {
			if text, ok := e.message.all()[form]; ok {
				out = append(out, Returned{Line: e.line, Key: e.key, Form: form, Text: text})
			}
		}
		for form, text := range e.message.forms { // what CLDR does not know is told by Check
			if !isForm(form) {
				out = append(out, Returned{Line: e.line, Key: e.key, Form: form, Text: text})
			}
		}
	}
	return out, err
}

func isForm(name string) bool {
	return strings.Contains(" "+strings.Join(pluralForms, " ")+" ", " "+name+" ")
}

// sheetColumns are the columns of a CSV; more may stand behind and between them.
var sheetColumns = []string{"key", "form", "english", "translation", "state", "numbers"}

// reviewedWord is the state of a text that a person has read.
const reviewedWord, machineWord, missingWord = "reviewed", "machine", "missing"

func (t *Text) state(tag string, f Form) string {
	switch {
	case f.Own == "":
		return missingWord
	case tag == "en" || t.Review.Of != "":
		return reviewedWord
	}
	return machineWord
}

func writeSheet(w io.Writer, tag string) error {
	c := csv.NewWriter(w)
	c.Write(sheetColumns)
	for _, t := range Texts(tag) {
		for _, f := range t.Forms {
			c.Write([]string{t.Key, f.Name, f.English, f.Own, t.state(tag, f), numberWords(f.Numbers)})
		}
	}
	c.Flush()
	return c.Error()
}

func numberWords(numbers []int) string {
	var out []string
	for _, n := range numbers {
		out = append(out, strconv.Itoa(n))
	}
	return strings.Join(out, " ")
}

func readSheet(data []byte) (out []Returned, err error) {
	c := csv.NewReader(bytes.NewReader(data))
	c.FieldsPerRecord = -1
	first, _, _ := bytes.Cut(data, []byte{'\n'})
	if bytes.Count(first, []byte{';'}) > bytes.Count(first, []byte{','}) {
		c.Comma = ';' // as spreadsheets write it where the comma is for decimals
	}
	head, err := c.Read()
	if err != nil {
		return nil, lineError(1, "no line of column names: %v", err)
	}
	at := map[string]int{}
	for i, name := range head {
		at[strings.ToLower(strings.TrimSpace(name))] = i
	}
	for _, name := range []string{"key", "translation"} {
		if _, ok := at[name]; !ok {
			return nil, lineError(1, "no column %q", name)
		}
	}
	for {
		row, err := c.Read()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err // encoding/csv names the line itself
		}
		line, _ := c.FieldPos(0)
		cell := func(name string) string {
			if i, ok := at[name]; ok && i < len(row) {
				return row[i]
			}
			return ""
		}
		r := Returned{Line: line, Key: strings.TrimSpace(cell("key")), Form: strings.TrimSpace(cell("form")), Text: cell("translation"), Read: strings.EqualFold(strings.TrimSpace(cell("state")), reviewedWord)}
		if r.Key == "" || r.Text == "" {
			continue
		}
		if out = append(out, r); len(out) > maxMessages {
			return nil, lineError(line, "more than %d texts", maxMessages)
		}
	}
}

func lineError(line int, format string, args ...any) error {
	return keepiton.Errorf(keepiton.Invalid, "line "+strconv.Itoa(line)+": "+format, args...)
}
