package bgp

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// stream returns a real file of ris-live.
func stream(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("../../shared/data/ris-live", name))
	if err != nil {
		if os.Getenv("CI") == "true" {
			tb.Fatal(err)
		}
		tb.Skipf("REAL MESSAGES ARE MISSING: %v", err)
	}
	return data
}

// TestMessagesOfRISLiveAreCounted holds the numbers of its provenance (994 updates and
// 6 keepalives).
func TestMessagesOfRISLiveAreCounted(t *testing.T) {
	for name, want := range map[string]int64{"1k-msgs.jsonl": 1000, "20-msg.jsonl": 20, "10-msg.jsonl": 10, "1-msg.jsonl": 1} {
		data := stream(t, name)
		l := NewLive(bytes.NewReader(data), NewPeers())
		kinds, collectors := map[Kind]int{}, map[string]bool{}
		var m Message
		var err error
		for err = l.Next(&m); err == nil; err = l.Next(&m) {
			kinds[m.Kind]++
			if m.Kind == Update {
				collectors[m.Peer.Collector] = true
			}
		}
		s := l.Stats
		if err != io.EOF || s.Records != want || len(s.Errors) != 0 || s.Bytes != int64(len(data)) {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
		if name == "1k-msgs.jsonl" && (kinds[Update] != 994 || kinds[Other] != 6) {
			t.Errorf("%v", kinds)
		}
		for c := range collectors {
			if !strings.HasPrefix(c, "rrc") || strings.Contains(c, ".") {
				t.Errorf("collector %q", c)
			}
		}
	}
}

// TestWhatRISLiveSaysIsInItsBytes decodes the bytes that each message carries, and
// compares.
func TestWhatRISLiveSaysIsInItsBytes(t *testing.T) {
	n := 0
	for line := range bytes.Lines(stream(t, "1k-msgs.jsonl")) {
		var m, raw Message
		if damage := DecodeLive(line, NewPeers(), &m); damage != "" {
			t.Fatalf("%s: %s", damage, line)
		}
		_, hex, _ := strings.Cut(string(line), `"raw":"`)
		hex, _, _ = strings.Cut(hex, `"`)
		var b []byte
		if _, err := fmt.Sscanf(hex, "%x", &b); err != nil {
			t.Fatal(err)
		}
		if damage := decodeBGP(b, 4, 0, &raw); damage != "" {
			t.Fatalf("%s: %s", damage, hex)
		}
		if m.Kind != Update {
			continue
		}
		n++
		if fmt.Sprint(sorted(m.Announced), sorted(m.Withdrawn)) != fmt.Sprint(sorted(raw.Announced), sorted(raw.Withdrawn)) || m.Attributes != raw.Attributes {
			t.Fatalf("%+v\n%+v\n%s", m, raw, line)
		}
	}
	if n != 994 {
		t.Errorf("%d updates", n)
	}
}

func sorted(all []Route) []string {
	var out []string
	for _, r := range all {
		out = append(out, r.Prefix.String())
	}
	return out
}

func TestTrapsOfRISLive(t *testing.T) {
	const head = `{"type":"ris_message","data":{"timestamp":1558620047.08,"peer":"192.0.2.1","peer_asn":"57695","host":"rrc19.ripe.net","type":`
	for text, want := range map[string]string{
		head + `"UPDATE","path":[57695,57695,37650,[1,2]],"announcements":[{"next_hop":"2001:db8::1,fe80::1","prefixes":["2c0f:fe30::/32"]}]}}`: `1 1558620047080000 rrc19 AS57695 [2c0f:fe30::/32] [] {AS0 3 true} `,
		head + `"UPDATE","path":[57695,[64512]],"announcements":[{"prefixes":["10.1.2.3/8"]}],"withdrawals":["192.0.2.0/24"]}}`:                 `1 1558620047080000 rrc19 AS57695 [10.0.0.0/8] [192.0.2.0/24] {AS64512 1 false} `,
		strings.Replace(head, `"57695"`, `57695`, 1) + `"UPDATE","path":["57695","1"],"withdrawals":[]}}`:                                       `1 1558620047080000 rrc19 AS57695 [] [] {AS1 2 false} `,
		head + `"UPDATE","path":[57695,99999999999],"withdrawals":["192.0.2.0/24","x","192.0.2.0/33"]}}`:                                        `1 1558620047080000 rrc19 AS57695 [] [192.0.2.0/24] {AS57695 1 false} bad_prefix`,
		head + `"UPDATE","path":[[[1]]],"withdrawals":["192.0.2.0/24"]}}`:                                                                       `1 1558620047080000 rrc19 AS57695 [] [192.0.2.0/24] {AS1 0 false} bad_path`,
		head + `"RIS_PEER_STATE","state":"connected"}}`:                                                                                         `3 1558620047080000 rrc19 AS57695 [] [] {AS0 0 false} `,
		head + `"RIS_PEER_STATE","state":"confused"}}`:                                                                                          `0 1558620047080000 rrc19 AS57695 [] [] {AS0 0 false} bad_text`,
		head + `"KEEPALIVE"}}`:                           `0 1558620047080000  [] [] {AS0 0 false} `,
		`{"type":"pong"}`:                                `0 0  [] [] {AS0 0 false} `,
		`{"type":"ris_error","data":{"message":"slow"}}`: `0 0  [] [] {AS0 0 false} `,
		`{"type":"ris_message","data":{"timestamp":1e300,"type":"UPDATE","peer":"192.0.2.1"}}`:        `0 0  [] [] {AS0 0 false} bad_text`,
		`{"type":"ris_message","data":{"timestamp":1558620047,"type":"UPDATE","peer":"192.0.2.1.5"}}`: `0 1558620047000000  [] [] {AS0 0 false} bad_text`,
		`{"ts": 1655792941, "path": ["174", "6453", "13335"], "pfx": "103.22.200.0/23"}`:              `0 0  [] [] {AS0 0 false} bad_text`,
		`<html>`: `0 0  [] [] {AS0 0 false} bad_text`,
	} {
		var m Message
		damage := DecodeLive([]byte(text), NewPeers(), &m)
		who := ""
		if m.Peer != nil {
			who = m.Peer.Collector + " " + m.Peer.ASN.String()
		}
		if got := fmt.Sprintf("%d %d %s %v %v %v %s", m.Kind, m.At, who, sorted(m.Announced), sorted(m.Withdrawn), m.Attributes, damage); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", text, got, want)
		}
	}
}

// TestDamagedLinesAreStepedOver reads lines that are cut, endless, empty and binary
// between good ones.
func TestAMarkBeforeTheFirstLineIsNoDamage(t *testing.T) {
	data := append([]byte("\ufeff"), stream(t, "10-msg.jsonl")...)
	in := Open(bytes.NewReader(data), "", NewPeers())
	var m Message
	for in.Next(&m) == nil {
	}
	if s := in.Counts(); s.Records != 10 || s.Errors != nil || s.Bytes != int64(len(data)) {
		t.Errorf("%+v", s)
	}
}

func TestDamagedLinesAreSteppedOver(t *testing.T) {
	good := stream(t, "1-msg.jsonl")
	in := slicesOf(good, []byte("\n\n"), good[:100], []byte("\n"), bytes.Repeat([]byte{'{'}, 3<<20), []byte("\n\x00\xff\n"), good, good[:200])
	l := NewLive(bytes.NewReader(in), NewPeers())
	var m Message
	updates := 0
	for l.Next(&m) == nil {
		if m.Kind == Update {
			updates++
		}
	}
	if updates != 2 || l.Stats.Errors[BadText] != 4 || l.Stats.Bytes != int64(len(in)) || cap(l.line) > 4*maxLine {
		t.Errorf("%d updates, %+v, %d bytes kept", updates, l.Stats, cap(l.line))
	}
}

func slicesOf(all ...[]byte) []byte { return bytes.Join(all, nil) }

func FuzzLive(f *testing.F) {
	for line := range bytes.Lines(stream(f, "20-msg.jsonl")) {
		f.Add(line)
	}
	f.Add([]byte(`{"type":"ris_message","data":{"timestamp":1558620047.08,"peer":"192.0.2.1","peer_asn":1,"host":"x","type":"RIS_PEER_STATE","state":"down"}}`))
	f.Add([]byte(`{"type":"ris_message","data":{"timestamp":1558620047.08,"peer":"::1","peer_asn":"","type":"UPDATE","path":[1,[2,3]],"withdrawals":["::/0"]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, table, records := NewLive(bytes.NewReader(data), NewPeers()), NewTable(), int64(0)
		var m Message
		for l.Next(&m) == nil {
			records++
			if (m.Kind == Update || m.Kind == State) && m.Peer == nil {
				t.Fatalf("a message of nobody at %d", m.Offset)
			}
			table.Apply(&m)
		}
		if l.Stats.Bytes != int64(len(data)) || l.Stats.Records != records {
			t.Fatalf("%d of %d bytes, %d of %d records", l.Stats.Bytes, len(data), l.Stats.Records, records)
		}
	})
}

func BenchmarkLive(b *testing.B) {
	data := stream(b, "1k-msgs.jsonl")
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		l := NewLive(bytes.NewReader(data), NewPeers())
		var m Message
		for l.Next(&m) == nil {
		}
	}
}
