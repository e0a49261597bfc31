package bgp

// Kinds of segments of an AS_PATH: RFC 4271 section 4.3, RFC 5065 section 3.
const (
	segmentSet, segmentSequence      = 1, 2
	segmentConfedSeq, segmentConfSet = 3, 4
)

// readPath reads an AS_PATH. Some collectors wrote AS numbers of two bytes where
// four are announced (Quagga, 2010), and some the other way round: when the width
// does not fit, the other is tried.
func (a *Attributes) readPath(b []byte, asLen int) bool {
	if a.readPathOf(b, asLen) {
		return true
	}
	return a.readPathOf(b, 6-asLen)
}

func (a *Attributes) readPathOf(b []byte, asLen int) bool {
	var got Attributes
	var before uint32
	for len(b) > 0 {
		if len(b) < 2 {
			return false
		}
		kind, n := b[0], int(b[1])
		if kind < segmentSet || kind > segmentConfSet || len(b) < 2+n*asLen {
			return false
		}
		switch kind {
		case segmentSequence:
			for i := 2; i < 2+n*asLen; i += asLen {
				as := readAS(b[i:], asLen)
				if as == before && as != 0 {
					got.Prepended = true
				}
				before = as
			}
			if n > 0 {
				got.Origin = asnOf(before)
			}
			got.Hops += n
		case segmentSet:
			if got.Origin = 0; n == 1 {
				got.Origin = asnOf(readAS(b[2:], asLen))
			}
		}
		b = b[2+n*asLen:]
	}
	*a = got
	return true
}
