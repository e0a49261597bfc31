package locale

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"keepiton"
)

// whenNow is Wednesday, 25 November 2026, 16 Hedar 2019, noon UTC.
var whenNow = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

const addis = "Africa/Addis_Ababa"

// whenCase is a date and a time as somebody types them; want is EDTF.
type whenCase struct{ lang, zone, date, time, want string }

func check(t *testing.T, cases []whenCase) {
	t.Helper()
	for _, c := range cases {
		got := ReadWhen(keepiton.When{Date: c.date, Time: c.time, Zone: c.zone}, c.lang, whenNow)
		if got.At.String() != c.want {
			t.Errorf("%s %q %q in %q: %q, want %q (%v)", c.lang, c.date, c.time, c.zone, got.At, c.want, moments(Readings(keepiton.When{Date: c.date, Time: c.time, Zone: c.zone}, c.lang, whenNow)))
		}
		if got.Date != c.date || got.Time != c.time {
			t.Errorf("%q %q: the words were changed to %q %q", c.date, c.time, got.Date, got.Time)
		}
	}
}

func moments(all []keepiton.When) (out []string) {
	for _, w := range all {
		out = append(out, w.Calendar+" "+w.Clock+" "+w.At.String())
	}
	return out
}

func TestDatesAreReadAsEachLanguageSaysThem(t *testing.T) {
	check(t, []whenCase{
		{"en", "", "25/11/2026", "", "2026-11-25"},
		{"en", "", "2026-11-25", "", "2026-11-25"},
		{"en", "", "11/25/2026", "", "2026-11-25"},
		{"en", "", "25.11.26", "", "2026-11-25"},
		{"en", "", "20261125", "", "2026-11-25"},
		{"en", "", "25 November", "", "2026-11-25"},
		{"en", "", "the 3rd of December", "", "2025-12-03"},
		{"en", "", "November 3rd, 2026", "", "2026-11-03"},
		{"en", "", "Nov 2026", "", "2026-11"},
		{"en", "", "11/2026", "", "2026-11"},
		{"en", "", "2026", "", "2026"},
		{"en", "", "yesterday", "", "2026-11-24"},
		{"en", "", "the day before yesterday", "", "2026-11-23"},
		{"en", "", "3 days ago", "", "2026-11-22"},
		{"en", "", "a week ago", "", "2026-11-18~"},
		{"en", "", "Monday", "", "2026-11-23"},
		{"en", "", "last Wednesday", "", "2026-11-18"},
		{"en", "", "around 20 November", "", "2026-11-20~"},
		{"en", "", "29 February", "", "2024-02-29"},
		{"en", "", "the internet went out 25 11 2026", "", "2026-11-25"},
		{"fr", "", "25 novembre 2026", "", "2026-11-25"},
		{"fr", "", "1er août", "", "2026-08-01"},
		{"fr", "", "aujourd’hui", "", "2026-11-25"},
		{"fr", "", "aujourd'hui", "", "2026-11-25"},
		{"fr", "", "avant-hier", "", "2026-11-23"},
		{"fr", "", "il y a 3 jours", "", "2026-11-22"},
		{"fr", "", "lundi dernier", "", "2026-11-23"},
		{"ar", "", "٢٥/١١/٢٠٢٦", "", "2026-11-25"},
		{"ar", "", "٢٥ نوفمبر ٢٠٢٦", "", "2026-11-25"},
		{"ar", "", "25 تشرين الثاني 2026م", "", "2026-11-25"},
		{"ar", "", "أمس", "", "2026-11-24"},
		{"ar", "", "اليوم", "", "2026-11-25"},
		{"ar", "", "أول أمس", "", "2026-11-23"},
		{"ar", "", "قبل يومين", "", "2026-11-23"},
		{"ar", "", "قبل ٣ أيام", "", "2026-11-22"},
		{"ar", "", "يوم الاثنين", "", "2026-11-23"},
		{"ar", "", "۲۵ نوفمبر", "", "2026-11-25"},
		{"es", "", "25 de noviembre de 2026", "", "2026-11-25"},
		{"es", "", "ayer", "", "2026-11-24"},
		{"es", "", "anteayer", "", "2026-11-23"},
		{"es", "", "hace 3 días", "", "2026-11-22"},
		{"es", "", "el lunes", "", "2026-11-23"},
		{"pt", "", "25 de novembro", "", "2026-11-25"},
		{"pt", "", "ontem", "", "2026-11-24"},
		{"pt", "", "há 3 dias", "", "2026-11-22"},
		{"pt", "", "segunda-feira", "", "2026-11-23"},
		{"pt", "", "5 out 2026", "", "2026-10-05"},
		{"ca", "", "25 de novembre", "", "2026-11-25"},
		{"ca", "", "ahir", "", "2026-11-24"},
		{"ca", "", "fa 3 dies", "", "2026-11-22"},
		{"ca", "", "abans-d’ahir", "", "2026-11-23"},
		{"am", addis, "ትናንት", "", "2026-11-24"},
		{"am", addis, "ዛሬ", "", "2026-11-25"},
		{"am", addis, "ከትናንት በስቲያ", "", "2026-11-23"},
		{"am", addis, "ከ3 ቀን በፊት", "", "2026-11-22"},
		{"am", addis, "ሰኞ", "", "2026-11-23"},
		{"am", addis, "ኅዳር 16 ቀን 2019 ዓ.ም.", "", "2026-11-25"},
		{"am", addis, "ህዳር 16", "", "2026-11-25"},
		{"am", addis, "በኅዳር 16 2019", "", "2026-11-25"},
		{"am", addis, "ኖቬምበር 25 2026", "", "2026-11-25"},
		{"am", addis, "25/11/2026", "", "2026-11-25"}, // no date of the Ethiopian calendar that has come
		{"am", addis, "፲፮ ኅዳር ፳፻፲፱", "", "2026-11-25"},
		{"am", addis, "ጳጉሜን 6 2015", "", "2023-09-11"},
		{"en", addis, "16 Hidar 2019", "", "2026-11-25"},
		{"en", addis, "Tikimt 2019", "", "2026-10~"},
		{"am", "", "hier", "", "2026-11-24"}, // another language than that of the form
	})
}

func TestTimesAreReadAsEachLanguageSaysThem(t *testing.T) {
	check(t, []whenCase{
		{"en", "", "25/11/2026", "15:30", "2026-11-25T15:30Z"},
		{"en", "", "25/11/2026", "3:30 pm", "2026-11-25T15:30Z"},
		{"en", "", "25/11/2026", "3 p.m.", "2026-11-25T15Z"},
		{"en", "", "25/11/2026", "03:30", "2026-11-25T03:30Z"},
		{"en", "", "25/11/2026", "1530", "2026-11-25T15:30Z"},
		{"en", "", "25/11/2026", "half past 9 in the evening", "2026-11-25T21:30Z"},
		{"en", "", "25/11/2026", "quarter to 3 pm", "2026-11-25T14:45Z"},
		{"en", "", "25/11/2026", "noon", "2026-11-25T12Z"},
		{"en", "", "25/11/2026", "12 am", "2026-11-25T00Z"},
		{"en", "", "25/11/2026", "24:00", "2026-11-26T00:00Z"},
		{"en", "", "25/11/2026", "15:30 UTC", "2026-11-25T15:30Z"},
		{"en", "", "25/11/2026 15:30", "", "2026-11-25T15:30Z"},
		{"en", "", "yesterday 3 pm", "", "2026-11-24T15Z"},
		{"en", "", "2026-11-25T15:30Z", "", "2026-11-25T15:30Z"},
		{"en", "Asia/Kolkata", "25/11/2026", "3 pm", "2026-11-25T09:30Z"},
		{"en", "Asia/Kolkata", "2026-11-25T15:30Z", "", "2026-11-25T15:30Z"},
		{"en", "+03:00", "25/11/2026", "15:30", "2026-11-25T12:30Z"},
		{"en", "Asia/Tokyo", "25/11/2026", "", "2026-11-25"},
		{"en", "", "last night", "2", "2026-11-25T02Z"},
		{"en", "", "last night", "9", "2026-11-24T21Z"},
		{"en", "", "25/11/2026", "about 3 pm", "2026-11-25T15Z~"},
		{"en", "", "25/11/2026", "between 3 and 4 pm", "2026-11-25T15Z~"},
		{"en", "", "25/11/2026", "in the afternoon", "2026-11-25"},
		{"fr", "", "25/11/2026", "15h30", "2026-11-25T15:30Z"},
		{"fr", "", "25/11/2026", "3 heures de l’après-midi", "2026-11-25T15Z"},
		{"fr", "", "hier", "9 heures et demie du soir", "2026-11-24T21:30Z"},
		{"fr", "", "hier à midi", "", "2026-11-24T12Z"},
		{"fr", "", "hier", "minuit", "2026-11-24T00Z"},
		{"ar", "", "أمس", "الساعة ٣ مساءً", "2026-11-24T15Z"},
		{"ar", "", "أمس", "٣:٣٠ م", "2026-11-24T15:30Z"},
		{"ar", "", "أمس", "الثالثة", "2026-11-24"},
		{"ar", "", "25 نوفمبر 2026م", "9 ص", "2026-11-25T09Z"},
		{"ar", "", "أمس", "9 ونصف صباحا", "2026-11-24T09:30Z"},
		{"es", "", "ayer", "a las 3 de la tarde", "2026-11-24T15Z"},
		{"es", "", "ayer", "9 y media de la noche", "2026-11-24T21:30Z"},
		{"es", "", "ayer", "10 de la mañana", "2026-11-24T10Z"},
		{"pt", "", "ontem", "às 3 da tarde", "2026-11-24T15Z"},
		{"pt", "", "ontem", "meia-noite", "2026-11-24T00Z"},
		{"ca", "", "ahir", "a les 3 de la tarda", "2026-11-24T15Z"},
		{"am", addis, "ትናንት", "ከጠዋቱ 3 ሰዓት", "2026-11-24T06Z"},
		{"am", addis, "ትናንት", "ከጠዋቱ 3:30", "2026-11-24T06:30Z"},
		{"am", addis, "ትናንት", "ማታ 3 ሰዓት", "2026-11-24T18Z"},
		{"am", addis, "ትናንት ማታ", "3", "2026-11-24T18Z"},
		{"am", addis, "ትናንት", "ከቀኑ 8 ሰዓት ተኩል", "2026-11-24T11:30Z"},
		{"am", addis, "ትናንት", "ከሰዓት በኋላ 10 ሰዓት", "2026-11-24T13Z"},
		{"am", addis, "ትናንት", "3 ሰዓት ከ20 ማታ", "2026-11-24T18:20Z"},
		{"am", addis, "ትናንት", "ከሌሊቱ 9 ሰዓት", "2026-11-25T00Z"},           // the night after yesterday
		{"am", addis, "ኅዳር 16 ቀን 2019", "ከሌሊቱ 9 ሰዓት", "2026-11-25T00Z"}, // of the date that was said
		{"am", addis, "ትናንት", "ከንጋቱ 12 ሰዓት", "2026-11-24T03Z"},
		{"am", addis, "ትናንት", "ከምሽቱ 12 ሰዓት", "2026-11-24T15Z"},
		{"am", addis, "ትናንት", "15:30", "2026-11-24T12:30Z"},
	})
}

// The record's most common silent error: hours that count from dawn.
func TestThreeOClockInEthiopiaHasFourReadings(t *testing.T) {
	w := keepiton.When{Date: "ኅዳር 16 2019", Time: "3:00", Zone: addis}
	want := "ethiopic ethiopic-day 2026-11-25T06:00Z, ethiopic ethiopic-night 2026-11-25T18:00Z, ethiopic 24h 2026-11-25T00:00Z, ethiopic 12h-pm 2026-11-25T12:00Z"
	if got := strings.Join(moments(Readings(w, "am", whenNow)), ", "); got != want {
		t.Errorf("readings are\n%s, want\n%s", got, want)
	}
	if got := ReadWhen(w, "am", whenNow).At.String(); got != "2026-11-25" {
		t.Errorf("read as %s, want the day that all readings share", got)
	}
	w.Clock = "ethiopic-day"
	if got := ReadWhen(w, "am", whenNow).At.String(); got != "2026-11-25T06:00Z" {
		t.Errorf("with the clock said: %s", got)
	}
	w.Clock = "ethiopic-night"
	if got := ReadWhen(w, "am", whenNow).At.String(); got != "2026-11-25T18:00Z" {
		t.Errorf("with the other half said: %s", got)
	}
}

func TestEveryHourOfTheEthiopianClock(t *testing.T) {
	for hour := 1; hour <= 12; hour++ {
		for clock, first := range map[string]int{"ethiopic-day": 6, "ethiopic-night": 18} {
			w := ReadWhen(keepiton.When{Date: "2026-11-25", Time: itoa(hour) + ":10", Clock: clock, Calendar: "gregory", Zone: addis}, "am", whenNow)
			want := (first + hour%12) % 24 // hour 1 is 07:00 (notes/publication.md 5.3)
			local := w.At.At.In(time.FixedZone("", 3*3600))
			if local.Hour() != want || local.Minute() != 10 || local.Day() != 25 {
				t.Errorf("%d in %s is %s, want %02d:10", hour, clock, local.Format("2 15:04"), want)
			}
		}
	}
}

func TestCalendarThatWasChosenIsTheOneThatIsRead(t *testing.T) {
	for _, c := range []struct{ calendar, date, want string }{
		{"ethiopic", "16 3 2019", "2026-11-25"},
		{"gregory", "16 3 2019", "2019-03-16"},
		{"ethiopic", "16/3", "2026-11-25"},
		{"ethiopic", "2019-03-16", "2026-11-25"},
		{"ethiopic", "30/13/2018", ""}, // Pagumen has five days or six
		{"ethiopic", "6/13/2018", ""},
		{"ethiopic", "6/13/2015", "2023-09-11"},
		{"ethiopic", "5/13/2018", "2026-09-10"},
		{"gregory", "31/2/2026", ""},
		{"ethiopic", "25 November 2026", "2026-11-25"}, // a name says more than a choice
		{"ethiopic", "2019", "2027~"},
	} {
		got := ReadWhen(keepiton.When{Date: c.date, Calendar: c.calendar, Zone: addis}, "en", whenNow)
		if got.At.String() != c.want {
			t.Errorf("%s in %s is %q, want %q", c.date, c.calendar, got.At, c.want)
		}
	}
	both := Readings(keepiton.When{Date: "16 3 2019", Zone: addis}, "am", whenNow)
	if len(both) != 2 || both[0].At.String() != "2026-11-25" || both[1].At.String() != "2019-03-16" {
		t.Errorf("without a calendar: %v", moments(both))
	}
	if one := ReadWhen(both[0], "am", whenNow); one.At.String() != "2026-11-25" {
		t.Errorf("a reading that was chosen reads as %s", one.At)
	}
}

func TestWhatCannotBeReadStaysAsWords(t *testing.T) {
	check(t, []whenCase{
		{"en", "", "", "", ""},
		{"en", "", "when the market closed", "", ""},
		{"en", "", "31/31/31", "", ""},
		{"en", "", "99999999999999999999", "", ""},
		{"en", "", "", "3:00", ""},
		{"en", "", "25/11/0001", "", ""},
		{"am", "", "ከገበያ በኋላ", "", ""},
		{"en", "", "25/11/2026", "99:99", "2026-11-25"},
		{"en", "Not/AZone", "25/11/2026", "15:30", "2026-11-25T15:30Z"},
	})
}

func TestWhenBackIsInBothCalendarsAndUTC(t *testing.T) {
	w := ReadWhen(keepiton.When{Date: "16 3 2019", Time: "3:00", Calendar: "ethiopic", Clock: "ethiopic-day", Zone: addis}, "en", whenNow)
	got := WhenBack(For("en"), w)
	want := Back{"25 November 2026, 09:00 (Africa/Addis_Ababa, UTC+03:00)", "16 Hedar 2019 Ethiopian calendar, 3:00 in the day (morning)", "25 November 2026, 06:00 UTC"}
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	w.Clock = "ethiopic-night"
	if got := WhenBack(For("en"), ReadWhen(w, "en", whenNow)).Ethiopian; got != "16 Hedar 2019 Ethiopian calendar, 3:00 in the night (evening)" {
		t.Errorf("by night: %q", got)
	}
	for _, l := range Languages {
		b := WhenBack(For(l.Tag), w)
		for _, s := range []string{b.Gregorian, b.Ethiopian, b.UTC} {
			if s == "" || strings.Contains(s, "{{") || strings.Contains(s, "when.") {
				t.Errorf("%s: %q", l.Tag, b)
			}
		}
		if !strings.Contains(b.Gregorian, "09:00") && !strings.Contains(b.Gregorian, "9:00") || !strings.Contains(b.UTC, "6:00") || !strings.Contains(b.Ethiopian, "3:00") {
			t.Errorf("%s: %q", l.Tag, b)
		}
	}
	day := WhenBack(For("en"), keepiton.When{At: keepiton.On(2026, 11, 25)})
	if (day != Back{Gregorian: "25 November 2026", Ethiopian: "16 Hedar 2019 Ethiopian calendar"}) {
		t.Errorf("a day alone: %q", day)
	}
	if (WhenBack(For("en"), keepiton.When{Date: "once"}) != Back{}) {
		t.Error("what was not read is shown as something")
	}
}

func FuzzReadWhen(f *testing.F) {
	for _, s := range [][2]string{{"16 3 2019", "3:00"}, {"ኅዳር 16 ቀን 2019", "ከጠዋቱ 3 ሰዓት"}, {"قبل ٣ أيام", "٣:٣٠ م"}, {"il y a 3 jours", "15h30"}, {"፲፮ ኅዳር ፳፻፲፱", "noon"}, {"2026-11-25T24:00Z", "-1"}} {
		f.Add(s[0], s[1], "", "", addis, uint8(0))
	}
	f.Fuzz(func(t *testing.T, date, clock, calendar, hours, zone string, lang uint8) {
		typed := keepiton.When{Date: date, Time: clock, Calendar: calendar, Clock: hours, Zone: zone}
		tag := Languages[int(lang)%len(Languages)].Tag
		got := ReadWhen(typed, tag, whenNow)
		if got.Date != date || got.Time != clock || got.Calendar != calendar || got.Clock != hours {
			t.Error("what was typed has changed")
		}
		if back, err := keepiton.ParseMoment(got.At.String()); err != nil || !back.At.Equal(got.At.At) {
			t.Errorf("%q %q: %q does not survive being written: %v", date, clock, got.At, err)
		}
		all := Readings(typed, tag, whenNow)
		if len(all) > 16 {
			t.Errorf("%d readings", len(all))
		}
		for _, w := range append(all, got) {
			if y := w.At.At.Year(); !w.At.IsZero() && (y < firstYear-1 || y > lastYear+1) {
				t.Errorf("%q %q is in the year %d", date, clock, y)
			}
			if b := WhenBack(For(tag), w); !utf8.ValidString(b.Gregorian + b.Ethiopian + b.UTC) {
				t.Error("shown back as broken text")
			}
		}
	})
}

func BenchmarkReadWhen(b *testing.B) {
	w := keepiton.When{Date: "ኅዳር 16 ቀን 2019", Time: "ከጠዋቱ 3 ሰዓት", Zone: addis}
	for b.Loop() {
		ReadWhen(w, "am", whenNow)
	}
}
