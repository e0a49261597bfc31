package export

import (
	"encoding/json"
	"math"
	"testing"

	"keepiton"
)

func TestMapPointsAreCoarseAndSayHowCoarse(t *testing.T) {
	base := keepiton.Revision{N: 1, Recorded: now, Incident: keepiton.Incident{
		ID: "KIO-2022-0001", State: keepiton.Published, Kinds: []string{"shutdown"}, Episodes: []keepiton.Episode{{Start: keepiton.On(2022, 1, 3)}},
	}}
	for _, c := range []struct {
		name      string
		places    []keepiton.Place
		points    int
		precision string
	}{
		{"district shows as its region", []keepiton.Place{{Country: "IN", Region: "IN-JK", District: "Srinagar", Confidence: 1}}, 1, "region"},
		{"country", []keepiton.Place{{Country: "SD", Nationwide: true, Confidence: 1}}, 1, "country"},
		{"two regions", []keepiton.Place{{Country: "IN", Region: "IN-JK", Confidence: 1}, {Country: "IN", Region: "IN-RJ", Confidence: 1}}, 2, "region"},
		{"coarsest counts", []keepiton.Place{{Country: "IN", Region: "IN-JK", Confidence: 1}, {Country: "PK", Confidence: 1}}, 2, "country"},
		{"exception has no point", []keepiton.Place{{Country: "SD", Confidence: 1}, {Country: "SD", Region: "SD-KH", Confidence: 1, Except: true}}, 1, "country"},
		{"guess has no point", []keepiton.Place{{Country: "SD", Confidence: 0.6}}, 0, "none"},
		{"made-up country is on no map", []keepiton.Place{{Country: "XC", Confidence: 1}}, 0, "none"},
	} {
		rev := base
		rev.Incident.Places = c.places
		var doc struct {
			Type     string
			Features []struct {
				Type       string
				ID         string
				Geometry   *geometry
				Properties map[string]any
			}
			CRS any
		}
		if err := json.Unmarshal(write(t, "geojson", []keepiton.Revision{rev}, options("en")), &doc); err != nil {
			t.Fatal(err)
		}
		if doc.Type != "FeatureCollection" || doc.CRS != nil || len(doc.Features) != 1 || doc.Features[0].Type != "Feature" || doc.Features[0].ID != "KIO-2022-0001" {
			t.Fatalf("%s: got %+v", c.name, doc)
		}
		f, points := doc.Features[0], 0
		if f.Geometry != nil {
			points = len(f.Geometry.Coordinates)
			for _, at := range f.Geometry.Coordinates {
				for _, x := range at {
					if math.Abs(x*10-math.Round(x*10)) > 1e-6 {
						t.Errorf("%s: %g is finer than a tenth of a degree", c.name, x)
					}
				}
			}
		}
		if points != c.points || f.Properties["place_precision"] != c.precision {
			t.Errorf("%s: got %d points, precision %v", c.name, points, f.Properties["place_precision"])
		}
	}
}
