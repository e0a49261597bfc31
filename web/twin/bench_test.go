package twin_test

import (
	"path/filepath"
	"testing"

	"keepiton/export/pack"
	"keepiton/locale"
	"keepiton/web"
	"keepiton/web/twin"

	"keepiton"
)

// BenchmarkCopy writes the made-up world in English as a ZIP, on all cores.
func BenchmarkCopy(b *testing.B) {
	w := newWorld(b)
	opt := twin.Options{Site: w.site(b, testNow), Pages: web.Pages(), Record: w.store, Languages: []string{locale.Languages[0].Tag}, AsOf: keepiton.AsOf(testNow)}
	files := 0
	for b.Loop() {
		tree, err := pack.CreateZip(filepath.Join(b.TempDir(), "copy.zip"), "top", testNow)
		if err != nil {
			b.Fatal(err)
		}
		if err := twin.Write(b.Context(), tree, opt); err != nil {
			b.Fatal(err)
		}
		files, _ = tree.Size()
		if err := tree.Finish(pack.Manifest{}, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(files*b.N)/b.Elapsed().Seconds(), "files/s")
}
