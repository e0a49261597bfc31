package bundle

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"keepiton"
)

// decode reads one JSON object into the struct v points to. It is stricter than
// encoding/json, so that another program cannot read the same bytes otherwise:
// UTF-8 alone (RFC 8259 section 8.1), names exact in case, no name twice, whole
// numbers where numbers stand, [MaxDepth] levels. null counts as left out.
// Fields that v has not are put into extra under their JSON Pointer (RFC 6901);
// with a nil extra they are dropped. Errors name field and offset, never a value.
func decode(text []byte, v any, extra map[string]keepiton.Private) error {
	if !utf8.Valid(text) {
		return errors.New("not UTF-8")
	}
	d := jsonReader{dec: json.NewDecoder(bytes.NewReader(text)), extra: extra}
	d.dec.UseNumber()
	if err := d.value(reflect.ValueOf(v).Elem(), "", 1); err != nil {
		return err
	}
	if _, err := d.dec.Token(); !errors.Is(err, io.EOF) {
		return d.fault("", "something after its end")
	}
	return nil
}

type jsonReader struct {
	dec   *json.Decoder
	extra map[string]keepiton.Private
}

func (d *jsonReader) fault(pointer, what string) error {
	if pointer == "" {
		pointer = "JSON"
	}
	return fmt.Errorf("%s: %s, near byte %d", pointer, what, d.dec.InputOffset())
}

// value reads the next value into v.
func (d *jsonReader) value(v reflect.Value, pointer string, depth int) error {
	token, err := d.dec.Token()
	if err != nil {
		return d.fault(pointer, "not JSON")
	}
	if token == nil && pointer != "" {
		return nil
	}
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	if token == json.Delim('{') || token == json.Delim('[') {
		if depth > MaxDepth {
			return d.fault(pointer, "too deep")
		}
	}
	text, isText := token.(string)
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if !isText || u.UnmarshalText([]byte(text)) != nil {
			return d.fault(pointer, "not a value that stands there")
		}
		return nil
	}
	switch v.Kind() {
	case reflect.Struct:
		if token == json.Delim('{') {
			return d.object(v, pointer, depth)
		}
	case reflect.Slice:
		if token == json.Delim('[') {
			return d.array(v, pointer, depth)
		}
	case reflect.String:
		if isText {
			v.SetString(text)
			return nil
		}
	case reflect.Bool:
		if b, ok := token.(bool); ok {
			v.SetBool(b)
			return nil
		}
	case reflect.Int, reflect.Int64:
		if n, ok := token.(json.Number); ok {
			if i, err := strconv.ParseInt(n.String(), 10, v.Type().Bits()); err == nil {
				v.SetInt(i)
				return nil
			}
		}
	}
	return d.fault(pointer, "another kind of value than stands there")
}

// object reads the members of an object, whose brace was read.
func (d *jsonReader) object(v reflect.Value, pointer string, depth int) error {
	fields := fieldsOf(v.Type())
	seen := map[string]bool{}
	for d.dec.More() {
		token, err := d.dec.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			return d.fault(pointer, "not JSON")
		}
		if seen[name] {
			return d.fault(pointer, "a field that stands twice")
		}
		seen[name] = true
		below := pointer + "/" + pointerEscape.Replace(name)
		if i, known := fields[name]; known {
			if err := d.value(v.Field(i), below, depth+1); err != nil {
				return err
			}
			continue
		}
		var raw json.RawMessage
		if err := d.dec.Decode(&raw); err != nil {
			return d.fault(pointer, "not JSON")
		}
		if depthOf(raw) > MaxDepth-depth {
			return d.fault(pointer, "a field that is too deep")
		}
		if d.extra != nil {
			var compact bytes.Buffer
			if err := json.Compact(&compact, raw); err != nil {
				return d.fault(pointer, "not JSON")
			}
			d.extra[below] = keepiton.Private(compact.String())
		}
	}
	return d.closing(pointer)
}

// array reads the elements of an array, whose bracket was read.
func (d *jsonReader) array(v reflect.Value, pointer string, depth int) error {
	for i := 0; d.dec.More(); i++ {
		element := reflect.New(v.Type().Elem()).Elem()
		if err := d.value(element, pointer+"/"+strconv.Itoa(i), depth+1); err != nil {
			return err
		}
		v.Set(reflect.Append(v, element))
	}
	return d.closing(pointer)
}

func (d *jsonReader) closing(pointer string) error {
	if _, err := d.dec.Token(); err != nil {
		return d.fault(pointer, "not JSON")
	}
	return nil
}

// pointerEscape writes a name as a token of a JSON Pointer, RFC 6901 section 3.
var (
	pointerEscape   = strings.NewReplacer("~", "~0", "/", "~1")
	pointerUnescape = strings.NewReplacer("~1", "/", "~0", "~")
)

// fieldsOf maps the JSON names of a struct to the index of their field.
func fieldsOf(t reflect.Type) map[string]int {
	if known, ok := fieldCache.Load(t); ok {
		return known.(map[string]int)
	}
	out := make(map[string]int, t.NumField())
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		out[name] = i
	}
	fieldCache.Store(t, out)
	return out
}

var fieldCache sync.Map // reflect.Type to map[string]int, of the few types in wire.go

// depthOf counts the levels of valid JSON.
func depthOf(raw []byte) (deepest int) {
	depth, quoted := 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
			deepest = max(deepest, depth)
		case c == '}' || c == ']':
			depth--
		}
	}
	return deepest
}
