package web

import (
	"context"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"
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

// suffixes are the forms that an address may ask for.
var suffixes = []string{"html", "json", "csv", "xlsx", "geojson", "atom", "txt", "svg", "bib", "ris", "csl", "cff", "ndjson"}

// withTask returns r with its suffix taken off the path and the task beside it.
func withTask(r *http.Request, t task) *http.Request {
	r = r.WithContext(context.WithValue(r.Context(), taskKey{}, &t))
	ext := strings.TrimPrefix(path.Ext(r.URL.Path), ".")
	if slices.Contains(suffixes, ext) && r.URL.Path != "/"+ext {
		u := *r.URL
		u.Path = strings.TrimSuffix(u.Path, "."+ext)
		u.RawPath = ""
		r.URL = &u
		if t.suffix = ext; ext == "html" {
			t.suffix = ""
		}
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
