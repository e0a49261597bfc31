package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/locale"
)

// Limits on what a reader may send. Pages take no bodies.
const (
	maxQuery  = 8192 // bytes of a query; a filter with every field set takes some 300, a poster in Amharic 5,000
	maxValues = 20   // values of one parameter
	maxText   = 200  // bytes of a search text
)

// parameters are the query parameters that pages know, in the order they are
// written. Others are dropped, so that a link with a tracking tail is the same
// page to the cache.
var parameters = []string{
	"q", "country", "place", "region", "year", "cause", "kind", "extent", "network", "operator", "service",
	"scope", "body", "status", "level", "state", "sort", "view", "cursor", "limit", "format",
	"incident", "harm", "lang", "about", "rule", "by", "from", "to", "field",
	"title", "words", "number", "unit", "small", "org", "link", "logo", "tone", "shape", "area", "message", "digits", "as_of",
}

// visit is one request for a page, decoded.
type visit struct {
	ctx    context.Context
	req    *http.Request
	p      *locale.Printer
	path   string     // without language and suffix: /incidents/KIO-2022-0001
	suffix string     // such as csv; empty for the page
	query  url.Values // normalised: known, trimmed, sorted, not empty
	asOf   time.Time  // zero: now
	now    time.Time  // the moment that durations are told at: asOf, or the end of this day
	today  time.Time
	sample bool
	copy   bool // for a copy to be carried
	noting bool // the page is read to learn which messages it shows
}

// normalise keeps the known parameters, trims and sorts their values and drops
// empty ones. A query over the limits is an error.
func normalise(raw string) (url.Values, error) {
	if len(raw) > maxQuery {
		return nil, keepiton.Errorf(keepiton.TooLarge, "the query has %d bytes, the limit is %d", len(raw), maxQuery)
	}
	in, err := url.ParseQuery(raw)
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Invalid, "the query cannot be read: %w", err)
	}
	out := url.Values{}
	for _, name := range parameters {
		var values []string
		for _, v := range in[name] {
			if v = strings.Join(strings.Fields(strings.ToValidUTF8(v, "�")), " "); v != "" && !slices.Contains(values, v) {
				values = append(values, v)
			}
		}
		if len(values) > maxValues {
			return nil, keepiton.Errorf(keepiton.TooLarge, "%s is given %d times, the limit is %d", name, len(values), maxValues)
		}
		if len(values) > 0 {
			if name != "by" {
				slices.Sort(values)
			}
			out[name] = values
		}
	}
	return out, nil
}

// write returns values in the order of parameters, so that one selection has
// one URL.
func write(values url.Values) string {
	var b strings.Builder
	for _, name := range parameters {
		for _, v := range values[name] {
			if b.Len() > 0 {
				b.WriteByte('&')
			}
			b.WriteString(name)
			b.WriteByte('=')
			b.WriteString(url.QueryEscape(v))
		}
	}
	return b.String()
}

// get returns the first value of a parameter.
func (v *visit) get(name string) string { return v.query.Get(name) }

// Href returns the address of a page of the site in the visit's language; kv
// are parameters and values. It keeps as_of and the reader's digits.
func (v *visit) Href(path string, kv ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(kv); i += 2 {
		if kv[i+1] != "" {
			q.Add(kv[i], kv[i+1])
		}
	}
	for _, kept := range []string{"as_of", "digits"} {
		if value := v.get(kept); value != "" && !q.Has(kept) {
			q.Set(kept, value)
		}
	}
	return address(v.p.Lang().Tag, path, q)
}

func address(lang, path string, q url.Values) string {
	s := "/" + lang + path
	if t := write(q); t != "" {
		s += "?" + t
	}
	return s
}

// with returns the visit's own address with one parameter set to values, or
// removed when there are none. The cursor goes, since the selection changes.
func (v *visit) with(name string, values ...string) string {
	q := url.Values{}
	for k, vs := range v.query {
		if k != "cursor" && k != name {
			q[k] = vs
		}
	}
	if len(values) > 0 {
		q[name] = values
	}
	return address(v.p.Lang().Tag, v.path, q)
}

// without returns the visit's selection without those parameters.
func (v *visit) without(names ...string) url.Values {
	q := url.Values{}
	for k, vs := range v.query {
		if !slices.Contains(names, k) {
			q[k] = vs
		}
	}
	return q
}

// narrowed returns the visit's selection as a list with one parameter set.
func (v *visit) narrowed(name, value string) url.Values {
	q := url.Values{}
	for k, vs := range v.query {
		if k != "cursor" && k != "view" {
			q[k] = vs
		}
	}
	q[name] = []string{value}
	return q
}

// other returns the visit's own address with another suffix, without the
// cursor: a download has the whole selection.
func (v *visit) other(suffix string) string {
	q := url.Values{}
	for k, vs := range v.query {
		if k != "cursor" && k != "limit" && k != "view" && k != "message" && (k != "digits" || suffix == "svg") {
			q[k] = vs
		}
	}
	path := v.path
	if suffix != "" {
		path += "." + suffix
	}
	return address(v.p.Lang().Tag, path, q)
}

// inLanguage returns the same page in another language, whose digits are not ours.
func (v *visit) inLanguage(tag string) string {
	if tag != v.p.Lang().Tag {
		return address(tag, v.path, v.without("digits"))
	}
	return address(tag, v.path, v.query)
}

// newVisit decodes r, whose path has lost its suffix already.
func (s *Server) newVisit(r *http.Request, suffix string, today time.Time) (*visit, error) {
	lang, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	v := &visit{ctx: r.Context(), req: r, p: locale.For(lang), path: "/" + rest, suffix: suffix, query: url.Values{}, today: today, sample: s.opt.Sample, copy: s.opt.Copy}
	v.now = keepiton.AsOf(today)
	q, err := normalise(r.URL.RawQuery)
	if err != nil {
		return v, err
	}
	v.query = q
	if err := v.speak(); err != nil {
		return v, err
	}
	asOf, err := keepiton.ParseAsOf(v.get("as_of"))
	if err != nil {
		delete(v.query, "as_of")
		return v, err
	}
	if !asOf.IsZero() && asOf.Before(v.now) {
		v.asOf, v.now = asOf, asOf
	}
	if v.asOf.IsZero() || v.copy {
		delete(v.query, "as_of") // today or later is now; a copy has one day alone
	}
	return v, nil
}
