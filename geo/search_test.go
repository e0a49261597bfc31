package geo

import "testing"

func TestSearchFindsNamesInEveryScript(t *testing.T) {
	for text, want := range map[string]string{
		"iran": "IR", "Côte d’iv": "CI", "cote div": "CI", "ኢትዮ": "ET", "الجزائر": "DZ", "Burm": "MM",
		"rakhine": "MM-16", "sistan": "IR-11", "jammu-et-c": "IN-JK", "Türk": "TR", "drc": "CD",
	} {
		got := Search(text, 5)
		if len(got) == 0 || got[0].Code != want {
			t.Errorf("Search(%q) = %v, want %s first", text, got, want)
		}
	}
	if got := Search("", 5); got != nil {
		t.Errorf("nothing found everything: %v", got)
	}
	if got := Search("a", 3); len(got) != 3 {
		t.Errorf("got %d, want the limit of 3", len(got))
	}
}
