package web

import (
	"time"

	"keepiton/signals"
)

// healthPage is how the feeds are.
type healthPage struct {
	frame
	Measured bool
	Feeds    []healthLine
	At       string
}

// healthLine is one feed in words.
type healthLine struct {
	signals.FeedHealth
	Name, State        string
	Bad                bool
	NewestAt, LagWords string
	GoodAt, Missing    string
}

func (s *Server) health(v *visit) (*answer, error) {
	now := v.moment()
	all, err := s.opt.Signals.Health(v.ctx, now)
	if err != nil {
		return nil, err
	}
	if v.suffix != "" {
		if all == nil {
			all = []signals.FeedHealth{}
		}
		a := jsonAnswer(map[string]any{"as_of": now.Truncate(time.Second), "feeds": all, "sample": v.sample})
		a.brief = true
		return a, nil
	}
	page := &healthPage{frame: s.frame(v, "health"), At: v.p.Instant(now)}
	if page.Measured, err = s.opt.Signals.Measured(v.ctx); err != nil {
		return nil, err
	}
	for _, h := range all {
		page.Feeds = append(page.Feeds, v.healthLine(h))
	}
	page.forms("json")
	a := s.html("health", page)
	a.brief = true
	return a, nil
}

func (v *visit) healthLine(h signals.FeedHealth) healthLine {
	line := healthLine{FeedHealth: h, Name: h.Title, State: "kept"}
	switch {
	case h.On && h.Down:
		line.State, line.Bad = "down", true
	case h.On && h.Late:
		line.State, line.Bad = "late", true
	case h.On:
		line.State = "good"
	}
	line.State = v.p.T("page.health.state." + line.State)
	if key := "casework.feed." + h.Feed; v.p.Has(key) {
		line.Name = v.p.T(key)
	}
	line.NewestAt, line.GoodAt = v.p.T("page.health.never"), v.p.T("page.health.never")
	if !h.Newest.IsZero() {
		line.NewestAt, line.LagWords = v.p.Instant(h.Newest), v.age(time.Duration(h.Lag)*time.Second)
	}
	if !h.Good.IsZero() {
		line.GoodAt = v.p.Instant(h.Good)
	}
	line.Missing = v.p.T("page.health.behind", "Behind", h.Behind, "Series", h.Series)
	return line
}

// age writes how old something is, in the largest unit of which there is one.
func (v *visit) age(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return v.p.N("page.health.days", int(d.Hours()/24))
	case d >= 2*time.Hour:
		return v.p.N("page.health.hours", int(d.Hours()))
	}
	return v.p.N("page.health.minutes", int(d.Minutes()))
}
