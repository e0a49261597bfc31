package export

import (
	"bufio"
	"encoding/json"
	"io"
	"slices"

	"keepiton"
	"keepiton/geo"
	"keepiton/locale"
)

var geojsonFormat = Format{
	Name: "geojson", Suffix: "geojson", MediaType: "application/geo+json",
	Summary: "points for a map (RFC 7946), coarse on purpose",
	Write:   writeGeoJSON,
}

// feature is a Feature of RFC 7946, section 3.2.
type feature struct {
	Type       string          `json:"type"`
	ID         string          `json:"id"`
	Geometry   *geometry       `json:"geometry"` // null when no place has a code
	Properties featureProperty `json:"properties"`
}

// geometry is a MultiPoint: one point a place, longitude first, WGS 84.
type geometry struct {
	Type        string       `json:"type"`
	Coordinates [][2]float64 `json:"coordinates"`
}

type featureProperty struct {
	Sentence       string   `json:"sentence"`
	State          string   `json:"state"`
	Start          string   `json:"start"`
	End            string   `json:"end"`
	EndState       string   `json:"end_state"`
	Countries      []string `json:"countries"`
	Regions        []string `json:"regions"`
	Nationwide     bool     `json:"nationwide"`
	AreaWords      string   `json:"area_words"`
	PlacePrecision string   `json:"place_precision"` // region, country, none
	Kinds          []string `json:"kinds"`
	Extents        []string `json:"extents"`
	Causes         []string `json:"causes"`
	Verification   string   `json:"verification"`
	Revision       int      `json:"revision"`
	URL            string   `json:"url,omitempty"`
}

// writeGeoJSON writes a FeatureCollection, one feature an incident, with the
// facts about the file as a foreign member (RFC 7946, section 6.1). A point is
// the middle of a region or country, to a tenth of a degree, never the place
// itself: place_precision says which. A place that was not affected has none.
func writeGeoJSON(w io.Writer, in Incidents, opt Options) error {
	b, p := bufio.NewWriterSize(w, 64<<10), opt.printer()
	head, err := json.Marshal(newMeta(&opt))
	if err != nil {
		return err
	}
	b.WriteString(`{"type":"FeatureCollection","meta":`)
	b.Write(head)
	b.WriteString(`,"features":[`)
	n := 0
	err = public(in)(func(rev *keepiton.Revision) error {
		data, err := json.Marshal(newFeature(p, newRecord(rev, &opt)))
		if err != nil {
			return keepiton.Errorf(keepiton.Internal, "write %s: %w", rev.Incident.ID, err)
		}
		if n++; n > 1 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
		_, err = b.Write(data)
		return err
	})
	if err != nil {
		return err
	}
	b.WriteString("\n]}\n")
	return b.Flush()
}

func newFeature(p *locale.Printer, r *record) feature {
	nationwide, _ := r.nationwide()
	f := feature{Type: "Feature", ID: string(r.inc.ID), Properties: featureProperty{
		Sentence: Sentence(p, r.inc, r.opt.now(r.rev)), State: string(r.inc.State),
		Start: r.start.String(), End: r.end.At.String(), EndState: string(r.end.State),
		Countries: some(r.inc.Countries()), Regions: some(r.places(false, func(p keepiton.Place) string { return p.Region })),
		Nationwide: nationwide, AreaWords: r.inc.Area, PlacePrecision: "none",
		Kinds: some(r.inc.Kinds), Extents: some(r.inc.Extents), Causes: some(r.inc.Causes),
		Verification: string(r.inc.Verification.Level), Revision: r.rev.N, URL: IncidentURL(r.opt.BaseURL, r.inc.ID),
	}}
	g := &geometry{Type: "MultiPoint"}
	for _, place := range r.inc.Places {
		if place.Except || place.Confidence < keepiton.SurePlace {
			continue
		}
		precision := "region"
		lon, lat, ok := geo.Center(place.Region)
		if !ok {
			precision = "country"
			lon, lat, ok = geo.Center(place.Country)
		}
		if !ok {
			continue
		}
		if at := [2]float64{lon, lat}; !slices.Contains(g.Coordinates, at) {
			g.Coordinates = append(g.Coordinates, at)
		}
		// The coarsest place says how far the feature can be trusted.
		if f.Properties.PlacePrecision != "country" {
			f.Properties.PlacePrecision = precision
		}
	}
	if len(g.Coordinates) > 0 {
		f.Geometry = g
	}
	return f
}

// some makes the empty list of none, which JSON would write as null.
func some(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
