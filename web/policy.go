package web

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"

	"keepiton/chart"
	"keepiton/web/sealing"
)

//go:embed style.css
var styleSource string

//go:embed plain.css
var plainSource string

//go:embed inner.css
var innerSource string

//go:embed story.css
var storySource string

//go:embed kit.css
var kitSource string

//go:embed explain.css
var explainSource string

//go:embed signals.css
var signalsSource string

//go:embed send.css
var sendSource string

// frontStyle is the sheet of the front page, which has the world map to carry
// and no byte to spare; yearStyle is that of years, which carry it too; sendStyle is that of the pages for senders, which have
// forms and no figures; storyStyle is that of
// stories, which are read slowly; kitStyle is that of the visual kit, which has
// pictures; signalStyle is that of what instruments see, which has charts; explainStyle is that of pages that explain, which have scenes for figures;
// style is that of every other page. All are without
// comments and needless spaces, and hold no string or url() whose spaces matter.
var (
	frontStyle   = minify(styleSource) + chart.CSS
	sendStyle    = minify(styleSource) + minify(sendSource)
	yearStyle    = minify(styleSource) + minify(plainSource) + chart.CSS
	storyStyle   = minify(styleSource) + minify(plainSource) + minify(innerSource) + minify(storySource)
	kitStyle     = minify(styleSource) + minify(plainSource) + minify(innerSource) + minify(kitSource)
	explainStyle = minify(styleSource) + minify(explainSource) + chart.SceneCSS
	signalStyle  = minify(styleSource) + minify(plainSource) + minify(innerSource) + minify(signalsSource) + chart.CSS + chart.PanelCSS
	style        = minify(styleSource) + minify(plainSource) + minify(innerSource) + chart.CSS
)

// frontPage is the name of the page with the front style.
const frontPage = "home"

// sendPages are the names of the pages with the style for senders.
// Those in sealPages run the script that seals in the browser.
var sendPages = []string{"report", "sent", "receipt", "share", "join", "sealed", "key", "alerts", "alertstep", "alertmanage", "alerthook", "petitionstep"}

// readPages are the names of the pages of people's words, with the style of stories.
var readPages = []string{"stories", "story", "pledges", "pledge", "letters", "letter", "petitions", "petition", "press", "statement", "brief"}

// signalPages are the pages of what instruments see, which have charts.
var signalPages = []string{"signals", "signal", "charts", "health"}

var sealPages = []string{"report", "share", "join", "receipt", "sealed"}

// dress returns the style sheet of a page and the policy that names it.
func dress(page string) (sheet string, policy []string) {
	switch {
	case page == frontPage:
		return frontStyle, frontPolicy
	case slices.Contains(sendPages, page):
		if slices.Contains(sealPages, page) {
			return sendStyle, sealPolicy
		}
		return sendStyle, sendPolicy
	case slices.Contains(readPages, page):
		return storyStyle, storyPolicy
	case slices.Contains(signalPages, page):
		return signalStyle, signalPolicy
	case page == "year":
		return yearStyle, yearPolicy
	case page == "kit" || page == "remix":
		return kitStyle, kitPolicy
	case page == "explain" || page == "glossary":
		return explainStyle, explainPolicy
	}
	return style, innerPolicy
}

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
func pagePolicy(style string) []string {
	sum := sha256.Sum256([]byte(style))
	return []string{"default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"}
}

// scripted adds the one script to a policy. Browsers that do not know hashes of
// files go by 'self': no other script lies there, and the page names its hash.
// What is asked for goes to this site alone.
func scripted(policy []string) []string {
	return []string{policy[0] + "; script-src 'self' '" + sealing.Source() + "'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"}
}

// Header values, boxed once.
var (
	frontPolicy   = pagePolicy(frontStyle)
	yearPolicy    = pagePolicy(yearStyle)
	sendPolicy    = pagePolicy(sendStyle)
	sealPolicy    = scripted(sendPolicy)
	storyPolicy   = pagePolicy(storyStyle)
	kitPolicy     = pagePolicy(kitStyle)
	explainPolicy = pagePolicy(explainStyle)
	signalPolicy  = pagePolicy(signalStyle)
	innerPolicy   = pagePolicy(style)
	filePolicy    = []string{"default-src 'none'; style-src 'unsafe-inline'; sandbox"}
	nosniff       = []string{"nosniff"}
	noReferrer    = []string{"no-referrer"}
	noFeatures    = []string{"camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"}
	sameOrigin    = []string{"same-origin"}
	anyOrigin     = []string{"cross-origin"}
	varyPage      = []string{"Accept-Encoding"}
	varyLanguage  = []string{"Accept-Language, Accept-Encoding"}
	allowAll      = []string{"*"}
	// A correction must be seen at once, so that every use asks again; the
	// answer is a 304 of some 200 bytes. If we are down, an old copy is better
	// than none (RFC 5861).
	revalidate = []string{"public, no-cache, stale-if-error=86400"}
	neverStore = []string{"no-store"}
	unlisted   = []string{"noindex, nofollow, noarchive"}
)

// secure sets what every answer of the site carries. The policy is one of those
// above.
func secure(h http.Header, policy []string) {
	h["X-Content-Type-Options"] = nosniff
	h["Referrer-Policy"] = noReferrer
	h["Content-Security-Policy"] = policy
	if &policy[0] == &filePolicy[0] {
		h["Cross-Origin-Resource-Policy"] = anyOrigin
		h["Access-Control-Allow-Origin"] = allowAll
		return
	}
	h["Permissions-Policy"] = noFeatures
	h["Cross-Origin-Opener-Policy"] = sameOrigin
	h["Cross-Origin-Resource-Policy"] = sameOrigin
}
