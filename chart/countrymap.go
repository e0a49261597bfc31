package chart

import (
	"fmt"
	"slices"
	"strings"

	"keepiton"
	"keepiton/geo"
)

// CountryMap draws one country with its affected regions hatched, and those
// that a source excepts dotted. Places below the first level count for their
// region. ok is false where we have no drawing of the country, or where none of
// the places stands on it: an unmarked country would say that nothing happened.
// A list of the places stands beside it in any case. Only places that are sure
// are drawn.
func CountryMap(opt Options, country string, places []keepiton.Place) (f Figure, ok bool) {
	shape, ok := geo.CountryOutline(country)
	if !ok {
		return Figure{}, false
	}
	l := opt.printer()
	var affected, except []string
	whole := false
	for _, pl := range places {
		switch {
		case pl.Country != country || pl.Confidence < keepiton.SurePlace:
		case pl.Region != "" && pl.Except:
			except = append(except, pl.Region)
		case pl.Region != "":
			affected = append(affected, pl.Region)
		case pl.Nationwide && !pl.Except:
			whole = true
		}
	}
	id := idOf(opt)
	// Country drawings differ in size; the key and the hatching do not.
	scale := barsWidth / float64(max(shape.Width, 1))
	height := float64(shape.Height) * scale
	p := &pen{w: barsWidth, rtl: l.Dir() == "rtl"}
	p.hatch(id+"-h", "hp", 45)
	p.dots(id + "-p")
	var plain, hit, out strings.Builder
	var names []string
	for _, part := range shape.Parts {
		if part.Path == "" {
			continue
		}
		covers := append(slices.Clone(part.Covers), part.Code)
		in := func(list []string) bool {
			return slices.ContainsFunc(covers, func(c string) bool { return c != "" && slices.Contains(list, c) })
		}
		switch {
		case in(except) && !in(affected):
			out.WriteString(part.Path)
		case whole || in(affected):
			hit.WriteString(part.Path)
		default:
			plain.WriteString(part.Path)
		}
	}
	if hit.Len()+out.Len() == 0 {
		return Figure{}, false
	}
	fmt.Fprintf(&p.b, `<g transform="scale(%.3f)">`, scale)
	for _, part := range []struct{ paint, d string }{
		{` class="c0 q"`, plain.String()}, {` fill="url(#` + id + `-h)"`, hit.String()}, {` fill="url(#` + id + `-p)"`, out.String()},
	} {
		if part.d != "" {
			fmt.Fprintf(&p.b, `<path%s d="%s"/>`, part.paint, part.d)
		}
	}
	if d := hit.String() + out.String(); d != "" {
		fmt.Fprintf(&p.b, `<path class="qo" d="%s"/>`, d)
	}
	p.b.WriteString("</g>")
	var entries []swatch
	if hit.Len() > 0 {
		entries = append(entries, swatch{paint: "#" + id + "-h", words: l.T("chart.affected")})
	}
	if out.Len() > 0 || plain.Len() > 0 && hit.Len() > 0 && len(except) > 0 {
		entries = append(entries, swatch{paint: "#" + id + "-p", words: l.T("chart.except")})
	}
	height = p.key(height+10, entries)
	for _, r := range affected {
		if name := geo.RegionName(r, l.Lang().Tag); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	t := Table{Head: []string{l.T("chart.affected")}}
	if whole {
		t.Rows = append(t.Rows, []string{l.T("chart.whole_country")})
	}
	for _, n := range names {
		t.Rows = append(t.Rows, []string{n})
	}
	return Figure{Width: p.w, Height: height, Table: t, opt: opt, body: p.b.String()}, true
}
