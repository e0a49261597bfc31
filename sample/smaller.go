package sample

import (
	"fmt"
	"time"

	"keepiton"
)

// smaller tells of the many local cuts that make up most of the record: one
// line each.
func smaller(c calendar) []story {
	var out []story
	for i, l := range local {
		inc := in(l.country, l.part)
		from := c.on(l.years, l.month, l.day)
		to := keepiton.Moment{At: from.At.AddDate(0, 0, l.days-1)}
		inc.Episodes = []keepiton.Episode{cut(from, to)}
		inc.Causes = []string{l.cause}
		inc.Networks = mobileOnly
		if l.days > 10 {
			inc.Networks = bothNetworks
		}
		inc.Perpetrators = []keepiton.Perpetrator{{Body: l.body, Country: l.country}}
		inc.Justifications = []string{l.justification}
		inc.Violence, inc.Election, inc.Abuses = keepiton.No, keepiton.No, keepiton.Unknown
		if l.cause == "communal_violence" || l.cause == "conflict" {
			inc.Violence = keepiton.Yes
		}
		inc.GovAck = []keepiton.Answer{keepiton.Yes, keepiton.Unknown, keepiton.No}[i%3]
		inc.Summary = l.what
		inc.InfoSource = []string{"news", "partners", "news", "rti_request"}[i%4]
		path := fmt.Sprintf("%s/%s", lookup(l.country).code, from)
		inc.Sources = []keepiton.Source{news("s1", path, l.what, from)}
		s := story{inc: inc, steps: []step{publish(time.Duration(1+i%5)*day, "A newspaper of the place reports it.")}}
		if i%3 == 0 {
			s.inc.Sources = append(s.inc.Sources, partner("s2", path, l.what))
			s.steps = append(s.steps, verify(time.Duration(5+i)*day, keepiton.Corroborated, "", "s1", "s2"))
		}
		if i%4 == 1 {
			s.steps = append(s.steps, correct(time.Duration(20+i)*day, "Calls failed as well, says a second report.", func(inc *keepiton.Incident) {
				inc.Networks.Voice = keepiton.Yes
			}))
		}
		out = append(out, s)
	}
	return out
}

// local is one line a cut: country, part, when (years before the present
// one), how many days, why, by whom, with which justification, and what
// happened.
var local = []struct {
	country                    string
	part, years                int
	month                      time.Month
	day, days                  int
	cause, body, justification string
	what                       string
}{
	{"XD", 1, 1, time.January, 26, 2, "protests", "local_government", "public_safety", "Farmers march on Kalpet; phones go quiet along the ring road."},
	{"XD", 1, 1, time.February, 14, 1, "religious_holiday", "local_government", "precautionary", "A procession, and a day without mobile data."},
	{"XD", 3, 1, time.June, 9, 6, "conflict", "military", "national_security", "Search operation in the Sundari Hills."},
	{"XD", 4, 1, time.August, 30, 3, "official_visit", "law_enforcement", "precautionary", "The harbour is opened by a minister, and the network closed."},
	{"XD", 5, 1, time.October, 2, 4, "communal_violence", "state_government", "fake_news", "Stones after a rumour in Devgaon."},
	{"XD", 2, 2, time.April, 17, 12, "communal_violence", "state_government", "public_safety", "Twelve days without internet in Anjora's valleys."},
	{"XD", 3, 2, time.July, 6, 2, "conflict", "military", "national_security", "Hill district cut during a raid."},
	{"XD", 1, 3, time.January, 12, 1, "exam_cheating", "state_government", "school_exams", "Teachers' exam in Kalpet."},
	{"XD", 5, 3, time.March, 19, 5, "protests", "state_government", "public_safety", "A preacher on the run, five districts offline."},
	{"XD", 3, 3, time.November, 2, 3, "conflict", "military", "national_security", "Raid in the hills."},
	{"XD", 2, 4, time.June, 17, 4, "protests", "local_government", "fake_news", "Recruits protest; trains and data stop."},
	{"XD", 4, 4, time.September, 5, 2, "religious_holiday", "local_government", "precautionary", "Immersion of the idols, without data."},
	{"XD", 3, 5, time.January, 26, 9, "conflict", "military", "national_security", "Hills cut around the day of the republic."},
	{"XD", 1, 6, time.December, 15, 8, "protests", "state_government", "public_safety", "Citizenship protests in Kalpet."},
	{"XD", 2, 7, time.April, 2, 3, "protests", "local_government", "public_safety", "A strike closes Anjora."},
	{"XD", 3, 8, time.July, 8, 10, "conflict", "executive_government", "national_security", "Ten days after a funeral in the hills."},
	{"XD", 3, 9, time.July, 9, 30, "political_instability", "executive_government", "public_safety", "The summer without a network."},
	{"XC", 1, 1, time.September, 12, 2, "protests", "law_enforcement", "public_safety", "Pearl fishers on strike in Bahriya."},
	{"XC", 3, 3, time.December, 24, 5, "political_instability", "executive_government", "national_security", "Two mountains against the palace."},
	{"XC", 2, 6, time.October, 3, 6, "protests", "executive_government", "public_safety", "Wadi Noor demonstrates for water."},
	{"XC", 1, 8, time.June, 1, 3, "information_control", "executive_government", "none", "A week after the video of the prison."},
	{"XB", 1, 1, time.July, 25, 3, "protests", "executive_government", "public_safety", "Marches against a tax in Lower Tembe."},
	{"XB", 2, 3, time.June, 2, 7, "political_instability", "executive_government", "fake_news", "A sentence, and a week without mobile data."},
	{"XB", 3, 7, time.December, 31, 20, "elections", "executive_government", "national_security", "Kitoro votes later, and offline."},
	{"XF", 1, 1, time.June, 24, 2, "political_instability", "executive_government", "national_security", "A column of soldiers on the road to Zarechny."},
	{"XF", 2, 2, time.October, 8, 1, "protests", "local_government", "technical", "Dolina marches for its river."},
	{"XF", 4, 6, time.August, 9, 3, "elections", "executive_government", "technical", "Orlovo counts its votes in the dark."},
	{"XG", 2, 1, time.August, 4, 60, "conflict", "military", "national_security", "Two months of fighting around Mirab Amba."},
	{"XG", 3, 4, time.June, 30, 23, "political_instability", "executive_government", "public_safety", "After the death of a singer."},
	{"XE", 1, 2, time.July, 29, 2, "elections", "executive_government", "technical", "Río Claro recounts."},
	{"XE", 3, 5, time.May, 9, 4, "protests", "law_enforcement", "public_safety", "Road blocks in Altamira."},
	{"XA", 1, 4, time.May, 15, 1, "other", "judiciary", "illegal_content", "A judge in Skarvik closes a whole address range for one page."},
}
