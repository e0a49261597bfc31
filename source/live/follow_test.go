package live

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/bgp/bgptest"
	"keepiton/source"
	bgpfeed "keepiton/source/bgp"
	"keepiton/source/fetch"
	"keepiton/source/fetch/replay"
)

var (
	day      = time.Date(2026, 1, 8, 0, 0, 0, 0, time.UTC)
	prefixes = []netip.Prefix{netip.MustParsePrefix("2.144.0.0/16"), netip.MustParsePrefix("5.22.0.0/17"), netip.MustParsePrefix("31.2.128.0/17")}
)

func at(clock string) time.Time {
	t, err := time.Parse("15:04", clock)
	if err != nil {
		panic(err)
	}
	return day.Add(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute)
}

// world is an archive of collectors that grows as a test tells it to.
type world struct {
	server *replay.Server
	data   map[string][]byte // by collector and time
	now    time.Time
	base   string
	bins   map[string]float64 // of v4 in Iran, by clock
	puts   int
}

func (w *world) publish(collector string, t time.Time, table bool, story func(*bgptest.Writer)) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	story(bgptest.NewWriter(z, bgptest.Peers(3)...))
	_ = z.Close()
	items, err := bgpfeed.Layout(source.Period{From: t, To: t.Add(time.Minute), Collectors: []string{collector}, Base: "http://archive"})
	if err != nil {
		panic(err)
	}
	for _, i := range items {
		if i.At.Equal(t) && bgpfeed.IsTable(i) == table {
			w.server.Put(strings.TrimPrefix(i.URL, "http://archive"), replay.File{Data: b.Bytes()})
			w.data[i.Name] = b.Bytes()
		}
	}
}

func (w *world) table(collector, clock string, has []netip.Prefix) {
	w.publish(collector, at(clock), true, func(out *bgptest.Writer) {
		out.Index(at(clock))
		for _, p := range has {
			var routes []bgptest.Route
			for peer := range 3 {
				routes = append(routes, bgptest.Route{Peer: peer, Path: []uint32{64512 + uint32(peer), 44244}})
			}
			out.Rib(at(clock), p, routes...)
		}
	})
}

// updates of one file: announced and withdrawn by all peers in its second minute.
func (w *world) updates(collector, clock string, announced, withdrawn []netip.Prefix) {
	w.publish(collector, at(clock), false, func(out *bgptest.Writer) {
		for peer := range 3 {
			out.Update(at(clock).Add(time.Minute), bgptest.Route{Peer: peer, Path: []uint32{64512 + uint32(peer), 44244}}, announced, withdrawn)
		}
	})
}

func (w *world) put(m keepiton.Measurement) error {
	w.puts++
	if m.Metric == "v4" && m.Entity == (keepiton.Entity{Country: "IR"}) {
		w.bins[m.At.Format("15:04")] = m.Value
	}
	return nil
}

// told are the bins so far, from a time on.
func (w *world) told(from string) string {
	var out []string
	for _, clock := range slices.Sorted(maps.Keys(w.bins)) {
		if clock >= from {
			out = append(out, fmt.Sprintf("%s=%v", clock, w.bins[clock]))
		}
	}
	return strings.Join(out, " ")
}

func newWorld(t *testing.T, collectors ...string) (*world, *Follower) {
	w := &world{server: replay.New(), data: map[string][]byte{}, bins: map[string]float64{}}
	w.base = w.server.Loopback(t)
	c := fetch.New(t.TempDir(), fetch.Options{Now: func() time.Time { return w.now }})
	t.Cleanup(c.Close)
	return w, NewFollower(c, Options{Collectors: collectors, Base: w.base, Now: func() time.Time { return w.now }})
}

// TestBinsAreThereAsFilesAppear follows a collector file by file, through a blackout,
// and compares with what reading all files at once says.
func TestBinsAreThereAsFilesAppear(t *testing.T) {
	w, f := newWorld(t, "rrc00")
	w.table("rrc00", "08:00", prefixes)
	story := map[string][2][]netip.Prefix{"08:10": {nil, prefixes[1:]}, "08:20": {prefixes[1:2], nil}}
	total := 0
	for minute := 0; minute <= 30; minute += 5 {
		clock := fmt.Sprintf("08:%02d", minute)
		what, ok := story[clock]
		if !ok {
			what[0] = prefixes[:1]
		}
		w.updates("rrc00", clock, what[0], what[1])
		w.now = at(clock).Add(6 * time.Minute)
		before := len(w.server.Log())
		sum, err := f.Run(t.Context(), at("08:05"), w.put)
		if err != nil || sum.Records == 0 {
			t.Fatal(clock, sum, err)
		}
		if _, ok := w.bins[clock]; !ok {
			t.Errorf("the bin of %s is not there at %s", clock, w.now.Format("15:04"))
		}
		if asked := len(w.server.Log()) - before; minute > 0 && asked != 1 {
			t.Errorf("%s: %d files were asked for", clock, asked)
		}
		total += int(sum.Records)
	}
	if got := w.told("08"); got != "08:00=512 08:05=512 08:10=256 08:15=256 08:20=384 08:25=384 08:30=384" {
		t.Error(got)
	}
	if puts := w.puts; true {
		sum, err := f.Run(t.Context(), at("08:05"), w.put)
		if err != nil || sum.Records != 0 || w.puts != puts {
			t.Errorf("nothing new: %+v, %v, %d bins more", sum, err, w.puts-puts)
		}
	}
	var files []bgpfeed.File
	for name, data := range w.data {
		files = append(files, bgpfeed.File{Name: name, Collector: "rrc00", Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }})
	}
	once := &world{bins: map[string]float64{}}
	all, err := bgpfeed.Series(t.Context(), files, bgpfeed.Options{}, once.put)
	if err != nil || !maps.Equal(once.bins, w.bins) || once.puts != w.puts {
		t.Errorf("at once: %v, %d bins; as they came: %v, %d bins; %v", once.bins, once.puts, w.bins, w.puts, err)
	}
	for _, one := range all {
		total -= int(one.Records)
	}
	if total != 0 {
		t.Errorf("%d records more than there are", total)
	}
}

// TestARestartBeginsWithTheTableAndWhatIsOnTheDisk ends the program: the next one asks
// for nothing that is there, and says the same.
func TestARestartBeginsWithTheTableAndWhatIsOnTheDisk(t *testing.T) {
	w, f := newWorld(t, "rrc00")
	w.table("rrc00", "08:00", prefixes)
	w.updates("rrc00", "08:00", prefixes[:1], nil)
	w.updates("rrc00", "08:05", nil, prefixes[:1])
	w.now = at("08:11")
	if _, err := f.Run(t.Context(), at("08:05"), w.put); err != nil {
		t.Fatal(err)
	}
	asked, before := len(w.server.Log()), maps.Clone(w.bins)
	clear(w.bins)
	again := NewFollower(f.c, f.o)
	if _, err := again.Run(t.Context(), at("08:05"), w.put); err != nil || len(w.server.Log()) != asked || !maps.Equal(w.bins, before) {
		t.Errorf("%v, %d more requests, %v", err, len(w.server.Log())-asked, w.bins)
	}
}

// TestAGapIsNoBlackout loses a collector for hours: nothing is said of what is visible
// until its next table, and the feed says that it fails.
func TestAGapIsNoBlackout(t *testing.T) {
	w, f := newWorld(t, "rrc00")
	w.table("rrc00", "08:00", prefixes)
	w.updates("rrc00", "08:00", prefixes[:1], nil)
	w.now = at("08:50")
	if _, err := f.Run(t.Context(), at("08:00"), w.put); err != nil || w.told("08") != "08:00=512" {
		t.Fatal(err, w.told("08")) // what may still come is waited for
	}
	w.updates("rrc00", "09:30", nil, prefixes[1:])
	w.now = at("10:36")
	if _, err := f.Run(t.Context(), at("08:00"), w.put); keepiton.CodeOf(err) != keepiton.NotFound || !strings.Contains(err.Error(), "rrc00") || w.told("08:05") != "" {
		t.Errorf("%v, %s", err, w.told("08:05"))
	}
	w.table("rrc00", "16:00", prefixes[1:])
	w.updates("rrc00", "16:00", prefixes[1:], nil)
	w.now = at("16:06")
	if _, err := f.Run(t.Context(), at("08:00"), w.put); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Error(err) // 15:10 may still come
	}
	w.now = at("17:06")
	if _, err := f.Run(t.Context(), at("08:00"), w.put); err != nil || w.told("08:05") != "16:00=256" {
		t.Errorf("%v, %s", err, w.told("08:05"))
	}
	w.now = at("17:11") // 16:05 is missing for good
	if _, err := f.Run(t.Context(), at("08:00"), w.put); keepiton.CodeOf(err) != keepiton.NotFound || w.told("08:05") != "16:00=256" {
		t.Errorf("%v, %s", err, w.told("08:05"))
	}
}

// TestTwoCollectorsAreReadSideBySide loses one of two: the other goes on alone, and a
// withdrawal that only it has seen counts.
func TestTwoCollectorsAreReadSideBySide(t *testing.T) {
	w, f := newWorld(t, "rrc00", "rrc01")
	w.table("rrc00", "08:00", prefixes)
	w.table("rrc01", "08:00", prefixes)
	w.updates("rrc01", "08:00", prefixes[:1], nil)
	for minute := 0; minute < 30; minute += 5 {
		w.updates("rrc00", fmt.Sprintf("08:%02d", minute), prefixes[:1], nil)
	}
	w.updates("rrc00", "08:10", nil, prefixes[1:])
	w.now = at("08:16")
	if _, err := f.Run(t.Context(), at("08:00"), w.put); err != nil || w.told("08") != "08:00=512" {
		t.Error(err, w.told("08"))
	}
	w.updates("rrc01", "08:05", prefixes[:1], nil)
	w.now = at("09:16")
	if _, err := f.Run(t.Context(), at("08:00"), w.put); err != nil || w.told("08") != "08:00=512 08:05=512 08:10=256" {
		t.Error(err, w.told("08"))
	}
	w.now = at("09:31")
	if _, err := f.Run(t.Context(), at("08:00"), w.put); err != nil || w.told("08:15") != "08:15=256 08:20=256 08:25=256" {
		t.Error(err, w.told("08:15"))
	}
	if step := NewFollower(nil, Options{Collectors: []string{"rrc00", "route-views2"}}).step(); step != 15*time.Minute {
		t.Errorf("read every %s", step)
	}
}

// TestATroubleLosesNothing lets the server fail in the middle, and the store.
func TestATroubleLosesNothing(t *testing.T) {
	w, f := newWorld(t, "rrc00")
	w.table("rrc00", "08:00", prefixes)
	w.updates("rrc00", "08:00", prefixes[:1], nil)
	w.now = at("08:06")
	full := fmt.Errorf("disk full")
	if _, err := f.Run(t.Context(), at("08:00"), func(keepiton.Measurement) error { return full }); err != full {
		t.Error(err)
	}
	if _, err := f.Run(t.Context(), at("08:00"), w.put); err != nil || w.told("08") != "08:00=512" {
		t.Error(err, w.told("08"))
	}
	missing := "/rrc00/2026.01/updates.20260108.0805.gz"
	w.server.Put(missing, replay.File{Faults: []replay.Fault{replay.Busy(403, "")}})
	w.now = at("08:11")
	if _, err := f.Run(t.Context(), at("08:00"), w.put); keepiton.CodeOf(err) != keepiton.Forbidden {
		t.Error(err)
	}
	w.updates("rrc00", "08:05", nil, prefixes[1:])
	if _, err := f.Run(t.Context(), at("08:00"), w.put); err != nil || w.told("08:05") != "08:05=256" {
		t.Error(err, w.told("08:05"))
	}
}

// TestARecordFromTheFutureDoesNotEndThePresent damages the time of one record: the bins
// after it are told all the same.
func TestARecordFromTheFutureDoesNotEndThePresent(t *testing.T) {
	w, f := newWorld(t, "rrc00")
	w.table("rrc00", "08:00", prefixes)
	w.publish("rrc00", at("08:00"), false, func(out *bgptest.Writer) {
		route := bgptest.Route{Path: []uint32{64512, 44244}}
		out.Update(at("08:01"), route, prefixes[:1], nil)
		out.Update(at("08:02").AddDate(70, 0, 0), route, prefixes[:1], nil)
		out.Update(at("08:03"), route, prefixes[:1], nil)
	})
	w.updates("rrc00", "08:05", nil, prefixes[1:])
	w.updates("rrc00", "08:10", prefixes[1:], nil)
	w.now = at("08:20")
	sum, err := f.Run(t.Context(), at("08:00"), w.put)
	if got := w.told("08"); err != nil || got != "08:00=512 08:05=256 08:10=512" || sum.Defects() != 1 {
		t.Errorf("%v, %s, %d defects", err, got, sum.Defects())
	}
}
