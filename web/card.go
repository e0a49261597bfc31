package web

import (
	"keepiton"
	"keepiton/campaign"
	"keepiton/kit"
	"keepiton/locale"
)

// share is what a page offers to pass it on: the picture that other sites show
// beside a link to it, and the badge that they can put up.
type share struct {
	Image    string // absolute address of the PNG; empty where the site does not know its own
	PNG, SVG string
	Alt      string
	Kit      string // more pictures of the same; empty: none
	Badges   []badge
}

// Width and Height of the PNG in pixels.
func (sh *share) Width() int  { return kit.Wide.Size().Pixels }
func (sh *share) Height() int { return kit.Wide.Size().Pixels * 630 / 1200 }

// shares returns what a page offers of a piece. A copy has no server that would
// draw it, and a preview nothing to be passed on.
func (s *Server) shares(v *visit, p kit.Piece) *share {
	if v.copy || s.opt.preview {
		return nil
	}
	sh := &share{PNG: v.Href(v.path + "/card.png"), SVG: v.Href(v.path + "/card.svg"), Alt: v.p.Figures(kit.Alt(p, v.p))}
	if s.opt.BaseURL != "" {
		sh.Image = s.opt.BaseURL + sh.PNG
	}
	return sh
}

// incidentShares are the card, the badge and the kit of an incident.
func (s *Server) incidentShares(v *visit, rev *keepiton.Revision) *share {
	sh := s.shares(v, s.incidentPiece(v, rev))
	if sh == nil {
		return nil
	}
	id := string(rev.Incident.ID)
	if p, ok := s.incidentBadgePiece(v, rev); ok {
		sh.Kit = v.Href("/kit/calendar", "incident", id)
		sh.Badges = append(sh.Badges, s.badgeOf(v, p, "/incidents/"+id, ""))
	}
	return sh
}

// countryShares are the card, the badges and the kit of a country.
func (s *Server) countryShares(v *visit, code string) (*share, error) {
	p, err := s.countryPiece(v, code)
	if err != nil {
		return nil, err
	}
	sh := s.shares(v, p)
	if sh == nil {
		return nil, nil
	}
	sh.Kit = v.Href("/kit/country", "country", code)
	for _, view := range []string{"", badgeSince} {
		p, ok, err := s.countryBadgePiece(v, code, view)
		if err != nil {
			return nil, err
		}
		if ok {
			sh.Badges = append(sh.Badges, s.badgeOf(v, p, "/countries/"+code, view))
		}
	}
	return sh, nil
}

// pledgeShares are the card of a pledge and the badge of what became of it.
func (s *Server) pledgeShares(v *visit, id keepiton.EntryID, pl *keepiton.Pledge) *share {
	sh := s.shares(v, s.entryPiece(v, id, pl))
	if sh == nil {
		return nil
	}
	if p, ok := s.pledgeBadgePiece(v, id, pl); ok {
		sh.Badges = append(sh.Badges, s.badgeOf(v, p, EntryPath(id), ""))
	}
	return sh
}

// newCard is a share card with its template's own words.
func (s *Server) newCard(v *visit, id string) (kit.Template, kit.Piece) {
	v = v.latin()
	t, _ := kit.ByID(id)
	p := t.Piece(v.p, kit.Wide)
	if s.opt.BaseURL != "" {
		p.Source = s.opt.BaseURL + "/" + v.p.Lang().Tag + v.path
	}
	return t, p
}

// signed sets the address that is read on a card, once its page is known.
func (s *Server) signed(p kit.Piece, path string) kit.Piece {
	if p.Link = s.siteAddress(path); len(p.Link) > kit.Link.Longest() {
		p.Link = s.siteAddress("")
	}
	return p
}

// drawable returns the first of some pieces whose letters the kit has: a name that
// cannot be drawn must not leave a page without its picture.
func drawable(pieces ...kit.Piece) kit.Piece {
	for _, p := range pieces[:len(pieces)-1] {
		if kit.Legible(p) == nil {
			return p
		}
	}
	return pieces[len(pieces)-1]
}

// plainCard is the campaign's own words: what stands on a card where nothing else can.
func (s *Server) plainCard(v *visit) kit.Piece {
	_, p := s.newCard(v, "line")
	return p
}

// drawnCard answers with a share card. Words that do not fit leave the campaign's own.
func (s *Server) drawnCard(v *visit, p kit.Piece) (*answer, error) {
	a, err := drawn(v, p, kit.Format(v.suffix))
	if code := keepiton.CodeOf(err); code == keepiton.Invalid || code == keepiton.TooLarge {
		return drawn(v, s.plainCard(v), kit.Format(v.suffix))
	}
	return a, err
}

func (s *Server) incidentPiece(v *visit, rev *keepiton.Revision) kit.Piece {
	t, p := s.newCard(v, "incident")
	v.pieceOfIncident(t, &p, rev)
	p = s.signed(p, "/incidents/"+string(rev.Incident.ID))
	short := p
	short.Place = v.countryNames(&rev.Incident)
	return drawable(p, short, s.plainCard(v))
}

func (s *Server) incidentCard(v *visit) (*answer, error) {
	rev, err := s.find(v)
	if err != nil {
		return nil, err
	}
	if rev.Incident.State != keepiton.Published {
		return nil, keepiton.Errorf(keepiton.NotFound, "incident %s has no share card", rev.Incident.ID)
	}
	return s.drawnCard(v, s.incidentPiece(v, rev))
}

func (s *Server) countryPiece(v *visit, code string) (kit.Piece, error) {
	_, p := s.newCard(v, "country")
	if err := s.pieceOfCountry(v, &p, code); err != nil {
		return p, err
	}
	if p.Number == "" { // the record has nothing of it
		return s.plainCard(v), nil
	}
	return s.signed(p, "/countries/"+code), nil
}

func (s *Server) countryCard(v *visit) (*answer, error) {
	code, err := countryOf(v)
	if err != nil {
		return nil, err
	}
	p, err := s.countryPiece(v, code)
	if err != nil {
		return nil, err
	}
	return s.drawnCard(v, p)
}

func (s *Server) yearPiece(v *visit, year int) (kit.Piece, error) {
	_, p := s.newCard(v, "year")
	if err := s.pieceOfYear(v, &p, year); err != nil {
		return p, err
	}
	if len(p.Cuts) == 0 { // a year without a square would be a blank
		return s.plainCard(v), nil
	}
	return s.signed(p, "/years/"+p.Title), nil
}

func (s *Server) yearCard(v *visit) (*answer, error) {
	year, err := pastYear(v)
	if err != nil {
		return nil, err
	}
	p, err := s.yearPiece(v, year)
	if err != nil {
		return nil, err
	}
	return s.drawnCard(v, p)
}

// entryPiece is the share card of an entry of the campaign: its title, its kind, and
// when it is or what became of it; of a pledge the words that were said.
func (s *Server) entryPiece(v *visit, id keepiton.EntryID, e keepiton.Entry) kit.Piece {
	l, design := v.linkedEntry(id, e), "line"
	title, words, place := v.isolated(l.Title), l.Note, ""
	switch e := e.(type) {
	case *keepiton.Pledge:
		design, title, words, place = "quote", v.isolated(v.say(e.Words)), "", e.Leader+v.p.T("page.comma")+v.country(e.Country)
	case *keepiton.Watch:
		if place = v.country(e.Country); e.Cause == "election" {
			design = "election"
		} else if e.Cause == "exam" {
			design = "exam"
		}
	}
	_, p := s.newCard(v, design)
	p.Title, p.Words, p.Place = title, words, firstWords(place, kit.Place.Longest()-2)
	p.Small = v.made(string(id))
	if design == "quote" {
		p.Small = v.made(l.Note + " · " + string(id))
	}
	return drawable(s.signed(p, EntryPath(id)), s.plainCard(v))
}

// isolated is a text that fits on a card. One that reads the other way than the page
// keeps its signs in order (UAX 9, section 2.4).
func (v *visit) isolated(t said) string {
	text, mark := firstWords(t.Text, kit.Title.Longest()-4), "\u2066"
	in, ok := locale.Match(t.Lang), t.Lang != ""
	if in.Dir == "rtl" {
		mark = "\u2067"
	}
	if !ok || in.Dir == v.p.Lang().Dir {
		return text
	}
	return mark + text + "\u2069"
}

// entryCard answers with the share card of an entry of a kind.
func entryCard(kind keepiton.EntryKind) func(*Server, *visit) (*answer, error) {
	return func(s *Server, v *visit) (*answer, error) {
		rev, gone, err := s.publicEntry(v, kind)
		if err == nil && (gone || !s.due(&rev)) { // under embargo it is nowhere
			err = keepiton.Errorf(keepiton.NotFound, "%s has no share card", rev.ID)
		}
		if err != nil {
			return nil, err
		}
		e, err := campaign.Read(rev)
		if err != nil {
			return nil, err
		}
		return s.drawnCard(v, s.entryPiece(v, rev.ID, e))
	}
}
