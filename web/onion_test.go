package web

import (
	"bytes"
	"html"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"keepiton"
	"keepiton/locale"
	"keepiton/web/door"
)

// The example of Tor's rend-spec-v3, section 1.2, and where it is a service.
const (
	anOnion    = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion"
	anOnionURL = "http://" + anOnion
)

func TestOnionURL(t *testing.T) {
	for in, want := range map[string]string{
		"": "", anOnionURL: anOnionURL, anOnionURL + "/": anOnionURL, "https://" + anOnion: "https://" + anOnion,
		"http://reports." + anOnion: "http://reports." + anOnion, anOnionURL + ":8000": anOnionURL + ":8000",
	} {
		if got, err := OnionURL(in); err != nil || got != want {
			t.Errorf("%q becomes %q, %v", in, got, err)
		}
	}
	for _, in := range []string{
		anOnion, "ftp://" + anOnion, "http://keepiton.example", "http://expyuzz4wqqyqhjn.onion", "http://" + strings.Repeat("a", 56) + ".onion",
		strings.Replace(anOnionURL, "pg6", "pg7", 1), strings.Replace(anOnionURL, "cryd", "crye", 1), anOnionURL + "/en", anOnionURL + "?a=b", anOnionURL + "#a",
		"http://a:b@" + anOnion, "http://" + anOnion + ".example", "http:// ", "%",
	} {
		if got, err := OnionURL(in); keepiton.CodeOf(err) != keepiton.Invalid {
			t.Errorf("%q becomes %q, %v", in, got, err)
		}
	}
}

// onionSite is the site for senders with an onion service.
func onionSite(t *testing.T) *senderSite {
	t.Helper()
	s := newSenderSite(t)
	s.opt.Onion = anOnionURL
	return s
}

// at asks for a page as somebody does: through the onion service or not.
func at(s http.Handler, method, path string, through bool, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	if through {
		r = r.WithContext(door.Onion(r.Context()))
	}
	return serve(s, r)
}

func TestOnionLocationIsOnHTTPSPagesAlone(t *testing.T) {
	s := onionSite(t)
	for path, want := range map[string]string{
		"/en/": "/en/", "/am/report": "/am/report", "/ar/key": "/ar/key", "/en/incidents?country=ET&utm_source=x": "/en/incidents?country=ET", "/en/incidents?q=a%20b": "/en/incidents?q=a+b",
		"/en/incidents.csv": "", "/en/incidents.json": "", "/key.asc": "", "/seal.js": "", "/favicon.svg": "", "/": "", "/en/nothing": "", "/.well-known/security.txt": "",
	} {
		for range 2 { // made, and from the cache
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				got := at(s, method, path, false).Header().Values("Onion-Location")
				if want == "" && got != nil || want != "" && !slices.Equal(got, []string{anOnionURL + want}) {
					t.Errorf("%s %s: Onion-Location %q, want %q", method, path, got, want)
				}
			}
		}
	}
	etag := at(s, http.MethodGet, "/en/", false).Header().Get("Etag")
	if w := at(s, http.MethodGet, "/en/", false, "If-None-Match", etag); w.Code != http.StatusNotModified || w.Header().Get("Onion-Location") != anOnionURL+"/en/" {
		t.Errorf("a page that the browser has: %d, Onion-Location %q", w.Code, w.Header().Get("Onion-Location"))
	}
	for _, path := range []string{"/en/", "/en/report", "/en/incidents"} {
		for name, w := range map[string]*httptest.ResponseRecorder{
			"through the service":          at(s, http.MethodGet, path, true),
			"at its name":                  at(s, http.MethodGet, path, false, "Host", anOnion),
			"at its name and a port":       at(s, http.MethodGet, path, false, "Host", strings.ToUpper(anOnion)+":80"),
			"over http, as the proxy says": at(s, http.MethodGet, path, false, "X-Forwarded-Proto", "http"),
		} {
			if got := w.Header().Values("Onion-Location"); w.Code != http.StatusOK || got != nil {
				t.Errorf("%s %s: %d, Onion-Location %q", path, name, w.Code, got)
			}
		}
	}
	if w := sendWords(s, "/en/report", nil, "check"); w.Code != http.StatusOK || w.Header().Values("Onion-Location") != nil {
		t.Errorf("the answer to a form, which has no address: %d, Onion-Location %q", w.Code, w.Header().Values("Onion-Location"))
	}
	s.opt.BaseURL = "http://localhost:8080"
	if got := at(s, http.MethodGet, "/en/report", false).Header().Values("Onion-Location"); got != nil {
		t.Errorf("on a site without https: %q", got)
	}
	if got := at(newSenderSite(t), http.MethodGet, "/en/report", false).Header().Values("Onion-Location"); got != nil {
		t.Errorf("without a service: %q", got)
	}
}

// TestAnswersDoNotTellBehindWhichAddressTheyAre holds that whoever compares the
// answers at both addresses sees one and the same, but for the invitation.
func TestAnswersDoNotTellBehindWhichAddressTheyAre(t *testing.T) {
	s := onionSite(t)
	for _, path := range []string{"/en/", "/en/incidents", "/en/incidents.csv", "/en/key", "/en/nothing", "/", "/seal.js", "/key.json", "/robots.txt"} {
		here, there := at(s, http.MethodGet, path, false), at(s, http.MethodGet, path, true)
		here.Header().Del("Onion-Location")
		if here.Code != there.Code || !bytes.Equal(here.Body.Bytes(), there.Body.Bytes()) {
			t.Errorf("%s: %d and %d, or other bytes", path, here.Code, there.Code)
		}
		for name := range here.Header() {
			if !slices.Equal(here.Header()[name], there.Header()[name]) {
				t.Errorf("%s: %s is %q and %q", path, name, here.Header()[name], there.Header()[name])
			}
		}
		for _, no := range []string{"Server", "X-Powered-By", "Via", "Strict-Transport-Security", "Alt-Svc", "Set-Cookie", "Last-Modified", "Onion-Location"} {
			if got := there.Header().Get(no); got != "" {
				t.Errorf("%s: %s: %s", path, no, got)
			}
		}
		if to := there.Header().Get("Location"); strings.Contains(to, ":") || strings.HasPrefix(to, "//") {
			t.Errorf("%s leads away, to %s", path, to)
		}
	}
}

func TestSendersReadTheOnionAddressInTheirLanguage(t *testing.T) {
	s, without := onionSite(t), newSenderSite(t)
	for _, l := range locale.Languages {
		p := locale.For(l.Tag)
		for path, want := range map[string]string{"/report": "/report", "/stories/share": "/stories/share", "/report/sealed": "/report/sealed", "/help": "/report", "/key": ""} {
			body := at(s, http.MethodGet, "/"+l.Tag+path, true).Body.String()
			says, link := p.T("page.onion.text"), `href="`+anOnionURL+"/"+l.Tag+want+`"`
			if want == "" {
				says, link = p.T("page.onion.title"), ">"+anOnionURL+"/"+l.Tag+"/<"
			}
			if !strings.Contains(body, html.EscapeString(says)) || !strings.Contains(body, link) {
				t.Errorf("%s in %s does not show the address", path, l.Tag)
			}
			if packed, err := compress([]byte(body), gzipped); err != nil || len(packed) > maxPage {
				t.Errorf("%s in %s: %d bytes, the limit is %d, %v", path, l.Tag, len(packed), maxPage, err)
			}
			if body := at(without, http.MethodGet, "/"+l.Tag+path, true).Body.String(); strings.Contains(body, ".onion/") || strings.Contains(body, html.EscapeString(says)) {
				t.Errorf("%s in %s shows an address where there is none", path, l.Tag)
			}
		}
		carried := at(s, http.MethodGet, "/"+l.Tag+"/report-offline.html", false).Body.String()
		if link := `href="` + anOnionURL + "/" + l.Tag + `/report/sealed"`; !strings.Contains(carried, link) || !strings.Contains(carried, html.EscapeString(p.T("page.carried.onion"))) {
			t.Errorf("the carried form in %s does not show the address", l.Tag)
		}
	}
}
