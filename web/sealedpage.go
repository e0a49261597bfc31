package web

import (
	"errors"
	"io"

	"keepiton"
	"keepiton/intake"
)

// The page that takes sealed files from anybody: from a stick, by a friend, out
// of a mail.
//
//	files    any number of sealed files
//	do       send
var sealedFields = []string{"ticket", "do"}

// sealedPage asks for files or says which were taken.
type sealedPage struct {
	frame
	Form   typed
	Told   []string
	Ticket string
	Files  []takenFile
}

// takenFile is what became of one file. Its name is shown to who sent it, and
// not kept.
type takenFile struct {
	Name  string
	Taken bool
	Why   string // message key of why not
}

func (s *Server) sealedForm(v *visit) (*answer, error) {
	page := s.sealedPage(v)
	if s.opt.Intake == nil && !s.opt.Copy {
		page.Told = s.refusal(v, page.Form, s.ready())
	}
	return s.sender("sealed", page), nil
}

func (s *Server) sealedPage(v *visit) *sealedPage {
	page := &sealedPage{frame: s.frame(v, "sealed"), Form: typed{}}
	if s.opt.Intake != nil {
		page.Ticket = s.opt.Intake.Ticket()
	}
	return page
}

// postSealed takes each file by itself: one that cannot be taken leaves the
// others as they are. A file that is here already is as good as taken.
func (s *Server) postSealed(v *visit, in *incoming) (*answer, error) {
	page := s.sealedPage(v)
	if s.opt.Intake == nil {
		in.each(pass)
		page.Told = s.refusal(v, page.Form, s.ready())
		return s.formAgain("sealed", page, s.ready()), nil
	}
	door := s.admit(v, in.form)
	var lost error
	in.each(func(name, _ string, r io.Reader) error {
		_, err := s.opt.Intake.Take(v.ctx, door, r)
		if intake.Lost(err) {
			lost = err
		}
		page.Files = append(page.Files, takenFile{Name: name, Taken: err == nil, Why: whyNot(err)})
		return nil
	})
	if lost != nil {
		page.Told = s.refusal(v, page.Form, lost)
		return s.formAgain("sealed", page, lost), nil
	}
	if in.broken != nil {
		return nil, in.broken
	}
	if len(page.Files) == 0 {
		page.Told = []string{page.T("page.sealed.none")}
	}
	return s.sender("sealed", page), nil
}

// whyNot is the message of why a sealed file was not taken.
func whyNot(err error) string {
	if err == nil {
		return ""
	}
	var e *keepiton.Error
	switch code := keepiton.CodeOf(err); {
	case code == keepiton.TooLarge && errors.As(err, &e) && e.Key != "":
		return "page.sealed.full"
	case code == keepiton.TooLarge:
		return "page.sealed.large"
	case code == keepiton.Invalid:
		return "page.sealed.unsealed"
	}
	return "page.sealed.failed"
}
