package bgp

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/bgp/bgptest"
	"keepiton/geo"
)

var (
	noon   = time.Date(2026, 1, 8, 12, 0, 0, 0, time.UTC)
	minute = func(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }
)

// made is a world in which 10/8 is Iran's and 20/8 and 2001:db8::/32 are Kenya's.
func made(t testing.TB) *geo.Prefixes {
	t.Helper()
	p, err := geo.ReadPrefixes(strings.NewReader("10.0.0.0/8,IR\n20.0.0.0/8,KE\n2001:db8::/32,KE"), "made up", noon)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func prefixes(all ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(all))
	for i, s := range all {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

// count returns the series of an archive: metric/entity to values by bin.
func count(t testing.TB, archive []byte, where *geo.Prefixes) map[string]map[time.Time]float64 {
	t.Helper()
	out := map[string]map[time.Time]float64{}
	c := NewCounter(where, func(m keepiton.Measurement) error {
		key := m.Metric + "/" + m.Entity.String()
		if out[key] == nil {
			out[key] = map[time.Time]float64{}
		}
		if _, twice := out[key][m.At]; twice {
			t.Errorf("%s at %s comes twice", key, m.At)
		}
		out[key][m.At] = m.Value
		return nil
	})
	c.Least = 1
	r := NewReader(bytes.NewReader(archive))
	var m Message
	for r.Next(&m) == nil {
		if err := c.Add(&m); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if r.Stats.Errors != nil {
		t.Fatal(r.Stats.Errors)
	}
	return out
}

// table writes that the given peers, of five, have the prefixes with the origin.
func table(w *bgptest.Writer, origin uint32, peers []int, all ...string) {
	for _, p := range prefixes(all...) {
		var routes []bgptest.Route
		for _, i := range peers {
			routes = append(routes, bgptest.Route{Peer: i, Path: []uint32{64512 + uint32(i), origin}})
		}
		w.Rib(noon, p, routes...)
	}
}

// filler is enough of the rest of the world that a few prefixes do not decide who
// has a full table.
func filler(w *bgptest.Writer, peers ...int) {
	for i := range 40 {
		table(w, 900, peers, netip.PrefixFrom(netip.AddrFrom4([4]byte{30, byte(i)}), 24).String())
	}
}

func TestVisibleIsWhatMoreThanHalfOfTheFullPeersCarry(t *testing.T) {
	var b bytes.Buffer
	w := bgptest.NewWriter(&b, bgptest.Peers(5)...)
	all := []int{0, 1, 2, 3}
	w.Index(noon)
	table(w, 100, all, "10.0.0.0/16", "10.0.1.0/24", "10.0.1.128/25", "10.1.0.0/24", "20.0.0.0/22", "0.0.0.0/0", "2001:db8::/32")
	filler(w, all...)
	table(w, 200, all, "10.2.0.0/24")
	table(w, 300, []int{0, 1}, "10.3.0.0/16")    // half is not more than half
	table(w, 300, []int{0, 1, 2}, "10.4.0.0/24") // three of four are
	table(w, 400, []int{4}, "20.1.0.0/16")       // peer 4 has next to nothing, and is not asked
	got := count(t, b.Bytes(), made(t))
	for key, want := range map[string]float64{
		"v4/country/IR": 256 + 1 + 1 + 1, "v4/country/KE": 4, "v6/country/KE": 65536, "v4/asn/100": 256 + 1 + 4, "v4/geoasn/100-KE": 4, "v4/geoasn/100-IR": 257,
		"v4/asn/200": 1, "v4/asn/300": 1, "peers/world": 5,
	} {
		if v := got[key][noon]; v != want {
			t.Errorf("%s is %v, want %v", key, v, want)
		}
	}
	if got["v4/asn/400"] != nil {
		t.Error("what one peer alone has is visible")
	}
}

func TestAResetOfAPeerIsNoWithdrawal(t *testing.T) {
	var b bytes.Buffer
	w := bgptest.NewWriter(&b, bgptest.Peers(5)...)
	w.Index(noon)
	table(w, 100, []int{0, 1, 2, 3, 4}, "10.0.0.0/16", "10.1.0.0/16")
	filler(w, 0, 1, 2, 3, 4)
	for peer := range 3 {
		w.State(minute(6), peer, 6, 1)
	}
	w.Update(minute(11), bgptest.Route{Peer: 3}, nil, prefixes("10.1.0.0/16")) // of the two that are left, one
	w.Update(minute(16), bgptest.Route{Peer: 4}, nil, prefixes("10.1.0.0/16")) // and the other
	got := count(t, b.Bytes(), made(t))
	for at, want := range map[int]float64{0: 512, 5: 512, 10: 256, 15: 256} {
		if v := got["v4/country/IR"][minute(at)]; v != want {
			t.Errorf("minute %d: %v, want %v", at, v, want)
		}
	}
	if v := got["peers/world"][minute(5)]; v != 2 {
		t.Errorf("%v peers have a session", v)
	}
	if v := got["withdrawals/country/IR"][minute(10)]; v != 1 {
		t.Errorf("%v withdrawals", v)
	}
}

func TestASilentCollectorSaysNothing(t *testing.T) {
	var b bytes.Buffer
	w := bgptest.NewWriter(&b, bgptest.Peers(1)...)
	w.Update(minute(1), bgptest.Route{Path: []uint32{64512, 100}}, prefixes("10.0.0.0/16"), nil)
	w.Index(minute(10))
	table(w, 100, []int{0}, "10.0.0.0/16")
	w.Update(minute(31), bgptest.Route{Path: []uint32{64512, 64512, 100}}, prefixes("10.1.0.0/16"), nil)
	got := count(t, b.Bytes(), made(t))
	bins := got["v4/country/IR"]
	if len(bins) != 2 || bins[minute(10)] != 256 || bins[minute(30)] != 512 {
		t.Errorf("got %v: before a table there is no count, and in silence there is none", bins)
	}
	if got["announcements/country/IR"][noon] != 1 || got["prepending/country/IR"][minute(30)] != 1 {
		t.Errorf("got %v", got)
	}
}

func TestADumpReplacesWhatWasThere(t *testing.T) {
	var b bytes.Buffer
	w := bgptest.NewWriter(&b, bgptest.Peers(1)...)
	w.Index(noon)
	table(w, 100, []int{0}, "10.0.0.0/16", "10.1.0.0/16")
	w.Index(minute(10))
	w.Rib(minute(10), netip.MustParsePrefix("10.0.0.0/16"), bgptest.Route{Path: []uint32{64512, 200}})
	got := count(t, b.Bytes(), made(t))
	if v := got["v4/country/IR"]; v[noon] != 512 || v[minute(10)] != 256 {
		t.Errorf("got %v", v)
	}
	if got["v4/asn/100"][minute(10)] != 0 || got["v4/asn/200"][minute(10)] != 256 {
		t.Errorf("the origin stays: %v", got["v4/asn/200"])
	}
}

func TestAPrefixStandsWhileOneOfItsPathsDoes(t *testing.T) {
	var b bytes.Buffer
	w := bgptest.NewWriter(&b, bgptest.Peers(1)...)
	p := netip.MustParsePrefix("10.0.0.0/16")
	w.Index(noon)
	w.Rib(noon, p, bgptest.Route{Path: []uint32{64512, 100}, PathID: 1}, bgptest.Route{Path: []uint32{64512, 100}, PathID: 2})
	w.Update(minute(5), bgptest.Route{PathID: 1}, nil, []netip.Prefix{p})
	w.Update(minute(10), bgptest.Route{PathID: 2}, nil, []netip.Prefix{p})
	got := count(t, b.Bytes(), made(t))["v4/country/IR"]
	if got[noon] != 256 || got[minute(5)] != 256 || got[minute(10)] != 0 {
		t.Errorf("got %v", got)
	}
}

// No archive of a national shutdown is to be had: here the real prefixes of a
// country are withdrawn by all peers.
func TestAShutdownIsSeenInItsCountryAlone(t *testing.T) {
	data, err := os.ReadFile("../../shared/data/geo/rir-ip/ir.json")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("REAL DATA ARE MISSING: %v", err)
	}
	var iran struct {
		Prefixes struct{ IPv4, IPv6 []netip.Prefix }
	}
	if err := json.Unmarshal(data, &iran); err != nil {
		t.Fatal(err)
	}
	all := append(iran.Prefixes.IPv4, iran.Prefixes.IPv6...)
	var b bytes.Buffer
	w := bgptest.NewWriter(&b, bgptest.Peers(3)...)
	w.Index(noon)
	routes := []bgptest.Route{{Peer: 0, Path: []uint32{64512, 58224}}, {Peer: 1, Path: []uint32{64513, 58224}}, {Peer: 2, Path: []uint32{64514, 58224}}}
	for _, p := range all {
		w.Rib(noon, p, routes...)
	}
	w.Rib(noon, netip.MustParsePrefix("196.188.0.0/16"), routes...)
	for peer := range 3 {
		for _, p := range all {
			w.Update(minute(7), bgptest.Route{Peer: peer}, nil, []netip.Prefix{p})
		}
	}
	got := count(t, b.Bytes(), geo.DefaultPrefixes())
	if before := got["v4/country/IR"][noon]; before < 40_000 || before > 45_000 {
		t.Errorf("%v /24 before", before)
	}
	if after, other := got["v4/country/IR"][minute(5)], got["v4/country/ET"]; after != 0 || other[noon] != 256 || other[minute(5)] != 256 {
		t.Errorf("Iran has %v, Ethiopia %v", after, other)
	}
	if got["v6/country/IR"][noon] < 1000 || got["v6/country/IR"][minute(5)] != 0 {
		t.Errorf("IPv6: %v", got["v6/country/IR"])
	}
	if n := got["withdrawals/country/IR"][minute(5)]; n < float64(3*len(iran.Prefixes.IPv4)) {
		t.Errorf("%v withdrawals", n)
	}
}

// TestALostCollectorIsNotAskedUntilItsTable withdraws everything while nobody listened:
// nothing may be said of what is visible before the next table, also of peers that
// were not heard before.
func TestALostCollectorIsNotAskedUntilItsTable(t *testing.T) {
	table, peers := NewTable(), NewPeers()
	a, b := peers.at("rrc00", netip.MustParseAddr("192.0.2.1"), 1), peers.at("rrc00", netip.MustParseAddr("192.0.2.2"), 2)
	prefix := Route{Prefix: PrefixOf(netip.MustParsePrefix("2.144.0.0/16"))}
	table.Apply(&Message{Kind: Index, At: 1, Indexed: []*Peer{a}})
	table.Apply(&Message{Kind: Entries, At: 1, Prefix: prefix.Prefix, Entries: []Entry{{Peer: a}}})
	if n := table.Quorum(false).N; n != 1 {
		t.Fatalf("%d peers are asked", n)
	}
	table.Lose("rrc00")
	table.Apply(&Message{Kind: Update, At: 2, Peer: a, Announced: []Route{prefix}})
	table.Apply(&Message{Kind: Update, At: 2, Peer: b, Announced: []Route{prefix}})
	table.Apply(&Message{Kind: State, At: 2, Peer: b, New: Established})
	if n := table.Quorum(false).N; n != 0 {
		t.Errorf("%d peers of a lost collector are asked", n)
	}
	table.Apply(&Message{Kind: Index, At: 3, Indexed: []*Peer{a}})
	table.Apply(&Message{Kind: Entries, At: 3, Prefix: prefix.Prefix, Entries: []Entry{{Peer: a}}})
	if n := table.Quorum(false).N; n != 1 {
		t.Errorf("%d peers are asked after a table", n)
	}
}

// TestSatellitesAreNoPartOfACountry announces space of Iran from Starlink: it is a layer
// beside the country, also when a prefix lies in two, and goes back to it when another
// network announces it.
func TestSatellitesAreNoPartOfACountry(t *testing.T) {
	var b bytes.Buffer
	w := bgptest.NewWriter(&b, bgptest.Peers(5)...)
	w.Index(noon)
	all := []int{0, 1, 2, 3, 4}
	table(w, 44244, all, "10.1.0.0/16")
	table(w, 14593, all, "10.2.0.0/16", "10.3.0.0/24")
	table(w, 44244, all, "20.1.0.0/16")
	for _, peer := range all {
		w.Update(minute(1), bgptest.Route{Peer: peer, Path: []uint32{64512 + uint32(peer), 14593}}, prefixes("10.3.0.0/24"), nil)
	}
	for _, peer := range all {
		w.Update(minute(6), bgptest.Route{Peer: peer, Path: []uint32{64512 + uint32(peer), 44244}}, prefixes("10.2.0.0/16"), nil)
	}
	got := count(t, b.Bytes(), made(t))
	for key, want := range map[string][2]float64{
		"v4/country/IR": {256, 512}, "v4/country/IR/satellite": {257, 1}, "v4/geoasn/14593-IR": {257, 1}, "v4/geoasn/44244-IR": {256, 512}, "v4/asn/14593": {257, 1},
		"announcements/country/IR/satellite": {5, 0}, "announcements/country/IR": {0, 5}, "announcements/asn/14593": {5, 0}, "v4/country/KE": {256, 256},
	} {
		if got[key][noon] != want[0] || got[key][minute(5)] != want[1] {
			t.Errorf("%s: %v, want %v", key, got[key], want)
		}
	}
}
