package probe

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The vectors of RFC 9001, appendix A.
func TestInitialKeysAreThoseOfTheRFC(t *testing.T) {
	client, server, err := initialKeys(unhex(t, "8394c8f03e515708"))
	if err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(client.iv); got != "fa044b2f42a3fd3b46fb255c" {
		t.Errorf("client iv %s", got)
	}
	if got := hex.EncodeToString(server.iv); got != "0ac1493ca1905853b0bba03e" {
		t.Errorf("server iv %s", got)
	}
	m := client.mask(unhex(t, "d1b1c98dd7689fb8ec11d242b123dc9b")) // A.2
	if got := hex.EncodeToString(m[:]); got != "437b9aec36" {
		t.Errorf("mask %s", got)
	}
	m = server.mask(unhex(t, "2cd0991cd25b0aac406a5816b6394100")) // A.3
	if got := hex.EncodeToString(m[:]); got != "2ec0d8356a" {
		t.Errorf("mask %s", got)
	}
}

// A.3: the server's Initial, with an ACK and a ServerHello in it.
func TestAServersInitialOfTheRFCOpens(t *testing.T) {
	packet := unhex(t, "cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb38cc5a99f5ede4cf73c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc42158407dd074ee")
	_, server, err := initialKeys(unhex(t, "8394c8f03e515708"))
	if err != nil {
		t.Fatal(err)
	}
	p, rest, err := readLong(packet)
	if err != nil || len(rest) != 0 || p.kind != quicInitial {
		t.Fatalf("%+v %d %v", p, len(rest), err)
	}
	number, frames, err := p.open(server, -1)
	if err != nil || number != 1 {
		t.Fatalf("number %d, %v", number, err)
	}
	s := &space{largest: -1}
	if closed, err := s.frames(frames); err != nil || closed != -1 {
		t.Fatalf("%d %v", closed, err)
	}
	if got := s.ready(); len(got) != 90 || got[0] != 2 {
		t.Errorf("%d bytes: %x", len(got), got)
	}
	packet[40] ^= 1
	if p, _, err := readLong(packet); err == nil {
		if _, _, err := p.open(server, -1); err == nil {
			t.Error("a packet that was changed opens")
		}
	}
}

// A.4: a Retry, and A.5: header protection with ChaCha20.
func TestRetryAndChaChaOfTheRFC(t *testing.T) {
	p, _, err := readLong(unhex(t, "ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f0f2496ba"))
	if err != nil || string(p.token) != "token" || !p.goodRetry(unhex(t, "8394c8f03e515708")) {
		t.Errorf("%q %v", p.token, err)
	}
	if p.goodRetry(unhex(t, "8394c8f03e515709")) {
		t.Error("a Retry for another connection is good")
	}
	keys, err := newProtection(0x1303, unhex(t, "9ac312a7f877468ebe69422748ad00a15443f18203a07d6060f688f30f21632b"))
	if err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(keys.nonce(654360564)); got != "e0459b3474bdd0e46d417eb0" {
		t.Errorf("nonce %s", got)
	}
	m := keys.mask(unhex(t, "5e5cd55c41f69080575d7999c25a5bfb"))
	if got := hex.EncodeToString(m[:]); got != "aefefe7d03" {
		t.Errorf("mask %s", got)
	}
}

func TestPacketsThatWeSealOpen(t *testing.T) {
	client, _, err := initialKeys([]byte("12345678"))
	if err != nil {
		t.Fatal(err)
	}
	for _, number := range []uint64{0, 1, 255, 70000} {
		b := sealLong(client, quicInitial, []byte("12345678"), nil, []byte("tok"), number, cryptoFrame(3, []byte("hello")), quicDatagram)
		if len(b) != quicDatagram {
			t.Errorf("%d bytes", len(b))
		}
		p, rest, err := readLong(b)
		if err != nil || len(rest) != 0 || string(p.token) != "tok" {
			t.Fatalf("%v %q", err, p.token)
		}
		got, frames, err := p.open(client, int64(number)-1)
		if err != nil || got != number || !bytes.HasPrefix(frames, cryptoFrame(3, []byte("hello"))) {
			t.Errorf("%d: %d %v", number, got, err)
		}
	}
}

func TestNumbersAreMadeWhole(t *testing.T) {
	if got := fullNumber(0xa82f30ea+1, 0x9b32, 2); got != 0xa82f9b32 { // RFC 9000 appendix A.3
		t.Errorf("%x", got)
	}
}

func TestPacketsThatCameAreAcknowledged(t *testing.T) {
	s := &space{largest: -1}
	for _, n := range []uint64{3, 0, 1, 7, 1} {
		s.note(n)
	}
	// largest 7, delay 0, two more ranges, first of one; a gap of 3 (4 to 6: 2), one; a gap of one (2: 0), two.
	if got := s.ack(); !bytes.Equal(got, []byte{2, 7, 0, 2, 0, 2, 0, 0, 1}) {
		t.Errorf("%v", got)
	}
}

// FuzzQUIC: whatever a server sends, a dialogue ends without a fault of ours and holds
// no more than its bound.
func FuzzQUIC(f *testing.F) {
	f.Add([]byte{frameCrypto, 0, 5, 1, 2, 3, 4, 5, frameAck, 9, 0, 1, 2, 0, 1}, true)
	f.Add(unhex(f, "cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb38c"), false)
	f.Add([]byte{0x80, 0, 0, 0, 0, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 1}, false)
	_, server, err := initialKeys([]byte("12345678"))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte, seal bool) {
		if seal { // frames that a server could have meant
			if len(b) > 1100 {
				return
			}
			b = sealLong(server, quicInitial, nil, []byte("s"), nil, 0, b, quicDatagram)
		}
		s := &space{largest: -1}
		for len(b) > 0 {
			p, rest, err := readLong(b)
			if err != nil || p.version == 0 {
				return
			}
			if p.kind == quicRetry {
				p.goodRetry([]byte("12345678"))
				return
			}
			if _, frames, err := p.open(server, s.largest); err == nil {
				_, _ = s.frames(frames)
				s.ready()
				if len(s.crypto) > maxCrypto {
					t.Fatalf("%d bytes are held", len(s.crypto))
				}
			}
			b = rest
		}
	})
}
