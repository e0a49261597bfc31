//go:build e2e

package kit

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"keepiton/geo"
	"keepiton/kit/letters"
	"keepiton/kit/sheet"
	"keepiton/locale"
)

// browser starts Chromium on a page that has the kit's fonts and nothing else.
func browser(t *testing.T) context.Context {
	t.Helper()
	var css strings.Builder
	for f := range letters.Face(letters.Faces) {
		fmt.Fprintf(&css, "@font-face{font-family:%s;src:url(/%s.ttf)}", f.Name(), f.Name())
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for f := range letters.Face(letters.Faces) {
			if r.URL.Path == "/"+f.Name()+".ttf" {
				w.Header().Set("Content-Type", "font/ttf")
				w.Write(f.Data())
				return
			}
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "<!doctype html><style>%s</style><canvas></canvas>", css.String())
	}))
	t.Cleanup(server.Close)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	alloc, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.Navigate(server.URL)); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	ask[bool](t, ctx, `Promise.all([...document.fonts].map(f=>f.load())).then(()=>document.fonts.size==6)`)
	return ctx
}

func ask[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%.80s: %v", expression, err)
	}
	return v
}

// picture decodes what canvas.toDataURL gave.
func picture(t *testing.T, dataURL string) *image.RGBA {
	t.Helper()
	_, data, _ := strings.Cut(dataURL, ",")
	b, err := base64.StdEncoding.DecodeString(data)
	if err != nil {
		t.Fatal(err)
	}
	return decoded(t, b)
}

func decoded(t *testing.T, b []byte) *image.RGBA {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	out := image.NewRGBA(img.Bounds())
	draw.Draw(out, out.Bounds(), img, image.Point{}, draw.Src)
	return out
}

// difference compares two pictures: the share of pixels that differ by more than
// a quarter of the range, which edges of letters do not where they stand alike,
// and the mean difference of all.
func difference(t *testing.T, a, b *image.RGBA) (share, mean float64) {
	t.Helper()
	if a.Bounds() != b.Bounds() {
		t.Fatalf("%v and %v", a.Bounds(), b.Bounds())
	}
	far, sum := 0, 0
	for i := 0; i < len(a.Pix); i += 4 {
		most := 0
		for k := range 3 {
			d := int(a.Pix[i+k]) - int(b.Pix[i+k])
			most = max(most, d, -d)
		}
		sum += most
		if most > 64 {
			far++
		}
	}
	n := float64(len(a.Pix) / 4)
	return float64(far) / n, float64(sum) / n
}

// TestChromiumDrawsTheSVGAsThePNG compares every template in three scripts.
func TestChromiumDrawsTheSVGAsThePNG(t *testing.T) {
	ctx := browser(t)
	for _, tpl := range Templates() {
		for i, lang := range []string{"fr", "ar", "am"} {
			p := example(tpl, locale.For(lang), tpl.Shapes[i%len(tpl.Shapes)])
			p.Dark = i == 1
			p.Pixels = min(600, p.Shape.Size().Pixels)
			ours := decoded(t, render(t, p, PNG))
			svg, err := json.Marshal("data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(render(t, p, SVG)))
			if err != nil {
				t.Fatal(err)
			}
			theirs := picture(t, ask[string](t, ctx, fmt.Sprintf(`new Promise((done,fail)=>{const i=new Image();i.onload=()=>{const c=document.querySelector('canvas');c.width=%d;c.height=%d;const x=c.getContext('2d',{willReadFrequently:true});x.drawImage(i,0,0,c.width,c.height);done(c.toDataURL())};i.onerror=fail;i.src=%s})`,
				ours.Bounds().Dx(), ours.Bounds().Dy(), svg)))
			share, mean := difference(t, onWhite(ours), onWhite(theirs))
			limit := 0.004
			if p.Shape == Label {
				limit = 0.03 // coarser outlines, and an address in letters of the system
			}
			if share > limit || mean > 3 {
				t.Errorf("%s: %.4f of the pixels differ, %.2f in the mean", label(p), share, mean)
			}
		}
	}
}

func onWhite(img *image.RGBA) *image.RGBA {
	out := image.NewRGBA(img.Bounds())
	draw.Draw(out, out.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(out, out.Bounds(), img, image.Point{}, draw.Over)
	return out
}

// ownWords are headings of the kit in every language, and a name of a country in each:
// what stands on most pictures.
func ownWords() (out []struct{ lang, words string }) {
	for _, l := range locale.Languages {
		pr := locale.For(l.Tag)
		for _, id := range []string{"line", "window", "election", "exam", "kept"} {
			tpl, _ := ByID(id)
			out = append(out, struct{ lang, words string }{l.Tag, strings.Join(strings.Fields(tpl.Piece(pr, tpl.Shapes[0]).Title), " ")})
		}
		out = append(out, struct{ lang, words string }{l.Tag, geo.Name("CD", l.Tag) + " · " + pr.Number(10957)})
	}
	return out
}

// TestChromiumShapesTheSameWords sets words in Chromium, which has a HarfBuzz and
// a bidirectional algorithm of its own, with the same fonts.
func TestChromiumShapesTheSameWords(t *testing.T) {
	ctx := browser(t)
	order := map[letters.Script]string{letters.Latin: "latin-%[1]s,arabic-%[1]s,ethiopic-%[1]s", letters.Arabic: "arabic-%[1]s,latin-%[1]s,ethiopic-%[1]s", letters.Ethiopic: "ethiopic-%[1]s,latin-%[1]s,arabic-%[1]s"}
	for _, c := range append(ownWords(), []struct{ lang, words string }{
		{"ar", "قَطَعَتِ الحكومةُ الإنترنتَ"},
		{"ar", "مُحَمَّدٌ لا يَرى شَيْئًا"},
		{"ar", "تحالف #KeepItOn منذ 2016"},
		{"ar", "قالت Access Now (SMEX) إن 3,400,000 شخص"},
		{"ar", "السودان: 12% بلا اتصال؛ هل تسمعون؟"},
		{"ar", "لله الأمر والإنترنت «مقطوع»"},
		{"am", "ኢንተርኔትን አቋረጡብን።"},
		{"am", "የ#KeepItOn ጥምረት፣ ከ2016 ጀምሮ፤ 35 አገሮች፦"},
		{"am", "በጨለማ፡ምርጫ፡የለም።"},
		{"fr", "L’été où l’on a coupé internet à N’Djaména"},
		{"fr", "Cœur, naïve, ÉTAT, ça\u00a0: «\u00a0non\u00a0»\u00a0!"},
		{"fr", "حملة 2026 KeepItOn pour tous"},
		{"ca", "La cel·la il·legal, col·lapse de l’opinió"},
		{"pt", "Ações não atendidas: 1,5 milhão"},
		{"es", "¿Mamá? ¡Contesta! Año de güisos"},
		{"en", "AVATAR To. Ty. fi ffi #KeepItOn 1,204"},
	}...) {
		for _, w := range []letters.Weight{letters.Text, letters.Head} {
			style := letters.Style{Lang: c.lang, Weight: w}
			l, err := letters.Set(c.words, style)
			if err != nil {
				t.Fatal(err)
			}
			const size, width, height = 60.0, 1500, 160
			const x, y = 30.0, 100.0
			direction, weight := "ltr", [...]string{letters.Text: "text", letters.Head: "head"}[w]
			if l.RTL {
				direction = "rtl"
			}
			words, err := json.Marshal(l.Text)
			if err != nil {
				t.Fatal(err)
			}
			type set struct {
				Width   float64
				Picture string
			}
			got := ask[set](t, ctx, fmt.Sprintf(`(()=>{const c=document.querySelector('canvas');c.width=%d;c.height=%d;const x=c.getContext('2d',{willReadFrequently:true});x.fillStyle='#fff';x.fillRect(0,0,c.width,c.height);x.fillStyle='#000';x.font='%vpx %s';x.lang='%s';x.textRendering='geometricPrecision';x.fontKerning='normal';x.textAlign='left';x.direction='%s';x.fillText(%s,%v,%v);return{Width:x.measureText(%s).width,Picture:c.toDataURL()}})()`,
				width, height, size, fmt.Sprintf(order[style.Script()], weight), c.lang, direction, words, x, y, words))
			if d := math.Abs(got.Width - l.Width*size); d > 0.5 {
				t.Errorf("%s %s: %q is %.2f wide in Chromium, %.2f here", c.lang, weight, c.words, got.Width, l.Width*size)
			}
			white := sheet.Colour(0xffffff)
			page := sheet.Sheet{Width: width, Height: height, Ground: &white}
			page.Write(l, sheet.Point{X: x, Y: y}, size, 0, sheet.Paragraph, false)
			ours := page.Raster(width)
			share, mean := difference(t, ours, picture(t, got.Picture))
			inked := 0
			for i := 0; i < len(ours.Pix); i += 4 {
				if ours.Pix[i] < 128 {
					inked++
				}
			}
			// Of the ink, not of the page: an em that stands elsewhere is seen.
			if of := share * width * height / float64(inked); of > 0.03 || inked < 1000 {
				t.Errorf("%s %s: %q differs from Chromium's by %.4f of its ink of %d pixels (%.3f in the mean)", c.lang, weight, c.words, of, inked, mean)
			}
		}
	}
}
