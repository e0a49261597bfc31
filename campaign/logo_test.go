package campaign_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"keepiton"
	"keepiton/campaign"
	"keepiton/evidence"
)

// TestMain lets this test program be the child that opens files.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == evidence.ChildCommand {
		os.Exit(evidence.RunChild(os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

// picture is a PNG with a transparent corner and, if said, words in its metadata.
func picture(t *testing.T, w, h int, words string) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := h / 4; y < h; y++ {
		for x := range w {
			img.Set(x, y, color.NRGBA{10, 107, 102, 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	if words == "" {
		return b.Bytes()
	}
	// A tEXt chunk behind the header (PNG specification, section 11.3.4); its CRC is
	// not looked at by what only skips it, so that a wrong one would not do: evidence
	// reads the file with a decoder that checks it.
	out := b.Bytes()
	chunk := pngChunk("tEXt", []byte("Comment\x00"+words))
	return append(append(bytes.Clone(out[:33]), chunk...), out[33:]...)
}

func TestALogoIsDrawnAnewAndSmall(t *testing.T) {
	file := picture(t, 1600, 400, "taken by Hidden Name at 9.03, 38.74")
	if !strings.Contains(string(file), "Hidden Name") {
		t.Fatal("the test's own picture has no metadata")
	}
	m, err := campaign.Logo(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(m.Bytes), "Hidden") {
		t.Error("the metadata is still there")
	}
	img, kind, err := image.Decode(bytes.NewReader(m.Bytes))
	if err != nil || kind != "png" || m.Type != "image/png" {
		t.Fatal(kind, err)
	}
	if got := img.Bounds().Size(); got != (image.Point{campaign.LogoSide, campaign.LogoSide / 4}) {
		t.Errorf("%v", got)
	}
	if r, g, b, a := img.At(240, 100).RGBA(); a != 0xffff || r>>8 != 10 || g>>8 != 107 || b>>8 != 102 {
		t.Errorf("its colour is %d %d %d %d", r>>8, g>>8, b>>8, a>>8)
	}
	again, err := campaign.Logo(t.Context(), file)
	if err != nil || again.SHA256 != m.SHA256 {
		t.Errorf("the same file gives another logo: %v", err)
	}
	small, err := campaign.Logo(t.Context(), picture(t, 64, 32, ""))
	if err != nil {
		t.Fatal(err)
	}
	if img, err = png.Decode(bytes.NewReader(small.Bytes)); err != nil || img.Bounds().Dx() != 64 {
		t.Errorf("a small one is drawn larger: %v, %v", img.Bounds(), err)
	}
}

func TestWhatIsNoLogo(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine over more of the same: the plain run has it")
	}
	noise := make([]byte, campaign.MaxLogo+1)
	for i := range noise {
		noise[i] = byte(rand.Uint32())
	}
	for what, tc := range map[string]struct {
		file []byte
		want keepiton.Code
	}{
		"nothing":      {nil, keepiton.Invalid},
		"a drawing":    {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), keepiton.Invalid},
		"a page":       {[]byte("<!doctype html><p>hello"), keepiton.Invalid},
		"a document":   {[]byte("%PDF-1.7\n%%EOF"), keepiton.Invalid},
		"cut":          {picture(t, 64, 64, "")[:60], keepiton.Invalid},
		"too large":    {noise, keepiton.TooLarge},
		"many pixels":  {picture(t, 5000, 4000, ""), keepiton.TooLarge},
		"plain letter": {[]byte("logo"), keepiton.Invalid},
	} {
		if _, err := campaign.Logo(t.Context(), tc.file); keepiton.CodeOf(err) != tc.want {
			t.Errorf("%s: %v, want %s", what, err, tc.want)
		}
	}
}
