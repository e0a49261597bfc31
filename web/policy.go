package web

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"net/http"
	"strings"

	"keepiton/chart"
)

//go:embed style.css
var styleSource string

// style is the sheet that every page carries, without comments and needless
// spaces. It has no string or url() whose spaces matter.
var style = minify(styleSource) + chart.CSS

func minify(css string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(css, "/*")
		b.WriteString(before)
		if !found {
			break
		}
		_, css, _ = strings.Cut(rest, "*/")
	}
	s := strings.Join(strings.Fields(b.String()), " ")
	for _, sep := range []string{"{", "}", ";", ",", ">"} {
		s = strings.ReplaceAll(s, " "+sep, sep)
		s = strings.ReplaceAll(s, sep+" ", sep)
	}
	s = strings.ReplaceAll(s, ": ", ":")
	return strings.ReplaceAll(s, ";}", "}")
}

// pagePolicy is the Content-Security-Policy of pages: nothing may load or run
// but the one style sheet, known by its hash, and pictures of the site itself.
func pagePolicy() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

// Header values, boxed once.
var (
	filePolicy   = []string{"default-src 'none'; style-src 'unsafe-inline'; sandbox"}
	nosniff      = []string{"nosniff"}
	noReferrer   = []string{"no-referrer"}
	noFeatures   = []string{"camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"}
	sameOrigin   = []string{"same-origin"}
	anyOrigin    = []string{"cross-origin"}
	varyPage     = []string{"Accept-Encoding"}
	varyLanguage = []string{"Accept-Language, Accept-Encoding"}
	allowAll     = []string{"*"}
	// A correction must be seen at once, so that every use asks again; the
	// answer is a 304 of some 200 bytes. If we are down, an old copy is better
	// than none (RFC 5861).
	revalidate = []string{"public, no-cache, stale-if-error=86400"}
	neverStore = []string{"no-store"}
)

// secure sets what every answer of the site carries.
func (s *Server) secure(h http.Header, file bool) {
	h["X-Content-Type-Options"] = nosniff
	h["Referrer-Policy"] = noReferrer
	if file {
		h["Content-Security-Policy"] = filePolicy
		h["Cross-Origin-Resource-Policy"] = anyOrigin
		h["Access-Control-Allow-Origin"] = allowAll
		return
	}
	h["Content-Security-Policy"] = s.policy
	h["Permissions-Policy"] = noFeatures
	h["Cross-Origin-Opener-Policy"] = sameOrigin
	h["Cross-Origin-Resource-Policy"] = sameOrigin
}
