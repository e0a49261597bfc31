//go:build ignore

// Zones writes geo/data/zones.tsv: the time zones of each country, from two
// tables of the tz database (public domain). zone1970.tab says which zones
// differ since 1970, zone.tab by which name a country knows its own.
//
//	go run geo/gen/zones.go -tz /usr/share/zoneinfo > geo/data/zones.tsv
package main

import (
	"bufio"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"
)

func main() {
	tz := flag.String("tz", "/usr/share/zoneinfo", "folder with zone.tab and zone1970.tab")
	flag.Parse()
	own := read(filepath.Join(*tz, "zone.tab"))
	differ := read(filepath.Join(*tz, "zone1970.tab"))
	differ["XK"] = []string{"Europe/Belgrade"} // not in ISO 3166-1, so in neither table
	var codes []string
	for code := range differ {
		codes = append(codes, code)
	}
	sort.Strings(codes)
	w := bufio.NewWriter(os.Stdout)
	fmt.Fprintln(w, "code\tzones")
	for _, code := range codes {
		zones := differ[code]
		for i, zone := range zones {
			if slices.Contains(own[code], zone) {
				continue
			}
			// The zone bears the name of a city in another country: take this
			// country's own name of the same rules.
			for _, o := range own[code] {
				if !slices.Contains(zones, o) && same(o, zone) {
					zones[i] = o
				}
			}
		}
		fmt.Fprintf(w, "%s\t%s\n", code, strings.Join(zones, " "))
	}
	if err := w.Flush(); err != nil {
		log.Fatal(err)
	}
}

// same reports whether clocks of two zones have agreed since 1970: Debian's
// files also hold what was before, in which neighbours differ.
func same(a, b string) bool {
	x, err := time.LoadLocation(a)
	if err != nil {
		log.Fatal(err)
	}
	y, err := time.LoadLocation(b)
	if err != nil {
		log.Fatal(err)
	}
	for at := time.Date(1970, 2, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2038; at = at.AddDate(0, 0, 5) {
		_, i := at.In(x).Zone()
		_, j := at.In(y).Zone()
		if i != j {
			return false
		}
	}
	return true
}

// read returns the zones of each country in the order of the table, those that
// are named after the country's own cities first.
func read(path string) map[string][]string {
	data, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	first, other := map[string][]string{}, map[string][]string{}
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(strings.TrimSpace(line), "\t")
		for i, code := range strings.Split(f[0], ",") {
			if i == 0 {
				first[code] = append(first[code], f[2])
			} else {
				other[code] = append(other[code], f[2])
			}
		}
	}
	for code, zones := range other {
		first[code] = append(first[code], zones...)
	}
	return first
}
