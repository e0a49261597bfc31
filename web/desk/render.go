package desk

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"html/template"
	"io"
	"net/http"
	"strings"
	"time"

	"keepiton"
	"keepiton/campaign"
	"keepiton/casework/remote"
	"keepiton/chart"
	"keepiton/export"
	"keepiton/geo"
	"keepiton/locale"
	"keepiton/review"
	"keepiton/web/storyform"
)

//go:embed templates/*.html style.css passkey.js lint.js
var files embed.FS

// page is what the frame of every page needs; Body is the struct made for it.
type page struct {
	P         voice
	Name      string // of the template and of the title's message desk.<name>.title
	Title     template.HTML
	User      review.Session
	Here      string
	Languages []locale.Language
	Reports   bool          // sealed reports are opened at this desk
	Notice    template.HTML // what was just done
	Script    string        // file of the one script that the page loads, if any
	Wide      bool
	Campaign  bool   // the desk has the campaign's section
	Version   string // of the style sheet and scripts
	Body      any
}

// Admin reports whether the menu shows accounts and settings.
func (p page) Admin() bool { return p.User.May(review.Manage, "") }

// Editor reports whether the menu shows what an import left open.
func (p page) Editor() bool { return p.User.May(review.Answer, "") }

// InCampaign reports whether the page is one of the campaign's section.
func (p page) InCampaign() bool {
	return p.Name == "campaign" || strings.HasPrefix(p.Name, "entry") || p.Name == "members"
}

// Member reports whether the menu is that of an organization's own people.
func (p page) Member() bool { return p.User.Role == keepiton.RoleMember }

// Writer reports whether the menu offers a new incident.
func (p page) Writer() bool { return p.User.May(review.Create, "") }

var templates = template.Must(template.Must(template.New("").Funcs(template.FuncMap{
	"country": func(p voice, code string) string {
		if code == "" {
			return ""
		}
		return geo.Name(code, p.Lang().Tag)
	},
	"odds":    func(p voice, v float64) string { return export.Odds(p.Printer, v) },
	"link":    subjectLink,
	"isoDay":  func(t time.Time) string { return t.UTC().Format(time.DateOnly) },
	"isoTime": func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") },
	"of":      func(p page, body any) page { p.Body = body; return p }, // the page with a part of its body
	"both":    func(values ...any) []any { return values },

	"entrypath": campaign.Path,
}).ParseFS(files, "templates/*.html")).Parse(storyform.Template))

// version changes with the style sheet and the scripts, so that a browser may
// keep them.
var version = func() string {
	h := sha256.New()
	for _, name := range []string{"style.css", "passkey.js", "lint.js"} {
		b, err := files.ReadFile(name)
		if err != nil {
			panic(err)
		}
		h.Write(b)
	}
	io.WriteString(h, chartStyle)
	return hex.EncodeToString(h.Sum(nil))[:12]
}()

// chartStyle is the style of the charts of candidates.
const chartStyle = chart.CSS + chart.PanelCSS

func asset(name, mediaType string) http.Handler {
	b, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return served(b, mediaType)
}

func served(b []byte, mediaType string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", mediaType)
		w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
		w.Write(b)
	})
}

// render writes the page called name with status 200 or what was set before.
func (v *visit) render(status int, name string, body any) error {
	pg := page{
		P: voice{v.p}, Name: name, Title: voice{v.p}.T("desk." + name + ".title"), User: v.user, Here: v.r.URL.RequestURI(), Languages: locale.Languages, Reports: v.opt.Reports != nil,
		Script: script(name, body), Wide: name == "editor" || name == "question" || name == "entry" || name == "member", Version: version, Body: body,
		Campaign: v.opt.Office != nil && v.user.Role.Rank() > 0,
	}
	if key := v.r.URL.Query().Get("done"); key != "" && v.p.Has("desk.done."+key) {
		pg.Notice = voice{v.p}.T("desk.done." + key)
	}
	if t, ok := body.(interface{ title(voice) template.HTML }); ok {
		pg.Title = t.title(voice{v.p})
	}
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, name, pg); err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", v.p.Lang().Tag)
	if pg.Script != "" {
		h.Set("Content-Security-Policy", policy(true))
	}
	v.w.WriteHeader(status)
	_, err := b.WriteTo(v.w)
	return err
}

// script names the script of a page. The editor needs none for who may only
// read.
func script(name string, body any) string {
	a, _ := body.(actBody)
	p, _ := body.(proposalBody)
	st, _ := body.(storyBody)
	switch e, _ := body.(editorBody); {
	case a.Signing.Script() || p.Signing.Script() || st.Signing.Script():
		return "passkey.js"
	case name == "signin" || name == "account":
		return "passkey.js"
	case name == "editor" && (e.May.Save || e.May.Correct):
		return "lint.js"
	}
	return ""
}

// statuses maps the codes of errors to HTTP.
var statuses = map[keepiton.Code]int{
	keepiton.Invalid: http.StatusUnprocessableEntity, keepiton.NotFound: http.StatusNotFound, keepiton.Conflict: http.StatusConflict,
	keepiton.Forbidden: http.StatusForbidden, keepiton.Unsigned: http.StatusUnauthorized, keepiton.TooLarge: http.StatusRequestEntityTooLarge,
	keepiton.RateLimited: http.StatusTooManyRequests, keepiton.Unavailable: http.StatusServiceUnavailable, keepiton.Internal: http.StatusInternalServerError,
}

func statusOf(err error) int { return statuses[keepiton.CodeOf(err)] }

// mendable reports whether a person can do something about err where they are:
// the form then comes back with it, as it was sent.
func mendable(err error) bool {
	switch keepiton.CodeOf(err) {
	case keepiton.Invalid, keepiton.Conflict, keepiton.Forbidden, keepiton.TooLarge:
		return true
	}
	return false
}

// say writes err in the visitor's language. Causes of our own faults stay in
// the log.
func (v *visit) say(err error) string {
	var e *keepiton.Error
	if errors.As(err, &e) && e.Key != "" && v.p.Has(e.Key) {
		if n, ok := e.Args["N"].(int); ok {
			return v.p.N(e.Key, n, pairs(v.p, e.Args, "N")...)
		}
		return v.p.T(e.Key, pairs(v.p, e.Args)...)
	}
	if keepiton.CodeOf(err) == keepiton.NotFound {
		return v.p.T("desk.error.not_found") // what the public record says of itself is not true here
	}
	return v.p.T("error." + string(keepiton.CodeOf(err)))
}

// pairs turns placeholders into the printer's form, fields and states by their
// names.
func pairs(p *locale.Printer, args map[string]any, without ...string) []any {
	var kv []any
	for name, value := range args {
		if len(without) > 0 && name == without[0] {
			continue
		}
		if text, ok := value.(string); ok {
			switch {
			case name == "Field" && p.Has("field."+text):
				value = p.T("field." + text)
			case name == "State":
				value = p.Code("state", text)
			case name == "Level":
				value = p.Code("level", text)
			case name == "Role":
				value = p.Code("role", text)
			}
		}
		kv = append(kv, name, value)
	}
	return kv
}

// note logs what is our own fault; other errors are answers, not events.
func (v *visit) note(err error) {
	if c := keepiton.CodeOf(err); c == keepiton.Internal || c == keepiton.Unavailable {
		v.opt.Log.ErrorContext(v.r.Context(), "desk request failed", "route", v.r.Pattern, "error", err)
	}
}

type errorBody struct {
	Code, Text string
}

func (b errorBody) title(p voice) template.HTML { return p.T("error." + b.Code + ".title") }

// fail turns err into a page, or JSON for the script of passkeys.
func (v *visit) fail(err error) {
	v.note(err)
	status := statusOf(err)
	if strings.HasPrefix(v.r.Header.Get("Content-Type"), "application/json") {
		v.json(status, remote.Problem{Code: keepiton.CodeOf(err), Error: v.say(err)})
		return
	}
	if err := v.render(status, "error", errorBody{string(keepiton.CodeOf(err)), v.say(err)}); err != nil {
		v.note(err)
		http.Error(v.w, http.StatusText(status), status)
	}
}

func notFoundError(what string) error { return keepiton.Errorf(keepiton.NotFound, "no page %q", what) }
