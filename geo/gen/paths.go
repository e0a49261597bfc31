//go:build ignore

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"math"
	"os"
	"os/exec"
	"strings"
)

// A feature is one area of a GeoJSON file as mapshaper writes it, its
// coordinates already projected.
type feature struct {
	Properties map[string]any  `json:"properties"`
	Geometry   json.RawMessage `json:"geometry"`
}

type point [2]float64

// polygons returns the outer and inner rings of the feature.
func (f feature) polygons() [][][]point {
	var g struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
	}
	if len(f.Geometry) == 0 || string(f.Geometry) == "null" {
		return nil
	}
	must(json.Unmarshal(f.Geometry, &g))
	switch g.Type {
	case "Polygon":
		var p [][]point
		must(json.Unmarshal(g.Coordinates, &p))
		return [][][]point{p}
	case "MultiPolygon":
		var p [][][]point
		must(json.Unmarshal(g.Coordinates, &p))
		return p
	}
	return nil
}

// cutCrimea parts the polygons of Russia's feature in world-atlas: Natural Earth
// draws Crimea by who controls it, ISO 3166-2 has it as UA-43, and the record
// follows ISO.
func cutCrimea(polys [][][]point) (rest, crimea [][][]point) {
	for _, poly := range polys {
		c, _ := centre([][][]point{poly})
		if c[0] > 32 && c[0] < 37 && c[1] > 44 && c[1] < 46.5 {
			crimea = append(crimea, poly)
		} else {
			rest = append(rest, poly)
		}
	}
	return rest, crimea
}

func (f feature) text(key string) string {
	s, _ := f.Properties[key].(string)
	return s
}

// mapshaper runs the program and reads the GeoJSON it writes.
func mapshaper(program string, args ...string) []feature {
	out, err := os.CreateTemp("", "geo-*.json")
	must(err)
	defer os.Remove(out.Name())
	cmd := exec.Command(program, append(args, "-o", out.Name(), "format=geojson", "geojson-type=FeatureCollection", "force")...)
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		log.Fatalf("%v: %s", err, said.String())
	}
	data, err := os.ReadFile(out.Name())
	must(err)
	var doc struct{ Features []feature }
	must(json.Unmarshal(data, &doc))
	return doc.Features
}

// A frame maps projected coordinates to whole pixels.
type frame struct {
	minX, maxY, scale float64
	width, height     int
}

func fit(features []feature, width, maxHeight int) frame {
	minX, minY, maxX, maxY := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, f := range features {
		for _, poly := range f.polygons() {
			for _, p := range poly[0] {
				minX, maxX = min(minX, p[0]), max(maxX, p[0])
				minY, maxY = min(minY, p[1]), max(maxY, p[1])
			}
		}
	}
	if math.IsInf(minX, 1) {
		return frame{}
	}
	scale := float64(width-4) / (maxX - minX)
	if h := float64(maxHeight-4) / (maxY - minY); h < scale {
		scale = h
	}
	fr := frame{scale: scale, width: int((maxX-minX)*scale) + 4, height: int((maxY-minY)*scale) + 4}
	fr.minX, fr.maxY = minX-2/scale, maxY+2/scale
	return fr
}

func (fr frame) pixel(p point) (int, int) {
	return int(math.Round((p[0] - fr.minX) * fr.scale)), int(math.Round((fr.maxY - p[1]) * fr.scale))
}

// path writes the rings as SVG path data: whole numbers, relative, closed. Rings that
// shrink to less than minArea square pixels are left out.
func (fr frame) path(polys [][][]point, minArea float64) string {
	var b strings.Builder
	for _, poly := range polys {
		for _, ring := range poly {
			b.WriteString(fr.ring(ring, minArea))
		}
	}
	return b.String()
}

func (fr frame) ring(ring []point, minArea float64) string {
	type px struct{ x, y int }
	var pts []px
	for _, p := range ring {
		x, y := fr.pixel(p)
		q := px{x, y}
		if n := len(pts); n > 0 && pts[n-1] == q {
			continue
		}
		// drop the middle of three on one line
		for n := len(pts); n > 1; n = len(pts) {
			a, m := pts[n-2], pts[n-1]
			if (m.x-a.x)*(q.y-m.y) != (m.y-a.y)*(q.x-m.x) {
				break
			}
			pts = pts[:n-1]
		}
		pts = append(pts, q)
	}
	if n := len(pts); n > 1 && pts[0] == pts[n-1] {
		pts = pts[:n-1]
	}
	area := 0.0
	for i := range pts {
		j := (i + 1) % len(pts)
		area += float64(pts[i].x*pts[j].y - pts[j].x*pts[i].y)
	}
	if len(pts) < 3 || math.Abs(area)/2 < minArea {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "M%d", pts[0].x)
	number(&b, pts[0].y)
	b.WriteByte('l')
	for i := 1; i < len(pts); i++ {
		dx, dy := pts[i].x-pts[i-1].x, pts[i].y-pts[i-1].y
		if i == 1 {
			fmt.Fprintf(&b, "%d", dx)
		} else {
			number(&b, dx)
		}
		number(&b, dy)
	}
	b.WriteByte('z')
	return b.String()
}

// number writes n after another number: a minus sign parts them as well as a blank.
func number(b *strings.Builder, n int) {
	if n >= 0 {
		b.WriteByte(' ')
	}
	fmt.Fprintf(b, "%d", n)
}

// centre is the centroid of the largest polygon, for a dot or a label.
func centre(polys [][][]point) (point, float64) {
	var best point
	bestArea := 0.0
	for _, poly := range polys {
		ring := poly[0]
		var a, cx, cy float64
		x0, y0 := ring[0][0], ring[0][1]
		for i := range len(ring) - 1 {
			x1, y1, x2, y2 := ring[i][0]-x0, ring[i][1]-y0, ring[i+1][0]-x0, ring[i+1][1]-y0
			w := x1*y2 - x2*y1
			a, cx, cy = a+w, cx+(x1+x2)*w, cy+(y1+y2)*w
		}
		if math.Abs(a) > bestArea {
			bestArea = math.Abs(a)
			best = point{x0 + cx/(3*a), y0 + cy/(3*a)}
		}
	}
	return best, bestArea / 2
}

// equalEarth projects degrees as mapshaper's eqearth does, in metres
// (Šavrič, Patterson, Jenny 2018).
func equalEarth(lon, lat float64) point {
	const a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
	const r = 6371008.7714
	l, p := lon*math.Pi/180, lat*math.Pi/180
	t := math.Asin(math.Sqrt(3) / 2 * math.Sin(p))
	t2 := t * t
	t6 := t2 * t2 * t2
	x := 2 * math.Sqrt(3) * l * math.Cos(t) / (3 * (9*a4*t6*t2 + 7*a3*t6 + 3*a2*t2 + a1))
	y := t * (a4*t6*t2 + a3*t6 + a2*t2 + a1)
	return point{x * r, y * r}
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
