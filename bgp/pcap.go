package bgp

import (
	"bufio"
	"encoding/binary"
	"io"
)

// IsCapture reports whether a file begins as a capture of packets (the format of
// libpcap; microseconds and nanoseconds, both orders of bytes). It looks at four bytes.
func IsCapture(head []byte) bool {
	_, ok := captureOrder(head)
	return ok
}

func captureOrder(head []byte) (binary.ByteOrder, bool) {
	if len(head) >= 4 {
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
			if magic := order.Uint32(head); magic == 0xa1b2c3d4 || magic == 0xa1b23c4d {
				return order, true
			}
		}
	}
	return nil, false
}

const (
	maxPacket = 256 << 10 // what tcpdump itself takes
	// maxCapture is how many bytes of all connections are taken from a capture: it is
	// held whole, since a segment may come late.
	maxCapture = 64 << 20
	// maxConversations is how many directions of connections are told apart: a router has
	// one for each neighbour, and a scan that was captured along must not fill the memory.
	maxConversations = 1 << 16
)

// Conversations returns what was sent in each direction of each TCP connection of a
// capture, in the order in which they began, as it was received: segments in their
// order and once. What was not captured is left out, and so is what begins after
// maxConversations others. The error is that of r.
func Conversations(r io.Reader) ([][]byte, error) {
	in := bufio.NewReader(r)
	head := make([]byte, 24)
	if _, err := io.ReadFull(in, head); err != nil {
		return nil, nil //nolint:nilerr // too short to hold anything
	}
	order, ok := captureOrder(head)
	if !ok {
		return nil, nil
	}
	link := order.Uint32(head[20:]) & 0xffff
	var all []*conversation
	byEnds, total := map[string]*conversation{}, 0
	packet := make([]byte, maxPacket)
	for {
		if _, err := io.ReadFull(in, head[:16]); err != nil {
			break
		}
		n := order.Uint32(head[8:])
		if n > maxPacket {
			break
		}
		if _, err := io.ReadFull(in, packet[:n]); err != nil {
			break
		}
		ends, seq, syn, data, ok := segment(packet[:n], link)
		if !ok || !syn && len(data) == 0 || total+len(data) > maxCapture {
			continue
		}
		c := byEnds[ends]
		if c == nil || syn { // the same ports may be used again
			if len(all) == maxConversations {
				continue
			}
			c = &conversation{next: seq, late: map[uint32][]byte{}}
			byEnds[ends], all = c, append(all, c)
		}
		if syn && len(data) == 0 { // with data, captures that were made up do not count it
			c.next = seq + 1
			continue
		}
		total += len(data)
		c.add(seq, append([]byte(nil), data...))
	}
	var out [][]byte
	for _, c := range all {
		if c.finish(); len(c.data) > 0 {
			out = append(out, c.data)
		}
	}
	return out, nil
}

// conversation is one direction of a connection.
type conversation struct {
	data []byte
	next uint32            // the number of the byte that is awaited (RFC 9293 section 3.4)
	late map[uint32][]byte // segments that came before those in front of them
}

func (c *conversation) add(seq uint32, data []byte) {
	if old := c.late[seq]; len(data) > len(old) {
		c.late[seq] = data
	}
	for c.take() {
	}
	if len(c.late) > maxLate {
		c.step()
	}
}

// maxLate is how many segments wait for one that is missing, before it is given up: a
// window of 64 KiB of 256 bytes each.
const maxLate = 256

// take appends a segment that begins at what is awaited, or before it.
func (c *conversation) take() bool {
	for seq, data := range c.late {
		ahead := int32(seq - c.next)
		if ahead > 0 {
			continue
		}
		delete(c.late, seq)
		if known := -int64(ahead); known < int64(len(data)) { // wide enough for the other half of the circle
			c.data = append(c.data, data[known:]...)
			c.next += uint32(int64(len(data)) - known)
			return true
		}
	}
	return false
}

// finish steps over what was never captured.
func (c *conversation) finish() {
	for len(c.late) > 0 {
		c.step()
	}
}

// step goes on with the nearest segment that is there.
func (c *conversation) step() {
	nearest, found := uint32(0), false
	for seq := range c.late {
		if !found || int32(seq-nearest) < 0 {
			nearest, found = seq, true
		}
	}
	c.next = nearest
	for c.take() {
	}
}

// segment finds the TCP segment in a frame.
func segment(b []byte, link uint32) (ends string, seq uint32, syn bool, data []byte, ok bool) {
	switch link {
	case 1: // Ethernet
		if len(b) < 14 {
			return
		}
		kind := binary.BigEndian.Uint16(b[12:])
		b = b[14:]
		for (kind == 0x8100 || kind == 0x88a8) && len(b) >= 4 { // VLANs
			kind = binary.BigEndian.Uint16(b[2:])
			b = b[4:]
		}
	case 113: // Linux "any"
		if len(b) < 16 {
			return
		}
		b = b[16:]
	case 276: // the same, second version
		if len(b) < 20 {
			return
		}
		b = b[20:]
	case 12, 14, 101: // IP alone
	default:
		return
	}
	if len(b) < 20 {
		return
	}
	var addresses []byte
	switch b[0] >> 4 {
	case 4:
		head, total := int(b[0]&15)*4, int(binary.BigEndian.Uint16(b[2:]))
		if head < 20 || total < head || len(b) < head || b[9] != 6 || binary.BigEndian.Uint16(b[6:])&0x3fff != 0 { // no fragments
			return
		}
		addresses, b = b[12:20], b[head:min(total, len(b))]
	case 6:
		if len(b) < 40 || b[6] != 6 {
			return
		}
		addresses, b = b[8:40], b[40:min(40+int(binary.BigEndian.Uint16(b[4:])), len(b))]
	default:
		return
	}
	if len(b) < 20 || int(b[12]>>4)*4 < 20 || len(b) < int(b[12]>>4)*4 {
		return
	}
	return string(addresses) + string(b[:4]), binary.BigEndian.Uint32(b[4:]), b[13]&2 != 0, b[int(b[12]>>4)*4:], true
}
