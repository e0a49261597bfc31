package campaign

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"keepiton"
	"keepiton/geo"
)

// sourceColumns are the parts of the one source that a row can name.
var sourceColumns = []string{"source", "source_title", "source_publisher", "source_published", "source_kind"}

// notImported are the inputs that a sheet has no column for: they are written at
// the desk.
var notImported = []Input{InputMedia, InputContacts, InputQuotes, InputSources}

// Columns lists the columns of a file of the kind, in the order of its form; a
// text may also stand in a column of its language, such as title.fr.
func Columns(kind keepiton.EntryKind) []string {
	var out []string
	for _, f := range Fields(kind) {
		if !slices.Contains(notImported, f.Input) && f.Name() != "key" {
			out = append(out, f.Name())
		}
	}
	return append(out, sourceColumns...)
}

var columnLang = regexp.MustCompile(`^[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}$`)

// LanguageTag reports whether s is a language tag in lower case as columns have it.
func LanguageTag(s string) bool { return columnLang.MatchString(s) }

// columnOf takes a column's name apart: the field, and the language of a text.
func columnOf(kind keepiton.EntryKind, name string) (f Field, lang string, ok bool) {
	member, lang, hasLang := strings.Cut(name, ".")
	f, ok = FieldOf(kind, member)
	if !ok || !slices.Contains(Columns(kind), member) || hasLang && (f.Input != InputTexts || !columnLang.MatchString(lang)) {
		return Field{}, "", false
	}
	return f, lang, true
}

func knownColumn(kind keepiton.EntryKind) func(string) bool {
	return func(name string) bool {
		_, _, ok := columnOf(kind, name)
		return ok || slices.Contains(sourceColumns, name)
	}
}

// readRow writes the cells of a row over a copy of base, which may be empty, and
// names what cannot be read. Empty cells say nothing.
func readRow(row tableRow, base keepiton.Entry, lang string) (keepiton.Entry, []rowDefect, error) {
	kind, defects := base.Kind(), slices.Clone(row.odd)
	doc, err := json.Marshal(base)
	if err != nil {
		return nil, nil, keepiton.Errorf(keepiton.Internal, "write a %s: %w", kind, err)
	}
	members := map[string]any{}
	if err := json.Unmarshal(doc, &members); err != nil {
		return nil, nil, keepiton.Errorf(keepiton.Internal, "read a %s: %w", kind, err)
	}
	for _, name := range sortedColumns(row.cells) {
		cell := row.cells[name]
		f, cellLang, ok := columnOf(kind, name)
		if cell == "" || !ok {
			continue
		}
		if f.Input == InputTexts {
			if said := strings.ToLower(row.cells["lang"]); cellLang == "" && f.Name() == "words" && columnLang.MatchString(said) {
				cellLang = said // a pledge's words are in the language in which it was made
			} else if cellLang == "" {
				cellLang = lang
			}
			texts, _ := members[f.Name()].(map[string]any)
			if texts == nil {
				texts = map[string]any{}
			}
			texts[cellLang] = cell
			members[f.Name()] = texts
			continue
		}
		value, problem := readCell(f, cell, row.cells["country"])
		if problem != "" {
			defects = append(defects, rowDefect{name, cell, problem})
			continue
		}
		members[f.Name()] = value
	}
	if src, wrong := rowSource(row.cells); wrong.problem != "" {
		defects = append(defects, wrong)
	} else if src != (keepiton.Source{}) {
		members["sources"] = []keepiton.Source{src}
	}
	if doc, err = json.Marshal(members); err != nil {
		return nil, nil, keepiton.Errorf(keepiton.Internal, "write a %s: %w", kind, err)
	}
	e := keepiton.NewEntry(kind)
	if err := json.Unmarshal(doc, e); err != nil {
		return nil, nil, keepiton.Errorf(keepiton.Internal, "read a %s: %w", kind, err)
	}
	return e, defects, nil
}

func sortedColumns(cells map[string]string) []string {
	names := make([]string, 0, len(cells))
	for name := range cells {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// readCell reads one cell as the field's value, or says what is wrong with it.
func readCell(f Field, cell, country string) (value any, problem string) {
	switch f.Input {
	case InputCode:
		return readCode(f, cell)
	case InputCountry:
		code, ok := countryOf(cell)
		if !ok {
			return nil, "no country that we know by this code or name"
		}
		return code, ""
	case InputMoment:
		m, err := keepiton.ParseMoment(cell)
		if err != nil || m.IsZero() {
			return nil, "not a date such as 2026-01-03, 2026-01, 2026 or 2026-01-03T15Z"
		}
		return m, ""
	case InputList, InputIDs:
		return splitCell(f, cell), ""
	case InputCheck:
		switch strings.ToLower(cell) {
		case "yes", "true", "1":
			return true, ""
		case "no", "false", "0":
			return false, ""
		}
		return nil, "neither yes nor no"
	case InputNumber:
		n, err := strconv.Atoi(cell)
		if err != nil || n < 0 {
			return nil, "not a whole number"
		}
		return n, ""
	case InputPlaces:
		if code, ok := countryOf(country); ok {
			if c, found := geo.ByCode(code); found {
				country = c.STOP
			}
		}
		return geo.Resolve(country, cell, ""), ""
	}
	return cell, ""
}

func readCode(f Field, cell string) (any, string) {
	code := columnName(strings.ReplaceAll(cell, "-", "_"))
	if !f.Codes.Has(code) {
		var all []string
		for _, c := range f.Codes {
			all = append(all, c.Code)
		}
		return nil, fmt.Sprintf("not one of %s", strings.Join(all, ", "))
	}
	return code, ""
}

// countryOf reads a country by its ISO 3166-1 code or a name of it.
func countryOf(cell string) (string, bool) {
	if c, ok := geo.ByCode(strings.ToUpper(cell)); ok {
		return c.Code, true
	}
	codes, sure := geo.ResolveCountry(cell)
	if len(codes) != 1 || sure < keepiton.SurePlace {
		return "", false
	}
	return codes[0], true
}

// splitCell parts a list at semicolons and line ends; ids and language tags, which
// hold no blanks, also at commas and blanks.
func splitCell(f Field, cell string) []string {
	by := func(r rune) bool { return r == ';' || r == '\n' }
	if f.Input == InputIDs || f.Name() == "langs" {
		by = func(r rune) bool { return strings.ContainsRune(";, \n\t", r) }
	}
	var out []string
	for _, part := range strings.FieldsFunc(cell, by) {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// rowSource is the source that a row names, if it does.
func rowSource(cells map[string]string) (src keepiton.Source, wrong rowDefect) {
	if cells["source"] == "" && cells["source_title"] == "" {
		return src, wrong
	}
	src = textSource(cells["source"])
	src.Title, src.Publisher = cells["source_title"], cells["source_publisher"]
	if cell := cells["source_kind"]; cell != "" {
		if src.Kind = columnName(cell); !keepiton.SourceKinds.Has(src.Kind) {
			return src, rowDefect{"source_kind", cell, "no kind of source"}
		}
	}
	m, err := keepiton.ParseMoment(cells["source_published"])
	if err != nil {
		return src, rowDefect{"source_published", cells["source_published"], "not a date such as 2026-01-03"}
	}
	src.Published = m
	return src, wrong
}

// textSource is a source that is only a link or only words.
func textSource(s string) keepiton.Source {
	if strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") {
		return keepiton.Source{ID: "s1", Kind: "link", URL: s}
	}
	return keepiton.Source{ID: "s1", Kind: "other", Words: s}
}
