package web

import (
	"net/http"
	"slices"
	"time"

	"keepiton"
	"keepiton/campaign"
	"keepiton/store"
)

// statementPage is one statement to the press.
type statementPage struct {
	frame
	ID      keepiton.EntryID
	Gone    bool
	Reason  string // of the withdrawal
	Over    bool   // the link to read it early leads nowhere any more
	Until   string // read before the end of its embargo: when that is; empty: it is public
	St      *keepiton.Statement
	Line    statementLine
	Place   said
	Body    said
	SaidIn  string   // the language of the body, by its own name, when it is not the page's
	Tongues []tongue // the other languages of it that the site has
	Quotes  []quoteView
	Unknown said
	Notes   said
	About   []item   // incidents
	Revised []string // days on which it was changed after it was published
	Mended  []linked // the statement that it corrects
	Mending []linked // statements that correct it
	Desk    PressDesk
	URL     string // that a quotation names
}

// quoteView is somebody's words.
type quoteView struct {
	Words said
	Who   string
	Href  string // of the story that they are from
}

// statementLine is a statement as one line of a list.
type statementLine struct {
	ID      keepiton.EntryID
	Href    string
	Title   said
	Country string
	Dated   string
	Langs   []string // the languages that it exists in, by their own names
}

func (v *visit) statementLine(id keepiton.EntryID, st *keepiton.Statement) statementLine {
	line := statementLine{ID: id, Href: v.Href("/press/" + string(id)), Title: v.say(st.Title), Dated: v.p.Date(st.Dated)}
	if st.Country != "" {
		line.Country = v.country(st.Country)
	}
	for _, tag := range st.Body.Langs() {
		if st.Body[tag] != "" {
			line.Langs = append(line.Langs, languageName(tag))
		}
	}
	return line
}

// statement answers /press/{id}.
func (s *Server) statement(v *visit) (*answer, error) {
	rev, gone, err := s.publicEntry(v, keepiton.KindStatement)
	if err == nil && !gone && !s.opt.preview && !s.due(&rev) {
		err = keepiton.Errorf(keepiton.NotFound, "there is no %s", rev.ID)
	}
	if err != nil {
		return nil, err
	}
	if gone {
		page := &statementPage{frame: s.frame(v, "statement"), ID: rev.ID, Gone: true, Reason: rev.Reason}
		return s.statementGone(v, page), nil
	}
	page, err := s.statementView(v, rev)
	if err != nil {
		return nil, err
	}
	page.Card = s.shares(v, s.entryPiece(v, rev.ID, page.St))
	return s.statementForm(v, page, rev)
}

// statementGone says that a statement was taken back, in the form that was asked
// for: whoever follows an old link learns it.
func (s *Server) statementGone(v *visit, page *statementPage) *answer {
	a := s.html("statement", page)
	page.Title = string(page.ID)
	switch v.suffix {
	case "json":
		a = jsonAnswer(map[string]any{"id": page.ID, "state": keepiton.Withdrawn, "reason": page.Reason})
	case "txt", "pdf":
		a = s.statementText(v, page)
	}
	a.status = http.StatusGone
	return a
}

// statementView prepares what every form of a statement shows.
func (s *Server) statementView(v *visit, rev keepiton.EntryRevision) (*statementPage, error) {
	st, err := campaign.As[*keepiton.Statement](rev)
	if err != nil {
		return nil, err
	}
	page := &statementPage{
		frame: s.frame(v, "statement"), ID: rev.ID, St: st, Line: v.statementLine(rev.ID, st), Place: v.say(st.Place), Body: v.say(st.Body),
		Unknown: v.say(st.Unknown), Notes: v.say(st.Notes), Desk: s.opt.Press, URL: s.opt.BaseURL + "/press/" + string(rev.ID),
	}
	page.Title = page.Line.Title.Text
	page.Lead = firstWords(page.Body.Text, shortQuote)
	if page.Body.Lang != "" {
		page.SaidIn = v.p.LanguageName(page.Body.Lang)
	}
	for _, tag := range st.Body.Langs() {
		if st.Body[tag] != "" && tag != v.p.Lang().Tag && isLanguage(tag) {
			page.Tongues = append(page.Tongues, tongue{Tag: tag, Name: languageName(tag), Href: v.inLanguage(tag)})
		}
	}
	if page.Quotes, err = s.statementQuotes(v, st); err != nil {
		return nil, err
	}
	if page.About, err = s.itemsOf(v, st.Incidents...); err != nil {
		return nil, err
	}
	return page, s.statementHistory(v, page, rev)
}

// statementHistory tells openly what was changed since it was published, what it
// corrects, and what corrects it.
func (s *Server) statementHistory(v *visit, page *statementPage, rev keepiton.EntryRevision) error {
	revs, err := s.opt.Campaign.EntryRevisions(v.ctx, rev.ID)
	if err != nil && keepiton.CodeOf(err) != keepiton.NotFound { // a preview may be of what is not stored yet
		return err
	}
	var first time.Time
	for _, r := range revs {
		if r.State != keepiton.Published || r.N > rev.N {
			continue
		}
		if day := v.p.Day(r.Recorded); !first.IsZero() && !slices.Contains(page.Revised, day) {
			page.Revised = append(page.Revised, day)
		}
		first = r.Recorded
	}
	if id := page.St.Corrects; id != "" {
		other, err := s.opt.Campaign.PublicEntry(v.ctx, id)
		if err == nil {
			page.Mended, err = s.linkStatement(v, page.Mended, other)
		}
		if err != nil && keepiton.CodeOf(err) != keepiton.NotFound {
			return err
		}
	}
	return s.eachEntry(v, store.EntryQuery{Kind: keepiton.KindStatement, Facets: map[string][]string{"entry": {string(rev.ID)}}}, func(r keepiton.EntryRevision) (err error) {
		page.Mending, err = s.linkStatement(v, page.Mending, r)
		return err
	})
}

// linkStatement adds a statement that readers may see to a list.
func (s *Server) linkStatement(v *visit, list []linked, rev keepiton.EntryRevision) ([]linked, error) {
	if rev.State != keepiton.Published || !s.due(&rev) {
		return list, nil
	}
	st, err := campaign.As[*keepiton.Statement](rev)
	if err != nil {
		return list, err
	}
	return append(list, linked{rev.ID, s.entryHref(v, rev.ID), v.say(st.Title), v.p.Date(st.Dated)}), nil
}

// statementQuotes are the quotes that may be shown today: those of a story only while
// its teller allows the press.
func (s *Server) statementQuotes(v *visit, st *keepiton.Statement) (out []quoteView, err error) {
	quotes, err := campaign.AllowedQuotes(v.ctx, s.opt.Stories, st.Quotes)
	for _, q := range quotes {
		view := quoteView{Words: v.say(q.Words), Who: q.Who}
		if q.Story != "" {
			view.Href = v.Href("/stories/" + string(q.Story))
		}
		out = append(out, view)
	}
	return out, err
}
