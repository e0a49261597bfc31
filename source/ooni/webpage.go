package ooni

import (
	"encoding/base64"
	"strings"

	"github.com/valyala/fastjson"
)

// http judges what came back.
func (w *web) http() {
	all := classic(list(w.keys, "requests"))
	for _, r := range all {
		if w.blockPage(r) {
			w.t.Confirmed = true
			w.t.mark(HTTP, fingerprinted.outcome())
			return
		}
	}
	if w.lied || len(all) == 0 || w.t.Layers[DNS] >= Down || w.t.Layers[TCP] >= Down || w.t.Layers[TLS] >= Down {
		if !w.reached(all) {
			return // what failed before is why
		}
	}
	last := all[0] // the newest is first
	if redirected(all[len(all)-1]) {
		last = all[len(all)-1]
	}
	f := failure(last)
	fine := w.controlHTTP()
	switch {
	case f == "" && (strings.HasPrefix(text(last.Get("request"), "url"), "https://") || w.pageMatches() == yes):
		w.t.mark(HTTP, OK)
	case fine == no && f != "":
		w.t.mark(HTTP, Down)
	case fine != yes || ownFault(f):
	case strings.HasPrefix(f, "ssl_"):
		w.t.mark(TLS, tlsForged.outcome())
	case f != "" || w.pageMatches() == no:
		w.t.mark(HTTP, Blocked)
	}
}

// reached reports whether a request got as far as an answer, or failed after the
// connection stood: only tests from 0.5 on say so, by recording it at all.
func (w *web) reached(all []*fastjson.Value) bool {
	for _, r := range all {
		if len(list(r, "tags")) > 0 && !w.lied {
			return true
		}
	}
	return false
}

// pageMatches says whether what came back is what the control got: the status, and one
// of length, headers or title (OONI's specification of web_connectivity).
func (w *web) pageMatches() ternary {
	status := truth(w.keys, "status_code_match")
	proportion, measured := number(w.keys, "body_proportion")
	switch {
	case w.controlHTTP() != yes || status == unknown && !measured:
		return unknown
	case status != no && (measured && proportion > 0.7 || truth(w.keys, "title_match") == yes || truth(w.keys, "headers_match") == yes || truth(w.keys, "body_length_match") == yes):
		return yes
	case status == unknown && proportion == 0:
		return unknown
	}
	return no
}

// blockPage reports whether an answer is a page that is known to be shown for what is
// blocked in the country.
func (w *web) blockPage(r *fastjson.Value) bool {
	set := w.prints.of(w.t.Country)
	response := r.Get("response")
	if set == nil || response == nil {
		return false
	}
	if headers := response.GetObject("headers"); headers != nil {
		hit := false
		headers.Visit(func(key []byte, v *fastjson.Value) {
			if hit {
				return
			}
			if value, err := v.StringBytes(); err == nil {
				hit = set.header(string(key), value)
			}
		})
		if hit {
			return true
		}
	}
	body := response.Get("body")
	if body == nil {
		return false
	}
	if b, err := body.StringBytes(); err == nil {
		return set.body.match(b)
	}
	if data := raw(body, "data"); data != nil { // {"format": "base64", "data": …}
		if b, err := base64.StdEncoding.DecodeString(string(data)); err == nil {
			return set.body.match(b)
		}
	}
	return false
}

// verdict is the probe's conclusion as far as the layers bear it out.
func (w *web) verdict() Outcome {
	blocking := w.keys.Get("blocking")
	accessible := truth(w.keys, "accessible")
	switch {
	case w.t.Confirmed:
		return Blocked
	case blocking == nil || blocking.Type() == fastjson.TypeNull:
		return CouldNotTell
	case blocking.Type() == fastjson.TypeFalse && accessible == yes:
		return OK
	case blocking.Type() == fastjson.TypeFalse && accessible == no:
		return Down
	case blocking.Type() != fastjson.TypeString || w.control == nil:
		return CouldNotTell
	}
	if worst := w.t.worst(); worst >= Down {
		return worst
	}
	return CouldNotTell
}
