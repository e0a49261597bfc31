package kit

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"keepiton"
	"keepiton/locale"
)

func errorKey(err error) string {
	var e *keepiton.Error
	if errors.As(err, &e) {
		return e.Key
	}
	return ""
}

func TestTemplatesAreNamedAndDescribedInEveryLanguage(t *testing.T) {
	for _, lang := range locale.Languages {
		pr := locale.For(lang.Tag)
		has := func(key string) {
			if pr.LangOf(key) != lang.Tag {
				t.Errorf("%s has no message %s", lang.Tag, key)
			}
		}
		for _, tpl := range Templates() {
			has(tpl.NameKey())
			has(tpl.AltKey())
			has(tpl.Kind.NameKey())
			for _, f := range tpl.Fields {
				has(f.NameKey())
			}
			for _, s := range tpl.Shapes {
				has(s.NameKey())
				if s.Size().Width == 0 {
					t.Errorf("%s has a shape %q without a size", tpl.ID, s)
				}
			}
		}
	}
}

func TestAltTellsWhatIsDrawnAndAllWords(t *testing.T) {
	each(t, func(t *testing.T, tpl Template, p Piece) {
		pr := locale.For(p.Lang)
		alt := Alt(p, pr)
		if !strings.Contains(alt, pr.T(tpl.AltKey())) {
			t.Errorf("%s: %q does not describe the picture", label(p), alt)
		}
		for _, f := range tpl.Fields {
			if at := p.Text(f); at != nil && !strings.Contains(alt, strings.Join(strings.Fields(*at), " ")) {
				t.Errorf("%s: %q lacks %q", label(p), alt, *at)
			}
		}
	})
}

func TestSVGIsOneDocumentWithoutScriptsOrLinks(t *testing.T) {
	each(t, func(t *testing.T, _ Template, p Piece) {
		data := render(t, p, SVG)
		found := map[string]string{}
		d := xml.NewDecoder(bytes.NewReader(data))
		var open string
		for {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", label(p), err)
			}
			switch e := token.(type) {
			case xml.StartElement:
				open = e.Name.Local
				switch open {
				case "svg", "title", "desc", "path", "image", "g", "defs", "use", "text", "metadata", "RDF", "Work", "license", "creator", "source", "rights":
				default:
					t.Errorf("%s: element %s", label(p), open)
				}
				for _, a := range e.Attr {
					if a.Name.Local == "href" && !strings.HasPrefix(a.Value, "#") || a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") {
						t.Errorf("%s: attribute %s", label(p), a.Name.Local)
					}
					if open == "license" {
						found["license"] = a.Value
					}
				}
			case xml.EndElement:
				open = ""
			case xml.CharData:
				found[open] += string(e)
			}
		}
		if strings.TrimSpace(found["title"]) == "" || !strings.Contains(found["desc"], locale.For(p.Lang).T("kit."+p.Template+".alt")) || found["license"] != License && !strings.Contains(found["metadata"], License) {
			t.Errorf("%s: title %q, desc %.60q, license %q", label(p), found["title"], found["desc"], found["license"])
		}
	})
}

// A label stands on other people's pages.
func TestLabelsAreSmall(t *testing.T) {
	for _, tpl := range Templates() {
		if tpl.Kind != Badge {
			continue
		}
		for _, lang := range locale.Languages {
			p := example(tpl, locale.For(lang.Tag), Label)
			p.Source = "https://keepiton.example/" + lang.Tag + "/incidents/KIO-2023-0114"
			if n := len(render(t, p, SVG)); n > 6<<10 {
				t.Errorf("%s: %d bytes, at most 6,144", label(p), n)
			}
		}
	}
}

func TestTheSamePieceGivesTheSameBytes(t *testing.T) {
	for _, f := range Formats() {
		for _, id := range []string{"line", "calendar", "dark"} {
			tpl, _ := ByID(id)
			p := example(tpl, locale.For("ar"), tpl.Shapes[len(tpl.Shapes)-1])
			first := render(t, p, f)
			var wait sync.WaitGroup
			for range 4 {
				wait.Go(func() {
					if !bytes.Equal(first, render(t, p, f)) {
						t.Errorf("%s as %s differs from one time to the next", label(p), f)
					}
				})
			}
			wait.Wait()
		}
	}
}

func TestKeysTellPiecesApart(t *testing.T) {
	tpl, _ := ByID("incident")
	p := example(tpl, locale.For("en"), Wide)
	p.Words = "Nobody could call."
	red, blue := image.NewRGBA(image.Rect(0, 0, 2, 2)), image.NewRGBA(image.Rect(0, 0, 2, 2))
	red.Set(0, 0, color.RGBA{255, 0, 0, 255})
	blue.Set(0, 0, color.RGBA{0, 0, 255, 255})
	seen := map[string]int{}
	for i, change := range []func(*Piece){
		func(*Piece) {},
		func(p *Piece) { p.Title += "!" },
		func(p *Piece) { p.Title, p.Words = p.Title+" "+p.Words, "" },
		func(p *Piece) { p.Cuts = []Cut{{day(2023, 8, 3), day(2023, 8, 4)}} },
		func(p *Piece) { p.Dark = true },
		func(p *Piece) { p.Lang = "fr" },
		func(p *Piece) { p.Pixels = 300 },
		func(p *Piece) { p.Logo = red },
		func(p *Piece) { p.Logo = blue },
	} {
		q := p
		change(&q)
		if other, ok := seen[q.Key(PNG)]; ok {
			t.Errorf("changes %d and %d have one key", other, i)
		}
		seen[q.Key(PNG)] = i
	}
	if p.Key(PNG) == p.Key(SVG) {
		t.Error("formats share a key")
	}
	same := p
	same.Title = " " + p.Title + "\r\n"
	if same.Key(PNG) != p.Key(PNG) {
		t.Error("blanks around a title change the key")
	}
}

func TestWhatCannotBeDrawnIsSaid(t *testing.T) {
	line, _ := ByID("line")
	counter, _ := ByID("counter")
	for name, c := range map[string]struct {
		tpl    Template
		change func(*Piece)
		code   keepiton.Code
		key    string
		says   string
	}{
		"a character": {line, func(p *Piece) { p.Title = "断网" }, keepiton.Invalid, "error.kit.character", "U+65AD"},
		"an emoji":    {line, func(p *Piece) { p.Words = "Light 🕯" }, keepiton.Invalid, "error.kit.character", "U+1F56F"},
		"a control":   {line, func(p *Piece) { p.Title = "a\x07b" }, keepiton.Invalid, "error.kit.character", "U+0007"},
		"length":      {line, func(p *Piece) { p.Title = strings.Repeat("a", 121) }, keepiton.TooLarge, "error.kit.length", "title has 121"},
		"a long word": {line, func(p *Piece) { p.Title = strings.Repeat("W", 120) }, keepiton.Invalid, "error.kit.long", "do not fit"},
		"no number":   {counter, func(p *Piece) { p.Number = " " }, keepiton.Invalid, "error.kit.needs", "number"},
		"a shape":     {line, func(p *Piece) { p.Shape = Label }, keepiton.Invalid, "", "label"},
		"a language":  {line, func(p *Piece) { p.Lang = "xx" }, keepiton.Invalid, "", "xx"},
		"pixels":      {line, func(p *Piece) { p.Pixels = 20000 }, keepiton.Invalid, "", "20000"},
		"a template":  {line, func(p *Piece) { p.Template = "none" }, keepiton.NotFound, "", "none"},
		"a cut":       {line, func(p *Piece) { p.Cuts = []Cut{{day(2023, 2, 1), day(2023, 1, 1)}} }, keepiton.Invalid, "", "2023-02-01"},
		"a logo":      {line, func(p *Piece) { p.Logo = image.NewAlpha(image.Rect(0, 0, 1<<20, 1<<3)) }, keepiton.TooLarge, "", "pixels"},
	} {
		p := example(c.tpl, locale.For("en"), A4)
		c.change(&p)
		var b bytes.Buffer
		err := Render(&b, p, SVG)
		if keepiton.CodeOf(err) != c.code || errorKey(err) != c.key || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, code %q, key %q", name, err, keepiton.CodeOf(err), errorKey(err))
		}
		if b.Len() > 0 {
			t.Errorf("%s: %d bytes were written", name, b.Len())
		}
		if c.key != "" {
			if s := locale.For("am").T(c.key, "Character", "x", "Code", "U+0", "Most", 3, "Words", "w", "Field", "f"); s == c.key {
				t.Errorf("%s has no message", c.key)
			}
		}
	}
}

func TestPNGHasTheSizeThatWasAskedFor(t *testing.T) {
	for _, tpl := range Templates() {
		for _, shape := range tpl.Shapes {
			p := example(tpl, locale.For("am"), shape)
			p.Pixels = 120
			img, err := png.Decode(bytes.NewReader(render(t, p, PNG)))
			if err != nil {
				t.Fatal(err)
			}
			size := shape.Size()
			if b := img.Bounds(); b.Dx() != 120 || b.Dy() != int(120*size.Height/size.Width+0.5) {
				t.Errorf("%s: %v", label(p), b)
			}
		}
	}
}

// What is drawn, and not written, is the mirror image in Arabic; a clock and a
// map are not.
func TestPagesAreMirroredForArabic(t *testing.T) {
	for id, mirrored := range map[string]bool{"line": true, "window": true, "signal": true, "cable": true, "exam": false} {
		tpl, _ := ByID(id)
		var pages [2]*image.RGBA
		for i, lang := range []string{"en", "ar"} {
			p := Piece{Template: id, Shape: tpl.Shapes[0], Lang: lang, Title: "·"}
			s, err := compose(p)
			if err != nil {
				t.Fatal(err)
			}
			pages[i] = s.Raster(200)
		}
		b := pages[0].Bounds()
		differ := 0
		for y := b.Dy() / 5; y < b.Dy()*4/5; y++ {
			for x := range b.Dx() {
				a, c := pages[0].RGBAAt(x, y), pages[1].RGBAAt(b.Dx()-1-x, y)
				if d := int(a.R) - int(c.R); d > 60 || d < -60 {
					differ++
				}
			}
		}
		if share := float64(differ) / float64(b.Dx()*b.Dy()); mirrored != (share < 0.004) {
			t.Errorf("%s: %.4f of the page differs from its mirror image", id, share)
		}
	}
}

func TestACountryWithoutADrawingIsADot(t *testing.T) {
	tpl, _ := ByID("country")
	for _, country := range []string{"SM", "XA", "ET", "RU", "FJ"} {
		p := example(tpl, locale.For("en"), Wide)
		p.Country, p.Regions = country, nil
		if n := len(render(t, p, SVG)); n < 2000 {
			t.Errorf("%s: %d bytes", country, n)
		}
	}
	p := example(tpl, locale.For("en"), Wide)
	marked := render(t, p, SVG)
	p.Regions = []string{"ET-XX"}
	if bytes.Equal(marked, render(t, p, SVG)) || !bytes.Contains(render(t, p, SVG), []byte("#b3261e")) {
		t.Error("a region that is not on the map leaves an unmarked map")
	}
}

// The cable is what reaches the edge of the page; each cut is a gap in it.
func TestTheIncidentsCableHasAGapForEachCut(t *testing.T) {
	tpl, _ := ByID("incident")
	p := example(tpl, locale.For("en"), Wide)
	for _, cuts := range [][]Cut{p.Cuts, p.Cuts[:1], {{day(2023, 8, 3), day(2023, 8, 3).Add(time.Minute)}}} {
		p.Cuts = cuts
		s, err := compose(p)
		if err != nil {
			t.Fatal(err)
		}
		img := s.Raster(1200)
		dark := func(x, y int) bool { return img.RGBAAt(x, y).R < 80 }
		y := 0
		for !dark(0, y) || !dark(0, y+8) {
			y++
		}
		pieces := 0
		for x := 1; x < 1200; x++ {
			if dark(x-1, y+8) && !dark(x, y+8) {
				pieces++
			}
		}
		if pieces != len(cuts) || !dark(1199, y+8) {
			t.Errorf("%d cuts, %d gaps", len(cuts), pieces)
		}
	}
}

func FuzzRender(f *testing.F) {
	for _, tpl := range Templates() {
		for i, lang := range locale.Languages {
			p := example(tpl, locale.For(lang.Tag), tpl.Shapes[0])
			f.Add(tpl.ID, uint8(i), uint8(i), p.Title, p.Words, p.Place, p.Number, p.Org, int64(i*86400))
		}
	}
	f.Add("line", uint8(0), uint8(2), "\u202e\u2066a\u0301\u0651", "\u00ad\u200d\ufeff ا\u064b\u064b\u064b", "፡፡", "٣", "@#", int64(-1))
	f.Fuzz(func(t *testing.T, id string, shape, lang uint8, title, words, place, number, org string, length int64) {
		tpl, ok := ByID(id)
		if !ok {
			tpl = templates[len(id)%len(templates)]
		}
		p := tpl.Piece(locale.For(locale.Languages[int(lang)%len(locale.Languages)].Tag), tpl.Shapes[int(shape)%len(tpl.Shapes)])
		p.Title, p.Words, p.Place, p.Number, p.Org, p.Unit, p.Link, p.Small = title, words, place, number, org, place, org, words
		p.Country = strings.ToUpper(org)
		p.Cuts = []Cut{{day(2023, 8, 3), day(2023, 8, 3).Add(time.Duration(length%(100*365*86400)) * time.Second)}}
		var b bytes.Buffer
		if err := Render(&b, p, Formats()[len(words)%2*2]); err != nil {
			if c := keepiton.CodeOf(err); c != keepiton.Invalid && c != keepiton.TooLarge {
				t.Fatal(err)
			}
		}
	})
}
