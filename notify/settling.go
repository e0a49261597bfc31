package notify

import (
	"context"
	"log/slog"
	"time"

	"keepiton"
)

// settle announces the alerts that are due, or finds that there is nothing to
// tell.
func (n *Notifier) settle(ctx context.Context) error {
	for {
		now := n.Now()
		due, err := n.Outbox.ListAlerts(ctx, keepiton.AlertQuery{States: []keepiton.AlertState{keepiton.AlertWaiting}, DueBy: now, Unheld: true, Digests: true, Limit: 100})
		if err != nil || len(due) == 0 {
			return err
		}
		settled := 0
		for i := range due {
			switch err := n.decide(ctx, &due[i], now); keepiton.CodeOf(err) {
			case "":
			case keepiton.Internal, keepiton.NotFound: // one that is broken must not keep the others back
				n.Log.LogAttrs(ctx, slog.LevelError, "a change cannot be told", slog.String("alert", string(due[i].ID)), slog.Any("cause", err))
				due[i].State, due[i].Act = keepiton.AlertSilent, ""
			default:
				return err
			}
			switch err := n.Outbox.SettleAlert(ctx, due[i]); keepiton.CodeOf(err) {
			case "":
				settled++
			case keepiton.Conflict: // an embargo came, or another process was faster
			default:
				return err
			}
			if due[i].State == keepiton.AlertAnnounced {
				n.Log.LogAttrs(ctx, slog.LevelInfo, "alert announced", slog.String("alert", string(due[i].ID)), slog.String("act", string(due[i].Act)))
			}
		}
		if settled == 0 {
			return nil
		}
	}
}

// decide fills in what becomes of an alert that is due.
func (n *Notifier) decide(ctx context.Context, a *keepiton.Alert, now time.Time) error {
	a.State, a.Announced = keepiton.AlertAnnounced, now.UTC().Truncate(time.Second)
	if n.Past && a.Due.Before(now) {
		a.Announced = a.Due
	}
	if a.Pace != "" {
		a.Act = keepiton.ActDigest
		return nil
	}
	others, err := n.Outbox.ListAlerts(ctx, keepiton.AlertQuery{Subject: a.Subject, Limit: 1000})
	if err != nil {
		return err
	}
	var last *keepiton.Alert
	for i := range others {
		switch o := &others[i]; {
		case o.State == keepiton.AlertAnnounced && o.Seq < a.Seq:
			last = o
		case o.Seq > a.Seq && o.State != keepiton.AlertSilent && n.overtakes(a, o, now):
			a.State = keepiton.AlertSilent // the newer one tells it
			return nil
		}
	}
	act, found, ok, err := n.compare(ctx, last, a)
	if err != nil {
		return err
	}
	if a.Act = act; !ok {
		a.State, a.Act = keepiton.AlertSilent, ""
		return nil
	}
	f := facets(found)
	if last != nil {
		a.After = last.ID
		f.join(last.Facets)
	}
	a.Facets = f
	return nil
}

// overtakes reports whether a newer alert about the same subject tells what a
// would: it came while a waited, or both have waited long, as behind an embargo.
func (n *Notifier) overtakes(a, newer *keepiton.Alert, now time.Time) bool {
	return newer.State == keepiton.AlertAnnounced || newer.Due.Sub(a.Due) < n.Wait || !n.Past && !newer.Due.After(now)
}

// compare says what a is to those who were told of last, nil for nobody.
func (n *Notifier) compare(ctx context.Context, last, a *keepiton.Alert) (act keepiton.AlertAct, found []keepiton.EntryFacet, ok bool, err error) {
	if keepiton.EntryID(a.Subject).Kind() != "" {
		revs, err := n.Record.EntryRevisions(ctx, keepiton.EntryID(a.Subject))
		if err != nil {
			return "", nil, false, err
		}
		after := entryRevision(revs, a.N)
		if after == nil {
			return "", nil, false, keepiton.Errorf(keepiton.Internal, "%s has no revision %d", a.Subject, a.N)
		}
		e, err := readEntry(after)
		if err != nil {
			return "", nil, false, err
		}
		var before *keepiton.EntryRevision
		if last != nil {
			before = entryRevision(revs, last.N)
		}
		act, ok = EntryAct(before, after)
		return act, entryFacets(e), ok, nil
	}
	after, err := n.revision(ctx, a.Subject, a.N)
	if err != nil {
		return "", nil, false, err
	}
	var before *keepiton.Incident
	if last != nil {
		rev, err := n.revision(ctx, a.Subject, last.N)
		if err != nil {
			return "", nil, false, err
		}
		before = &rev.Incident
	}
	act, ok = IncidentAct(before, &after.Incident, after.Recorded)
	return act, incidentFacets(&after.Incident), ok, nil
}

func entryRevision(revs []keepiton.EntryRevision, n int) *keepiton.EntryRevision {
	for i := range revs {
		if revs[i].N == n {
			return &revs[i]
		}
	}
	return nil
}

// revision is revision n of an incident as any reader may have it: what is
// confidential today is so in the past as well.
func (n *Notifier) revision(ctx context.Context, subject string, number int) (*keepiton.Revision, error) {
	id := keepiton.IncidentID(subject)
	rev, err := n.Record.Revision(ctx, id, number)
	if err != nil {
		return nil, err
	}
	newest, err := n.Record.Get(ctx, id, time.Time{})
	if err != nil {
		return nil, err
	}
	return rev.Redact(newest.Incident.Secrets().Add(rev.Incident.Secrets())), nil
}
