//go:build ignore

// People writes geo/data/people.tsv: how many people live in each country and
// territory, to two digits.
//
//	go run geo/peoplegen.go -npm DIR > geo/data/people.tsv
//
// DIR is a node_modules folder with cldr-core 48.2.0 (Unicode-3.0).
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"path/filepath"
	"sort"
	"strconv"
)

func main() {
	npm := flag.String("npm", "node_modules", "folder with cldr-core")
	flag.Parse()
	data, err := os.ReadFile(filepath.Join(*npm, "cldr-core/supplemental/territoryInfo.json"))
	if err != nil {
		log.Fatal(err)
	}
	var doc struct {
		Supplemental struct {
			TerritoryInfo map[string]struct {
				Population string `json:"_population"`
			} `json:"territoryInfo"`
		} `json:"supplemental"`
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		log.Fatal(err)
	}
	var codes []string
	for code := range doc.Supplemental.TerritoryInfo {
		codes = append(codes, code)
	}
	sort.Strings(codes)
	w := bufio.NewWriter(os.Stdout)
	fmt.Fprintln(w, "code\tpeople")
	for _, code := range codes {
		n, err := strconv.ParseFloat(doc.Supplemental.TerritoryInfo[code].Population, 64)
		if err != nil || n <= 0 {
			continue
		}
		unit := math.Pow(10, math.Max(0, math.Floor(math.Log10(n))-1))
		fmt.Fprintf(w, "%s\t%.0f\n", code, math.Round(n/unit)*unit)
	}
	if err := w.Flush(); err != nil {
		log.Fatal(err)
	}
}
