package web

import (
	"crypto/sha3"
	"encoding/base32"
	"net"
	"net/http"
	"net/url"
	"strings"

	"keepiton"
)

// OnionURL reads the address of an onion service as an operator writes it, and
// returns it without a slash at its end. Only services of version 3 exist since
// 2021; their name holds a checksum, so that a mistyped one is refused here and
// not sent to readers (Tor's rend-spec-v3, section 6). Empty stays empty.
func OnionURL(address string) (string, error) {
	if address == "" {
		return "", nil
	}
	wrong := func(why string) (string, error) {
		return "", keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "onion address %q %s", address, why), "write http:// and what stands in the file hostname of HiddenServiceDir")
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return wrong("is not an address of a site")
	}
	name, isOnion := strings.CutSuffix(u.Hostname(), onionSuffix)
	if !isOnion {
		return wrong("does not end in .onion")
	}
	name = name[strings.LastIndexByte(name, '.')+1:] // a service may have names before its own
	if !onionName(name) {
		return wrong("is mistyped: its checksum is wrong")
	}
	return u.Scheme + "://" + u.Host, nil
}

const onionSuffix = ".onion"

// onionName reports whether a name is that of a service of version 3: a key of
// 32 bytes, a checksum of two, and the version, in base32.
func onionName(name string) bool {
	b, err := base32.StdEncoding.DecodeString(strings.ToUpper(name))
	if err != nil || len(b) != 35 || b[34] != 3 {
		return false
	}
	sum := sha3.Sum256([]byte(".onion checksum" + string(b[:32]) + "\x03"))
	return sum[0] == b[32] && sum[1] == b[33]
}

// atOnion is the value of Onion-Location for a page: its address at the onion
// service, one value and no more, since Tor Browser joins several with a comma
// (tor-browser issue 42688). nil without a service, and for what is no page.
func (s *Server) atOnion(k pageKey, contentType string) []string {
	if s.opt.Onion == "" || k.path == "" || !strings.HasPrefix(contentType, "text/html") {
		return nil
	}
	at := s.opt.Onion + (&url.URL{Path: k.path}).EscapedPath()
	if k.query != "" {
		at += "?" + k.query
	}
	return []string{at}
}

// invite names the page's address at the onion service, on https alone: over
// http somebody on the way could name another. Whoever came through the service
// is there already.
func (s *Server) invite(h http.Header, r *http.Request, at []string) {
	if at == nil || throughOnion(r.Context()) || onionHost(r.Host) || !s.encrypted(r) {
		return
	}
	h["Onion-Location"] = at
}

// encrypted reports whether the reader sees https: we do not end it ourselves, so
// the public address says so, unless the server in front says otherwise.
func (s *Server) encrypted(r *http.Request) bool {
	return r.TLS != nil || strings.HasPrefix(s.opt.BaseURL, "https://") && !strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "http")
}

func onionHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.HasSuffix(strings.ToLower(host), onionSuffix)
}

// Path is that of the page, without its language.
func (f *frame) Path() string { return f.path }

// Onion is the address of a page at the onion service; empty without one.
func (f *frame) Onion(path string) string {
	if f.onion == "" {
		return ""
	}
	return f.onion + f.Href(path)
}
