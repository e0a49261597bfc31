package google

import (
	"net/url"
	"strconv"
	"time"

	"keepiton"
	"keepiton/source"
)

// Base is the public address. It is not documented, and may go away on any day.
const Base = "https://transparencyreport.google.com/transparencyreport/api/v3"

// products are Google's numbers of products, by our names of services, as programs that
// read the report use them.
var products = map[string]int{"youtube": 21, "search": 19}

// Layout asks for a product in a country, a week at a time, for which Google answers in
// half hours. The entity is as Decode wants it.
func Layout(p source.Period) ([]source.Item, error) {
	e := p.Of()
	product, known := products[e.Service]
	if !known || e.Country == "" || e != (keepiton.Entity{Country: e.Country, Service: e.Service}) {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "Google's Transparency Report is of a country and a product, and not of %s", e), "ask for --entity country/RU/youtube or --entity country/RU/search")
	}
	pieces, err := p.Pieces(7 * 24 * time.Hour)
	if err != nil {
		return nil, err
	}
	var out []source.Item
	for _, piece := range pieces {
		v := url.Values{
			"region": {e.Country}, "product": {strconv.Itoa(product)},
			"start": {strconv.FormatInt(piece.From.UnixMilli(), 10)}, "end": {strconv.FormatInt(piece.To.UnixMilli(), 10)},
		}
		out = append(out, p.Item(name, Base, "/traffic/fraction?"+v.Encode(), e.Country+"/"+e.Service, piece, settles))
	}
	return out, nil
}

// settles is how late the last values come.
const settles = 3 * time.Hour
