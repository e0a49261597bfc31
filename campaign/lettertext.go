package campaign

import (
	"bytes"
	"context"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"keepiton"
)

// LetterText is the exact text that an organization signs with its key: revision n
// of a letter in every language that it has, in the order of their tags. The same
// revision gives the same bytes, for ever: UTF-8, lines end in LF, blanks at the ends
// of lines are left out, so that programs that sign text and those that sign bytes
// agree. Adding a language makes another revision with a text of its own.
func LetterText(id keepiton.EntryID, n int, l *keepiton.Letter) []byte {
	var b bytes.Buffer
	put := func(text string) {
		for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
			b.WriteString(strings.TrimRight(line, " \t\r"))
			b.WriteByte('\n')
		}
	}
	put("KeepItOn open letter " + string(id) + ", revision " + strconv.Itoa(n))
	for _, lang := range l.Body.Langs() {
		if l.Body[lang] == "" {
			continue
		}
		put("")
		put("[" + lang + "]")
		for _, part := range []keepiton.Texts{l.To, l.Title, l.Body} {
			if text := part[lang]; text != "" {
				put("")
				put(text)
			}
		}
	}
	return b.Bytes()
}

// LetterTextOf is the text of a revision.
func LetterTextOf(rev keepiton.EntryRevision) ([]byte, error) {
	l, err := As[*keepiton.Letter](rev)
	if err != nil {
		return nil, err
	}
	return LetterText(rev.ID, rev.N, l), nil
}

// MaxSignature bounds a detached signature, in bytes.
const MaxSignature = 16 << 10

const signatureMark = "-----BEGIN PGP SIGNATURE-----"

// VerifyLetter checks a detached OpenPGP signature (RFC 9580, section 5.2), armored,
// over a text, as of at, and returns the fingerprint of the key or subkey that made
// it, in capital hexadecimal digits. Invalid when there is no such signature, or when
// the key did not make it.
func VerifyLetter(text []byte, signature, key string, at time.Time) (fingerprint string, err error) {
	switch {
	case HoldsPrivateKey(signature):
		return "", fail(keepiton.Invalid, "campaign.error.private_key", "this is a private key")
	case len(signature) > MaxSignature || !strings.Contains(signature, signatureMark):
		return "", fail(keepiton.Invalid, "campaign.error.no_signature", "not an armored detached signature of at most %d bytes", MaxSignature)
	}
	public, err := crypto.NewKeyFromReader(strings.NewReader(strings.TrimSpace(key)))
	if err != nil || public.IsPrivate() {
		return "", fail(keepiton.Invalid, "campaign.error.no_key", "the organization shows no key")
	}
	verifier, err := crypto.PGP().Verify().VerificationKey(public).VerifyTime(at.Unix()).New()
	if err != nil {
		return "", fail(keepiton.Invalid, "campaign.error.no_key", "the organization's key cannot be used: %w", err)
	}
	result, err := verifier.VerifyDetached(text, []byte(strings.TrimSpace(signature)), crypto.Armor)
	if err == nil {
		err = result.SignatureError()
	}
	if err != nil {
		return "", fail(keepiton.Invalid, "campaign.error.bad_signature", "the key did not sign this text: %w", err)
	}
	return strings.ToUpper(hex.EncodeToString(result.SignedByFingerprint())), nil
}

// Proof is what a signature by key is checked with.
type Proof struct {
	Fingerprint string // of the key that the organization shows now; empty: it shows another
	Text        []byte
}

// ProofOf checks the signature of an organization under a letter again, against the
// key that its entry shows now, as of the day on which it signed.
func ProofOf(ctx context.Context, entries Revisions, s keepiton.LetterSigner, key string) (Proof, error) {
	revs, err := entries.EntryRevisions(ctx, s.Letter)
	if err != nil {
		return Proof{}, err
	}
	if s.N < 1 || s.N > len(revs) {
		return Proof{}, keepiton.Errorf(keepiton.NotFound, "%s has no revision %d", s.Letter, s.N)
	}
	text, err := LetterTextOf(revs[s.N-1])
	if err != nil {
		return Proof{}, err
	}
	day, err := time.Parse(time.DateOnly, s.Day)
	if err != nil {
		return Proof{}, keepiton.Errorf(keepiton.Internal, "the day of a signature: %w", err)
	}
	p := Proof{Text: text}
	p.Fingerprint, err = VerifyLetter(text, s.Signature, key, day.AddDate(0, 0, 1))
	if keepiton.CodeOf(err) == keepiton.Invalid {
		err = nil
	}
	return p, err
}
