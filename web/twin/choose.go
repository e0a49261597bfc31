package twin

import (
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"keepiton"
	"keepiton/export"
)

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
