package web

import (
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/campaign"
)

// signatures is how many signed a petition, as it was counted last.
func (s *Server) signatures(v *visit, id keepiton.EntryID, p *keepiton.Petition) (keepiton.PetitionCount, error) {
	if s.opt.Petitions == nil {
		return keepiton.PetitionCount{}, nil
	}
	return s.opt.Petitions.Count(v.ctx, id, p)
}

// signaturesDoc is how many signed, as JSON.
type signaturesDoc struct {
	Rule      string                  `json:"rule"`
	AsOf      time.Time               `json:"as_of"`
	Closed    bool                    `json:"closed"`
	Total     int                     `json:"total"`
	Mail      int                     `json:"mail"`
	Partner   int                     `json:"partner"`
	Days      []dayCount              `json:"days"`
	Countries []campaign.CountryCount `json:"countries"`
	Elsewhere int                     `json:"elsewhere"`
}

type dayCount struct {
	Day string `json:"day"`
	N   int    `json:"n"`
}

// signaturesOf is nil when nothing was counted.
func signaturesOf(c keepiton.PetitionCount) *signaturesDoc {
	if c.AsOf.IsZero() {
		return nil
	}
	d := &signaturesDoc{Rule: campaign.SignaturesRule, AsOf: c.AsOf, Closed: c.Closed, Total: c.Total(), Mail: c.Ways[keepiton.ByMail], Partner: c.Ways[keepiton.ByPartner], Days: daysOf(c)}
	d.Countries, d.Elsewhere = campaign.Countries(c)
	if d.Countries == nil {
		d.Countries = []campaign.CountryCount{}
	}
	return d
}

// daysOf adds up the days, all of them from the first to the last, those on which
// nobody signed as well.
func daysOf(c keepiton.PetitionCount) []dayCount {
	sum := map[string]int{}
	for _, days := range c.Days {
		for day, n := range days {
			sum[day] += n
		}
	}
	out := []dayCount{}
	if len(sum) == 0 {
		return out
	}
	days := slices.Sorted(maps.Keys(sum))
	at, err := time.Parse(time.DateOnly, days[0])
	for err == nil && len(out) < longestPetition {
		day := at.Format(time.DateOnly)
		out = append(out, dayCount{day, sum[day]})
		if day == days[len(days)-1] {
			break
		}
		at = at.AddDate(0, 0, 1)
	}
	return out
}

// longestPetition bounds the days that are listed, whatever the clock once said.
const longestPetition = 3 * 366

// petitionCount is how many signed, as a page tells it.
type petitionCount struct {
	Total, Mail, Partner int
	AsOf                 string
	Share                int // of the goal, in percent, at most 100; 0: there is no goal
	Chart                template.HTML
	Most                 string // the day with the most, in words
	Countries            []tally
	Elsewhere            int
	Closed               bool
}

// mostCountries are named on the page; the rest stands in the JSON.
const mostCountries = 12

func (v *visit) petitionCount(c keepiton.PetitionCount, goal int) *petitionCount {
	d := signaturesOf(c)
	if d == nil {
		return nil
	}
	out := &petitionCount{Total: d.Total, Mail: d.Mail, Partner: d.Partner, AsOf: v.p.Instant(d.AsOf), Elsewhere: d.Elsewhere, Closed: d.Closed}
	if goal > 0 {
		out.Share = min(100*d.Total/goal, 100)
	}
	for i, cc := range d.Countries {
		if i >= mostCountries {
			out.Elsewhere += cc.N
			continue
		}
		out.Countries = append(out.Countries, tally{Key: cc.Country, Label: v.country(cc.Country), N: cc.N})
	}
	if len(d.Days) > 1 {
		most := slices.MaxFunc(d.Days, func(a, b dayCount) int { return a.N - b.N })
		out.Most = v.p.N("page.petition.most", most.N, "Day", v.p.Day(dayOf(most.Day)))
		out.Chart = dayBars(d.Days, most.N, v.p.T("page.petition.days")+": "+out.Most, v.p.Dir() == "rtl")
	}
	return out
}

func dayOf(day string) time.Time {
	t, _ := time.Parse(time.DateOnly, day)
	return t
}

// leastSlots keeps the bars of a few days from being blocks.
const leastSlots = 28

// dayBars draws a bar for each day, in the direction in which the page is read.
func dayBars(days []dayCount, most int, label string, rtl bool) template.HTML {
	const height = 60
	slots := max(len(days), leastSlots)
	var path strings.Builder
	for i, d := range days {
		if d.N == 0 {
			continue
		}
		x := i
		if rtl {
			x = slots - 1 - i
		}
		fmt.Fprintf(&path, "M%d %dV%d", 4*x+2, height, height-max(1, d.N*(height-2)/max(most, 1)))
	}
	return template.HTML(fmt.Sprintf(`<svg class="daily" role="img" aria-label="%s" viewBox="0 0 %d %d" preserveAspectRatio="none"><path d="%s"/></svg>`,
		template.HTMLEscapeString(label), 4*slots, height, path.String()))
}
