package main

import (
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"

	"keepiton/web"
	"keepiton/web/door"
)

// front sends public pages straight to the site, and what programs and people
// send to the doors and the desk, which have bounds of their own: the mux is for
// the rest.
type front struct {
	pages, doors, desk, rest http.Handler
	log                      *slog.Logger
}

func (f front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() {
		// net/http would log a panic with the reader's address.
		switch cause := recover(); cause {
		case nil:
		case http.ErrAbortHandler:
			panic(cause)
		default:
			path := web.LogPath(r.URL.Path)
			if strings.HasPrefix(path, door.Prefix) {
				path = door.Prefix // what follows may be a sender's
			}
			f.log.ErrorContext(r.Context(), "a request ended in a panic", "path", path, "cause", cause, "stack", string(debug.Stack()))
			panic(http.ErrAbortHandler)
		}
	}()
	if strings.HasPrefix(r.URL.Path, door.Prefix) {
		f.doors.ServeHTTP(w, r)
		return
	}
	if strings.HasPrefix(r.URL.Path, "/desk/") || r.URL.Path == "/desk" {
		f.desk.ServeHTTP(w, r)
		return
	}
	for _, prefix := range []string{"/api/", "/healthz"} {
		if strings.HasPrefix(r.URL.Path, prefix) || r.URL.Path+"/" == prefix {
			f.rest.ServeHTTP(w, r)
			return
		}
	}
	f.pages.ServeHTTP(w, r)
}

// expiring lets the public pages see what a form has changed at once.
func expiring(next http.Handler, pages *web.Server) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			defer pages.Expire()
		}
		next.ServeHTTP(w, r)
	})
}

// quiet drops the address of the reader, which net/http puts into its own
// messages: only the fact that a connection failed is kept.
type quiet struct{ slog.Handler }

func (q quiet) Handle(ctx context.Context, r slog.Record) error {
	kind, _, _ := strings.Cut(r.Message, " from ")
	if strings.HasPrefix(r.Message, "http: panic") {
		kind = "a request ended in a panic"
	} else if kind == r.Message {
		kind, _, _ = strings.Cut(r.Message, ": ")
	}
	return q.Handler.Handle(ctx, slog.NewRecord(r.Time, r.Level, kind, r.PC))
}
