package ripestat

import (
	"net/url"
	"strings"
	"time"

	"keepiton"
	"keepiton/source"
)

// Base is the public address of the data API.
const Base = "https://stat.ripe.net/data"

// settles is how long the counts of a day may still change.
const settles = 24 * time.Hour

// Layout asks for a country by the week, in five minutes; or for a network, one answer
// for each table of RIS.
func Layout(p source.Period) ([]source.Item, error) {
	const stamp = "2006-01-02T15:04"
	v := url.Values{"sourceapp": {"keepiton"}}
	e := p.Of()
	long, call, folder := 7*24*time.Hour, "country-resource-stats", e.Country
	switch e {
	case keepiton.Entity{}:
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "RIPEstat is asked for one country or network"), "--country IR or --entity asn/44244")
	case keepiton.Entity{Country: e.Country}:
		v.Set("resource", strings.ToLower(e.Country))
		v.Set("resolution", "5m")
	case keepiton.Entity{ASN: e.ASN}:
		v.Set("resource", e.ASN.String())
		long, call, folder = statusStep, "routing-status", e.ASN.String()
	default:
		return nil, keepiton.Errorf(keepiton.Invalid, "RIPEstat knows countries and networks, and no %s", e)
	}
	pieces, err := p.Pieces(long)
	if err != nil {
		return nil, err
	}
	var out []source.Item
	for _, piece := range pieces {
		if call == "routing-status" {
			v.Set("timestamp", piece.From.Format(stamp))
		} else {
			v.Set("starttime", piece.From.Format(stamp))
			v.Set("endtime", piece.To.Add(-time.Second).Format(stamp))
		}
		out = append(out, p.Item(name, Base, "/"+call+"/data.json?"+v.Encode(), call+"/"+folder, piece, settles))
	}
	return out, nil
}
