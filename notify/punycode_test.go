package notify

import (
	"strings"
	"testing"
)

// The samples are those of RFC 3492, section 7.1, and names that are registered.
func TestLabelsBecomePunycode(t *testing.T) {
	for in, want := range map[string]string{
		"ليهمابتكلموشعربي؟":            "egbpdaj6bu4bxfgehfvwxn",
		"他们为什么不说中文":                    "ihqwcrb4cv8a8dqg056pqjye",
		"למההםפשוטלאמדבריםעברית":       "4dbcagdahymbxekheh6e0a7fei0b",
		"почемужеонинеговорятпорусски": "b1abfaaepdrnnbgefbadotcwatmq2g4l",
		"3年b組金八先生":                     "3b-ww4c5e180e575a65lsy2b",
		"bücher":                       "bcher-kva",
	} {
		if got := strings.TrimPrefix(punycode(in), "xn--"); got != want {
			t.Errorf("%s is written %s, want %s", in, got, want)
		}
	}
	if punycode("plain") != "plain" {
		t.Error("what is plain stays so")
	}
}

func TestAHostHasOneName(t *testing.T) {
	for in, want := range map[string]string{
		"Example.ORG": "example.org", "BÜCHER.example": "xn--bcher-kva.example", "bu\u0308cher.example.": "xn--bcher-kva.example",
		"xn--bcher-kva.example": "xn--bcher-kva.example", "例え。example": "xn--r8jz45g.example", "ｅｘａｍｐｌｅ.org": "example.org",
	} {
		if got, ok := asciiDomain(in); !ok || got != want {
			t.Errorf("%s is the host %q (%v), want %s", in, got, ok, want)
		}
	}
	for _, bad := range []string{"", "org", "a..b", "-a.org", "a-.org", "a b.org", "a/b.org", "a_b.org", "\xff.org", strings.Repeat("a", 64) + ".org", strings.Repeat("ü", 200) + ".org", strings.Repeat("a.", 200) + "org"} {
		if got, ok := asciiDomain(bad); ok {
			t.Errorf("%q is taken for the host %s", bad, got)
		}
	}
}

func FuzzHosts(f *testing.F) {
	for _, s := range []string{"example.org", "bücher.example", "例え。jp", "\xff.\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 4000 {
			return
		}
		got, ok := asciiDomain(s)
		if !ok {
			return
		}
		if again, ok := asciiDomain(got); !ok || again != got || len(got) > 253 {
			t.Errorf("%q is %q and then %q", s, got, again)
		}
	})
}
