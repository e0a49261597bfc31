package sample

import (
	"time"

	"keepiton"
)

// exams tells of countries that switch the internet off so that pupils cannot
// cheat.
func exams(c calendar) []story {
	ministry := func(years int, month time.Month, first, days int, skip ...int) keepiton.Incident {
		inc := in("XC")
		inc.Episodes = daily(c.at(years, month, first, 2, 0), 3*time.Hour, days, skip...)
		inc.Causes, inc.Justifications = []string{"exam_cheating"}, []string{"school_exams"}
		inc.Perpetrators = []keepiton.Perpetrator{{Body: "executive_government", Name: "Ministry of Education", Country: "XC"}}
		inc.Election, inc.Violence, inc.Abuses = keepiton.No, keepiton.No, keepiton.No
		inc.GovAck, inc.Notified = keepiton.Yes, keepiton.Yes
		inc.GovQuote = "قُطعت خدمة الإنترنت مؤقتا حفاظا على نزاهة الامتحانات."
		inc.LegalBasis, inc.LegalMethod = keepiton.Yes, "Government order"
		inc.Visibility = "visible"
		inc.Signals = []keepiton.SignalLink{{Feed: "bgp", URL: "https://measure.example.org/bgp/qamaria-exams", From: inc.Start(), To: inc.End().At}}
		inc.Summary = "From five to eight in the morning, local time, on every day of the final exams, the kingdom goes offline."
		inc.InfoSource = "news"
		inc.Sources = []keepiton.Source{
			order("s1", "qamaria/exams", "Circular to operators", "قُطعت خدمة الإنترنت مؤقتا حفاظا على نزاهة الامتحانات."),
			measurement("s2", "bgp/qamaria-exams", "Qamar Mobile, three hours a morning"),
		}
		return inc
	}

	state := in("XD", 5)
	state.Episodes = []keepiton.Episode{cut(c.on(2, time.September, 23), c.on(2, time.September, 23))}
	state.Networks = mobileOnly
	state.Causes, state.Justifications = []string{"exam_cheating"}, []string{"school_exams"}
	state.Perpetrators = []keepiton.Perpetrator{{Body: "state_government", Name: "Board of Examinations, Devgaon", Country: "XD"}}
	state.GovAck, state.LegalBasis, state.LegalMethod = keepiton.Yes, keepiton.Yes, "Government order"
	state.Summary = "Twenty-five million people without mobile internet for two days, for the sake of an exam for junior clerks."
	state.InfoSource = "news"
	state.Sources = []keepiton.Source{news("s1", "marusha/clerks", "An exam for clerks", c.on(2, time.September, 24)), order("s2", "marusha/order-88", "Order 88", "In the interest of a fair examination.")}

	return []story{
		{inc: ministry(1, time.June, 3, 14, 4, 5, 11, 12), first: 4 * time.Hour, steps: []step{publish(3*time.Hour, "Announced and seen."), verify(20*day, keepiton.Verified, "", "s1", "s2")}},
		{inc: ministry(2, time.June, 2, 14, 4, 5, 11, 12), first: 4 * time.Hour, steps: []step{publish(3*time.Hour, "Announced and seen."), verify(20*day, keepiton.Verified, "", "s1", "s2")}},
		{inc: ministry(3, time.June, 5, 10, 5, 6), steps: []step{publish(day, "Announced and seen."), verify(20*day, keepiton.Verified, "", "s1", "s2")}},
		{inc: state, steps: []step{publish(day, "Order seen."), correct(40*day, "The second day was left out.", func(inc *keepiton.Incident) {
			inc.Episodes = append(inc.Episodes, cut(c.on(2, time.September, 26), c.on(2, time.September, 26)))
		}), verify(day, keepiton.Corroborated, "", "s1", "s2")}},
	}
}
