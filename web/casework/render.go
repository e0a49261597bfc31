package casework

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"keepiton"
	"keepiton/evidence"
	"keepiton/export"
	"keepiton/geo"
	"keepiton/locale"
	"keepiton/web/desk"
	"keepiton/web/storyform"
)

//go:embed templates/*.html boxes.js own.css
var files embed.FS

// asset returns a file that pages load. The style is the desk's, with what
// these pages have beside.
func asset(name string) []byte {
	if name == "style.css" {
		return append(desk.Style(), mustRead("own.css")...)
	}
	return mustRead(name)
}

func mustRead(name string) []byte {
	b, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return b
}

var version = func() string {
	h := sha256.New()
	h.Write(asset("style.css"))
	h.Write(asset("boxes.js"))
	return hex.EncodeToString(h.Sum(nil))[:12]
}()

// page is what the frame of every page needs; Body is the struct made for it.
type page struct {
	P         voice
	Name      string
	Title     template.HTML
	Who       Session
	Prefix    string
	Site      string
	Here      string // address of this page, or of the one that a form stands on
	Kept      []kept // of the query, when the language changes
	Languages []locale.Language
	Notice    template.HTML
	Script    bool
	Weaker    bool
	Version   string
	Body      any
}

// voice is the desk's printer for templates.
type voice = desk.Voice

var templates = template.Must(template.Must(template.New("").Funcs(template.FuncMap{
	"country": func(p voice, code string) string { return geo.Name(code, p.Lang().Tag) },
	"region":  func(p voice, code string) string { return geo.RegionName(code, p.Lang().Tag) },
	"entity":  func(p voice, e keepiton.Entity) string { return export.EntityWords(p.Printer, e) },
	"isoDay":  func(t time.Time) string { return t.UTC().Format(time.DateOnly) },
	"of":      func(p page, body any) page { p.Body = body; return p },
	"say":     func(p keepiton.Private) string { return p.Reveal() },
	"add":     func(a, b int) int { return a + b },
	"list":    func(values ...any) []any { return values },
	"answers": func() []keepiton.Answer {
		return []keepiton.Answer{keepiton.NotAsked, keepiton.Unknown, keepiton.No, keepiton.Yes}
	},
	"kilobytes": func(n int64) int64 { return (n + 1023) / 1024 },
	"lint":      lintText,
	"dataURL":   dataURL,
	"both":      func(a, b any) []any { return []any{a, b} },
}).ParseFS(files, "templates/*.html")).Parse(storyform.Template))

// lintText is what a finding of lint tells an editor.
func lintText(p voice, found keepiton.Problem) template.HTML {
	var kv []any
	for name, value := range found.Args {
		kv = append(kv, name, value)
	}
	return p.T("lint."+found.Key, kv...)
}

// shownCopy is how large a public copy may be to be shown in the page that made
// it; a larger one is shown by its hash.
const shownCopy = 6 << 20

// dataURL shows a public copy that is not stored anywhere yet. Only pictures of
// our own making come here.
func dataURL(p *evidence.Public) template.URL {
	if p.Kind == evidence.PDF || len(p.Bytes) > shownCopy {
		return ""
	}
	return template.URL("data:" + evidence.MediaType(p.Kind) + ";base64," + base64.StdEncoding.EncodeToString(p.Bytes)) //nolint:gosec // pixels that package evidence encoded
}

// render writes the page called name.
func (v *visit) render(status int, name string, title template.HTML, body any) error {
	pg := page{
		P: voice{Printer: v.p}, Name: name, Title: title, Who: v.who, Prefix: v.opt.Prefix, Site: v.opt.Site, Here: v.here(), Kept: v.kept(), Languages: locale.Languages,
		Script: name == "file", Weaker: v.opt.Weaker, Version: version, Body: body,
	}
	if key := v.r.URL.Query().Get("done"); key != "" && v.p.Has("casework.done."+key) {
		pg.Notice = pg.P.T("casework.done." + key)
	}
	if tag := v.r.URL.Query().Get("lang"); locale.Known(tag) {
		http.SetCookie(v.w, &http.Cookie{Name: "keepiton_casework_lang", Value: tag, Path: v.opt.Prefix + "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
	}
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, name, pg); err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.Header().Set("Content-Language", v.p.Lang().Tag)
	v.w.WriteHeader(status)
	_, err := b.WriteTo(v.w)
	return err
}

// kept is a part of the query that is no language and no message.
type kept struct{ Name, Value string }

func (v *visit) kept() (out []kept) {
	for _, name := range []string{"country", "day"} {
		if s := v.r.URL.Query().Get(name); s != "" {
			out = append(out, kept{name, s})
		}
	}
	return out
}

// here is the address of this page; where a form was answered at an address that
// only forms have, of the page that it stands on.
func (v *visit) here() string {
	at := v.r.URL.Path
	for v.r.Method == http.MethodPost && len(at) > len(v.opt.Prefix) {
		_, pattern := v.mux.Handler(&http.Request{Method: http.MethodGet, URL: &url.URL{Path: at}})
		if pattern != "GET "+v.opt.Prefix+"/" {
			return at
		}
		at = path.Dir(at)
	}
	if at == v.opt.Prefix {
		at += "/"
	}
	return at
}

var statuses = map[keepiton.Code]int{
	keepiton.Invalid: http.StatusUnprocessableEntity, keepiton.NotFound: http.StatusNotFound, keepiton.Conflict: http.StatusConflict,
	keepiton.Forbidden: http.StatusForbidden, keepiton.Unsigned: http.StatusUnauthorized, keepiton.TooLarge: http.StatusRequestEntityTooLarge,
	keepiton.RateLimited: http.StatusTooManyRequests, keepiton.Unavailable: http.StatusServiceUnavailable, keepiton.Internal: http.StatusInternalServerError,
}

// say writes err in the visitor's language.
func (v *visit) say(err error) string {
	var e *keepiton.Error
	if errors.As(err, &e) && e.Key != "" && v.p.Has(e.Key) {
		var kv []any
		for name, value := range e.Args {
			kv = append(kv, name, value)
		}
		return v.p.T(e.Key, kv...)
	}
	if keepiton.CodeOf(err) == keepiton.NotFound {
		return v.p.T("desk.error.not_found")
	}
	return v.p.T("error." + string(keepiton.CodeOf(err)))
}

// fail answers with an error page. The log gets the code of our own faults and
// never their text, which may hold words of a report.
func (v *visit) fail(err error) {
	if v.ctx().Err() != nil {
		return
	}
	code := keepiton.CodeOf(err)
	status := statuses[code]
	if status >= 500 {
		at, _, _ := strings.Cut(strings.TrimPrefix(v.r.URL.Path, v.opt.Prefix), "/reports/")
		v.opt.Log.ErrorContext(v.ctx(), "desk page failed", "page", at, "code", string(code))
	}
	title, said := "casework.error.title_page", v.say(err)
	if said == v.p.T("desk.error.not_found") {
		title = "error.not_found.title"
	}
	if v.render(status, "error", voice{Printer: v.p}.T(title), said) != nil {
		http.Error(v.w, http.StatusText(status), status)
	}
}
