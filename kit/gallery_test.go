package kit

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"keepiton/locale"
)

// TestGallery writes every template in every shape and language as PNG into the
// folder that KEEPITON_KIT_GALLERY names, to be looked at.
func TestGallery(t *testing.T) {
	dir := os.Getenv("KEEPITON_KIT_GALLERY")
	if dir == "" {
		t.Skip("KEEPITON_KIT_GALLERY names no folder")
	}
	for _, tpl := range Templates() {
		for _, shape := range tpl.Shapes {
			for _, lang := range locale.Languages {
				for _, dark := range []bool{false, true} {
					p := example(tpl, locale.For(lang.Tag), shape)
					p.Dark = dark
					var b bytes.Buffer
					if err := Render(&b, p, PNG); err != nil {
						t.Errorf("%s %s %s: %v", tpl.ID, shape, lang.Tag, err)
						continue
					}
					name := fmt.Sprintf("%s-%s-%s-%v.png", tpl.ID, shape, lang.Tag, map[bool]string{true: "dark", false: "light"}[dark])
					if err := os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o644); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
}

// example is a template filled in as somebody would.
func example(t Template, pr *locale.Printer, shape Shape) Piece {
	return t.Piece(pr, shape)
}
