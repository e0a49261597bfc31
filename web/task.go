package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"keepiton/export"
)

// task is what ServeHTTP found out before the mux chose the route.
type task struct {
	key     pageKey
	version uint64
	day     int64
	now     time.Time
	suffix  string
}

type taskKey struct{}

// suffixes are the forms that an address may ask for, the longest first: the
// formats of package export and the ones of this package.
var suffixes = allSuffixes()

func allSuffixes() []string {
	out := []string{"html", "json", "csv", "txt", "svg", "ics", "png", "pdf", "xml", "po"}
	for suffix := range citations {
		out = append(out, suffix)
	}
	for _, f := range export.Formats() {
		if !slices.Contains(out, f.Suffix) {
			out = append(out, f.Suffix)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return len(b) - len(a) })
	return out
}

// withTask returns r with its suffix taken off the path and the task beside it.
func withTask(r *http.Request, t task) *http.Request {
	r = r.WithContext(context.WithValue(r.Context(), taskKey{}, &t))
	for _, suffix := range suffixes {
		stem, ok := strings.CutSuffix(r.URL.Path, "."+suffix)
		if !ok || stem == "" || strings.HasSuffix(stem, "/") || stem == "/favicon" || stem == "/robots" {
			continue
		}
		u := *r.URL
		u.Path, u.RawPath = stem, ""
		r.URL = &u
		if t.suffix = suffix; suffix == "html" {
			t.suffix = ""
		}
		break
	}
	return r
}

func taskOf(r *http.Request) task {
	if t, ok := r.Context().Value(taskKey{}).(*task); ok {
		return *t
	}
	return task{}
}

// taskURL is the base of the addresses that known looks up.
var taskURL = &url.URL{Scheme: "http", Host: "localhost"}
