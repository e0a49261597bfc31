package script

import (
	"time"

	"keepiton"
	"keepiton/detect"
)

// stretch: TIME [for LENGTH]; a day without it.
func (p *parser) stretch() (keepiton.Span, error) {
	t, err := p.moment()
	s := keepiton.Span{From: t, To: t.AddDate(0, 0, 1)}
	if err == nil && p.accept("for") {
		var d time.Duration
		d, err = p.span()
		s.To = t.Add(d)
	}
	return s, err
}

// watch: watch CC KIND TIME [for LENGTH]
func (p *parser) watch(c *Case) error {
	x, err := p.known(c)
	if err != nil {
		return err
	}
	o := detect.Occasion{}
	if o.Kind, err = p.token("a kind such as election, exam or protest"); err != nil {
		return err
	}
	if o.Span, err = p.stretch(); err != nil {
		return err
	}
	k := c.context(x.Code)
	k.Watch = append(k.Watch, o)
	c.Contexts[x.Code] = k
	return nil
}

// notice: notice CC KIND TIME [for LENGTH]
func (p *parser) notice(c *Case) error {
	x, err := p.known(c)
	if err != nil {
		return err
	}
	n := detect.Notice{Source: "script"}
	if n.Kind, err = p.one("a kind of notice", "power_cut", "cable", "earthquake", "weather", "maintenance", "order", "operator"); err != nil {
		return err
	}
	if n.Span, err = p.stretch(); err != nil {
		return err
	}
	k := c.context(x.Code)
	k.Notices = append(k.Notices, n)
	c.Contexts[x.Code] = k
	return nil
}

// past: past CC DAY...
func (p *parser) past(c *Case) error {
	x, err := p.known(c)
	if err != nil {
		return err
	}
	k := c.context(x.Code)
	for more := true; more; _, more = p.peek() {
		t, err := p.moment()
		if err != nil {
			return err
		}
		k.Past = append(k.Past, t)
	}
	c.Contexts[x.Code] = k
	return nil
}

// reports: reports CC N [roads N] [places N]
func (p *parser) reports(c *Case) error {
	x, err := p.known(c)
	if err != nil {
		return err
	}
	k := c.context(x.Code)
	read := func(to *int) {
		if err == nil {
			var v float64
			v, err = p.number("a number of people, roads or places", 0, 1e6)
			*to = int(v)
		}
	}
	read(&k.Reports.Distinct)
	k.Reports.Channels, k.Reports.Places = 1, 1
	if p.accept("roads") {
		read(&k.Reports.Channels)
	}
	if p.accept("places") {
		read(&k.Reports.Places)
	}
	c.Contexts[x.Code] = k
	return err
}

// owned: owned CC SHARE
func (p *parser) owned(c *Case) error {
	x, err := p.known(c)
	if err != nil {
		return err
	}
	k := c.context(x.Code)
	k.Owned, err = p.share()
	c.Contexts[x.Code] = k
	return err
}
