package web

import (
	"slices"
	"strings"

	"keepiton"
	"keepiton/campaign"
	"keepiton/geo"
)

// petitionFields are those of the form on a petition's page, stepFields those of
// the page behind a link.
var (
	petitionFields = []string{"address", "token", "do"}
	stepFields     = []string{"country", "do"}
)

// postPetition asks for the mail that signs, or signs with a token. What it answers
// is the same whether the address has signed or not.
func (s *Server) postPetition(v *visit, in *incoming) (*answer, error) {
	rev, gone, err := s.publicEntry(v, keepiton.KindPetition)
	if err == nil && (gone || s.opt.Petitions == nil || s.opt.Copy) {
		err = keepiton.Errorf(keepiton.NotFound, "nobody can sign %s here", rev.ID)
	}
	if err != nil {
		return nil, err
	}
	token := strings.Join(strings.Fields(in.form.Get("token")), "")
	if in.form.Get("do") == "token" {
		if i := strings.LastIndexByte(token, '/'); i >= 0 { // the whole link
			token = token[i+1:]
		}
		return s.petitionLink(v, rev, campaign.UseToken, token)
	}
	if err := s.opt.Petitions.Ask(v.ctx, rev.ID, in.form.words("address"), v.p.Lang().Tag); err != nil {
		page, lost := s.petitionPage(v, rev)
		if lost != nil {
			return nil, lost
		}
		page.Form, page.Told = in.form, []string{s.alertRefusal(v, err)}
		a := s.html("petition", page)
		a.status = StatusOf(err)
		return a, nil
	}
	step := s.stepOf(v, rev, "sent")
	step.Lines = []string{v.p.T("page.petition.sent.text"), v.p.T("page.petition.sent.nothing")}
	return s.sender("petitionstep", step), nil
}

// petitionStep is the page behind a link: one thing to read, and at most one button.
type petitionStep struct {
	frame
	Of        said // the title of the petition
	To        said
	Lines     []string
	Button    string // empty: none
	Action    string // where the button sends to
	Countries []option
	Back      string // the petition
}

// stepOf begins a step; its title is page.petition.<step>.title.
func (s *Server) stepOf(v *visit, rev keepiton.EntryRevision, step string) *petitionStep {
	page := &petitionStep{frame: s.frame(v, "petition", "To", ""), Back: v.Href("/petition/" + string(rev.ID))}
	page.Name, page.Title, page.Lead = "petitionstep", v.p.T("page.petition."+step+".title"), ""
	if p, err := campaign.As[*keepiton.Petition](rev); err == nil {
		page.Of, page.To = v.say(p.Title), v.say(p.To)
	}
	return page
}

// linkOf reads what a link is of.
func (s *Server) linkOf(v *visit) (rev keepiton.EntryRevision, use campaign.Use, token string, err error) {
	use, token = campaign.Use(v.req.PathValue("use")), v.req.PathValue("token")
	rev, _, err = s.publicEntry(v, keepiton.KindPetition)
	if err == nil && (s.opt.Petitions == nil || s.opt.Copy || !slices.Contains([]campaign.Use{campaign.UseConfirm, campaign.UseWithdraw, campaign.UseToken}, use)) {
		err = keepiton.Errorf(keepiton.NotFound, "there is no such page")
	}
	return rev, use, token, err
}

// petitionStep shows what a link would do. A program that looks at links in mails
// signs nothing by it.
func (s *Server) petitionStep(v *visit) (*answer, error) {
	rev, use, token, err := s.linkOf(v)
	if err != nil {
		return nil, err
	}
	return s.petitionLink(v, rev, use, token)
}

func (s *Server) petitionLink(v *visit, rev keepiton.EntryRevision, use campaign.Use, token string) (*answer, error) {
	link, err := s.opt.Petitions.Open(v.ctx, rev.ID, use, token)
	if err != nil {
		return s.stepRefused(v, rev, err), nil
	}
	step := s.stepOf(v, rev, string(use))
	step.Action = v.Href("/petition/" + string(rev.ID) + "/" + string(use) + "/" + token)
	switch {
	case use == campaign.UseWithdraw && !link.Signed:
		step.Lines = []string{v.p.T("page.petition.error.unsigned")}
	case use == campaign.UseWithdraw:
		step.Lines, step.Button = []string{v.p.T("page.petition.withdraw.text")}, v.p.T("page.petition.withdraw.do")
	case link.Signed && use == campaign.UseToken:
		step.Lines = []string{v.p.T("page.petition.token.used")}
	case link.Signed:
		step.Lines = []string{v.p.T("page.petition.again")}
	default:
		step.Lines, step.Button, step.Countries = []string{v.p.T("page.petition." + string(use) + ".text")}, v.p.T("page.petition.do"), v.everyCountry()
	}
	return s.sender("petitionstep", step), nil
}

// everyCountry offers the countries of the world, by name.
func (v *visit) everyCountry() (out []option) {
	lang := v.p.Lang().Tag
	for _, c := range geo.Countries() {
		if v.sample || !strings.HasPrefix(c.Code, "X") || c.Code == "XK" { // XA to XH are made up
			out = append(out, option{c.Code, geo.Name(c.Code, lang), false})
		}
	}
	return v.sorted(out)
}

// postPetitionStep does what the link is for.
func (s *Server) postPetitionStep(v *visit, in *incoming) (*answer, error) {
	rev, use, token, err := s.linkOf(v)
	if err != nil {
		return nil, err
	}
	done := "done"
	if use == campaign.UseWithdraw {
		done = "gone"
		err = s.opt.Petitions.Withdraw(v.ctx, rev.ID, token)
	} else {
		fresh, e := s.opt.Petitions.Sign(v.ctx, rev.ID, use, token, in.form.Get("country"))
		if err = e; err == nil && !fresh {
			return s.petitionLink(v, rev, use, token)
		}
	}
	if err != nil {
		return s.stepRefused(v, rev, err), nil
	}
	step := s.stepOf(v, rev, done)
	step.Lines = []string{v.p.T("page.petition." + done + ".text")}
	return s.sender("petitionstep", step), nil
}

// stepRefused says why a link does nothing.
func (s *Server) stepRefused(v *visit, rev keepiton.EntryRevision, err error) *answer {
	step := s.stepOf(v, rev, "refused")
	step.Lines = []string{s.alertRefusal(v, err)}
	return s.formAgain("petitionstep", step, err)
}
