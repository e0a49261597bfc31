package web

import (
	"errors"
	"fmt"
	"io"

	"keepiton"
	"keepiton/intake"
	"keepiton/seal"
)

// errEmpty and errLong are what a form can be refused for, beside its files.
var (
	errEmpty = &keepiton.Error{Code: keepiton.Invalid, Key: "page.refused.empty", Err: errors.New("nothing was typed and no file chosen")}
	errLong  = &keepiton.Error{Code: keepiton.TooLarge, Key: "page.refused.long", Err: fmt.Errorf("the words have more than %d bytes", maxWords)}
)

// ready reports whether reports can be taken.
func (s *Server) ready() error {
	if s.opt.Intake == nil {
		return keepiton.Errorf(keepiton.Unavailable, "this site takes no reports")
	}
	return s.opt.Intake.Ready()
}

// pass says how a form was let in.
func (s *Server) pass(v *visit, form typed) intake.Pass {
	return s.opt.Intake.Admit(v.ctx, intake.Shown{Ticket: form.Get("ticket"), Onion: throughOnion(v.ctx)})
}

// submit seals a form while it arrives and has it stored. The report is asked
// for after the last file, when all fields are there.
func (s *Server) submit(v *visit, in *incoming, report func() (*keepiton.Report, keepiton.OpenFields, error)) (seal.Receipt, int, error) {
	return s.submitBy(v, in, report, func() (*intake.Submission, error) {
		return s.opt.Intake.Begin(v.ctx, s.pass(v, in.form))
	})
}

func (s *Server) submitBy(v *visit, in *incoming, report func() (*keepiton.Report, keepiton.OpenFields, error), begin func() (*intake.Submission, error)) (_ seal.Receipt, files int, err error) {
	var sub *intake.Submission
	defer func() {
		if sub != nil {
			sub.Cancel()
		}
	}()
	start := func() (err error) {
		if err = s.ready(); err == nil && sub == nil {
			sub, err = begin()
		}
		return err
	}
	err = in.each(func(name, mediaType string, r io.Reader) error {
		if err := start(); err != nil {
			return err
		}
		files++
		if name == "" {
			name = fmt.Sprint(files)
		}
		w, err := sub.File(name, mediaType)
		if err != nil {
			return err
		}
		_, err = io.Copy(w, r)
		return err
	})
	switch {
	case err != nil:
		return seal.Receipt{}, files, err
	case in.form.Is("do", "check"):
		return seal.Receipt{}, files, nil
	case in.tooLong():
		return seal.Receipt{}, files, errLong
	case files == 0 && in.form.empty(aside...):
		return seal.Receipt{}, 0, errEmpty
	}
	if err := start(); err != nil {
		return seal.Receipt{}, files, err
	}
	rep, open, err := report()
	if err != nil {
		return seal.Receipt{}, files, err
	}
	receipt, err := sub.Finish(rep, open)
	return receipt, files, err
}

// refusal says why a form was not taken, and that its words are still there.
func (s *Server) refusal(v *visit, err error) []string {
	var e *keepiton.Error
	if errors.As(err, &e) && e.Key != "" && v.p.Has(e.Key) {
		out := []string{v.p.T(e.Key), v.p.T("page.refused.kept")}
		if e == errEmpty {
			out = out[:1]
		}
		return out
	}
	key := "page.refused.failed"
	switch keepiton.CodeOf(err) {
	case keepiton.TooLarge:
		key = "page.refused.large"
	case keepiton.RateLimited:
		key = "page.refused.busy"
	case keepiton.Unavailable:
		key = "page.refused.unavailable"
	}
	return []string{v.p.T(key), v.p.T("page.refused.kept")}
}
