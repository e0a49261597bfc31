package detect

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"keepiton"
)

// country makes routes, hosts and networks of a country, and stories of them.
func country(cc string, story func(at time.Time, b *keepiton.Bin)) []keepiton.Series {
	var out []keepiton.Series
	for _, k := range []keepiton.SeriesKey{
		{Feed: "bgp", Metric: "v4", Entity: keepiton.Entity{Country: cc}},
		{Feed: "ioda", Metric: "ping-slash24", Entity: keepiton.Entity{Country: cc}},
		{Feed: "ioda", Metric: "ping-slash24", Entity: keepiton.Entity{Country: cc, ASN: 64500}},
	} {
		s := made(14, story)
		s.SeriesKey = k
		out = append(out, s)
	}
	return out
}

func plain(feed, name string) (keepiton.Metric, bool) {
	m := keepiton.Metric{Feed: feed, Name: name, Family: keepiton.ControlPlane, Lag: 8 * time.Minute, Floor: 4}
	if feed == "ioda" {
		m.Family, m.Lag = keepiton.DataPlane, 20*time.Minute
	}
	return m, true
}

func survey(t *testing.T, list []keepiton.Series, now time.Time) []keepiton.Disruption {
	t.Helper()
	out, err := Disruptions(Input{Series: each(list), Metric: plain, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestTheOrderOfSeriesDoesNotMatter: nor how many cores there are.
func TestTheOrderOfSeriesDoesNotMatter(t *testing.T) {
	var list []keepiton.Series
	for i, cc := range []string{"XA", "XB", "XC"} {
		list = append(list, country(cc, between(200+7*float64(i), 206+7*float64(i), 0.3))...)
	}
	want := survey(t, list, begin.AddDate(0, 0, 14))
	if len(want) != 3 {
		t.Fatalf("%d disruptions", len(want))
	}
	dice := rand.New(rand.NewPCG(4, 4))
	for range 5 {
		dice.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		if got := survey(t, list, begin.AddDate(0, 0, 14)); !reflect.DeepEqual(got, want) {
			t.Fatalf("another order gives\n%+v\nnot\n%+v", got, want)
		}
	}
}

// TestIdsStayWhileLookingOn: at each quarter of an hour of a long blackout the
// disruption has one name, and its verdicts are those of before and perhaps one more.
func TestIdsStayWhileLookingOn(t *testing.T) {
	list := country("XB", func(at time.Time, b *keepiton.Bin) {
		between(200, 200.5, 0.6)(at, b)
		between(200.5, 210, 0.05)(at, b)
	})
	var before []keepiton.Verdict
	for now := begin.Add(200 * time.Hour); now.Before(begin.Add(214 * time.Hour)); now = now.Add(15 * time.Minute) {
		all := survey(t, list, now)
		if len(before) == 0 && len(all) == 0 {
			continue
		}
		if len(all) != 1 || all[0].ID != "KID-20260109T0800-XB" {
			t.Fatalf("at %s: %+v", now, all)
		}
		got := all[0].Verdicts
		if len(got) < len(before) || len(before) > 0 && !reflect.DeepEqual(got[:len(before)], before) {
			t.Fatalf("at %s the past changed:\n%+v\n%+v", now, got, before)
		}
		for _, v := range got {
			if v.At.After(now) {
				t.Errorf("a verdict of %s at %s", v.At, now)
			}
		}
		before = got
	}
	if stages := len(before); stages != 6 || before[5].Stage != keepiton.AtEnd {
		t.Errorf("%d verdicts: %+v", stages, before)
	}
}

// TestWhatArrivedLaterIsNotSeen: a feed that is three hours late is known three hours
// late, whatever its usual lag.
func TestWhatArrivedLaterIsNotSeen(t *testing.T) {
	list := country("XB", between(200, 210, 0.1))
	for i := range list {
		list[i].Bins = slices.Clone(list[i].Bins)
		for j := range list[i].Bins {
			list[i].Bins[j].Arrived = keepiton.StampOf(list[i].At(j).Add(3 * time.Hour))
		}
	}
	if got := survey(t, list, begin.Add(203*time.Hour)); len(got) != 0 {
		t.Errorf("before anything arrived: %+v", got)
	}
	got := survey(t, list, begin.Add(205*time.Hour))
	if len(got) != 1 {
		t.Fatalf("%d disruptions", len(got))
	}
	first := got[0].Verdicts[0]
	if late := first.At.Sub(begin.Add(203 * time.Hour)); late < 0 || late > 30*time.Minute {
		t.Errorf("first said at %s", first.At)
	}
}

// TestSilentSourcesAreListed: one that stands as expected, and one that was away.
func TestSilentSourcesAreListed(t *testing.T) {
	list := country("XB", between(200, 210, 0.1))
	steady := made(14, nil)
	steady.SeriesKey = keepiton.SeriesKey{Feed: "bgp", Metric: "v6", Entity: keepiton.Entity{Country: "XB"}}
	away := made(14, func(at time.Time, b *keepiton.Bin) {
		if at.Sub(begin) > 190*time.Hour {
			*b = keepiton.Bin{State: keepiton.SourceDown}
		}
	})
	away.SeriesKey = keepiton.SeriesKey{Feed: "other", Metric: "v4", Entity: keepiton.Entity{Country: "XB"}}
	got := survey(t, append(list, steady, away), begin.Add(205*time.Hour))
	if len(got) != 1 {
		t.Fatalf("%d disruptions", len(got))
	}
	want := []keepiton.Silence{{Series: steady.SeriesKey, State: keepiton.Silent, Normal: true}, {Series: away.SeriesKey, State: keepiton.SourceDown}}
	if v := got[0].Verdict(); !slices.Equal(v.Silent, want) {
		t.Errorf("silent: %+v", v.Silent)
	}
}

// TestOneFamilyCountsOnce: ten networks that fall with their country do not make it ten
// times as sure, since one instrument's fault is in all of them; other instruments count for
// more, and no number of them makes it certain.
func TestOneFamilyCountsOnce(t *testing.T) {
	var one, many []member
	for i := range 10 {
		m := member{track: &track{key: keepiton.SeriesKey{Feed: "atlas", Metric: "connected"}}, signal: keepiton.Signal{LogLR: 8}}
		one = append(one, m)
		m.track = &track{key: keepiton.SeriesKey{Feed: strconv.Itoa(i), Metric: "connected"}}
		many = append(many, m)
	}
	for n, want := range map[int][2]float64{1: {8, 8}, 2: {10, 12}, 3: {10, 14}, 10: {10, 16}} {
		if got := [2]float64{family(one[:n]), family(many[:n])}; got != want {
			t.Errorf("%d of one instrument, and of %d: %v, want %v", n, n, got, want)
		}
	}
}
