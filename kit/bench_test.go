package kit

import (
	"io"
	"testing"

	"keepiton/locale"
)

func benchmark(b *testing.B, id string, shape Shape, lang string, f Format, pixels int) {
	tpl, _ := ByID(id)
	p := example(tpl, locale.For(lang), shape)
	p.Pixels = pixels
	b.ReportAllocs()
	for b.Loop() {
		if err := Render(io.Discard, p, f); err != nil {
			b.Fatal(err)
		}
	}
}

// The heaviest poster, the one with most letters, and an ordinary one, in 150 dpi.
func BenchmarkPoster(b *testing.B) {
	for _, id := range []string{"window", "calendar", "line"} {
		for _, lang := range []string{"fr", "ar", "am"} {
			b.Run(id+"/"+lang, func(b *testing.B) { benchmark(b, id, A4, lang, PNG, 0) })
		}
	}
}

func BenchmarkShareCard(b *testing.B) {
	for _, id := range []string{"incident", "country", "year"} {
		for _, lang := range []string{"fr", "ar", "am"} {
			b.Run(id+"/"+lang, func(b *testing.B) { benchmark(b, id, Wide, lang, PNG, 0) })
		}
	}
}

func BenchmarkOthers(b *testing.B) {
	b.Run("A3 poster, PNG", func(b *testing.B) { benchmark(b, "window", A3, "ar", PNG, 0) })
	b.Run("A4 poster, SVG", func(b *testing.B) { benchmark(b, "line", A4, "ar", SVG, 0) })
	b.Run("A4 poster, PDF", func(b *testing.B) { benchmark(b, "line", A4, "ar", PDF, 0) })
	b.Run("preview of 320 pixels", func(b *testing.B) { benchmark(b, "line", A4, "ar", PNG, 320) })
	b.Run("label, SVG", func(b *testing.B) { benchmark(b, "dark", Label, "ar", SVG, 0) })
}
