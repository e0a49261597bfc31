package script

import (
	"slices"
	"time"

	"keepiton"
	"keepiton/detect"
	"keepiton/detect/world"
)

// from: from DAY [for LENGTH]
func (p *parser) from(c *Case) error {
	t, err := p.moment()
	if err != nil {
		return err
	}
	c.World.From = t.Truncate(24 * time.Hour)
	if !p.accept("for") {
		return nil
	}
	column := p.column()
	d, err := p.span()
	if err != nil {
		return err
	}
	if c.World.Days = int(d / (24 * time.Hour)); c.World.Days < 1 || c.World.Days > maxDays {
		return p.errorf(column, "a world lasts from 1d to %dd", maxDays)
	}
	return nil
}

// column is where the next word stands, for an error about it once it was read.
func (p *parser) column() int {
	if w, ok := p.peek(); ok {
		return w.column
	}
	return 1
}

// now: now TIME
func (p *parser) now(c *Case) (err error) {
	c.Now, err = p.moment()
	return err
}

// seed: seed N
func (p *parser) seed(c *Case) error {
	v, err := p.number("a seed", 0, 1e9)
	c.World.Seed = uint64(v)
	return err
}

// feeds: feeds FEED...
func (p *parser) feeds(c *Case) error {
	for more := true; more; _, more = p.peek() {
		f, err := p.one("a feed", world.Feeds...)
		if err != nil {
			return err
		}
		c.World.Feeds = append(c.World.Feeds, f)
	}
	return nil
}

// country: country CC [zone ZONE] [v4 N] [v6 N] [probes N]
func (p *parser) country(c *Case) error {
	column := p.column()
	code, err := p.code()
	if err != nil {
		return err
	}
	if find(c, code) != nil {
		return p.errorf(column, "%s is there already", code)
	}
	if len(c.World.Countries) == maxPlaces {
		return p.errorf(column, "more than %d countries", maxPlaces)
	}
	one := world.NewCountry(code)
	for {
		switch {
		case p.accept("zone"):
			w, err := p.next("a time zone such as Africa/Nairobi")
			if err != nil {
				return err
			}
			if one.Zone, err = keepiton.Zone(w.text); err != nil || w.text == "" || w.text == "Local" {
				return p.errorf(w.column, "%q is no time zone such as Africa/Nairobi", w.text)
			}
		case p.accept("v4"):
			one.V4, err = p.number("a number of /24s", 0, 1e7)
		case p.accept("v6"):
			one.V6, err = p.number("a number of /48s", 0, 1e9)
		case p.accept("probes"):
			one.Probes, err = p.number("a number of measurements an hour", 0, 300)
		default:
			c.World.Countries = append(c.World.Countries, one)
			k := c.context(code)
			k.Zone = one.Zone
			c.Contexts[code] = k
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func find(c *Case, code string) *world.Country {
	i := slices.IndexFunc(c.World.Countries, func(x world.Country) bool { return x.Code == code })
	if i < 0 {
		return nil
	}
	return &c.World.Countries[i]
}

// known reads a country that was named before.
func (p *parser) known(c *Case) (*world.Country, error) {
	column := p.column()
	code, err := p.code()
	if err != nil {
		return nil, err
	}
	if x := find(c, code); x != nil {
		return x, nil
	}
	return nil, p.errorf(column, "there is no %s; name it first: country %s", code, code)
}

// network: network CC ASN [mobile|fixed|satellite] SHARE; the first one takes the place
// of the networks that a country has by itself.
func (p *parser) network(c *Case) error {
	x, err := p.known(c)
	if err != nil {
		return err
	}
	n := world.Network{}
	column := p.column()
	if n.ASN, err = p.asn(); err != nil {
		return err
	}
	for _, a := range keepiton.Accesses {
		if p.accept(a) {
			n.Access = a
		}
	}
	if n.Share, err = p.share(); err != nil {
		return err
	}
	if len(x.Networks) > 0 && x.Networks[0] == world.NewCountry(x.Code).Networks[0] {
		x.Networks = nil
	}
	if len(x.Networks) == maxPlaces {
		return p.errorf(column, "more than %d networks", maxPlaces)
	}
	x.Networks = append(x.Networks, n)
	return nil
}

// region: region CC CODE...
func (p *parser) region(c *Case) error {
	x, err := p.known(c)
	if err != nil {
		return err
	}
	for more := true; more; _, more = p.peek() {
		column := p.column()
		e, err := p.entity()
		if err != nil {
			return err
		}
		if e.Country != x.Code || e.Region == "" || len(x.Regions) == maxPlaces {
			return p.errorf(column, "%s is no region of %s, such as %s-01, or there are more than %d", e, x.Code, x.Code, maxPlaces)
		}
		x.Regions = append(x.Regions, e.Region)
	}
	return nil
}

// services: services CC SERVICE...
func (p *parser) services(c *Case) error {
	x, err := p.known(c)
	if err != nil {
		return err
	}
	x.Services = nil
	for more := true; more; _, more = p.peek() {
		column := p.column()
		s, err := p.token("a service such as telegram")
		if err != nil {
			return err
		}
		if len(x.Services) == maxPlaces {
			return p.errorf(column, "more than %d services", maxPlaces)
		}
		x.Services = append(x.Services, s)
	}
	return nil
}

// context is what is known of a country beside its series.
func (c *Case) context(code string) detect.Context {
	if k, ok := c.Contexts[code]; ok {
		return k
	}
	return detect.Context{Owned: detect.NotKnown}
}
