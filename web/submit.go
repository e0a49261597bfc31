package web

import (
	"errors"
	"fmt"
	"io"
	"log/slog"

	"keepiton"
	"keepiton/intake"
	"keepiton/seal"
)

// errEmpty and errLong are what a form can be refused for, beside its files.
var (
	errEmpty = &keepiton.Error{Code: keepiton.Invalid, Key: "page.refused.empty", Err: errors.New("nothing was typed and no file chosen")}
	errLong  = &keepiton.Error{Code: keepiton.TooLarge, Key: "page.refused.long", Err: fmt.Errorf("the words have more than %d bytes", maxWords)}
)

// errOtherButton is what submitBy returns when something else was asked for.
var errOtherButton = errors.New("another button was pressed")

// ready reports whether reports can be taken.
func (s *Server) ready() error {
	if s.opt.Intake == nil {
		return keepiton.Errorf(keepiton.Unavailable, "this site takes no reports")
	}
	return s.opt.Intake.Ready()
}

// admit says how a form is let in.
func (s *Server) admit(v *visit, form typed) intake.Pass {
	return s.opt.Intake.Admit(v.ctx, intake.Shown{Ticket: form.Get("ticket"), Onion: throughOnion(v.ctx)})
}

// pass is what files of a form that is not sent come to.
func pass(string, string, io.Reader) error { return nil }

// submit seals a form while it arrives and has it stored as a report of its own.
func (s *Server) submit(v *visit, in *incoming, report func() (*keepiton.Report, keepiton.OpenFields)) (seal.Receipt, int, error) {
	return s.submitBy(v, in, "send", report, func() (*intake.Submission, error) {
		return s.opt.Intake.Begin(v.ctx, s.admit(v, in.form))
	})
}

// submitBy seals what begin begins, and has it stored if the button, which may
// be the last field, says so. The report is asked for when all fields are there.
func (s *Server) submitBy(v *visit, in *incoming, button string, report func() (*keepiton.Report, keepiton.OpenFields), begin func() (*intake.Submission, error)) (_ seal.Receipt, files int, err error) {
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
	if sub != nil && sub.Err() != nil {
		return seal.Receipt{}, files, sub.Err()
	}
	switch {
	case in.broken != nil:
		return seal.Receipt{}, files, in.broken
	case !in.form.Is("do", button):
		return seal.Receipt{}, files, errOtherButton
	case err != nil:
		return seal.Receipt{}, files, err
	case in.tooLong():
		return seal.Receipt{}, files, errLong
	case files == 0 && in.form.empty():
		return seal.Receipt{}, 0, errEmpty
	}
	if err := start(); err != nil {
		return seal.Receipt{}, files, err
	}
	rep, open := report()
	receipt, err := sub.Finish(rep, open)
	return receipt, files, err
}

// refusal says why a form was not taken, and that its words are still there.
func (s *Server) refusal(v *visit, form typed, err error) []string {
	var e *keepiton.Error
	key := "page.refused.failed"
	switch code := keepiton.CodeOf(err); {
	case errors.As(err, &e) && e.Key != "" && v.p.Has(e.Key):
		key = e.Key
	case code == keepiton.TooLarge:
		key = "page.refused.large"
	case code == keepiton.RateLimited:
		key = "page.refused.busy"
	case code == keepiton.Unavailable:
		key = "page.refused.unavailable"
	case code == keepiton.Internal:
		s.opt.Log.LogAttrs(v.ctx, slog.LevelError, "a form could not be taken", slog.String("page", v.path), slog.Any("cause", err))
	}
	if form.empty() {
		return []string{v.p.T(key)}
	}
	return []string{v.p.T(key), v.p.T("page.refused.kept")}
}
