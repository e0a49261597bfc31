package web

import (
	"io"
	"net/http"
	"slices"
	"strings"

	"keepiton"
	"keepiton/campaign"
)

// letterPage is one open letter.
type letterPage struct {
	frame
	ID      keepiton.EntryID
	Gone    bool
	Reason  string // of the withdrawal
	Letter  *keepiton.Letter
	Line    letterLine
	Body    said
	SaidIn  string   // the language of the body, by its own name, when it is not the page's
	Tongues []tongue // the other languages of the letter that the site has
	Answer  said
	Under   []underLetter // the organizations of the coalition that signed
	Keyed   bool          // somebody signed with a key
	Watch   *linked
	About   []item // incidents
}

func (s *Server) letter(v *visit) (*answer, error) {
	rev, gone, err := s.publicEntry(v, keepiton.KindLetter)
	if err != nil {
		return nil, err
	}
	page := &letterPage{frame: s.frame(v, "letter", "To", "", "Day", ""), ID: rev.ID, Gone: gone, Reason: rev.Reason}
	if gone {
		page.Title = string(rev.ID)
		a := s.html("letter", page)
		a.status = http.StatusGone
		return a, nil
	}
	if v.suffix == "json" {
		return entriesJSON(v, "letters", []keepiton.EntryRevision{rev}, s.letterDoc(v))
	}
	l, err := campaign.As[*keepiton.Letter](rev)
	if err != nil {
		return nil, err
	}
	page.Letter, page.Line, page.Body, page.Answer = l, v.letterLine(rev.ID, l), v.say(l.Body), v.say(l.Answer)
	if page.Under, err = s.letterSigners(v, rev); err != nil {
		return nil, err
	}
	page.Keyed = slices.ContainsFunc(page.Under, func(u underLetter) bool { return u.Signature != "" })
	if v.suffix == "txt" {
		return s.letterText(v, page), nil
	}
	page.Title = page.Line.Title.Text
	page.Lead = v.p.T("page.letter.lead", "To", page.Line.To.Text, "Day", page.Line.Dated)
	if page.Body.Lang != "" {
		page.SaidIn = v.p.LanguageName(page.Body.Lang)
	}
	page.Tongues = v.tongues(l.Body)
	page.spoken(l.Body)
	if page.About, err = s.itemsOf(v, l.Incidents...); err != nil {
		return nil, err
	}
	if page.Watch, err = s.watchLink(v, l.Watch); err != nil {
		return nil, err
	}
	page.Card = s.shares(v, s.entryPiece(v, rev.ID, l))
	page.forms("txt", "json")
	return s.html("letter", page), nil
}

// letterText is a letter as it could be sent: whom to, the day, the words, who
// signed, and where it stands.
func (s *Server) letterText(v *visit, page *letterPage) *answer {
	return &answer{contentType: "text/plain; charset=utf-8", write: func(w io.Writer) error {
		parts := []string{page.Line.Title.Text, page.Line.To.Text + "\n" + page.Line.Dated}
		parts = append(parts, page.Body.Paragraphs()...)
		var names []string
		for _, l := range page.Under {
			names = append(names, l.Title.Text)
		}
		if names = append(names, page.Letter.Signers...); len(names) > 0 {
			parts = append(parts, v.p.T("page.letter.signers")+"\n"+strings.Join(names, "\n"))
		}
		parts = append(parts, "KeepItOn "+string(page.ID)+"\n"+s.opt.BaseURL+v.Href("/letters/"+string(page.ID)))
		_, err := io.WriteString(w, strings.Join(parts, "\n\n")+"\n")
		return err
	}}
}
