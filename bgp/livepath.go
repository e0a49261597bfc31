package bgp

import (
	"strconv"
	"strings"

	"keepiton"
)

// looseNumber is a number that is written as one or as a text.
type looseNumber uint32

func (n *looseNumber) UnmarshalJSON(b []byte) error {
	v, err := strconv.ParseUint(strings.Trim(string(b), `"`), 10, 32)
	if *n = looseNumber(v); err != nil && string(b) != "null" && string(b) != `""` {
		return err
	}
	return nil
}

// livePath is a path: AS numbers, and lists of them, which are sets (RFC 4271 section
// 4.3).
type livePath struct {
	Attributes
	bad bool
}

func (p *livePath) UnmarshalJSON(b []byte) error {
	*p = livePath{}
	var set []uint32 // numbers of the set that is open
	depth, before := 0, uint32(0)
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == '[':
			depth++
			set = set[:0]
			p.bad = p.bad || depth > 2
		case c == ']':
			if depth--; depth == 1 {
				if p.Origin = 0; len(set) == 1 {
					p.Origin = keepiton.ASN(set[0])
				}
			}
		case c >= '0' && c <= '9':
			end := i
			for end < len(b) && b[end] >= '0' && b[end] <= '9' {
				end++
			}
			n, err := strconv.ParseUint(string(b[i:end]), 10, 32)
			i = end - 1
			if as := uint32(n); err != nil {
				p.bad = true
			} else if depth > 1 {
				set = append(set, as)
			} else {
				p.Prepended = p.Prepended || as == before && as != 0
				before, p.Origin = as, keepiton.ASN(as)
				p.Hops++
			}
		case c == ',' || c == ' ' || c == '"' || c == '\n' || c == '\t' || c == '\r': // some write numbers as texts
		default:
			if string(b) != "null" {
				p.bad = true
			}
		}
	}
	return nil
}
