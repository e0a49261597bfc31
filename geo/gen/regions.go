//go:build ignore

// Regions writes geo/data/regions.tsv: the codes of ISO 3166-2 with names.
//
//	go run geo/gen/regions.go -codes un-locode-subdivision-codes.csv -names ne-admin1-names.csv -crosswalk geo/gen/crosswalk.tsv > geo/data/regions.tsv
//
// Codes and local names are those of UN/LOCODE's subdivision table (PDDL);
// names in English, French, Arabic, Spanish and Portuguese are Natural Earth's
// (public domain). Both inputs are described in docs/geo-data.md.
package main

import (
	"bufio"
	"encoding/csv"
	"flag"
	"fmt"
	"log"
	"os"
	"regexp"
	"sort"
	"strings"
	"unicode"
)

// nameFirst are countries where Natural Earth's codes are those of an older
// edition in which the same code means another region.
var nameFirst = map[string]bool{"IR": true, "MA": true, "UG": true, "KZ": true, "RU": true, "CD": true, "KE": true}

// keep are countries whose ISO codes are missing in the table of codes.
var keep = map[string]bool{"BD": true}

type region struct {
	code, name string
	ne         map[string]string
}

func main() {
	codes := flag.String("codes", "", "UN/LOCODE subdivision table")
	names := flag.String("names", "", "Natural Earth admin-1 names")
	cross := flag.String("crosswalk", "geo/gen/crosswalk.tsv", "areas whose code differs")
	better := flag.String("better", "geo/gen/names.tsv", "English names by hand")
	areas := flag.String("areas", "", "also write adm1_code -> codes to this file, for maps.go")
	flag.Parse()
	regions := map[string]*region{}
	byName := map[string]string{}
	for _, r := range read(*codes) {
		code := r["SUCountry"] + "-" + r["SUCode"]
		name := clean(r["SUName"])
		regions[code] = &region{code: code, name: name}
		byName[r["SUCountry"]+plain(name)] = code
	}
	walk := crosswalk(*cross)
	byHand := crosswalk(*better)
	for code := range byHand {
		if regions[code] == nil {
			regions[code] = &region{code: code, name: strings.Join(byHand[code], " ")}
		}
	}
	covered := map[string]string{}
	for _, r := range read(*names) {
		cc, code := r["iso_a2"], r["iso_3166_2"]
		var to []string
		switch {
		case walk[r["adm1_code"]] != nil:
			to = walk[r["adm1_code"]]
		case walk[cc+" "+r["name_en"]] != nil:
			to = walk[cc+" "+r["name_en"]]
		case walk[cc+" "+r["name"]] != nil:
			to = walk[cc+" "+r["name"]]
		case regions[code] != nil && !nameFirst[cc]:
			to = []string{code}
		case keep[cc]:
			to = []string{code}
			regions[code] = &region{code: code, name: r["name"]}
		case byName[cc+plain(r["name"])] != "":
			to = []string{byName[cc+plain(r["name"])]}
		case byName[cc+plain(r["name_en"])] != "":
			to = []string{byName[cc+plain(r["name_en"])]}
		default:
			continue
		}
		for _, c := range to {
			if regions[c] == nil {
				log.Fatalf("crosswalk: %s is no code", c)
			}
		}
		covered[r["adm1_code"]] = strings.Join(to, " ")
		if len(to) == 1 {
			have := regions[to[0]]
			if have.ne == nil || alike(have.name, r) > alike(have.name, have.ne) {
				have.ne = r
			}
		}
	}
	var order []string
	for code := range regions {
		order = append(order, code)
	}
	sort.Strings(order)
	w := bufio.NewWriter(os.Stdout)
	fmt.Fprintln(w, "code\ten\tfr\tar\tes\tpt\tother")
	for _, code := range order {
		r := regions[code]
		en := r.name
		if hand := byHand[code]; hand != nil {
			en = strings.Join(hand, " ")
		}
		f := []string{code, en, "", "", "", "", ""}
		if r.ne != nil && r.ne["name_en"] != "" {
			if byHand[code] == nil {
				en = typeless(r.ne["name_en"])
			}
			f = []string{code, en, r.ne["name_fr"], r.ne["name_ar"], r.ne["name_es"], r.ne["name_pt"], ""}
			var other []string
			for _, n := range []string{r.name, r.ne["name_en"], r.ne["name"], r.ne["name_local"]} {
				if n != "" && n != en && typeless(n) != en && !strings.ContainsAny(n, "|?") {
					other = appendNew(other, n)
				}
			}
			f[6] = strings.Join(other, "|")
			for i := 2; i < 6; i++ {
				if f[i] == en {
					f[i] = ""
				}
			}
		}
		fmt.Fprintln(w, strings.Join(f, "\t"))
	}
	if err := w.Flush(); err != nil {
		log.Fatal(err)
	}
	if *areas != "" {
		var lines []string
		for area, c := range covered {
			lines = append(lines, area+"\t"+c+"\n")
		}
		sort.Strings(lines)
		if err := os.WriteFile(*areas, []byte(strings.Join(lines, "")), 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

var (
	brackets = regexp.MustCompile(`\s*[\[(][^\])]*[\])]?\s*`)
	types    = regexp.MustCompile(`(?i)\b(province|governorate|prefecture|region|district|county|municipality|oblast|department|state|division|canton|kray|krai|respublika|republic|oblysy|voblasc|okrug|avtonomnyy|autonomous|city of)\b`)
)

// clean drops remarks in brackets and the misread "AI" for "Al".
func clean(s string) string {
	s = strings.TrimSpace(brackets.ReplaceAllString(s, " "))
	s = strings.TrimSuffix(s, ",")
	if rest, ok := strings.CutPrefix(s, "AI "); ok {
		s = "Al " + rest
	}
	if a, b, ok := strings.Cut(s, " - "); ok && strings.Contains(b, "oblast") {
		s = a
	}
	return s
}

// typeless drops the type of region from Natural Earth's English names, where
// some have it and some do not: "Kémo Prefecture". A
// word of direction keeps it: "Northern Province".
func typeless(s string) string {
	for _, suffix := range []string{" Province", " Governorate", " Economic Prefecture", " Prefecture", " Oblast", " Department", " Municipality"} {
		if t, ok := strings.CutSuffix(s, suffix); ok && len(t) > 2 && !strings.HasSuffix(t, "ern") {
			return t
		}
	}
	return s
}

func plain(s string) string {
	s = types.ReplaceAllString(strings.ToLower(s), "")
	var b strings.Builder
	for _, r := range s {
		if unicode.IsLetter(r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// alike scores how many leading letters the names share.
func alike(name string, r map[string]string) int {
	best := 0
	for _, n := range []string{r["name"], r["name_en"]} {
		a, b := plain(name), plain(n)
		i := 0
		for i < len(a) && i < len(b) && a[i] == b[i] {
			i++
		}
		if a == b {
			i += 100
		}
		best = max(best, i)
	}
	return best
}

func appendNew(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}

func crosswalk(file string) map[string][]string {
	data, err := os.ReadFile(file)
	if err != nil {
		log.Fatal(err)
	}
	out := map[string][]string{}
	for line := range strings.Lines(string(data)) {
		area, codes, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if ok && !strings.HasPrefix(line, "#") {
			out[area] = strings.Fields(codes)
		}
	}
	return out
}

func read(file string) []map[string]string {
	f, err := os.Open(file)
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		log.Fatal(err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, h := range rows[0] {
			m[h] = row[i]
		}
		out = append(out, m)
	}
	return out
}
