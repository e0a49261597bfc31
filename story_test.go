package keepiton

import "testing"

func aStory() *Story {
	return &Story{
		ID: NewStoryID(2026, 3), State: Published, Lang: "am", Title: "ስምንት ሞት", Text: "ዜናውን ከቀናት በኋላ ሰማሁ።", Quote: "ከቀናት በኋላ",
		Harms: []string{"family"}, Incidents: []IncidentID{"KIO-2020-0001"}, Basis: []EnvelopeID{"00112233445566778899aabbccddeeff"},
		Places:       []Place{{Words: "መቐለ", Country: "ET", Region: "ET-TI", Confidence: 0.5}},
		Translations: []Translation{{Lang: "en", Title: "Eight deaths", Text: "I heard the news days later.", Machine: true}},
	}
}

func TestAStoryShowsNoReportAndNoGuess(t *testing.T) {
	s := aStory().Public()
	if len(s.Basis) != 0 || s.Places[0].Country != "" || s.Places[0].Words == "" {
		t.Errorf("public: %+v", s)
	}
	s = aStory()
	s.State, s.Reason = Withdrawn, "taken back by its teller"
	if p := s.Public(); p.Text != "" || p.Title != "" || len(p.Places) != 0 || p.Reason == "" {
		t.Errorf("a withdrawn story still says %+v", p)
	}
}

func TestAStoryIsCheckedFieldByField(t *testing.T) {
	if got := aStory().Check(); len(got) != 0 {
		t.Fatalf("a good story: %v", got)
	}
	for field, spoil := range map[string]func(*Story){
		"title":           func(s *Story) { s.Title = " " },
		"text":            func(s *Story) { s.Text, s.Quote = "", "" },
		"lang":            func(s *Story) { s.Lang = "" },
		"quote":           func(s *Story) { s.Quote = "words that nobody said" },
		"name":            func(s *Story) { s.Named = NamedRolePlace },
		"harms[0]":        func(s *Story) { s.Harms = []string{"boredom"} },
		"media[0]":        func(s *Story) { s.Media = []StoryMedia{{SHA256: "ab", Type: "image/png", Alt: "x"}} },
		"translations[0]": func(s *Story) { s.Translations[0].Lang = "am" },
		"incidents[0]":    func(s *Story) { s.Incidents[0] = "KIO-1" },
	} {
		s := aStory()
		spoil(s)
		if got := s.Check(); len(got) != 1 || got[0].Field != field {
			t.Errorf("%s spoilt: found %v", field, got)
		}
	}
	s := aStory()
	s.Name = "Abeba"
	if got := s.Check(); len(got) != 1 || got[0].Field != "name" {
		t.Errorf("a name though nobody is to be named: %v", got)
	}
}

func TestAStoryIsReadInTheReadersLanguage(t *testing.T) {
	for lang, want := range map[string]string{"en": "en", "am": "am", "fr": "am"} {
		title, _, _, in, machine := aStory().In(lang)
		if in != want || title == "" || machine != (lang == "en") {
			t.Errorf("%s: %q in %s, machine %v", lang, title, in, machine)
		}
	}
}

func TestStoryIDsAreReadBack(t *testing.T) {
	y, n, err := NewStoryID(2026, 12345).Parse()
	if y != 2026 || n != 12345 || err != nil {
		t.Errorf("%d %d %v", y, n, err)
	}
	for _, bad := range []StoryID{"", "KIO-2026-0001", "KIS-26-0001", "KIS-2026-001", "KIS-2026-0000"} {
		if _, _, err := bad.Parse(); CodeOf(err) != Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
