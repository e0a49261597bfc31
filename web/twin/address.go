package twin

import (
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/export"
	"keepiton/locale"
)

// address is a page or a file of the site that has a place in the copy.
//
// The rule, from address to file:
//
//	/{lang}/                           {lang}/index.html
//	/{lang}/years                      {lang}/years.html
//	/{lang}/years.csv                  {lang}/years.csv
//	/{lang}/incidents/KIO-2022-0001    {lang}/incidents/KIO-2022-0001.html
//	…/KIO-2022-0001/revisions/1        {lang}/incidents/KIO-2022-0001-revisions-1.html
//	/{lang}/incidents?cause=protests   {lang}/incidents/cause-protests.html
//	  its third page                   {lang}/incidents/cause-protests-3.html
//	  that of the whole list           {lang}/incidents/page-3.html
//	/media/HASH.jpg, /key.asc          the same
//
// So folders stay few and flat: on a stick each takes as much room as a page.
type address struct {
	lang   string // empty: a file at the root of the site
	path   string // without language and suffix; "/" is the front page
	suffix string // empty: a page
	param  string // the one choice that the query makes; empty: none
	value  string
	n      int    // page of a list, from 1
	cursor string // that the site knows page n by
	given  string // name of one of Options.Files, which it stands for
	back   bool   // page n was there before: by its way back the site knows it by another cursor
}

// choices are the parameters that make a page of its own in the copy, one at a
// time; with two at once there would be more pages than incidents.
var choices = []struct {
	pattern string // of the path, as package path has it
	params  []string
}{
	{"/incidents", []string{"country", "place", "region", "year", "cause", "kind", "extent", "network", "service", "scope", "body", "status", "level", "state", "view"}},
	{"/incidents/*/diff", []string{span}},
	{"/stories", []string{"country", "harm", "incident"}},
	{"/stories/*", []string{"view"}},
	{"/trends", []string{"by", "rule"}},
	{"/years", []string{"rule"}},
	{"/years/*", []string{"rule"}},
	{"/corrections", []string{span}},
	{"/coalition", []string{"country", "kind", "status"}},
	{"/pledges", []string{"country", "scope"}},
	{"/watch", []string{"country", "kind"}},
	{"/petition", []string{"country"}},
	{"/letters", []string{"country"}},
	{"/signals", []string{"country", "state"}},
}

// span is the choice of two ends, from and to.
const span = "span"

// single are the nouns whose pages have no other forms in the copy: the files of
// the whole record hold all that they would.
var single = []string{"/incidents/", "/countries/", "/years/", "/stories/", "/signals/"}

// absent begins addresses that a copy does not have: what needs the server, or is
// for its staff and programs.
var absent = []string{"/api", "/desk", "/intake", "/metrics", "/healthz", "/robots.txt", "/seal.js", "/.well-known", "/report.", "/receipt.", "/coalition/join", "/alerts", "/feeds/", "/languages/"}

// file is where the address stands in the copy.
func (a address) file() string {
	if a.given != "" {
		return a.given
	}
	if a.lang == "" {
		return strings.TrimPrefix(a.path, "/")
	}
	parts := strings.Split(strings.Trim(a.path, "/"), "/")
	name := parts[0]
	if len(parts) > 1 {
		name += "/" + strings.Join(parts[1:], "-")
	}
	chosen := ""
	switch {
	case a.param == span:
		chosen = a.value
	case a.param != "":
		chosen = a.param + "-" + a.value
	case a.n > 1:
		chosen = "page"
	}
	if a.n > 1 {
		chosen += "-" + strconv.Itoa(a.n)
	}
	switch {
	case a.path == "/":
		name = "index"
	case chosen == "":
	case strings.Contains(name, "/"):
		name += "-" + chosen
	default:
		name += "/" + chosen
	}
	suffix := a.suffix
	if suffix == "" {
		suffix = "html"
	}
	return a.lang + "/" + name + "." + suffix
}

// isFile reports whether the site is asked for something else than a page.
func (a address) isFile() bool { return a.given == "" && (a.lang == "" || a.suffix != "") }

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

// suffixOf is the form that a path asks for: one of package export's, some of which
// have two parts, or what stands behind the last dot.
func suffixOf(p string) string {
	suffix := strings.TrimPrefix(path.Ext(p), ".")
	for _, f := range export.Formats() {
		if strings.HasSuffix(p, "."+f.Suffix) && len(f.Suffix) > len(suffix) {
			suffix = f.Suffix
		}
	}
	return suffix
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

// choose reads the query of a link and settles whether the copy has that page.
func (c *copier) choose(on, a address, q url.Values, rel string) (address, bool) {
	q.Del("as_of")
	if a.path == "/incidents" || a.path == "/stories" {
		for param, values := range c.holds.only {
			if slices.Equal(slices.Sorted(slices.Values(q[param])), values) {
				q.Del(param) // the copy has no others
			}
		}
	}
	cursor := q.Get("cursor")
	q.Del("cursor")
	if q.Has("from") && q.Has("to") {
		q.Set(span, q.Get("from")+"_"+q.Get("to"))
		q.Del("from")
		q.Del("to")
	}
	for param, values := range q {
		if len(q) > 1 || len(values) != 1 || !c.offered(a, param, values[0]) {
			return a, false
		}
		a.param, a.value = param, values[0]
	}
	if cursor != "" {
		switch {
		case cursor == on.cursor:
			a.n = on.n
		case rel == "next":
			a.n = on.n + 1
		case rel == "prev":
			a.n, a.back = on.n-1, true
		default:
			return a, false
		}
		if a.n > 1 {
			a.cursor = cursor
		}
	}
	return c.noun(a)
}

// offered reports whether the copy has the page that a choice makes.
func (c *copier) offered(a address, param, value string) bool {
	if a.suffix != "" || !plainPath(value) || strings.Contains(value, "/") {
		return false
	}
	for _, ch := range choices {
		if ok, _ := path.Match(ch.pattern, a.path); ok && slices.Contains(ch.params, param) {
			only := c.holds.only[param]
			return len(only) == 0 || slices.Contains(only, value)
		}
	}
	return false
}

// noun settles whether the copy has what the path names.
func (c *copier) noun(a address) (address, bool) {
	parts := strings.Split(strings.Trim(a.path, "/"), "/")
	if _, exported := export.BySuffix(a.suffix); exported && a.path == "/incidents" {
		return a, false // what was not handed over
	}
	if a.suffix != "" {
		for _, prefix := range single {
			if strings.HasPrefix(a.path, prefix) {
				return a, false
			}
		}
		return a, true
	}
	if len(parts) < 2 {
		return a, true
	}
	switch key := parts[1]; parts[0] {
	case "incidents":
		newest, ok := c.holds.newest[keepiton.IncidentID(key)]
		// The newest revision is the incident's own page, and one that stands
		// alone is its history.
		if len(parts) == 4 && parts[2] == "revisions" && parts[3] == strconv.Itoa(newest) || len(parts) == 3 && parts[2] == "revisions" && newest == 1 {
			a.path = "/incidents/" + key
		}
		return a, ok
	case "countries":
		return a, c.holds.countries[key]
	case "years":
		return a, c.holds.years[key]
	case "stories":
		return a, c.holds.stories[keepiton.StoryID(key)]
	}
	return a, true
}

// plainPath reports whether a path or a value can be part of a file's name.
func plainPath(s string) bool {
	return !strings.Contains(s, "..") && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./") == ""
}

// relative writes the way from one file of the copy to another.
func relative(from, to string) string {
	f, t := strings.Split(path.Dir(from), "/"), strings.Split(to, "/")
	if f[0] == "." {
		f = nil
	}
	same := 0
	for same < len(f) && same < len(t)-1 && f[same] == t[same] {
		same++
	}
	return strings.Repeat("../", len(f)-same) + strings.Join(t[same:], "/")
}
