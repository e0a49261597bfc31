package bgp

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"keepiton/bgp/bgptest"
)

func rawRecord(at uint32, typ, subtype uint16, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, at)
	b = binary.BigEndian.AppendUint16(b, typ)
	b = binary.BigEndian.AppendUint16(b, subtype)
	b = binary.BigEndian.AppendUint32(b, uint32(len(body)))
	return append(b, body...)
}

// said is an update that announces 10.n.0.0/16.
func said(at uint32, n byte) []byte {
	var b bytes.Buffer
	w := bgptest.NewWriter(&b, bgptest.Peers(1)...)
	w.Update(noon, bgptest.Route{Path: []uint32{64512, 64600}}, []netip.Prefix{netip.PrefixFrom(netip.AddrFrom4([4]byte{10, n, 0, 0}), 16)}, nil)
	binary.BigEndian.PutUint32(b.Bytes(), at)
	return b.Bytes()
}

func TestWhatStandsAroundStrangeRecordsIsRead(t *testing.T) {
	at := uint32(noon.Unix())
	junk := bytes.Repeat([]byte{0xa5}, 200_000)
	for name, c := range map[string]struct {
		records                    [][]byte
		unsupported, announcements int64
	}{
		"a type that is not known":        {[][]byte{said(at, 1), rawRecord(at, 64, 1, junk[:100]), said(at, 2)}, 1, 2},
		"between others of its kind":      {[][]byte{said(at, 1), rawRecord(at, 64, 1, junk[:100]), said(at, 2), rawRecord(at, 65535, 65535, junk[:7]), said(at, 3)}, 2, 3},
		"several in a row":                {[][]byte{said(at, 1), rawRecord(at, 64, 1, junk[:100]), rawRecord(at, 65, 9, junk[:5]), said(at, 2)}, 2, 2},
		"very many in a row":              {[][]byte{said(at, 1), bytes.Repeat(rawRecord(at, 64, 1, junk[:100]), 50), said(at, 2)}, 50, 2},
		"at the beginning":                {[][]byte{rawRecord(at, 64, 1, junk[:100]), said(at, 1)}, 1, 1},
		"at the end":                      {[][]byte{said(at, 1), rawRecord(at, 64, 1, junk[:100])}, 1, 1},
		"a subtype that is not known":     {[][]byte{said(at, 1), rawRecord(at, 16, 99, junk[:100]), said(at, 2), rawRecord(at, 13, 77, junk[:9]), said(at, 3)}, 2, 3},
		"another protocol, and very long": {[][]byte{said(at, 1), rawRecord(at, 11, 0, junk), said(at, 2)}, 1, 2},
	} {
		data := bytes.Join(c.records, nil)
		got := countAll(t, data)
		if s := got.stats; s.Records != c.unsupported+c.announcements || s.Announcements != c.announcements || s.Errors[Unsupported] != c.unsupported || s.Damaged() != 0 || s.SkippedBytes != 0 {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func TestTimesOfNoArchiveAreRead(t *testing.T) {
	got := countAll(t, bytes.Join([][]byte{said(0, 1), said(1, 2), said(1000, 3)}, nil)).stats
	if got.Announcements != 3 || got.Errors != nil {
		t.Errorf("%+v", got)
	}
}

func TestOneSpoiltClockTakesNobodyAlong(t *testing.T) {
	at := uint32(noon.Unix())
	for name, times := range map[string][]uint32{
		"of the future":     {at, at + 1, at + 400*86400, at + 2, at + 3},
		"of all the future": {at, at + 1, 0xffffffff, at + 2, at + 3},
		"of the past":       {at, at + 1, at - 400*86400, at + 2, at + 3},
		"the first":         {at - 400*86400, at + 1, at + 2, at + 3, at + 4},
	} {
		var data []byte
		for n, one := range times {
			data = append(data, said(one, byte(n))...)
		}
		r := NewReader(bytes.NewReader(data))
		var m Message
		for r.Next(&m) == nil {
			if apart := m.At/1e6 - int64(at); apart < 0 || apart > 10 {
				t.Errorf("%s: a message of %s", name, time.UnixMicro(m.At).UTC())
			}
		}
		if r.Stats.Announcements != 5 || r.Stats.Errors[BadTime] != 1 {
			t.Errorf("%s: %+v", name, r.Stats)
		}
	}
	// A new day that begins after a long pause is no damage.
	if got := countAll(t, bytes.Join([][]byte{said(at, 1), said(at, 2), said(at+400*86400, 3), said(at+400*86400+1, 4)}, nil)).stats; got.Errors != nil {
		t.Errorf("a pause: %+v", got)
	}
}

// attribute builds a path attribute with an extended length.
func attribute(typ byte, value ...byte) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0x90, typ}, uint16(len(value))), value...)
}

func updateOf(at uint32, attributes []byte) []byte {
	b := []byte{0, 0, 0xfb, 0xf4, 0, 0, 0xfb, 0xf5, 0, 0, 0, 1, 192, 0, 2, 1, 192, 0, 2, 2}
	b = append(b, bytes.Repeat([]byte{0xff}, 16)...)
	b = binary.BigEndian.AppendUint16(b, uint16(23+len(attributes)))
	b = append(b, 2, 0, 0)
	b = binary.BigEndian.AppendUint16(b, uint16(len(attributes)))
	return rawRecord(at, 16, 4, append(b, attributes...))
}

func TestMulticastIsCountedAndNotReachable(t *testing.T) {
	var b bytes.Buffer
	w := bgptest.NewWriter(&b, bgptest.Peers(3)...)
	w.Index(noon)
	prefix := netip.MustParsePrefix("10.1.0.0/16")
	path := []uint32{64512, 64600}
	w.Rib(noon, prefix, bgptest.Route{Peer: 0, Path: path}, bgptest.Route{Peer: 1, Path: path}, bgptest.Route{Peer: 2, Path: path})
	multicast := func(typ byte) []byte {
		if typ == attrUnreach {
			return attribute(typ, 0, 1, 2, 16, 10, 1)
		}
		return attribute(typ, 0, 1, 2, 4, 192, 0, 2, 1, 0, 16, 10, 2)
	}
	data := b.Bytes()
	data = append(data, updateOf(uint32(noon.Unix()), multicast(attrUnreach))...)
	data = append(data, updateOf(uint32(noon.Unix()), multicast(attrReach))...)
	rib := append([]byte{0, 0, 0, 0, 16, 10, 3, 0, 1, 0, 0, 0, 0, 0, 0}, 0, 0)
	data = append(data, rawRecord(uint32(noon.Unix()), 13, 3, rib)...)
	r := NewReader(bytes.NewReader(data))
	table := NewTable()
	var m Message
	for r.Next(&m) == nil {
		table.Apply(&m)
	}
	if table.Len() != 1 || table.peers[0].size != [2]int{1, 0} {
		t.Errorf("%d prefixes, the first peer has %v", table.Len(), table.peers[0].size)
	}
	if s := r.Stats; s.Withdrawals != 1 || s.Announcements != 1 || s.TableEntries != 3 || s.Errors[Unsupported] != 1 || s.Damaged() != 0 {
		t.Errorf("%+v", s)
	}
}

func TestOneAttributeOfAFamilyCounts(t *testing.T) {
	reach := func(n byte) []byte { return attribute(attrReach, 0, 1, 1, 4, 192, 0, 2, 1, 0, 16, 10, n) }
	gone := func(n byte) []byte { return attribute(attrUnreach, 0, 1, 1, 16, 10, n) }
	for name, c := range map[string]struct {
		attributes [][]byte
		came, went int64
		damage     int64
	}{
		"announced twice":     {[][]byte{reach(1), reach(2)}, 1, 0, 1},
		"withdrawn twice":     {[][]byte{gone(1), gone(2)}, 0, 1, 1},
		"one of each":         {[][]byte{gone(1), reach(2)}, 1, 1, 0},
		"of another family":   {[][]byte{reach(1), attribute(attrReach, 0, 2, 1, 16, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 16, 0x20, 1)}, 2, 0, 0},
		"beside of multicast": {[][]byte{reach(1), attribute(attrReach, 0, 1, 2, 4, 192, 0, 2, 1, 0, 16, 10, 2)}, 2, 0, 0},
	} {
		s := countAll(t, updateOf(uint32(noon.Unix()), bytes.Join(c.attributes, nil))).stats
		if s.Announcements != c.came || s.Withdrawals != c.went || s.Errors[BadAttribute] != c.damage {
			t.Errorf("%s: %+v", name, s)
		}
	}
}
