package web

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"keepiton"
)

// fontLine is a font in the table of pdffonts: its name, type, encoding, and whether
// it is embedded, a subset, and told in Unicode.
var fontLine = regexp.MustCompile(`(?m)^\S+ +(?:CID )?(?:TrueType|Type 0|Type 0C|Type 1C?|Type 3)(?: \(OT\))? +\S+ +(yes|no) +(yes|no) +(yes|no) `)

// TestPDFsOfTheSiteAreSoundAndCarryTheirFonts lets qpdf and pdffonts look at each
// kind of PDF that the site makes, in three scripts: they have no faults, and no
// letter of them is a guess of the printer.
func TestPDFsOfTheSiteAreSoundAndCarryTheirFonts(t *testing.T) {
	pageAfterPage(t)
	tool(t, "qpdf")
	s, st, _ := pressSite(t)
	takeSignatures(t, s, st)
	statement, said := entryWith(t, st, keepiton.KindStatement, func(b *keepiton.Statement) bool { return b.Country == "XG" })
	petition, _ := entryWith(t, st, keepiton.KindPetition, func(p *keepiton.Petition) bool { return p.Country == "XG" })
	dir := t.TempDir()
	for _, path := range []string{
		"/kit/line/a4.pdf", "/petition/" + string(petition) + ".pdf", "/press/" + string(statement) + ".pdf",
		"/incidents/" + string(said.Incidents[0]) + "/press.pdf", "/countries/XG/press.pdf",
	} {
		for _, lang := range []string{"en", "ar", "am"} {
			w := get(t, s, "/"+lang+path)
			file := filepath.Join(dir, "sheet.pdf")
			if err := os.WriteFile(file, w.Body.Bytes(), 0o600); err != nil || w.Code != 200 {
				t.Errorf("/%s%s: %d, %v", lang, path, w.Code, err)
				continue
			}
			if out := run(t, "", "qpdf", "--check", file); !strings.Contains(out, "No syntax or stream encoding errors found") {
				t.Errorf("/%s%s: qpdf: %s", lang, path, out)
			}
			fonts := fontLine.FindAllStringSubmatch(run(t, "", "pdffonts", file), -1)
			if len(fonts) == 0 {
				t.Errorf("/%s%s has no fonts", lang, path)
			}
			for _, f := range fonts {
				if f[1] != "yes" || f[3] != "yes" {
					t.Errorf("/%s%s: a font is not embedded, or its letters have no Unicode: %s", lang, path, f[0])
				}
			}
		}
	}
}
