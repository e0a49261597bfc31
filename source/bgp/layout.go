package bgp

import (
	"path"
	"regexp"
	"strings"
	"time"

	"keepiton"
	"keepiton/source"
)

// archive is how one of the two keeps its files (notes/detection.md 4.1).
type archive struct {
	base                 string
	table, updates       time.Duration // from one file to the next; UTC midnight has one
	tableName, updateDir string        // before the date, folders included
	updatesName, end     string
}

var (
	ripe       = archive{"https://data.ris.ripe.net", 8 * time.Hour, 5 * time.Minute, "bview.", "", "updates.", ".gz"}
	routeViews = archive{"https://archive.routeviews.org", 2 * time.Hour, 15 * time.Minute, "RIBS/rib.", "UPDATES/", "updates.", ".bz2"}
)

// MaxPeriod is the longest that one Layout answers: more is millions of requests.
const MaxPeriod = 366 * 24 * time.Hour

var (
	risName      = regexp.MustCompile(`^rrc\d{2}$`)
	collectorsOK = regexp.MustCompile(`^[a-z0-9]+([.-][a-z0-9]+)*$`)
)

// Steps returns how far apart the tables, and the files of updates, of a collector are.
func Steps(collector string) (tables, updates time.Duration) {
	a := archiveOf(collector)
	return a.table, a.updates
}

func archiveOf(collector string) archive {
	if risName.MatchString(collector) {
		return ripe
	}
	return routeViews
}

// Layout returns the files of collectors for a period, those of each in the order of
// time: the last table at or before its beginning, and every file of updates from
// then to its end. Collectors are rrc00 and the like for RIPE RIS, and all others for
// RouteViews, named as its archive does: route-views2, route-views.jinx, amsix.ams.
// The names are those of today: RIS had a file of updates every 15 minutes, and
// tables at other times, in its first years.
func Layout(p source.Period) ([]source.Item, error) {
	switch {
	case len(p.Collectors) == 0:
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "of which collector?"), "--collector rrc00,route-views2 is a good beginning")
	case !p.From.Before(p.To):
		return nil, keepiton.Errorf(keepiton.Invalid, "the period ends before it begins")
	case p.To.Sub(p.From) > MaxPeriod:
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "the period is longer than a year"), "ask for its parts one after the other")
	}
	var out []source.Item
	for _, name := range p.Collectors {
		if !collectorsOK.MatchString(name) {
			return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%q is no name of a collector", name), "they are named like rrc00, route-views2, route-views.jinx")
		}
		a, folder := archiveOf(name), name+"/bgpdata"
		switch {
		case risName.MatchString(name):
			folder = name
		case name == "route-views2":
			folder = "bgpdata"
		}
		base := a.base
		if p.Base != "" {
			base = p.Base
		}
		item := func(at time.Time, what string) source.Item {
			month, file := at.Format("2006.01"), what+at.Format("20060102.1504")+a.end
			return source.Item{Feed: Feed.Name, URL: base + "/" + folder + "/" + month + "/" + file, Name: path.Join(name, month, file), At: at}
		}
		begin := p.From.UTC().Truncate(a.table)
		out = append(out, item(begin, a.tableName))
		for at := begin; at.Before(p.To); at = at.Add(a.updates) {
			out = append(out, item(at, a.updateDir+a.updatesName))
		}
	}
	return out, nil
}

// IsTable reports whether an item of Layout is a table.
func IsTable(i source.Item) bool {
	file := path.Base(i.Name)
	return strings.HasPrefix(file, "bview.") || strings.HasPrefix(file, "rib.")
}

// Wider returns a period that begins with the tables before those that the archive
// does not have; ok is false when it has them all. An archive lacks a table now and
// then, and without one nothing can be counted.
func Wider(p source.Period, missing []source.Item) (wider source.Period, ok bool) {
	wider = p
	for _, i := range missing {
		if before := i.At.Add(-time.Minute); IsTable(i) && before.Before(wider.From) {
			wider.From, ok = before, true
		}
	}
	return wider, ok
}
