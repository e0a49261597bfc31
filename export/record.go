package export

import (
	"math"
	"strconv"

	"keepiton"
)

// record is one revision on its way into a table, with what several columns
// need worked out once.
type record struct {
	rev   *keepiton.Revision
	inc   *keepiton.Incident
	opt   *Options
	start keepiton.Moment
	end   keepiton.Ending
	days  keepiton.Days
}

func newRecord(rev *keepiton.Revision, opt *Options) *record {
	r := &record{rev: rev, inc: &rev.Incident, opt: opt, start: rev.Incident.Start(), end: rev.Incident.End()}
	r.days.Known = len(r.inc.Episodes) > 0
	for _, e := range r.inc.Episodes {
		d := e.Days(opt.now(rev))
		if e.End.At.IsZero() && !opt.AsOf.IsZero() {
			d.Max = e.Days(opt.AsOf).Max // it may have gone on since
		}
		r.days.Min += d.Min
		r.days.Best += d.Best
		r.days.Max += d.Max
		r.days.Known = r.days.Known && d.Known
	}
	r.days.Min, r.days.Best, r.days.Max = round(r.days.Min), round(r.days.Best), round(r.days.Max)
	return r
}

// round keeps four decimals of a day, nine seconds: no time in the record is
// finer than a minute.
func round(days float64) float64 { return math.Round(days*1e4) / 1e4 }

// date writes a moment without the mark of an estimate, which has a column of
// its own.
func date(m keepiton.Moment) string {
	m.Estimated = false
	return m.String()
}

func precision(m keepiton.Moment) string {
	if m.IsZero() {
		return ""
	}
	return m.Precision.String()
}

// answerText writes not asked as the empty cell, so that a blank never reads
// as no.
func answerText(a keepiton.Answer) string {
	if a == keepiton.NotAsked {
		return ""
	}
	return a.String()
}

func (r *record) services(a keepiton.Answer) []string {
	var out []string
	for _, s := range r.inc.Services {
		if s.Affected == a {
			out = append(out, s.ID)
		}
	}
	return out
}

func (r *record) networks() []string {
	var out []string
	n := r.inc.Networks
	for _, x := range []struct {
		name string
		a    keepiton.Answer
	}{{"mobile", n.Mobile}, {"fixed", n.Fixed}, {"satellite", n.Satellite}, {"sms", n.SMS}, {"voice", n.Voice}} {
		if x.a == keepiton.Yes {
			out = append(out, x.name)
		}
	}
	return out
}

// places collects one text of every place that a code may be published for;
// exceptions count only when asked for.
func (r *record) places(except bool, of func(p keepiton.Place) string) []string {
	var out []string
	for _, p := range r.inc.Places {
		if p.Except != except || p.Confidence < keepiton.SurePlace {
			continue
		}
		out = appendNew(out, of(p))
	}
	return out
}

func (r *record) perpetrators(of func(p keepiton.Perpetrator) string) []string {
	var out []string
	for _, p := range r.inc.Perpetrators {
		out = appendNew(out, of(p))
	}
	return out
}

func (r *record) sources(of func(s keepiton.Source) string) []string {
	var out []string
	for _, s := range r.inc.Sources {
		out = appendNew(out, of(s))
	}
	return out
}

func (r *record) countYears() []string {
	var out []string
	for _, y := range r.inc.CountYears() {
		out = append(out, strconv.Itoa(y))
	}
	return out
}

func (r *record) nationwide() (value, known bool) {
	for _, p := range r.inc.Places {
		if p.Nationwide && !p.Except {
			return true, true
		}
		known = known || p.Words != "" || p.Region != "" || p.District != ""
	}
	return false, known
}

// appendNew appends s unless it is empty or there already.
func appendNew(list []string, s string) []string {
	if s == "" {
		return list
	}
	for _, x := range list {
		if x == s {
			return list
		}
	}
	return append(list, s)
}
