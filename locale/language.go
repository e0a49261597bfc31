package locale

import (
	"cmp"
	"slices"

	"golang.org/x/text/language"
)

// Language is one language of the site.
type Language struct {
	Tag  string // BCP 47, such as "pt"
	Name string // in the language itself
	Dir  string // "ltr" or "rtl"

	// Calendar is "ethiopic" where days are told in the Ethiopian calendar beside
	// the Gregorian one, else "gregory" (CLDR, calendar types).
	Calendar string
	// Digits are those that some readers of the language want instead of the Latin
	// ones: "arab" (CLDR, numbering systems); "latn": none.
	Digits string
}

const (
	ethiopicCalendar = "ethiopic"
	latinDigits      = "latn"
)

// preferred is the order in which languages are offered; others follow by tag.
var preferred = []string{"en", "fr", "ar", "es", "pt", "am", "ca"}

// Languages lists the languages that have a message file, English first.
var Languages = listLanguages()

func listLanguages() []Language {
	rank := func(tag string) int {
		if i := slices.Index(preferred, tag); i >= 0 {
			return i
		}
		return len(preferred)
	}
	var out []Language
	for tag, c := range catalogs {
		l := Language{Tag: tag, Name: c.messages["language.name"].other, Dir: "ltr"}
		if c.messages["language.dir"].other == "rtl" {
			l.Dir = "rtl"
		}
		if l.Name == "" {
			l.Name = tag
		}
		l.Calendar = cmp.Or(c.messages["language.calendar"].other, "gregory")
		l.Digits = cmp.Or(c.messages["language.digits"].other, latinDigits)
		out = append(out, l)
	}
	slices.SortStableFunc(out, func(a, b Language) int {
		if d := rank(a.Tag) - rank(b.Tag); d != 0 {
			return d
		}
		return slices.Compare([]byte(a.Tag), []byte(b.Tag))
	})
	return out
}

// Tags lists the tags of Languages.
func Tags() (out []string) {
	for _, l := range Languages {
		out = append(out, l.Tag)
	}
	return out
}

var matcher = newMatcher()

func newMatcher() language.Matcher {
	var tags []language.Tag
	for _, l := range Languages {
		tags = append(tags, language.Make(l.Tag))
	}
	return language.NewMatcher(tags)
}

// Match returns the language that fits an Accept-Language header (RFC 9110
// section 12.5.4) best; English when none does or the header cannot be read.
func Match(acceptLanguage string) Language {
	const limit = 1000 // a header of any sane browser is far shorter
	if len(acceptLanguage) > limit {
		return Languages[0]
	}
	want, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil || len(want) == 0 {
		return Languages[0]
	}
	_, i, confidence := matcher.Match(want...)
	if confidence == language.No {
		return Languages[0]
	}
	return Languages[i]
}

// Known reports whether tag is one of Languages.
func Known(tag string) bool { _, ok := catalogs[tag]; return ok }
