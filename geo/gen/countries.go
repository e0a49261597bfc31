//go:build ignore

// Countries writes geo/data/countries.tsv: every ISO 3166-1 code (and XK) with
// its names in seven languages, the name STOP's fourth generation uses and the
// region of the world STOP puts it in.
//
//	go run geo/gen/countries.go -npm DIR -codes country-codes.csv > geo/data/countries.tsv
//
// DIR is a node_modules folder with cldr-localenames-full 48.2.0 (Unicode-3.0);
// country-codes.csv is the table of the package datasets/country-codes (PDDL).
package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
)

// languages are those of the message files, English and the six that the made-up
// world has names in first.
var languages = tags()

func tags() []string {
	out := []string{"en", "fr", "ar", "es", "pt", "am", "ca"}
	files, err := filepath.Glob("locale/messages/*.json")
	if err != nil || len(files) == 0 {
		log.Fatal("run it at the root of the repository: no locale/messages/*.json")
	}
	for _, file := range files {
		if tag := strings.TrimSuffix(filepath.Base(file), ".json"); tag != "review" && !slices.Contains(out, tag) {
			out = append(out, tag)
		}
	}
	return out
}

// stopNames are the names of STOP's fourth generation where they are not
// UNTERM's short English name. STOP follows the ISO list, save for the Koreas.
var stopNames = map[string]string{
	"CD": "Congo (Democratic Republic of the)", "CG": "Congo", "PS": "Palestine, State of",
	"TZ": "Tanzania, United Republic of", "KP": "North Korea", "KR": "South Korea", "TR": "Turkey",
	"MD": "Moldova, Republic of", "GB": "United Kingdom of Great Britain and Northern Ireland",
	"CZ": "Czechia", "TW": "Taiwan", "HK": "Hong Kong", "MO": "Macao", "XK": "Kosovo",
	"NL": "Netherlands", "FK": "Falkland Islands (Malvinas)", "VN": "Viet Nam", "CI": "Côte d'Ivoire",
	"SH": "Saint Helena, Ascension and Tristan da Cunha",
}

// regionOf is the region of STOP for the codes that do not follow their UN
// subregion: Iran, Sudan, Mauritania and Türkiye stand under MENA, the South
// Caucasus under EECA (read off STOP's combined sheet), Cyprus under Europe.
var regionOf = map[string]string{
	"IR": "mena", "SD": "mena", "MR": "mena", "TR": "mena",
	"AM": "eeca", "AZ": "eeca", "GE": "eeca", "CY": "europe",
	"BY": "eeca", "MD": "eeca", "RU": "eeca", "UA": "eeca",
	"TW": "apac", "AQ": "", "XK": "europe", "BV": "", "GS": "", "HM": "", "TF": "",
}

var regionBySub = map[string]string{
	"Northern Africa": "mena", "Western Asia": "mena", "Sub-Saharan Africa": "africa",
	"Latin America and the Caribbean": "lac", "Northern America": "north_america",
	"Central Asia": "eeca", "Eastern Asia": "apac", "South-eastern Asia": "apac", "Southern Asia": "apac",
	"Australia and New Zealand": "apac", "Melanesia": "apac", "Micronesia": "apac", "Polynesia": "apac",
	"Eastern Europe": "europe", "Northern Europe": "europe", "Southern Europe": "europe", "Western Europe": "europe",
}

func main() {
	npm := flag.String("npm", "node_modules", "folder with cldr-localenames-full")
	codes := flag.String("codes", "country-codes.csv", "table of ISO 3166-1 codes")
	flag.Parse()
	names := map[string]map[string]string{}
	for _, lang := range languages {
		names[lang] = territories(*npm, lang)
	}
	rows := table(*codes)
	rows["XK"] = map[string]string{"ISO3166-1-Alpha-3": "XKX"}
	var order []string
	for code := range rows {
		order = append(order, code)
	}
	sort.Strings(order)
	w := bufio.NewWriter(os.Stdout)
	fmt.Fprintf(w, "code\talpha3\tregion\tstop\t%s\n", strings.Join(languages, "\t"))
	for _, code := range order {
		row := rows[code]
		stop, ok := stopNames[code]
		if !ok {
			stop = strings.NewReplacer("’", "'", "*", "").Replace(row["UNTERM English Short"])
			stop = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(stop), "(the)"))
		}
		if stop == "" {
			stop = names["en"][code]
		}
		region, ok := regionOf[code]
		if !ok {
			region = regionBySub[row["Sub-region Name"]]
			if region == "" {
				log.Fatalf("%s: subregion %q is in no region of STOP", code, row["Sub-region Name"])
			}
		}
		fields := []string{code, row["ISO3166-1-Alpha-3"], region, stop}
		for _, lang := range languages {
			name := names[lang][code]
			if name == "" {
				log.Fatalf("%s has no name in %s", code, lang)
			}
			fields = append(fields, name)
		}
		fmt.Fprintln(w, strings.Join(fields, "\t"))
	}
	if err := w.Flush(); err != nil {
		log.Fatal(err)
	}
}

func territories(npm, lang string) map[string]string {
	data, err := os.ReadFile(filepath.Join(npm, "cldr-localenames-full/main", lang, "territories.json"))
	if err != nil {
		log.Fatal(err)
	}
	var doc struct {
		Main map[string]struct {
			LocaleDisplayNames struct {
				Territories map[string]string `json:"territories"`
			} `json:"localeDisplayNames"`
		} `json:"main"`
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		log.Fatal(err)
	}
	all := doc.Main[lang].LocaleDisplayNames.Territories
	// Short forms read better on a page: "Hong Kong", "Palestine", "Myanmar",
	// and the two Congos by their states, not their capitals.
	for key, code := range map[string]string{
		"HK-alt-short": "HK", "MO-alt-short": "MO", "PS-alt-short": "PS", "MM-alt-short": "MM",
		"CD-alt-variant": "CD", "CG-alt-variant": "CG",
	} {
		if name := all[key]; name != "" {
			all[code] = name
		}
	}
	return all
}

func table(file string) map[string]map[string]string {
	f, err := os.Open(file)
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		log.Fatal(err)
	}
	out := map[string]map[string]string{}
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, h := range rows[0] {
			m[h] = row[i]
		}
		if code := m["ISO3166-1-Alpha-2"]; len(code) == 2 {
			out[code] = m
		}
	}
	return out
}
