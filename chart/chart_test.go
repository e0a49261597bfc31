package chart

import (
	"bytes"
	"encoding/xml"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/locale"
)

var update = flag.Bool("update", false, "rewrite the golden files; then look at them in a browser")

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func day(y int, m time.Month, d int) keepiton.Moment { return keepiton.On(y, m, d) }

func estimated(m keepiton.Moment) keepiton.Moment { m.Estimated = true; return m }

func sampleBars(lang string) Figure {
	return Bars(Options{P: locale.For(lang), ID: "bars", Title: "Shutdowns by year", Desc: "A made-up record from 2016 to 2026.", Caption: "Rule stop-2024, as of 23 November 2026"},
		BarData{
			Labels:  []string{"2016", "2017", "2018", "2019", "2020", "2021", "2022", "2023", "2024", "2025", "2026"},
			Hrefs:   []string{"/en/years/2016", "", "", "", "", "", "", "", "", "", "javascript:alert(1)"},
			Series:  []Series{{"Shutdowns", []float64{78, 109, 197, 216, 163, 187, 211, 297, 306, 1313, 120}}},
			Partial: true,
		})
}

func sampleStack(lang string) Figure {
	return Bars(Options{P: locale.For(lang), ID: "stack", Title: "By extent", Desc: "Stacked."},
		BarData{
			Labels: []string{"2019", "2020", "2021", "2022", "2023"},
			Series: []Series{
				{"Full network", []float64{120, 90, 110, 100, 150}},
				{"Certain services", []float64{60, 50, 40, 70, 90}},
				{"Both", []float64{20, 13, 25, 30, 40}},
				{"Unknown", []float64{16, 10, 12, math.NaN(), 17}},
			},
		})
}

func sampleLines(lang string) Figure {
	var at []time.Time
	for y := 2016; y <= 2025; y++ {
		at = append(at, time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC))
	}
	return Lines(Options{P: locale.For(lang), ID: "lines", Title: "Shutdowns by cause", Desc: "Three causes over ten years."}, LineData{At: at, Yearly: true, Series: []Series{
		{"Protests", []float64{20, 31, 45, 65, 50, 39, 62, 63, 74, 64}},
		{"Exam cheating", []float64{6, 8, 11, 9, 5, 12, 8, 12, 16, 20}},
		{"Conflict", []float64{math.NaN(), math.NaN(), 14, 30, math.NaN(), 19, 33, 74, 103, 125}},
	}})
}

func sampleTimeline(lang string) Figure {
	return Timeline(Options{P: locale.For(lang), ID: "time", Title: "Episodes", Desc: "Four cuts."}, []keepiton.Episode{
		{Start: day(2026, 9, 3), End: keepiton.Ending{State: keepiton.Ended, At: day(2026, 9, 12)}},
		{Start: estimated(day(2026, 9, 20)), End: keepiton.Ending{State: keepiton.Ended, At: keepiton.Moment{At: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), Precision: keepiton.Month}}},
		{Start: day(2026, 10, 5), End: keepiton.Ending{State: keepiton.EndUnknown}},
		{Start: day(2026, 11, 2), End: keepiton.Ending{State: keepiton.Ongoing}},
	}, now)
}

func sampleCurfew(lang string) Figure {
	var eps []keepiton.Episode
	for i := range 20 {
		at := time.Date(2026, 3, 1+i, 22, 0, 0, 0, time.UTC)
		eps = append(eps, keepiton.Episode{Start: keepiton.Moment{At: at, Precision: keepiton.Hour}, End: keepiton.Ending{State: keepiton.Ended, At: keepiton.Moment{At: at.Add(8 * time.Hour), Precision: keepiton.Hour}}})
	}
	return Timeline(Options{P: locale.For(lang), ID: "curfew", Title: "Twenty nights", Desc: "Each night from 22:00 to 06:00."}, eps, now)
}

func samples() map[string]Figure {
	out := map[string]Figure{}
	for _, lang := range []string{"en", "ar", "am"} {
		out["bars."+lang] = sampleBars(lang)
		out["stack."+lang] = sampleStack(lang)
		out["lines."+lang] = sampleLines(lang)
		out["timeline."+lang] = sampleTimeline(lang)
		out["curfew."+lang] = sampleCurfew(lang)
		out["country."+lang] = sampleCountry(lang)
		out["panels."+lang] = samplePanels(lang)
	}
	out["world.en"] = sampleWorld("en")
	return out
}

func TestFiguresLookAsTheyDid(t *testing.T) {
	for name, f := range samples() {
		path := filepath.Join("testdata", name+".svg")
		got := f.File()
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs: run go test ./chart -update and look at it in a browser", path)
		}
	}
}

func TestFiguresAreWellFormedWithoutStyleAttributesOrScripts(t *testing.T) {
	for name, f := range samples() {
		for kind, s := range map[string]string{"page": string(f.HTML()), "file": string(f.File())} {
			dec := xml.NewDecoder(strings.NewReader(s))
			for {
				tok, err := dec.Token()
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatalf("%s (%s): %v", name, kind, err)
				}
				el, ok := tok.(xml.StartElement)
				if !ok {
					continue
				}
				if el.Name.Local == "script" || kind == "page" && el.Name.Local == "style" {
					t.Errorf("%s (%s): has the element %s", name, kind, el.Name.Local)
				}
				for _, a := range el.Attr {
					if a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") || strings.Contains(a.Value, "javascript:") || strings.Contains(a.Value, "NaN") {
						t.Errorf("%s (%s): <%s %s=%q>", name, kind, el.Name.Local, a.Name.Local, a.Value)
					}
				}
			}
		}
	}
}

func TestTextFromOutsideCannotLeaveItsPlace(t *testing.T) {
	evil := `"><script>alert(1)</script>` + "\x00\x0b"
	f := Bars(Options{ID: `x" onload="`, Title: evil, Desc: evil, Caption: evil}, BarData{
		Labels: []string{evil}, Hrefs: []string{`/a"b`}, Head: evil, Series: []Series{{evil, []float64{1}}, {evil, []float64{2}}},
	})
	for _, s := range []string{string(f.HTML()), string(f.File())} {
		if strings.Contains(s, "<script") || strings.Contains(s, "onload=\"") || strings.ContainsAny(s, "\x00\x0b") {
			t.Errorf("text was not escaped: %s", s)
		}
		if err := xml.Unmarshal([]byte(s), new(struct{})); err != nil {
			t.Errorf("not well-formed: %v", err)
		}
	}
}

var tagged = regexp.MustCompile(`<[^>]*>`)

func TestEveryValueCanBeRead(t *testing.T) {
	f := sampleBars("en")
	text := tagged.ReplaceAllString(string(f.HTML()), "|")
	for _, want := range []string{"|78|", "|1,313|", "|2016|", "|2026|", "the year so far"} {
		if !strings.Contains(text, want) {
			t.Errorf("the drawing lacks the text %q", want)
		}
	}
	if got := f.Table.Rows[9]; got[0] != "2025" || got[1] != "1,313" {
		t.Errorf("table row = %q", got)
	}
}

func TestMissingValueIsADashAndNotZero(t *testing.T) {
	f := sampleLines("en")
	if got := f.Table.Rows[0][3]; got != "–" {
		t.Errorf("table shows %q for a missing value", got)
	}
	if n := strings.Count(string(f.HTML()), `class="l l2" d="M`); n < 1 {
		t.Fatal("no line for the third series")
	}
	// Two stretches of known values: two moves in the path.
	path := regexp.MustCompile(`class="l l2" d="([^"]*)"`).FindStringSubmatch(string(f.HTML()))
	if path == nil || strings.Count(path[1], "M") != 2 {
		t.Errorf("the gap is drawn over: %v", path)
	}
}

func TestAMissingEndIsNotDrawnAsAnEnd(t *testing.T) {
	open := Timeline(Options{}, []keepiton.Episode{{Start: day(2022, 1, 3)}}, now)
	if !strings.Contains(string(open.HTML()), `fill="url(#c-f)"`) || !strings.Contains(string(open.HTML()), ">?<") {
		t.Error("an episode without an end does not fade out")
	}
	closed := Timeline(Options{}, []keepiton.Episode{{Start: day(2022, 1, 3), End: keepiton.Ending{State: keepiton.Ended, At: day(2022, 1, 3)}}}, now)
	if strings.Contains(string(closed.HTML()), `fill="url(#c-f)"`) {
		t.Error("an episode of one day fades out")
	}
}

func TestNothingToDrawIsStillAFigure(t *testing.T) {
	for _, f := range []Figure{Bars(Options{}, BarData{}), Lines(Options{}, LineData{}), Timeline(Options{}, nil, now), Timeline(Options{}, []keepiton.Episode{{}}, now)} {
		if err := xml.Unmarshal(f.File(), new(struct{})); err != nil {
			t.Errorf("not well-formed: %v", err)
		}
		if f.Height <= 0 {
			t.Errorf("height %v", f.Height)
		}
	}
}

func BenchmarkBars(b *testing.B) {
	for b.Loop() {
		sampleBars("en").HTML()
	}
}

// TestWordsOfADrawingAreHiddenWhereThereIsNoSVG holds the shape that the style
// counts on: every word of the drawing is inside a group that the style hides,
// and that an attribute of SVG alone makes visible again.
func TestWordsOfADrawingAreHiddenWhereThereIsNoSVG(t *testing.T) {
	if !strings.Contains(CSS, ".ch .in{visibility:hidden;") || strings.Contains(strings.ReplaceAll(CSS, ".ch .in{visibility:hidden;", ""), "visibility") {
		t.Fatal("the style does not hide the group, or says more of visibility")
	}
	for name, f := range map[string]Figure{"bars": sampleBars("en"), "stack": sampleStack("ar"), "lines": sampleLines("en"), "timeline": sampleTimeline("am"), "curfew": sampleCurfew("en")} {
		before, drawing, ok := strings.Cut(string(f.HTML()), `<g class="in"><g visibility="visible">`)
		if !ok || strings.Contains(before, "<text") || !strings.Contains(drawing, "<text") || !strings.HasSuffix(drawing, "</g></g></svg>") {
			t.Errorf("%s: words stand outside of the group: %.200s", name, before)
		}
		if !strings.Contains(before, "<title") || !strings.Contains(before, "<desc") {
			t.Errorf("%s: what stands in its place is not before the group: %.200s", name, before)
		}
	}
}
