package web

import (
	"io"
	"strconv"
	"strings"

	"keepiton"
	"keepiton/campaign"
)

// underLetter is an organization that stands under a letter.
type underLetter struct {
	linked
	Day         string
	Signature   string // address of its signature; empty: it signed by account
	Text        string // address of what it signed
	Fingerprint string // of the key that made it; empty: the organization shows another key now
	signer      keepiton.LetterSigner
	country     string
}

// Fours is the fingerprint in fours, as people compare it.
func (u underLetter) Fours() (out string) {
	f := u.Fingerprint
	for ; len(f) > 4; f = f[4:] {
		out += f[:4] + " "
	}
	return out + f
}

// letterSigners are the organizations that stand under the words of a letter, as
// far as readers know them, by the day on which they signed.
func (s *Server) letterSigners(v *visit, rev keepiton.EntryRevision) (out []underLetter, err error) {
	if s.opt.Signatures == nil {
		return nil, nil
	}
	all, err := s.opt.Signatures.LetterSigners(v.ctx, rev.ID)
	if err == nil {
		all, err = campaign.SignersOf(v.ctx, s.opt.Campaign, rev, all)
	}
	if err != nil {
		return nil, err
	}
	for _, l := range all {
		org, err := s.opt.Campaign.PublicEntry(v.ctx, l.Organization)
		if keepiton.CodeOf(err) == keepiton.NotFound || err == nil && org.State != keepiton.Published {
			continue
		}
		if err != nil {
			return nil, err
		}
		o, err := campaign.As[*keepiton.Organization](org)
		if err != nil {
			return nil, err
		}
		u := underLetter{linked: s.organizationLine(v, org.ID, o), signer: l, country: o.Country}
		if day, err := keepiton.ParseMoment(l.Day); err == nil {
			u.Day = v.p.Date(day)
		}
		if l.Signature != "" {
			proof, err := campaign.ProofOf(v.ctx, s.opt.Campaign, l, o.Key)
			if err != nil {
				return nil, err
			}
			at := "/letters/" + string(l.Letter)
			u.Fingerprint, u.Signature, u.Text = proof.Fingerprint, v.Href(at+"/signature/"+string(l.Organization)+".asc"), v.Href(at+"/text/"+strconv.Itoa(l.N)+".txt")
		}
		out = append(out, u)
	}
	return out, nil
}

// signedDoc is an organization under a letter, as JSON.
type signedDoc struct {
	Organization keepiton.EntryID `json:"organization"`
	Name         string           `json:"name"`
	Country      string           `json:"country,omitempty"`
	Day          string           `json:"day"`
	Revision     int              `json:"revision"` // whose words it signed
	Fingerprint  string           `json:"fingerprint,omitempty"`
	Text         string           `json:"text,omitempty"` // address of what its key signed
	Signature    string           `json:"signature,omitempty"`
}

func (s *Server) signedDocs(under []underLetter) (out []signedDoc) {
	for _, u := range under {
		d := signedDoc{Organization: u.ID, Name: u.Title.Text, Country: u.country, Day: u.signer.Day, Revision: u.signer.N, Fingerprint: u.Fingerprint}
		if u.Signature != "" {
			d.Text, d.Signature = s.absolute(u.Text), s.absolute(u.Signature)
		}
		out = append(out, d)
	}
	return out
}

// letterBytes answers with the exact text of a revision that readers saw: what keys
// sign. It is the same in every language.
func (s *Server) letterBytes(v *visit) (*answer, error) {
	n, err := strconv.Atoi(v.req.PathValue("n"))
	if err != nil {
		return nil, keepiton.Errorf(keepiton.NotFound, "no such revision")
	}
	rev, gone, err := s.publicEntry(v, keepiton.KindLetter)
	if err != nil {
		return nil, err
	}
	all, err := s.opt.Campaign.EntryRevisions(v.ctx, rev.ID)
	if err != nil {
		return nil, err
	}
	if gone || n < 1 || n > len(all) || all[n-1].State != keepiton.Published {
		return nil, keepiton.Errorf(keepiton.NotFound, "readers never saw revision %d of %s", n, rev.ID)
	}
	text, err := campaign.LetterTextOf(all[n-1])
	if err != nil {
		return nil, err
	}
	return &answer{contentType: "text/plain; charset=utf-8", write: func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	}}, nil
}

// letterSignature answers with the signature that an organization made with its key,
// under a name that ends in .asc.
func (s *Server) letterSignature(v *visit) (*answer, error) {
	organization, named := strings.CutSuffix(v.req.PathValue("organization"), ".asc")
	rev, gone, err := s.publicEntry(v, keepiton.KindLetter)
	if err == nil && gone {
		err = keepiton.Errorf(keepiton.NotFound, "%s was withdrawn", rev.ID)
	}
	if err != nil {
		return nil, err
	}
	under, err := s.letterSigners(v, rev)
	if err != nil {
		return nil, err
	}
	for _, u := range under {
		if named && string(u.ID) == organization && u.Signature != "" {
			return &answer{contentType: "application/pgp-signature", filename: string(rev.ID) + "-" + strconv.Itoa(u.signer.N) + "-" + string(u.ID) + ".asc", write: func(w io.Writer) error {
				_, err := io.WriteString(w, u.signer.Signature)
				return err
			}}, nil
		}
	}
	return nil, keepiton.Errorf(keepiton.NotFound, "%s has signed nothing with a key", organization)
}
