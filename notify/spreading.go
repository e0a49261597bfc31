package notify

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"keepiton"
)

// spread makes the deliveries of what was announced.
func (n *Notifier) spread(ctx context.Context) error {
	alerts, err := n.Outbox.ListAlerts(ctx, keepiton.AlertQuery{Unfanned: true, Unheld: true, Digests: true})
	for i := range alerts {
		a := &alerts[i]
		unreadable := 0
		for done := false; !done && err == nil; n.wakeAll() {
			if done, err = n.Outbox.FanOut(ctx, a.Seq, n.Pace.FanOut, func(s *keepiton.Subscription) (time.Time, bool) {
				t, err := n.Keys.Open(s)
				if err != nil {
					unreadable++
					return time.Time{}, false
				}
				return a.Announced, n.wanted(a, s, t)
			}); keepiton.CodeOf(err) == keepiton.Conflict {
				done, err = true, nil // an embargo came
			}
		}
		if unreadable > 0 {
			n.Log.LogAttrs(ctx, slog.LevelError, "subscriptions cannot be opened: were they sealed under another key for alerts?", slog.Int("subscriptions", unreadable))
		}
		if err != nil {
			return err
		}
	}
	return err
}

// wanted reports whether an alert goes to a subscription. A digest goes to
// everybody of its pace: what is in it is for the day on which it is written.
func (n *Notifier) wanted(a *keepiton.Alert, s *keepiton.Subscription, t *Terms) bool {
	if s.Channel != keepiton.ChannelMail && s.Channel != keepiton.ChannelWebhook && !n.posts[s.ID] {
		return false // an account that this server has no more
	}
	return a.Pace != "" || t.Topics.Match(a.Facets)
}

// Standing is an account of the campaign on a channel, told of everything in one
// language.
type Standing struct {
	Channel keepiton.Channel
	Address string // as the sender of the channel knows it
	Lang    string
}

// stand stores the accounts of the campaign as subscriptions.
func (n *Notifier) stand(ctx context.Context) {
	n.posts = map[keepiton.SubscriptionID]bool{}
	for _, p := range n.Posts {
		s, err := n.Keys.subscription(p.Channel, keepiton.Instant, &Terms{Address: p.Address, Lang: p.Lang}, n.Now())
		if err == nil {
			s.ID, err = n.Outbox.PutSubscription(ctx, s)
		}
		if err != nil {
			n.Log.LogAttrs(ctx, slog.LevelError, "an account of the campaign cannot be told", slog.String("channel", string(p.Channel)), slog.Any("cause", err))
			continue
		}
		n.posts[s.ID] = true
	}
}

// digestHour is the hour, UTC, at which digests are made.
const digestHour = 7

// digestMargin: a digest is made so long after its hour, so that clocks of
// several processes may differ a little.
const digestMargin = time.Minute

// boundary is the newest moment, not after now, at which a digest of the pace is
// made.
func boundary(pace keepiton.Pace, now time.Time) time.Time {
	now = now.UTC()
	b := time.Date(now.Year(), now.Month(), now.Day(), digestHour, 0, 0, 0, time.UTC)
	if b.After(now) {
		b = b.AddDate(0, 0, -1)
	}
	if pace == keepiton.Weekly {
		b = b.AddDate(0, 0, -int((b.Weekday()+6)%7)) // back to Monday
	}
	return b
}

// digests notes the digests of a day or a week that is over, if there is anything
// in them.
func (n *Notifier) digests(ctx context.Context) error {
	for _, pace := range []keepiton.Pace{keepiton.Daily, keepiton.Weekly} {
		to, reader := boundary(pace, n.Now().Add(-digestMargin)), "digest."+string(pace)
		cursor, err := n.Outbox.AlertCursor(ctx, reader)
		if err != nil {
			return err
		}
		from, err := time.Parse(time.RFC3339, cursor)
		if err == nil && !to.After(from) {
			continue
		}
		var made []keepiton.Alert
		if err == nil {
			inside, err := n.Outbox.ListAlerts(ctx, keepiton.AlertQuery{States: []keepiton.AlertState{keepiton.AlertAnnounced}, From: from, Before: to, Limit: 1})
			if err != nil {
				return err
			}
			if len(inside) > 0 {
				id := keepiton.AlertID(string(pace) + "." + to.Format(time.DateOnly))
				made = append(made, keepiton.Alert{ID: id, Due: to, Pace: pace, From: from, To: to})
			}
		}
		if err := n.Outbox.NoteAlerts(ctx, reader, strings.TrimSpace(to.Format(time.RFC3339)), made); err != nil {
			return err
		}
	}
	return nil
}
