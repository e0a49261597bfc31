package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"html/template"
	"net/http"
	"sync"

	"keepiton"
	"keepiton/locale"
	"keepiton/seal"
	"keepiton/web/sealing"
)

// The files of this page do not come from the record: they stay the same until
// the program or the set of keys changes.

// kept holds finished answers of one set of keys.
type kept struct {
	mu      sync.Mutex
	set     [sha256.Size]byte
	entries map[keptKey]*entry
}

type keptKey struct {
	name string
	enc  encoding
}

// get returns the answer under a name, made with write unless it is there. With
// another set of keys all are made anew.
func (k *kept) get(name string, enc encoding, set [sha256.Size]byte, write func() (*entry, []byte, error)) (*entry, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.entries == nil || k.set != set {
		k.set, k.entries = set, map[keptKey]*entry{}
	}
	if e, ok := k.entries[keptKey{name, enc}]; ok {
		return e, nil
	}
	e, body, err := write()
	if err != nil {
		return nil, err
	}
	if body, err = compress(body, enc); err != nil {
		return nil, err
	}
	e.setBody(body, enc)
	k.entries[keptKey{name, enc}] = e
	return e, nil
}

// recipients returns the set of keys that reports are sealed to, and its hash.
// Unavailable when the site takes no reports.
func (s *Server) recipients() (*seal.Recipients, [sha256.Size]byte, error) {
	if s.opt.Recipients == nil {
		return nil, [sha256.Size]byte{}, keepiton.Errorf(keepiton.NotFound, "this site takes no reports")
	}
	set, err := s.opt.Recipients()
	if err != nil {
		return nil, [sha256.Size]byte{}, err
	}
	signed, _ := set.Signed()
	return set, sha256.Sum256(signed), nil
}

// scriptPolicy is that of the script itself, which is no page.
var scriptPolicy = []string{"default-src 'none'"}

// sealScript answers with the script that seals in browsers.
func (s *Server) sealScript(w http.ResponseWriter, r *http.Request) {
	e, err := s.scripts.get("seal.js", negotiateHeader(r.Header), [sha256.Size]byte{}, func() (*entry, []byte, error) {
		return &entry{contentType: []string{"text/javascript; charset=utf-8"}, policy: scriptPolicy}, []byte(sealing.Script), nil
	})
	if err != nil {
		s.fail(w, r, err, 0)
		return
	}
	s.send(w, r, e)
}

// sealData is what the script on the site's own forms needs.
type sealData struct {
	scriptWords
	Lang        string              `json:"lang"`
	Zones       map[string][]string `json:"zones"`
	Regions     string              `json:"regions"`    // address of their table
	Recipients  []string            `json:"recipients"` // none: nobody to seal to in a browser
	Serial      int                 `json:"serial"`
	Fingerprint string              `json:"fingerprint"`
}

// sealWords answers with what the script says in the language of the path, and
// the keys that it seals to.
func (s *Server) sealWords(w http.ResponseWriter, r *http.Request) {
	lang := r.PathValue("lang")
	if !locale.Known(lang) {
		s.elsewhere(w, r)
		return
	}
	set, hash, err := s.recipients()
	if err != nil {
		s.fail(w, r, err, 0)
		return
	}
	e, err := s.words.get(lang, negotiateHeader(r.Header), hash, func() (*entry, []byte, error) {
		_, fingerprint := set.CampaignID()
		body, err := json.Marshal(sealData{
			scriptWords: newScriptWords(locale.For(lang), sendTexts), Lang: lang, Zones: scriptZones(), Regions: "/" + lang + "/regions.json",
			Recipients: ageRecipients(set), Serial: set.Serial, Fingerprint: fingerprint,
		})
		return &entry{contentType: []string{"application/json"}, policy: scriptPolicy}, body, err
	})
	if err != nil {
		s.fail(w, r, err, 0)
		return
	}
	s.send(w, r, e)
}

// Sealed returns the attributes with which the script finds a form and seals
// what is typed into it as a report of that kind; none where the site takes no
// reports.
func (f *frame) Sealed(kind string) template.HTMLAttr {
	if !f.Sealing {
		return ""
	}
	lang := f.p.Lang().Tag
	return template.HTMLAttr(` data-seal="/` + lang + `/seal.json" data-kind="` + kind + `" data-receipt="/` + lang + `/receipt"`)
}

// Mailbox returns the attribute with which the script finds the form for the
// digits of a receipt, and keeps them in the browser.
func (f *frame) Mailbox() template.HTMLAttr {
	if !f.Sealing {
		return ""
	}
	return template.HTMLAttr(` data-mailbox="/` + f.p.Lang().Tag + `/seal.json"`)
}

// Carries returns the attribute with which the script finds the form for sealed
// files, to send them in pieces.
func (f *frame) Carries() template.HTMLAttr {
	if !f.Sealing {
		return ""
	}
	return template.HTMLAttr(` data-carry="/` + f.p.Lang().Tag + `/seal.json"`)
}

// SealSource names the script by its hash, for integrity (Subresource
// Integrity, section 3.5).
func (f *frame) SealSource() string { return sealing.Source() }

// carriedFile answers with the form that needs no network, in the language of
// the path, or in that of the reader's browser.
func (s *Server) carriedFile(w http.ResponseWriter, r *http.Request) {
	lang := r.PathValue("lang")
	if lang != "" && !locale.Known(lang) {
		s.elsewhere(w, r)
		return
	}
	set, hash, err := s.recipients()
	if err != nil {
		s.fail(w, r, err, 0)
		return
	}
	e, err := s.carried.get(lang, negotiateHeader(r.Header), hash, func() (*entry, []byte, error) {
		var b bytes.Buffer
		c := Carried{Recipients: set, Site: s.opt.BaseURL, Onion: s.opt.Onion, Lang: lang}
		err := WriteCarried(&b, c)
		return &entry{contentType: []string{"text/html; charset=utf-8"}, policy: []string{carriedPolicy() + "; frame-ancestors 'none'"}}, b.Bytes(), err
	})
	if err != nil {
		s.fail(w, r, err, 0)
		return
	}
	s.send(w, r, e)
}
