package twin

import (
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"keepiton/export"
	"keepiton/locale"
)

// ask is the address as the site has it.
func (c *copier) ask(a address) string {
	if a.lang == "" {
		return a.path
	}
	q := url.Values{}
	if a.path == "/incidents" || a.path == "/stories" {
		for param, values := range c.holds.only {
			if a.path == "/incidents" || param == "country" {
				q[param] = values
			}
		}
	}
	switch {
	case a.param == span:
		from, to, _ := strings.Cut(a.value, "_")
		q.Set("from", from)
		q.Set("to", to)
	case a.param != "":
		q.Set(a.param, a.value)
	}
	if a.cursor != "" {
		q.Set("cursor", a.cursor)
	}
	if c.opt.Past {
		q.Set("as_of", c.opt.AsOf.Format(time.RFC3339))
	}
	target := "/" + a.lang + a.path
	if a.suffix != "" {
		target += "." + a.suffix
	}
	if len(q) > 0 {
		target += "?" + q.Encode()
	}
	return target
}

// find returns the address that a link on a page leads to, if it has a place in
// the copy. rel is the link's relation.
func (c *copier) find(on address, link *url.URL, rel string) (address, bool) {
	a := address{lang: on.lang, path: strings.TrimSuffix(link.Path, "/"), n: 1}
	if first, rest, _ := strings.Cut(strings.TrimPrefix(link.Path, "/"), "/"); locale.Known(first) {
		a.lang, a.path = first, "/"+strings.TrimSuffix(rest, "/")
	}
	if a.path == "" {
		a.path = "/"
	}
	for _, prefix := range absent {
		if strings.HasPrefix(a.path, prefix) {
			return a, false
		}
	}
	if a.path == link.Path && strings.Contains(path.Base(a.path), ".") { // at the root of the site
		a = address{path: a.path}
		page := strings.HasSuffix(a.path, ".html") && (a.path != carriedPath+".html" || !c.carried)
		return a, link.RawQuery == "" && !page && plainPath(a.path)
	}
	if !slices.Contains(c.opt.Languages, a.lang) || !plainPath(a.path) {
		return a, false
	}
	if a.suffix = suffixOf(a.path); a.suffix != "" {
		a.path = strings.TrimSuffix(a.path, "."+a.suffix)
	}
	if a.suffix == "html" {
		a.suffix = ""
	}
	if a.given = c.given(a, link.Query()); a.given != "" {
		return a, true
	}
	if c.carried && (a.path == "/report" || a.path == "/stories/share") {
		return address{lang: a.lang, path: carriedPath, n: 1}, true
	}
	if a.path == "/report" || a.path == "/stories/share" || a.path == carriedPath && !c.carried {
		return a, false
	}
	return c.choose(on, a, link.Query(), rel)
}

// given returns the name of the file that was handed over for a form of the list
// of incidents; empty: there is none.
func (c *copier) given(a address, q url.Values) string {
	if a.path != "/incidents" || a.suffix == "" {
		return ""
	}
	form := q.Get("format")
	if f, ok := export.BySuffix(a.suffix); ok && form == "" {
		form = f.Name
	}
	q.Del("format")
	q.Del("as_of")
	for _, f := range c.opt.Files {
		if form != "" && f.Form == form && (f.Lang == "" || f.Lang == a.lang) && len(q) == 0 {
			return f.Name
		}
	}
	return ""
}

const carriedPath = "/report-offline"
