package web

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/campaign"
)

// organizationPage is one organization.
type organizationPage struct {
	frame
	ID      keepiton.EntryID
	Gone    bool
	Reason  string
	Org     *keepiton.Organization
	Line    orgLine
	Logo    string // address; empty: none
	About   said
	Support said
	Langs   []string
	Link    string // of its site; empty where it is no web address
	Why     said   // it is suspended
	Turns   []turn // of its standing; none: it was never suspended
}

// turn is a day on which the standing of an organization changed.
type turn struct {
	On       time.Time
	Standing string // code
	Why      said
}

// Suspended reports whether it is out of the coalition for a time.
func (p *organizationPage) Suspended() bool { return p.Org.Standing == keepiton.StandingSuspended }

// turns lists how the standing changed before readers, the last first.
func (s *Server) turns(v *visit, id keepiton.EntryID) (out []turn, err error) {
	all, err := s.opt.Campaign.EntryRevisions(v.ctx, id)
	if keepiton.CodeOf(err) == keepiton.NotFound {
		return nil, nil // the preview of one that is not there yet
	}
	if err != nil {
		return nil, err
	}
	turns, err := campaign.Turns(all)
	for _, t := range slices.Backward(turns) {
		out = append(out, turn{t.Rev.Recorded, t.Standing, v.say(t.Why)})
	}
	return out, err
}

func (s *Server) organization(v *visit) (*answer, error) {
	rev, gone, err := s.publicEntry(v, keepiton.KindOrganization)
	if err != nil {
		return nil, err
	}
	page := &organizationPage{frame: s.frame(v, "organization"), ID: rev.ID, Gone: gone, Reason: rev.Reason}
	if gone {
		page.Title = string(rev.ID)
		a := s.html("organization", page)
		a.status = http.StatusGone
		return a, nil
	}
	o, err := campaign.As[*keepiton.Organization](rev)
	if err != nil {
		return nil, err
	}
	o = o.Public()
	o.Sources = openSources(o.Sources)
	if v.suffix == "json" {
		return &answer{contentType: "application/json", write: func(w io.Writer) error {
			return json.NewEncoder(w).Encode(orgDoc{rev.ID, rev.N, o})
		}}, nil
	}
	page.Org, page.Line, page.About, page.Support = o, v.orgLine(rev.ID, o), v.say(o.About), v.say(o.Support)
	page.Why = v.say(o.StandingNote)
	page.Title = o.Name
	if page.About.Text != "" {
		page.Lead = page.About.Text
	}
	for _, tag := range o.Langs {
		page.Langs = append(page.Langs, v.p.LanguageName(tag))
	}
	if strings.HasPrefix(o.Site, "https://") || strings.HasPrefix(o.Site, "http://") {
		page.Link = o.Site
	}
	if page.Turns, err = s.turns(v, rev.ID); err != nil {
		return nil, err
	}
	if o.Logo != "" && s.opt.Media != nil {
		switch m, err := s.opt.Media.Media(v.ctx, o.Logo); {
		case err == nil:
			page.Logo = mediaAddress(m.SHA256, m.Type)
		case keepiton.CodeOf(err) != keepiton.NotFound:
			return nil, err
		}
	}
	page.forms("json")
	return s.html("organization", page), nil
}
