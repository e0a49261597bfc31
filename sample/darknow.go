package sample

import (
	"time"

	"keepiton"
)

// darkNow tells of cuts that are going on at this moment, and of one that
// ended this week.
func darkNow(c calendar) []story {
	blackout := in("XG")
	blackout.Episodes = []keepiton.Episode{going(c.hoursAgo(31))}
	blackout.Causes, blackout.Justifications = []string{"elections"}, []string{"national_security"}
	blackout.Perpetrators = []keepiton.Perpetrator{{Body: "executive_government", Name: "Communications Authority", Country: "XG"}}
	blackout.Networks.SMS, blackout.Networks.Voice = keepiton.Unknown, keepiton.No
	blackout.Election, blackout.Violence, blackout.Abuses, blackout.Notified = keepiton.Yes, keepiton.Unknown, keepiton.Unknown, keepiton.No
	blackout.GovAck = keepiton.Yes
	blackout.GovQuote = "ለሕዝብ ደህንነት ሲባል ኢንተርኔት ለጊዜው ተቋርጧል።"
	blackout.Operators = []keepiton.Operator{{Name: "Aranda Tel", Country: "XG"}}
	blackout.Techniques, blackout.Visibility = []string{"routing"}, "visible"
	blackout.Signals = []keepiton.SignalLink{{Feed: "bgp", URL: "https://measure.example.org/bgp/aranda", From: c.hoursAgo(31), Note: "91 of 97 prefixes withdrawn"}}
	blackout.Summary = "The whole country went offline on the eve of the vote, while the count was being prepared. Voice calls work; text messages do not."
	blackout.InfoSource = "partners"
	blackout.Sources = []keepiton.Source{
		partner("s1", "aranda/eve-of-the-vote", "Aranda is offline on the eve of the vote"),
		measurement("s2", "bgp/aranda", "Prefixes of Aranda Tel"),
		{ID: "s3", Kind: "statement", URL: "https://gov.example.org/aranda/notice", Title: "Notice of the authority", Quote: "ለሕዝብ ደህንነት ሲባል ኢንተርኔት ለጊዜው ተቋርጧል።"},
	}
	blackout.Claims = map[string]keepiton.Claim{
		"episodes": {Sources: []keepiton.SourceID{"s2"}, Note: "minute of the first withdrawals"},
		"gov_ack":  {Sources: []keepiton.SourceID{"s3"}}, "gov_quote": {Sources: []keepiton.SourceID{"s3"}},
	}

	tembe := in("XB", 1, 2)
	tembe.Episodes = []keepiton.Episode{going(c.ago(9))}
	tembe.Causes, tembe.Justifications = []string{"protests"}, []string{"public_safety"}
	tembe.Networks = mobileOnly
	tembe.Perpetrators = []keepiton.Perpetrator{{Body: "local_government", Name: "Governors of Lower and Upper Tembe", Country: "XB"}}
	tembe.Violence, tembe.Abuses, tembe.Election = keepiton.Yes, keepiton.Yes, keepiton.No
	tembe.GovAck, tembe.Notified = keepiton.Unknown, keepiton.No
	tembe.Summary = "Mobile internet has been off since the march for water began. Health workers walk to the ridge of Kitoro to send their reports."
	tembe.InfoSource, tembe.Visibility = "partners", "not_visible"
	tembe.Sources = []keepiton.Source{partner("s1", "savara/tembe", "Tembe without mobile internet"), news("s2", "savara/water-march", "Water march: phones go quiet", c.ago(8))}

	app := in("XF")
	app.Episodes = []keepiton.Episode{going(c.on(4, time.February, 25))}
	app.Extents, app.Services = []string{"service_based"}, service("instagram", "facebook")
	app.Causes, app.Justifications = []string{"information_control"}, []string{"illegal_content"}
	app.Perpetrators = []keepiton.Perpetrator{{Body: "judiciary", Name: "Court of Severograd", Country: "XF"}}
	app.LegalBasis, app.LegalMethod, app.GovAck = keepiton.Yes, "Court order", keepiton.Yes
	app.Techniques = []string{"deep_packet_inspection", "dns"}
	app.Summary = "Three apps have been blocked for years by one court order that was never published in full."
	app.InfoSource = "news"
	app.Sources = []keepiton.Source{
		order("s1", "velkovia/court", "Order of the court, extract", "Access to the services listed is to be restricted."),
		measurement("s2", "web/velkovia-apps", "Reachability of three apps in Velkovia"),
	}

	slow := in("XC", 2)
	slow.Episodes = []keepiton.Episode{going(c.ago(3))}
	slow.Kinds, slow.Networks = []string{"throttling"}, mobileOnly
	slow.Causes = []string{"protests"}
	slow.Perpetrators = []keepiton.Perpetrator{{Body: keepiton.CodeUnknown}}
	slow.Techniques = []string{"throttling"}
	slow.Summary = "Pages load, pictures do not: mobile data in Wadi Noor runs at the speed of the year 2002."
	slow.InfoSource = "social_media"
	slow.Sources = []keepiton.Source{measurement("s1", "speed/wadi-noor", "Median speed of tests in Wadi Noor"), partner("s2", "qamaria/slow", "Slow on purpose")}

	restored := in("XD", 3)
	restored.Episodes = []keepiton.Episode{cut(c.ago(6), c.ago(2))}
	restored.Networks = mobileOnly
	restored.Causes, restored.Justifications = []string{"communal_violence"}, []string{"fake_news"}
	restored.Perpetrators = []keepiton.Perpetrator{{Body: "state_government", Name: "Home Secretary", Country: "XD"}}
	restored.Violence, restored.GovAck, restored.LegalBasis, restored.LegalMethod = keepiton.Yes, keepiton.Yes, keepiton.Yes, "Government order"
	restored.Summary = "Five days without mobile internet in the hill district; the order named rumours as the reason."
	restored.InfoSource = "news"
	restored.Sources = []keepiton.Source{news("s1", "marusha/sundari", "Internet back in Sundari Hills", c.ago(2)), order("s2", "marusha/order-114", "Order 114", "To prevent the spread of rumours.")}

	return []story{
		{inc: blackout, first: time.Hour, steps: []step{
			publish(time.Hour, "Two sources, one of them a measurement."),
			correct(5*time.Hour, "Text messages are gone too.", func(inc *keepiton.Incident) { inc.Networks.SMS = keepiton.Yes }),
			verify(8*time.Hour, keepiton.Verified, "Prefixes checked by hand; statement read on air.", "s2", "s3"),
		}},
		{inc: tembe, steps: []step{review(2 * time.Hour), publish(day, "Second origin found."), verify(day, keepiton.Corroborated, "", "s1", "s2")}},
		{inc: app, steps: []step{
			publish(3*day, "Order and measurement agree."),
			correct(200*day, "Signal is blocked under the same order.", func(inc *keepiton.Incident) { inc.Services = service("instagram", "facebook", "signal") }),
			verify(30*day, keepiton.Verified, "", "s1", "s2"),
		}},
		{inc: slow, steps: []step{publish(10*time.Hour, "Speed tests fall together in one region only.")}},
		{inc: restored, steps: []step{publish(10*time.Hour, "Order seen."), verify(2*day, keepiton.Verified, "", "s1", "s2")}},
	}
}
