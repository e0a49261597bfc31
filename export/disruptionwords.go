package export

import (
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/geo"
	"keepiton/locale"
)

// ReasonWords writes a ground of a verdict: the message reason.KEY, filled with its
// arguments. One that has no message yet is named by its key, so that no ground is
// kept back.
func ReasonWords(p *locale.Printer, r keepiton.Reason) string {
	key := "reason." + r.Key
	if !p.Has(key) {
		return p.T("signal.reason.other", "Key", strings.ReplaceAll(r.Key, "_", " "))
	}
	var kv []any
	for _, name := range slices.Sorted(maps.Keys(r.Args)) {
		value := r.Args[name]
		if text, ok := value.(string); ok && name == "Series" {
			value = seriesWords(p, text)
		}
		kv = append(kv, name, value)
	}
	words := p.T(key, kv...)
	if strings.Contains(words, "{{.") { // an older verdict may lack an argument that the words have now
		return p.T("signal.reason.other", "Key", strings.ReplaceAll(r.Key, "_", " "))
	}
	return words
}

// seriesWords names a series that is written as keepiton.SeriesKey writes it; what is
// none stays as it is.
func seriesWords(p *locale.Printer, text string) string {
	parts := strings.SplitN(text, "/", 3)
	if len(parts) < 3 {
		return text
	}
	e, err := keepiton.ParseEntity(parts[2])
	if err != nil {
		return text
	}
	return p.T("signal.metric", "Feed", MetricWords(p, keepiton.SeriesKey{Feed: parts[0], Metric: parts[1], Entity: e}, nil), "Metric", EntityWords(p, e))
}

// Odds writes a probability. It is never all or nothing: what rounds to either is
// over 99 or under 1 percent.
func Odds(p *locale.Printer, v float64) string {
	switch {
	case v > 0.99:
		return p.T("signal.over", "Share", p.Percent(0.99))
	case v < 0.01:
		return p.T("signal.under", "Share", p.Percent(0.01))
	}
	return p.Percent(math.Round(v*100) / 100)
}

// EntityWords names what a series or a disruption is about.
func EntityWords(p *locale.Printer, e keepiton.Entity) string {
	lang := p.Lang().Tag
	place := ""
	switch {
	case e.Region != "":
		place = p.T("signal.place.region", "Region", geo.RegionName(e.Region, lang), "Country", geo.Name(e.Country, lang))
	case e.Country != "":
		place = geo.Name(e.Country, lang)
	}
	what := ""
	if e.ASN != 0 {
		what = e.ASN.String()
	}
	for _, more := range []string{e.Access, e.Service} {
		if more == "" {
			continue
		}
		list := "service"
		if more == e.Access {
			list = "network"
		}
		if what != "" {
			what += p.T("page.comma")
		}
		what += p.Code(list, more)
	}
	switch {
	case place == "" && what == "":
		return p.T("signal.place.world")
	case place == "":
		return what
	case what == "":
		return place
	}
	return p.T("signal.place.part", "Place", place, "Part", what)
}

// IntervalWords writes when something happened, as far as it is known, in a zone;
// nil is UTC. It names the zone.
func IntervalWords(p *locale.Printer, i keepiton.Interval, zone *time.Location) string {
	if i.IsZero() {
		return p.T("date.none")
	}
	if zone == nil {
		zone = time.UTC
	}
	// The printer writes days and clocks of UTC: it is given what the wall shows.
	from, to := wall(i.From.In(zone)), wall(i.To.In(zone))
	name := "UTC"
	if zone != time.UTC {
		name += i.From.In(zone).Format("-07:00")
	}
	switch {
	case from.Equal(to):
		return p.T("signal.when.at", "Date", p.Day(from), "Time", p.Clock(from), "Zone", name)
	case from.YearDay() == to.YearDay() && from.Year() == to.Year():
		return p.T("signal.when.within", "Date", p.Day(from), "From", p.Clock(from), "To", p.Clock(to), "Zone", name)
	}
	return p.T("signal.when.across", "Date", p.Day(from), "From", p.Clock(from), "Last", p.Day(to), "To", p.Clock(to), "Zone", name)
}

func wall(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, t.Hour(), t.Minute(), 0, 0, time.UTC)
}

// MetricWords names a series by its instrument and what that counts.
func MetricWords(p *locale.Printer, k keepiton.SeriesKey, c Credits) string {
	feed := c.Of(k.Feed).Title
	if key := "casework.feed." + k.Feed; p.Has(key) {
		feed = p.T(key)
	}
	if key := "code.metric." + k.Feed + "." + k.Metric; p.Has(key) {
		return p.T("signal.metric", "Feed", feed, "Metric", p.T(key))
	}
	return p.T("signal.metric", "Feed", feed, "Metric", k.Metric)
}
