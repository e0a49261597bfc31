package web

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/locale"
)

// maxKept is the size up to which an answer is held in memory before it is
// compressed and cached; a larger download is streamed.
const maxKept = 8 << 20

// briefFor is for how many seconds an answer about what instruments see is kept:
// their shortest bin is of five minutes.
const briefFor = 60

// answer is what a route's function returns: a redirect, or a body to be
// written once.
type answer struct {
	status      int // 0: 200
	location    string
	contentType string
	filename    string   // for a download
	policy      []string // of a page; nil: a file, under the strictest
	fresh       bool     // made for one reader: neither we nor the browser keep it
	unlisted    bool     // no search engine may have it
	padded      bool     // its length tells nothing of what it says
	picture     bool     // drawn by the kit: kept apart from pages, and longer by browsers
	brief       bool     // of what instruments see, which changes with the clock: kept for briefFor
	write       func(w io.Writer) error
}

// ServeHTTP answers from the cache if it can. It allocates nothing on that
// way beyond what net/http does.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost && s.isPost(r) {
		s.mux.ServeHTTP(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		s.fail(w, r, keepiton.Errorf(keepiton.Invalid, "%s is not a method of this page", r.Method), http.StatusMethodNotAllowed)
		return
	}
	if strings.HasPrefix(r.URL.Path, mediaPrefix) {
		s.media(w, r)
		return
	}
	now := s.opt.Now()
	version, err := s.recordVersion(r.Context(), now)
	if err != nil {
		s.fail(w, r, err, 0)
		return
	}
	day := now.Unix() / 86400
	key := pageKey{path: r.URL.Path, enc: negotiateHeader(r.Header)}
	if r.URL.RawQuery != "" {
		q, err := normalise(r.URL.RawQuery)
		if err != nil {
			s.fail(w, r, err, 0)
			return
		}
		key.query = write(q)
	}
	e, ok := s.cache.get(key, version, day, now.Unix())
	if !ok {
		e, ok = s.pictures.get(key, version, day, now.Unix())
	}
	if ok {
		s.send(w, r, e)
		return
	}
	s.mux.ServeHTTP(w, withTask(r, task{key: key, version: version, day: day, now: now}))
}

func negotiateHeader(h http.Header) encoding {
	switch values := h["Accept-Encoding"]; len(values) {
	case 0:
		return identity
	case 1:
		return negotiate(values[0])
	default:
		return negotiate(strings.Join(values, ","))
	}
}

// send writes a finished answer, or 304 when the reader has it.
func (s *Server) send(w http.ResponseWriter, r *http.Request, e *entry) {
	h := w.Header()
	secure(h, e.policy)
	h["Etag"] = e.etag
	h["Vary"] = varyPage
	h["Cache-Control"] = revalidate
	if e.picture {
		h["Cache-Control"] = pictureCache
	}
	s.invite(h, r, e.onion)
	if match := r.Header["If-None-Match"]; len(match) > 0 && matches(match, e.etag[0]) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h["Content-Type"] = e.contentType
	h["Content-Length"] = e.length
	if e.contentEnc != nil {
		h["Content-Encoding"] = e.contentEnc
	}
	if e.disposition != nil {
		h["Content-Disposition"] = e.disposition
	}
	if r.Method != http.MethodHead {
		w.Write(e.body) // an error means the reader has gone
	}
}

// matches compares entity tags weakly, as RFC 9110 section 13.1.2 asks.
func matches(header []string, etag string) bool {
	for _, line := range header {
		for part := range strings.SplitSeq(line, ",") {
			part = strings.TrimPrefix(strings.TrimSpace(part), "W/")
			if part == etag || part == "*" {
				return true
			}
		}
	}
	return false
}

// serve runs a route's function and sends what it returns.
func (s *Server) serve(rt route, w http.ResponseWriter, r *http.Request) {
	t := taskOf(r)
	v, err := s.newVisit(r, t.suffix, t.now.UTC().Truncate(24*time.Hour))
	if err == nil && !rt.answersIn(v.suffix) {
		err = keepiton.Errorf(keepiton.NotFound, "this page has no .%s form", v.suffix)
	}
	if err != nil {
		s.failIn(w, v, err, 0)
		return
	}
	a, err := rt.page(s, v)
	if err != nil {
		s.failIn(w, v, err, 0)
		return
	}
	if a.location != "" {
		secure(w.Header(), innerPolicy)
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("Location", a.location)
		w.WriteHeader(a.status)
		return
	}
	s.finish(w, v, t, a)
}

// finish writes, compresses, keeps and sends an answer.
func (s *Server) finish(w http.ResponseWriter, v *visit, t task, a *answer) {
	head := entry{version: t.version, day: t.day, contentType: []string{a.contentType}, policy: a.policy, onion: s.atOnion(t.key, a.contentType), picture: a.picture}
	if a.brief {
		head.until = t.now.Unix() + briefFor
	}
	if a.policy == nil {
		head.policy = filePolicy
	}
	if a.filename != "" {
		head.disposition = []string{`attachment; filename="` + a.filename + `"`}
	}
	out := &spill{w: w, head: &head, enc: t.key.enc}
	if !compressible(a.contentType) {
		out.enc = identity
	}
	if err := a.write(out); err != nil {
		if out.stream != nil { // too late for an error page: cut the line, so that nobody takes a part for the whole
			s.opt.Log.LogAttrs(v.ctx, slog.LevelError, "download cut", slog.String("page", LogPath(v.path)), slog.Any("cause", err))
			panic(http.ErrAbortHandler)
		}
		s.failIn(w, v, err, 0)
		return
	}
	if out.stream != nil {
		if err := out.close(); err != nil {
			panic(http.ErrAbortHandler)
		}
		return
	}
	if a.padded && out.enc == brotlied {
		out.enc = gzipped
	}
	if v.get("message") != "" && strings.HasPrefix(a.contentType, "text/html") {
		pointed := s.pointOut(v, out.buf.Bytes())
		out.buf.Reset()
		out.buf.Write(pointed)
		a.fresh = true
		w.Header().Set("X-Robots-Tag", "noindex")
	}
	body, err := compress(out.buf.Bytes(), out.enc)
	if err != nil {
		s.failIn(w, v, err, 0)
		return
	}
	if a.padded {
		body = pad(body, out.enc)
	}
	head.setBody(body, out.enc)
	if !a.fresh && !v.noting && (a.status == 0 || a.status == http.StatusOK) {
		keep := s.cache
		if a.picture {
			keep = s.pictures
		}
		keep.put(t.key, &head)
		s.send(w, v.req, &head)
		return
	}
	secure(w.Header(), head.policy)
	if a.unlisted {
		w.Header()["X-Robots-Tag"] = unlisted
	}
	s.invite(w.Header(), v.req, head.onion)
	writeOnce(w, v.req, max(a.status, http.StatusOK), &head)
}

func (e *entry) setBody(body []byte, enc encoding) {
	sum := sha256.Sum256(body)
	e.body = body
	e.etag = []string{`"` + hex.EncodeToString(sum[:12]) + `"`}
	e.length = []string{strconv.Itoa(len(body))}
	if enc != identity {
		e.contentEnc = []string{encodingNames[enc]}
	}
}

// writeOnce sends an answer that is not kept, such as an error page.
func writeOnce(w http.ResponseWriter, r *http.Request, status int, e *entry) {
	h := w.Header()
	h["Content-Type"], h["Content-Length"], h["Vary"] = e.contentType, e.length, varyPage
	if h.Get("Cache-Control") == "" {
		h["Cache-Control"] = neverStore
	}
	if e.contentEnc != nil {
		h["Content-Encoding"] = e.contentEnc
	}
	if e.disposition != nil {
		h["Content-Disposition"] = e.disposition
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(e.body)
	}
}

func compressible(contentType string) bool {
	for _, s := range []string{"text/", "json", "xml", "svg", "yaml"} {
		if strings.Contains(contentType, s) && !strings.Contains(contentType, "openxml") {
			return true
		}
	}
	return false
}

// spill holds an answer in memory up to maxKept and streams from there on.
type spill struct {
	w      http.ResponseWriter
	head   *entry
	enc    encoding
	buf    bytes.Buffer
	stream io.Writer
	closer io.Closer
}

func (p *spill) Write(b []byte) (int, error) {
	if p.stream == nil && p.buf.Len()+len(b) <= maxKept {
		return p.buf.Write(b)
	}
	if p.stream == nil {
		if err := p.open(); err != nil {
			return 0, err
		}
	}
	return p.stream.Write(b)
}

// open sends the headers and what was held so far. Streams are compressed
// lightly: they are made for each request.
func (p *spill) open() error {
	h := p.w.Header()
	secure(h, p.head.policy)
	h["Content-Type"], h["Vary"], h["Cache-Control"] = p.head.contentType, varyPage, revalidate
	if p.head.disposition != nil {
		h["Content-Disposition"] = p.head.disposition
	}
	p.stream = p.w
	if p.enc != identity {
		h["Content-Encoding"] = []string{encodingNames[p.enc]}
		c, err := lightCompressor(p.w, p.enc)
		if err != nil {
			return err
		}
		p.stream, p.closer = c, c
	}
	_, err := p.stream.Write(p.buf.Bytes())
	p.buf = bytes.Buffer{}
	return err
}

func (p *spill) close() error {
	if p.closer != nil {
		return p.closer.Close()
	}
	return nil
}

// fail answers with an error page in the language of the path or, where it
// has none, of the reader.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error, status int) {
	tag, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if !isLanguage(tag) {
		tag = locale.Match(r.Header.Get("Accept-Language")).Tag
	}
	today := s.opt.Now().UTC().Truncate(24 * time.Hour)
	s.failIn(w, &visit{ctx: r.Context(), req: r, p: locale.For(tag), path: "/", today: today, now: keepiton.AsOf(today)}, err, status)
}

// failIn answers with an error page. Our own faults get a short reference that
// the log has beside the cause.
func (s *Server) failIn(w http.ResponseWriter, v *visit, err error, status int) {
	if v.ctx.Err() != nil {
		return // the reader has gone
	}
	code := keepiton.CodeOf(err)
	if status == 0 {
		status = StatusOf(err)
	}
	ref := ""
	if status >= 500 {
		ref = reference()
		s.opt.Log.LogAttrs(v.ctx, slog.LevelError, "page failed", slog.String("reference", ref), slog.String("page", LogPath(v.path)), slog.Any("cause", err))
	}
	var buf bytes.Buffer
	head := &entry{contentType: []string{"text/html; charset=utf-8"}}
	if s.errorPage(&buf, v, err, code, status, ref) != nil {
		buf.Reset()
		buf.WriteString(http.StatusText(status) + " " + ref)
		head.contentType = []string{"text/plain; charset=utf-8"}
	}
	enc := negotiateHeader(v.req.Header)
	body, cerr := compress(buf.Bytes(), enc)
	if cerr != nil {
		body, enc = buf.Bytes(), identity
	}
	head.setBody(body, enc)
	secure(w.Header(), innerPolicy)
	if status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "30")
	}
	writeOnce(w, v.req, status, head)
}

// reference returns eight characters that name one failure. They say nothing
// of who met it.
func reference() string { return rand.Text()[:8] }
