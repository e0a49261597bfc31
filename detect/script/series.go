package script

import (
	"strings"
	"time"

	"keepiton"
	"keepiton/detect/world"
)

// series: series FEED/METRIC/ENTITY level N [noise SHARE] [daily SHARE] [kind K] [family F]
// [week] [step LENGTH] [lag LENGTH] [floor N] [probes N]
func (p *parser) series(c *Case) error {
	w, err := p.next("a series such as ping/up/country/XB")
	if err != nil {
		return err
	}
	parts := strings.SplitN(w.text, "/", 3)
	if len(parts) != 3 || parts[0] == "" || parts[1] == "" {
		return p.errorf(w.column, "%q is no series such as ping/up/country/XB: feed, metric, entity", w.text)
	}
	x := world.Extra{Noise: 0.01, N: 5}
	x.Key = keepiton.SeriesKey{Feed: parts[0], Metric: parts[1]}
	if x.Key.Entity, err = keepiton.ParseEntity(parts[2]); err != nil {
		return p.errorf(w.column+len(parts[0])+len(parts[1])+2, "%v", err)
	}
	if _, taken := world.Metric(parts[0], parts[1]); taken {
		return p.errorf(w.column, "%s/%s is made of the countries already", parts[0], parts[1])
	}
	if len(c.World.Extra) == maxPlaces {
		return p.errorf(w.column, "more than %d series", maxPlaces)
	}
	x.Metric = keepiton.Metric{Feed: parts[0], Name: parts[1], Family: keepiton.DataPlane, Step: 10 * time.Minute, Lag: 10 * time.Minute}
	if err := p.must("level"); err != nil {
		return err
	}
	if x.Level, err = p.number("a level", 0, 1e12); err != nil {
		return err
	}
	for {
		switch {
		case p.accept("noise"):
			x.Noise, err = p.share()
		case p.accept("daily"):
			x.Daily, err = p.share()
		case p.accept("week"):
			x.Metric.Season = keepiton.HourOfWeek
		case p.accept("floor"):
			x.Metric.Floor, err = p.number("a floor", 0, 1e12)
		case p.accept("probes"):
			x.N, err = p.number("a number of probes in a bin", 0, 300)
		case p.accept("kind"):
			err = p.kind(&x)
		case p.accept("family"):
			err = p.family(&x)
		case p.accept("lag"):
			x.Metric.Lag, err = p.span()
		case p.accept("step"):
			column := p.column()
			if x.Metric.Step, err = p.span(); err == nil && (x.Metric.Step < 5*time.Minute || x.Metric.Step > 24*time.Hour || 24*time.Hour%x.Metric.Step != 0) {
				err = p.errorf(column, "a step is from 5m to 1d, and a day is a multiple of it")
			}
		default:
			c.World.Extra = append(c.World.Extra, x)
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (p *parser) kind(x *world.Extra) error {
	kinds := map[string]keepiton.MetricKind{"amount": keepiton.Amount, "shares": keepiton.Shares, "volume": keepiton.ArrivalCount, "health": keepiton.Health}
	k, err := p.one("a kind", sorted(kinds)...)
	x.Metric.Kind = kinds[k]
	return err
}

func (p *parser) family(x *world.Extra) error {
	f, err := p.one("a family", "control", "data", "users", "service", "volume")
	x.Metric.Family = keepiton.Family(f)
	return err
}
