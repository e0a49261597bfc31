package web

import (
	"slices"
	"strings"

	"keepiton"
	"keepiton/notify"
)

// The pages on which people sign up for alerts. Feeds come first: nobody learns
// who reads them. What is chosen stands in the address, as a filter of a list does,
// and is carried into the form for mail; an address never stands in an address.
var topicFields = []string{"about", "country", "region", "place", "network", "operator", "service", "cause"}

var alertFields = append([]string{"address", "pace", "html", "pgp", "do"}, topicFields...)

// topicForm is the part of a page on which topics are chosen.
type topicForm struct {
	Pickers []picker
	Chosen  []form // one field for each value that is chosen
}

// alertsPage is the page of alerts.
type alertsPage struct {
	frame
	topicForm
	Chips    []chip
	Choice   string // what is chosen, in words
	FeedTo   string // the feed of the choice
	JSONTo   string
	CAPTo    string
	Lists    []form // feeds of the site's lists
	Mail     bool   // this site sends mail
	Hooks    string // page for webhooks; empty: none
	Accounts []form // of the campaign elsewhere
	Paces    []keepiton.Pace
	Form     typed
	Told     []string
}

// alerts answers with the page of alerts, for the topics in the address.
func (s *Server) alerts(v *visit) (*answer, error) {
	if _, err := alertTopics(v); err != nil {
		return nil, err
	}
	return s.html("alerts", s.alertsPage(v, typed{})), nil
}

func (s *Server) alertsPage(v *visit, sent typed) *alertsPage {
	topics, _ := alertTopics(v)
	page := &alertsPage{frame: s.frame(v, "alerts"), topicForm: v.topicForm(&topics), Chips: topicChips(v), Choice: topics.Words(v.p), Paces: keepiton.Paces, Form: sent}
	if s.opt.Alerts != nil {
		page.Feed = v.choiceAt("/feeds/alerts.atom")
		page.FeedTo, page.JSONTo = s.absolute(page.Feed), s.absolute(v.choiceAt("/feeds/alerts.feed.json"))
		page.CAPTo = s.absolute("/feeds/cap.xml" + queryOf(v))
	}
	for _, name := range []string{"incidents", "stories", "watch", "press", "pledges", "letters", "petition", "coalition"} {
		path := "/feeds/" + name
		if _, ok := entryFeeds[name]; !ok {
			path = "/" + name
		} else if s.opt.Changes == nil || !s.known("/"+v.p.Lang().Tag+"/"+name) {
			continue
		}
		page.Lists = append(page.Lists, form{v.p.T("nav." + name), v.Href(path + ".atom")})
	}
	if b := s.opt.Book; b != nil {
		page.Mail = b.Mail != nil
		if b.Hooks != nil {
			page.Hooks = v.choiceAt("/alerts/webhook")
		}
	}
	for _, a := range s.opt.Accounts {
		page.Accounts = append(page.Accounts, form{a.Name, a.URL})
	}
	return page
}

// Here is the address of the page without what was chosen on it.
func (f *frame) Here() string { return "/" + f.p.Lang().Tag + f.path }

// absolute is an address that can be given to a program.
func (s *Server) absolute(path string) string { return s.opt.BaseURL + path }

// choiceAt is another page with the same choice of topics.
func (v *visit) choiceAt(path string) string { return "/" + v.p.Lang().Tag + path + queryOf(v) }

// queryOf is the choice of topics as the query of an address.
func queryOf(v *visit) string {
	q := v.without()
	for name := range q {
		if !slices.Contains(topicFields, name) {
			delete(q, name)
		}
	}
	if text := write(q); text != "" {
		return "?" + text
	}
	return ""
}

// topicChips are the chosen topics, each with the page without it.
func topicChips(v *visit) []chip {
	out := chips(v)
	for _, about := range v.query["about"] {
		rest := slices.DeleteFunc(slices.Clone(v.query["about"]), func(s string) bool { return s == about })
		out = append(out, chip{v.p.T("page.alerts.about"), v.p.T("page.alerts.about." + about), v.with("about", rest...)})
	}
	for _, name := range v.query["operator"] {
		rest := slices.DeleteFunc(slices.Clone(v.query["operator"]), func(s string) bool { return s == name })
		out = append(out, chip{v.p.T("page.alerts.operator"), name, v.with("operator", rest...)})
	}
	return out
}

// topicForm offers what can be added to topics.
func (v *visit) topicForm(t *notify.Topics) topicForm {
	codes := func(list string, codes keepiton.Codes) (out []option) {
		for _, c := range codes {
			if c.Code != keepiton.CodeUnknown {
				out = append(out, option{c.Code, v.p.Code(list, c.Code), false})
			}
		}
		return out
	}
	var about []option
	for _, a := range notify.Subjects {
		about = append(about, option{a, v.p.T("page.alerts.about." + a), false})
	}
	f := topicForm{Pickers: []picker{
		{Param: "country", Label: v.p.T("page.filter.country"), Options: v.everyCountry()},
		{Param: "region", Label: v.p.T("page.filter.region"), Options: codes("region", keepiton.Regions)},
		{Param: "network", Label: v.p.T("page.filter.network"), Options: codes("network", networks)},
		{Param: "service", Label: v.p.T("page.filter.service"), Options: codes("service", services)},
		{Param: "cause", Label: v.p.T("page.filter.cause"), Options: codes("cause", keepiton.Causes)},
		{Param: "about", Label: v.p.T("page.alerts.about"), Options: about},
	}}
	for _, l := range []struct {
		name   string
		values []string
	}{{"about", t.About}, {"country", t.Countries}, {"region", t.Regions}, {"place", t.Places}, {"network", t.Networks}, {"operator", t.Operators}, {"service", t.Services}, {"cause", t.Causes}} {
		for _, value := range l.values {
			f.Chosen = append(f.Chosen, form{l.name, value})
		}
	}
	return f
}

// formTopics reads topics out of a form, as alertTopics reads an address.
func formTopics(v *visit, f typed) (notify.Topics, error) {
	for _, name := range topicFields {
		var values []string
		for _, value := range f[name] {
			if value = strings.Join(strings.Fields(value), " "); value != "" { // as in an address
				values = append(values, value)
			}
		}
		if len(values) > 0 {
			v.query[name] = values
		}
	}
	return alertTopics(v)
}

// postAlerts asks for mail: what confirms it goes to the address. The answer is the
// same whether the address is known or not.
func (s *Server) postAlerts(v *visit, in *incoming) (*answer, error) {
	topics, err := formTopics(v, in.form)
	w := notify.Wish{Channel: keepiton.ChannelMail, Pace: keepiton.Pace(in.form.Get("pace")), Terms: notify.Terms{
		Address: in.form.words("address"), Lang: v.p.Lang().Tag, Topics: topics, HTML: in.form.Is("html", "yes"),
	}}
	if key := in.form.words("pgp"); err == nil && key != "" {
		w.Terms.PGP, err = notify.ReadKey(key, s.opt.Now())
	}
	if err == nil {
		if err = s.booked(); err == nil {
			err = s.opt.Book.Ask(v.ctx, w)
		}
	}
	if err != nil {
		page := s.alertsPage(v, in.form)
		page.Told = []string{s.alertRefusal(v, err)}
		return s.formAgain("alerts", page, err), nil
	}
	return s.sender("alertstep", &alertStep{frame: s.step(v, "sent"), Lines: []string{v.p.T("page.alerts.sent.text"), v.p.T("page.alerts.sent.nothing")}}), nil
}

// booked reports whether subscriptions are taken.
func (s *Server) booked() error {
	if s.opt.Book == nil {
		return keepiton.Errorf(keepiton.Unavailable, "this site has no subscriptions")
	}
	return nil
}
