package bgp

import (
	"strings"
	"testing"
	"time"

	"keepiton/source"
)

func period(from, to string, collectors ...string) source.Period {
	parse := func(s string) time.Time {
		at, err := time.Parse("2006-01-02 15:04", s)
		if err != nil {
			panic(err)
		}
		return at
	}
	return source.Period{From: parse(from), To: parse(to), Collectors: collectors}
}

func TestFilesAreNamedAsTheArchivesHaveThem(t *testing.T) {
	got, err := Layout(period("2026-01-08 08:03", "2026-01-08 08:15", "rrc00", "route-views2", "route-views.jinx", "amsix.ams"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, i := range got {
		all.WriteString(i.URL + " " + i.Name + " " + i.At.Format("15:04") + "\n")
	}
	want := `https://data.ris.ripe.net/rrc00/2026.01/bview.20260108.0800.gz rrc00/2026.01/bview.20260108.0800.gz 08:00
https://data.ris.ripe.net/rrc00/2026.01/updates.20260108.0800.gz rrc00/2026.01/updates.20260108.0800.gz 08:00
https://data.ris.ripe.net/rrc00/2026.01/updates.20260108.0805.gz rrc00/2026.01/updates.20260108.0805.gz 08:05
https://data.ris.ripe.net/rrc00/2026.01/updates.20260108.0810.gz rrc00/2026.01/updates.20260108.0810.gz 08:10
https://archive.routeviews.org/bgpdata/2026.01/RIBS/rib.20260108.0800.bz2 route-views2/2026.01/RIBS/rib.20260108.0800.bz2 08:00
https://archive.routeviews.org/bgpdata/2026.01/UPDATES/updates.20260108.0800.bz2 route-views2/2026.01/UPDATES/updates.20260108.0800.bz2 08:00
https://archive.routeviews.org/route-views.jinx/bgpdata/2026.01/RIBS/rib.20260108.0800.bz2 route-views.jinx/2026.01/RIBS/rib.20260108.0800.bz2 08:00
https://archive.routeviews.org/route-views.jinx/bgpdata/2026.01/UPDATES/updates.20260108.0800.bz2 route-views.jinx/2026.01/UPDATES/updates.20260108.0800.bz2 08:00
https://archive.routeviews.org/amsix.ams/bgpdata/2026.01/RIBS/rib.20260108.0800.bz2 amsix.ams/2026.01/RIBS/rib.20260108.0800.bz2 08:00
https://archive.routeviews.org/amsix.ams/bgpdata/2026.01/UPDATES/updates.20260108.0800.bz2 amsix.ams/2026.01/UPDATES/updates.20260108.0800.bz2 08:00
`
	if all.String() != want {
		t.Errorf("got\n%swant\n%s", all.String(), want)
	}
}

// TestTheTableIsTheLastOneBefore looks at the table that a period begins with, over
// midnight and the end of a year, and at a mirror.
func TestTheTableIsTheLastOneBefore(t *testing.T) {
	p := period("2026-01-01 00:00", "2026-01-01 00:05", "rrc21")
	p.Base = "http://127.0.0.1:8080/mirror"
	got, err := Layout(p)
	if err != nil || len(got) != 2 || got[0].URL != "http://127.0.0.1:8080/mirror/rrc21/2026.01/bview.20260101.0000.gz" || !IsTable(got[0]) || IsTable(got[1]) {
		t.Errorf("%+v, %v", got, err)
	}
	wider, ok := Wider(p, got[:1])
	if got, err = Layout(wider); !ok || err != nil || got[0].Name != "rrc21/2025.12/bview.20251231.1600.gz" || len(got) != 1+8*12+1 || got[len(got)-1].Name != "rrc21/2026.01/updates.20260101.0000.gz" {
		t.Errorf("%+v, %v", got, err)
	}
	if _, ok := Wider(p, got[1:]); ok {
		t.Error("updates that are missing make a period wider")
	}
}

func TestPeriodsThatCannotBeAreRefused(t *testing.T) {
	for name, p := range map[string]source.Period{
		"no collector": period("2026-01-01 00:00", "2026-01-02 00:00"),
		"backwards":    period("2026-01-02 00:00", "2026-01-01 00:00", "rrc00"),
		"no time":      period("2026-01-02 00:00", "2026-01-02 00:00", "rrc00"),
		"ten years":    period("2016-01-02 00:00", "2026-01-01 00:00", "rrc00"),
		"a way out":    period("2026-01-01 00:00", "2026-01-02 00:00", "../rrc00"),
		"an address":   period("2026-01-01 00:00", "2026-01-02 00:00", "rrc00?x"),
	} {
		if got, err := Layout(p); err == nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
