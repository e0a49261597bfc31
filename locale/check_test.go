package locale

import (
	"slices"
	"strings"
	"testing"
)

func TestEveryMessageFileIsSound(t *testing.T) {
	for tag, c := range catalogs {
		for _, f := range Check(tag, c.entries) {
			if f.Doubt && slices.Contains(meantSo, tag+" "+f.Key) {
				continue
			}
			t.Errorf("messages/%s.json:%d: %s: %s", tag, f.Line, f.Key, f.Problem)
		}
	}
}

// meantSo are texts of several words that are the same as in English on purpose.
var meantSo = []string{}

func TestMistakesOfATranslationAreFoundWhereTheyStand(t *testing.T) {
	for _, c := range []struct{ tag, line, want string }{
		{"fr", `"answer.yes": "Oui"`, ""},
		{"fr", `"no.such.key": "Oui"`, "English has no such message"},
		{"fr", `"alert.changed": "Autre : {{.Field}}."`, "has {{.Field}}"},
		{"fr", `"alert.changed": "Autre."`, "lacks {{.Fields}}"},
		{"fr", `"alert.changed": "Autre : {{.Fields}}, {{ .Fields }}."`, "broken placeholder"},
		{"fr", `"alert.changed": "<b>Autre</b> : {{.Fields}}."`, "has markup"},
		{"fr", `"alert.changed": "Autre &amp; {{.Fields}}."`, "has markup"},
		{"fr", `"answer.yes": " "`, "is empty"},
		{"fr", `"answer.yes": {"one": "Oui", "other": "Ouis"}`, "plural forms in one of"},
		{"ar", `"alert.digest.subject": {"one": "تنبيه واحد", "other": "{{.N}}"}`, `lacks the form "few", for numbers such as [3 4 5 6]`},
		{"fr", `"alert.digest.subject": {"one": "{{.N}} alerte", "several": "x", "other": "{{.N}} alertes"}`, `the form "several"`},
		{"ar", "\"answer.yes\": \"\u2067نعم\"", "opens a direction"},
		{"ar", "\"answer.yes\": \"نعم\\u0007\"", "U+0007"},
		{"fr", `"alert.confirm.else": "If it was not you, do nothing. We have stored nothing about you."`, "the same as in English"},
	} {
		entries, _, err := decode([]byte("{\n  \"answer.no\": \"x\",\n  " + c.line + ",\n  \"~\": \"end\"\n}\n"))
		if err != nil {
			t.Fatalf("%s: %v", c.line, err)
		}
		var said []string
		for _, f := range Check(c.tag, entries) {
			said = append(said, f.Problem)
			if f.Line != 3 {
				t.Errorf("%s: found in line %d, stands in 3", c.line, f.Line)
			}
		}
		if all := strings.Join(said, "; "); c.want == "" && all != "" || !strings.Contains(all, c.want) {
			t.Errorf("%s: found %q, want %q", c.line, all, c.want)
		}
	}
}
