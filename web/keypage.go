package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/seal"
)

// keyPage shows the campaign's key and who can open what is sealed.
type keyPage struct {
	frame
	KeyID, Fingerprint string
	Emails             []string
	Armored            string
	QR                 template.HTML
	Serial             int
	Made               time.Time
	Holders            []holder
	Age                bool // somebody has an age key
	Problem            bool // there are keys, and they cannot be used
}

// Hex is the fingerprint as programs take it.
func (p *keyPage) Hex() string { return strings.ReplaceAll(p.Fingerprint, " ", "") }

// holder is an organization with the number of its people who can open reports.
type holder struct {
	Name string
	N    int
}

// keyForm is the page of the key, or its empty state.
func (s *Server) keyForm(v *visit) (*answer, error) {
	page := &keyPage{frame: s.frame(v, "key")}
	set, _, err := s.recipients()
	if err != nil {
		page.Problem = keepiton.CodeOf(err) != keepiton.NotFound
		return s.sender("key", page), nil
	}
	armored, err := set.CampaignArmored()
	if err != nil {
		return nil, err
	}
	page.KeyID, page.Fingerprint = set.CampaignID()
	page.Emails, page.Armored, page.Serial, page.Made = set.CampaignEmails(), string(armored), set.Serial, set.Made
	page.Holders, page.Age = holders(set, v.p.T("page.key.holders.alone")), len(ageRecipients(set)) > 0
	// The text that OpenKeychain and others read a fingerprint from.
	page.QR, err = qrCode("OPENPGP4FPR:"+page.Hex(), v.p.T("page.key.qr", "Fingerprint", page.Fingerprint))
	return s.sender("key", page), err
}

// holders counts who can open reports by their organizations.
func holders(set *seal.Recipients, alone string) []holder {
	var out []holder
	for _, m := range set.Live() {
		name := m.Organization
		if name == "" {
			name = alone
		}
		i := slices.IndexFunc(out, func(h holder) bool { return h.Name == name })
		if i < 0 {
			i = len(out)
			out = append(out, holder{Name: name})
		}
		out[i].N++
	}
	return out
}

// keyDocument is /key.json: the set of keys for programs. Set and Signature are
// the bytes that the campaign signed and its signature, to be checked with
// OpenPGP.
type keyDocument struct {
	Serial      int      `json:"serial"`
	Made        string   `json:"made"`
	KeyID       string   `json:"key_id"`
	Fingerprint string   `json:"fingerprint"`
	Emails      []string `json:"emails"`
	Recipients  []string `json:"recipients"` // age keys to seal to
	OpenPGP     string   `json:"openpgp"`    // the campaign's public key, armored
	Set         string   `json:"set"`
	Signature   string   `json:"signature"`
}

// key answers /key.json and /key.txt; /key itself leads to the page.
func (s *Server) key(w http.ResponseWriter, r *http.Request) {
	switch taskOf(r).suffix {
	case "json":
		s.keyFile(w, r, "application/json; charset=utf-8", writeKeyJSON)
	case "txt":
		s.keyFile(w, r, "text/plain; charset=utf-8", writeAgeKeys)
	default:
		s.elsewhere(w, r)
	}
}

// keyFile answers with a public file that is made of the set.
func (s *Server) keyFile(w http.ResponseWriter, r *http.Request, mediaType string, write func(io.Writer, *seal.Recipients) error) {
	set, _, err := s.recipients()
	var b bytes.Buffer
	if err == nil {
		err = write(&b, set)
	}
	if err != nil {
		s.fail(w, r, err, 0)
		return
	}
	secure(w.Header(), filePolicy)
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Cache-Control", "public, no-cache")
	w.Header().Set("Content-Length", fmt.Sprint(b.Len()))
	if r.Method != http.MethodHead {
		w.Write(b.Bytes())
	}
}

func writeKeyJSON(w io.Writer, set *seal.Recipients) error {
	armored, err := set.CampaignArmored()
	if err != nil {
		return err
	}
	signed, signature := set.Signed()
	d := keyDocument{
		Serial: set.Serial, Made: set.Made.Format(time.DateOnly), Emails: set.CampaignEmails(), Recipients: ageRecipients(set),
		OpenPGP: string(armored), Set: string(signed), Signature: string(signature),
	}
	d.KeyID, d.Fingerprint = set.CampaignID()
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(d)
}

// writeAgeKeys writes a file of recipients as age -R reads it.
func writeAgeKeys(w io.Writer, set *seal.Recipients) error {
	_, fingerprint := set.CampaignID()
	if len(ageRecipients(set)) == 0 {
		return keepiton.Errorf(keepiton.NotFound, "nobody in the set has an age key")
	}
	fmt.Fprintf(w, "# set %d of %s, signed by %s\n", set.Serial, set.Made.Format(time.DateOnly), fingerprint)
	for _, m := range set.Live() {
		if m.Age != "" {
			fmt.Fprintf(w, "# %s\n%s\n", strings.TrimSpace(m.Name+" "+m.Organization), m.Age)
		}
	}
	return nil
}

func writeArmored(w io.Writer, set *seal.Recipients) error {
	armored, err := set.CampaignArmored()
	if err == nil {
		_, err = w.Write(armored)
	}
	return err
}
