package web

import (
	"errors"
	"log/slog"
	"strings"

	"keepiton"
	"keepiton/notify"
)

// alertStep is a page with one thing to read and at most one button.
type alertStep struct {
	frame
	Lines  []string
	Button string // empty: none
	Do     string
	Link   string // where to go on; empty: nowhere
	Words  string // of the link
	Fields []form // carried on in the form
	Secret string // shown this once
	Told   []string
}

// step is the frame of a step: its title is page.alerts.<step>.title.
func (s *Server) step(v *visit, step string) frame {
	f := s.frame(v, "alerts")
	f.Name, f.Title, f.Lead = "alertstep", v.p.T("page.alerts."+step+".title"), ""
	return f
}

// LogPath is a path as it may stand in a log: what follows the name of a page of
// alerts, of links to what is under embargo, or a petition and what is done with it, is
// somebody's link.
func LogPath(path string) string {
	if before, _, found := strings.Cut(path, "/early/"); found {
		return before + "/early/"
	}
	if before, after, found := strings.Cut(path, "/alerts/"); found {
		page, _, _ := strings.Cut(after, "/")
		return before + "/alerts/" + page
	}
	if before, after, found := strings.Cut(path, "/petition/"); found {
		parts := strings.SplitN(after, "/", 3)
		return before + "/petition/" + strings.Join(parts[:min(len(parts), 2)], "/")
	}
	return path
}

// alertRefusal says what is wrong with a wish, in the reader's words.
func (s *Server) alertRefusal(v *visit, err error) string {
	var e *keepiton.Error
	if errors.As(err, &e) && e.Key != "" && v.p.Has(e.Key) {
		return v.p.T(e.Key)
	}
	if keepiton.CodeOf(err) == keepiton.Internal {
		s.opt.Log.LogAttrs(v.ctx, slog.LevelError, "a form could not be taken", slog.String("page", LogPath(v.path)), slog.Any("cause", err))
	}
	return v.p.T("error." + string(keepiton.CodeOf(err)))
}

// confirmAlerts shows what a link would confirm. A program that looks at links in
// mails confirms nothing by it.
func (s *Server) confirmAlerts(v *visit) (*answer, error) {
	if err := s.booked(); err != nil {
		return nil, err
	}
	w, err := s.opt.Book.Offered(v.req.PathValue("token"))
	if err != nil {
		return nil, err
	}
	step := &alertStep{frame: s.step(v, "confirm"), Button: v.p.T("page.alerts.confirm.do"), Do: "confirm", Lines: v.wishLines(&w.Terms, w.Pace, notify.Mask(w.Channel, w.Terms.Address))}
	if w.Owner != "" {
		step.Lines = append(step.Lines, v.p.T("page.alerts.wish.owner", "Organization", w.OwnerName))
	}
	return s.sender("alertstep", step), nil
}

// wishLines tells what somebody asked for.
func (v *visit) wishLines(t *notify.Terms, pace keepiton.Pace, address string) []string {
	return []string{
		v.p.T("page.alerts.wish", "Topics", t.Topics.Words(v.p), "Pace", v.p.T("page.alerts.pace."+string(pace))),
		v.p.T("page.alerts.wish.to", "Address", address, "Language", v.p.LanguageName(t.Lang)),
	}
}

// postConfirm stores what was asked for.
func (s *Server) postConfirm(v *visit, in *incoming) (*answer, error) {
	if err := s.booked(); err != nil {
		return nil, err
	}
	manage, err := s.opt.Book.Confirm(v.ctx, v.req.PathValue("token"))
	if err != nil {
		return nil, err
	}
	return s.alertsDone(v, manage), nil
}

// alertsDone says that alerts will come, and where they are managed.
func (s *Server) alertsDone(v *visit, manage string) *answer {
	return s.sender("alertstep", &alertStep{
		frame: s.step(v, "done"), Lines: []string{v.p.T("page.alerts.done.text")},
		Link: "/" + v.p.Lang().Tag + "/alerts/manage/" + manage, Words: v.p.T("page.alerts.manage.title"),
	})
}

// endAlerts asks whether to end a subscription. Looking at it ends nothing: mail
// filters open every link (RFC 8058, section 1).
func (s *Server) endAlerts(v *visit) (*answer, error) {
	if err := s.booked(); err != nil {
		return nil, err
	}
	if err := s.opt.Book.Ending(v.req.PathValue("token")); err != nil {
		return nil, err
	}
	return s.sender("alertstep", &alertStep{frame: s.step(v, "end"), Lines: []string{v.p.T("page.alerts.end.text")}, Button: v.p.T("page.alerts.end.do"), Do: "end"}), nil
}

// postEnd ends a subscription: by the button, or by a mail program's one click
// (RFC 8058: a POST with List-Unsubscribe=One-Click, without cookie or sign-in).
func (s *Server) postEnd(v *visit, in *incoming) (*answer, error) {
	if err := s.booked(); err != nil {
		return nil, err
	}
	if err := s.opt.Book.End(v.ctx, v.req.PathValue("token")); err != nil {
		return nil, err
	}
	return s.alertsOver(v), nil
}

func (s *Server) alertsOver(v *visit) *answer {
	return s.sender("alertstep", &alertStep{frame: s.step(v, "over"), Lines: []string{v.p.T("page.alerts.over.text")}, Link: v.Href("/alerts"), Words: v.p.T("nav.alerts")})
}
