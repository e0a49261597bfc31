package google

import (
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/geo"
	"keepiton/source"
)

// Base is the public address. It is not documented, and may go away on any day.
const Base = "https://transparencyreport.google.com/transparencyreport/api/v3"

// products are Google's numbers of products, by our names of services, as programs that
// read the report use them.
var products = map[string]int{"youtube": 21, "search": 19}

// Layout asks for a product in a country, a week at a time, for which Google answers in
// half hours. The entity is as Decode wants it; without a service each product that is
// known is asked for.
func Layout(p source.Period) ([]source.Item, error) {
	e := p.Of()
	_, known := products[e.Service]
	if !known && e.Service != "" || e.Country == "" || e != (keepiton.Entity{Country: e.Country, Service: e.Service}) {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "Google's Transparency Report is of a country and a product, and not of %s", e), "ask for --entity country/RU/youtube or --entity country/RU/search")
	}
	pieces, err := p.Pieces(7 * 24 * time.Hour)
	if err != nil {
		return nil, err
	}
	var out []source.Item
	for _, piece := range pieces {
		for _, service := range slices.Sorted(maps.Keys(products)) {
			if e.Service != "" && e.Service != service {
				continue
			}
			v := url.Values{
				"region": {e.Country}, "product": {strconv.Itoa(products[service])},
				"start": {strconv.FormatInt(piece.From.UnixMilli(), 10)}, "end": {strconv.FormatInt(piece.To.UnixMilli(), 10)},
			}
			item := p.Item(name, Base, "/traffic/fraction?"+v.Encode(), e.Country+"/"+service, piece, settles)
			item.Name = strings.TrimSuffix(item.Name, ".json") + ".txt" // the guard makes it no JSON
			out = append(out, item)
		}
	}
	return out, nil
}

// entityOf returns what a file is of by a name that Layout gives: IR/youtube/20260108.txt.
func entityOf(file string) keepiton.Entity {
	parts := strings.Split(filepath.ToSlash(file), "/")
	if len(parts) < 3 {
		return keepiton.Entity{}
	}
	country, service := parts[len(parts)-3], parts[len(parts)-2]
	if _, known := products[service]; !known {
		return keepiton.Entity{}
	}
	if _, known := geo.ByCode(country); !known {
		return keepiton.Entity{}
	}
	return keepiton.Entity{Country: country, Service: service}
}

// settles is how late the last values come.
const settles = 3 * time.Hour
