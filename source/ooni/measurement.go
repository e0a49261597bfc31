package ooni

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"strconv"
	"time"

	"github.com/valyala/fastjson"

	"keepiton"
)

// measurement judges one raw measurement.
func (d *decoder) measurement(v *fastjson.Value, offset int64) found {
	f := found{offset: offset}
	bad := func(kind, why string) found { return found{offset: offset, defect: kind, why: why} }
	keys := v.Get("test_keys")
	if keys == nil || keys.Type() != fastjson.TypeObject {
		return bad("no_measurement", "no test_keys")
	}
	t := &f.test
	var ok bool
	if t.Start, ok = parseTime(raw(v, "measurement_start_time")); !ok {
		return bad("bad_time", "measurement_start_time")
	}
	if !d.newest.IsZero() && t.Start.After(d.newest) {
		return bad("from_the_future", "measured more than a day after it was uploaded")
	}
	t.Name = testName(raw(v, "test_name"))
	t.Country, t.ASN = country(raw(v, "probe_cc")), asn(raw(v, "probe_asn"))
	t.Who = run(t, v)
	input := text(v, "input")
	if t.Service = apps[t.Name]; t.Service == "" && (t.Name == "web_connectivity" || t.Name == "dnscheck") {
		t.Service = serviceOf(hostOf(input))
	}
	if f.isTest = true; t.Service == "" && d.to.Test == nil {
		return f // it counts in the volume alone: nobody asks what it met
	}
	switch t.Name {
	case "web_connectivity":
		d.web(t, keys, input)
	case "telegram":
		telegram(t, keys)
	case "whatsapp":
		whatsapp(t, keys)
	case "facebook_messenger":
		messenger(t, keys)
	case "signal":
		signal(t, keys, text(v, "test_version"))
	case "tor":
		tor(t, keys)
	case "vanilla_tor", "torsf":
		bootstrap(t, keys)
	case "psiphon":
		psiphon(t, keys)
	case "dnscheck":
		dnscheck(t, keys)
	}
	return f
}

// names are those of OONI's tests, so that they need not be copied.
var names = map[string]string{}

func init() {
	for _, n := range []string{
		"web_connectivity", "telegram", "whatsapp", "facebook_messenger", "signal", "tor", "vanilla_tor", "torsf", "psiphon", "ndt", "dash", "dnscheck", "openvpn",
		"http_invalid_request_line", "http_header_field_manipulation", "stunreachability", "urlgetter", "riseupvpn", "echcheck", "browser_web", "http_requests", "dns_consistency", "meek_fronted_requests_test",
	} {
		names[n] = n
	}
}

func testName(b []byte) string {
	if n, ok := names[string(b)]; ok {
		return n
	}
	return string(b[:min(len(b), 64)])
}

// country returns a code; empty for ZZ, which says that it is withheld.
func country(b []byte) string {
	if len(b) != 2 || b[0] < 'A' || b[0] > 'Z' || b[1] < 'A' || b[1] > 'Z' || string(b) == "ZZ" {
		return ""
	}
	return string(b)
}

// asn reads AS123; 0 where it is withheld.
func asn(b []byte) keepiton.ASN {
	b = bytes.TrimPrefix(b, []byte("AS"))
	n, err := strconv.ParseUint(string(b), 10, 32)
	if err != nil {
		return 0
	}
	return keepiton.ASN(n)
}

// parseTime reads 2023-11-08 12:34:56, and what the API makes of it
// (2023-11-08T12:34:56.000000Z, 2023-11-08 12:34:56+00:00).
func parseTime(b []byte) (time.Time, bool) {
	if len(b) < len(time.DateTime) {
		return time.Time{}, false
	}
	digits := func(from, to int) (n int) {
		for _, c := range b[from:to] {
			if c < '0' || c > '9' {
				return -1 << 20
			}
			n = 10*n + int(c-'0')
		}
		return n
	}
	year, month, day, hour, minute, second := digits(0, 4), digits(5, 7), digits(8, 10), digits(11, 13), digits(14, 16), digits(17, 19)
	if b[4] != '-' || b[7] != '-' || b[10] != ' ' && b[10] != 'T' || b[13] != ':' || b[16] != ':' ||
		year < 2012 || year > 2200 || month < 1 || month > 12 || day < 1 || day > 31 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60 {
		return time.Time{}, false
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC)
	if t.Day() != day && second < 60 {
		return time.Time{}, false // 31 February
	}
	if zone := b[len(b)-min(len(b)-19, 6):]; len(zone) == 6 && zone[3] == ':' && (zone[0] == '+' || zone[0] == '-') {
		ahead := time.Duration(60*digits(len(b)-5, len(b)-3)+digits(len(b)-2, len(b))) * time.Minute
		if ahead < 0 || ahead >= 24*time.Hour {
			return time.Time{}, false
		}
		if zone[0] == '+' {
			ahead = -ahead
		}
		t = t.Add(ahead)
	}
	return t, true
}

// run returns who measured, for one hour in one network.
//
// OONI's probes have no lasting identity, and we make none. What a measurement tells
// is its report: one run of one test by one probe, of as many addresses as there are.
// A probe that runs the test twice within the hour is counted twice; where the
// measurement has the pseudonym of newer probes (probe_id), it is counted once. An old
// measurement without either is known by its software, network and the beginning of the
// run. All of it is hashed together with hour and network and cut to 40 bits: it cannot
// be followed from hour to hour, and from network to network.
func run(t *Test, v *fastjson.Value) uint64 {
	if id := raw(v, "probe_id"); len(id) > 0 {
		return who(t, 'p', id)
	}
	if id := raw(v, "report_id"); len(id) > 0 {
		return who(t, 'r', id)
	}
	var parts [5][]byte
	for i, key := range [...]string{"software_name", "software_version", "resolver_asn", "test_name", "test_start_time"} {
		parts[i] = raw(v, key)
	}
	return who(t, 's', parts[:]...)
}

const whoBits = 40

// who hashes an identity with the hour and the network of a test.
func who(t *Test, kind byte, id ...[]byte) uint64 {
	var room [256]byte
	b := append(room[:0], t.Country...)
	b = binary.BigEndian.AppendUint32(b, uint32(t.ASN))
	b = binary.BigEndian.AppendUint64(b, uint64(t.Start.Unix()/int64(Step/time.Second)))
	b = append(b, kind)
	for _, part := range id {
		b = append(append(b, part...), 0)
	}
	sum := sha256.Sum256(b)
	return binary.BigEndian.Uint64(sum[:8]) >> (64 - whoBits)
}
