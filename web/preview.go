package web

import (
	"bytes"
	"context"
	"html"
	"net/http"

	"keepiton"
	"keepiton/locale"
)

// PreviewMedia is where the desk serves the pictures of entries that are not
// public yet: a preview takes them from there.
const PreviewMedia = "/desk/media/"

// previewed shows one revision of an entry as the one that readers see.
type previewed struct {
	Campaign
	rev keepiton.EntryRevision
}

func (p previewed) PublicEntry(ctx context.Context, id keepiton.EntryID) (keepiton.EntryRevision, error) {
	if id == p.rev.ID {
		return p.rev, nil
	}
	return p.Campaign.PublicEntry(ctx, id)
}

// Preview answers with the page of an entry in a language as it would be if rev
// were published now, under a band that says so. It is the very page: the same
// route, over a store in which rev is public. Nothing of it is kept, and who asks
// must be somebody who may see drafts.
func (s *Server) Preview(w http.ResponseWriter, r *http.Request, lang string, rev keepiton.EntryRevision) error {
	path := EntryPath(rev.ID)
	if path == "" || !isLanguage(lang) || s.opt.Campaign == nil {
		return keepiton.Errorf(keepiton.NotFound, "no page of %q in %q", string(rev.ID), lang)
	}
	rev.State = keepiton.Published
	opt := s.opt
	opt.Campaign, opt.CacheBytes, opt.preview = previewed{s.opt.Campaign, rev}, 1, true
	only := &Server{opt: opt, templates: s.templates, cache: newPageCache(opt.CacheBytes), pictures: newPageCache(opt.CacheBytes)}
	only.mux = only.routes()
	ask, err := http.NewRequestWithContext(r.Context(), http.MethodGet, "/"+lang+path, nil)
	if err != nil {
		return err
	}
	ask.Host = r.Host
	page := &held{head: http.Header{}, status: http.StatusOK}
	only.ServeHTTP(page, ask)
	body := bytes.ReplaceAll(page.body.Bytes(), []byte(`"`+mediaPrefix), []byte(`"`+PreviewMedia))
	for _, l := range locale.Languages { // the switch of languages stays within the preview
		q := r.URL.Query()
		q.Set("lang", l.Tag)
		body = bytes.ReplaceAll(body, []byte(`href="/`+l.Tag+path+`"`), []byte(`href="`+html.EscapeString(r.URL.EscapedPath()+"?"+q.Encode())+`"`))
	}
	h := w.Header()
	for _, name := range []string{"Content-Type", "Content-Security-Policy"} {
		h[name] = page.head[name]
	}
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex")
	w.WriteHeader(page.status)
	_, err = w.Write(body)
	return err
}

// held is an answer in memory.
type held struct {
	head   http.Header
	status int
	body   bytes.Buffer
}

func (h *held) Header() http.Header         { return h.head }
func (h *held) WriteHeader(status int)      { h.status = status }
func (h *held) Write(b []byte) (int, error) { return h.body.Write(b) }
