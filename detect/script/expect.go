package script

import (
	"slices"
	"strings"
	"time"

	"keepiton"
)

// Expect is what must be found, or must not.
type Expect struct {
	Line   int
	What   string // none, disruption, veto
	Entity keepiton.Entity
	Any    bool          // with none: anywhere
	Always bool          // with none: at no moment of the hours after an event either
	Veto   keepiton.Veto // with veto
	After  time.Time     // onset; zero: whenever
	Before time.Time
	By     time.Time // the verdict that was the newest then; zero: the newest
	Bounds []Bound
	States []keepiton.DisruptionState
	Shape  []string // all of them
	Not    []string // none of them
	Ended  *bool
	Miss   string // why it is known not to hold; empty: it must
}

// Bound is a least or a most of a number.
type Bound struct {
	Of    string // P, intentional, depth, episodes, parts
	Least bool
	Value float64
}

// expect: expect none [always] [ENTITY] | expect veto VETO [ENTITY] | expect disruption ENTITY CONDITION...;
// behind each of them: miss "WHY"
func (p *parser) expect(c *Case) error {
	x := Expect{Line: p.line}
	if len(c.Expects) == maxExpects {
		return p.errorf(1, "more than %d expectations", maxExpects)
	}
	var err error
	if x.What, err = p.one("what is expected", "none", "disruption", "veto"); err != nil {
		return err
	}
	if x.What == "veto" {
		v, err := p.one("a veto", string(keepiton.CollectorHealth), string(keepiton.CommonMode), string(keepiton.GeolocationRefresh), string(keepiton.Renumbering), string(keepiton.SatelliteNetwork))
		if err != nil {
			return err
		}
		x.Veto = keepiton.Veto(v)
	}
	x.Always = x.What == "none" && p.accept("always")
	if w, more := p.peek(); more && (w.quoted || w.text != "miss") || x.What == "disruption" {
		if x.Entity, err = p.entity(); err != nil {
			return err
		}
	} else {
		x.Any = true
	}
	for x.What == "disruption" {
		if w, more := p.peek(); !more || w.text == "miss" {
			break
		}
		if err := p.condition(&x); err != nil {
			return err
		}
	}
	if p.accept("miss") {
		w, err := p.next("why it is missed, in quotation marks")
		if err != nil {
			return err
		}
		if x.Miss = strings.TrimSpace(w.text); !w.quoted || x.Miss == "" {
			return p.errorf(w.column, "%q: why something is missed stands in quotation marks", w.text)
		}
	}
	c.Expects = append(c.Expects, x)
	return nil
}

// condition: between TIME and TIME | by TIME | P|intentional|depth|episodes|parts >=|<= N |
// state STATE[,STATE] | shape S[,S] | not S[,S] | ended | open
func (p *parser) condition(x *Expect) (err error) {
	w, err := p.one("a condition", "between", "by", "P", "intentional", "depth", "episodes", "parts", "state", "shape", "not", "ended", "open")
	if err != nil {
		return err
	}
	switch w {
	case "between":
		if x.After, err = p.moment(); err != nil {
			return err
		}
		if err = p.must("and"); err == nil {
			x.Before, err = p.moment()
		}
	case "by":
		x.By, err = p.moment()
	case "state":
		return p.states(x)
	case "shape":
		x.Shape, err = p.list("a shape such as mobile_only")
	case "not":
		x.Not, err = p.list("a shape such as mobile_only")
	case "ended", "open":
		is := w == "ended"
		x.Ended = &is
	default:
		return p.bound(x, w)
	}
	return err
}

func (p *parser) bound(x *Expect, of string) error {
	op, err := p.one("a comparison", ">=", "<=")
	if err != nil {
		return err
	}
	b := Bound{Of: of, Least: op == ">="}
	if of == "episodes" || of == "parts" {
		b.Value, err = p.number("a number", 0, 1e6)
	} else {
		b.Value, err = p.share()
	}
	x.Bounds = append(x.Bounds, b)
	return err
}

func (p *parser) list(what string) ([]string, error) {
	w, err := p.next(what)
	if err != nil {
		return nil, err
	}
	out := strings.Split(w.text, ",")
	if slices.Contains(out, "") {
		return nil, p.errorf(w.column, "%q is no list such as a,b", w.text)
	}
	return out, nil
}

func (p *parser) states(x *Expect) error {
	column := p.column()
	list, err := p.list("a state such as likely_shutdown")
	for _, s := range list {
		state := keepiton.DisruptionState(s)
		switch state {
		case keepiton.Insufficient, keepiton.Disrupted, keepiton.LikelyOutage, keepiton.LikelyShutdown:
			x.States = append(x.States, state)
		default:
			return p.errorf(column, "%q is no state: insufficient, disruption, likely_outage or likely_shutdown", s)
		}
	}
	return err
}
