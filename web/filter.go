package web

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"keepiton"
	"keepiton/geo"
	"keepiton/store"
)

// dimension is one way to narrow a list: a query parameter, the coded list
// that it takes its values from, and the list's name in messages.
type dimension struct {
	Param string
	List  string // code.<List>.<code>
	Codes keepiton.Codes
	into  func(q *store.Query, values []string)
}

var (
	networks = keepiton.Codes{{Code: "mobile"}, {Code: "fixed"}, {Code: "satellite"}, {Code: "sms"}, {Code: "voice"}}
	endings  = keepiton.Codes{{Code: string(keepiton.Ongoing)}, {Code: string(keepiton.Ended)}, {Code: string(keepiton.EndUnknown)}}
	levels   = keepiton.Codes{
		{Code: string(keepiton.Listed)}, {Code: string(keepiton.Corroborated)}, {Code: string(keepiton.Verified)}, {Code: string(keepiton.Disputed)},
	}
	states = keepiton.Codes{{Code: string(keepiton.Published)}, {Code: string(keepiton.Withdrawn)}, {Code: string(keepiton.Merged)}}
	// services offered in the form; any other slug works in the address.
	services = keepiton.Codes{
		{Code: "facebook"}, {Code: "twitter"}, {Code: "whatsapp"}, {Code: "instagram"}, {Code: "telegram"}, {Code: "signal"}, {Code: "tiktok"}, {Code: "youtube"},
	}
)

// dimensions lists the coded filters in the order of the form. Country, year
// and search text stand before them.
var dimensions = []dimension{
	{"region", "region", keepiton.Regions, func(q *store.Query, v []string) { q.Regions = v }},
	{"cause", "cause", keepiton.Causes, func(q *store.Query, v []string) { q.Causes = v }},
	{"extent", "extent", keepiton.Extents, func(q *store.Query, v []string) { q.Extents = v }},
	{"kind", "kind", keepiton.Kinds, func(q *store.Query, v []string) { q.Kinds = v }},
	{"network", "network", networks, func(q *store.Query, v []string) { q.Networks = v }},
	{"service", "service", services, func(q *store.Query, v []string) { q.Services = v }},
	{"scope", "scope", keepiton.Scopes, func(q *store.Query, v []string) { q.Scopes = v }},
	{"body", "body", keepiton.Bodies, func(q *store.Query, v []string) { q.Bodies = v }},
	{"status", "status", endings, func(q *store.Query, v []string) {
		for _, s := range v {
			q.Status = append(q.Status, keepiton.EndState(s))
		}
	}},
	{"level", "level", levels, func(q *store.Query, v []string) {
		for _, s := range v {
			q.Levels = append(q.Levels, keepiton.Level(s))
		}
	}},
	{"state", "state", states, func(q *store.Query, v []string) {
		for _, s := range v {
			q.States = append(q.States, keepiton.State(s))
		}
	}},
}

// sorts are the orders that a list offers.
var sorts = []store.Sort{store.NewestFirst, store.OldestFirst, store.RecentlyChanged, store.ByID}

// selection reads the filter in v's query. A value that no list has is an
// error: an empty list that hides a typing mistake would read as "no
// shutdowns".
func selection(v *visit) (store.Query, error) {
	q := store.Query{AsOf: v.asOf, Cursor: v.get("cursor")}
	for _, d := range dimensions {
		values := v.query[d.Param]
		for _, code := range values {
			if !d.Codes.Has(code) && (d.Param != "service" || !slug(code)) {
				return q, keepiton.Errorf(keepiton.Invalid, "%s=%s: no such value", d.Param, code)
			}
		}
		d.into(&q, values)
	}
	for _, cc := range v.query["country"] {
		code := strings.ToUpper(cc)
		if _, ok := geo.ByCode(code); !ok {
			return q, keepiton.Errorf(keepiton.Invalid, "country=%s: no country has this ISO 3166-1 code", cc)
		}
		q.Countries = append(q.Countries, code)
	}
	for _, place := range v.query["place"] {
		if cc, _, ok := strings.Cut(place, "-"); !ok || len(cc) != 2 || len(place) > 6 {
			return q, keepiton.Errorf(keepiton.Invalid, "place=%s: not an ISO 3166-2 code such as IN-JK", place)
		}
		q.Places = append(q.Places, strings.ToUpper(place))
	}
	for _, y := range v.query["year"] {
		n, err := strconv.Atoi(y)
		if err != nil || n < 1990 || n > 2100 {
			return q, keepiton.Errorf(keepiton.Invalid, "year=%s: not a year", y)
		}
		q.Years = append(q.Years, n)
	}
	if q.Text = v.get("q"); len(q.Text) > maxText || !utf8.ValidString(q.Text) {
		return q, keepiton.Errorf(keepiton.TooLarge, "the search text has %d bytes, the limit is %d", len(q.Text), maxText)
	}
	q.Sort = store.Sort(v.get("sort"))
	if !slices.Contains(sorts, q.Sort) {
		return q, keepiton.Errorf(keepiton.Invalid, "sort=%s: no such order", q.Sort)
	}
	if n := v.get("limit"); n != "" {
		limit, err := strconv.Atoi(n)
		if err != nil || limit < 1 || limit > 1000 {
			return q, keepiton.Errorf(keepiton.Invalid, "limit=%s: not a number from 1 to 1000", n)
		}
		q.Limit = limit
	}
	return q, nil
}

func slug(s string) bool {
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// chip is one active filter, with the address of the list without it.
type chip struct{ Label, Value, Without string }

// chips lists the active filters of v.
func chips(v *visit) []chip {
	var out []chip
	add := func(param, label, value, words string) {
		rest := slices.DeleteFunc(slices.Clone(v.query[param]), func(s string) bool { return s == value })
		out = append(out, chip{label, words, v.with(param, rest...)})
	}
	label := func(param string) string { return v.p.T("page.filter." + param) }
	for _, s := range v.query["q"] {
		add("q", label("q"), s, s)
	}
	for _, s := range v.query["country"] {
		add("country", label("country"), s, geo.Name(strings.ToUpper(s), v.p.Lang().Tag))
	}
	for _, s := range v.query["place"] {
		add("place", label("place"), s, geo.RegionName(strings.ToUpper(s), v.p.Lang().Tag))
	}
	for _, s := range v.query["year"] {
		add("year", label("year"), s, s)
	}
	for _, d := range dimensions {
		for _, s := range v.query[d.Param] {
			add(d.Param, label(d.Param), s, v.p.Code(d.List, s))
		}
	}
	return out
}

// picker is one select of the filter form.
type picker struct {
	Param   string
	Label   string
	Options []option
	Active  bool
}

type option struct {
	Value, Label string
	Selected     bool
}

// pickers builds the selects of the filter form; countries and years are those
// that the record has.
func pickers(v *visit, countries []string, years []int) (first, more []picker) {
	make1 := func(param string, options []option) picker {
		p := picker{Param: param, Label: v.p.T("page.filter." + param), Options: options}
		for i := range p.Options {
			p.Options[i].Selected = slices.ContainsFunc(v.query[param], func(s string) bool { return strings.EqualFold(s, options[i].Value) })
			p.Active = p.Active || p.Options[i].Selected
		}
		return p
	}
	var cc, yy []option
	for _, c := range countries {
		cc = append(cc, option{Value: c, Label: geo.Name(c, v.p.Lang().Tag)})
	}
	for _, y := range years {
		yy = append(yy, option{Value: strconv.Itoa(y), Label: v.p.Year(y)})
	}
	first = []picker{make1("country", cc), make1("year", yy)}
	for _, d := range dimensions {
		var options []option
		for _, t := range d.Codes {
			options = append(options, option{Value: t.Code, Label: v.p.Code(d.List, t.Code)})
		}
		p := make1(d.Param, options)
		if d.Param == "cause" || d.Param == "extent" {
			first = append(first, p)
		} else {
			more = append(more, p)
		}
	}
	return first, more
}
