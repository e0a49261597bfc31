package desk

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"

	"keepiton"
	"keepiton/campaign"
	"keepiton/notify"
)

// memberAlertsBody are the alerts that an organization gets, and the form for more.
type memberAlertsBody struct {
	All     []ownAlerts
	Lists   []topicList
	Paces   []keepiton.Pace
	Offered bool // this site has subscriptions
	Mail    bool
	Hooks   bool
	Ended   bool
	Form    url.Values // as it was sent, when it was refused
	Secret  string     // of a webhook, shown this once
	Offer   string     // token that lets its address be challenged
	Error   string
}

// ownAlerts is one subscription of theirs.
type ownAlerts struct {
	notify.Owned
	Words string // what it is about
}

// topicList is a list of topics to choose from.
type topicList struct {
	Name, Label string
	Options     []option
}

// Size is how many lines of it are shown at a time.
func (l topicList) Size() int { return min(len(l.Options), 6) }

func (b memberAlertsBody) title(p voice) template.HTML { return p.T("nav.alerts") }

func memberAlertsPage(v *visit) error { return v.showOwnAlerts(http.StatusOK, memberAlertsBody{}) }

func (v *visit) showOwnAlerts(status int, b memberAlertsBody) error {
	own, err := v.opt.Office.Own(v.r.Context(), v.who())
	if err != nil {
		return err
	}
	if b.Ended, b.Paces, b.Lists = own.Ended, keepiton.Paces, v.topicLists(b.Form); v.opt.Book != nil {
		b.Offered, b.Mail, b.Hooks = true, v.opt.Book.Mail != nil, v.opt.Book.Hooks != nil
		all, err := v.opt.Book.Owned(v.r.Context(), own.ID)
		if err != nil {
			return err
		}
		for _, o := range all {
			b.All = append(b.All, ownAlerts{o, o.Terms.Topics.Words(v.p)})
		}
	}
	return v.render(status, "memberalerts", b)
}

// topicLists offers the topics that most choose; what is rarer stands on the page
// on which a subscription is managed.
func (v *visit) topicLists(chosen url.Values) []topicList {
	codes := func(list string, codes []string) (out []option) {
		for _, c := range codes {
			if c != keepiton.CodeUnknown {
				out = append(out, option{Value: c, Label: v.p.Code(list, c)})
			}
		}
		return out
	}
	names := func(list keepiton.Codes) (out []string) {
		for _, c := range list {
			out = append(out, c.Code)
		}
		return out
	}
	var about []option
	for _, a := range notify.Subjects {
		about = append(about, option{Value: a, Label: v.p.T("page.alerts.about." + a)})
	}
	lists := []topicList{
		{"country", v.p.T("page.filter.country"), slices.Clone(countryOptions(v.p)[1:])},
		{"region", v.p.T("page.filter.region"), codes("region", names(keepiton.Regions))},
		{"network", v.p.T("page.filter.network"), codes("network", notify.Networks)},
		{"cause", v.p.T("page.filter.cause"), codes("cause", names(keepiton.Causes))},
		{"about", v.p.T("page.alerts.about"), about},
	}
	for _, l := range lists {
		for i := range l.Options {
			l.Options[i].On = slices.Contains(chosen[l.Name], l.Options[i].Value)
		}
	}
	return lists
}

// memberAlerts asks for alerts in the organization's name, or ends some. What goes
// to a mailbox begins when somebody who reads it confirms.
func memberAlerts(v *visit) error {
	ctx, f := v.r.Context(), v.r.PostForm
	own, err := v.opt.Office.Own(ctx, v.who())
	switch {
	case err != nil:
		return err
	case v.opt.Book == nil:
		return notFoundError(v.r.URL.Path)
	}
	b, done := memberAlertsBody{Form: f}, ""
	switch do := f.Get("do"); {
	case do == "end":
		done, err = "alerts_ended", v.opt.Book.EndOwned(ctx, own.ID, f.Get("manage"))
	case own.Ended:
		err = &keepiton.Error{Code: keepiton.Forbidden, Key: "campaign.error.ended", Err: keepiton.Errorf(keepiton.Forbidden, "%s is not in the coalition now", own.ID)}
	case do == "mail":
		done, err = "alerts_mailed", v.opt.Book.Ask(ctx, v.wish(own, keepiton.ChannelMail, f.Get("address")))
	case do == "offer":
		b.Secret, b.Offer, err = v.opt.Book.OfferHook(v.wish(own, keepiton.ChannelWebhook, f.Get("url")))
	case do == "challenge":
		done = "alerts_hooked"
		_, err = v.opt.Book.ConfirmHook(ctx, f.Get("offer"))
	default:
		err = keepiton.Errorf(keepiton.Invalid, "no action %q", do)
	}
	if err != nil {
		v.note(err)
		b.Error = v.say(err)
		return v.showOwnAlerts(statusOf(err), b)
	}
	if done == "" {
		return v.showOwnAlerts(http.StatusOK, b)
	}
	return v.redirect(memberPath + "/alerts?done=" + done)
}

// wish is what the form asks for, in the organization's name.
func (v *visit) wish(own campaign.Own, channel keepiton.Channel, address string) notify.Wish {
	f := v.r.PostForm
	w := notify.Wish{
		Channel: channel, Pace: keepiton.Pace(f.Get("pace")), Owner: own.ID, OwnerName: own.Shown().Name,
		Terms: notify.Terms{Address: address, Lang: v.p.Lang().Tag},
	}
	for _, list := range []string{"country", "region", "network", "cause", "about"} {
		for _, value := range f[list] {
			w.Terms.Topics.Set(list, value)
		}
	}
	return w
}
