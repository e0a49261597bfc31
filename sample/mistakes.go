package sample

import (
	"time"

	"keepiton"
)

// mistakes tells of what the record took back in the open: a fault that was
// no shutdown, a rumour, a duplicate.
func mistakes(c calendar) []story {
	withdraw := func(after time.Duration, reason string) step {
		return correct(after, reason, func(inc *keepiton.Incident) { inc.State, inc.Reason = keepiton.Withdrawn, reason })
	}

	cable := in("XH")
	cable.Episodes = []keepiton.Episode{cut(c.on(1, time.March, 14), c.on(1, time.March, 19))}
	cable.Causes = []string{keepiton.CodeUnknown}
	cable.Summary = "The bay lost its only cable."
	cable.InfoSource = "social_media"
	cable.Visibility = "visible"
	cable.Sources = []keepiton.Source{measurement("s1", "bgp/pelican-bay", "Pelican Wireless"), {ID: "s2", Kind: "operator_notice", URL: "https://pelican.example.org/repair", Title: "Repair of the cable"}}

	power := in("XE", 2)
	power.Episodes = []keepiton.Episode{cut(c.on(4, time.May, 30), c.on(4, time.May, 31))}
	power.Causes = []string{"other"}
	power.Summary = "San Telmo fell silent for a night."
	power.InfoSource = "news"
	power.Sources = []keepiton.Source{news("s1", "costa-alba/night", "A night without anything", c.on(4, time.May, 31))}

	original := in("XD", 2)
	original.Episodes = []keepiton.Episode{cut(c.on(1, time.May, 3), c.on(1, time.May, 20))}
	original.Networks = mobileOnly
	original.Causes, original.Justifications = []string{"communal_violence"}, []string{"public_safety"}
	original.Perpetrators = []keepiton.Perpetrator{{Body: "state_government", Name: "Home Department of Anjora", Country: "XD"}}
	original.Violence, original.GovAck = keepiton.Yes, keepiton.Yes
	original.Summary = "Mobile internet off in all of Anjora while villages burned; the order was extended five times, three days at a time."
	original.InfoSource = "news"
	original.Sources = []keepiton.Source{news("s1", "marusha/anjora", "Anjora: extended again", c.on(1, time.May, 9)), order("s2", "marusha/anjora-1", "Order of 3 May", "Until further notice."), partner("s3", "marusha/anjora", "Anjora offline")}

	duplicate := in("XD", 2)
	duplicate.Episodes = []keepiton.Episode{cut(c.on(1, time.May, 4), c.on(1, time.May, 19))}
	duplicate.Networks = mobileOnly
	duplicate.Causes = []string{"communal_violence"}
	duplicate.Summary = "Anjora without mobile internet."
	duplicate.InfoSource = "social_media"
	duplicate.Sources = []keepiton.Source{{ID: "s1", Kind: "social_media", URL: "https://social.example.org/anjora", Title: "Thread"}}

	return []story{
		{inc: cable, first: 3 * time.Hour, steps: []step{publish(5*time.Hour, "Seen by instruments."), withdraw(6*day, "Not a shutdown: a ship cut the cable by accident, and the operator showed the broken end.")}},
		{inc: power, steps: []step{publish(day, "A newspaper reports it."), withdraw(12*day, "Not a shutdown: the power station had failed; lamps and lines came back together.")}},
		{inc: original, steps: []step{publish(day, "Order seen."), verify(3*day, keepiton.Verified, "", "s2", "s3"), correct(30*day, "A second order names the fixed lines as open.", func(inc *keepiton.Incident) {
			inc.JustDetails = "Fixed lines stay open for banks."
		})}},
		{inc: duplicate, steps: []step{publish(2*day, "Several accounts agree."), correct(7*day, "The same cut as an incident that we have.", func(inc *keepiton.Incident) {
			inc.State, inc.Reason = keepiton.Merged, "The same cut, written down twice."
		})}},
	}
}

// drafts tells of what the desk has not published.
func drafts(c calendar) []story {
	rumour := in("XD", 1)
	rumour.Episodes = []keepiton.Episode{going(c.ago(1))}
	rumour.Causes = []string{keepiton.CodeUnknown}
	rumour.Summary = "Two messages say that Kalpet is offline."
	rumour.InfoSource = "social_media"
	rumour.Sources = []keepiton.Source{{ID: "s1", Kind: "social_media", URL: "https://social.example.org/kalpet", Title: "Two messages"}}

	waiting := in("XF", 4)
	waiting.Episodes = []keepiton.Episode{cut(c.ago(4), c.ago(3))}
	waiting.Causes, waiting.Networks = []string{"official_visit"}, mobileOnly
	waiting.Summary = "Phones without data along the road of a visit."
	waiting.InfoSource = "partners"
	waiting.Sources = []keepiton.Source{partner("s1", "velkovia/visit", "The road of the visit")}

	return []story{
		{inc: rumour, first: 2 * time.Hour},
		{inc: waiting, steps: []step{review(3 * time.Hour)}},
	}
}
