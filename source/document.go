package source

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	"keepiton"
)

// MaxDocument bounds an answer of an API that is one JSON document, in bytes.
const MaxDocument = 64 << 20

// Document is an answer of an API. It may be cut or damaged at some place: what stands
// before it is there.
type Document struct {
	Fields map[string]json.RawMessage // by path, such as data.resource: whatever is no list that was asked for and holds none
	Lists  map[string][]Element       // by path
	Bad    *Defect                    // where it could not be read any further; nil when it is whole
}

// Element is one of a list.
type Element struct {
	Offset int64 // in the document, bytes
	JSON   json.RawMessage
}

// ReadDocument reads the JSON document that r holds. Lists are paths of keys, or of
// numbers inside of arrays: "result.annotations", "0.1"; "" is the document itself. One that
// ends with a dot is an object whose fields are wanted one by one.
// before is what may stand in front of it. The error is that of r; invalid when it
// is none at all; too large.
func ReadDocument(r io.Reader, name, before string, lists ...string) (*Document, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxDocument+1))
	if err != nil {
		return nil, err
	}
	if len(data) > MaxDocument {
		return nil, keepiton.Errorf(keepiton.TooLarge, "%s: more than %d MiB", name, MaxDocument>>20)
	}
	text := bytes.TrimPrefix(data, []byte("\ufeff"))
	if before != "" {
		text = bytes.TrimPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte(before))
	}
	switch first := bytes.TrimLeft(text, " \t\r\n"); {
	case len(first) == 0:
		return nil, keepiton.Errorf(keepiton.Invalid, "%s: the file is empty", name)
	case first[0] != '{' && first[0] != '[':
		return nil, keepiton.Errorf(keepiton.Invalid, "%s: no JSON in it", name)
	}
	d := documentReader{
		Document: &Document{Fields: map[string]json.RawMessage{}, Lists: map[string][]Element{}},
		lists:    lists, in: json.NewDecoder(bytes.NewReader(text)), text: text, base: int64(len(data) - len(text)),
	}
	if err := d.value(""); err != nil {
		offset := d.in.InputOffset()
		var wrong *json.SyntaxError
		if errors.As(err, &wrong) {
			offset = wrong.Offset
		}
		kind := "bad_json"
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			kind, offset = "cut_json", int64(len(text))
			d.dropCutNumber()
		}
		d.Bad = &Defect{Kind: kind, Offset: d.base + offset, Why: err.Error()}
	}
	return d.Document, nil
}

// Text returns a field that is a string, or a number as it is written; empty when there
// is none.
func (d *Document) Text(path string) string {
	raw := d.Fields[path]
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	if len(raw) > 0 && (raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9') {
		return string(raw)
	}
	return ""
}

type documentReader struct {
	*Document
	lists []string
	in    *json.Decoder
	text  []byte
	base  int64
	last  string // path of what was read last
}

// value reads the value that stands at a path.
func (d *documentReader) value(path string) error {
	wanted, within := false, false
	for _, l := range d.lists {
		wanted = wanted || l == path
		within = within || path == "" && l != "" || strings.HasPrefix(l, path+".")
	}
	begins := d.begins()
	switch {
	case wanted && begins == '[':
		return d.list(path)
	case within && begins == '{':
		return d.inside(func(int) (string, error) {
			key, err := d.in.Token()
			name, _ := key.(string)
			return name, err
		}, path)
	case within && begins == '[':
		return d.inside(func(i int) (string, error) { return strconv.Itoa(i), nil }, path)
	}
	var raw json.RawMessage
	if err := d.in.Decode(&raw); err != nil {
		return err
	}
	d.Fields[path], d.last = raw, path
	return nil
}

// dropCutNumber takes back a number with which the document ends: more digits may have
// stood there.
func (d *documentReader) dropCutNumber() {
	ends := d.text[len(d.text)-1]
	if ends < '0' || ends > '9' || d.in.InputOffset() != int64(len(d.text)) {
		return
	}
	if list := d.Lists[d.last]; len(list) > 0 {
		d.Lists[d.last] = list[:len(list)-1]
	}
	delete(d.Fields, d.last)
}

// begins returns the first byte of the next value.
func (d *documentReader) begins() byte {
	rest := bytes.TrimLeft(d.text[d.in.InputOffset():], " \t\r\n,:")
	if len(rest) == 0 {
		return 0
	}
	return rest[0]
}

func (d *documentReader) inside(key func(int) (string, error), path string) error {
	if _, err := d.in.Token(); err != nil {
		return err
	}
	for i := 0; d.in.More(); i++ {
		name, err := key(i)
		if err != nil {
			return err
		}
		if path != "" {
			name = path + "." + name
		}
		if err := d.value(name); err != nil {
			return err
		}
	}
	_, err := d.in.Token()
	return err
}

func (d *documentReader) list(path string) error {
	if _, err := d.in.Token(); err != nil {
		return err
	}
	d.Lists[path], d.last = []Element{}, path
	for d.in.More() {
		var raw json.RawMessage
		if err := d.in.Decode(&raw); err != nil {
			return err
		}
		d.Lists[path] = append(d.Lists[path], Element{d.base + d.in.InputOffset() - int64(len(raw)), raw})
	}
	_, err := d.in.Token()
	return err
}
