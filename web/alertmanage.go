package web

import (
	"keepiton"
	"keepiton/locale"
	"keepiton/notify"
)

var manageFields = append([]string{"pace", "lang", "html", "pgp", "pgp_keep", "do"}, topicFields...)

// managePage is where somebody sees and changes what is told.
type managePage struct {
	frame
	topicForm
	Kept    notify.Kept
	Choice  string
	Paces   []keepiton.Pace
	HasKey  bool
	Labels  []option // the chosen topics, to be kept or not
	Secret  string   // a new secret, shown this once
	Told    []string
	Webhook bool
}

// manageAlerts shows a subscription to whoever has its link.
func (s *Server) manageAlerts(v *visit) (*answer, error) {
	page, err := s.managePage(v)
	if err != nil {
		return nil, err
	}
	return s.sender("alertmanage", page), nil
}

func (s *Server) managePage(v *visit) (*managePage, error) {
	if err := s.booked(); err != nil {
		return nil, err
	}
	kept, err := s.opt.Book.Open(v.ctx, v.req.PathValue("token"))
	if err != nil {
		return nil, err
	}
	page := &managePage{frame: s.frame(v, "alerts"), Kept: kept, Paces: keepiton.Paces, HasKey: len(kept.Terms.PGP) > 0, Webhook: kept.Channel == keepiton.ChannelWebhook}
	page.Name, page.Title, page.Lead = "alertmanage", v.p.T("page.alerts.manage.title"), ""
	page.topicForm, page.Choice = v.topicForm(&kept.Terms.Topics), kept.Terms.Topics.Words(v.p)
	for _, c := range page.Chosen {
		one := notify.Topics{}
		one.Set(c.Name, c.Href)
		page.Labels = append(page.Labels, option{Value: c.Name + "=" + c.Href, Label: one.Words(v.p)})
	}
	return page, nil
}

// Choices are the chosen topics as fields of the form, with their words.
func (p *managePage) Choices() (out [][3]string) {
	for i, c := range p.Chosen {
		out = append(out, [3]string{c.Name, c.Href, p.Labels[i].Label})
	}
	return out
}

// Tongue names the language of the subscription.
func (p *managePage) Tongue() string { return p.visit.p.LanguageName(p.Kept.Terms.Lang) }

// Tongues lists the languages.
func (p *managePage) Tongues() []locale.Language { return locale.Languages }

// postManage saves, ends, or changes the secret of a webhook.
func (s *Server) postManage(v *visit, in *incoming) (*answer, error) {
	if err := s.booked(); err != nil {
		return nil, err
	}
	token := v.req.PathValue("token")
	var told, secret string
	var err error
	switch in.form.Get("do") {
	case "end":
		if err := s.opt.Book.End(v.ctx, token); err != nil {
			return nil, err
		}
		return s.alertsOver(v), nil
	case "rotate":
		secret, err = s.opt.Book.Rotate(v.ctx, token)
		told = v.p.T("page.alerts.hook.rotated")
	default:
		err = s.saveAlerts(v, in.form, token)
		told = v.p.T("page.alerts.manage.saved")
	}
	if err != nil && keepiton.CodeOf(err) == keepiton.NotFound {
		return nil, err
	}
	page, lost := s.managePage(v)
	if lost != nil {
		return nil, lost
	}
	page.Secret, page.Told = secret, []string{told}
	a := s.sender("alertmanage", page)
	if err != nil {
		page.Told, a.status = []string{s.alertRefusal(v, err)}, StatusOf(err)
	}
	return a, nil
}

func (s *Server) saveAlerts(v *visit, f typed, token string) error {
	kept, err := s.opt.Book.Open(v.ctx, token)
	if err != nil {
		return err
	}
	w := notify.Wish{Pace: keepiton.Pace(f.Get("pace")), Terms: notify.Terms{Lang: f.Get("lang"), HTML: f.Is("html", "yes")}}
	if kept.Channel == keepiton.ChannelWebhook {
		w.Pace = keepiton.Instant
	}
	if w.Terms.Topics, err = formTopics(v, f); err != nil {
		return err
	}
	if key := f.words("pgp"); key != "" {
		if w.Terms.PGP, err = notify.ReadKey(key, s.opt.Now()); err != nil {
			return err
		}
	} else if f.Is("pgp_keep", "yes") {
		w.Terms.PGP = kept.Terms.PGP
	}
	return s.opt.Book.Change(v.ctx, token, w)
}
