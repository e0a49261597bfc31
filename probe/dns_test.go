package probe

import (
	"net/netip"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// answered is an answer as a resolver, or who plays one, packs it.
func answered(t testing.TB, id uint16, code dnsmessage.RCode, name string, addrs ...[4]byte) []byte {
	t.Helper()
	n := dnsmessage.MustNewName(name)
	m := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: id, Response: true, RCode: code},
		Questions: []dnsmessage.Question{{Name: n, Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET}},
	}
	for _, a := range addrs {
		m.Answers = append(m.Answers, dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: n, Class: dnsmessage.ClassINET}, Body: &dnsmessage.AResource{A: a}})
	}
	b, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAnswersAreReadAsWhatTheyAre(t *testing.T) {
	one := [4]byte{70, 0, 1, 1}
	for _, c := range []struct {
		packet  []byte
		ok      bool
		failure Failure
		addrs   int
	}{
		{answered(t, 7, 0, "www.a.test.", one, one, [4]byte{70, 0, 1, 2}), true, "", 2},
		{answered(t, 7, 0, "WWW.a.TEST.", one), true, "", 1}, // some resolvers play with the case
		{answered(t, 8, 0, "www.a.test.", one), false, "", 0},
		{answered(t, 7, 0, "www.b.test.", one), false, "", 0},
		{answered(t, 7, dnsmessage.RCodeNameError, "www.a.test."), true, FailureNXDOMAIN, 0},
		{answered(t, 7, dnsmessage.RCodeServerFailure, "www.a.test."), true, FailureServfail, 0},
		{answered(t, 7, dnsmessage.RCodeRefused, "www.a.test."), true, FailureDNSRefused, 0},
		{answered(t, 7, dnsmessage.RCodeNotImplemented, "www.a.test."), true, FailureMisbehaving, 0},
		{answered(t, 7, 0, "www.a.test."), true, FailureNoAnswer, 0},
		{[]byte("no answer at all"), false, "", 0},
	} {
		addrs, failure, ok := readAnswer(c.packet, 7, "www.a.test")
		if ok != c.ok || failure != c.failure || len(addrs) != c.addrs {
			t.Errorf("%x: %v %q %v", c.packet, addrs, failure, ok)
		}
	}
}

func TestAddressesThatNoPublicServerHas(t *testing.T) {
	for text, want := range map[string]bool{"10.10.34.36": true, "127.0.0.1": true, "::1": true, "fd00::1": true, "::ffff:192.168.1.1": true, "100.64.0.1": true, "149.154.167.51": false, "2a03:2880::1": false} {
		if got := isBogon(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

// FuzzAnswer: whatever a resolver says, what is taken of it is bounded.
func FuzzAnswer(f *testing.F) {
	f.Add(answered(f, 7, 0, "www.a.test.", [4]byte{70, 0, 1, 1}))
	f.Add(answered(f, 7, dnsmessage.RCodeNameError, "www.a.test."))
	f.Fuzz(func(t *testing.T, packet []byte) {
		addrs, failure, ok := readAnswer(packet, 7, "www.a.test")
		if len(addrs) > maxAnswers || ok && (failure == "") == (len(addrs) == 0) {
			t.Errorf("%v %q %v", addrs, failure, ok)
		}
	})
}
