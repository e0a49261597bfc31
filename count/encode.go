package count

import (
	"encoding/binary"
	"math"
	"slices"
	"time"

	"keepiton"
)

// The encoding of a Case, version 1. Numbers are unsigned LEB128 (uvarint) or
// zigzag (varint) as in encoding/binary; a text is its length and its bytes.
//
//	byte     version, 1
//	byte     flags: 1 listed, 2 trigger, 4 measured
//	text     id
//	text     state
//	uvarint  number of episodes, then for each
//	           moment start, byte end state (0 not asked, 1 unknown, 2 ongoing, 3 ended), moment end
//	dims     of the incident: NumDims words
//	uvarint  number of rows, then for each
//	           text edition, uvarint year, moment start, NumDims words
//
//	moment:  byte 0 for none, or 1 | precision<<1 | estimated<<4 | seconds<<5;
//	         varint of whole days since 1970-01-01, or of seconds when the bit is set
//	word:    uvarint 0 blank, 1 as the incident's (rows only), 2 and a text, 3… a word of the dictionary
//
// A new version gets a new first byte; DecodeCase goes on reading the old ones.
const caseVersion = 1

const (
	flagListed = 1 << iota
	flagTrigger
	flagMeasured
)

const (
	momentGiven     = 1
	momentEstimated = 1 << 4
	momentSeconds   = 1 << 5
)

var endStates = [...]keepiton.EndState{keepiton.EndNotAsked, keepiton.EndUnknown, keepiton.Ongoing, keepiton.Ended}

const secondsPerDay = 24 * 60 * 60

// AppendBinary appends the encoding of c to b. The error is always nil.
func (c *Case) AppendBinary(b []byte) ([]byte, error) {
	var flags byte
	if c.Listed {
		flags |= flagListed
	}
	if c.Trigger {
		flags |= flagTrigger
	}
	if c.Measured {
		flags |= flagMeasured
	}
	b = append(b, caseVersion, flags)
	b = appendText(b, string(c.ID))
	b = appendText(b, string(c.State))
	b = binary.AppendUvarint(b, uint64(len(c.Episodes)))
	for _, e := range c.Episodes {
		b = appendMoment(b, e.Start)
		b = append(b, byte(max(0, slices.Index(endStates[:], e.End.State))))
		b = appendMoment(b, e.End.At)
	}
	for _, w := range c.Dims {
		b = appendWord(b, w, "")
	}
	b = binary.AppendUvarint(b, uint64(len(c.Rows)))
	for i := range c.Rows {
		r := &c.Rows[i]
		b = appendText(b, r.Edition)
		b = binary.AppendUvarint(b, uint64(max(0, r.Year)))
		b = appendMoment(b, r.Start)
		for dim, w := range r.Dims {
			b = appendWord(b, w, c.Dims[dim])
		}
	}
	return b, nil
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendWord(b []byte, w, same string) []byte {
	switch {
	case w == "":
		return append(b, blankWord)
	case w == same:
		return append(b, sameWord)
	}
	if n, ok := wordNumbers[w]; ok {
		return binary.AppendUvarint(b, uint64(n))
	}
	return appendText(append(b, speltWord), w)
}

func appendMoment(b []byte, m keepiton.Moment) []byte {
	if m.IsZero() {
		return append(b, 0)
	}
	head := momentGiven | byte(m.Precision&7)<<1
	if m.Estimated {
		head |= momentEstimated
	}
	at := m.At.Unix()
	if at%secondsPerDay != 0 {
		return binary.AppendVarint(append(b, head|momentSeconds), at)
	}
	return binary.AppendVarint(append(b, head), at/secondsPerDay)
}

// DecodeCase reads what AppendBinary wrote into c, reusing c's slices. It
// never reads past data nor takes more memory than a small multiple of its
// length. Bytes that are no Case are Invalid; c is then undefined.
func DecodeCase(data []byte, c *Case) error {
	d := decoder{data: data}
	version := d.byte()
	if version != caseVersion {
		return keepiton.Errorf(keepiton.Invalid, "case: version %d is not %d", version, caseVersion)
	}
	flags := d.byte()
	c.Listed, c.Trigger, c.Measured = flags&flagListed != 0, flags&flagTrigger != 0, flags&flagMeasured != 0
	if id := d.text(); string(c.ID) != string(id) {
		c.ID = keepiton.IncidentID(id)
	}
	c.State = keepiton.State(intern(d.text()))
	c.Episodes = d.episodes(c.Episodes[:0])
	d.dims(&c.Dims, nil)
	c.Rows = d.rows(c.Rows[:0], &c.Dims)
	if d.wrong || len(d.data) != 0 {
		return keepiton.Errorf(keepiton.Invalid, "case: broken at byte %d of %d", len(data)-len(d.data), len(data))
	}
	return nil
}

// decoder reads from the front of data; after the first wrong byte every
// read gives the zero value.
type decoder struct {
	data  []byte
	wrong bool
}

func (d *decoder) fail() {
	d.wrong = true
}

func (d *decoder) byte() byte {
	if d.wrong || len(d.data) == 0 {
		d.fail()
		return 0
	}
	b := d.data[0]
	d.data = d.data[1:]
	return b
}

func (d *decoder) uvarint() uint64 {
	if !d.wrong && len(d.data) > 0 && d.data[0] < 0x80 {
		v := d.data[0]
		d.data = d.data[1:]
		return uint64(v)
	}
	v, n := binary.Uvarint(d.data)
	if d.wrong || n <= 0 {
		d.fail()
		return 0
	}
	d.data = d.data[n:]
	return v
}

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.data)
	if d.wrong || n <= 0 {
		d.fail()
		return 0
	}
	d.data = d.data[n:]
	return v
}

func (d *decoder) text() []byte {
	n := d.uvarint()
	if d.wrong || n > uint64(len(d.data)) {
		d.fail()
		return nil
	}
	b := d.data[:n]
	d.data = d.data[n:]
	return b
}

// count reads a number of things that take at least size bytes each.
func (d *decoder) count(size int) int {
	n := d.uvarint()
	if d.wrong || n > uint64(len(d.data)/size) {
		d.fail()
		return 0
	}
	return int(n)
}

func (d *decoder) episodes(out []keepiton.Episode) []keepiton.Episode {
	for n := d.count(3); n > 0 && !d.wrong; n-- {
		e := keepiton.Episode{Start: d.moment()}
		state := d.byte()
		if int(state) >= len(endStates) {
			d.fail()
			break
		}
		e.End = keepiton.Ending{State: endStates[state], At: d.moment()}
		out = append(out, e)
	}
	return out
}

func (d *decoder) rows(out []RowCase, same *Dims) []RowCase {
	for n := d.count(3 + int(NumDims)); n > 0 && !d.wrong; n-- {
		out = slices.Grow(out, 1)[:len(out)+1]
		r := &out[len(out)-1]
		r.Edition = intern(d.text())
		year := d.uvarint()
		if year > math.MaxInt32 {
			d.fail()
			break
		}
		r.Year, r.Start = int(year), d.moment()
		d.dims(&r.Dims, same)
	}
	return out
}

func (d *decoder) dims(out, same *Dims) {
	for i := range out {
		switch n := d.uvarint(); {
		case n == blankWord:
			out[i] = ""
		case n == sameWord && same != nil:
			out[i] = same[i]
		case n == speltWord:
			out[i] = intern(d.text())
		case n >= firstWord && n < uint64(firstWord+len(dictionary)):
			out[i] = dictionary[n-firstWord]
		default:
			d.fail()
			return
		}
	}
}

// maxSeconds keeps moments within the years 0001 to 9999.
const maxSeconds = 253402300800

func (d *decoder) moment() keepiton.Moment {
	head := d.byte()
	if head == 0 {
		return keepiton.Moment{}
	}
	precision := keepiton.Precision(head >> 1 & 7)
	at := d.varint()
	if head&momentSeconds == 0 {
		if at > maxSeconds/secondsPerDay || at < -maxSeconds/secondsPerDay {
			d.fail()
			return keepiton.Moment{}
		}
		at *= secondsPerDay
	}
	if head&momentGiven == 0 || head >= momentSeconds<<1 || precision > keepiton.Year || at >= maxSeconds || at < -62135596800 {
		d.fail()
		return keepiton.Moment{}
	}
	return keepiton.Moment{At: time.Unix(at, 0).UTC(), Precision: precision, Estimated: head&momentEstimated != 0}
}
