package ooni

import (
	"bytes"
	"encoding/binary"
)

// scanner looks for many patterns in one body at once: where four bytes in a row begin
// none of the patterns, which one look at a table of bits tells, nothing is compared.
type scanner struct {
	all   []pattern
	bits  [1 << 10]uint64 // by hash16 of the first four bytes
	begin map[uint32][]int
	slow  []int // patterns that must be tried one by one: full, prefix, regexp, and those under four bytes
	quick bool  // there is something in begin
}

const gram = 4

func hash16(v uint32) uint32 { return v * 0x9e3779b1 >> 16 }

func (s *scanner) build() {
	s.begin, s.slow, s.bits, s.quick = map[uint32][]int{}, nil, [1 << 10]uint64{}, false
	for i, p := range s.all {
		if p.kind != "contains" || len(p.text) < gram {
			s.slow = append(s.slow, i)
			continue
		}
		v := binary.LittleEndian.Uint32([]byte(p.text[:gram]))
		h := hash16(v)
		s.bits[h>>6] |= 1 << (h & 63)
		s.begin[v] = append(s.begin[v], i)
		s.quick = true
	}
}

func (s *scanner) match(body []byte) bool {
	for _, i := range s.slow {
		if s.all[i].match(body) {
			return true
		}
	}
	if !s.quick {
		return false
	}
	for at := 0; at+gram <= len(body); at++ {
		v := binary.LittleEndian.Uint32(body[at:])
		h := hash16(v)
		if s.bits[h>>6]>>(h&63)&1 == 0 {
			continue
		}
		for _, i := range s.begin[v] {
			if text := s.all[i].text; len(body)-at >= len(text) && string(body[at:at+len(text)]) == text {
				return true
			}
		}
	}
	return false
}

func (p *pattern) match(b []byte) bool {
	switch p.kind {
	case "full":
		return string(b) == p.text
	case "prefix":
		return len(b) >= len(p.text) && string(b[:len(p.text)]) == p.text
	case "contains":
		return bytes.Contains(b, []byte(p.text))
	}
	return p.re.Match(b)
}
