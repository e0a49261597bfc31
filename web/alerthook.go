package web

import (
	"keepiton"
	"keepiton/notify"
)

var hookFields = append([]string{"url", "offer", "do"}, topicFields...)

// hookPage is where a webhook is set up: an address, then a secret that is shown
// once, then a challenge that the address must answer.
type hookPage struct {
	frame
	Chosen []form
	Choice string
	Form   typed
	Secret string
	Offer  string
	Told   []string
}

// hook asks for the address.
func (s *Server) hook(v *visit) (*answer, error) {
	if s.opt.Book == nil || s.opt.Book.Hooks == nil {
		return nil, keepiton.Errorf(keepiton.NotFound, "this site has no webhooks")
	}
	topics, err := alertTopics(v)
	if err != nil {
		return nil, err
	}
	return s.html("alerthook", s.hookPage(v, &topics, typed{})), nil
}

func (s *Server) hookPage(v *visit, t *notify.Topics, form typed) *hookPage {
	page := &hookPage{frame: s.frame(v, "alerts"), Chosen: v.topicForm(t).Chosen, Choice: t.Words(v.p), Form: form}
	page.Name, page.Title, page.Lead = "alerthook", v.p.T("page.alerts.hook.title"), v.p.T("page.alerts.hook.lead")
	return page
}

// postHook offers a secret, or challenges the address.
func (s *Server) postHook(v *visit, in *incoming) (*answer, error) {
	if s.opt.Book == nil || s.opt.Book.Hooks == nil {
		return nil, keepiton.Errorf(keepiton.NotFound, "this site has no webhooks")
	}
	topics, err := formTopics(v, in.form)
	if err == nil && in.form.Get("do") == "challenge" {
		var manage string
		if manage, err = s.opt.Book.ConfirmHook(v.ctx, in.form.Get("offer")); err == nil {
			return s.alertsDone(v, manage), nil
		}
	}
	page := s.hookPage(v, &topics, in.form)
	if page.Offer = in.form.Get("offer"); err == nil {
		page.Secret, page.Offer, err = s.opt.Book.OfferHook(notify.Wish{Channel: keepiton.ChannelWebhook, Terms: notify.Terms{Address: in.form.words("url"), Lang: v.p.Lang().Tag, Topics: topics}})
	}
	if err != nil {
		page.Told = []string{s.alertRefusal(v, err)}
		return s.formAgain("alerthook", page, err), nil
	}
	return s.sender("alerthook", page), nil
}
