package sample

import (
	"time"

	"keepiton"
)

// platforms tells of single services blocked, for days or for years.
func platforms(c calendar) []story {
	block := func(code string, e keepiton.Episode, services ...string) keepiton.Incident {
		inc := in(code)
		inc.Episodes = []keepiton.Episode{e}
		inc.Extents, inc.Services = []string{"service_based"}, service(services...)
		inc.Causes = []string{"information_control"}
		inc.Perpetrators = []keepiton.Perpetrator{{Body: "executive_government", Country: code}}
		inc.InfoSource = "partners"
		return inc
	}

	calls := block("XC", going(c.on(9, time.May, 1)), "whatsapp", "skype", "viber")
	calls.Justifications = []string{"illegal_content"}
	calls.Summary = "Voice calls over apps were blocked for four years, to the profit of the operators that sell calls abroad."
	calls.Sources = []keepiton.Source{partner("s1", "qamaria/calls", "Calling home from Qamaria"), measurement("s2", "web/qamaria-calls", "Call set-up through three apps")}

	video := block("XB", going(c.on(2, time.March, 8)), "tiktok")
	video.Justifications = []string{"fake_news"}
	video.GovAck, video.GovQuote = keepiton.Yes, "Cette application menace la cohésion nationale."
	video.Summary = "A video app blocked for twenty days after a dance made fun of a minister."
	video.Sources = []keepiton.Source{news("s1", "savara/dance", "The dance that closed an app", c.on(2, time.March, 9)), {ID: "s2", Kind: "statement", URL: "https://gov.example.org/savara/appli", Title: "Déclaration", Quote: "Cette application menace la cohésion nationale."}}

	vpn := block("XF", lost(c.on(3, time.August, 7)), "vpn")
	vpn.Causes, vpn.Justifications = []string{"information_control"}, []string{keepiton.CodeUnknown}
	vpn.Techniques = []string{"deep_packet_inspection"}
	vpn.Summary = "Two VPN protocols stopped working on all operators within one hour. Whether they work again nobody has been able to say."
	vpn.Sources = []keepiton.Source{measurement("s1", "vpn/velkovia", "Handshakes of two protocols")}

	social := block("XG", cut(c.on(3, time.February, 9), c.on(3, time.July, 17)), "facebook", "telegram", "youtube", "tiktok")
	social.Causes, social.Justifications = []string{"protests"}, []string{"public_safety"}
	social.Violence, social.Targeted = keepiton.Yes, []string{"Religious minorities"}
	social.Summary = "Four platforms blocked for five months after a split in a church; the ban was never announced."
	social.Sources = []keepiton.Source{measurement("s1", "web/aranda-platforms", "Four platforms in Aranda"), partner("s2", "aranda/platforms", "Five months")}

	dating := block("XA", cut(c.on(1, time.January, 20), c.on(1, time.February, 2)), "grindr")
	dating.Places = lookup("XA").places(2)
	dating.Area, dating.Scope = "Brenholt", "one_place"
	dating.Perpetrators = []keepiton.Perpetrator{{Body: "local_government", Name: "Stadium of Brenholt", Country: "XA"}}
	dating.Targeted = []string{"LGBTQ groups"}
	dating.Summary = "A dating app did not work in the athletes' village during the winter games."
	dating.Sources = []keepiton.Source{news("s1", "norland/games", "The village without an app", c.on(1, time.January, 24))}

	games := block("XH", cut(c.on(6, time.November, 3), c.on(6, time.November, 5)), "twitter")
	games.Kinds = []string{"throttling"}
	games.Causes = []string{"elections"}
	games.Election = keepiton.Yes
	games.Summary = "One platform ran at a crawl on the three days of the count."
	games.Sources = []keepiton.Source{measurement("s1", "speed/pelican-bay", "Throughput to one platform"), news("s2", "pelican-bay/crawl", "Slow days in the bay", c.on(6, time.November, 4))}

	satellite := block("XF", cut(c.on(2, time.May, 1), c.on(1, time.March, 31)), "starlink")
	satellite.Networks = keepiton.Networks{Mobile: keepiton.No, Fixed: keepiton.No, Satellite: keepiton.Yes}
	satellite.Summary = "Satellite terminals were declared contraband; having one is punished with a fine of four salaries."
	satellite.Sources = []keepiton.Source{order("s1", "velkovia/terminals", "Decree on terminals", "Possession is prohibited."), partner("s2", "velkovia/terminals", "Contraband dishes")}

	return []story{
		{inc: calls, first: 90 * day, steps: []step{publish(10*day, "Two tests in two cities."), verify(day, keepiton.Corroborated, "", "s1", "s2"), correct(1500*day, "The block was lifted.", func(inc *keepiton.Incident) {
			inc.Episodes[0] = cut(c.on(9, time.May, 1), c.on(5, time.June, 30))
		})}},
		{inc: video, steps: []step{publish(day, "Minister on the radio."), correct(21*day, "The app works again since yesterday.", func(inc *keepiton.Incident) {
			inc.Episodes[0] = cut(c.on(2, time.March, 8), c.on(2, time.March, 27))
		})}},
		{inc: vpn, steps: []step{publish(2*day, "Same hour on all operators.")}},
		{inc: social, steps: []step{publish(day, "Seen from four networks."), verify(3*day, keepiton.Corroborated, "", "s1", "s2")}},
		{inc: dating, steps: []step{publish(6*day, "Two athletes and a newspaper.")}},
		{inc: games, steps: []step{publish(2*day, "Measured from three networks."), verify(9*day, keepiton.Corroborated, "", "s1", "s2")}},
		{inc: satellite, steps: []step{publish(4*day, "Decree seen.")}},
	}
}
