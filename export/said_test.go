package export

import (
	"testing"

	"keepiton/locale"
)

func TestADiffIsToldInWords(t *testing.T) {
	p := locale.For("en")
	for _, c := range []struct{ field, value, want string }{
		{"episodes", "2019-04-01/2019-04-02 ended", "1 April 2019 – 2 April 2019 · Ended"},
		{"episodes", "2019-04-01/2019-04-02", "1 April 2019 – 2 April 2019"},
		{"episodes", "2019-04-01/ unknown", "1 April 2019 · End unknown"},
		{"episodes", "2019-04-01/2019-04-02 ended after the vote", "1 April 2019 – 2 April 2019 · Ended · after the vote"},
		{"episodes", "2019-04-01/2019-04-02 by night", "1 April 2019 – 2 April 2019 · by night"},
		{"episodes", "in spring", "in spring"},
		{"places", "ET-AA", "Addis Ababa, Ethiopia (ET-AA)"},
		{"places", "ET", "Ethiopia (ET)"},
		{"places", "ET nationwide", "Ethiopia (ET), the whole country"},
		{"places", "ET “all of it” nationwide", "Ethiopia (ET), the whole country “all of it”"},
		{"places", "ET-AA/Bole “the airport”", "Bole, Addis Ababa, Ethiopia (ET-AA) “the airport”"},
		{"places", "except ET-AA", "except Addis Ababa, Ethiopia (ET-AA)"},
		{"places", "“somewhere”", "“somewhere”"},
		{"mobile", "yes", "Yes"},
		{"kinds", "shutdown", "Shutdown"},
		{"services", "facebook: no", "Facebook: not affected"},
		{"services", "facebook: perhaps", "facebook: perhaps"},
		{"perpetrators", "executive_government, Ministry of Education", "National government, Ministry of Education"},
		{"perpetrators", "Ministry of Education, Science", "Ministry of Education, Science"},
		{"sources", "news https://example.org/a", "News article, https://example.org/a"},
		{"sources", "report s1 confidential", "Report sent to us, s1: confidential; nothing more is published"},
		{"claims", "gov_ack: [s5]", "Acknowledged by the government: [s5]"},
		{"claims", "*: [s1 s2]", "Everything without sources of its own rests on: [s1 s2]"},
		{"area", "2019-04-01/2019-04-02 ended", "2019-04-01/2019-04-02 ended"},
	} {
		if got := Said(p, c.field, c.value); got != c.want {
			t.Errorf("%s %q is told as %q, want %q", c.field, c.value, got, c.want)
		}
	}
}

func TestAnArabicPhraseKeepsItsDirection(t *testing.T) {
	p := locale.For("ar")
	for _, s := range []string{Said(p, "services", "facebook: no"), Said(p, "places", "ET-AA")} {
		if []rune(s)[0] != '\u200f' {
			t.Errorf("%q begins with no right-to-left mark", s)
		}
	}
}
