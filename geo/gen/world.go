//go:build ignore

// World writes geo/data/world.tsv, the outlines of all countries.
//
//	go run geo/gen/world.go geo/gen/paths.go -npm DIR -codes country-codes.csv | go run geo/gen/thin.go > geo/data/world.tsv
//
// DIR is a node_modules folder with world-atlas 2.0.2 (ISC; Natural Earth,
// public domain) and mapshaper 0.7.70. A line is: code, x, y, path; a country too small to
// be seen has no path and is a dot. The first line is: width, height.
package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"sort"
	"strconv"
)

// named are the areas without a number in world-atlas: XK by its
// user-assigned code, the others under the code of the country in which ISO
// 3166 has them.
var named = map[string]string{
	"Kosovo": "XK", "Somaliland": "SO", "N. Cyprus": "CY", "Siachen Glacier": "IN", "Indian Ocean Ter.": "",
	"Ashmore and Cartier Is.": "",
}

// places are the codes that world-atlas draws as part of another country or
// not at all: longitude and latitude of a dot.
var places = map[string][2]float64{
	"AX": {20, 60.2}, "BQ": {-68.3, 12.2}, "BV": {3.4, -54.4}, "CC": {96.9, -12.2}, "CX": {105.6, -10.5}, "GF": {-53.1, 4},
	"GI": {-5.35, 36.1}, "GP": {-61.5, 16.2}, "MQ": {-61, 14.6}, "RE": {55.5, -21.1}, "SJ": {16, 78.5}, "TK": {-171.8, -9.2},
	"TV": {179.2, -8.5}, "UM": {166.6, 19.3}, "YT": {45.1, -12.8}, "MC": {7.4, 43.7}, "NR": {166.9, -0.5}, "PN": {-128.3, -24.4}, "IO": {72.4, -7.3}, "MO": {113.5, 22.2},
}

// centralMeridian puts the seam of the map into the Bering Strait, so that no
// country is cut in two.
const centralMeridian = 11

func main() {
	npm := flag.String("npm", "node_modules", "folder with world-atlas and mapshaper")
	codes := flag.String("codes", "country-codes.csv", "table of ISO 3166-1 codes")
	width := flag.Int("width", 640, "of the drawing")
	keep := flag.String("keep", "4%", "share of points kept")
	flag.Parse()
	numbers, err := json.Marshal(numeric(*codes))
	must(err)
	byName, err := json.Marshal(named)
	must(err)
	program := filepath.Join(*npm, ".bin/mapshaper")
	flat := projectAll(mapshaper(program, filepath.Join(*npm, "world-atlas/countries-50m.json"), "-target", "countries",
		"-each", fmt.Sprintf("code=(%s)[String(FID)]||(%s)[name]||''", numbers, byName), "-filter", "!!code && code!='AQ'"))
	defer os.Remove(flat)
	args := []string{flat, "-dissolve", "code"}
	full := mapshaper(program, args...)
	small := mapshaper(program, append(args, "-filter-islands", "min-area=3000000000", "-simplify", "weighted", *keep)...)
	fr := fit(full, *width, *width)
	paths := map[string]string{}
	for _, f := range small {
		paths[f.text("code")] = fr.path(f.polygons(), 3)
	}
	type row struct {
		code, path string
		x, y       int
	}
	var rows []row
	seen := map[string]bool{}
	for _, f := range full {
		code := f.text("code")
		seen[code] = true
		c, area := centre(f.polygons())
		x, y := fr.pixel(c)
		r := row{code: code, x: x, y: y, path: paths[code]}
		if area*fr.scale*fr.scale < 4 {
			r.path = ""
		}
		rows = append(rows, r)
	}
	for code, at := range places {
		if !seen[code] {
			x, y := fr.pixel(equalEarth(math.Mod(at[0]-centralMeridian+540, 360)-180, at[1]))
			rows = append(rows, row{code: code, x: x, y: y})
		}
	}
	sort.Slice(rows, func(i, j int) bool { return rows[i].code < rows[j].code })
	w := bufio.NewWriter(os.Stdout)
	fmt.Fprintf(w, "%d\t%d\n", fr.width, fr.height)
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%d\t%d\t%s\n", r.code, r.x, r.y, r.path)
	}
	must(w.Flush())
}

// projectAll writes the features to a temporary file in metres of the Equal Earth
// projection. Rings that run over the 180th meridian are unrolled first:
// world-atlas is made for a sphere and does not cut them.
func projectAll(features []feature) string {
	type geometry struct {
		Type        string      `json:"type"`
		Coordinates [][][]point `json:"coordinates"`
	}
	type out struct {
		Type       string         `json:"type"`
		Properties map[string]any `json:"properties"`
		Geometry   geometry       `json:"geometry"`
	}
	all := []out{}
	add := func(properties map[string]any, polys [][][]point) {
		g := geometry{Type: "MultiPolygon"}
		for _, poly := range polys {
			var rings [][]point
			for _, ring := range poly {
				rings = append(rings, projectRing(ring))
			}
			g.Coordinates = append(g.Coordinates, rings)
		}
		all = append(all, out{"Feature", properties, g})
	}
	for _, f := range features {
		polys := f.polygons()
		if f.text("code") == "RU" {
			rest, crimea := cutCrimea(polys)
			add(map[string]any{"code": "UA"}, crimea)
			polys = rest
		}
		add(f.Properties, polys)
	}
	data, err := json.Marshal(map[string]any{"type": "FeatureCollection", "features": all})
	must(err)
	file, err := os.CreateTemp("", "geo-flat-*.json")
	must(err)
	_, err = file.Write(data)
	must(err)
	must(file.Close())
	return file.Name()
}

func projectRing(ring []point) []point {
	lons := make([]float64, len(ring))
	turn, sum := 0.0, 0.0
	for i, p := range ring {
		if i > 0 {
			switch d := p[0] - ring[i-1][0]; {
			case d > 180:
				turn -= 360
			case d < -180:
				turn += 360
			}
		}
		lons[i] = p[0] + turn
		sum += lons[i]
	}
	shift := 0.0
	for mean := sum / float64(len(ring)); mean+shift < centralMeridian-180; shift += 360 {
	}
	for mean := sum / float64(len(ring)); mean+shift > centralMeridian+180; shift -= 360 {
	}
	out := make([]point, len(ring))
	for i, p := range ring {
		out[i] = equalEarth(lons[i]+shift-centralMeridian, p[1])
	}
	return out
}

func numeric(file string) map[string]string {
	f, err := os.Open(file)
	must(err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	must(err)
	var alpha, number int
	for i, h := range rows[0] {
		switch h {
		case "ISO3166-1-Alpha-2":
			alpha = i
		case "ISO3166-1-numeric":
			number = i
		}
	}
	out := map[string]string{}
	for _, row := range rows[1:] {
		n, err := strconv.Atoi(row[number])
		if err == nil && len(row[alpha]) == 2 {
			out[fmt.Sprintf("%03d", n)] = row[alpha]
			out[strconv.Itoa(n)] = row[alpha]
		}
	}
	return out
}
