// Package mail lets reports in by mail: an SMTP or LMTP listener, and files that
// a mailbox was saved to.
//
// Promises:
//
//   - A mail that its sender sealed, PGP/MIME (RFC 3156), inline PGP, or with a
//     sealed file attached, is kept as it is: what is sealed goes to the store,
//     and nothing else of the mail does, neither names nor addresses nor subject.
//   - A mail in the clear is refused at DATA with an address that tells how to
//     write, or sealed at once, in memory, as the operator chooses. It is never
//     on a disk.
//   - No address, name or size of who connects is kept or logged, and no mail is
//     ever answered by another mail.
package mail

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // mails in older encodings

	"keepiton"
	"keepiton/intake"
)

// MaxMessage bounds a mail, in bytes: it is held in memory as a whole, so that
// nothing of it needs a disk. Larger things come by the form or as a file.
const MaxMessage = 25 << 20

// Limits on the parts of a mail.
const (
	maxParts = 100
	maxDepth = 8
)

// Road takes mails in. Intake is required.
type Road struct {
	Intake *intake.Intake
	// Seal takes mails in the clear and seals them at once; false refuses them.
	Seal bool
	// Key is the address of the page that tells how to write sealed, for the
	// refusal.
	Key string
}

// Taken says what became of a mail.
type Taken struct {
	Envelopes []keepiton.Envelope // one for each sealed part, or one for the whole
	Clear     bool                // it was in the clear, and sealed by us
}

// errClear is what a refused mail gets.
var errClear = &keepiton.Error{Code: keepiton.Forbidden, Err: errors.New("this address takes sealed mail only")}

// IsClear reports whether err refuses a mail because it is in the clear.
func IsClear(err error) bool { return errors.Is(err, errClear) }

// Take takes one mail in. TooLarge beyond MaxMessage; errors of package intake
// otherwise, after which nothing of the mail is kept but the envelopes that were
// acknowledged already: the same mail again stores each of those once.
func (r *Road) Take(ctx context.Context, raw []byte) (Taken, error) {
	if len(raw) > MaxMessage {
		return Taken{}, keepiton.Errorf(keepiton.TooLarge, "a mail of %d bytes is larger than %d", len(raw), MaxMessage)
	}
	sealed, other := sift(raw)
	if len(sealed) == 0 || other > 0 && r.Seal {
		// Words beside a sealed part may be what the sender meant to say.
		return r.clear(ctx, raw)
	}
	if other > 0 {
		return Taken{}, errClear
	}
	var t Taken
	for _, s := range sealed {
		e, err := r.Intake.Take(ctx, intake.Pass{Lane: keepiton.LaneMail}, bytes.NewReader(s))
		if err != nil {
			return t, err
		}
		t.Envelopes = append(t.Envelopes, e)
	}
	return t, nil
}

// clear seals a mail that came in the clear, or refuses it.
func (r *Road) clear(ctx context.Context, raw []byte) (Taken, error) {
	if !r.Seal {
		return Taken{}, errClear
	}
	raw = withoutTrace(raw)
	rep := &keepiton.Report{ID: reportID(raw), Road: keepiton.RoadMail}
	e, err := r.Intake.TakeMessage(ctx, intake.Pass{Lane: keepiton.LaneMail}, rep, raw, "mail.eml", "message/rfc822")
	if err != nil {
		return Taken{}, err
	}
	return Taken{[]keepiton.Envelope{e}, true}, nil
}

// reportID is the same for one mail by two roads: it follows from the message id
// that the sender's program gave it, else from the whole.
func reportID(raw []byte) string {
	what := raw
	if e, err := message.Read(bytes.NewReader(raw)); e != nil && (err == nil || message.IsUnknownCharset(err)) {
		if id := strings.TrimSpace(e.Header.Get("Message-Id")); id != "" {
			what = []byte(id)
		}
	}
	sum := sha256.Sum256(append([]byte("keepiton mail 1\n"), what...))
	return hex.EncodeToString(sum[:16])
}

// trace are the header fields that name machines on the way (RFC 5321 section
// 4.4 and what providers add). They are taken out before a mail is sealed; what
// proves its origin, such as DKIM-Signature, stays.
var trace = []string{
	"received", "return-path", "delivered-to", "authentication-results", "received-spf", "x-originating-ip", "x-received",
	"x-forwarded-for", "x-forwarded-to", "x-original-to", "x-real-ip", "x-sender-ip", "x-client-ip", "arc-authentication-results", "x-google-smtp-source",
}

// withoutTrace takes the trace fields out of a mail's own header.
func withoutTrace(raw []byte) []byte {
	var out bytes.Buffer
	drop := false
	for rest := raw; len(rest) > 0; {
		line, after, found := bytes.Cut(rest, []byte("\n"))
		if len(bytes.TrimRight(line, "\r")) == 0 {
			out.Write(rest)
			break
		}
		if line[0] != ' ' && line[0] != '\t' {
			name, _, _ := bytes.Cut(line, []byte(":"))
			drop = isTrace(strings.ToLower(strings.TrimSpace(string(name))))
		}
		if !drop {
			out.Write(line)
			if found {
				out.WriteByte('\n')
			}
		}
		rest = after
	}
	return out.Bytes()
}

func isTrace(name string) bool {
	for _, t := range trace {
		if name == t {
			return true
		}
	}
	return false
}

// sift finds what is sealed in a mail, and counts the parts beside it that say
// something in the clear.
func sift(raw []byte) (sealed [][]byte, other int) {
	e, err := message.Read(bytes.NewReader(raw))
	if e == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
		return nil, 1
	}
	s := sieve{}
	if e.Walk(s.part) != nil {
		return nil, 1
	}
	return s.sealed, s.other
}

type sieve struct {
	sealed [][]byte
	other  int
	parts  int
}

var errTooMany = errors.New("too many parts")

// part looks into one part; the library walks from part to part.
func (s *sieve) part(path []int, e *message.Entity, _ error) error {
	if s.parts++; s.parts > maxParts || len(path) > maxDepth {
		return errTooMany
	}
	if e.MultipartReader() != nil {
		return nil
	}
	kind, _, _ := e.Header.ContentType()
	body, err := io.ReadAll(e.Body)
	if err != nil {
		return err
	}
	switch found, rest := cut(body); {
	case len(found) > 0 && rest:
		s.sealed = append(s.sealed, found...)
		s.other++
	case len(found) > 0:
		s.sealed = append(s.sealed, found...)
	case kind == "application/pgp-encrypted": // the version part of RFC 3156 section 4
	case kind == "application/pgp-keys", kind == "application/pgp-signature": // public by nature
	case len(bytes.TrimSpace(body)) == 0:
	default:
		s.other++
	}
	return nil
}

// The beginnings of what is sealed, in armor or bare.
var (
	pgpBegin  = []byte("-----BEGIN PGP MESSAGE-----")
	pgpEnd    = []byte("-----END PGP MESSAGE-----")
	ageBegin  = []byte("-----BEGIN AGE ENCRYPTED FILE-----")
	ageEnd    = []byte("-----END AGE ENCRYPTED FILE-----")
	ageBare   = []byte("age-encryption.org/v1\n")
	container = []byte("keepiton-sealed 1\n")
)

// cut takes the sealed blocks out of a part. rest reports whether there is
// anything but white space beside them.
func cut(body []byte) (sealed [][]byte, rest bool) {
	if bytes.HasPrefix(body, ageBare) || bytes.HasPrefix(body, container) || looksOpenPGP(body) {
		return [][]byte{body}, false
	}
	for {
		i, end := bytes.Index(body, pgpBegin), pgpEnd
		if j := bytes.Index(body, ageBegin); j >= 0 && (i < 0 || j < i) {
			i, end = j, ageEnd
		}
		if i < 0 {
			break
		}
		n := bytes.Index(body[i:], end)
		if n < 0 {
			break // cut off: the rest is in the clear, or the seal is broken; either way it is not sealed
		}
		rest = rest || len(bytes.TrimSpace(body[:i])) > 0
		block := body[i : i+n+len(end)]
		sealed = append(sealed, append(bytes.Clone(block), '\n'))
		body = body[i+n+len(end):]
	}
	return sealed, rest || len(bytes.TrimSpace(body)) > 0
}

// looksOpenPGP reports whether a file begins with a packet that carries a
// session key to a public key (RFC 9580 section 5.1, tag 1), old or new form.
func looksOpenPGP(b []byte) bool {
	return len(b) > 16 && (b[0] == 0xc1 || b[0]&0xfc == 0x84)
}
