package web

import (
	"net/http"

	"keepiton"
	"keepiton/campaign"
)

// early answers /early/{token}: a statement before the end of its embargo, for
// whoever has the link. Nothing of it is kept or logged, no search engine may have
// it, and each form says until when it is not to be published. A link ends when it
// expires, when the desk takes it back or works on the statement again, and when the
// statement is public.
func (s *Server) early(v *visit) (*answer, error) {
	if s.opt.Early == nil || s.opt.Campaign == nil {
		return s.earlyOver(v), nil
	}
	link, err := s.opt.Early.EarlyLink(v.ctx, campaign.EarlyHash(v.req.PathValue("token")))
	if keepiton.CodeOf(err) == keepiton.NotFound || err == nil && !link.Expires.After(s.opt.Now()) {
		return s.earlyOver(v), nil
	}
	if err != nil {
		return nil, err
	}
	revs, err := s.opt.Campaign.EntryRevisions(v.ctx, link.Entry)
	if err != nil {
		return nil, err
	}
	rev := revs[len(revs)-1]
	if rev.State != keepiton.Embargoed {
		return s.earlyOver(v), nil
	}
	page, err := s.statementView(v, rev)
	if err != nil {
		return nil, err
	}
	page.Until = v.p.T("page.press.until_lifted")
	if at := page.St.Embargo; !at.IsZero() {
		page.Until = v.p.T("page.press.until", "Time", v.p.Ours(v.p.Instant(at)), "Local", at.Format("2006-01-02 15:04 Z07:00"))
	}
	page.URL = ""
	a := s.html("statement", page)
	switch v.suffix {
	case "pdf":
		a = s.statementPDF(v, page)
	case "txt":
		a = s.statementText(v, page)
	default:
		page.forms("pdf", "txt")
	}
	a.fresh, a.unlisted = true, true
	if v.suffix != "" {
		a.policy = innerPolicy // unlike other files, it is for nobody else's pages
	}
	return a, nil
}

// earlyOver says that a link leads nowhere any more.
func (s *Server) earlyOver(v *visit) *answer {
	page := &statementPage{frame: s.frame(v, "statement"), Over: true}
	page.Title, page.Lead = v.p.T("page.press.early.over"), v.p.T("page.press.early.over.text")
	a := s.html("statement", page)
	a.status, a.fresh, a.unlisted = http.StatusNotFound, true, true
	return a
}
