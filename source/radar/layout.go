package radar

import (
	"maps"
	"net/url"
	"time"

	"keepiton"
	"keepiton/source"
)

// Base is the public address of the API.
const Base = "https://api.cloudflare.com/client/v4"

// Layout asks for the annotated outages and for the anomalies, a month at a time, which
// fits in one answer. A token that may read Radar is needed.
func Layout(p source.Period, token string) ([]source.Item, error) {
	if token == "" {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "Cloudflare Radar is only open to those who have a token"), "make one that may read Radar at dash.cloudflare.com, and give it in the environment variable KEEPITON_RADAR_TOKEN")
	}
	place, folder := url.Values{"limit": {"1000"}, "format": {"json"}}, "world"
	switch e := p.Of(); e {
	case keepiton.Entity{}:
	case keepiton.Entity{Country: e.Country}:
		place.Set("location", e.Country)
		folder = e.Country
	case keepiton.Entity{ASN: e.ASN}:
		place.Set("asn", e.ASN.String()[2:])
		folder = e.ASN.String()
	default:
		return nil, keepiton.Errorf(keepiton.Invalid, "Cloudflare Radar knows countries and networks, and no %s", e)
	}
	pieces, err := p.Pieces(30 * 24 * time.Hour)
	if err != nil {
		return nil, err
	}
	var out []source.Item
	for _, piece := range pieces {
		for _, kind := range []struct{ path, folder string }{{"/radar/annotations/outages", "outages/"}, {"/radar/traffic_anomalies", "anomalies/"}} {
			v := maps.Clone(place)
			v.Set("dateStart", piece.From.Format(time.RFC3339))
			v.Set("dateEnd", piece.To.Format(time.RFC3339))
			item := p.Item(name, Base, kind.path+"?"+v.Encode(), kind.folder+folder, piece, settles)
			item.Header = map[string]string{"Authorization": "Bearer " + token}
			out = append(out, item)
		}
	}
	return out, nil
}

// settles is how long annotations are still written about a time that is over.
const settles = 14 * 24 * time.Hour
