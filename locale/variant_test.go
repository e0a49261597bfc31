package locale

import (
	"strings"
	"testing"
	"time"

	"keepiton"
)

func TestArabicDigitsFollowTheReadersWish(t *testing.T) {
	p := For("ar").Digits("arab")
	for got, want := range map[string]string{
		p.Number(1234567): "١٬٢٣٤٬٥٦٧",
		p.Number(0.5):     "٠٫٥",
		p.Number(-3):      "\u061c-٣",
		p.Percent(0.25):   "٢٥٪\u061c",
		p.Year(2026):      "٢٠٢٦",
		p.Date(keepiton.On(2022, time.January, 3)): "٣ يناير ٢٠٢٢",
		p.Figures("في 24 ساعة، صيغة A4 وRFC 8058"): "في ٢٤ ساعة، صيغة A4 وRFC 8058",
		p.Latin().Number(1234567):                  "1,234,567",
		For("ar").Number(12):                       "12",
		For("am").Digits("arab").Number(12):        "12",
		For("fr").Digits("ethi").Number(12):        "12",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if p.DigitSystem() != "arab" || p.Latin().DigitSystem() != "latn" || For("en").DigitSystem() != "latn" {
		t.Error("a printer does not know its digits")
	}
	if got := p.N("page.coalition.countries", 11); got == For("ar").N("page.coalition.countries", 11) {
		t.Errorf("a plural keeps Latin digits: %q", got)
	}
}

func TestDigitsAreWantedByTheReadersCountry(t *testing.T) {
	for header, want := range map[string]string{
		"ar-EG,en;q=0.5": "arab", "ar-SD": "arab", "ar-MA": "latn", "ar-AE, ar-EG": "latn", "ar": "latn", "": "latn", "fr,ar-IQ;q=0.3": "arab", ";;;": "latn", "en-EG": "latn",
	} {
		if got := DigitsWanted("ar", header); got != want {
			t.Errorf("DigitsWanted(ar, %q) = %q, want %q", header, got, want)
		}
	}
}

func TestDaysInEthiopiaAreToldInBothCalendars(t *testing.T) {
	day := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	for got, want := range map[string]string{
		For("en").Beside("ET").Day(day):       "23 November 2026 (14 Hedar 2019 Ethiopian calendar)",
		For("en").Beside("SD", "ET").Day(day): "23 November 2026 (14 Hedar 2019 Ethiopian calendar)",
		For("en").Beside("SD").Day(day):       "23 November 2026",
		For("en").Beside().Day(day):           "23 November 2026",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	// Half past three in the afternoon in UTC is half past twelve in the evening there.
	at := keepiton.Moment{At: time.Date(2026, 11, 23, 15, 30, 0, 0, time.UTC), Precision: keepiton.Minute, Estimated: true}
	if got, want := For("en").Beside("ET").Date(at), "about 23 November 2026, 15:30 UTC (14 Hedar 2019 Ethiopian calendar, 12:30 in the night (evening))"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	night := keepiton.Moment{At: time.Date(2026, 11, 23, 22, 0, 0, 0, time.UTC), Precision: keepiton.Hour}
	if got := For("am").Beside("ET").Date(night); !strings.Contains(got, "15 ቀን 2019") {
		t.Errorf("after midnight in Addis Ababa it is still yesterday: %q", got)
	}
	if !For("am").Ethiopian() || For("ar").Ethiopian() {
		t.Error("the calendar is not that of the language")
	}
}

func TestAPrinterTellsWhatItIsAskedForAndPointsItOut(t *testing.T) {
	asked := map[string]map[string]string{}
	p := For("fr").Noting(func(key string, filled map[string]string) { asked[key] = filled })
	p.T("page.year.title", "Year", 2026)
	p.Code("cause", "protests")
	p.Has("answer.yes")
	if _, had := asked["answer.yes"]; len(asked) != 3 || asked["page.year.title"]["Year"] != "2026" || !had {
		t.Errorf("asked for %v", asked)
	}
	q := For("fr").Pointing("answer.yes")
	if got := q.T("answer.yes"); got != PointStart+"Oui"+PointEnd {
		t.Errorf("pointed out as %q", got)
	}
	if got := q.T("answer.no"); got != "Non" {
		t.Errorf("another message is %q", got)
	}
}
