package generic

import (
	"encoding/json"
	"io"
	"strconv"
	"strings"

	"keepiton/source"
)

func (d *decoder) lines(r io.Reader) error {
	return source.ReadLines(r, maxLine, &d.out.Summary, func(offset int64, line []byte) error {
		var doc any
		if json.Unmarshal(line, &doc) != nil {
			d.out.Skip(source.Defect{Kind: "bad_json", Offset: offset})
			return nil
		}
		return d.row(offset, func(column string) (string, bool) { return lookup(doc, column) })
	})
}

// lookup returns the value of a key, or of one inside of others.
func lookup(doc any, column string) (string, bool) {
	for _, key := range strings.Split(column, ".") {
		object, ok := doc.(map[string]any)
		if !ok {
			return "", false
		}
		if doc, ok = object[key]; !ok {
			return "", false
		}
	}
	switch v := doc.(type) {
	case string:
		return v, true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", doc == nil
}
