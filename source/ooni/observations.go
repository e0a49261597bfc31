package ooni

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"keepiton"
	"keepiton/source"
)

// maxObserved bounds the measurements of one table of observations.
const maxObserved = 500_000

// observed is one measurement of a table: its rows stand anywhere in it.
type observed struct {
	offset int64
	test   Test
	rows   int
	bad    int // rows with a failure
	// By what was asked: a service's own endpoints, by address, and its web version.
	direct, web ends3
	probe       string // what web_connectivity concluded
}

// ends3 is how the steps to one thing went.
type ends3 struct{ good, bad [layers]bool }

// observations reads OONI's observations as CSV: a row for each step to each endpoint,
// with what failed. There is no control in it.
func (d *decoder) observations(r io.Reader) error {
	in := csv.NewReader(r)
	in.FieldsPerRecord, in.ReuseRecord, in.LazyQuotes = -1, true, true
	head, err := in.Read()
	if err != nil {
		return keepiton.Errorf(keepiton.Invalid, "%s: %w", d.o.Name, err)
	}
	column := map[string]int{}
	for i, h := range head {
		column[h] = i
	}
	for _, need := range []string{"measurement_uid", "report_id", "test_name", "probe_cc", "probe_asn", "measurement_start_time", "hostname"} {
		if _, ok := column[need]; !ok {
			return keepiton.Errorf(keepiton.Invalid, "%s: no column %s", d.o.Name, need)
		}
	}
	all := map[string]*observed{}
	for {
		offset := in.InputOffset()
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		d.sum.Records++
		if err != nil {
			var wrong *csv.ParseError
			if !errors.As(err, &wrong) {
				return err
			}
			d.sum.Skip(source.Defect{Kind: "bad_row", Offset: offset, Why: wrong.Err.Error()})
			continue
		}
		if d.sum.Records%1024 == 0 && d.ctx.Err() != nil {
			return d.ctx.Err()
		}
		get := func(key string) string {
			if i, ok := column[key]; ok && i < len(row) {
				return row[i]
			}
			return ""
		}
		uid := get("measurement_uid")
		o := all[uid]
		if o == nil {
			if len(all) == maxObserved {
				return keepiton.Errorf(keepiton.TooLarge, "%s: more than %d measurements", d.o.Name, maxObserved)
			}
			var kind string
			if o, kind = observe(get, offset); kind != "" {
				d.sum.Skip(source.Defect{Kind: kind, Offset: offset})
				continue
			}
			all[strings.Clone(uid)] = o
		}
		o.add(get)
	}
	order := make([]*observed, 0, len(all))
	for _, o := range all {
		order = append(order, o)
	}
	slices.SortFunc(order, func(a, b *observed) int { return int(a.offset - b.offset) })
	for _, o := range order {
		o.judge()
		if err := d.take(&found{offset: o.offset, test: o.test, isTest: true}); err != nil {
			return err
		}
		d.sum.Records-- // rows were counted
	}
	return nil
}

func observe(get func(string) string, offset int64) (o *observed, defect string) {
	o = &observed{offset: offset}
	t := &o.test
	var ok bool
	if t.Start, ok = parseTime([]byte(get("measurement_start_time"))); !ok {
		return nil, "bad_time"
	}
	t.Name, t.Country, t.ASN = testName([]byte(get("test_name"))), country([]byte(get("probe_cc"))), asn([]byte(strings.TrimSuffix(get("probe_asn"), ".0")))
	t.Who = who(t, 'r', []byte(get("report_id")))
	if t.Service = apps[t.Name]; t.Service == "" {
		t.Service = serviceOf(hostOf(get("input")))
	}
	return o, ""
}

// add takes a row.
func (o *observed) add(get func(string) string) {
	o.rows++
	if class := get("failure_class"); class != "" && class != "ok" {
		o.bad++
	}
	if o.probe == "" {
		o.probe = strings.Clone(get("probe_analysis"))
	}
	to := &o.web
	if strings.Trim(get("hostname"), "0123456789.") == "" {
		to = &o.direct
	}
	note := func(l Layer, tried bool, f string) {
		if !tried && f == "" {
			return
		}
		to.good[l] = to.good[l] || f == ""
		to.bad[l] = to.bad[l] || network(f)
	}
	note(DNS, get("dns_answer") != "", get("dns_failure"))
	note(TCP, get("tcp_success") != "" && truly(get("tcp_success")), get("tcp_failure"))
	note(TLS, truly(get("tls_success")), get("tls_failure"))
	note(HTTP, get("http_request_url") != "", get("http_failure"))
}

func truly(s string) bool { return s == "1" || s == "1.0" || strings.EqualFold(s, "true") }

// judge concludes from all rows of a measurement.
func (o *observed) judge() {
	t := &o.test
	for l := range layers {
		if o.direct.good[l] || o.web.good[l] {
			t.Layers[l] = OK
		}
	}
	// at is the first layer that a thing did not pass at all.
	at := func(e *ends3) (Layer, bool) {
		for l := range layers {
			if e.bad[l] && !e.good[l] {
				return l, true
			}
		}
		return 0, false
	}
	// A test of an app tries what is known to answer: its failure is a block. Of a page
	// that cannot be had without a control nothing is known, unless the probe, which had
	// one, concluded it.
	where, failed := at(&o.direct)
	if !failed {
		where, failed = at(&o.web)
	}
	passed := o.direct.good[HTTP] || o.web.good[HTTP]
	concluded := o.probe != "" && o.probe != "false" && o.probe != "null" && o.probe != "ok"
	switch {
	case failed && (apps[t.Name] != "" || concluded):
		t.Verdict = Blocked
		t.Layers[where] = Blocked
	case passed && !failed && !concluded:
		t.Verdict = OK
	}
}
