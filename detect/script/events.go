package script

import (
	"keepiton/detect/world"
)

// event: at TIME [for LENGTH] WHERE WHAT [daily N]
func (p *parser) event(c *Case) error {
	e := world.Event{Level: 1}
	var err error
	column := p.column()
	if e.From, err = p.moment(); err != nil {
		return err
	}
	if p.accept("for") {
		d, err := p.span()
		if err != nil {
			return err
		}
		e.To = e.From.Add(d)
	}
	if err := p.where(&e); err != nil {
		return err
	}
	if err := p.what(&e); err != nil {
		return err
	}
	days, err := p.how(&e)
	if err != nil {
		return err
	}
	if len(c.World.Events)+days > maxEvents {
		return p.errorf(column, "more than %d events", maxEvents)
	}
	for i := range days {
		again := e
		again.From = e.From.AddDate(0, 0, i)
		if !e.To.IsZero() {
			again.To = e.To.AddDate(0, 0, i)
		}
		c.World.Events = append(c.World.Events, again)
	}
	return nil
}

// where: everywhere, or countries, networks, an access and a region in any order.
func (p *parser) where(e *world.Event) error {
	if p.accept("everywhere") {
		return nil
	}
	first := p.at
	for {
		w, ok := p.peek()
		asn, network := isASN(w.text)
		switch {
		case !ok:
		case isCountry(w.text):
			e.Countries = append(e.Countries, w.text)
		case network:
			e.ASNs = append(e.ASNs, asn)
		case w.text == "mobile" || w.text == "fixed" || w.text == "satellite":
			e.Access = w.text
		case w.text == "region":
			p.at++
			x, err := p.entity()
			if err != nil {
				return err
			}
			if e.Region = x.Region; e.Region == "" {
				return p.errorf(p.words[p.at-1].column, "%s is no region", x)
			}
			p.at--
		default:
			if p.at == first {
				return p.errorf(w.column, "%q: where? everywhere, or countries such as XB, networks such as AS64600, mobile, fixed, region XB-01", w.text)
			}
			return nil
		}
		if !ok {
			_, err := p.next("what happens: fall, block, gap, source-down, late or move")
			return err
		}
		p.at++
	}
}

// what: fall SHARE | block SHARE [SERVICE...] | gap | source-down | late LENGTH | move SHARE into CC
func (p *parser) what(e *world.Event) (err error) {
	w, err := p.one("what happens", "fall", "block", "gap", "source-down", "late", "move")
	if err != nil {
		return err
	}
	switch w {
	case "fall":
		e.Level, err = p.share()
		e.Level = 1 - e.Level
	case "block":
		e.What = world.Block
		e.Level, err = p.share()
		for err == nil {
			if w, ok := p.peek(); !ok || details[w.text] {
				return nil
			}
			var s string
			if s, err = p.token("a service such as telegram"); err == nil {
				e.Services = append(e.Services, s)
			}
		}
	case "gap":
		e.What = world.Gap
	case "source-down":
		e.What = world.Down
	case "late":
		e.What = world.Late
		e.By, err = p.span()
	case "move":
		e.What = world.Move
		if e.Level, err = p.share(); err != nil {
			return err
		}
		if err = p.must("into"); err == nil {
			e.Into, err = p.code()
		}
	}
	return err
}

// details are the words that how understands.
var details = map[string]bool{"over": true, "recover": true, "stagger": true, "on": true, "daily": true}

// how: [over LENGTH] [recover LENGTH] [stagger LENGTH] [on METRIC...] [daily N]
func (p *parser) how(e *world.Event) (days int, err error) {
	days = 1
	for err == nil {
		switch {
		case p.accept("over"):
			e.Over, err = p.span()
		case p.accept("recover"):
			e.Recover, err = p.span()
		case p.accept("stagger"):
			e.Stagger, err = p.span()
		case p.accept("daily"):
			var n float64
			n, err = p.number("a number of days", 1, maxDays)
			days = int(n)
		case p.accept("on"):
			for {
				w, ok := p.peek()
				if len(e.Metrics) > 0 && (!ok || details[w.text]) {
					break
				}
				m, err := p.token("a metric such as v4 or ping-slash24")
				if err != nil {
					return days, err
				}
				e.Metrics = append(e.Metrics, m)
			}
		default:
			return days, nil
		}
	}
	return days, err
}
