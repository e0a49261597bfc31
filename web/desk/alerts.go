package desk

import (
	"html/template"
	"net/http"
	"slices"

	"keepiton"
)

// alertsBody is what became of the alerts, and what is held back.
type alertsBody struct {
	Readers   []readers
	Embargoes []keepiton.Embargo
	Alerts    []alertLine
	Troubles  []troubleLine
	May       bool // hold, let go, try again
	Error     string
	Form      form
}

// readers is how many subscriptions a channel has at a pace.
type readers struct {
	Channel keepiton.Channel
	Pace    keepiton.Pace
	N       int
}

// alertLine is an alert with its deliveries.
type alertLine struct {
	keepiton.Alert
	Open, Sent, Dead, Skipped int
}

// Link is the page of the desk about the subject; empty where there is none.
func (a alertLine) Link() string { return subjectLink(a.Subject) }

func subjectLink(subject string) string {
	if _, _, err := keepiton.IncidentID(subject).Parse(); err == nil {
		return "/desk/incidents/" + subject
	}
	if keepiton.EntryID(subject).Kind() != "" {
		return "/desk/campaign/" + subject
	}
	return ""
}

// troubleLine is a delivery that failed. The address is masked.
type troubleLine struct {
	Alert    keepiton.AlertID
	Channel  keepiton.Channel
	Address  string
	Attempts int
	Answer   string
	Dead     bool
}

// How much of the log the page shows.
const (
	shownAlerts   = 30
	shownTroubles = 50
)

// mayAlert reports whether who is signed in may hold and let go.
func (v *visit) mayAlert() bool { return v.user.Role.Rank() >= keepiton.RoleEditor.Rank() }

func alertsPage(v *visit) error { return v.showAlerts(http.StatusOK, alertsBody{}) }

func (v *visit) showAlerts(status int, b alertsBody) error {
	if v.user.Role.Rank() < keepiton.RoleAnalyst.Rank() {
		return keepiton.Errorf(keepiton.Forbidden, "the role %q may not read this", v.user.Role)
	}
	ctx, st := v.r.Context(), v.opt.Store
	counts, err := st.CountSubscriptions(ctx)
	if err != nil {
		return err
	}
	for _, c := range keepiton.Channels {
		for _, p := range keepiton.Paces {
			if n := counts[c][p]; n > 0 {
				b.Readers = append(b.Readers, readers{c, p, n})
			}
		}
	}
	if b.Embargoes, err = st.Embargoes(ctx, false); err != nil {
		return err
	}
	if b.Alerts, err = v.alertLines(); err != nil {
		return err
	}
	troubles, err := st.Troubles(ctx, shownTroubles)
	if err != nil {
		return err
	}
	for i := range troubles {
		d := &troubles[i]
		line := troubleLine{d.Alert.ID, d.Subscription.Channel, "…", d.Attempts, d.Answer, d.State == keepiton.DeliveryDead}
		if v.opt.Address != nil {
			line.Address = v.opt.Address(&d.Subscription)
		}
		b.Troubles = append(b.Troubles, line)
	}
	b.May = v.mayAlert()
	return v.render(status, "alerts", b)
}

// alertLines are the newest alerts that were not silent.
func (v *visit) alertLines() ([]alertLine, error) {
	states := []keepiton.AlertState{keepiton.AlertWaiting, keepiton.AlertAnnounced}
	alerts, err := v.opt.Store.ListAlerts(v.r.Context(), keepiton.AlertQuery{States: states, Digests: true, Newest: true, Limit: shownAlerts})
	if err != nil {
		return nil, err
	}
	seqs := make([]int64, len(alerts))
	for i, a := range alerts {
		seqs[i] = a.Seq
	}
	counts, err := v.opt.Store.DeliveryCounts(v.r.Context(), seqs)
	if err != nil {
		return nil, err
	}
	out := make([]alertLine, len(alerts))
	for i, a := range alerts {
		line := alertLine{Alert: a}
		for _, states := range counts[a.Seq] {
			for state, n := range states {
				switch {
				case state == keepiton.DeliverySent:
					line.Sent += n
				case state == keepiton.DeliveryDead:
					line.Dead += n
				case state == keepiton.DeliverySkipped:
					line.Skipped += n
				default:
					line.Open += n
				}
			}
		}
		out[i] = line
	}
	return out, nil
}

// alertAct holds, lets go, or tries again.
func alertAct(v *visit) error {
	if !v.mayAlert() {
		return keepiton.Errorf(keepiton.Forbidden, "the role %q may not do this", v.user.Role)
	}
	ctx, f := v.r.Context(), form(v.r.PostForm)
	do, subject := f.get("do"), f.get("subject")
	var err error
	switch do {
	case "hold":
		err = v.hold(subject, f.get("reason"))
	case "lift":
		err = v.opt.Store.LiftEmbargo(ctx, subject, v.user.Account, v.opt.Now().UTC())
	case "again":
		var a keepiton.Alert
		if a, err = v.opt.Store.Alert(ctx, keepiton.AlertID(subject)); err == nil {
			_, err = v.opt.Store.Revive(ctx, a.Seq, v.opt.Now().UTC())
		}
	default:
		err = keepiton.Errorf(keepiton.Invalid, "no action %q", do)
	}
	switch keepiton.CodeOf(err) {
	case "":
		return v.redirect("/desk/alerts?done=alert_" + do)
	case keepiton.Invalid, keepiton.NotFound, keepiton.Conflict:
		return v.showAlerts(statusOf(err), alertsBody{Error: v.say(err), Form: f})
	}
	return err
}

// hold keeps back the alerts about a subject that is there.
func (v *visit) hold(subject, reason string) error {
	wrong := func(key, format string, args ...any) error {
		return &keepiton.Error{Code: keepiton.Invalid, Key: key, Err: keepiton.Errorf(keepiton.Invalid, format, args...)}
	}
	if reason == "" || len([]rune(reason)) > 2000 {
		return wrong("desk.alerts.error.reason", "an embargo needs a reason")
	}
	var err error
	if keepiton.EntryID(subject).Kind() != "" {
		_, err = v.opt.Store.Entry(v.r.Context(), keepiton.EntryID(subject))
	} else {
		_, _, err = v.desk.Current(v.r.Context(), v.user.Person, keepiton.IncidentID(subject))
	}
	if c := keepiton.CodeOf(err); c == keepiton.NotFound || c == keepiton.Invalid {
		return wrong("desk.alerts.error.subject", "there is no %q", subject)
	}
	if err != nil {
		return err
	}
	return v.opt.Store.PutEmbargo(v.r.Context(), keepiton.Embargo{Subject: subject, Reason: reason, Account: v.user.Account, Day: v.opt.Now().UTC()})
}

// held runs an act that shows something to the world, behind an embargo where the
// form asks for one: it stands before the act, and falls again if the act fails.
func (v *visit) held(subject string, f form, act func() error) error {
	if f.get("hold") != "yes" {
		return act()
	}
	standing, err := v.opt.Store.Embargoes(v.r.Context(), false)
	if err != nil {
		return err
	}
	if err := v.hold(subject, f.get("hold_reason")); err != nil {
		return err
	}
	if err = act(); err != nil && !slices.ContainsFunc(standing, func(e keepiton.Embargo) bool { return e.Subject == subject }) {
		if lost := v.opt.Store.LiftEmbargo(v.r.Context(), subject, v.user.Account, v.opt.Now().UTC()); lost != nil {
			v.note(lost)
		}
	}
	return err
}

// Typed returns what was typed into a refused form.
func (b alertsBody) Typed(name string) string { return b.Form.get(name) }

func (alertsBody) title(p voice) template.HTML { return p.T("desk.alerts.title") }
