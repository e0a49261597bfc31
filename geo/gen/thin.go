//go:build ignore

// Thin takes points out of geo/data/world.tsv that nobody sees: those that move a line by
// less than half a square pixel of a map 640 wide.
//
//	go run geo/gen/world.go geo/gen/paths.go … | go run geo/gen/thin.go > geo/data/world.tsv
//
// A point goes when it is the flattest among its neighbours, whichever way around the ring is
// read, and no third country meets there: two countries keep their common border.
package main

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"os"
	"regexp"
	"strconv"
	"strings"
)

type point struct{ x, y int }

// flat is twice the area, in square pixels, that a point may move a line by.
const flat = 1

var (
	ringData = regexp.MustCompile(`M(\d+)[ ]?(-?\d+)l([^z]*)z`)
	numbers  = regexp.MustCompile(`-?\d+`)
)

func main() {
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		log.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	near := map[point]map[point]bool{}
	for _, line := range lines[1:] {
		for _, ring := range rings(line) {
			for i, p := range ring {
				if near[p] == nil {
					near[p] = map[point]bool{}
				}
				near[p][at(ring, i-1)], near[p][at(ring, i+1)] = true, true
			}
		}
	}
	w := bufio.NewWriter(os.Stdout)
	fmt.Fprintln(w, lines[0])
	for _, line := range lines[1:] {
		cells := strings.SplitN(line, "\t", 4)
		if len(cells) == 4 {
			var path strings.Builder
			for _, ring := range rings(line) {
				write(&path, thin(ring, near))
			}
			cells[3] = path.String()
		}
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	if err := w.Flush(); err != nil {
		log.Fatal(err)
	}
}

// rings reads the path of a line of the table.
func rings(line string) (all [][]point) {
	for _, m := range ringData.FindAllStringSubmatch(line, -1) {
		p := point{number(m[1]), number(m[2])}
		ring := []point{p}
		steps := numbers.FindAllString(m[3], -1)
		for i := 0; i+1 < len(steps); i += 2 {
			p = point{p.x + number(steps[i]), p.y + number(steps[i+1])}
			ring = append(ring, p)
		}
		all = append(all, ring)
	}
	return all
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		log.Fatal(err)
	}
	return n
}

func at(ring []point, i int) point { return ring[(i+len(ring))%len(ring)] }

// rank orders the points of a ring by how little they move its line.
func rank(ring []point, i int) [4]int {
	a, b, c := at(ring, i-1), at(ring, i), at(ring, i+1)
	area := (b.x-a.x)*(c.y-a.y) - (c.x-a.x)*(b.y-a.y)
	return [4]int{max(area, -area), (b.x*7919 + b.y*104729) % 1009, b.x, b.y}
}

func less(a, b [4]int) bool {
	for i := range a {
		if a[i] != b[i] {
			return a[i] < b[i]
		}
	}
	return false
}

func thin(ring []point, near map[point]map[point]bool) (kept []point) {
	if len(ring) <= 3 {
		return ring
	}
	for i, p := range ring {
		mine := rank(ring, i)
		if mine[0] > flat || len(near[p]) != 2 || !less(mine, rank(ring, i-1)) || !less(mine, rank(ring, i+1)) {
			kept = append(kept, p)
		}
	}
	if len(kept) < 3 {
		return ring
	}
	return kept
}

// write writes a ring as path data: whole numbers, relative, closed.
func write(w *strings.Builder, ring []point) {
	last := ring[0]
	fmt.Fprintf(w, "M%d %dl", last.x, last.y)
	for i, p := range ring[1:] {
		for j, d := range []int{p.x - last.x, p.y - last.y} {
			if d >= 0 && i+j > 0 {
				w.WriteByte(' ')
			}
			fmt.Fprint(w, d)
		}
		last = p
	}
	w.WriteByte('z')
}
