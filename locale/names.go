package locale

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// languages.tsv holds the names of languages in the languages of the site, made
// out of CLDR 48 by gen.
//
//go:embed languages.tsv
var languagesTSV string

var languageNames = sync.OnceValue(func() map[string]map[string]string {
	lines := strings.Split(strings.TrimSpace(languagesTSV), "\n")
	head := strings.Split(lines[0], "\t")
	out := map[string]map[string]string{}
	for _, line := range lines[1:] {
		cells := strings.Split(line, "\t")
		out[cells[0]] = map[string]string{}
		for i, name := range cells[1:] {
			out[cells[0]][head[i+1]] = name
		}
	}
	return out
})

// LanguageName names the language with a BCP 47 tag in the printer's language: by
// CLDR, else as the language calls itself if the site speaks it, else its tag.
func (p *Printer) LanguageName(tag string) string {
	base, _, _ := strings.Cut(tag, "-")
	if name := languageNames()[base][p.lang.Tag]; name != "" {
		return name
	}
	if i := slices.IndexFunc(Languages, func(l Language) bool { return l.Tag == tag }); i >= 0 {
		return Languages[i].Name
	}
	return tag
}
