package bgp

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/netip"
	"slices"
	"strings"
)

// Live reads messages of RIS Live (https://ris-live.ripe.net/manual/), one JSON object
// a line, as a file keeps them and as the stream over HTTP gives them. It holds one
// line. It is not safe for concurrent use.
type Live struct {
	Stats Stats // Records are lines with a message; Bytes are those of all lines

	in    *bufio.Reader
	line  []byte
	peers *Peers
}

// maxLine is the longest line that is read. A BGP message of 4,096 bytes, told in JSON
// with its bytes in hexadecimal, has some 30 kB.
const maxLine = 1 << 20

// NewLive returns a reader of lines. Collectors are numbered with their peers.
func NewLive(r io.Reader, peers *Peers) *Live {
	return &Live{in: bufio.NewReaderSize(r, 64<<10), peers: peers}
}

// Next fills m with the next message, as [Reader.Next] does.
func (l *Live) Next(m *Message) error {
	for {
		m.reset()
		m.Offset = l.Stats.Bytes
		line, err := l.readLine()
		if m.Offset == 0 {
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		if len(bytes.TrimSpace(line)) == 0 {
			if err != nil {
				return err
			}
			continue
		}
		if err != nil && !errors.Is(err, io.EOF) {
			l.Stats.fail(Cut, m.Offset)
			return err
		}
		l.Stats.Records++
		if damage := DecodeLive(line, l.peers, m); damage != "" {
			l.Stats.fail(damage, m.Offset)
		}
		l.Stats.count(m)
		return nil
	}
}

// readLine reads to the end of a line. Of one that is too long only the beginning is
// kept, so that it is no JSON.
func (l *Live) readLine() ([]byte, error) {
	l.line = l.line[:0]
	for {
		piece, err := l.in.ReadSlice('\n')
		l.Stats.Bytes += int64(len(piece))
		l.line = append(l.line, piece[:min(len(piece), maxLine-len(l.line))]...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return l.line, err
		}
	}
}

// liveMessage is what is read of one. Fields that are missing are of messages of
// another type, such as pong.
type liveMessage struct {
	Type string `json:"type"`
	Data struct {
		Timestamp     float64     `json:"timestamp"`
		Peer          string      `json:"peer"`
		PeerASN       looseNumber `json:"peer_asn"`
		Host          string      `json:"host"` // rrc10, or rrc10.ripe.net
		Type          string      `json:"type"`
		State         string      `json:"state"`
		Path          livePath    `json:"path"`
		Announcements []struct {
			Prefixes []string `json:"prefixes"` // next_hop may be "a,b", and tells nothing that we need
		} `json:"announcements"`
		Withdrawals []string `json:"withdrawals"`
	} `json:"data"`
}

// DecodeLive reads one message of RIS Live, as a WebSocket gives it, into m, which it
// empties first but for its Offset. What kept it from reading all is returned, and
// what could be read is kept. Messages about the stream itself, such as pong and
// ris_error, are of kind Other.
func DecodeLive(text []byte, peers *Peers, m *Message) Damage {
	m.reset()
	var in liveMessage
	if err := json.Unmarshal(text, &in); err != nil || in.Type == "" {
		return BadText
	}
	d := &in.Data
	if in.Type != "ris_message" {
		return ""
	}
	if d.Timestamp < earliest || d.Timestamp > math.MaxUint32 {
		return BadText
	}
	m.At = int64(math.Round(d.Timestamp * 1e6))
	switch d.Type {
	case "UPDATE", "RIS_PEER_STATE":
	default:
		return ""
	}
	ip, err := netip.ParseAddr(d.Peer)
	if err != nil {
		return BadText
	}
	host, _, _ := strings.Cut(d.Host, ".")
	m.Peer = peers.at(host, ip, uint32(d.PeerASN))
	if d.Type == "RIS_PEER_STATE" {
		switch d.State {
		case "connected":
			m.Old, m.New = 1, Established
		case "down":
			m.Old, m.New = Established, 1
		default:
			return BadText
		}
		m.Kind = State
		return ""
	}
	m.Kind, m.Attributes = Update, d.Path.Attributes
	var damage Damage
	if d.Path.bad {
		damage = BadPath
	}
	for i, a := range d.Announcements {
		// An IPv6 route with a global and a link-local next hop stands twice (RFC 2545
		// section 3), and is one.
		if i > 0 && slices.Equal(a.Prefixes, d.Announcements[i-1].Prefixes) {
			continue
		}
		if m.Announced, err = appendText(m.Announced, a.Prefixes); err != nil {
			damage = BadPrefix
		}
	}
	if m.Withdrawn, err = appendText(m.Withdrawn, d.Withdrawals); err != nil {
		damage = BadPrefix
	}
	return damage
}

// appendText appends prefixes, and leaves out what is none.
func appendText(out []Route, all []string) (_ []Route, bad error) {
	for _, s := range all {
		if p, err := netip.ParsePrefix(s); err != nil {
			bad = err
		} else {
			out = append(out, Route{Prefix: PrefixOf(p)})
		}
	}
	return out, bad
}
