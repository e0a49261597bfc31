package atlas

import (
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
// probes of a country, in pages: ten thousand probes of all countries are some 25 of 500.
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
	out := []source.Item{{Feed: name, URL: base + "/probes/?" + v.Encode(), Name: "probes-" + e.Country + ".json", At: days[0].From, Final: days[len(days)-1].Final.Add(settles)}}
	for _, d := range days {
		v := url.Values{"start": {strconv.FormatInt(d.From.Unix(), 10)}, "stop": {strconv.FormatInt(d.To.Unix()-1, 10)}, "format": {"json"}}
		item := p.Item(name, Base, "/measurements/7000/results/?"+v.Encode(), "events", d, settles)
		item.Name = strings.Replace(item.Name, "events/", "events/events-", 1)
		out = append(out, item)
	}
	return out, nil
}
