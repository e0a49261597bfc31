package atlas

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/source"
)

// Base is the public address of the API.
const Base = "https://atlas.ripe.net/api/v2"

// settles is how late events still come: controllers report at once.
const settles = time.Hour

// Layout asks for the events of all probes, a day at a time, and first for the list of
// probes of a country, whose first page says how many there are: [Pages] are the others.
// No key is needed. The names of the files say of which day they tell.
func Layout(p source.Period) ([]source.Item, error) {
	e := p.Of()
	if e == (keepiton.Entity{}) || e != (keepiton.Entity{Country: e.Country}) {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "of which country? RIPE Atlas lists its probes by country"), "--country IR")
	}
	days, err := p.Pieces(day)
	if err != nil {
		return nil, err
	}
	base := Base
	if p.Base != "" {
		base = p.Base
	}
	v := url.Values{"country_code": {e.Country}, "page_size": {"500"}, "fields": {"id,country_code,asn_v4,asn_v6,status"}}
	out := []source.Item{{Feed: name, URL: base + "/probes/?" + v.Encode(), Name: probesName + e.Country + ".json", At: days[0].From, Final: days[len(days)-1].Final.Add(settles)}}
	for _, d := range days {
		v := url.Values{"start": {strconv.FormatInt(d.From.Unix(), 10)}, "stop": {strconv.FormatInt(d.To.Unix()-1, 10)}, "format": {"json"}}
		item := p.Item(name, Base, "/measurements/7000/results/?"+v.Encode(), "events", d, settles)
		item.Name = strings.Replace(item.Name, "events/", "events/events-", 1)
		out = append(out, item)
	}
	return out, nil
}

// probesName begins the name of a list of probes.
const probesName = "probes-"

// The bounds of a list of probes: ten thousand of all countries are some 25 pages of 500,
// of 60 KB each.
const (
	maxPages = 1000
	maxPage  = 16 << 20 // bytes
)

// Pages returns the other pages of a list of probes, by the answer that the first one is;
// of other items there are none. How many a page holds is what the first one has: the
// server may give fewer than it was asked for. read is called for lists alone. The error
// is that of read, or invalid.
func Pages(first source.Item, read func(most int64) ([]byte, error)) ([]source.Item, error) {
	if !strings.HasPrefix(first.Name, probesName) {
		return nil, nil
	}
	data, err := read(maxPage)
	if err != nil {
		return nil, err
	}
	var page struct {
		Count   int               `json:"count"`
		Results []json.RawMessage `json:"results"`
	}
	if err := json.Unmarshal(data, &page); err != nil {
		return nil, keepiton.Errorf(keepiton.Invalid, "%s: no list of probes: %w", first.Name, err)
	}
	n := len(page.Results)
	if n == 0 || page.Count <= n {
		return nil, nil
	}
	last := (page.Count + n - 1) / n
	if page.Count > maxProbes || last > maxPages {
		return nil, keepiton.Errorf(keepiton.Invalid, "%s: %d probes in %d pages, where at most %d in %d are", first.Name, page.Count, last, maxProbes, maxPages)
	}
	var out []source.Item
	for number := 2; number <= last; number++ {
		item := first
		item.URL += "&page=" + strconv.Itoa(number)
		item.Name = strings.TrimSuffix(first.Name, ".json") + "-" + strconv.Itoa(number) + ".json"
		out = append(out, item)
	}
	return out, nil
}
