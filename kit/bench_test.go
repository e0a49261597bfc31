package kit

import (
	"io"
	"testing"

	"keepiton/locale"
)

func BenchmarkPoster(b *testing.B) {
	for _, lang := range []string{"en", "ar", "am"} {
		for _, f := range Formats() {
			b.Run(lang+"/"+string(f), func(b *testing.B) {
				p := example(templates[0], locale.For(lang), A4)
				for b.Loop() {
					if err := Render(io.Discard, p, f); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
