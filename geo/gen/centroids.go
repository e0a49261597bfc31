//go:build ignore

// Centroids writes geo/data/centers.tsv: for each country and each first-level
// region a point in its middle, to a tenth of a degree, for maps that show an
// incident as a point.
//
//	go run geo/gen/centroids.go -topo ne-admin1-world.topo.json.gz -regions geo/data/regions.tsv > geo/data/centers.tsv
//
// The input is Natural Earth's admin-1 (public domain). The point is the
// centroid, weighted by area, of the polygons within 30 degrees of the place
// where most of the area is; overseas parts are left out.
package main

import (
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"sort"
	"strings"
)

type topology struct {
	Arcs      [][][2]float64
	Transform struct{ Scale, Translate [2]float64 }
	Objects   map[string]struct{ Geometries []geometry }
}

type geometry struct {
	Type       string
	Arcs       json.RawMessage
	Properties struct {
		Region  string `json:"iso_3166_2"`
		Country string `json:"iso_a2"`
	}
}

// part is one polygon's outer ring: its area in square degrees, narrowed by
// latitude, and its centroid.
type part struct{ area, lon, lat float64 }

// elsewhere are the codes that the input has under their sovereign's.
var elsewhere = map[string]part{
	"BQ": {1, -68.3, 12.2}, "BV": {1, 3.4, -54.4}, "CC": {1, 96.8, -12.2}, "CX": {1, 105.7, -10.5}, "GF": {1, -53.1, 3.9}, "GP": {1, -61.5, 16.2},
	"MQ": {1, -61.0, 14.6}, "RE": {1, 55.5, -21.1}, "SJ": {1, 20.0, 78.7}, "VA": {1, 12.5, 41.9}, "XK": {1, 20.9, 42.6}, "YT": {1, 45.1, -12.8},
}

func main() {
	topo := flag.String("topo", "", "TopoJSON, gzipped")
	regions := flag.String("regions", "", "regions.tsv")
	flag.Parse()
	known := map[string]bool{}
	table, err := os.ReadFile(*regions)
	if err != nil {
		log.Fatal(err)
	}
	for _, line := range strings.Split(string(table), "\n")[1:] {
		code, _, _ := strings.Cut(line, "\t")
		known[code] = true
	}
	f, err := os.Open(*topo)
	if err != nil {
		log.Fatal(err)
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		log.Fatal(err)
	}
	var t topology
	if err := json.NewDecoder(z).Decode(&t); err != nil {
		log.Fatal(err)
	}
	parts := map[string][]part{}
	for _, g := range t.Objects["admin1"].Geometries {
		for _, p := range t.parts(g) {
			if c := g.Properties.Country; len(c) == 2 && c != "-1" {
				parts[c] = append(parts[c], p)
			}
			if g.Properties.Region != "" && known[g.Properties.Region] {
				parts[g.Properties.Region] = append(parts[g.Properties.Region], p)
			}
		}
	}
	for code, p := range elsewhere {
		parts[code] = []part{p}
	}
	var codes []string
	for code := range parts {
		codes = append(codes, code)
	}
	sort.Strings(codes)
	for _, code := range codes {
		lon, lat := middle(parts[code])
		fmt.Printf("%s\t%.1f\t%.1f\n", code, lon+0, lat+0) // + 0: no negative zero
	}
}

func (t *topology) parts(g geometry) (out []part) {
	var polygons [][][]int
	var err error
	switch g.Type {
	case "Polygon":
		var one [][]int
		err = json.Unmarshal(g.Arcs, &one)
		polygons = append(polygons, one)
	case "MultiPolygon":
		err = json.Unmarshal(g.Arcs, &polygons)
	}
	if err != nil {
		log.Fatal(err)
	}
	for _, polygon := range polygons {
		out = append(out, centroid(t.ring(polygon[0])))
	}
	return out
}

// ring joins arcs into points; a negative number is an arc backwards.
func (t *topology) ring(arcs []int) (out [][2]float64) {
	for _, a := range arcs {
		back := a < 0
		if back {
			a = ^a
		}
		var x, y float64
		var points [][2]float64
		for _, d := range t.Arcs[a] {
			x, y = x+d[0], y+d[1]
			points = append(points, [2]float64{x*t.Transform.Scale[0] + t.Transform.Translate[0], y*t.Transform.Scale[1] + t.Transform.Translate[1]})
		}
		if back {
			for i, j := 0, len(points)-1; i < j; i, j = i+1, j-1 {
				points[i], points[j] = points[j], points[i]
			}
		}
		if len(out) > 0 && len(points) > 0 {
			points = points[1:]
		}
		out = append(out, points...)
	}
	return out
}

func centroid(ring [][2]float64) part {
	var area, x, y float64
	for i := 0; i+1 < len(ring); i++ {
		a, b := ring[i], ring[i+1]
		cross := a[0]*b[1] - b[0]*a[1]
		area += cross / 2
		x += (a[0] + b[0]) * cross / 6
		y += (a[1] + b[1]) * cross / 6
	}
	if math.Abs(area) < 1e-9 {
		return part{1e-9, ring[0][0], ring[0][1]}
	}
	p := part{lon: x / area, lat: y / area}
	p.area = math.Abs(area) * math.Cos(p.lat*math.Pi/180)
	return p
}

func middle(parts []part) (lon, lat float64) {
	near := func(a, b part) bool { return math.Hypot(a.lon-b.lon, a.lat-b.lat) <= 30 }
	var heart part
	var most float64
	for _, p := range parts {
		around := 0.0
		for _, q := range parts {
			if near(p, q) {
				around += q.area
			}
		}
		if around > most {
			heart, most = p, around
		}
	}
	var sum float64
	for _, p := range parts {
		if !near(p, heart) {
			continue
		}
		sum += p.area
		lon += p.area * p.lon
		lat += p.area * p.lat
	}
	return lon / sum, lat / sum
}
