//go:build unix

package evidence

import (
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"
)

// bench makes public copies of one file, each in a child of its own, as at the
// desk. Beside the time on the clock it tells the processor time of the
// children, which other work on the machine changes less.
func bench(b *testing.B, c Child, kind Kind, original []byte) {
	b.Helper()
	if _, err := c.Clean(b.Context(), kind, original, nil); err != nil {
		b.Fatal(err)
	}
	before := children(b)
	for b.Loop() {
		if _, err := c.Clean(b.Context(), kind, original, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric((children(b)-before).Seconds()/float64(b.N), "cpu-s/op")
}

// children is the processor time of all children that have ended.
func children(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// 12 megapixels are what most telephones make.
func BenchmarkCleanJPEG12MP(b *testing.B) {
	bench(b, Child{}, JPEG, asJPEG(b, photo(1, 4000, 3000), 88))
}

func BenchmarkCleanHEIC12MP(b *testing.B) {
	img := asHEIC(b, photo(1, 4000, 3000))
	b.Run("kept", func(b *testing.B) { bench(b, Child{Cache: newCache(b)}, HEIC, img) })
	b.Run("compiled", func(b *testing.B) { bench(b, Child{}, HEIC, img) })
}

func BenchmarkCleanWebP12MP(b *testing.B) {
	bench(b, Child{}, WebP, convert(b, asPNG(b, photo(1, 4000, 3000)), "png", "webp"))
}

func BenchmarkCleanScreenshot(b *testing.B) {
	bench(b, Child{}, PNG, asPNG(b, screen(1080, 2340, "No internet", "Try again")))
}

func BenchmarkCleanPDF3Pages(b *testing.B) {
	pdf := asPDF("The network was cut", "at three o'clock", "and came back on Friday")
	b.Run("kept", func(b *testing.B) { bench(b, Child{Cache: newCache(b)}, PDF, pdf) })
	b.Run("compiled", func(b *testing.B) { bench(b, Child{}, PDF, pdf) })
}

func BenchmarkFingerprint12MP(b *testing.B) {
	img := photo(1, 4000, 3000)
	for b.Loop() {
		Fingerprint(img)
	}
}

func BenchmarkIndex(b *testing.B) {
	for _, n := range []int{10_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var ix Index[int]
			rnd := rand.New(rand.NewPCG(1, 2))
			var h Hash
			for i := range n {
				for j := range h {
					h[j] = byte(rnd.Uint32())
				}
				ix.Add(h, i)
			}
			for b.Loop() {
				ix.Near(h, func(int, int) bool { return true })
			}
		})
	}
}
