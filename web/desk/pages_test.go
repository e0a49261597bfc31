package desk

import "testing"

func TestTemplatesParse(t *testing.T) {
	for _, name := range []string{"signin", "recover", "enter", "account", "people", "settings", "pair", "dashboard", "list", "questions", "question", "unmapped", "editor", "act", "history", "proposal", "error"} {
		if templates.Lookup(name) == nil {
			t.Errorf("no template %s", name)
		}
	}
}
