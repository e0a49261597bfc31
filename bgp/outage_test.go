package bgp

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"slices"
	"strconv"
	"testing"
	"time"

	"keepiton"
)

// TestARealOutageIsSeenAtItsHour replays what three peers of RIS had and said of AS13335
// on 21 June 2022, when a change of its own took it out of 19 places: a quarter of its
// prefixes is gone from more than half of the peers within ten minutes of 06:25 UTC,
// and is back by 07:45. The values were counted by another program.
func TestARealOutageIsSeenAtItsHour(t *testing.T) {
	type line struct {
		At     int64    `json:"ts"` // 0: it stood at the beginning
		Gone   bool     `json:"W"`
		Path   []string `json:"path"`
		Peer   string   `json:"peer_ip"`
		Prefix string   `json:"pfx"`
	}
	peers, table := NewPeers(), NewTable()
	var all []line
	for text := range bytes.Lines(stream(t, "as13335.2022-06-21.updates.jsonl")) {
		var l line
		if err := json.Unmarshal(text, &l); err != nil {
			t.Fatal(err)
		}
		all = append(all, l)
	}
	slices.SortStableFunc(all, func(a, b line) int { return int(a.At - b.At) })
	known := map[string]*Peer{}
	for _, l := range all {
		if known[l.Peer] == nil {
			known[l.Peer] = peers.at("", netip.MustParseAddr(l.Peer), 1)
		}
	}
	dump := Message{Kind: Index, At: 1}
	for _, p := range known {
		dump.Indexed = append(dump.Indexed, p)
	}
	table.Apply(&dump)
	visible := map[string]int{}
	count := func(at int64) {
		n := 0
		table.Each(table.Quorum(false), table.Quorum(true), func(_ uint32, _ Prefix, origin keepiton.ASN) {
			if origin == 13335 {
				n++
			}
		})
		visible[time.Unix(at-at%300, 0).UTC().Format("15:04")] = n
	}
	var last int64
	for _, l := range all {
		if l.At/300 != last/300 && last != 0 {
			count(last)
		}
		last = l.At
		m := Message{Kind: Update, At: l.At * 1e6, Peer: known[l.Peer]}
		route := Route{Prefix: PrefixOf(netip.MustParsePrefix(l.Prefix))}
		if l.Gone {
			m.Withdrawn = []Route{route}
		} else {
			origin, err := strconv.Atoi(l.Path[len(l.Path)-1])
			if err != nil {
				t.Fatal(err)
			}
			m.Announced, m.Origin = []Route{route}, keepiton.ASN(origin)
		}
		if l.At == 0 {
			m = Message{Kind: Entries, At: 1, Prefix: route.Prefix, Entries: []Entry{{Peer: known[l.Peer], Attributes: m.Attributes}}}
		}
		table.Apply(&m)
	}
	count(last)
	for clock, want := range map[string]int{"06:00": 1436, "06:20": 1436, "06:25": 1204, "06:30": 1093, "06:55": 1093, "07:05": 1247, "07:20": 1399, "07:45": 1436, "07:55": 1435} {
		if got, ok := visible[clock]; ok && got != want || !ok && clock != "06:20" && clock != "06:55" {
			t.Errorf("%s: %d prefixes, want %d", clock, got, want)
		}
	}
}
