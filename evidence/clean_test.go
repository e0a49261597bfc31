package evidence

import (
	"bytes"
	"encoding/json"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ebitengine/purego"
	"github.com/gen2brain/heic"

	"keepiton"
)

// What the fixtures carry and no copy may.
const (
	secretText  = "Abebech Tessema"
	secretPhone = "Pixel-9-IMEI-356938"
)

// marked returns one file of each kind that carries all the metadata that its
// format can: EXIF with coordinates and a small picture, XMP, IPTC, a colour
// profile, comments, document information, an attachment.
func marked(t *testing.T) map[Kind][]byte {
	t.Helper()
	exiftool := tool(t, "exiftool", "libimage-exiftool-perl")
	small := save(t, "small.jpg", asJPEG(t, photo(9, 160, 120), 60))
	tags := []string{
		"-overwrite_original", "-q", "-m",
		"-EXIF:Artist=" + secretText, "-EXIF:Make=" + secretPhone, "-EXIF:UserComment=" + secretText,
		"-EXIF:GPSLatitude=9.0249", "-EXIF:GPSLatitudeRef=N", "-EXIF:GPSLongitude=38.7469", "-EXIF:GPSLongitudeRef=E",
		"-EXIF:DateTimeOriginal=2026:11:24 15:00:00", "-XMP:Creator=" + secretText, "-XMP:Location=" + secretText,
	}
	with := func(name string, b []byte, more ...string) []byte {
		path := save(t, name, b)
		do(t, filepath.Dir(path), exiftool, append(append(slices.Clone(tags), more...), path)...)
		return load(t, path)
	}
	out := map[Kind][]byte{}
	img := photo(1, 640, 480)
	out[JPEG] = with("a.jpg", asJPEG(t, img, 90), "-IPTC:By-line="+secretText, "-Comment="+secretText, "-ThumbnailImage<="+small, "-Orientation#=6", "-ICC_Profile<="+profile(t))
	out[PNG] = with("a.png", asPNG(t, screen(640, 480, "No internet")), "-PNG:Comment="+secretText, "-PNG:Author="+secretText, "-ICC_Profile<="+profile(t))
	out[GIF] = with("a.gif", asGIF(t, screen(320, 240, "No internet"), screen(320, 240, "still none")), "-Comment="+secretText)
	out[WebP] = with("a.webp", convert(t, asJPEG(t, img, 90), "jpg", "webp"))
	out[HEIC] = with("a.heic", asHEIC(t, img))
	pdf := save(t, "a.pdf", asPDF("The network is cut", "page two"))
	note := save(t, "note.txt", []byte(secretText))
	do(t, filepath.Dir(pdf), tool(t, "qpdf", "qpdf"), "--replace-input", "--add-attachment", note, "--", pdf)
	do(t, filepath.Dir(pdf), exiftool, "-overwrite_original", "-q", "-m", "-PDF:Author="+secretText, "-PDF:Producer="+secretPhone, "-XMP:Creator="+secretText, pdf)
	out[PDF] = load(t, pdf)
	return out
}

// profile makes a colour profile that names somebody.
func profile(t *testing.T) string {
	t.Helper()
	// ICC.1:2022 section 7.2: a header of 128 bytes and an empty table of tags,
	// as far as anybody reads who does not apply it; here with a text as one tag.
	text := "desc\x00\x00\x00\x00\x00\x00\x00\x10" + secretText + "\x00"
	size := 128 + 4 + 12 + len(text)
	b := make([]byte, 128, size)
	b[2], b[3] = byte(size>>8), byte(size)
	copy(b[8:], "\x02\x40\x00\x00mntrRGB XYZ ")
	copy(b[36:], "acsp")
	b = append(b, 0, 0, 0, 1)
	b = append(b, "desc\x00\x00\x00\x90\x00\x00"...)
	b = append(b, byte(len(text)>>8), byte(len(text)))
	b = append(b, text...)
	return save(t, "a.icc", b)
}

func TestPublicCopyCarriesNoMetadata(t *testing.T) {
	slow(t)
	exiftool, mat2 := tool(t, "exiftool", "libimage-exiftool-perl"), tool(t, "mat2", "mat2")
	for kind, original := range marked(t) {
		t.Run(string(kind), func(t *testing.T) {
			if got := Sniff(original); got != kind {
				t.Fatalf("Sniff: got %s", got)
			}
			path := save(t, "original."+string(kind), original)
			// The trial is one only if the fixture carries what is looked for.
			if before := do(t, filepath.Dir(path), exiftool, "-a", "-ee", "-u", "-G1", path); !strings.Contains(before, secretText) {
				t.Fatalf("the fixture carries nothing:\n%s", before)
			}
			p, err := kept.Clean(t.Context(), kind, original, nil)
			if err != nil {
				t.Fatal(err)
			}
			name := DownloadName(p.Kind, p.SHA256)
			path = save(t, name, p.Bytes)
			for _, secret := range []string{secretText, secretPhone, "Tessema", "GPS", "Exif", "http", "2026"} {
				if bytes.Contains(p.Bytes, []byte(secret)) {
					t.Errorf("the copy contains %q", secret)
				}
			}
			var found []map[string]any
			if err := json.Unmarshal([]byte(do(t, filepath.Dir(path), exiftool, "-j", "-a", "-ee", "-u", "-U", "-G1", path)), &found); err != nil {
				t.Fatal(err)
			}
			for tag, value := range found[0] {
				if !structural(tag) {
					t.Errorf("exiftool finds %s: %v", tag, value)
				}
			}
			if out := do(t, filepath.Dir(path), mat2, "--show", path); !strings.Contains(out, "No metadata found") && !onlyFormat(out) {
				t.Errorf("mat2 finds:\n%s", out)
			}
		})
	}
}

// structural reports whether a tag of exiftool says how a file is built, or
// what the file system says of it, and not what somebody wrote into it.
func structural(tag string) bool {
	if strings.HasPrefix(tag, "System:") || strings.HasPrefix(tag, "ExifTool:") || strings.HasPrefix(tag, "Composite:") || tag == "SourceFile" {
		return true
	}
	return slices.Contains([]string{
		"File:FileType", "File:FileTypeExtension", "File:MIMEType", "File:ImageWidth", "File:ImageHeight",
		"File:EncodingProcess", "File:BitsPerSample", "File:ColorComponents", "File:YCbCrSubSampling",
		"PNG:ImageWidth", "PNG:ImageHeight", "PNG:BitDepth", "PNG:ColorType", "PNG:Compression", "PNG:Filter", "PNG:Interlace",
		"GIF:GIFVersion", "GIF:ImageWidth", "GIF:ImageHeight", "GIF:HasColorMap", "GIF:ColorResolutionDepth", "GIF:BitsPerPixel",
		"GIF:BackgroundColor", "GIF:AnimationIterations", "GIF:FrameCount", "GIF:Duration",
		"PDF:PDFVersion", "PDF:Linearized", "PDF:PageCount",
	}, tag)
}

// onlyFormat reports whether mat2 found nothing but the version of PDF, and
// dates that are not there.
func onlyFormat(out string) bool {
	for line := range strings.Lines(out) {
		if line = strings.TrimSpace(line); !slices.Contains([]string{"", "format: PDF-1.4", "creation-date: -1", "mod-date: -1"}, line) && !strings.HasPrefix(line, "[+]") {
			return false
		}
	}
	return true
}

func TestPublicCopyShowsWhatTheOriginalShows(t *testing.T) {
	slow(t)
	for _, c := range []struct {
		kind Kind
		file func() []byte
		want image.Image
		off  int // mean difference of a pixel, of 255
	}{
		{JPEG, func() []byte { return asJPEG(t, photo(3, 400, 300), 92) }, photo(3, 400, 300), 6},
		{PNG, func() []byte { return asPNG(t, photo(3, 400, 300)) }, photo(3, 400, 300), 0},
		{GIF, func() []byte { return asGIF(t, screen(300, 200, "cut")) }, screen(300, 200, "cut"), 0},
		{WebP, func() []byte { return convert(t, asPNG(t, photo(3, 400, 300)), "png", "webp", "-quality", "92") }, photo(3, 400, 300), 8},
		{WebP, func() []byte {
			return convert(t, asPNG(t, photo(3, 400, 300)), "png", "webp", "-define", "webp:lossless=true")
		}, photo(3, 400, 300), 0},
		{HEIC, func() []byte { return asHEIC(t, photo(3, 400, 300)) }, photo(3, 400, 300), 8},
		{HEIC, func() []byte { return asHEIC(t, photo(3, 401, 303)) }, photo(3, 401, 303), 8},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			p, err := kept.Clean(t.Context(), c.kind, c.file(), nil)
			if err != nil {
				t.Fatal(err)
			}
			img := decodeCopy(t, p)
			if img.Bounds() != c.want.Bounds() || p.Width != img.Bounds().Dx() || p.Height != img.Bounds().Dy() {
				t.Fatalf("size: got %v, %d × %d", img.Bounds(), p.Width, p.Height)
			}
			if off := difference(img, c.want); off > c.off {
				t.Errorf("a pixel is off by %d of 255, want at most %d", off, c.off)
			}
		})
	}
}

// difference is the mean difference of brightness of two pictures of one size.
func difference(a, b image.Image) int {
	la, lb := lumaOf(a), lumaOf(b)
	r := a.Bounds()
	total := 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			d := int(la(x, y)) - int(lb(x, y))
			total += max(d, -d)
		}
	}
	return total / (r.Dx() * r.Dy())
}

func TestOrientationIsApplied(t *testing.T) {
	slow(t)
	exiftool := tool(t, "exiftool", "libimage-exiftool-perl")
	// One dark corner tells all eight orientations apart with the shape.
	img := photo(4, 120, 80)
	for y := range 20 {
		for x := range 40 {
			img.Set(x, y, image.Black)
		}
	}
	corner := map[int]image.Point{1: {0, 0}, 2: {1, 0}, 3: {1, 1}, 4: {0, 1}, 5: {0, 0}, 6: {1, 0}, 7: {1, 1}, 8: {0, 1}}
	for kind, plain := range map[Kind][]byte{JPEG: asJPEG(t, img, 95), PNG: asPNG(t, img)} {
		for o := 1; o <= 8; o++ {
			path := save(t, "a."+string(kind), plain)
			do(t, filepath.Dir(path), exiftool, "-overwrite_original", "-q", "-n", "-EXIF:Orientation="+string(rune('0'+o)), path)
			p, err := kept.Clean(t.Context(), kind, load(t, path), nil)
			if err != nil {
				t.Fatal(err)
			}
			if wide := o < 5; wide != (p.Width == 120) {
				t.Errorf("%s %d: got %d × %d", kind, o, p.Width, p.Height)
				continue
			}
			luma := lumaOf(decodeCopy(t, p))
			for _, at := range []image.Point{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
				dark := luma(8+at.X*(p.Width-17), 8+at.Y*(p.Height-17)) < 16
				if dark != (at == corner[o]) {
					t.Errorf("%s %d: corner %v is dark: %v", kind, o, at, dark)
				}
			}
		}
	}
}

func TestHEICIsTurnedOnce(t *testing.T) {
	slow(t)
	exiftool := tool(t, "exiftool", "libimage-exiftool-perl")
	path := save(t, "a.heic", asHEIC(t, photo(4, 120, 80)))
	do(t, filepath.Dir(path), exiftool, "-overwrite_original", "-q", "-n", "-EXIF:Orientation=6", path)
	p, err := kept.Clean(t.Context(), HEIC, load(t, path), nil)
	if err != nil {
		t.Fatal(err)
	}
	if p.Width != 120 || p.Height != 80 { // EXIF says nothing where the format has boxes for it
		t.Errorf("got %d × %d", p.Width, p.Height)
	}
}

func TestWhatNobodySeesIsGone(t *testing.T) {
	// A picture whose lower half somebody made transparent to hide it.
	open, hidden := image.NewNRGBA(image.Rect(0, 0, 60, 60)), image.NewNRGBA(image.Rect(0, 0, 60, 60))
	for i := 0; i < len(open.Pix); i += 4 {
		copy(open.Pix[i:], []byte{200, 100, 50, 255})
		copy(hidden.Pix[i:], []byte{200, 100, 50, 255})
		if i > len(open.Pix)/2 {
			open.Pix[i+3], hidden.Pix[i+3] = 0, 0
			hidden.Pix[i], hidden.Pix[i+1] = byte(i/7), byte(i/13)
		}
	}
	a, err := kept.Clean(t.Context(), PNG, asPNG(t, open), nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := kept.Clean(t.Context(), PNG, asPNG(t, hidden), nil)
	if err != nil {
		t.Fatal(err)
	}
	if a.SHA256 != b.SHA256 {
		t.Error("pixels behind transparency came through")
	}
}

func TestSameOriginalGivesSameCopy(t *testing.T) {
	slow(t)
	for kind, original := range map[Kind][]byte{
		JPEG: asJPEG(t, photo(1, 300, 200), 90), PNG: asPNG(t, photo(1, 300, 200)),
		GIF: asGIF(t, screen(100, 80, "a"), screen(100, 80, "b")), PDF: asPDF("one", "two"),
	} {
		a, err := kept.Clean(t.Context(), kind, original, []Box{{X: 1, Y: 2, Width: 30, Height: 40}})
		if err != nil {
			t.Fatal(err)
		}
		b, err := kept.Clean(t.Context(), kind, original, []Box{{X: 1, Y: 2, Width: 30, Height: 40}})
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a.Bytes, b.Bytes) {
			t.Errorf("%s: two copies differ", kind)
		}
		if a.Step.From != sum(original) || a.Step.To.SHA256 != sum(a.Bytes) || a.Step.Params == "" || a.Step.Tool == "" {
			t.Errorf("%s: step: got %+v", kind, a.Step)
		}
	}
}

func TestCleanPDFIsAPDF(t *testing.T) {
	slow(t)
	p, err := kept.Clean(t.Context(), PDF, asPDF("first", "second", "third"), nil)
	if err != nil {
		t.Fatal(err)
	}
	path := save(t, "a.pdf", p.Bytes)
	if out := do(t, filepath.Dir(path), tool(t, "qpdf", "qpdf"), "--check", path); strings.Contains(out, "WARNING") {
		t.Errorf("qpdf:\n%s", out)
	}
	out := strings.Join(strings.Fields(do(t, filepath.Dir(path), tool(t, "pdfinfo", "poppler-utils"), path)), " ")
	if !strings.Contains(out, "Pages: 3 ") || !strings.Contains(out, "595.2 x 841.92 pts") {
		t.Errorf("pdfinfo:\n%s", out)
	}
	if text := do(t, filepath.Dir(path), tool(t, "pdftotext", "poppler-utils"), path, "-"); strings.TrimSpace(text) != "" {
		t.Errorf("text: got %q", text)
	}
	// And what a page shows is what it showed.
	do(t, filepath.Dir(path), tool(t, "pdftoppm", "poppler-utils"), "-r", "75", "-png", path, "out")
	pages, err := filepath.Glob(filepath.Join(filepath.Dir(path), "out*.png"))
	if err != nil || len(pages) != 3 {
		t.Fatalf("pages: got %v, %v", pages, err)
	}
	if st, err := os.Stat(pages[0]); err != nil || st.Size() < 500 {
		t.Errorf("page: %v, %v", st, err)
	}
}

func TestLongPDFSaysWhatIsLeftOut(t *testing.T) {
	slow(t)
	texts := make([]string, MaxPages+3)
	for i := range texts {
		texts[i] = "page"
	}
	p, err := kept.Clean(t.Context(), PDF, asPDF(texts...), nil)
	if err != nil {
		t.Fatal(err)
	}
	if p.LeftOut != 3 {
		t.Errorf("left out: got %d, want 3", p.LeftOut)
	}
}

func TestLookShowsEveryPage(t *testing.T) {
	slow(t)
	v, err := kept.Look(t.Context(), PDF, asPDF("first", "second"))
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Pictures) != 2 || v.Pictures[0].MediaType != "image/jpeg" || v.Pictures[0].Width != 1240 || v.Pictures[0].Height != 1754 {
		t.Errorf("got %d pictures, %+v", len(v.Pictures), v.Pictures[0].Width)
	}
	if bytes.Equal(v.Pictures[0].Bytes, v.Pictures[1].Bytes) {
		t.Error("both pages look the same")
	}
	v, err = kept.Look(t.Context(), GIF, asGIF(t, screen(100, 80, "a"), screen(100, 80, "b")))
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Pictures) != 1 || v.LeftOut != 1 || v.Pictures[0].MediaType != "image/png" {
		t.Errorf("GIF: got %d pictures, %d left out", len(v.Pictures), v.LeftOut)
	}
}

func TestAnimatedWebPGivesItsFirstFrame(t *testing.T) {
	g := asGIF(t, screen(120, 90, "first"), screen(120, 90, "second one"))
	original := convert(t, g, "gif", "webp")
	if Sniff(original) != WebP || !bytes.Contains(original, []byte("ANMF")) {
		t.Skip("THIS IMAGEMAGICK WRITES NO ANIMATED WEBP")
	}
	p, err := kept.Clean(t.Context(), WebP, original, nil)
	if err != nil {
		t.Fatal(err)
	}
	if p.LeftOut != 1 || p.Width != 120 || p.Height != 90 {
		t.Errorf("got %d × %d, %d left out", p.Width, p.Height, p.LeftOut)
	}
	if off := difference(decodeCopy(t, p), screen(120, 90, "first")); off > 4 {
		t.Errorf("a pixel is off by %d", off)
	}
}

func TestAnimatedPNGSaysWhatIsLeftOut(t *testing.T) {
	b := pngFile(4, 4, make([]byte, 4*17), chunk("acTL", []byte{0, 0, 0, 5, 0, 0, 0, 0}))
	p, err := Clean(t.Context(), PNG, b, nil)
	if err != nil || p.LeftOut != 4 {
		t.Errorf("got %d, %v", p.LeftOut, err)
	}
}

func TestNoLibraryOfTheSystemIsLoaded(t *testing.T) {
	if _, err := purego.Dlopen("libc.so.6", purego.RTLD_NOW); err == nil {
		t.Error("a library was loaded")
	}
	if err := heic.Dynamic(); err == nil {
		t.Error("the module heic uses a libheif of the system")
	}
}

func TestWhatIsNeverRendered(t *testing.T) {
	for _, k := range []Kind{SVG, HTML, Office, Archive, Text, Media, Unknown, "exe"} {
		if Rendered(k) {
			t.Errorf("%s is rendered", k)
		}
		if _, err := kept.Clean(t.Context(), k, []byte("x"), nil); keepiton.CodeOf(err) != keepiton.Invalid {
			t.Errorf("%s: got %v", k, err)
		}
		if name := DownloadName(k, sum(nil)); !strings.HasSuffix(name, ".bin") || MediaType(k) != "application/octet-stream" {
			t.Errorf("%s: download: got %s as %s", k, name, MediaType(k))
		}
	}
	// A kind that the bytes do not have is refused before any child starts.
	if _, err := (Child{Program: "/nowhere"}).Clean(t.Context(), PNG, asJPEG(t, photo(1, 20, 20), 90), nil); keepiton.CodeOf(err) != keepiton.Invalid {
		t.Errorf("JPEG as PNG: got %v", err)
	}
}

// What somebody drew over a page with another program goes on covering it, and
// what was filled into a form is seen: a copy that showed less, or more, than
// its document does would not be a copy.
func TestPageIsCopiedWithWhatIsDrawnOnIt(t *testing.T) {
	slow(t)
	square := stream("/Type/XObject/Subtype/Form/BBox[0 0 100 50]", []byte("0 g 0 0 100 50 re f"))
	filled := stream("/Type/XObject/Subtype/Form/BBox[0 0 100 50]", []byte("/Tx BMC 1 0 0 rg 0 0 100 50 re f EMC"))
	b := rawPDF(
		"1 0 obj\n<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[6 0 R]>>>>\nendobj\n",
		"2 0 obj\n<</Type/Pages/Count 1/Kids[3 0 R]>>\nendobj\n",
		"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Annots[4 0 R 6 0 R]>>\nendobj\n",
		"4 0 obj\n<</Type/Annot/Subtype/Square/Rect[50 140 150 190]/F 4/AP<</N 5 0 R>>>>\nendobj\n",
		"5 0 obj\n"+square+"\nendobj\n",
		"6 0 obj\n<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(x)/Rect[50 20 150 70]/F 4/AP<</N 7 0 R>>>>\nendobj\n",
		"7 0 obj\n"+filled+"\nendobj\n",
	)
	v, err := kept.Look(t.Context(), PDF, b)
	if err != nil {
		t.Fatal(err)
	}
	img, err := jpeg.Decode(bytes.NewReader(v.Pictures[0].Bytes))
	if err != nil {
		t.Fatal(err)
	}
	scale := func(points int) int { return points * PageDPI / 72 }
	for _, c := range []struct {
		what    string
		x, y    int // points from the top left corner
		r, g, b uint32
	}{
		{"paper", 10, 100, 255, 255, 255},
		{"what covers", 100, 35, 0, 0, 0},
		{"what was filled in", 100, 155, 255, 0, 0},
	} {
		r, g, b, _ := img.At(scale(c.x), scale(c.y)).RGBA()
		near := func(got, want uint32) bool { d := int(got>>8) - int(want); return d > -12 && d < 12 }
		if !near(r, c.r) || !near(g, c.g) || !near(b, c.b) {
			t.Errorf("%s: got %d, %d, %d", c.what, r>>8, g>>8, b>>8)
		}
	}
}
