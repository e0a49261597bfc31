package sample

import (
	"time"

	"keepiton"
)

// conflicts tells of cuts in war, by armies and by people who are no state,
// and across borders.
func conflicts(c calendar) []story {
	jam := in("XB", 4)
	jam.Episodes = []keepiton.Episode{cut(c.on(1, time.April, 4), c.on(1, time.April, 29))}
	jam.Networks = keepiton.Networks{Mobile: keepiton.Yes, Fixed: keepiton.No, Satellite: keepiton.Yes}
	jam.Causes = []string{"conflict"}
	jam.Perpetrators = []keepiton.Perpetrator{{Body: "non_government", Name: "Free Coast Movement, from across the border", Country: "XG"}}
	jam.Violence, jam.Abuses, jam.GovAck = keepiton.Yes, keepiton.Yes, keepiton.Unknown
	jam.Techniques, jam.Visibility = []string{"denial_of_service"}, "not_visible"
	jam.Summary = "A movement jams mobile and satellite signals on the coast from hills in the neighbouring country."
	jam.InfoSource = "confidential"
	jam.Sources = []keepiton.Source{secret("s1"), secret("s2")}

	strike := in("XG", 1)
	strike.Episodes = []keepiton.Episode{cut(c.on(2, time.October, 10), c.on(2, time.October, 13)), cut(c.on(2, time.November, 1), c.on(2, time.November, 2))}
	strike.Causes, strike.Justifications = []string{"conflict"}, []string{"sabotage"}
	strike.Perpetrators = []keepiton.Perpetrator{{Body: "military", Name: "Army of Velkovia", Country: "XF"}}
	strike.Violence, strike.Abuses = keepiton.Yes, keepiton.Yes
	strike.Techniques, strike.Visibility = []string{"infrastructure"}, "visible"
	strike.Signals = []keepiton.SignalLink{{Feed: "ioda", From: c.on(2, time.October, 10), To: c.on(2, time.October, 13)}}
	strike.Summary = "Drones hit the exchange of Gelana, and again three weeks later when it had been mended."
	strike.InfoSource = "news"
	strike.Sources = []keepiton.Source{news("s1", "aranda/gelana", "Exchange of Gelana hit", c.on(2, time.October, 11)), measurement("s2", "ioda/gelana", "Gelana, active probing")}

	siege := in("XB", 3)
	siege.Episodes = []keepiton.Episode{going(c.on(5, time.November, 4))}
	siege.Networks = keepiton.Networks{Mobile: keepiton.Yes, Fixed: keepiton.Yes, SMS: keepiton.Yes, Voice: keepiton.Yes}
	siege.Causes = []string{"conflict"}
	siege.Perpetrators = []keepiton.Perpetrator{{Body: "executive_government", Country: "XB"}, {Body: "military", Country: "XB"}}
	siege.Violence, siege.Abuses, siege.Targeted = keepiton.Yes, keepiton.Yes, []string{"Ethnic minorities"}
	siege.Visibility = "visible"
	siege.Summary = "Kitoro under siege: more than two years without internet, telephone or post. Families learned of deaths by travellers."
	siege.InfoSource = "partners"
	siege.Sources = []keepiton.Source{
		partner("s1", "savara/kitoro", "Two years of silence"), measurement("s2", "ioda/kitoro", "Kitoro, active probing"),
		{ID: "s3", Kind: "partner", URL: "https://rights.example.org/kitoro", Title: "Kitoro: what we could learn", OriginGroup: "partner.example.org"},
	}

	border := in("XA", 3)
	border.Episodes = []keepiton.Episode{cut(c.on(1, time.November, 17), c.on(1, time.November, 28))}
	border.Networks = keepiton.Networks{Fixed: keepiton.Yes, Mobile: keepiton.No}
	border.Causes, border.Justifications = []string{"conflict"}, []string{keepiton.CodeUnknown}
	border.Perpetrators = []keepiton.Perpetrator{{Body: keepiton.CodeUnknown}}
	border.Summary = "A sea cable was cut by an anchor that was dragged for ninety miles. Who gave the order, if anybody did, is not known."
	border.InfoSource = "news"
	border.Sources = []keepiton.Source{news("s1", "norland/anchor", "Ninety miles of anchor", c.on(1, time.November, 19)), {ID: "s2", Kind: "operator_notice", URL: "https://norlink.example.org/cable", Title: "Cable fault"}}

	camp := in("XD", 4)
	camp.Episodes = []keepiton.Episode{cut(c.on(6, time.September, 3), c.on(5, time.August, 24))}
	camp.Kinds, camp.Networks = []string{"shutdown", "throttling"}, mobileOnly
	camp.Places[0].District, camp.Scope = "Velu Sands camp", "one_place"
	camp.Area = "Velu Sands camp, Port Velu"
	camp.Causes, camp.Justifications = []string{"information_control"}, []string{"national_security"}
	camp.Perpetrators = []keepiton.Perpetrator{{Body: "law_enforcement", Name: "Commission for the camps", Country: "XD"}}
	camp.Targeted = []string{"Refugees"}
	camp.Summary = "A year without fast mobile internet in a camp of a hundred thousand people."
	camp.InfoSource = "partners"
	camp.Sources = []keepiton.Source{partner("s1", "marusha/camp", "A year at 2G"), news("s2", "marusha/camp-back", "4G returns to the camp", c.on(5, time.August, 25))}

	return []story{
		{inc: jam, first: 5 * day, steps: []step{review(day), publish(3*day, "Two people who do not know each other."), correct(40*day, "The movement acts from across the border; its name stands for itself.", func(inc *keepiton.Incident) {
			inc.Perpetrators[0].Name = "Free Coast Movement"
		})}},
		{inc: strike, first: 6 * time.Hour, steps: []step{publish(day, "Seen by instruments."), verify(30*day, keepiton.Verified, "", "s1", "s2")}},
		{inc: siege, first: 3 * day, steps: []step{publish(4*day, "Published while it lasts."), verify(20*day, keepiton.Verified, "", "s1", "s2"), correct(850*day, "The lines were reopened in February.", func(inc *keepiton.Incident) {
			inc.Episodes[0] = cut(c.on(5, time.November, 4), c.on(3, time.February, 20))
		})}},
		{inc: border, steps: []step{publish(2*day, "Operator confirms the fault."), verify(2*day, keepiton.Disputed, "Accident or not: the evidence points both ways.", "s1", "s2")}},
		{inc: camp, first: 2 * day, steps: []step{publish(2*day, "Reported by three organisations in the camp."), verify(10*day, keepiton.Corroborated, "", "s1", "s2")}},
	}
}
