package ooni

import (
	"encoding/csv"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"

	"keepiton"
)

// Fingerprints are pages and answers that are shown in a country for what is blocked
// there. The zero value, and nil, know none. They are the operator's: OONI's list is
// under its own licence, and is no part of the program.
type Fingerprints struct {
	byCountry map[string]*fingerprintSet
	count     int
}

type fingerprintSet struct {
	answers map[string]bool // addresses and names in DNS answers
	headers map[string][]pattern
	body    scanner
}

type pattern struct {
	kind string // full, prefix, contains, regexp
	text string
	re   *regexp.Regexp
}

const (
	maxFingerprints = 100_000
	maxPattern      = 10_000 // bytes
	maxRegexp       = 1_000
)

// ReadFingerprints adds those of a CSV as OONI publishes it (blocking-fingerprints):
// the columns scope, location_found, pattern_type, pattern and expected_countries are
// read by their headings. Only those that a state or a provider shows (scope nat, isp)
// in countries that the row names prove a block; the others are left out. A row that
// cannot be used is an error that names it: invalid.
func (f *Fingerprints) ReadFingerprints(in io.Reader, name string) error {
	r := csv.NewReader(in)
	r.FieldsPerRecord, r.ReuseRecord = -1, true
	head, err := r.Read()
	if err != nil {
		return keepiton.Errorf(keepiton.Invalid, "%s: %w", name, err)
	}
	column := map[string]int{}
	for i, h := range head {
		column[strings.TrimSpace(strings.TrimPrefix(h, "\ufeff"))] = i
	}
	for _, need := range []string{"scope", "location_found", "pattern_type", "pattern", "expected_countries"} {
		if _, ok := column[need]; !ok {
			return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: no column %s", name, need), "the file is to be a CSV as OONI's blocking-fingerprints has it")
		}
	}
	for line := 2; ; line++ {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			f.build()
			return nil
		}
		if err != nil {
			return keepiton.Errorf(keepiton.Invalid, "%s: %w", name, err)
		}
		get := func(key string) string {
			if i := column[key]; i < len(row) {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		if scope := get("scope"); scope != "nat" && scope != "isp" {
			continue
		}
		if err := f.add(get("location_found"), get("pattern_type"), get("pattern"), get("expected_countries")); err != nil {
			return keepiton.Errorf(keepiton.Invalid, "%s: row %d: %w", name, line, err)
		}
	}
}

func (f *Fingerprints) add(where, kind, text, countries string) error {
	if f.count++; f.count > maxFingerprints {
		return errors.New("too many fingerprints")
	}
	p := pattern{kind: kind, text: strings.Clone(text)}
	switch {
	case text == "" || len(text) > maxPattern:
		return errors.New("a pattern of no length, or of more than 10,000 bytes")
	case !slices.Contains([]string{"full", "prefix", "contains", "regexp"}, kind):
		return keepiton.Errorf(keepiton.Invalid, "pattern_type %q", kind)
	case where != "dns" && where != "body" && !strings.HasPrefix(where, "header."):
		return keepiton.Errorf(keepiton.Invalid, "location_found %q", where)
	case kind == "regexp":
		if len(text) > maxRegexp {
			return errors.New("a regexp of more than 1,000 bytes")
		}
		var err error
		if p.re, err = regexp.Compile("(?s)" + text); err != nil {
			return err
		}
	}
	for country := range strings.SplitSeq(countries, ",") {
		if country = strings.ToUpper(strings.TrimSpace(country)); len(country) != 2 {
			continue
		}
		set := f.of(country)
		if set == nil {
			if f.byCountry == nil {
				f.byCountry = map[string]*fingerprintSet{}
			}
			set = &fingerprintSet{answers: map[string]bool{}, headers: map[string][]pattern{}}
			f.byCountry[strings.Clone(country)] = set
		}
		switch name, header := strings.CutPrefix(where, "header."); {
		case where == "dns":
			set.answers[strings.ToLower(p.text)] = true
		case header:
			name = strings.ToLower(name)
			set.headers[name] = append(set.headers[name], p)
		default:
			set.body.all = append(set.body.all, p)
		}
	}
	return nil
}

func (f *Fingerprints) build() {
	for _, set := range f.byCountry {
		set.body.build()
	}
}

func (f *Fingerprints) of(country string) *fingerprintSet {
	if f == nil {
		return nil
	}
	return f.byCountry[country]
}

// DNS reports whether an address or a name is a known false answer in the country.
func (f *Fingerprints) DNS(country, answer string) bool {
	set := f.of(country)
	return set != nil && answer != "" && set.answers[strings.ToLower(strings.TrimSuffix(answer, "."))]
}

func (s *fingerprintSet) header(name string, value []byte) bool {
	for _, p := range s.headers[strings.ToLower(name)] {
		if p.match(value) {
			return true
		}
	}
	return false
}
