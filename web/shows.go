package web

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"keepiton/locale"
)

// shows says where the site shows a message.
type shows struct {
	at     map[string][]string          // key -> addresses without language, at most showsAt
	filled map[string]map[string]string // key -> placeholder -> what it was filled with, in English
}

// showsIndex is made once a day, when a translator asks first.
type showsIndex struct {
	mu  sync.Mutex
	day int64
	now *shows
}

type notingKey struct{}

// Bounds of what is read to learn where messages show: so many pages in all and of
// one kind, and so long.
const (
	showsPages  = 160
	showsOfKind = 4
	showsTime   = 10 * time.Second
	showsAt     = 3
	filledRunes = 40
)

// whereShown reads the site's own pages, as a reader would, and notes which
// messages each asks for: nobody keeps a list by hand.
func (s *Server) whereShown(v *visit) *shows {
	day := v.today.Unix() / 86400
	s.where.mu.Lock()
	defer s.where.mu.Unlock()
	if s.where.now == nil || s.where.day != day {
		s.where.now, s.where.day = s.readAll(v), day
	}
	return s.where.now
}

var ownLink = regexp.MustCompile(`href="/en(/[^"?#]*)["?#]`)

func (s *Server) readAll(v *visit) *shows {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(v.ctx), showsTime)
	defer cancel()
	out := &shows{at: map[string][]string{}, filled: map[string]map[string]string{}}
	todo, seen, ofKind := slices.Clone(s.pages), map[string]bool{}, map[string]int{}
	for read := 0; len(todo) > 0 && read < showsPages && ctx.Err() == nil; {
		path := todo[0]
		todo = todo[1:]
		kind, ok := s.kindOf(path)
		if seen[path] || !ok || ofKind[kind] >= showsOfKind {
			continue
		}
		seen[path] = true
		ofKind[kind]++
		read++
		for _, m := range ownLink.FindAllSubmatch(s.readNoting(ctx, path, out), -1) {
			todo = append(todo, string(m[1]))
		}
	}
	return out
}

// kindOf returns the route of a page that is worth reading.
func (s *Server) kindOf(path string) (string, bool) {
	if strings.HasPrefix(path, "/languages") || strings.Contains(path[strings.LastIndexByte(path, '/')+1:], ".") {
		return "", false
	}
	u := *taskURL
	u.Path = "/en" + path
	_, pattern := s.mux.Handler(&http.Request{Method: http.MethodGet, URL: &u, Host: "localhost"})
	return pattern, pattern != "" && pattern != "/" && pattern != "/{lang}"
}

// readNoting reads one page and, if it is one, notes its messages.
func (s *Server) readNoting(ctx context.Context, path string, out *shows) []byte {
	asked := map[string]map[string]string{}
	note := func(key string, filled map[string]string) {
		if asked[key] == nil {
			asked[key] = map[string]string{}
		}
		for name, value := range filled {
			asked[key][name] = cmp.Or(asked[key][name], value)
		}
	}
	u := url.URL{Scheme: "http", Host: "localhost", Path: "/en" + path}
	r := (&http.Request{Method: http.MethodGet, URL: &u, Host: u.Host, Header: http.Header{}}).WithContext(context.WithValue(ctx, notingKey{}, note))
	page := &pageReader{header: http.Header{}, status: http.StatusOK}
	s.mux.ServeHTTP(page, withTask(r, task{key: pageKey{path: u.Path}, now: s.opt.Now()}))
	if page.status != http.StatusOK {
		return nil
	}
	for key, filled := range asked {
		if len(out.at[key]) < showsAt {
			out.at[key] = append(out.at[key], path)
		}
		if out.filled[key] == nil {
			out.filled[key] = map[string]string{}
		}
		for name, value := range filled {
			out.filled[key][name] = cmp.Or(out.filled[key][name], firstWords(value, filledRunes))
		}
	}
	return page.body.Bytes()
}

// pageReader keeps what a page writes.
type pageReader struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *pageReader) Header() http.Header         { return r.header }
func (r *pageReader) WriteHeader(status int)      { r.status = status }
func (r *pageReader) Write(b []byte) (int, error) { return r.body.Write(b) }

// example is what a placeholder of a message is filled with on a page, or what one
// of that name is filled with anywhere.
func (w *shows) example(key, name string) string {
	if value := w.filled[key][name]; value != "" {
		return value
	}
	p := locale.For("en")
	switch {
	case name == "N":
		return p.Number(3)
	case strings.HasSuffix(name, "Year"):
		return p.Year(2026)
	}
	for _, other := range w.filled {
		if value := other[name]; value != "" {
			return value
		}
	}
	return ""
}
