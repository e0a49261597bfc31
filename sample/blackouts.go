package sample

import (
	"time"

	"keepiton"
)

// blackouts tells of whole networks switched off: around votes, protests and
// coups.
func blackouts(c calendar) []story {
	vote := in("XB")
	vote.Episodes = []keepiton.Episode{cut(c.at(2, time.January, 13, 17, 0), c.at(2, time.January, 18, 8, 30))}
	vote.Causes, vote.Justifications = []string{"elections"}, []string{"national_security"}
	vote.Perpetrators = []keepiton.Perpetrator{{Body: "executive_government", Name: "Ministry of Information", Country: "XB"}}
	vote.Election, vote.Violence, vote.Abuses, vote.GovAck = keepiton.Yes, keepiton.Yes, keepiton.Yes, keepiton.Yes
	vote.GovQuote = "L'accès à l'internet est suspendu jusqu'à nouvel ordre."
	vote.Operators = []keepiton.Operator{{Name: "Savatel", Country: "XB"}, {Name: "Tembe Mobile", Owner: "Example Holding", Country: "XB"}}
	vote.OperatorAck, vote.OperatorQuote = keepiton.Yes, "Nous avons reçu une instruction et l'appliquons."
	vote.Techniques, vote.Visibility = []string{"infrastructure"}, "visible"
	vote.Signals = []keepiton.SignalLink{{Feed: "ioda", URL: "https://measure.example.org/ioda/savara", From: c.at(2, time.January, 13, 17, 0), To: c.at(2, time.January, 18, 8, 30)}}
	vote.Impact = "The chamber of commerce speaks of 2.1 million a day."
	vote.Summary = "Five days offline around the presidential vote, four days after the president had promised that it would not happen."
	vote.InfoSource = "news"
	vote.Sources = []keepiton.Source{
		news("s1", "savara/vote", "Savara votes in the dark", c.on(2, time.January, 14)),
		measurement("s2", "ioda/savara", "Savara, active probing"),
		{ID: "s3", Kind: "statement", URL: "https://gov.example.org/savara/communique", Title: "Communiqué", Quote: "L'accès à l'internet est suspendu jusqu'à nouvel ordre."},
		{ID: "s4", Kind: "operator_notice", URL: "https://savatel.example.org/notice", Title: "Notice to customers"},
	}
	vote.Claims = map[string]keepiton.Claim{
		"episodes":       {Sources: []keepiton.SourceID{"s2"}},
		"gov_quote":      {Sources: []keepiton.SourceID{"s3"}},
		"operator_quote": {Sources: []keepiton.SourceID{"s4"}, Note: "translated by a coalition member"},
		"impact":         {Sources: []keepiton.SourceID{"s1"}, Note: "an estimate of the chamber, without a method"},
	}

	protest := in("XE")
	protest.Episodes = []keepiton.Episode{cut(c.on(3, time.July, 11), c.on(3, time.July, 12)), cut(c.on(3, time.July, 16), c.on(3, time.July, 16))}
	protest.Causes, protest.Justifications = []string{"protests"}, []string{"technical"}
	protest.Perpetrators = []keepiton.Perpetrator{{Body: "executive_government", Country: "XE"}}
	protest.Violence, protest.Abuses, protest.Election = keepiton.Yes, keepiton.Yes, keepiton.No
	protest.GovAck, protest.GovQuote = keepiton.No, "No hubo ninguna orden de bloqueo; se trató de una falla técnica."
	protest.Targeted = []string{"Journalists"}
	protest.Summary = "The network failed in every town in which people marched, and nowhere else. The ministry called it a fault."
	protest.InfoSource = "partners"
	protest.Sources = []keepiton.Source{
		partner("s1", "costa-alba/july", "July in Costa Alba"),
		{ID: "s2", Kind: "statement", URL: "https://gov.example.org/costa-alba/falla", Title: "Comunicado", Quote: "No hubo ninguna orden de bloqueo; se trató de una falla técnica."},
		measurement("s3", "traffic/costa-alba", "Traffic of two operators"),
	}

	coup := in("XG")
	coup.Episodes = []keepiton.Episode{cut(c.at(4, time.October, 25, 3, 0), c.at(4, time.November, 18, 14, 0))}
	coup.Causes, coup.Justifications = []string{"political_instability"}, []string{"none"}
	coup.Perpetrators = []keepiton.Perpetrator{{Body: "military", Name: "Transitional Council", Country: "XG"}}
	coup.Violence, coup.Abuses, coup.GovAck = keepiton.Yes, keepiton.Unknown, keepiton.No
	coup.LegalBasis = keepiton.No
	coup.Visibility = "visible"
	coup.Summary = "Soldiers at the exchange of the only operator; three weeks without internet. A court ordered service back, twice."
	coup.InfoSource = "partners"
	coup.Sources = []keepiton.Source{partner("s1", "aranda/three-weeks", "Three weeks"), measurement("s2", "bgp/aranda-coup", "Aranda Tel leaves the routing table"), news("s3", "aranda/court", "Court: switch it on", c.on(4, time.November, 11))}
	coup.Signals = []keepiton.SignalLink{{Feed: "bgp", From: c.at(4, time.October, 25, 3, 0), To: c.at(4, time.November, 18, 14, 0)}}

	curfew := in("XC")
	curfew.Episodes = daily(c.at(5, time.February, 15, 22, 0), 9*time.Hour, 24)
	curfew.Causes, curfew.Justifications = []string{"political_instability"}, []string{"public_safety"}
	curfew.Perpetrators = []keepiton.Perpetrator{{Body: "military", Name: "Curfew Command", Country: "XC"}}
	curfew.Violence, curfew.Abuses, curfew.GovAck = keepiton.Yes, keepiton.Yes, keepiton.Unknown
	curfew.Techniques, curfew.Visibility = []string{"routing", "dns"}, "visible"
	curfew.Signals = []keepiton.SignalLink{{Feed: "ioda", From: c.at(5, time.February, 15, 22, 0), To: c.at(5, time.March, 11, 7, 0), Note: "the same curve on 24 nights"}}
	curfew.Summary = "Twenty-four nights: off at ten in the evening, on at seven in the morning, while homes were searched."
	curfew.InfoSource = "partners"
	curfew.Sources = []keepiton.Source{measurement("s1", "ioda/qamaria-nights", "Qamaria, nights"), partner("s2", "qamaria/nights", "The nights of Qamaria")}

	return []story{
		{inc: vote, first: 3 * time.Hour, steps: []step{
			publish(2*time.Hour, "Seen by instruments and confirmed by the operator."),
			verify(4*day, keepiton.Verified, "", "s2", "s4"),
			correct(9*day, "The chamber of commerce gave a figure.", func(inc *keepiton.Incident) {
				inc.Impact = "The chamber of commerce speaks of 2.1 million a day, in the currency of Savara."
			}),
		}},
		{inc: protest, steps: []step{
			review(day), publish(2*day, "Place and time of the cuts fit the marches."),
			verify(10*day, keepiton.Disputed, "The ministry's account and the traffic data cannot both be right.", "s2", "s3"),
		}},
		{inc: coup, first: 5 * time.Hour, steps: []step{
			publish(day, "Published while it lasts."), verify(day, keepiton.Verified, "", "s1", "s2"),
			correct(30*day, "Service came back at 14:00 and not at noon.", func(inc *keepiton.Incident) {
				inc.Episodes = []keepiton.Episode{cut(c.at(4, time.October, 25, 3, 0), c.at(4, time.November, 18, 14, 5))}
			}),
		}},
		{inc: curfew, steps: []step{publish(5*day, "The pattern is the same every night."), verify(25*day, keepiton.Verified, "", "s1", "s2")}},
	}
}
