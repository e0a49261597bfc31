package bgp

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
)

var captures = map[string]string{ // and what other programs decoded of them
	"netgauze/path-status_ipv4_unicast_path_marking":    "-bmp.json",
	"netgauze/stateless-with-add-path_ipv4_unicast_all": "-bmp.json",
	"netgauze/unreachable-prefix-announcement_upa":      "-bmp.json",
	"pmacct/200-BMP-HUAWEI-locrib_instance/traffic-00":  "",
	"pmacct/201-BMP-CISCO-rd_instance/traffic-00":       "",
	"pmacct/204-BMP-CISCO-peer_down/traffic-00":         "",
}

func conversations(tb testing.TB, name string) [][]byte {
	tb.Helper()
	all, err := Conversations(bytes.NewReader(stream(tb, "bmp/"+name+".pcap")))
	if err != nil || len(all) == 0 {
		tb.Fatalf("%s: %d conversations, %v", name, len(all), err)
	}
	return all
}

// told is what the conversations of a capture tell.
type told struct {
	elements map[string]int // "announce 2001:db8::/32", as often as it was told
	up, down int
	stats    Stats
	views    map[View]int
	router   string
	unknown  int // withdrawals of what the peer had not announced: pmacct does not log them
}

func listen(tb testing.TB, name string) told {
	tb.Helper()
	out := told{elements: map[string]int{}, views: map[View]int{}}
	for _, data := range conversations(tb, name) {
		b := NewBMP(bytes.NewReader(data), "router", NewPeers())
		var m Message
		var err error
		known := map[string]bool{}
		for err = b.Next(&m); err == nil; err = b.Next(&m) {
			switch {
			case m.Kind == State && m.New == Established:
				out.up++
			case m.Kind == State:
				out.down++
			}
			for _, r := range m.Announced {
				out.elements["announce "+r.Prefix.String()]++
				known[fmt.Sprint(m.Peer.ID, r.Prefix)] = true
			}
			for _, r := range m.Withdrawn {
				if key := fmt.Sprint(m.Peer.ID, r.Prefix); known[key] {
					out.elements["withdraw "+r.Prefix.String()]++
				} else {
					out.unknown++
				}
			}
			out.views[m.View] += len(m.Announced) + len(m.Withdrawn)
		}
		if err != io.EOF || b.Stats.Bytes != int64(len(data)) || b.Stats.SkippedBytes != 0 {
			tb.Errorf("%s: %v, %+v", name, err, b.Stats)
		}
		out.stats.Records += b.Stats.Records
		for kind, n := range b.Stats.Errors {
			tb.Errorf("%s: %d %s", name, n, kind)
		}
		if b.Router != "" {
			out.router = b.Router
		}
	}
	return out
}

// TestWhatRoutersSaidIsWhatPmacctRead compares unicast routes and sessions with the
// lines that pmacct logged of the same captures.
func TestWhatRoutersSaidIsWhatPmacctRead(t *testing.T) {
	for name := range captures {
		if !strings.HasPrefix(name, "pmacct/") {
			continue
		}
		got := listen(t, name)
		want := map[string]int{}
		up, down := 0, 0
		lines := bufio.NewScanner(bytes.NewReader(stream(t, "bmp/"+strings.TrimSuffix(name, "traffic-00")+"output-bmp-00.json")))
		lines.Buffer(nil, 1<<20)
		sysName := ""
		for lines.Scan() {
			var l struct {
				Kind   string `json:"bmp_msg_type"`
				Log    string `json:"log_type"`
				AFI    int    `json:"afi"`
				SAFI   int    `json:"safi"`
				Prefix string `json:"ip_prefix"`
				Name   string `json:"bmp_init_info_sysname"`
			}
			if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
				t.Fatal(err)
			}
			switch {
			case l.Kind == "peer_up":
				up++
			case l.Kind == "peer_down":
				down++
			case l.Kind == "init":
				sysName = l.Name
			case l.Kind == "route_monitor" && l.SAFI == 1 && l.Log == "update":
				want["announce "+l.Prefix]++
			case l.Kind == "route_monitor" && l.SAFI == 1 && l.Log == "withdraw":
				want["withdraw "+l.Prefix]++
			}
		}
		if got.up != up || got.down != down || got.router != sysName {
			t.Errorf("%s: %d up, %d down, %q; want %d, %d, %q", name, got.up, got.down, got.router, up, down, sysName)
		}
		if !maps.Equal(got.elements, want) {
			t.Errorf("%s:\n got %s\nwant %s", name, flat(got.elements), flat(want))
		}
		t.Logf("%s: %d messages, %d sessions up, %d down, routes by view %v, %d withdrawals of what was not there", name, got.stats.Records, got.up, got.down, got.views, got.unknown)
	}
}

// TestWhatRoutersSaidIsWhatNetGauzeRead compares with the messages that another
// program decoded, among them such of version 4 with path identifiers.
func TestWhatRoutersSaidIsWhatNetGauzeRead(t *testing.T) {
	for name, oracle := range captures {
		if oracle == "" {
			continue
		}
		got := listen(t, name)
		want, up, down, records := map[string]int{}, 0, 0, int64(0)
		for line := range bytes.Lines(stream(t, "bmp/"+name+oracle)) {
			if len(bytes.TrimSpace(line)) == 0 {
				continue
			}
			records++
			var msg map[string]map[string]json.RawMessage
			if err := json.Unmarshal(line, &msg); err != nil {
				t.Fatal(err)
			}
			for _, of := range msg {
				for kind := range of {
					switch kind {
					case "PeerUpNotification":
						up++
					case "PeerDownNotification":
						down++
					}
				}
				var any any
				if err := json.Unmarshal(of["RouteMonitoring"], &any); err == nil {
					routesIn(any, "", want)
				}
			}
		}
		if got.up != up || got.down != down || got.stats.Records != records {
			t.Errorf("%s: %d up, %d down, %d messages; want %d, %d, %d", name, got.up, got.down, got.stats.Records, up, down, records)
		}
		if !maps.Equal(got.elements, want) {
			t.Errorf("%s:\n got %s\nwant %s", name, flat(got.elements), flat(want))
		}
	}
}

// routesIn finds the prefixes of an update in NetGauze's JSON.
func routesIn(v any, where string, out map[string]int) {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			at := where
			switch key {
			case "nlri", "MpReach":
				at = "announce "
			case "withdrawn_routes", "MpUnreach":
				at = "withdraw "
			}
			if p, ok := inner.(string); ok && at != "" && strings.Contains(p, "/") && (key == "network" || key == "prefix") {
				out[at+p]++
			}
			routesIn(inner, at, out)
		}
	case []any:
		for _, inner := range v {
			routesIn(inner, where, out)
		}
	}
}

func flat(m map[string]int) string {
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(m)) {
		fmt.Fprintf(&b, "%s ×%d, ", k, m[k])
	}
	return b.String()
}

// TestDamagedConversationsAreSteppedOver puts zeros, an absurd length and a cut into
// one, and finds the rest.
func TestDamagedConversationsAreSteppedOver(t *testing.T) {
	good := conversations(t, "pmacct/204-BMP-CISCO-peer_down/traffic-00")[0]
	count := func(data []byte) (records int64, s Stats) {
		b := NewBMP(bytes.NewReader(data), "router", NewPeers())
		var m Message
		for b.Next(&m) == nil {
		}
		return b.Stats.Records, b.Stats
	}
	whole, _ := count(good)
	if whole != 343 {
		t.Errorf("%d messages", whole)
	}
	zeros := slices.Clone(good)
	copy(zeros[20_000:20_400], make([]byte, 400))
	if n, s := count(zeros); n < whole-8 || n >= whole || s.SkippedBytes == 0 || s.Bytes != int64(len(zeros)) {
		t.Errorf("zeros: %d messages, %+v", n, s)
	}
	long := slices.Clone(good)
	copy(long[1:], []byte{0xff, 0xff, 0xff, 0xff})
	if n, s := count(long); n < whole-2 || s.Errors[BadHeader] == 0 {
		t.Errorf("absurd length: %d messages, %+v", n, s)
	}
	if n, s := count(good[:len(good)-5]); n != whole-1 || s.Errors[Cut] != 1 || s.Bytes != int64(len(good)-5) {
		t.Errorf("cut: %d messages, %+v", n, s)
	}
	if n, s := count(bytes.Repeat([]byte("<html>404</html>"), 5000)); n != 0 || s.Bytes != 80_000 {
		t.Errorf("text: %d messages, %+v", n, s)
	}
}

// TestSegmentsComeInAnyOrder cuts a conversation into segments that overlap, come
// twice, late, and not at all.
func TestSegmentsComeInAnyOrder(t *testing.T) {
	c := &conversation{next: 0xfffffff0, late: map[uint32][]byte{}}
	for _, s := range []struct {
		seq  uint32
		data string
	}{{0xfffffff4, "efgh"}, {0xfffffff0, "abcd"}, {0xfffffff0, "abcd"}, {0xfffffff6, "ghijklmn"}, {0x10, "zz"}, {0xfffffffe, "opqr"}} {
		c.add(s.seq, []byte(s.data))
	}
	if string(c.data) != "abcdefghijklmnopqr" || len(c.late) != 1 {
		t.Errorf("%q, %v", c.data, c.late)
	}
	if c.finish(); string(c.data) != "abcdefghijklmnopqrzz" {
		t.Errorf("%q", c.data)
	}
}

// TestSegmentsThatWaitAreFew lacks one segment before a hundred thousand others: it is
// given up, and not looked for each time.
func TestSegmentsThatWaitAreFew(t *testing.T) {
	c := &conversation{next: 0, late: map[uint32][]byte{}}
	for n := range uint32(100_000) {
		c.add(10+n, []byte{byte(n)})
		if len(c.late) > maxLate {
			t.Fatalf("%d segments wait", len(c.late))
		}
	}
	if c.finish(); len(c.data) != 100_000 {
		t.Errorf("%d bytes", len(c.data))
	}
}

// TestAScanInACaptureIsNotKeptWhole holds the number of connections: of what begins after
// many others nothing is taken, and what was heard goes on.
func TestAScanInACaptureIsNotKeptWhole(t *testing.T) {
	packet := func(port int, flags byte, seq uint32, data string) []byte {
		ip := make([]byte, 40, 40+len(data))
		ip[0], ip[9] = 0x45, 6
		binary.BigEndian.PutUint16(ip[2:], uint16(40+len(data)))
		binary.BigEndian.PutUint32(ip[12:], uint32(port)) // whoever scans has many addresses
		binary.BigEndian.PutUint32(ip[24:], seq)
		ip[32], ip[33] = 0x50, flags
		head := make([]byte, 16)
		binary.LittleEndian.PutUint32(head[8:], uint32(len(ip)+len(data)))
		return append(append(head, ip...), data...)
	}
	var file bytes.Buffer
	head := make([]byte, 24)
	binary.LittleEndian.PutUint32(head, 0xa1b2c3d4)
	binary.LittleEndian.PutUint32(head[20:], 101) // IP alone
	file.Write(head)
	file.Write(packet(1, 2, 7, ""))
	for i := range maxConversations {
		file.Write(packet(100+i, 2, 7, ""))
	}
	file.Write(packet(100+maxConversations, 0, 8, "too many"))
	file.Write(packet(1, 0, 8, "the first one goes on"))
	got, err := Conversations(&file)
	if err != nil || len(got) != 1 || string(got[0]) != "the first one goes on" {
		t.Errorf("%d conversations, %q, %v", len(got), got, err)
	}
}

func FuzzBMP(f *testing.F) {
	for name := range captures {
		for _, data := range conversations(f, name) {
			f.Add(data[:min(len(data), 4000)])
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		b, table := NewBMP(bytes.NewReader(data), "router", NewPeers()), NewTable()
		var m Message
		for range len(data) + 2 {
			err := b.Next(&m)
			if err == io.EOF {
				if b.Stats.Bytes != int64(len(data)) {
					t.Fatalf("%d of %d bytes are accounted for", b.Stats.Bytes, len(data))
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if (m.Kind == Update || m.Kind == State) && m.Peer == nil {
				t.Fatalf("a message of nobody at %d", m.Offset)
			}
			table.Apply(&m)
		}
		t.Fatal("it does not end")
	})
}

func FuzzConversations(f *testing.F) {
	for name := range captures {
		data := stream(f, "bmp/"+name+".pcap")
		f.Add(data[:min(len(data), 3000)])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := Conversations(bytes.NewReader(data))
		n := 0
		for _, c := range all {
			n += len(c)
		}
		if err != nil || n > len(data) {
			t.Fatalf("%d bytes of %d, %v", n, len(data), err)
		}
	})
}
