package mlab

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/geo"
	"keepiton/source"
)

// maxRows bounds a file: 300 places for thirty years.
const maxRows = 3_500_000

// columns of the CSV; date and country are needed, and tests beside a median. rows
// without asn are of the country.
var columns = []struct {
	name, metric string
	scale        float64
}{{"download_mbps", "download", 1}, {"upload_mbps", "upload", 1}, {"rtt_ms", "rtt", 1}, {"loss", "loss", 1}}

// days reads the counts of days.
func (d *decoder) days(r io.Reader) error {
	col := map[string]int{}
	type place struct {
		day    int64 // since 1970
		entity keepiton.Entity
	}
	tests := map[place]float64{}
	covered := map[int64]bool{}
	places := map[keepiton.Entity]bool{}
	err := source.ReadRows(r, ',', &d.Summary, func(head []string) error {
		for i, h := range head {
			col[strings.ToLower(h)] = i
		}
		for _, need := range []string{"date", "country", "tests"} {
			if _, ok := col[need]; !ok {
				return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: no column %q", d.File, need), "docs/signals.md has the query that makes such a file")
			}
		}
		return nil
	}, func(offset int64, row []string) error {
		field := func(name string) string {
			if i, ok := col[name]; ok && i < len(row) {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		skip := func(kind, why string) error {
			d.Skip(source.Defect{Kind: kind, Offset: offset, Why: why})
			return nil
		}
		at, err := time.Parse(time.DateOnly, field("date"))
		if err != nil || at.Year() < 2008 || at.Year() > 2200 {
			return skip("bad_time", field("date"))
		}
		e, ok := entityOf(field("country"), field("asn"))
		if !ok {
			return skip("unknown_entity", field("country")+" "+field("asn"))
		}
		n, err := strconv.ParseUint(field("tests"), 10, 32)
		if err != nil {
			return skip("bad_value", field("tests"))
		}
		p := place{at.Unix() / 86400, e}
		if _, twice := tests[p]; twice {
			return skip("twice", field("date")+" "+e.String())
		}
		if len(tests) >= maxRows {
			return keepiton.Errorf(keepiton.TooLarge, "%s: more than %d rows", d.File, maxRows)
		}
		tests[p], covered[p.day], places[e] = float64(n), true, true
		for _, c := range columns {
			text := field(c.name)
			if text == "" || n < leastTests {
				continue
			}
			v, err := strconv.ParseFloat(text, 64)
			if err != nil || !(v >= 0) {
				_ = skip("bad_value", c.name+" "+text)
				continue
			}
			if err := d.Bin(c.metric, e, at, day, v, uint32(n)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	// A day that the file knows, without a row of a place: nobody tested there.
	for e := range places {
		for at := range covered {
			if _, any := tests[place{at, e}]; !any && len(tests) < maxRows {
				tests[place{at, e}] = 0
			}
		}
	}
	order := make([]place, 0, len(tests))
	for p := range tests {
		order = append(order, p)
	}
	slices.SortFunc(order, func(a, b place) int { return cmp.Or(a.entity.Compare(b.entity), cmp.Compare(a.day, b.day)) })
	for _, p := range order {
		if err := d.Bin("tests", p.entity, time.Unix(p.day*86400, 0), day, tests[p], uint32(tests[p])); err != nil {
			return err
		}
	}
	return nil
}

func entityOf(country, asn string) (e keepiton.Entity, ok bool) {
	e.Country = strings.ToUpper(country)
	if _, known := geo.ByCode(e.Country); !known {
		return e, false
	}
	if asn != "" {
		n, err := strconv.ParseUint(strings.TrimPrefix(strings.ToUpper(asn), "AS"), 10, 32)
		e.ASN = keepiton.ASN(n)
		return e, err == nil && n > 0
	}
	return e, true
}
