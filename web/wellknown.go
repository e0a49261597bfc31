package web

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/seal"
)

// routeKeys adds the key's files and what stands under /.well-known/ (RFC 8615).
func (s *Server) routeKeys(mux *http.ServeMux) {
	mux.HandleFunc("/key", s.key)
	mux.HandleFunc("/key.asc", func(w http.ResponseWriter, r *http.Request) {
		s.keyFile(w, r, "application/pgp-keys", writeArmored)
	})
	mux.HandleFunc("/press-key.asc", s.pressKey)
	mux.HandleFunc("/.well-known/openpgpkey/{rest...}", s.webKey)
	mux.HandleFunc("/.well-known/security", s.securityFile)
}

// webKey is a Web Key Directory (draft-koch-openpgp-webkey-service section
// 3.1): the direct method, /hu/HASH on the domain of the address, and the
// advanced one, /DOMAIN/hu/HASH on openpgpkey.DOMAIN; beside each an empty file
// named policy says that there is a directory.
func (s *Server) webKey(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(r.PathValue("rest"), "/")
	domain := ""
	if n := len(parts); n == 3 || n == 2 && parts[1] == "policy" {
		domain, parts = parts[0], parts[1:]
	}
	switch {
	case len(parts) == 1 && parts[0] == "policy":
		s.keyFile(w, r, "text/plain; charset=utf-8", func(_ io.Writer, set *seal.Recipients) error {
			if domain != "" && len(addressesAt(set, domain)) == 0 {
				return errNoAddress
			}
			return nil
		})
	case len(parts) == 2 && parts[0] == "hu":
		s.keyFile(w, r, "application/octet-stream", func(w io.Writer, set *seal.Recipients) error {
			for _, email := range addressesAt(set, domain) {
				if seal.WKDPath(email) == parts[1] {
					key, err := set.CampaignBinary()
					if err == nil {
						_, err = w.Write(key)
					}
					return err
				}
			}
			return errNoAddress
		})
	default:
		s.elsewhere(w, r)
	}
}

var errNoAddress = keepiton.Errorf(keepiton.NotFound, "no key of that address")

// addressesAt lists the campaign's addresses at a domain; at any without one.
func addressesAt(set *seal.Recipients, domain string) []string {
	return slices.DeleteFunc(set.CampaignEmails(), func(email string) bool {
		_, at, _ := strings.Cut(email, "@")
		return domain != "" && !strings.EqualFold(at, domain)
	})
}

// securityTerm is how long security.txt is good for when the operator names no
// day: well under a year, as RFC 9116 section 2.5.5 advises.
const securityTerm = 90 * 24 * time.Hour

// securityFile is security.txt (RFC 9116). Without a contact there is none.
func (s *Server) securityFile(w http.ResponseWriter, r *http.Request) {
	contact, expires := s.opt.Contact, s.opt.ContactExpires
	if contact == "" || taskOf(r).suffix != "txt" {
		s.elsewhere(w, r)
		return
	}
	if strings.Contains(contact, "@") && !strings.Contains(contact, ":") {
		contact = "mailto:" + (&url.URL{Path: contact}).EscapedPath()
	}
	if expires.IsZero() {
		expires = s.opt.Now().UTC().Truncate(24 * time.Hour).Add(securityTerm)
	}
	secure(w.Header(), filePolicy)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8") // RFC 9116 section 3
	w.Header().Set("Cache-Control", "public, no-cache")
	fmt.Fprintf(w, "Contact: %s\nExpires: %s\n", contact, expires.UTC().Format(time.RFC3339))
	if _, _, err := s.recipients(); err == nil {
		fmt.Fprintf(w, "Encryption: %s/key.asc\n", s.opt.BaseURL)
	}
	fmt.Fprintf(w, "Preferred-Languages: en, fr, ar, es, pt, am, ca\nCanonical: %s/.well-known/security.txt\n", s.opt.BaseURL)
}
