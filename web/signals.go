package web

import (
	"io"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/export"
	"keepiton/geo"
	"keepiton/signals"
)

// signalsPage is the list of disruptions that instruments measured.
type signalsPage struct {
	frame
	Measured  bool // false: no instrument is connected here
	Total     int
	Items     []disruptionView
	From, To  string // chosen days, ISO; empty: not
	State     string // chosen
	States    []option
	Country   string
	Countries []option
	Chosen    bool
	Next      string
}

// signalsOnPage keeps a page of the list within its weight: an entry takes some 350
// bytes of it.
const signalsOnPage = 10

// rejected is the value of state for what people at the desk set aside.
const rejected = "rejected"

// ongoing is the value of state for what goes on, as far as anybody can tell.
const ongoing = "ongoing"

func (s *Server) signals(v *visit) (*answer, error) {
	q, err := v.signalQuery(s)
	if err != nil {
		return nil, err
	}
	if v.suffix != "" {
		return s.signalForms(v, q)
	}
	page := &signalsPage{frame: s.frame(v, "signals"), From: v.get("from"), To: v.get("to"), State: v.get("state"), Country: q.Country}
	page.Chosen = page.From != "" || page.To != "" || page.State != "" || page.Country != "" || v.get("cursor") != ""
	if page.Measured, err = s.opt.Signals.Measured(v.ctx); err != nil {
		return nil, err
	}
	q.Limit = signalsOnPage
	list, err := s.opt.Signals.List(v.ctx, v.p, q)
	if err != nil {
		return nil, err
	}
	page.Total = list.Total
	for i := range list.Items {
		page.Items = append(page.Items, s.disruptionView(v, &list.Items[i]))
	}
	if list.Next != "" {
		next := v.without("cursor")
		next.Set("cursor", list.Next)
		page.Next = address(v.p.Lang().Tag, v.path, next)
	}
	page.States = append(page.States, option{ongoing, v.p.T("page.status.ongoing"), page.State == ongoing})
	for _, state := range append(signals.Claims, keepiton.Insufficient) {
		page.States = append(page.States, option{string(state), v.p.Code("disruption_state", string(state)), page.State == string(state)})
	}
	page.States = append(page.States, option{rejected, v.p.T("page.signals.rejected"), page.State == rejected})
	if page.Countries, err = s.signalCountries(v, q.Country); err != nil {
		return nil, err
	}
	page.forms("json", "csv", "atom")
	a := s.html("signals", page)
	a.brief = true
	return a, nil
}

// signalQuery reads what the address chooses. A day, or a pair of days with both
// included, in UTC.
func (v *visit) signalQuery(s *Server) (signals.Query, error) {
	q := signals.Query{Cursor: v.get("cursor"), AsOf: v.asOf}
	if code := strings.ToUpper(v.get("country")); code != "" {
		if _, ok := geo.ByCode(code); !ok {
			return q, keepiton.Errorf(keepiton.Invalid, "no country has the ISO 3166-1 code %q", code)
		}
		q.Country = code
	}
	for _, state := range v.query["state"] {
		switch {
		case state == ongoing:
			q.Ongoing = true
		case state == rejected:
			q.Rejected, q.States = true, append(signals.Claims[:len(signals.Claims):len(signals.Claims)], keepiton.Insufficient)
		case slices.Contains(append(signals.Claims[:len(signals.Claims):len(signals.Claims)], keepiton.Insufficient), keepiton.DisruptionState(state)):
			q.States = append(q.States, keepiton.DisruptionState(state))
		default:
			return q, keepiton.Errorf(keepiton.Invalid, "state=%s: use insufficient, disruption, likely_outage, likely_shutdown, ongoing or rejected", state)
		}
	}
	var err error
	if q.From, q.To, err = v.days(); err != nil {
		return q, err
	}
	return q, nil
}

// days reads from and to as days, both included: [from, to) in UTC; zero where one is
// not given.
func (v *visit) days() (from, to time.Time, err error) {
	for name, into := range map[string]*time.Time{"from": &from, "to": &to} {
		text := v.get(name)
		if text == "" {
			continue
		}
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return from, to, keepiton.Errorf(keepiton.Invalid, "%s=%s: no day such as 2026-01-08", name, text)
		}
		*into = day
	}
	if !to.IsZero() {
		if to.Before(from) {
			return from, to, keepiton.Errorf(keepiton.Invalid, "from=%s is after to=%s", v.get("from"), v.get("to"))
		}
		to = to.AddDate(0, 0, 1)
	}
	return from, to, nil
}

// signalCountries are the countries of the newest disruptions, to choose from.
func (s *Server) signalCountries(v *visit, chosen string) ([]option, error) {
	list, err := s.opt.Signals.List(v.ctx, v.p, signals.Query{AsOf: v.asOf, Limit: 200})
	if err != nil {
		return nil, err
	}
	codes := []string{}
	if chosen != "" {
		codes = append(codes, chosen)
	}
	for _, d := range list.Items {
		if d.Country != "" && !slices.Contains(codes, d.Country) {
			codes = append(codes, d.Country)
		}
	}
	var out []option
	for _, code := range codes {
		out = append(out, option{code, v.country(code), code == chosen})
	}
	return v.sorted(out), nil
}

// feedSignals is how many disruptions a file of the list holds; the next page is a
// cursor away.
const feedSignals = 500

// signalForms answers with the list as JSON, CSV or a feed.
func (s *Server) signalForms(v *visit, q signals.Query) (*answer, error) {
	q.Limit = feedSignals
	if v.suffix == export.FeedAtom || v.suffix == export.FeedJSON {
		q.Limit = feedLength
	}
	q.Whole = v.suffix == "json"
	list, err := s.opt.Signals.List(v.ctx, v.p, q)
	if err != nil {
		return nil, err
	}
	opt := s.feedOptions(v)
	opt.AsOf = v.moment()
	each := func(yield func(*export.Disruption) error) error {
		for i := range list.Items {
			if err := yield(&list.Items[i]); err != nil {
				return err
			}
		}
		return nil
	}
	a := &answer{brief: true}
	switch v.suffix {
	case "json":
		a.contentType = "application/json"
		a.write = func(w io.Writer) error { return export.WriteDisruptionJSON(w, each, opt) }
	case "csv":
		a.contentType, a.filename = "text/csv; charset=utf-8", "keepiton-signals.csv"
		a.write = func(w io.Writer) error { return export.WriteDisruptionCSV(w, each, opt) }
	default:
		f := export.Feed{Name: "signals", Title: v.p.T("page.signals.title"), Path: "/signals", Cursor: v.get("cursor"), Next: list.Next}
		a.contentType = export.FeedType(v.suffix)
		a.write = func(w io.Writer) error {
			return export.WriteFeed(w, v.suffix, f, func(yield func(*export.FeedEntry) error) error {
				return each(func(d *export.Disruption) error {
					return yield(export.FeedEntryOf(v.p, d, d.Said, opt))
				})
			}, opt)
		}
	}
	return a, nil
}
