package bundle

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"keepiton"
)

// encode writes a struct as JSON, its fields in the order of the struct.
func encode(v any) ([]byte, error) { return encodeExtra(v, nil) }

// encodeExtra writes v and puts the fields of extra, which stand under their
// JSON Pointer, behind those of the object they stood in.
func encodeExtra(v any, extra map[string]keepiton.Private) ([]byte, error) {
	w := jsonWriter{extra: map[string][]string{}}
	for _, pointer := range slices.Sorted(maps.Keys(extra)) {
		slash := strings.LastIndexByte(pointer, '/')
		if slash < 0 || !json.Valid([]byte(extra[pointer].Reveal())) {
			return nil, keepiton.Errorf(keepiton.Invalid, "report: a field of Extra is no JSON Pointer or no JSON")
		}
		member := quote(pointerUnescape.Replace(pointer[slash+1:])) + ":" + extra[pointer].Reveal()
		w.extra[pointer[:slash]] = append(w.extra[pointer[:slash]], member)
	}
	err := w.value(reflect.ValueOf(v), "")
	return w.out.Bytes(), err
}

type jsonWriter struct {
	out   bytes.Buffer
	extra map[string][]string // members to add, by the pointer of their object
}

func (w *jsonWriter) value(v reflect.Value, pointer string) error {
	if m, ok := v.Interface().(encoding.TextMarshaler); ok {
		text, err := m.MarshalText()
		w.out.WriteString(quote(string(text)))
		return err
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return w.value(reflect.Zero(v.Type().Elem()), pointer)
		}
		return w.value(v.Elem(), pointer)
	case reflect.Struct:
		return w.object(v, pointer)
	case reflect.Slice:
		w.out.WriteByte('[')
		for i := range v.Len() {
			if i > 0 {
				w.out.WriteByte(',')
			}
			if err := w.value(v.Index(i), pointer+"/"+strconv.Itoa(i)); err != nil {
				return err
			}
		}
		w.out.WriteByte(']')
	case reflect.String:
		w.out.WriteString(quote(v.String()))
	case reflect.Bool:
		w.out.WriteString(strconv.FormatBool(v.Bool()))
	case reflect.Int, reflect.Int64:
		w.out.WriteString(strconv.FormatInt(v.Int(), 10))
	default:
		return keepiton.Errorf(keepiton.Internal, "bundle: %s has a type that JSON here does not know", pointer)
	}
	return nil
}

func (w *jsonWriter) object(v reflect.Value, pointer string) error {
	w.out.WriteByte('{')
	first := true
	comma := func() {
		if !first {
			w.out.WriteByte(',')
		}
		first = false
	}
	for i := range v.NumField() {
		name, omit, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		below := pointer + "/" + name
		if omit != "" && isEmpty(v.Field(i)) && !w.extraBelow(below) {
			continue
		}
		comma()
		w.out.WriteString(quote(name) + ":")
		if err := w.value(v.Field(i), below); err != nil {
			return err
		}
	}
	for _, member := range w.extra[pointer] {
		comma()
		w.out.WriteString(member)
	}
	w.out.WriteByte('}')
	return nil
}

// extraBelow reports whether a field is to be added to the object at pointer or
// to one inside of it.
func (w *jsonWriter) extraBelow(pointer string) bool {
	for at := range w.extra {
		if at == pointer || strings.HasPrefix(at, pointer+"/") {
			return true
		}
	}
	return false
}

func isEmpty(v reflect.Value) bool {
	return v.IsZero() || v.Kind() == reflect.Slice && v.Len() == 0
}

// quote writes a text as JSON.stringify does (ECMA-262, QuoteJSONString), so
// that a browser and we write the same bytes: nothing is escaped that need not
// be. Bytes that are no UTF-8 become U+FFFD.
func quote(s string) string {
	out := make([]byte, 0, len(s)+2)
	out = append(out, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			out = append(out, '\\', byte(r))
		case r >= 8 && r <= 13 && r != 11:
			out = append(out, '\\', "btn\x00fr"[r-8])
		case r < 0x20:
			out = fmt.Appendf(out, "\\u%04x", r)
		default:
			out = utf8.AppendRune(out, r)
		}
	}
	return string(append(out, '"'))
}
