package web

import (
	"encoding/csv"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"keepiton/locale"
)

// told finds a number that a text tells, and the address behind it.
var told = regexp.MustCompile(`<p class="said">[^<]*<a href="([^"]*)">([^<]*)</a>`)

// TestTheNumberThatIsToldIsWhatItsQueryAnswers asks the address behind each number
// in the forms for programs, which know nothing of the text.
func TestTheNumberThatIsToldIsWhatItsQueryAnswers(t *testing.T) {
	s := explainSite(t)
	asked := map[string]bool{}
	for _, when := range []string{"", "?as_of=2024-01-01"} {
		for _, page := range []string{"/what", "/what/kinds", "/why"} {
			found := told.FindAllStringSubmatch(get(t, s, "/en"+page+when).Body.String(), -1)
			if len(found) == 0 {
				t.Errorf("%s%s tells no number", page, when)
			}
			for _, m := range found {
				to := strings.ReplaceAll(m[1], "&amp;", "&")
				asked[to] = true
				if n, _ := strconv.Atoi(regexp.MustCompile(`\d+`).FindString(m[2])); n != answered(t, s, to) || n == 0 {
					t.Errorf("%s%s says %q, %s answers %d", page, when, m[2], to, answered(t, s, to))
				}
			}
		}
	}
	if len(asked) < 2*len(numbers)-8 {
		t.Errorf("only %d of %d numbers were told: %v", len(asked), len(numbers), asked)
	}
}

// answered counts what an address answers: the entries of a list, or the shutdowns
// of a year by the rule that its page counts with.
func answered(t *testing.T, s *Server, to string) int {
	t.Helper()
	path, query, _ := strings.Cut(to, "?")
	if year, ok := strings.CutPrefix(path, "/en/years/"); ok {
		rows, err := csv.NewReader(get(t, s, "/en/years.csv?"+query).Body).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		sum := 0
		for _, row := range rows {
			if n, err := strconv.Atoi(row[len(row)-1]); err == nil && row[0] == year {
				sum += n
			}
		}
		return sum
	}
	var list struct{ Incidents, Stories []json.RawMessage }
	body := get(t, s, path+".json?"+query).Body.Bytes()
	if err := json.Unmarshal(body, &list); err != nil {
		t.Fatalf("%s: %v", to, err)
	}
	return len(list.Incidents) + len(list.Stories)
}

// TestANumberOfNothingIsNotTold keeps sentences such as "0 stories" off the pages.
func TestANumberOfNothingIsNotTold(t *testing.T) {
	s, _ := campaignSite(t) // without stories
	body := get(t, s, "/en/why").Body.String()
	if strings.Contains(body, "harm=") || strings.Contains(body, ">0 ") {
		t.Error("a page tells of a number of nothing")
	}
	if past := get(t, explainSite(t), "/en/why?as_of=2024-01-01").Body.String(); strings.Contains(past, "harm=") {
		t.Error("a page of a past day tells how many stories stand today")
	}
}

func TestEveryNumberHasWordsAndIsToldSomewhere(t *testing.T) {
	used := map[string]bool{}
	for _, parts := range explained {
		for _, p := range parts {
			for _, name := range p.numbers {
				used[name] = true
			}
		}
	}
	for name := range numbers {
		if !used[name] {
			t.Errorf("no page tells %s", name)
		}
		for _, l := range locale.Languages {
			if text := locale.For(l.Tag).N("number."+name, 1, "Year", 2026); !strings.Contains(text, "](=)") {
				t.Errorf("%s: %s has no link to its query: %s", l.Tag, name, text)
			}
		}
	}
	for name := range used {
		if _, ok := numbers[name]; !ok {
			t.Errorf("a page tells %s, which is no number", name)
		}
	}
}
