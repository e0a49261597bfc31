package bgp

import (
	"encoding/binary"
	"errors"
	"io"
)

// Reader reads MRT records from an uncompressed stream. It holds one record and at
// most some 16 MiB beside it, whatever the stream claims. It is not safe for
// concurrent use.
type Reader struct {
	Stats Stats

	src    io.Reader
	srcErr error // what ended the source; nil while it has more
	buf    []byte
	at     int   // of the next record in buf
	offset int64 // of buf[at] in the stream
	last   int64 // seconds of the last record that was read well; 0: none

	collector string
	peers     *Peers
	recent    [256]*Peer // by their AS and address; see peer
	index     []*Peer    // of the newest PEER_INDEX_TABLE
}

// NewReader returns a Reader of src, which it reads in large pieces.
func NewReader(src io.Reader) *Reader { return NewReaderOf(src, "", NewPeers()) }

// NewReaderOf returns a Reader of what a collector wrote, which numbers its peers
// among those of other collectors.
func NewReaderOf(src io.Reader, collector string, peers *Peers) *Reader {
	return &Reader{src: src, buf: make([]byte, 0, 1<<18), collector: collector, peers: peers}
}

// Next fills m with the next record. At the end it returns io.EOF; any other error
// is the source's own, and everything before it has been given. Damage is in Stats.
func (r *Reader) Next(m *Message) error {
	for {
		m.reset()
		rec, ok := r.frame()
		if !ok {
			if r.srcErr == io.EOF {
				return io.EOF
			}
			return r.srcErr
		}
		m.Offset = r.offset
		length, at := len(rec), int64(binary.BigEndian.Uint32(rec)) // looking further may move what rec shows
		damage := r.decode(rec, m)
		if damage != "" && damage != Unsupported && !r.nextLooksRight(length) {
			// The length itself was wrong: what this record seems to hold belongs to others.
			r.Stats.fail(BadHeader, r.offset)
			r.resync()
			continue
		}
		if r.lone(length, at) {
			m.At = r.last * 1e6
			r.Stats.fail(BadTime, r.offset)
		} else if damage == "" || damage == excess {
			r.last = at
		}
		r.take(length)
		r.Stats.Records++
		if damage != "" && damage != excess {
			r.Stats.fail(damage, m.Offset)
		}
		r.Stats.count(m)
		return nil
	}
}

// frame returns the bytes of the next whole record, header included, without
// taking them.
func (r *Reader) frame() ([]byte, bool) {
	for {
		if !r.fill(headerLen) {
			r.rest()
			return nil, false
		}
		b := r.buf[r.at:]
		if sound(b) {
			n := lengthOf(b)
			if r.fill(n) {
				return r.buf[r.at : r.at+n], true
			}
			if !r.anyRecordWithin() {
				r.Stats.fail(Cut, r.offset)
				r.skip(len(r.buf) - r.at)
				return nil, false
			}
		} else if n := r.strange(); n > 0 {
			return r.buf[r.at : r.at+n], true
		}
		r.Stats.fail(BadHeader, r.offset)
		r.resync()
	}
}

// rest accounts for what is left when less than a header is.
func (r *Reader) rest() {
	if n := len(r.buf) - r.at; n > 0 {
		r.Stats.fail(Cut, r.offset)
		r.skip(n)
	}
}

// anyRecordWithin reports whether a record, and another after it, begins inside the
// bytes that a record at the end of the stream claims: then its length is wrong, and
// the stream is not merely cut.
func (r *Reader) anyRecordWithin() bool {
	for d := 1; r.at+d+headerLen <= len(r.buf); d++ {
		if r.plausibleAt(d) {
			return true
		}
	}
	return false
}

// resync moves behind the present byte to the next place where a record makes
// sense: its header is believable, its time is near the last good one, and another
// believable header, or the end of the stream, follows it.
func (r *Reader) resync() {
	for {
		for d := 1; r.at+d+headerLen <= len(r.buf); d++ {
			if r.plausibleAt(d) {
				r.skip(d)
				return
			}
			if d >= 1<<20 { // keep the buffer small over long stretches of nothing
				r.skip(d)
				d = 0
			}
		}
		r.skip(max(0, len(r.buf)-r.at-headerLen+1))
		if !r.fill(headerLen) {
			r.skip(len(r.buf) - r.at)
			return
		}
	}
}

// near is how far from the last good record the time of one found after damage may
// lie, in seconds: an archive file covers at most some hours.
const near = 24 * 3600

// plausibleAt reports whether a record seems to begin d bytes on. It may read more,
// and move the buffer.
func (r *Reader) plausibleAt(d int) bool {
	b := r.buf[r.at+d:]
	if b[4] != 0 || b[8] != 0 || !r.believable(b) { // the first two are the cheapest to see
		return false
	}
	if t := int64(binary.BigEndian.Uint32(b)); r.last != 0 && (t < r.last-near || t > r.last+near) {
		return false
	}
	n := d + lengthOf(b)
	if !r.fill(n) {
		return false
	}
	if !r.fill(n + headerLen) {
		return len(r.buf)-r.at == n
	}
	return r.believable(r.buf[r.at+n:])
}

// nextLooksRight reports whether a record seems to begin n bytes on, or the stream
// ends there: its time is that of an archive, or near that of the present record.
func (r *Reader) nextLooksRight(n int) bool {
	if !r.fill(n + headerLen) {
		return len(r.buf)-r.at == n
	}
	now, next := r.buf[r.at:], r.buf[r.at+n:]
	return r.believable(next) || sound(next) && nearby(now, next) || unheard(next) && nearby(now, next)
}

// strangest is how many records of unknown types in a row need no known one behind
// them: by chance their times would not be near each other.
const strangest = 4

// strange returns the length of a record of a type or subtype that is not known, or
// longer than those of its type are, with its header; 0 when none begins here. Such a
// one is believed where a known one, others like it, or the end of the stream follow it,
// and the times of all are near each other: an archive may hold more than we know of,
// and what stands around it counts.
func (r *Reader) strange() int {
	first, at := 0, 0
	for range strangest {
		b := r.buf[r.at+at:]
		if !unheard(b) {
			return 0
		}
		at += lengthOf(b)
		if first == 0 {
			first = at
		}
		if at > maxTableRecord || !r.fill(at) {
			return 0
		}
		if !r.fill(at + headerLen) {
			if len(r.buf)-r.at == at && (r.last != 0 || first < at) { // a stream of one strange record is no archive
				return first
			}
			return 0
		}
		now, next := r.buf[r.at:], r.buf[r.at+at:]
		if !nearby(now, next) {
			return 0
		}
		if sound(next) {
			return first
		}
	}
	if binary.BigEndian.Uint32(r.buf[r.at:]) < earliest {
		return 0
	}
	return first
}

// lone reports whether the time of the present record is far from that of the one
// before and the one after, which are near each other: one spoilt clock would else take
// all that follows along. The first record is judged by the two after it.
func (r *Reader) lone(length int, at int64) bool {
	if r.last != 0 && at >= r.last-near && at <= r.last+near {
		return false
	}
	n := length
	if !r.fill(n + headerLen) {
		return false
	}
	now, next := r.buf[r.at:], r.buf[r.at+n:]
	if nearby(now, next) || !sound(next) {
		return false
	}
	after := int64(binary.BigEndian.Uint32(next))
	if r.last != 0 {
		return after >= r.last-near && after <= r.last+near
	}
	if n += lengthOf(next); !r.fill(n+headerLen) || !sound(r.buf[r.at+n:]) || !nearby(r.buf[r.at+n:], r.buf[r.at+length:]) {
		return false
	}
	r.last = after
	return true
}

func lengthOf(header []byte) int { return headerLen + int(binary.BigEndian.Uint32(header[8:])) }

// sound reports whether b begins with the header of a record of a known type that is no
// longer than such a record can be. Its time may be any.
func sound(b []byte) bool {
	longest := longest(binary.BigEndian.Uint16(b[4:]), binary.BigEndian.Uint16(b[6:]))
	return longest > 0 && int64(binary.BigEndian.Uint32(b[8:])) <= int64(longest)
}

// unheard reports whether b may begin with a header of a type that is not known.
func unheard(b []byte) bool {
	n := binary.BigEndian.Uint32(b[8:])
	return n > 0 && n <= maxTableRecord && !sound(b)
}

func nearby(a, b []byte) bool {
	apart := int64(binary.BigEndian.Uint32(a)) - int64(binary.BigEndian.Uint32(b))
	return apart >= -near && apart <= near
}

// earliest is the time of the first archives, in seconds: RIS and RouteViews began
// in 1997 and 1999.
const earliest = 788918400 // 1995-01-01

// believable reports whether b begins with the header of a record that can be, of a
// time in which there were archives.
func (r *Reader) believable(b []byte) bool {
	return sound(b) && binary.BigEndian.Uint32(b) >= earliest
}

// fill makes at least n bytes stand at buf[at], unless the source ends before.
func (r *Reader) fill(n int) bool {
	for len(r.buf)-r.at < n {
		if r.srcErr != nil {
			return false
		}
		if cap(r.buf)-r.at < n || cap(r.buf)-len(r.buf) < 4096 {
			grown := r.buf[:0]
			if cap(r.buf) < n || cap(r.buf)-(len(r.buf)-r.at) < 1<<16 {
				grown = make([]byte, 0, max(2*cap(r.buf), n+1<<16))
			}
			r.buf = append(grown, r.buf[r.at:]...)
			r.at = 0
		}
		got, err := r.src.Read(r.buf[len(r.buf):cap(r.buf)])
		r.buf = r.buf[:len(r.buf)+got]
		if err != nil {
			r.srcErr = err
			if errors.Is(err, io.EOF) {
				r.srcErr = io.EOF
			}
		}
	}
	return true
}

// take steps over n bytes that were read, skip over n that belong to no record.
func (r *Reader) take(n int) {
	r.at += n
	r.offset += int64(n)
	r.Stats.Bytes += int64(n)
}

func (r *Reader) skip(n int) {
	r.take(n)
	r.Stats.SkippedBytes += int64(n)
}

// peer returns the one Peer of an address and AS. Records of few peers alternate: those
// that were seen last are found without asking the register.
func (r *Reader) peer(ip []byte, asn uint32) *Peer {
	slot := &r.recent[byte(asn)^byte(asn>>8)^ip[len(ip)-1]^ip[len(ip)-2]<<3]
	if p := *slot; p != nil && p.key.asn == asn && p.key.v6 == (len(ip) == 16) && string(p.key.ip[:len(ip)]) == string(ip) {
		return p
	}
	key := peerKey{asn: asn, v6: len(ip) == 16, collector: r.collector}
	copy(key.ip[:], ip)
	*slot = r.peers.of(key)
	return *slot
}
