package web

import (
	"io"
	"net/http"
	"strings"
)

// PressDesk is how journalists reach the campaign: what the operator set. All may be
// empty.
type PressDesk struct {
	Mail        string
	Phone       string // as it is dialled from abroad
	Signal      string // a user name or a link
	Key         string // armored OpenPGP public key of Mail
	Fingerprint string // of Key, in groups of four
}

// Any reports whether there is a way to reach it.
func (d PressDesk) Any() bool { return d.Mail != "" || d.Phone != "" || d.Signal != "" }

// line names the ways in one line.
func (d PressDesk) line(v *visit) string {
	var ways []string
	for _, w := range []struct{ key, value string }{{"mail", d.Mail}, {"phone", d.Phone}, {"signal", d.Signal}} {
		if w.value != "" {
			ways = append(ways, v.p.Ours(v.p.T("page.brief.labelled", "Label", v.p.T("page.press."+w.key), "Text", v.p.Apart(w.value))))
		}
	}
	if len(ways) == 0 {
		return ""
	}
	return v.p.Ours(v.p.T("page.brief.labelled", "Label", v.p.T("page.press.desk"), "Text", strings.Join(ways, " · ")))
}

// Dial is the phone number for a link.
func (d PressDesk) Dial() string {
	return strings.Map(func(r rune) rune {
		if r == '+' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, d.Phone)
}

// SignalLink is where Signal is met; empty when the operator gave a name alone.
func (d PressDesk) SignalLink() string {
	if strings.HasPrefix(d.Signal, "https://signal.me/") {
		return d.Signal
	}
	return ""
}

// pressKey serves the key of the press desk.
func (s *Server) pressKey(w http.ResponseWriter, r *http.Request) {
	if s.opt.Press.Key == "" {
		s.elsewhere(w, r)
		return
	}
	secure(w.Header(), filePolicy)
	w.Header().Set("Content-Type", "application/pgp-keys") // RFC 3156, section 7
	w.Header().Set("Cache-Control", "public, no-cache")
	io.WriteString(w, s.opt.Press.Key)
}
