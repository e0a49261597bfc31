package geo

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

// pathData is what a page may get: whole numbers, relative lines, closed rings.
var pathData = regexp.MustCompile(`^(M\d+[ -]\d+l(-?\d+[ -]-?\d+)([ -]\d+|-?\d+)*z)+$`)

func TestEveryCountryIsOnTheMap(t *testing.T) {
	w := Outline()
	have := map[string]bool{}
	for _, s := range w.Shapes {
		have[s.Code] = true
		if s.Dot != (s.Path == "") {
			t.Errorf("%s: Dot is %v with path %q", s.Code, s.Dot, s.Path)
		}
		if s.X < 0 || s.X > w.Width || s.Y < 0 || s.Y > w.Height {
			t.Errorf("%s stands at %d,%d, outside the map", s.Code, s.X, s.Y)
		}
		if s.Path != "" && !pathData.MatchString(s.Path) {
			t.Errorf("%s: path %.40q is not plain path data", s.Code, s.Path)
		}
	}
	for _, c := range Countries() {
		if !have[c.Code] && c.Code != "AQ" {
			t.Errorf("%s is not on the map", c.Code)
		}
	}
}

func TestWorldMapWeighsAtMostSevenKilobytes(t *testing.T) {
	var b strings.Builder
	for _, s := range Outline().Shapes {
		if s.Dot {
			fmt.Fprintf(&b, `<circle id="%s" cx="%d" cy="%d"/>`, s.Code, s.X, s.Y)
		} else {
			fmt.Fprintf(&b, `<path id="%s" d="%s"/>`, s.Code, s.Path)
		}
	}
	got := packed(b.String(), 11)
	t.Logf("world map: %d bytes brotli", got)
	if got > 7000 {
		t.Errorf("the world map takes %d bytes, want at most 7,000", got)
	}
}

func TestCountryDrawingsWeighAtMostThreeKilobytes(t *testing.T) {
	count, largest, name := 0, 0, ""
	for _, c := range append(Countries(), MadeUp()...) {
		s, ok := CountryOutline(c.Code)
		if !ok {
			continue
		}
		count++
		var b strings.Builder
		for _, p := range s.Parts {
			fmt.Fprintf(&b, `<path id="%s" d="%s"/>`, p.Code, p.Path)
			if p.Code != "" && !strings.HasPrefix(p.Code, c.Code+"-") {
				t.Errorf("%s holds %s", c.Code, p.Code)
			}
			if p.Code != "" && RegionName(p.Code, "en") == p.Code {
				t.Errorf("%s has no name", p.Code)
			}
			if !pathData.MatchString(p.Path) {
				t.Errorf("%s: path %.40q is not plain path data", p.Code, p.Path)
			}
		}
		// level 9 takes a tenth more than a page's 11, and a tenth of its time
		if n := packed(b.String(), 9); n > largest {
			largest, name = n, c.Code
		}
	}
	t.Logf("%d country drawings, the heaviest is %s with %d bytes brotli", count, name, largest)
	if count < 180 {
		t.Errorf("only %d countries have a drawing", count)
	}
	if largest > 3000 {
		t.Errorf("%s takes %d bytes, want at most 3,000", name, largest)
	}
}

func TestRegionsOfTheRecordCanBeDrawn(t *testing.T) {
	for _, code := range []string{"UA-43", "IN-JK", "IN-LA", "MM-16", "IR-11", "PK-KP", "SD-DN", "ET-TI", "PS-GZA", "KE-24", "XA-01"} {
		s, _ := CountryOutline(code[:2])
		if !slices.ContainsFunc(s.Parts, func(p Shape) bool { return p.Code == code || slices.Contains(p.Covers, code) }) {
			t.Errorf("%s is in no part of its country's drawing", code)
		}
	}
}

func TestNoDrawingForPathsOutsideTheBlob(t *testing.T) {
	for _, code := range []string{"", "..", "../IN", "XZ", "in", "IN/"} {
		if _, ok := CountryOutline(code); ok {
			t.Errorf("CountryOutline(%q) found something", code)
		}
	}
}

func packed(s string, level int) int {
	var b bytes.Buffer
	w := brotli.NewWriterLevel(&b, level)
	_, _ = w.Write([]byte(s))
	_ = w.Close()
	return b.Len()
}

func BenchmarkCountryOutline(b *testing.B) {
	for b.Loop() {
		CountryOutline("IN")
	}
}
