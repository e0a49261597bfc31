package chart

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"keepiton"
	"keepiton/geo"
	"keepiton/locale"
)

func sampleWorld(lang string) Figure {
	counts := map[string]int{"IN": 920, "MM": 310, "PK": 90, "IQ": 75, "IR": 60, "RU": 140, "SY": 40, "ET": 32, "UA": 35, "TR": 25, "BH": 9, "MV": 1, "VE": 14, "US": 1, "KE": 6, "SN": 5, "TD": 8, "GA": 3, "TO": 1, "BR": 5, "CN": 4, "DZ": 13, "SD": 22}
	return WorldMap(Options{P: locale.For(lang), ID: "world", Title: "Shutdowns by country", Desc: "Most were in India and Myanmar.", Caption: "Rule stop-2024, as of 23 November 2026"},
		MapData{Counts: counts, Dark: map[string]bool{"SD": true, "MM": true, "BH": true}, Href: func(code string) string { return "/en/countries/" + code }})
}

func TestWorldMapStaysUnderSevenKilobytes(t *testing.T) {
	// About as many countries as STOP lists in ten years, and as unevenly.
	counts := map[string]int{}
	for i, c := range geo.Countries() {
		if i%5 < 2 {
			counts[c.Code] = max(1, 900/(i+1))
		}
	}
	f := WorldMap(Options{Title: "Shutdowns by country"}, MapData{Counts: counts, Href: func(code string) string { return "/en/countries/" + code }})
	var b bytes.Buffer
	w := brotli.NewWriterLevel(&b, brotli.BestCompression)
	fmt.Fprint(w, f.HTML(), f.Key())
	w.Close()
	t.Logf("%d countries with counts: %d bytes, %d with brotli", len(counts), len(f.HTML()), b.Len())
	if b.Len() > 7*1024 {
		t.Errorf("the map has %d bytes compressed, the budget is %d", b.Len(), 7*1024)
	}
}

func TestSmallStatesAreDotsAndDarkOnesRinged(t *testing.T) {
	html := string(sampleWorld("en").HTML())
	for _, want := range []string{"<title>Maldives: 1</title><circle", `href="/en/countries/IN"`, "<title>India: 920</title><path d=", `role="group"`} {
		if !strings.Contains(html, want) {
			t.Errorf("the map lacks %q", want)
		}
	}
	if n := strings.Count(html, "h0"); n != 3*3 {
		t.Errorf("%d strokes for the rings of 3 dark countries, want 3 each", n)
	}
	key := string(sampleWorld("en").Key())
	for _, want := range []string{"none", "dark now", "or more"} {
		if !strings.Contains(key, want) {
			t.Errorf("the key lacks %q: %s", want, key)
		}
	}
}

func TestMapTableHasEveryCountryThatCounts(t *testing.T) {
	f := sampleWorld("fr")
	if len(f.Table.Rows) != 23 || f.Table.Rows[0][0] != "Inde" || f.Table.Rows[0][1] != "920" {
		t.Errorf("table has %d rows, first %q", len(f.Table.Rows), f.Table.Rows[0])
	}
}

func TestClassesGrowAndCoverEveryCount(t *testing.T) {
	for most := range 3000 {
		breaks := classBreaks(most)
		if most > 0 && (len(breaks) == 0 || breaks[0] != 1 || len(breaks) > 4) {
			t.Fatalf("classBreaks(%d) = %v", most, breaks)
		}
		for i := 1; i < len(breaks); i++ {
			if breaks[i] <= breaks[i-1] || breaks[i] > most {
				t.Fatalf("classBreaks(%d) = %v", most, breaks)
			}
		}
		if most > 0 && (class(0, breaks) != 0 || class(most, breaks) != 4) {
			t.Fatalf("most %d, breaks %v: class of none %d, of most %d", most, breaks, class(0, breaks), class(most, breaks))
		}
	}
}

func sure(region string) keepiton.Place {
	return keepiton.Place{Country: region[:2], Region: region, Confidence: 1}
}

func sampleCountry(lang string) Figure {
	f, _ := CountryMap(Options{P: locale.For(lang), ID: "country", Title: "Affected regions", Desc: "Oromia and Amhara."}, "ET", []keepiton.Place{sure("ET-OR"), sure("ET-AM")})
	return f
}

func TestCountryMapHatchesWhatIsSureOnly(t *testing.T) {
	with := string(sampleCountry("en").HTML())
	if !strings.Contains(with, `fill="url(#country-h)" d=`) {
		t.Error("affected regions are not hatched")
	}
	guess := sure("ET-OR")
	guess.Confidence = 0.5
	f, _ := CountryMap(Options{ID: "country"}, "ET", []keepiton.Place{guess, sure("ET-AM")})
	both, _ := CountryMap(Options{ID: "country"}, "ET", []keepiton.Place{sure("ET-OR"), sure("ET-AM")})
	if f.HTML() == both.HTML() {
		t.Error("a guess is drawn as a fact")
	}
	// BD-08 is a district: the drawing has divisions.
	for _, none := range []keepiton.Place{guess, sure("BD-08")} {
		if _, ok := CountryMap(Options{ID: "country"}, none.Region[:2], []keepiton.Place{none}); ok {
			t.Errorf("a map on which %s is not marked", none.Region)
		}
	}
	nationwide := keepiton.Place{Country: "ET", Nationwide: true, Confidence: 1}
	but := sure("ET-TI")
	but.Except = true
	f, _ = CountryMap(Options{ID: "country"}, "ET", []keepiton.Place{nationwide, but})
	if s := string(f.HTML()); !strings.Contains(s, `fill="url(#country-h)" d=`) || !strings.Contains(s, `fill="url(#country-p)" d=`) {
		t.Error("nationwide with an exception needs hatching and dots")
	}
	if _, ok := CountryMap(Options{}, "TV", nil); ok {
		t.Error("a map of a country that we cannot draw")
	}
}

func BenchmarkWorldMap(b *testing.B) {
	for b.Loop() {
		sampleWorld("en").HTML()
	}
}
