package chart

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"keepiton"
	"keepiton/locale"
)

// labelled is the number of episodes up to which each has a row with its dates
// in words; more are packed into lanes and stand in the table.
const labelled = 6

// Timeline draws the episodes of an incident as seen at now. What is known is
// solid; an estimated, or only coarsely known, start or end is a dashed
// outline; an end that is not known fades out; a cut that goes on runs in the
// signal colour up to the line "today".
func Timeline(opt Options, episodes []keepiton.Episode, now time.Time) Figure {
	l := opt.printer()
	eps := slices.Clone(episodes)
	eps = slices.DeleteFunc(eps, func(e keepiton.Episode) bool { return e.Start.IsZero() })
	slices.SortStableFunc(eps, func(a, b keepiton.Episode) int { return a.Start.At.Compare(b.Start.At) })
	p := &pen{w: barsWidth, rtl: l.Dir() == "rtl"}
	d := timelineDrawing{pen: p, l: l, id: idOf(opt), now: now, seen: map[string]bool{}}
	height := d.draw(eps)
	return Figure{Width: p.w, Height: height, Table: episodeTable(l, episodes), opt: opt, body: p.b.String()}
}

type timelineDrawing struct {
	*pen
	l    *locale.Printer
	id   string
	now  time.Time
	axis timeAxis
	seen map[string]bool // what the key must explain
}

func (d *timelineDrawing) draw(eps []keepiton.Episode) float64 {
	if len(eps) == 0 {
		d.text(0, 14, start, "m", d.l.T("date.none"))
		return 20
	}
	d.axis = timeAxis{x0: 4, x1: d.w - 4}
	d.axis.from, d.axis.to = span(eps, d.now)
	fade := "x1=\"0\" x2=\"1\""
	if d.rtl {
		fade = "x1=\"1\" x2=\"0\""
	}
	fmt.Fprintf(&d.b, `<linearGradient id="%s-f" %s><stop stop-color="currentColor" stop-opacity=".82"/><stop offset="1" stop-color="currentColor" stop-opacity="0"/></linearGradient>`, d.id, fade)
	const bar, lane, row = 12.0, 18.0, 36.0
	lanes, height := pack(eps, d.axis, d.now), float64(len(eps))*row
	if len(eps) > labelled {
		height = float64(slices.Max(lanes)+1) * lane
	}
	base := 4 + height + 4
	d.axis.draw(d.pen, d.l, 0, base)
	if x := d.axis.x(d.now); slices.ContainsFunc(eps, func(e keepiton.Episode) bool { return e.End.State == keepiton.Ongoing }) {
		d.line(x, 0, x, base, "dks")
	}
	words := d.words(eps)
	for i, e := range eps {
		if len(eps) > labelled {
			d.episode(e, 4+float64(lanes[i])*lane, bar)
			continue
		}
		y := 4 + float64(i)*row
		d.text(d.axis.x0, y+11, start, "t", words[i])
		d.episode(e, y+17, bar)
	}
	return d.legend(base + 30)
}

// episode draws one cut as a bar from y to y+h.
func (d *timelineDrawing) episode(e keepiton.Episode, y, h float64) {
	const least = 3.0 // what is shorter could not be seen
	from, until := e.Start.At, e.Start.Until()
	x0, x1 := d.axis.x(from), d.axis.x(until)
	if vague(e.Start) {
		x1 = max(x1, x0+7)
		d.rect(x0, y+.5, x1-x0, h-1, "est")
		d.seen["estimated"] = true
	} else {
		x1 = x0
	}
	switch {
	case !e.End.At.IsZero() && e.End.State != keepiton.Ongoing:
		xe, xu := d.axis.x(e.End.At.At), d.axis.x(e.End.At.Until())
		if vague(e.End.At) {
			xe = max(min(xe, xu-7), x1)
			d.rect(xe, y+.5, max(xu-xe, 7), h-1, "est")
			d.seen["estimated"] = true
			xu = xe
		}
		if xu > x1 || x1 == x0 {
			d.rect(x1, y, max(xu-x1, least), h, "s0")
			d.seen["known"] = true
		}
	case e.End.State == keepiton.Ongoing:
		xe := d.axis.x(d.now)
		d.rect(x1, y, max(xe-x1, least), h, "dk")
		d.arrow(max(xe, x1+least), y+h/2, h/2+2)
		d.seen["ongoing"] = true
	default:
		xk := max(d.axis.x(until), x1)
		if xk > x1 {
			d.rect(x1, y, xk-x1, h, "s0")
		}
		d.rect(xk, y, max(d.axis.x1-xk, 20), h, "#"+d.id+"-f")
		d.text(min(max(d.axis.x1-4, xk+20), d.w-8), y+h-2, end, "m", "?")
		d.seen["fade"] = true
	}
}

// vague reports whether a moment is worth a dashed outline.
func vague(m keepiton.Moment) bool {
	return m.Estimated || m.Precision == keepiton.Month || m.Precision == keepiton.Year
}

// span returns the time to be shown: all that is known, a margin, and for
// unknown ends some room to fade out.
func span(eps []keepiton.Episode, now time.Time) (from, to time.Time) {
	open := false
	for i, e := range eps {
		until := e.Start.Until()
		switch {
		case e.End.State == keepiton.Ongoing && now.After(until):
			until = now
		case !e.End.At.IsZero() && e.End.At.Until().After(until):
			until = e.End.At.Until()
		case e.End.At.IsZero():
			open = true
		}
		if i == 0 || e.Start.At.Before(from) {
			from = e.Start.At
		}
		if until.After(to) {
			to = until
		}
	}
	known := max(to.Sub(from), time.Hour)
	if open { // room to fade out, but not into the future
		if fade := to.Add(known/2 + known/4); fade.Before(now) {
			to = fade
		} else if to.Before(now) {
			to = now
		}
	}
	margin := known / 20
	return from.Add(-margin), to.Add(margin)
}

// pack puts each episode into the first lane where it touches no other.
func pack(eps []keepiton.Episode, axis timeAxis, now time.Time) []int {
	var free []float64 // x from which a lane is free
	out := make([]int, len(eps))
	for i, e := range eps {
		_, startMax, _, endMax := e.Bounds(now)
		x0 := axis.x(e.Start.At)
		x1 := max(axis.x(startMax), axis.x(endMax), x0+7) + 1
		if e.End.At.IsZero() && e.End.State != keepiton.Ongoing {
			x1 = axis.x1
		}
		n := slices.IndexFunc(free, func(f float64) bool { return f <= x0 })
		const most = 8
		switch {
		case n >= 0:
		case len(free) < most:
			n, free = len(free), append(free, 0)
		default:
			n = slices.Index(free, slices.MinFunc(free, cmp.Compare[float64]))
		}
		free[n] = x1
		out[i] = n
	}
	return out
}

// words says when each episode was: in full if all have room, else short.
func (d *timelineDrawing) words(eps []keepiton.Episode) []string {
	out := make([]string, len(eps))
	fits := true
	for i, e := range eps {
		out[i] = spanWords(d.l, e, d.l.Date)
		fits = fits && 1.12*width(out[i]) <= d.w-8 // what does not fit is cut off, so the guess is a wide one
	}
	if fits {
		return out
	}
	for i, e := range eps {
		out[i] = spanWords(d.l, e, func(m keepiton.Moment) string {
			if m.Precision == keepiton.Month || m.Precision == keepiton.Year {
				return d.l.Date(m)
			}
			s := d.l.DayShort(m.At)
			if m.Estimated {
				s = d.l.T("date.about", "Date", s)
			}
			return s
		})
	}
	return out
}

func spanWords(l *locale.Printer, e keepiton.Episode, date func(keepiton.Moment) string) string {
	from := date(e.Start)
	switch {
	case e.End.State == keepiton.Ongoing:
		return l.T("chart.span_ongoing", "From", from)
	case e.End.At.IsZero():
		return l.T("chart.span_unknown", "From", from)
	case e.End.At == e.Start:
		return from
	}
	return l.T("chart.span", "From", from, "To", date(e.End.At))
}

// arrow is a head that points on in reading direction: still going on.
func (d *timelineDrawing) arrow(x, y, r float64) {
	dx := r
	if d.rtl {
		dx = -r
	}
	fmt.Fprintf(&d.b, `<path class="dk" d="M%s %sl%s %s %s %sz"/>`, num(d.x(x)), num(y-r), num(dx), num(r), num(-dx), num(r))
}

func (d *timelineDrawing) legend(y float64) float64 {
	var entries []swatch
	add := func(seen, paint, key string) {
		if d.seen[seen] {
			entries = append(entries, swatch{paint: paint, words: d.l.T(key)})
		}
	}
	if len(d.seen) == 1 && d.seen["known"] {
		return y
	}
	add("known", "s0", "chart.solid")
	add("estimated", "est", "chart.dashed")
	add("fade", "#"+d.id+"-f", "chart.fade")
	add("ongoing", "dk", "chart.ongoing")
	return d.key(y, entries)
}

func episodeTable(l *locale.Printer, episodes []keepiton.Episode) Table {
	t := Table{Head: []string{l.T("chart.start"), l.T("chart.end"), l.T("chart.note")}}
	for _, e := range episodes {
		ending := l.Code("status", string(e.End.State))
		if !e.End.At.IsZero() {
			ending = l.Date(e.End.At)
		}
		t.Rows = append(t.Rows, []string{l.Date(e.Start), ending, e.Note})
	}
	return t
}
