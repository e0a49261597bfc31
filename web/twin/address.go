package twin

import (
	"path"
	"strconv"
	"strings"

	"keepiton/export"
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
