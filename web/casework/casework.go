// Package casework is the face of an analyst's desk for sealed reports: a
// queue, reports with their files, cases, drafts. It runs on the analyst's own
// machine (`desk --server URL`), or on the server where the operator accepts that
// the keys lie there (`serve --desk`, `demo`), which every page then says.
//
// Promises:
//
//   - What was opened stays in memory; no page may be kept by a browser, and
//     none loads anything from elsewhere.
//   - Files are shown as pixels that a child process made; originals are
//     downloads with opaque names.
//   - Every page works without script; the one script draws boxes on a picture.
//   - Every POST carries the session's token and comes from this site.
package casework

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"keepiton"
	work "keepiton/casework"
	"keepiton/evidence"
	"keepiton/locale"
)

// Options are the parts of the face. Who, Queue and Evidence are required.
type Options struct {
	// Who returns who asks; Unsigned sends them to SignIn.
	Who    func(r *http.Request) (Session, error)
	SignIn string // address of the page that signs in

	Prefix string // of all pages, such as /desk/reports; no slash at its end
	Site   string // address of the server, for links to its pages; empty: this one
	Weaker bool   // keys lie on the server: pages say so

	// Queue is the order of attention: intake.Queue.
	Queue    func(all []keepiton.Envelope, n int, seed uint64) []keepiton.Envelope
	Evidence Evidence
	// TakeIn makes series of what probes saw; nil: not here. Where keys and reports lie on
	// the server it is: series are in the clear, and whoever seizes it would read them.
	TakeIn TakeIn

	Now func() time.Time // nil: time.Now
	Log *slog.Logger     // nil: discard. What failed, never what was read
}

// Session is who asks.
type Session struct {
	Desk         *work.Desk
	Account      string
	Organization string
	CSRF         string // token of their forms
}

// Evidence opens files in a child process; evidence.Child does.
type Evidence interface {
	Look(ctx context.Context, kind evidence.Kind, original []byte) (evidence.View, error)
	Clean(ctx context.Context, kind evidence.Kind, original []byte, boxes []evidence.Box) (evidence.Public, error)
	VerifyProofMode(ctx context.Context, zip []byte) (evidence.Proof, error)
}

// Handler serves the desk's pages.
type Handler struct {
	opt    Options
	mux    *http.ServeMux
	origin *http.CrossOriginProtection
	seed   uint64

	mu     sync.Mutex
	views  map[string]evidence.View // by SHA-256 of the original; a few
	closed map[keepiton.EnvelopeID]keepiton.Code
}

// New returns the handler of everything under Prefix.
func New(opt Options) *Handler {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	var b [8]byte
	rand.Read(b[:])
	h := &Handler{opt: opt, mux: http.NewServeMux(), origin: http.NewCrossOriginProtection(), seed: binary.BigEndian.Uint64(b[:]), views: map[string]evidence.View{}, closed: map[keepiton.EnvelopeID]keepiton.Code{}}
	h.routes()
	return h
}

func (h *Handler) routes() {
	p := h.opt.Prefix
	file := func(name, mediaType string) {
		h.mux.HandleFunc("GET "+p+"/"+name, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", mediaType)
			w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
			w.Write(asset(name))
		})
	}
	file("style.css", "text/css; charset=utf-8")
	file("boxes.js", "text/javascript; charset=utf-8")
	page := func(pattern string, f func(*visit) error) {
		method, path, _ := strings.Cut(pattern, " ")
		h.mux.Handle(method+" "+p+path, h.signed(f))
	}
	page("GET /{$}", queuePage)
	page("POST /open", openMore)
	page("POST /group", group)
	page("POST /unopened", openUnopened)
	page("POST /comparing", comparing)
	page("GET /gone", gonePage)
	page("GET /lanes", lanesPage)
	page("GET /probes", probesPage)
	page("POST /probes", takeProbes)
	page("GET /probes/results", saveProbes)
	page("GET /reports/{id}", reportPage)
	page("POST /reports/{id}/judge", judge)
	page("POST /reports/{id}/reply", reply)
	page("POST /reports/{id}/case", intoCase)
	page("GET /reports/{id}/story", storyPage)
	page("POST /reports/{id}/story", sendStory)
	page("POST /reports/{id}/vet", vet)
	page("POST /reports/{id}/decline", decline)
	page("POST /reports/{id}/enrol", enrol)
	page("GET /reports/{id}/files/{n}", filePage)
	page("GET /reports/{id}/files/{n}/original", original)
	page("GET /reports/{id}/files/{n}/look/{page}", look)
	page("GET /reports/{id}/files/{n}/glance", glance)
	page("POST /reports/{id}/files/{n}/clean", clean)
	page("POST /reports/{id}/files/{n}/exhibit", keepExhibit)
	page("GET /cases", casesPage)
	page("GET /cases/{id}", casePage)
	page("POST /cases/{id}", saveCase)
	page("POST /cases/{id}/split", splitCase)
	page("GET /cases/{id}/draft", draftPage)
	page("POST /cases/{id}/draft", sendDraft)
	page("GET /", func(v *visit) error { return keepiton.Errorf(keepiton.NotFound, "no page %s", v.r.URL.Path) })
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head.Set("Content-Security-Policy", policy)
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Referrer-Policy", "no-referrer")
	head.Set("Cross-Origin-Opener-Policy", "same-origin")
	head.Set("Cross-Origin-Resource-Policy", "same-origin")
	head.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	head.Set("Cache-Control", "no-store")
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	h.origin.Handler(h.mux).ServeHTTP(w, r)
}

const maxForm = 1 << 20

const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// visit is one request.
type visit struct {
	*Handler
	w   http.ResponseWriter
	r   *http.Request
	p   *locale.Printer
	who Session
	// desk is who.Desk.
	desk *work.Desk
}

// signed finds out who asks, checks their token, and turns errors into pages.
func (h *Handler) signed(f func(*visit) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{Handler: h, w: w, r: r, p: h.language(r)}
		who, err := h.opt.Who(r)
		switch {
		case keepiton.CodeOf(err) == keepiton.Unsigned && h.opt.SignIn != "":
			http.Redirect(w, r, h.opt.SignIn, http.StatusSeeOther)
			return
		case err != nil:
			v.fail(err)
			return
		}
		v.who, v.desk = who, who.Desk
		if r.Method == http.MethodPost {
			if err := v.form(); err != nil {
				v.fail(err)
				return
			}
		}
		if err := f(v); err != nil {
			v.fail(err)
		}
	})
}

// form reads a POST and checks that it is of this session.
func (v *visit) form() error {
	if err := v.r.ParseForm(); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return keepiton.Errorf(keepiton.TooLarge, "the form is larger than %d bytes", maxForm)
		}
		return keepiton.Errorf(keepiton.Invalid, "read the form: %w", err)
	}
	if v.who.CSRF == "" || v.r.PostForm.Get("csrf") != v.who.CSRF {
		return &keepiton.Error{Code: keepiton.Forbidden, Key: "desk.error.csrf", Err: keepiton.Errorf(keepiton.Forbidden, "the form is not of this session")}
	}
	for _, values := range v.r.PostForm {
		for i, s := range values {
			values[i] = strings.ToValidUTF8(strings.ReplaceAll(s, "\r\n", "\n"), "\uFFFD")
		}
	}
	return nil
}

// language is that of the query, else the desk's cookie, else the browser's.
func (h *Handler) language(r *http.Request) *locale.Printer {
	if tag := r.URL.Query().Get("lang"); locale.Known(tag) {
		return locale.For(tag)
	}
	for _, name := range []string{"keepiton_casework_lang", "keepiton_desk_lang"} {
		if c, err := r.Cookie(name); err == nil && locale.Known(c.Value) {
			return locale.For(c.Value)
		}
	}
	return locale.For(locale.Match(r.Header.Get("Accept-Language")).Tag)
}

func (v *visit) ctx() context.Context { return v.r.Context() }

// to redirects to a page under Prefix.
func (v *visit) to(path string) error {
	http.Redirect(v.w, v.r, v.opt.Prefix+path, http.StatusSeeOther)
	return nil
}

// title is a message for the title of a page.
func (v *visit) title(key string, kv ...any) template.HTML { return voice{Printer: v.p}.T(key, kv...) }
