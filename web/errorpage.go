package web

import (
	"io"

	"keepiton"
)

// errorPage says what went wrong in the reader's language and where to go on.
type errorPage struct {
	frame
	Status    int
	Detail    string // the place of a reader's own mistake; never of ours
	Reference string
}

func (s *Server) errorPage(w io.Writer, v *visit, err error, code keepiton.Code, status int, ref string) error {
	if _, ok := statuses[code]; !ok {
		code = keepiton.Internal
	}
	page := &errorPage{frame: s.frame(v, "error"), Status: status, Reference: ref}
	page.Title, page.Lead = v.p.T("error."+string(code)+".title"), v.p.T("error."+string(code))
	if code == keepiton.Invalid || code == keepiton.TooLarge {
		page.Detail = err.Error()
	}
	return s.templates["error"].Execute(w, page)
}
