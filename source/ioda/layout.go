package ioda

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/source"
)

// Base is the public address of the API, version 2 (notes/detection.md 1.6).
const Base = "https://api.ioda.inetintel.cc.gatech.edu/v2"

// limit of alerts and events in an answer: without it the API gives 500.
const limit = "10000"

// settles is how long IODA's values still change (notes/detection.md 1.6).
const settles = 24 * time.Hour

// Layout asks for the raw signals, the alerts and the events of a country, a network, or
// a network in a country, a day at a time for signals, a week for the others. No key is
// needed. Without a place it asks for alerts and events of all countries.
func Layout(p source.Period) ([]source.Item, error) {
	e := p.Of()
	kind, code, _ := strings.Cut(e.String(), "/")
	folder := kind + "-" + code
	switch {
	case e == keepiton.Entity{}:
		kind, code, folder = "country", "", "countries"
	case e.Region != "" || e.Access != "" || e.Service != "":
		return nil, keepiton.Errorf(keepiton.Invalid, "IODA is asked for countries, networks, and networks in a country, and not for %s", e)
	}
	period := func(piece source.Piece) url.Values {
		return url.Values{"from": {strconv.FormatInt(piece.From.Unix(), 10)}, "until": {strconv.FormatInt(piece.To.Unix(), 10)}}
	}
	days, err := p.Pieces(24 * time.Hour)
	if err != nil {
		return nil, err
	}
	weeks, err := p.Pieces(7 * 24 * time.Hour)
	if err != nil {
		return nil, err
	}
	var out []source.Item
	for _, day := range days {
		if code != "" {
			out = append(out, p.Item(name, Base, "/signals/raw/"+kind+"/"+code+"?"+period(day).Encode(), "signals/"+folder, day, settles))
		}
	}
	for _, week := range weeks {
		for _, what := range []string{"alerts", "events"} {
			v := period(week)
			v.Set("entityType", kind)
			v.Set("limit", limit)
			if code != "" {
				v.Set("entityCode", code)
			}
			out = append(out, p.Item(name, Base, "/outages/"+what+"?"+v.Encode(), what+"/"+folder, week, settles))
		}
	}
	return out, nil
}
