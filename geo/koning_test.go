package geo

import (
	"encoding/csv"
	"flag"
	"os"
	"slices"
	"sort"
	"strings"
	"testing"

	"keepiton"
)

var showMisses = flag.Bool("misses", false, "print every event whose districts differ from the truth")

const stopData = "../../shared/data/stop/"

// truthEvent is one event of the set of India's district events that a
// researcher resolved by hand (one row for each district and event).
type truthEvent struct {
	date, area string // the area with its blanks removed, as that file has it
	states     map[string]bool
	districts  map[string]bool // "IN-JK/Srinagar", by the census of 2011
}

// measure is what a resolver says against the truth.
type measure struct {
	events, stateRight     int
	truth, said, right     int // districts
	exactEvents, withTruth int
	guessRight, guessSaid  int
}

func TestIndiaAgainstDistrictsResolvedByHand(t *testing.T) {
	events := readTruth(t)
	original := originalAreas(t)
	for _, c := range []struct {
		name                            string
		area                            func(truthEvent) (string, bool)
		state, recall, precision, least float64
	}{
		{"blanks removed, as the file has it", func(e truthEvent) (string, bool) { return e.area, true }, 0.97, 0.85, 0.90, 400},
		{"the sheet's own words, where they could be joined", func(e truthEvent) (string, bool) {
			a, ok := original[e.date+"|"+squash(e.area)]
			return a, ok
		}, 0.97, 0.85, 0.90, 200},
	} {
		m := measureIndia(t, events, c.area, false)
		state := ratio(m.stateRight, m.events)
		recall, precision := ratio(m.right, m.truth), ratio(m.right, m.said)
		f1 := 2 * precision * recall / (precision + recall)
		t.Logf("%s: %d events, state %.1f %%, districts recall %.1f %% precision %.1f %% F1 %.1f %% (truth %d, said as sure %d), all districts right in %.1f %% of %d events; guesses %d, right %d",
			c.name, m.events, 100*state, 100*recall, 100*precision, 100*f1, m.truth, m.said, 100*ratio(m.exactEvents, m.withTruth), m.withTruth, m.guessSaid, m.guessRight)
		strict := measureIndia(t, events, c.area, true)
		t.Logf("%s: if each of several states were all of its districts: recall %.1f %% precision %.1f %%", c.name, 100*ratio(strict.right, strict.truth), 100*ratio(strict.right, strict.said))
		if float64(m.events) < c.least {
			t.Errorf("%s: only %d events", c.name, m.events)
		}
		if state < c.state || recall < c.recall || precision < c.precision {
			t.Errorf("%s: below the floors of state %.2f, recall %.2f, precision %.2f", c.name, c.state, c.recall, c.precision)
		}
	}
}

func measureIndia(t *testing.T, events []truthEvent, area func(truthEvent) (string, bool), allOf bool) measure {
	var m measure
	for _, e := range events {
		words, ok := area(e)
		if !ok {
			continue
		}
		m.events++
		states, sure, guessed := saidOfIndia(Resolve("India", words, ""), allOf)
		if sameSet(states, e.states) {
			m.stateRight++
		} else if *showMisses {
			t.Logf("STATE %q: said %v, truth %v", words, keys(states), keys(e.states))
		}
		if len(e.districts) == 0 {
			continue
		}
		m.withTruth++
		right := 0
		for d := range sure {
			if e.districts[d] {
				right++
			}
		}
		for d := range guessed {
			m.guessSaid++
			if e.districts[d] {
				m.guessRight++
			}
		}
		m.truth, m.said, m.right = m.truth+len(e.districts), m.said+len(sure), m.right+right
		if right == len(sure) && right == len(e.districts) {
			m.exactEvents++
		} else if *showMisses {
			t.Logf("DISTRICTS -%d +%d %q: not found %v, not in the truth %v", len(e.districts)-right, len(sure)-right, words, minus(e.districts, sure), minus(sure, e.districts))
		}
	}
	return m
}

// saidOfIndia returns states and districts that a page would show as facts,
// and districts that are only guesses. A state named alone is all of its districts; where
// the cell names other places too, it says the state and not each district, unless allOf asks for that reading.
func saidOfIndia(places []keepiton.Place, allOf bool) (states, sure, guessed map[string]bool) {
	states, sure, guessed = map[string]bool{}, map[string]bool{}, map[string]bool{}
	except := map[string]bool{}
	alone := len(slices.DeleteFunc(slices.Clone(places), func(p keepiton.Place) bool { return p.Except })) == 1
	for _, p := range places {
		region := formerly(p.Region)
		if region == "" {
			continue
		}
		if p.Except {
			if key(p.Words) == key(p.District) || len(gazetteerOf("IN").spots[key(p.Words)]) > 0 {
				except[region+"/"+parentOf(p.Region, p.District)] = true
			}
			continue
		}
		if p.Confidence >= keepiton.SurePlace {
			states[region] = true
		}
		var list []string
		switch {
		case p.District != "":
			list = []string{parentOf(p.Region, p.District)}
		case isWhole(p) && (alone || allOf):
			for _, d := range Districts(p.Region) {
				list = append(list, d.Parent)
			}
		}
		for _, d := range list {
			if p.Confidence >= keepiton.SurePlace {
				sure[region+"/"+d] = true
			} else {
				guessed[region+"/"+d] = true
			}
		}
	}
	for d := range except {
		delete(sure, d)
	}
	return states, sure, guessed
}

// isWhole reports whether the words are the region's name and no more.
func isWhole(p keepiton.Place) bool {
	var words []string
	for w := range strings.FieldsSeq(fold(p.Words)) {
		if partWords[w] || isNumber(w) {
			return false
		}
		if !smallWords[w] && typeWords[w] == typeNone && !linkWords[w] {
			words = append(words, w)
		}
	}
	for _, s := range gazetteerOf("IN").spots[key(strings.Join(words, " "))] {
		if s.kind == kindRegion {
			return true
		}
	}
	if tokens := tokenize(p.Words, gazetteerOf("IN")); len(tokens) > 0 {
		pieces := gazetteerOf("IN").scan(tokens)
		if len(pieces) == 1 && !pieces[0].part {
			_, ok := pieces[0].reading(kindRegion)
			return ok
		}
	}
	return false
}

func formerly(region string) string {
	if old := formerParts[region]; old != "" {
		return old
	}
	return region
}

func parentOf(region, district string) string {
	for _, d := range Districts(region) {
		if d.Name == district {
			return d.Parent
		}
	}
	return district
}

func readTruth(t *testing.T) []truthEvent {
	rows := readCSV(t, "koning_india_district_2016_2022.dev.csv")
	index := map[string]int{}
	var out []truthEvent
	g := gazetteerOf("IN")
	for _, row := range rows {
		id := strings.Join([]string{row["start_date"], row["event"], row["area_name_string"], row["source_link"]}, "\x00")
		i, ok := index[id]
		if !ok {
			i = len(out)
			index[id] = i
			out = append(out, truthEvent{date: row["start_date"], area: row["area_name_string"], states: map[string]bool{}, districts: map[string]bool{}})
		}
		e := &out[i]
		var state string
		for _, s := range g.spots[key(row["state"])] {
			if s.kind == kindRegion {
				state = formerly(s.region)
			}
		}
		if state == "" {
			t.Fatalf("truth has the state %q", row["state"])
		}
		e.states[state] = true
		name := strings.Trim(row["districts"], " .")
		if name == "" || name == "NA" {
			continue
		}
		e.districts[state+"/"+truthDistrict(g, state, name)] = true
	}
	return out
}

// truthDistrict brings a name of the truth into our spelling.
func truthDistrict(g *gazetteer, state, name string) string {
	for _, s := range g.spots[key(name)] {
		if s.kind == kindArea && s.region == state {
			s = s.members[0] // Jaintia Hills is one district in the truth's list
		}
		if s.kind != kindRegion && formerly(s.region) == state {
			return parentOf(s.region, s.district)
		}
	}
	return name
}

// originalAreas maps start date and squashed area to the area with its blanks.
func originalAreas(t *testing.T) map[string]string {
	out := map[string]string{}
	for _, row := range readCSV(t, "stop_combined_2016_2025.dev.csv") {
		if row["country"] == "India" {
			out[row["start_date"]+"|"+squash(row["area_name"])] = row["area_name"]
		}
	}
	return out
}

func squash(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(strings.ToLower(s)), ""), "shopian", "shupiyan")
}

func readCSV(t testing.TB, name string) []map[string]string {
	f, err := os.Open(stopData + name)
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("the data for this test is missing: %v", err)
		}
		t.Skipf("SKIPPED, NOTHING MEASURED: the data for this test is missing: %v", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rows[0][0] = strings.TrimPrefix(rows[0][0], "\ufeff")
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, h := range rows[0] {
			m[strings.TrimSpace(h)] = row[i]
		}
		out = append(out, m)
	}
	return out
}

func sameSet(a, b map[string]bool) bool { return len(minus(a, b)) == 0 && len(minus(b, a)) == 0 }

func minus(a, b map[string]bool) []string {
	var out []string
	for k := range a {
		if !b[k] {
			out = append(out, k)
		}
	}
	sort.Strings(out)
	return out
}

func keys(m map[string]bool) []string {
	return slices.Sorted(func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	})
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}
