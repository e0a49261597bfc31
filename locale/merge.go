package locale

import (
	"encoding/json"
	"io/fs"
	"maps"
	"slices"
	"time"

	"keepiton"
)

// Merged is what a file that a translator gave back makes of a language.
type Merged struct {
	Changed  int // messages with other words than before
	Read     int // messages that are now marked as read, the changed ones among them if they are
	Findings []Finding
	Messages []byte // the new message file
	Reviews  []byte // the new review.json
}

// Merge puts texts that a translator gave back into the message file of a
// language in a folder. Where the folder has no such file, the new one holds only
// what differs from what the program has: all of a new language. Messages that the file marks as read, or all with every,
// are marked as read by that name on that day. Nothing is written; with findings
// that are no doubts, Messages and Reviews are not to be used. Texts of a new
// language that are still English are left out: the site shows them in English and
// says so.
func Merge(folder fs.FS, tag string, returned []Returned, by string, day time.Time, every bool) (*Merged, error) {
	base, out, read := map[string]message{}, map[string]message{}, map[string]map[string]Review{}
	if c, ok := catalogs[tag]; ok {
		base = maps.Clone(c.messages)
	}
	if data, err := fs.ReadFile(folder, tag+".json"); err == nil {
		_, there, err := decode(data)
		if err != nil {
			return nil, keepiton.Errorf(keepiton.Invalid, "%s.json: %w", tag, err)
		}
		maps.Copy(base, there)
		out = there
	}
	if _, err := fs.Stat(folder, reviewName); err == nil {
		if read, err = readReviews(folder, reviewName); err != nil {
			return nil, err
		}
	}
	given, order := gather(returned)
	m := &Merged{}
	var entries []entry
	for _, key := range order {
		g := given[key]
		whole := message{other: g.texts[""]}
		if _, plain := g.texts[""]; !plain {
			whole.forms = maps.Clone(base[key].forms) // a file may have some of them
			if whole.forms == nil {
				whole.forms = map[string]string{}
			}
			maps.Copy(whole.forms, g.texts)
			whole.other = whole.forms["other"]
		}
		en := catalogs["en"].messages[key]
		if _, there := base[key]; tag != "en" && !there && fingerprint(en, en) == fingerprint(en, whole) {
			continue // the English that a translator began with
		}
		entries = append(entries, entry{key: key, line: g.line, message: whole})
		if fingerprint(en, whole) != fingerprint(en, base[key]) {
			m.Changed++
			out[key] = whole
		}
		if tag != "en" && (g.read || every) {
			if read[tag] == nil {
				read[tag] = map[string]Review{}
			}
			if mark := fingerprint(en, whole); read[tag][key].Of != mark {
				read[tag][key] = Review{By: by, Day: day.UTC().Format(time.DateOnly), Of: mark}
				m.Read++
			}
		}
	}
	m.Findings = Check(tag, entries)
	m.Messages = encode(out)
	var err error
	m.Reviews, err = json.MarshalIndent(read, "", " ")
	m.Reviews = append(m.Reviews, '\n')
	return m, err
}

// gathered is what a file has of one message.
type gathered struct {
	line  int
	texts map[string]string
	read  bool // all of its forms
}

// gather puts the forms of each message together, in the order of the file.
func gather(returned []Returned) (map[string]*gathered, []string) {
	out := map[string]*gathered{}
	var order []string
	for _, r := range returned {
		g := out[r.Key]
		if g == nil {
			g = &gathered{line: r.Line, texts: map[string]string{}, read: true}
			out[r.Key] = g
			order = append(order, r.Key)
		}
		g.texts[r.Form] = r.Text
		g.read = g.read && r.Read
	}
	return out, slices.Clip(order)
}
