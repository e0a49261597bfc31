package web

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/export"
	"keepiton/locale"
	"keepiton/notify"
)

// Alerts is what was announced, for feeds and CAP.
type Alerts interface {
	Alert(ctx context.Context, id keepiton.AlertID) (keepiton.Alert, error)
	ListAlerts(ctx context.Context, q keepiton.AlertQuery) ([]keepiton.Alert, error)
}

// announced lists the newest alerts that were announced and no embargo holds.
func (s *Server) announced(ctx context.Context) ([]keepiton.Alert, error) {
	if s.opt.Alerts == nil {
		return nil, keepiton.Errorf(keepiton.NotFound, "this site sends no alerts")
	}
	return s.opt.Alerts.ListAlerts(ctx, keepiton.AlertQuery{States: []keepiton.AlertState{keepiton.AlertAnnounced}, Unheld: true, Newest: true, Limit: 1000})
}

// alertTopics reads what a feed of alerts is narrowed to, from the same parameters
// as lists have.
func alertTopics(v *visit) (notify.Topics, error) {
	t := notify.Topics{
		About: v.query["about"], Regions: v.query["region"], Networks: v.query["network"], Operators: v.query["operator"], Services: v.query["service"], Causes: v.query["cause"],
	}
	for _, cc := range v.query["country"] {
		t.Countries = append(t.Countries, strings.ToUpper(cc))
	}
	for _, place := range v.query["place"] {
		t.Places = append(t.Places, strings.ToUpper(place))
	}
	return t, t.Check()
}

// alertFeed answers with the alerts that are wanted, the newest of each subject.
func (s *Server) alertFeed(v *visit) (*answer, error) {
	topics, err := alertTopics(v)
	if err != nil {
		return nil, err
	}
	all, err := s.announced(v.ctx)
	if err != nil {
		return nil, err
	}
	var wanted []keepiton.Alert
	seen := map[string]bool{}
	for _, a := range all {
		if !seen[a.Subject] && topics.Match(a.Facets) {
			wanted = append(wanted, a)
		}
		seen[a.Subject] = true
	}
	f := export.Feed{Name: "alerts", Title: v.p.T("page.feeds.alerts"), Path: "/feeds/alerts", Page: "/alerts", Cursor: v.get("cursor")}
	if wanted, f.Next, err = pageOf(wanted, f.Cursor); err != nil {
		return nil, err
	}
	return &answer{contentType: export.FeedType(v.suffix), write: func(w io.Writer) error {
		return export.WriteFeed(w, v.suffix, f, func(yield func(*export.FeedEntry) error) error {
			for i := range wanted {
				told, err := s.opt.Tell(v.ctx, &wanted[i], v.p.Lang().Tag)
				if err != nil {
					return err
				}
				if err := yield(toldEntry(told)); err != nil {
					return err
				}
			}
			return nil
		}, s.feedOptions(v))
	}}, nil
}

// toldEntry is an alert as an entry of a feed: the id is that of its subject, so
// that a correction replaces what was told.
func toldEntry(t *notify.Told) *export.FeedEntry {
	noun := "entry "
	if t.Incident != nil {
		noun = "incident "
	}
	return &export.FeedEntry{
		ID: export.FeedID(noun + t.Alert.Subject), URL: t.URL, Updated: t.Alert.Announced,
		Title: export.FeedText{Text: t.Head}, Text: export.FeedText{Text: strings.Join(t.Lines, "\n\n")},
	}
}

// routeCAP adds the Common Alerting Protocol, which has all languages in one
// message.
func (s *Server) routeCAP(mux *http.ServeMux) {
	mux.HandleFunc("/feeds/cap", s.file(s.capIndex))         // cap.xml
	mux.HandleFunc("/feeds/cap/{id}/{n}", s.file(s.capFile)) // {n}.xml
}

// file serves what has no language of its own.
func (s *Server) file(page func(*visit) (*answer, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		t := taskOf(r)
		v := &visit{ctx: r.Context(), req: r, p: locale.For("en"), path: r.URL.Path, suffix: t.suffix, query: url.Values{}, today: t.now.UTC().Truncate(24 * time.Hour), sample: s.opt.Sample}
		v.now = keepiton.AsOf(v.today)
		q, err := normalise(r.URL.RawQuery)
		var a *answer
		if v.query = q; err == nil {
			a, err = page(v)
		}
		if err != nil {
			s.failIn(w, v, err, 0)
			return
		}
		s.finish(w, v, t, a)
	}
}

// capIndex is an Atom feed of the CAP messages that have not expired.
func (s *Server) capIndex(v *visit) (*answer, error) {
	if v.suffix != "xml" {
		return nil, keepiton.Errorf(keepiton.NotFound, "no page %s", v.path)
	}
	topics, err := alertTopics(v)
	if err != nil {
		return nil, err
	}
	all, err := s.announced(v.ctx)
	if err != nil {
		return nil, err
	}
	opt := s.feedOptions(v)
	var entries []*export.FeedEntry
	for i := range all {
		a := &all[i]
		if _, _, err := keepiton.IncidentID(a.Subject).Parse(); err != nil || !topics.Match(a.Facets) || len(entries) == feedLength {
			continue
		}
		told, err := s.opt.Tell(v.ctx, a, "en")
		if err != nil {
			return nil, err
		}
		if export.CAPExpires(a, told.Incident).Before(s.opt.Now()) {
			continue
		}
		e := toldEntry(told)
		e.ID, e.URL, e.Other, e.OtherType = export.FeedID("cap "+string(a.ID)), "", opt.BaseURL+capPath(a.ID), export.CAPType
		entries = append(entries, e)
	}
	f := export.Feed{Name: "cap", Title: v.p.T("page.feeds.cap"), Path: "/feeds/cap", Page: "/alerts", Suffix: "xml"}
	return &answer{contentType: export.FeedType(export.FeedAtom), write: func(w io.Writer) error {
		return export.WriteFeed(w, export.FeedAtom, f, func(yield func(*export.FeedEntry) error) error {
			for _, e := range entries {
				if err := yield(e); err != nil {
					return err
				}
			}
			return nil
		}, opt)
	}}, nil
}

func capPath(id keepiton.AlertID) string {
	subject, n, _ := strings.Cut(string(id), ".")
	return "/feeds/cap/" + subject + "/" + n + ".xml"
}

// capFile is one CAP message. It stays what it is: a later alert about the incident
// is a message of its own.
func (s *Server) capFile(v *visit) (*answer, error) {
	n, err := strconv.Atoi(v.req.PathValue("n"))
	id := keepiton.NewAlertID(v.req.PathValue("id"), n)
	none := keepiton.Errorf(keepiton.NotFound, "there is no alert %s", id)
	if subject, _, bad := id.Parse(); err != nil || bad != nil || v.suffix != "xml" || s.opt.Alerts == nil || keepiton.EntryID(subject).Kind() != "" {
		return nil, none
	}
	a, err := s.opt.Alerts.Alert(v.ctx, id)
	if err != nil {
		return nil, err
	}
	if a.State != keepiton.AlertAnnounced || a.Held {
		return nil, none
	}
	c := &export.CAP{Alert: a, Sender: s.host()}
	about, err := s.opt.Alerts.ListAlerts(v.ctx, keepiton.AlertQuery{Subject: a.Subject, States: []keepiton.AlertState{keepiton.AlertAnnounced}, Limit: 1000})
	if err != nil {
		return nil, err
	}
	for _, e := range about {
		if e.Seq < a.Seq {
			c.Earlier = append(c.Earlier, e)
		}
	}
	told := map[string]*notify.Told{}
	for _, lang := range locale.Languages {
		if told[lang.Tag], err = s.opt.Tell(v.ctx, &a, lang.Tag); err != nil {
			return nil, err
		}
	}
	c.Rev = told["en"].Incident
	c.Text = func(p *locale.Printer) (string, string) {
		t := told[p.Lang().Tag]
		return t.Head, strings.Join(t.Lines, "\n")
	}
	c.Link = func(lang string) string { return told[lang].URL }
	return &answer{contentType: export.CAPType, write: func(w io.Writer) error { return export.WriteCAP(w, c, s.exportOptions(v)) }}, nil
}

// host is the host of the site's address, by which programs know who sends.
func (s *Server) host() string {
	if u, err := url.Parse(s.opt.BaseURL); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return "keepiton.invalid"
}
