package kit

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"keepiton/geo"
	"keepiton/locale"
)

// TestGallery writes templates in every shape and language as PNG into the
// folder that KEEPITON_KIT_GALLERY names, to be looked at; KEEPITON_KIT_ONLY
// names the templates, with commas. With KEEPITON_KIT_LONG they have the longest
// name of a country and a large number.
func TestGallery(t *testing.T) {
	dir := os.Getenv("KEEPITON_KIT_GALLERY")
	if dir == "" {
		t.Skip("KEEPITON_KIT_GALLERY names no folder")
	}
	only := strings.FieldsFunc(os.Getenv("KEEPITON_KIT_ONLY"), func(r rune) bool { return r == ',' })
	for _, tpl := range Templates() {
		if len(only) > 0 && !slices.Contains(only, tpl.ID) {
			continue
		}
		for _, shape := range tpl.Shapes {
			for _, lang := range locale.Languages {
				for _, ground := range []string{"light", "dark"} {
					p := example(tpl, locale.For(lang.Tag), shape)
					p.Dark = ground == "dark"
					if os.Getenv("KEEPITON_KIT_LONG") != "" {
						lengthen(&p, locale.For(lang.Tag))
					}
					name := fmt.Sprintf("%s-%s-%s-%s.png", tpl.ID, shape, lang.Tag, ground)
					if err := os.WriteFile(filepath.Join(dir, name), render(t, p, PNG), 0o644); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
}

// lengthen gives a piece what is long: the name of a country, a number, a speaker.
func lengthen(p *Piece, pr *locale.Printer) {
	p.Country, p.Regions, p.Place = "CD", []string{"CD-NK", "CD-SK"}, geo.Name("CD", p.Lang)
	if p.Template != "country" {
		p.Place = geo.RegionName("CD-NK", p.Lang) + pr.T("page.comma") + p.Place
	}
	if p.Number != "" {
		p.Number = pr.Number(10957)
	}
	p.Link = "registre-des-coupures.example/incidents/KIO-2026-0114"
}

// example is a template filled in as somebody would, with what the record says
// of a made-up shutdown.
func example(t Template, pr *locale.Printer, shape Shape) Piece {
	p := t.Piece(pr, shape)
	words := exampleWords[p.Lang]
	for i, f := range []Field{Place, Org, Small} {
		if slices.Contains(t.Fields, f) {
			*p.Text(f) = words[i]
		}
	}
	p.Link = "keepiton.example/" + p.Lang
	p.Country, p.Regions = "ET", []string{"ET-AM"}
	p.Cuts = []Cut{{day(2023, 8, 3), day(2023, 9, 14)}, {day(2023, 10, 2), day(2023, 10, 9)}}
	if slices.Contains(t.Fields, Number) {
		p.Number = pr.Number(49)
	}
	switch t.ID {
	case "dark", "kept", "broken":
		p.Small = "days-touched · KIO-2023-0114"
	case "incident":
		p.Title, p.Unit = words[3], words[4]
	case "year":
		p.Title, p.Number, p.Words = "2023", pr.Number(283), words[5]
		p.Cuts = append(p.Cuts, Cut{day(2023, 1, 1), day(2023, 6, 12)}, Cut{day(2023, 6, 14), day(2023, 7, 20)}, Cut{day(2023, 10, 20), day(2024, 1, 1)})
	case "country":
		p.Words = words[5]
		p.Place, _, _ = strings.Cut(p.Place, ",")
	case "exam":
		p.Cuts = []Cut{{time.Date(2023, 6, 12, 5, 0, 0, 0, time.UTC), time.Date(2023, 6, 12, 8, 0, 0, 0, time.UTC)}}
	}
	return p
}

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// Place, organization, small print, what happened, a unit, a sentence.
var exampleWords = map[string][6]string{
	"en": {"Amhara, Ethiopia", "Horn Network for Open Access", "49 days in the record between 3 August and 9 October 2023. Rule stop-2024, as of 25 November 2026. KIO-2023-0114.", "Mobile internet cut as fighting began", "days", "The internet was cut somewhere on 351 of 365 days."},
	"fr": {"Région Amhara, Éthiopie", "Réseau des citoyennes pour la liberté d’expression", "49 jours au registre entre le 3 août et le 9 octobre 2023. Règle stop-2024, au 25 novembre 2026. KIO-2023-0114.", "Internet mobile coupé au début des combats", "jours", "Internet a été coupé quelque part 351 jours sur 365."},
	"ar": {"أمهرة، إثيوبيا", "شبكة القرن الأفريقي للإنترنت المفتوح", "49 يومًا في السجل بين 3 أغسطس و9 أكتوبر 2023. القاعدة stop-2024، حتى 25 نوفمبر 2026. \u200eKIO-2023-0114\u200e.", "قطع إنترنت الهاتف مع بدء القتال", "يومًا", "قُطع الإنترنت في مكان ما في 351 يومًا من 365."},
	"es": {"Amhara, Etiopía", "Red Centroamericana por los Derechos Digitales", "49 días en el registro entre el 3 de agosto y el 9 de octubre de 2023. Regla stop-2024, a 25 de noviembre de 2026. KIO-2023-0114.", "Internet móvil cortado al empezar los combates", "días", "Internet estuvo cortado en algún lugar 351 de 365 días."},
	"pt": {"Amhara, Etiópia", "Associação Moçambicana de Comunicação Comunitária", "49 dias no registro entre 3 de agosto e 9 de outubro de 2023. Regra stop-2024, em 25 de novembro de 2026. KIO-2023-0114.", "Internet móvel cortada no início dos combates", "dias", "A internet foi cortada em algum lugar em 351 de 365 dias."},
	"am": {"አማራ፣ ኢትዮጵያ", "የአፍሪካ ቀንድ የክፍት ኢንተርኔት መረብ", "በመዝገቡ 49 ቀናት፣ ከነሐሴ 3 እስከ ጥቅምት 9 ቀን 2023። ደንብ stop-2024፣ እስከ ኅዳር 25 ቀን 2026። KIO-2023-0114።", "ውጊያው ሲጀመር የሞባይል ኢንተርኔት ተቋረጠ", "ቀናት", "ከ365 ቀናት በ351ዱ የሆነ ቦታ ኢንተርኔት ተቋርጧል።"},
	"ca": {"Amhara, Etiòpia", "Associació per la Il·lustració Digital", "49 dies al registre entre el 3 d’agost i el 9 d’octubre de 2023. Regla stop-2024, a 25 de novembre de 2026. KIO-2023-0114.", "Internet mòbil tallat en començar els combats", "dies", "Internet va estar tallat en algun lloc 351 dels 365 dies."},
}
