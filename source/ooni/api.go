package ooni

import (
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fastjson"

	"keepiton"
)

// value hands on what one JSON value has: a raw measurement, or what OONI's API
// answers, also as recorded with its status around it.
func (d *decoder) value(v *fastjson.Value, offset int64, take func(*found) error) error {
	one := func(f found) error { return take(&f) }
	switch {
	case v.Type() == fastjson.TypeArray:
		return d.results(v.GetArray(), offset, take)
	case v.Type() != fastjson.TypeObject:
		return one(found{offset: offset, defect: "no_measurement", why: "no object"})
	case v.Get("test_keys") != nil || v.Get("measurement_start_time") != nil && v.Get("results") == nil && v.Get("raw_measurement") == nil && v.Get("anomaly") == nil:
		return one(d.measurement(v, offset))
	case v.Get("raw_measurement") != nil:
		return d.inner(v, "raw_measurement", offset, take)
	case v.Get("body") != nil && v.Get("status") != nil:
		if v.GetInt("status") != 200 {
			return one(found{offset: offset, defect: "api_error", why: "the recorded answer is none"})
		}
		return d.inner(v, "body", offset, take)
	case v.Get("results") != nil:
		return d.results(v.GetArray("results"), offset, take)
	case v.Get("result") != nil:
		if r := v.Get("result"); r.Type() == fastjson.TypeObject {
			return d.results([]*fastjson.Value{r}, offset, take)
		}
		return d.results(v.GetArray("result"), offset, take)
	case v.Get("anomaly") != nil || v.Get("change_dir") != nil:
		return d.results([]*fastjson.Value{v}, offset, take)
	}
	return one(found{offset: offset, defect: "no_measurement", why: "nothing that OONI writes"})
}

// inner reads a JSON text that stands in a string.
func (d *decoder) inner(v *fastjson.Value, key string, offset int64, take func(*found) error) error {
	text := raw(v, key)
	if len(text) == 0 {
		return take(&found{offset: offset, defect: "no_measurement", why: key + " is empty"})
	}
	if values(text) > MaxValues {
		return take(&found{offset: offset, defect: "too_many_values", why: "more than " + strconv.Itoa(MaxValues)})
	}
	return d.parseWith(new(fastjson.Parser), text, offset, take)
}

func (d *decoder) results(all []*fastjson.Value, offset int64, take func(*found) error) error {
	for _, v := range all {
		var f found
		switch {
		case v.Type() != fastjson.TypeObject:
			f = found{defect: "no_measurement", why: "no object in a list"}
		case v.Get("change_dir") != nil:
			f = changepoint(v)
		case v.Get("measurement_count") != nil:
			f = aggregate(v)
		case v.Get("test_keys") != nil:
			f = d.measurement(v, offset)
		case v.Get("measurement_start_time") != nil:
			f = listed(v)
		default:
			f = found{defect: "no_measurement", why: "nothing that OONI writes"}
		}
		f.offset = offset
		if err := take(&f); err != nil {
			return err
		}
	}
	return nil
}

// listed reads a row of /api/v1/measurements: what OONI concluded, without the layers.
// What it calls an anomaly is the verdict of a test of one app; of a web page it may be
// anything, and says nothing until it is confirmed.
func listed(v *fastjson.Value) found {
	f := found{}
	t := &f.test
	var ok bool
	if t.Start, ok = parseTime(raw(v, "measurement_start_time")); !ok {
		return found{defect: "bad_time", why: "measurement_start_time"}
	}
	f.isTest = true
	t.Name = testName(raw(v, "test_name"))
	t.Country, t.ASN = country(raw(v, "probe_cc")), asn(raw(v, "probe_asn"))
	t.Who = run(t, v)
	if t.Service = apps[t.Name]; t.Service == "" && t.Name == "web_connectivity" {
		t.Service = serviceOf(hostOf(text(v, "input")))
	}
	anomaly, confirmed, failed := truth(v, "anomaly"), truth(v, "confirmed"), truth(v, "failure")
	switch {
	case confirmed == yes:
		t.Verdict, t.Confirmed = Blocked, true
	case failed == yes || anomaly == unknown:
	case anomaly == no:
		t.Verdict = OK
	case apps[t.Name] != "":
		t.Verdict = Blocked
	}
	return f
}

// aggregate reads a row of /api/v1/aggregation: counts of measurements, which are no
// counts of probes, and so are kept apart.
func aggregate(v *fastjson.Value) found {
	day := text(v, "measurement_start_day")
	step := 24 * time.Hour
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		var ok bool
		if at, ok = parseTime([]byte(day)); !ok {
			return found{defect: "bad_time", why: "measurement_start_day"}
		}
		if at.Hour() != 0 {
			step = time.Hour
		}
		at = at.Truncate(step)
	}
	e := keepiton.Entity{Country: country(raw(v, "probe_cc")), ASN: asn(raw(v, "probe_asn"))}
	host := text(v, "domain")
	if host == "" {
		host = hostOf(text(v, "input"))
	}
	if e.Service = apps[string(raw(v, "test_name"))]; e.Service == "" && host != "" {
		if e.Service = serviceOf(host); e.Service == "" {
			e.Service = token(host)
		}
	}
	count, _ := number(v, "measurement_count")
	failures, _ := number(v, "failure_count")
	anomalies, _ := number(v, "anomaly_count")
	confirmed, _ := number(v, "confirmed_count")
	for _, n := range [...]float64{count, failures, anomalies, confirmed} {
		if n < 0 || n > 1e9 || n != float64(int64(n)) {
			return found{defect: "bad_count", why: "a count of measurements"}
		}
	}
	if failures > count {
		return found{defect: "bad_count", why: "more failures than measurements"}
	}
	put := func(metric string, value, n float64) keepiton.Measurement {
		return keepiton.Measurement{SeriesKey: keepiton.SeriesKey{Feed: name, Metric: metric, Entity: e}, At: at.UTC(), Step: step, Bin: keepiton.Bin{Value: value, N: uint32(n), State: keepiton.Present}}
	}
	return found{puts: []keepiton.Measurement{put("measurements", count, count), put("anomalies", anomalies+confirmed, count-failures)}}
}

// changepoint reads a row of /api/v1/detector/changepoints.
func changepoint(v *fastjson.Value) found {
	at, ok := parseTime(raw(v, "start_time"))
	if !ok {
		return found{defect: "bad_time", why: "start_time"}
	}
	e := keepiton.Entity{Country: country(raw(v, "probe_cc")), ASN: asn(raw(v, "probe_asn"))}
	if n, is := number(v, "probe_asn"); is && n > 0 && n < 1<<32 {
		e.ASN = keepiton.ASN(n)
	}
	host := text(v, "domain")
	if e.Service = serviceOf(strings.ToLower(host)); e.Service == "" {
		e.Service = token(host)
	}
	var value float64
	switch text(v, "change_dir") {
	case "up":
		value = 1
	case "down":
	default:
		return found{defect: "bad_direction", why: "change_dir is neither up nor down"}
	}
	n, _ := number(v, "count")
	return found{puts: []keepiton.Measurement{{
		SeriesKey: keepiton.SeriesKey{Feed: name, Metric: "changes", Entity: e}, At: at.Truncate(Step), Step: Step,
		Bin: keepiton.Bin{Value: value, N: uint32(max(0, min(n, 1e9))), State: keepiton.Present},
	}}}
}

// token returns a host as an entity may have it; empty where it cannot.
func token(host string) string {
	host = strings.ToLower(host)
	if len(host) > 60 || strings.Trim(host, "abcdefghijklmnopqrstuvwxyz0123456789.-_") != "" {
		return ""
	}
	return host
}
