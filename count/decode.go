package count

import (
	"encoding/binary"
	"math"
	"slices"
	"time"

	"keepiton"
)

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
