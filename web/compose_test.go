package web

import (
	"net/url"
	"testing"
	"time"

	"keepiton"
	"keepiton/bundle"
	"keepiton/locale"
	"keepiton/web/sealing/sealingtest"
)

// TestScriptMakesTheReportThatTheServerWouldMake fills the form in several ways
// and compares the JSON of the report that the script seals with that of the
// report which the server makes of the same fields.
func TestScriptMakesTheReportThatTheServerWouldMake(t *testing.T) {
	now := time.Date(2026, 11, 25, 14, 30, 0, 0, time.UTC)
	type filled struct {
		Kind  string              `json:"kind"`
		Lang  string              `json:"lang"`
		Typed map[string][]string `json:"typed"`
	}
	var cases []filled
	for _, c := range [][2]string{
		{"am", "began_date=16/3/2019&began_time=3&began_calendar=ethiopic&began_clock=ethiopic-day&began_about=yes&ongoing=yes&country=ET&place= ባሕር+ዳር &mobile=yes&fixed=no&voice=unknown&seen=line 1%0Aline 2"},
		{"en", "began_date=3/4/2026&began_time=12&ended_date=5/4/2026&country=US&zone=America/New_York&services=whatsapp&services=telegram&services_other=imo, IMO%3B, تم،፣x&provider=P&open=yes&ticket=abc"},
		{"ar", "began_date=٢٥/١١/٢٠٢٦&began_time=15:30&began_clock=24h&ended_time=3&country=SD&consent_publish=yes&consent_court=yes&naming=name&name= N "},
		{"fr", "began_date=25 novembre 2026&country=CD&zone=Africa/Kinshasa&naming=&name=kept out&contact=c&firsthand=no&sms=no"},
		{"es", "began_time=3&seen=x&consent_media=yes&consent_press=yes&consent_partners=yes&naming=role_place&name=enfermera"},
		{"am", "began_date=ትናንት&began_calendar=ethiopic&ended_date=17/3/2019&country=ET&ongoing=no&services=signal"},
		{"fr", "story_text=Quatre heures de route&story_title=T&story_harms=family&story_harms=income&country=CD&zone=Africa/Kinshasa&consent_publish=yes&naming=role_place&name=une infirmière"},
		{"am", "join_name= ድምጽ &join_name_en=A Voice&join_name_ar= &join_type=media&country=ET&join_site=https://voice.example&join_langs=en&join_langs=am&join_langs_other=om፣ Sidaamu Afoo&contact=c&referee1=B&referee1_contact=b&referee2_contact=d&join_why=line 1%0Aline 2&join_support=s&ticket=x&consent_publish=yes"},
		{"es", "join_name=Voz&join_why="},
		{"ca", "seen=%F0%9F%93%B5 \"quoted\" <b> %26 \\ %E2%80%A8"},
	} {
		typed, err := url.ParseQuery(c[1])
		if err != nil {
			t.Fatal(err)
		}
		kind := "shutdown"
		if typed.Has("story_text") {
			kind = "story"
		} else if typed.Has("join_name") {
			kind = "join"
		}
		cases = append(cases, filled{kind, c[0], typed})
	}
	words := map[string]locale.DateWords{}
	for _, l := range locale.Languages {
		words[l.Tag] = locale.For(l.Tag).DateWords()
	}
	got := sealingtest.Run[[]string](t, `
		return input.cases.map((c) => {
			const words = KeepItOn.dictionary(input.words[c.lang]);
			return JSON.stringify(KeepItOn.compose(c.typed, {
				kind: c.kind, lang: c.lang, road: 'form', zones: input.zones,
				read: (w) => KeepItOn.read(KeepItOn.readings(w, c.lang, words, input.now)),
			}));
		});`, map[string]any{"cases": cases, "words": words, "zones": scriptZones(), "now": now.UnixMilli()})
	for i, c := range cases {
		rep, err := bundle.DecodeReport([]byte(got[i]))
		if err != nil {
			t.Errorf("case %d: %v in %s", i, err, got[i])
			continue
		}
		server := typed(c.Typed).report(c.Lang, now)
		if c.Kind == "story" {
			server.Kind = keepiton.ReportStory
			server.Story = &keepiton.StoryWords{Title: "T", Text: "Quatre heures de route", Harms: []string{"family", "income"}}
		}
		if c.Kind == "join" {
			server = typed(c.Typed).application(c.Lang)
		}
		server.ID = rep.ID
		want, err := bundle.EncodeReport(server)
		if err != nil {
			t.Fatal(err)
		}
		script, err := bundle.EncodeReport(rep)
		if err != nil || string(script) != string(want) {
			t.Errorf("case %d, %v:\nscript %s\nserver %s", i, err, script, want)
		}
	}
}
