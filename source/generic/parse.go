package generic

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"time"

	"keepiton"
	"keepiton/geo"
)

// parseMapping reads the JSON of a mapping. An error begins with the place, as it follows
// the name of a file: ", line 3: …".
func parseMapping(data []byte) (*Mapping, error) {
	var m Mapping
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	err := d.Decode(&m)
	if err == nil {
		if _, more := d.Token(); more == io.EOF {
			return &m, nil
		}
		return nil, at(data, d.InputOffset(), "something follows the mapping")
	}
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return nil, keepiton.Errorf(keepiton.Invalid, ": the file is empty")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, at(data, int64(len(data)), "the mapping is not closed: a } is missing")
	case errors.As(err, &syntax):
		return nil, at(data, syntax.Offset, syntax.Error())
	case errors.As(err, &kind):
		what := kind.Field
		if what == "" {
			what = "the mapping"
		}
		return nil, at(data, kind.Offset, what+": no "+kind.Value+" belongs there")
	}
	return nil, at(data, d.InputOffset(), strings.TrimPrefix(err.Error(), "json: "))
}

// at says what is wrong in the line of an offset.
func at(data []byte, offset int64, what string) error {
	before := data[:min(max(0, int(offset)), len(data))]
	return keepiton.Errorf(keepiton.Invalid, ", line %d: %s", 1+bytes.Count(before, []byte("\n")), what)
}

// known reports whether a layout can tell one day from another.
func (t Time) known() bool {
	if t.Layout == "unix" || t.Layout == "unixms" {
		return true
	}
	day := time.Date(2001, 3, 25, 0, 0, 0, 0, time.UTC)
	got, err := time.Parse(t.Layout, day.Format(t.Layout))
	return err == nil && got.Year() == day.Year() && got.YearDay() == day.YearDay()
}

func isCountry(code string) bool {
	if code = strings.ToUpper(code); len(code) == 3 {
		code = alpha2(code)
	}
	_, known := geo.ByCode(code)
	return known
}
