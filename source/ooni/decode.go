package ooni

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/valyala/fastjson"

	"keepiton"
	"keepiton/source"
)

// decoder is one file being read. Its methods that take a parsed value are used on
// several goroutines and only read.
type decoder struct {
	ctx     context.Context
	o       Options
	to      Sink
	arrived keepiton.Stamp
	sum     source.Summary
	counter counter

	alone sync.Mutex
	large parser // guarded by alone: of texts that are long, or full of values
}

func newDecoder(ctx context.Context, o Options, to Sink) *decoder {
	d := &decoder{ctx: ctx, o: o, to: to, sum: source.Summary{File: o.Name}, arrived: keepiton.StampOf(o.Arrived)}
	if up, ok := UploadOf(o.Name); ok {
		d.arrived = keepiton.StampOf(up.To)
	}
	d.counter = counter{sight: to.Sight, arrived: d.arrived, seen: map[uint64]uint8{}}
	return d
}

// found is what one record came to: in order, on the goroutine of Decode.
type found struct {
	offset int64
	defect string // its kind; empty: good
	why    string
	test   Test
	isTest bool
	puts   []keepiton.Measurement
}

// take counts a record.
func (d *decoder) take(f *found) error {
	d.sum.Records++
	if f.defect != "" {
		d.sum.Skip(source.Defect{Kind: f.defect, Offset: f.offset, Why: f.why})
		return nil
	}
	for _, m := range f.puts {
		m.Arrived = d.arrived
		d.span(m.At, m.Step)
		d.sum.Measurements++
		if d.to.Put != nil {
			if err := d.to.Put(m); err != nil {
				return err
			}
		}
	}
	if !f.isTest {
		return nil
	}
	d.sum.Measurements++
	d.span(f.test.Start.Truncate(Step), Step)
	if d.to.Test != nil {
		if err := d.to.Test(f.offset, &f.test); err != nil {
			return err
		}
	}
	return d.counter.add(&f.test)
}

func (d *decoder) span(at time.Time, step time.Duration) {
	if d.sum.From.IsZero() || at.Before(d.sum.From) {
		d.sum.From = at
	}
	if end := at.Add(step); end.After(d.sum.To) {
		d.sum.To = end
	}
}

func (d *decoder) flush() error { return d.counter.flush() }

// document reads a file that is one JSON value.
func (d *decoder) document(r io.Reader) error {
	data, err := io.ReadAll(io.LimitReader(r, MaxLine+1))
	if err != nil {
		return err
	}
	if len(data) > MaxLine {
		return d.take(&found{defect: "too_long", why: "a document of more than 2 MiB"})
	}
	if d.ctx.Err() != nil {
		return d.ctx.Err()
	}
	for bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("//")) { // comments before it
		if i := bytes.IndexByte(data, '\n'); i >= 0 {
			copy(data, bytes.Repeat([]byte{' '}, i+1)) // offsets stay
		} else {
			data = data[:0]
		}
	}
	return d.parse(new(parser), data, 0, d.take)
}

// parse reads one JSON text and hands on what it has.
func (d *decoder) parse(p *parser, data []byte, offset int64, take func(*found) error) error {
	n := values(data)
	if n > MaxValues {
		return take(&found{offset: offset, defect: "too_many_values", why: "more than " + strconv.Itoa(MaxValues)})
	}
	if n > usualValues || len(data) > usual { // one such text at a time
		d.alone.Lock()
		defer d.alone.Unlock()
		p = &d.large
	}
	return d.parseWith(p.use(n), data, offset, take)
}

func (d *decoder) parseWith(p *fastjson.Parser, data []byte, offset int64, take func(*found) error) error {
	v, err := p.ParseBytes(data)
	if err != nil {
		return take(&found{offset: offset, defect: "bad_json", why: reason(err)})
	}
	return d.value(v, offset, take)
}

// reason returns what the library says, without the text of the file.
func reason(err error) string {
	text, _, _ := strings.Cut(err.Error(), ";")
	if text, _, _ = strings.Cut(text, "\""); len(text) > 80 {
		text = text[:80]
	}
	return strings.TrimSpace(text)
}

// values returns how many values a text has, at the most. Counting all commas and
// brackets, those in strings too, is quick and nearly always enough; where it is more
// than MaxValues, those in strings are left out.
func values(data []byte) int {
	n := 1 + bytes.Count(data, []byte(",")) + bytes.Count(data, []byte("{")) + bytes.Count(data, []byte("["))
	if n <= MaxValues {
		return n
	}
	n = 1
	quoted := false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case c == '"':
			quoted = !quoted
		case quoted && c == '\\':
			i++
		case !quoted && (c == ',' || c == '{' || c == '['):
			n++
		}
	}
	return n
}

// usualValues is what one measurement has at the most, usually: those of the real ones
// that have most have some 2,700.
const usualValues = 5_000

// parser is one that is used again. What it once had to hold it keeps, for every place
// in a text, and that must not add up over a file: it is made anew now and then.
type parser struct {
	fastjson.Parser
	seen int // values
}

func (p *parser) use(n int) *fastjson.Parser {
	if p.seen += n; p.seen > 4*MaxValues {
		*p = parser{seen: n}
	}
	return &p.Parser
}

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
	t.Name = testName(raw(v, "test_name"))
	t.Country, t.ASN = country(raw(v, "probe_cc")), asn(raw(v, "probe_asn"))
	t.Who = run(t, v)
	input := text(v, "input")
	if t.Service = apps[t.Name]; t.Service == "" && (t.Name == "web_connectivity" || t.Name == "dnscheck") {
		t.Service = serviceOf(hostOf(input))
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
	f.isTest = true
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
	return time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC), true
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
