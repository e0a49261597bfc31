package kit

import (
	"fmt"
	"strings"
	"testing"

	"keepiton/kit/sheet"
	"keepiton/locale"
)

// each calls f for every template in every shape, language and ground.
func each(t *testing.T, f func(t *testing.T, tpl Template, p Piece)) {
	for _, tpl := range Templates() {
		t.Run(tpl.ID, func(t *testing.T) {
			t.Parallel()
			for i, shape := range tpl.Shapes {
				for k, lang := range locale.Languages {
					if testing.Short() && i%len(locale.Languages) != k && tpl.ID != "incident" {
						continue // one language a shape
					}
					f(t, tpl, example(tpl, locale.For(lang.Tag), shape))
				}
			}
		})
	}
}

func label(p Piece) string { return fmt.Sprintf("%s %s %s", p.Template, p.Shape, p.Lang) }

// checkLayout reports lines that leave the page or run into each other.
func checkLayout(t *testing.T, p Piece, s *sheet.Sheet) {
	t.Helper()
	lines := s.Lines()
	edge := min(s.Width, s.Height) * 0.02
	for i, a := range lines {
		if a.X0 < edge-1 || a.Y0 < edge-1 || a.X1 > s.Width-edge+1 || a.Y1 > s.Height-edge+1 {
			t.Errorf("%s: %q leaves the page: %.0f %.0f to %.0f %.0f of %.0f × %.0f", label(p), a.Text, a.X0, a.Y0, a.X1, a.Y1, s.Width, s.Height)
		}
		for _, b := range lines[:i] {
			x, y := min(a.X1, b.X1)-max(a.X0, b.X0), min(a.Y1, b.Y1)-max(a.Y0, b.Y0)
			// Harakat and descenders of lines below one another may share a strip.
			if x > 1 && y > 0.16*min(a.Size, b.Size) {
				t.Errorf("%s: %q and %q overlap by %.0f × %.0f", label(p), a.Text, b.Text, x, y)
			}
		}
	}
}

func TestWordsStayOnThePageAndApart(t *testing.T) {
	each(t, func(t *testing.T, _ Template, p Piece) {
		s, err := compose(p)
		if err != nil {
			t.Errorf("%s: %v", label(p), err)
			return
		}
		checkLayout(t, p, s)
		if len(s.Lines()) == 0 {
			t.Errorf("%s: no words", label(p))
		}
	})
}

// What people write is longer than what we wrote, and has words that no line
// wants to hold.
var long = map[string]Piece{
	"fr": {Title: "Anticonstitutionnellement, le gouvernement a déconnecté tout le pays pendant les législatives", Words: strings.Repeat("L’approvisionnement des hôpitaux s’interrompt. ", 5), Place: "République démocratique du Congo, Nord-Kivu et Sud-Kivu", Org: "Organisation des journalistes et défenseurs des droits numériques de l’Afrique"},
	"pt": {Title: "Inconstitucionalissimamente desligaram a internet em todas as províncias do país, outra vez", Words: strings.Repeat("Responsabilização internacional, já, para todos. ", 5), Place: "São Tomé e Príncipe, Região Autónoma do Príncipe", Org: "Associação dos Profissionais da Comunicação Comunitária e Independente"},
	"ar": {Title: "قَطَعَتِ الحكومةُ الإنترنتَ عن جميعِ المحافظاتِ أثناءَ الامتحاناتِ الوزاريةِ مرةً أخرى", Words: strings.Repeat("المستشفيات والمصارف والمدارس بلا اتصال منذ أيام. ", 5), Place: "جمهورية الكونغو الديمقراطية، كيفو الشمالية والجنوبية", Org: "مؤسسة الدفاع عن الحقوق الرقمية وحرية التعبير في الشرق الأوسط وشمال أفريقيا"},
	"am": {Title: "መንግሥት በብሔራዊ ፈተና ወቅት በመላ አገሪቱ የኢንተርኔት አገልግሎትን እንደገና ሙሉ በሙሉ አቋረጠ", Words: strings.Repeat("ሆስፒታሎች፣ ባንኮችና ትምህርት ቤቶች ከግንኙነት ውጭ ናቸው። ", 5), Place: "የደቡብ ብሔር ብሔረሰቦችና ሕዝቦች ክልል፣ ኢትዮጵያ", Org: "የኢትዮጵያ የዲጂታል መብቶችና የመናገር ነፃነት ተከራካሪዎች ማኅበር"},
}

// Where words are what a template is for, long ones fit on paper; elsewhere they
// may be refused, with the reason.
func TestLongWordsAreDrawnOrRefusedWithAReason(t *testing.T) {
	refused := map[Shape]int{}
	for _, tpl := range Templates() {
		for i, shape := range tpl.Shapes {
			for lang, l := range long {
				if testing.Short() && i > 0 {
					continue
				}
				p := example(tpl, locale.For(lang), shape)
				p.Title, p.Words, p.Place, p.Org = l.Title, l.Words, l.Place, l.Org
				s, err := compose(p)
				switch {
				case err == nil:
					checkLayout(t, p, s)
				case errorKey(err) != "error.kit.long":
					t.Errorf("%s: %v", label(p), err)
				case tpl.Kind == Poster && shape != Wide && shape != Square, tpl.ID == "incident", tpl.ID == "quote":
					t.Errorf("%s: %v", label(p), err)
				default:
					refused[shape]++
				}
			}
		}
	}
	t.Logf("refused: %v", refused)
}

// Who hears a page hears the place and the heading before the rest, and the small
// print last.
func TestPagesAreReadInOrder(t *testing.T) {
	for _, tpl := range Templates() {
		if tpl.Kind != Poster && tpl.Kind != Card {
			continue
		}
		for _, shape := range tpl.Shapes {
			p := example(tpl, locale.For("en"), shape)
			s, err := compose(p)
			if err != nil {
				t.Fatal(err)
			}
			at := func(words string) int {
				for i, l := range s.Lines() {
					if words != "" && l.Role != sheet.Artwork && strings.HasPrefix(words, l.Text) && (l.Text != p.Number || words == p.Number) {
						return i
					}
				}
				return -1
			}
			order := []string{p.Place, p.Title, p.Number, p.Words, hashtag, p.Org, p.Small}
			switch tpl.ID {
			case "phone":
				order[0], order[1], order[3] = p.Words, p.Title, ""
			case "counter":
				order[0], order[1], order[2] = p.Number, p.Place, p.Title
			case "quote":
				order[0], order[1] = p.Title, p.Place
			case "incident":
				order[2], order[3] = p.Words, p.Number
			}
			last := -1
			for _, words := range order {
				if i := at(words); i >= 0 {
					if i < last {
						t.Errorf("%s: %q is read before what stands above it", label(p), words)
					}
					last = i
				}
			}
			if last != len(s.Lines())-1 && !strings.Contains(p.Small, s.Lines()[len(s.Lines())-1].Text) && tpl.ID != "country" {
				t.Errorf("%s: %q is read last", label(p), s.Lines()[len(s.Lines())-1].Text)
			}
		}
	}
}
