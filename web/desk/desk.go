// Package desk is the staff's face: pages under /desk/ where people sign in,
// write incidents, look at each other's work, and publish.
//
// Promises:
//
//   - Every page works without script; the two scripts, for passkeys and for
//     findings while one types, are loaded on the pages that use them.
//   - Nothing typed is lost: a refused form comes back as it was sent, with what
//     is wrong beside each field, also when somebody else was faster.
//   - Every POST carries the session's token and comes from this site.
//   - No address, browser or query is logged or stored.
//
// The life of a request: routes.go names the handler and what it needs; do
// finds session and language; the handler decodes, calls one use case of
// package review, and renders or redirects; an error becomes a page in one
// place.
package desk

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"keepiton"
	"keepiton/campaign"
	"keepiton/casework"
	"keepiton/casework/remote"
	"keepiton/locale"
	"keepiton/notify"
	"keepiton/review"
	"keepiton/signals"
	"keepiton/store"
)

// Options are the parts of a desk. Store, Now and BaseURL are required.
type Options struct {
	Store   store.Store
	Now     func() time.Time
	BaseURL string        // as browsers see it, such as https://shutdowns.example
	Log     *slog.Logger  // default: discard
	Argon   review.Argon  // cost of passwords; zero: review.DefaultArgon
	Idle    time.Duration // see review.Accounts
	Whole   time.Duration

	Office *campaign.Office // entries of the campaign; nil: the desk has no such section
	// Preview answers with the public page of an entry as it would be if rev were
	// published; nil: there are no previews.
	Preview func(w http.ResponseWriter, r *http.Request, lang string, rev keepiton.EntryRevision) error

	Book *notify.Book // where an organization manages its alerts; nil: this site has none
	// Address is where a subscription to alerts goes, masked; nil: it is not shown.
	Address func(*keepiton.Subscription) string

	Sealed store.Sealed // what people sent; nil: this server takes no reports
	// Signals gives the pages of candidates the series behind them; nil: they have no charts.
	Signals *signals.Board
	// Reports are the pages of casework in this process, under ReportsPath; each
	// request is that of GuestOf. nil: only paired machines reach what was sent.
	Reports http.Handler
}

type server struct {
	opt      Options
	desk     *review.Desk
	accounts *review.Accounts
	passkeys *review.Passkeys
	pairing  *review.Pairing
	budget   *casework.Budget
	https    bool
	drawing  sync.Mutex // of one logo at a time
	readable struct {   // what senders left readable, as it was asked for last
		sync.Mutex
		marks store.Marks
		parts [store.Parts][]keepiton.Envelope
	}
	mux    *http.ServeMux
	origin *http.CrossOriginProtection
}

// New makes the handler of everything under /desk/.
func New(opt Options) (http.Handler, error) {
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	base, err := url.Parse(opt.BaseURL)
	if err != nil || base.Host == "" {
		return nil, keepiton.Errorf(keepiton.Invalid, "base URL %q is not an absolute address", opt.BaseURL)
	}
	s := &server{opt: opt, https: base.Scheme == "https", mux: http.NewServeMux(), origin: http.NewCrossOriginProtection()}
	s.desk = &review.Desk{Incidents: opt.Store, Questions: opt.Store, People: opt.Store, Meta: opt.Store, Now: opt.Now, Stories: opt.Store, Media: opt.Store, Disruptions: opt.Store}
	s.accounts = &review.Accounts{Store: opt.Store, Meta: opt.Store, Now: opt.Now, Log: opt.Log, Argon: opt.Argon, Idle: opt.Idle, Whole: opt.Whole}
	s.pairing, s.budget = &review.Pairing{Accounts: s.accounts}, s.newBudget()
	if s.passkeys, err = review.NewPasskeys(s.accounts, opt.BaseURL); err != nil {
		return nil, err
	}
	if err := s.origin.AddTrustedOrigin(base.Scheme + "://" + base.Host); err != nil {
		return nil, keepiton.Errorf(keepiton.Invalid, "base URL %q: %w", opt.BaseURL, err)
	}
	s.origin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{server: s, w: w, r: r, p: s.language(r)}
		v.fail(keepiton.Errorf(keepiton.Forbidden, "the request comes from another site"))
	}))
	s.routes()
	return s.secure(s.origin.Handler(s.mux)), nil
}

// maxForm bounds the body of a request, maxUpload one that may carry a logo; those
// of paired machines and of casework have bounds of their own.
const (
	maxForm   = 1 << 20
	maxUpload = maxForm + campaign.MaxLogo
)

// secure sets what every answer carries and bounds what is read.
func (s *server) secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy(false))
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		h.Set("Cache-Control", "no-store")
		if !strings.HasPrefix(r.URL.Path, remote.Prefix) && !strings.HasPrefix(r.URL.Path, ReportsPath+"/") {
			limit := int64(maxForm)
			if strings.HasPrefix(r.URL.Path, "/desk/campaign/") || r.URL.Path == memberPath {
				limit = maxUpload
			}
			r.Body = http.MaxBytesReader(w, r.Body, limit)
		}
		next.ServeHTTP(w, r)
	})
}

// policy is the Content-Security-Policy; script is allowed on the pages of
// passkeys and in the editor alone.
func policy(script bool) string {
	p := "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	if script {
		p += "; script-src 'self'; connect-src 'self'"
	}
	return p
}

// visit is one request with who sent it and the language of the answer.
type visit struct {
	*server
	w    http.ResponseWriter
	r    *http.Request
	p    *locale.Printer
	user review.Session // zero when nobody is signed in
}

// handler does one request; an error it returns becomes a page.
type handler func(v *visit) error

// open serves people who may not be signed in.
func (s *server) open(h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := &visit{server: s, w: w, r: r, p: s.language(r)}
		if user, err := s.accounts.Session(r.Context(), s.token(r)); err == nil {
			v.user = user
		} else if keepiton.CodeOf(err) != keepiton.Unsigned {
			v.fail(err)
			return
		}
		if r.Method == http.MethodPost && !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
			if err := v.parseForm(); err != nil {
				v.fail(err)
				return
			}
		}
		if err := h(v); err != nil {
			v.fail(err)
		}
	}
}

// signed serves people who are signed in; a POST must carry their token.
func (s *server) signed(h handler) http.HandlerFunc {
	return s.open(func(v *visit) error {
		if v.user.Account == "" {
			if v.r.Method == http.MethodGet {
				return v.toSignIn()
			}
			return keepiton.Errorf(keepiton.Unsigned, "not signed in")
		}
		if v.r.Method == http.MethodPost {
			token := v.r.Header.Get("X-CSRF")
			if token == "" {
				token = v.r.PostForm.Get("csrf")
			}
			if err := v.user.CheckCSRF(token); err != nil {
				return err
			}
		}
		return h(v)
	})
}

// toSignIn asks who it is, and comes back.
func (v *visit) toSignIn() error {
	return v.redirect("/desk/sign-in?to=" + url.QueryEscape(v.r.URL.RequestURI()))
}

// parseForm reads the form, with line ends as the record has them.
func (v *visit) parseForm() error {
	parse := v.r.ParseForm
	if strings.HasPrefix(v.r.Header.Get("Content-Type"), "multipart/form-data") {
		// All of it stays in memory: what is sent is bounded below maxUpload.
		parse = func() error { return v.r.ParseMultipartForm(maxUpload) }
	}
	if err := parse(); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return keepiton.Errorf(keepiton.TooLarge, "the form is larger than %d bytes", large.Limit)
		}
		return keepiton.Errorf(keepiton.Invalid, "read the form: %w", err)
	}
	for _, values := range v.r.PostForm {
		for i, s := range values {
			values[i] = strings.ToValidUTF8(strings.ReplaceAll(s, "\r\n", "\n"), "\uFFFD")
		}
	}
	return nil
}

// redirect answers with a page to go to, by GET.
func (v *visit) redirect(to string) error {
	http.Redirect(v.w, v.r, to, http.StatusSeeOther)
	return nil
}

// cookieName is the session's cookie; it goes to /desk/ alone, so that public
// pages never see it.
const (
	cookieName     = "keepiton_desk"
	languageCookie = "keepiton_desk_lang"
)

func (s *server) token(r *http.Request) string {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return ""
	}
	return c.Value
}

// signIn hands the session's token to the browser until it is closed; the
// store ends it earlier.
func (v *visit) signIn(token string) { v.setCookie(cookieName, token, 0) }

func (v *visit) setCookie(name, value string, maxAge int) {
	http.SetCookie(v.w, &http.Cookie{
		Name: name, Value: value, Path: "/desk/", MaxAge: maxAge,
		HttpOnly: true, Secure: v.https, SameSite: http.SameSiteStrictMode,
	})
}

// language is the one chosen at the desk, else what the browser asks for.
func (s *server) language(r *http.Request) *locale.Printer {
	if c, err := r.Cookie(languageCookie); err == nil && locale.Known(c.Value) {
		return locale.For(c.Value)
	}
	return locale.For(locale.Match(r.Header.Get("Accept-Language")).Tag)
}
