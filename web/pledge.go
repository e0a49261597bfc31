package web

import (
	"net/http"

	"keepiton"
	"keepiton/campaign"
)

// pledgePage is one pledge and what became of it.
type pledgePage struct {
	frame
	ID       keepiton.EntryID
	Gone     bool
	Reason   string // of the withdrawal
	Pledge   *keepiton.Pledge
	Line     pledgeLine
	Original said   // the words as they were said
	SaidIn   string // language of these words, by its own name
	Words    said   // in the reader's language; empty when that is the original
	Note     said
	Covers   string
	Watch    *linked
	BrokenBy []item

	// Proposed is what the record says where a person has not: see campaign.Proposal.
	Proposed  string // code; empty when the two agree
	Overruled bool   // a person decided otherwise
	Found     []item // what the record has against it
}

func (s *Server) pledge(v *visit) (*answer, error) {
	rev, gone, err := s.publicEntry(v, keepiton.KindPledge)
	if err != nil {
		return nil, err
	}
	page := &pledgePage{frame: s.frame(v, "pledge", "Leader", "", "Country", ""), ID: rev.ID, Gone: gone, Reason: rev.Reason}
	if gone {
		page.Title = string(rev.ID)
		a := s.html("pledge", page)
		a.status = http.StatusGone
		return a, nil
	}
	if v.suffix != "" {
		return entriesJSON(v, "pledges", []keepiton.EntryRevision{rev}, s.pledgeDoc(v))
	}
	p, err := campaign.As[*keepiton.Pledge](rev)
	if err != nil {
		return nil, err
	}
	page.Pledge, page.Line, page.Note = p, v.pledgeLine(rev.ID, p), v.say(p.Note)
	page.Title = p.Leader
	page.Lead = v.p.T("page.pledge.lead", "Leader", p.Leader, "Country", page.Line.Country)
	page.Covers = v.covers(p)
	v.pledgeWords(page)
	if page.BrokenBy, err = s.itemsOf(v, p.BrokenBy...); err != nil {
		return nil, err
	}
	if err := s.pledgeProposal(v, page); err != nil {
		return nil, err
	}
	if page.Watch, err = s.watchLink(v, p.Watch); err != nil {
		return nil, err
	}
	page.Card = s.pledgeShares(v, rev.ID, p)
	page.forms("json")
	return s.html("pledge", page), nil
}

// pledgeWords sets the words as they were said, and beside them those in the
// reader's language, or in English, where they are others.
func (v *visit) pledgeWords(page *pledgePage) {
	p := page.Pledge
	text, in := p.Words.In(p.Lang)
	if in != p.Lang { // nobody has entered the original
		page.Words = v.say(p.Words)
		return
	}
	page.Original, page.SaidIn = said{text, in}, v.p.LanguageName(in)
	if words := v.say(p.Words); words.Text != text {
		page.Words = words
	}
}

// covers writes the time that a pledge covers.
func (v *visit) covers(p *keepiton.Pledge) string {
	from := p.From
	if from.IsZero() {
		from = p.Made
	}
	if p.Until.IsZero() {
		return v.p.T("page.pledge.endless", "Start", v.p.Date(from))
	}
	return v.p.T("page.span.both", "Start", v.p.Date(from), "End", v.p.Date(p.Until))
}

// pledgeProposal says where the record has another word than the person who
// confirmed the outcome.
func (s *Server) pledgeProposal(v *visit, page *pledgePage) error {
	q, err := s.newJudge(v).outcome(page.Pledge)
	if err != nil {
		return err
	}
	page.Overruled = q.Overruled(page.Pledge.Outcome)
	if !page.Overruled && !q.Unconfirmed(page.Pledge.Outcome) {
		return nil
	}
	page.Proposed = q.Outcome
	page.Found, err = s.itemsOf(v, q.By[:min(len(q.By), pledgeFound)]...)
	return err
}

// pledgeFound is how many incidents against a pledge its page lists.
const pledgeFound = 8

// watchLink is the watch item that an entry belongs to, nil where readers see none.
func (s *Server) watchLink(v *visit, id keepiton.EntryID) (*linked, error) {
	if id == "" || s.opt.Campaign == nil {
		return nil, nil
	}
	rev, err := s.opt.Campaign.PublicEntry(v.ctx, id)
	if keepiton.CodeOf(err) == keepiton.NotFound || err == nil && rev.State != keepiton.Published {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	w, err := campaign.As[*keepiton.Watch](rev)
	if err != nil {
		return nil, err
	}
	return &linked{rev.ID, s.entryHref(v, rev.ID), v.say(w.Title), v.watchSpan(w)}, nil
}
