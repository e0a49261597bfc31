package web

import (
	"fmt"
	"html"
	"strconv"
	"time"

	"keepiton"
	"keepiton/campaign"
	"keepiton/count"
	"keepiton/kit"
	"keepiton/store"
)

// badge is a label for the pages of others. It needs no script there: it is a
// picture, with what it says and where that stands in its description.
type badge struct {
	Src, Alt string
	Code     string // to be copied; empty where the site does not know its own address
}

// badgePrefix begins the addresses of badges, before the path of their page.
const badgePrefix = "/badge"

// badgeSize is how large a badge is shown, in CSS pixels.
const (
	badgeWidth  = 320
	badgeHeight = 80
)

// newBadge is the badge of a page in a template of the kit.
func (s *Server) newBadge(v *visit, id, path string) kit.Piece {
	t, _ := kit.ByID(id)
	p := t.Piece(v.p, kit.Label)
	if s.opt.BaseURL != "" {
		p.Source = s.opt.BaseURL + "/" + v.p.Lang().Tag + path
	}
	return p
}

// cited is the small print of a badge: rule, day, and where it stands.
func (v *visit) cited(rule string, at time.Time, where string) string {
	return v.made(v.p.T("page.badge.small", "Rule", rule, "Day", v.p.DayShort(at))) + " · " + where
}

// badgeOf is a badge as a page offers it; view chooses what it counts.
func (s *Server) badgeOf(v *visit, p kit.Piece, path, view string) badge {
	b := badge{Src: v.Href(badgePrefix+path+".svg", "view", view), Alt: v.badgeWords(p)}
	if s.opt.BaseURL != "" {
		b.Code = fmt.Sprintf(`<a href="%s"><img src="%s" width="%d" height="%d" alt="%s"></a>`,
			html.EscapeString(s.opt.BaseURL+v.Href(path)), html.EscapeString(s.opt.BaseURL+b.Src), badgeWidth, badgeHeight, html.EscapeString(b.Alt))
	}
	return b
}

// badgeWords is what a badge says, as words for who does not see it.
func (v *visit) badgeWords(p kit.Piece) string {
	words := p.Title
	if p.Number != "" {
		words = p.Number + " " + p.Unit
	}
	if p.Place != "" {
		words += v.p.T("page.comma") + p.Place
	}
	return words
}

// incidentBadgePiece counts the days of an incident; false where no day is known.
func (s *Server) incidentBadgePiece(v *visit, rev *keepiton.Revision) (kit.Piece, bool) {
	v = v.latin()
	inc, until := &rev.Incident, rev.KnownAt(v.now)
	p := s.newBadge(v, "dark", "/incidents/"+string(inc.ID))
	n := daysTouched(v.now, rev).Days()
	p.Number, p.Unit, p.Place = v.p.Number(n), v.daysOf(inc, n), firstWords(v.countryNames(inc), kit.Place.Longest()-2)
	p.Small = v.cited(count.TouchedRule, until, string(inc.ID))
	if kit.Legible(p) != nil { // a name in letters that the kit does not have
		p.Place = ""
	}
	return p, n > 0 && inc.State == keepiton.Published
}

func (s *Server) incidentBadge(v *visit) (*answer, error) {
	rev, err := s.find(v)
	if err != nil {
		return nil, err
	}
	p, ok := s.incidentBadgePiece(v, rev)
	if !ok {
		return nil, keepiton.Errorf(keepiton.NotFound, "incident %s has no days that could be counted", rev.Incident.ID)
	}
	return drawn(v, p, kit.Format(v.suffix))
}

// badgeSince is the view of a country's badge that counts the days since the last
// one on which the internet was cut; without it the days of this year are counted.
const badgeSince = "since"

// countryBadgePiece counts days of a country; false where there are none to count
// from.
func (s *Server) countryBadgePiece(v *visit, code, view string) (kit.Piece, bool, error) {
	v = v.latin()
	p := s.newBadge(v, "dark", "/countries/"+code)
	touched, now := &count.Touched{}, false
	err := s.each(v, store.Query{AsOf: v.asOf, Countries: []string{code}}, func(rev *keepiton.Revision) error {
		c := count.CaseOf(&rev.Incident)
		touched.Add(&c, rev.KnownAt(v.now))
		now = now || c.State == keepiton.Published && c.Listed && rev.Incident.End().State == keepiton.Ongoing
		return nil
	})
	if err != nil {
		return p, false, err
	}
	n, unit := touched.In(v.now.Year()), ""
	if view == badgeSince {
		last := touched.Last()
		if n = int(v.now.Sub(last).Hours() / 24); now {
			n = 0
		}
		if last.IsZero() {
			return p, false, nil
		}
		unit = v.p.N("page.badge.since", n)
	} else {
		unit = v.p.N("page.badge.year", n, "Year", strconv.Itoa(v.now.Year()))
	}
	p.Number, p.Unit, p.Place = v.p.Number(n), unit, v.country(code)
	p.Small = v.cited(count.TouchedRule, v.now, s.siteAddress(""))
	return p, true, nil
}

func (s *Server) countryBadge(v *visit) (*answer, error) {
	code, err := countryOf(v)
	if err != nil {
		return nil, err
	}
	p, ok, err := s.countryBadgePiece(v, code, v.get("view"))
	if err == nil && !ok {
		err = keepiton.Errorf(keepiton.NotFound, "the record has no day of %s to count from", code)
	}
	if err != nil {
		return nil, err
	}
	return drawn(v, p, kit.Format(v.suffix))
}

// pledgeBadgePiece says whether a pledge was kept or broken; false while it is
// neither.
func (s *Server) pledgeBadgePiece(v *visit, id keepiton.EntryID, pl *keepiton.Pledge) (kit.Piece, bool) {
	v = v.latin()
	if pl.Outcome != "kept" && pl.Outcome != "broken" {
		return kit.Piece{}, false
	}
	p := s.newBadge(v, pl.Outcome, EntryPath(id))
	p.Place = firstWords(pl.Leader+v.p.T("page.comma")+v.country(pl.Country), kit.Place.Longest()-2)
	at := v.now
	if !pl.On.IsZero() {
		at = pl.On.At
	}
	p.Small = v.cited(campaign.PledgeRule, at, string(id))
	if kit.Legible(p) != nil {
		p.Place = v.country(pl.Country)
	}
	return p, true
}

func (s *Server) pledgeBadge(v *visit) (*answer, error) {
	rev, gone, err := s.publicEntry(v, keepiton.KindPledge)
	if err != nil {
		return nil, err
	}
	missing := keepiton.Errorf(keepiton.NotFound, "pledge %s is neither kept nor broken", rev.ID)
	if gone {
		return nil, missing
	}
	pl, err := campaign.As[*keepiton.Pledge](rev)
	if err != nil {
		return nil, err
	}
	p, ok := s.pledgeBadgePiece(v, rev.ID, pl)
	if !ok {
		return nil, missing
	}
	return drawn(v, p, kit.Format(v.suffix))
}
