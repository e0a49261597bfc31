package export

import (
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/locale"
)

func TestWhatHappenedInEthiopiaIsDatedInBothCalendars(t *testing.T) {
	start := keepiton.On(2020, time.November, 4)
	inc := &keepiton.Incident{
		ID: "KIO-2020-0001", State: keepiton.Published, Kinds: []string{"shutdown"}, Extents: []string{"full_network"},
		Places:   []keepiton.Place{{Country: "ET", Words: "Ethiopia", Nationwide: true, Confidence: 1}},
		Episodes: []keepiton.Episode{{Start: start, End: keepiton.Ending{At: keepiton.On(2020, time.November, 6), State: keepiton.Ended}}},
	}
	now := time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)
	for lang, want := range map[string]string{"en": "25 Tekemt 2013", "fr": "25 teqemt 2013", "ar": "تكمت", "am": "ጥቅምት"} {
		if got := Sentence(locale.For(lang), inc, now); !strings.Contains(got, want) {
			t.Errorf("%s: %q has no %s", lang, got, want)
		}
	}
	inc.Places[0].Country = "SD"
	if got := Sentence(locale.For("en"), inc, now); strings.Contains(got, "Ethiopian") {
		t.Errorf("Sudan is dated as Ethiopia: %q", got)
	}
}
