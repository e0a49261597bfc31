package ooni

import (
	"bytes"
	"context"
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
	newest  time.Time // when a measurement may begin at the latest; zero: not known
	sum     source.Summary
	counter counter

	alone sync.Mutex
	large parser // guarded by alone: of texts that are long, or full of values
}

func newDecoder(ctx context.Context, o Options, to Sink) *decoder {
	d := &decoder{ctx: ctx, o: o, to: to, sum: source.Summary{File: o.Name}, arrived: keepiton.StampOf(o.Arrived)}
	had := o.Arrived
	if up, ok := UploadOf(o.Name); ok {
		had = up.To
		d.arrived = keepiton.StampOf(had)
	}
	if !had.IsZero() {
		d.newest = had.Add(24 * time.Hour) // clocks of probes are wrong by hours, and by years
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
