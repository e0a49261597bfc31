package probe

import (
	"crypto/rand"
	"encoding/binary"
	"net/netip"

	"golang.org/x/net/dns/dnsmessage"
)

func newQuestion(host string) (question []byte, id uint16, err error) {
	var random [2]byte
	_, _ = rand.Read(random[:]) // never fails
	id = binary.BigEndian.Uint16(random[:])
	name, err := dnsmessage.NewName(host + ".")
	if err != nil {
		return nil, 0, err
	}
	m := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: id, RecursionDesired: true},
		Questions: []dnsmessage.Question{{Name: name, Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET}},
	}
	question, err = m.Pack()
	return question, id, err
}

// readAnswer reads a packet. ok says that it is an answer to our question.
func readAnswer(packet []byte, id uint16, host string) (addrs []netip.Addr, failure Failure, ok bool) {
	var p dnsmessage.Parser
	h, err := p.Start(packet)
	if err != nil || !h.Response || h.ID != id {
		return nil, "", false
	}
	if q, err := p.Question(); err != nil || !equalFold(q.Name.String(), host+".") {
		return nil, "", false
	}
	switch h.RCode {
	case dnsmessage.RCodeSuccess:
	case dnsmessage.RCodeNameError:
		return nil, FailureNXDOMAIN, true
	case dnsmessage.RCodeServerFailure:
		return nil, FailureServfail, true
	case dnsmessage.RCodeRefused:
		return nil, FailureDNSRefused, true
	default:
		return nil, FailureMisbehaving, true
	}
	if p.SkipAllQuestions() != nil {
		return nil, FailureMisbehaving, true
	}
	for range 64 { // a packet has not more room
		head, err := p.AnswerHeader()
		if err != nil {
			break
		}
		if head.Type != dnsmessage.TypeA {
			if p.SkipAnswer() != nil {
				break
			}
			continue
		}
		a, err := p.AResource()
		if err != nil {
			break
		}
		addrs = append(addrs, netip.AddrFrom4(a.A))
	}
	if addrs = tidy(addrs); len(addrs) == 0 {
		return nil, FailureNoAnswer, true
	}
	return addrs, "", true
}

// equalFold compares names as DNS does (RFC 4343).
func equalFold(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		x, y := a[i], b[i]
		if x|0x20 >= 'a' && x|0x20 <= 'z' {
			x, y = x|0x20, y|0x20
		}
		if x != y {
			return false
		}
	}
	return true
}
