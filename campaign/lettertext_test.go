package campaign_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"keepiton"
	"keepiton/campaign"
	"keepiton/store"
)

func signable() *keepiton.Letter {
	return &keepiton.Letter{
		Title: keepiton.Texts{"en": "Keep it on", "am": "አታቋርጡ"}, To: keepiton.Texts{"en": "The Minister"},
		Body: keepiton.Texts{"en": "Your Excellency,  \r\n\r\nPlease.\n", "am": "እባክዎ።", "fr": ""},
	}
}

func TestALettersTextHasTheSameBytesForEver(t *testing.T) {
	const want = "KeepItOn open letter KIL-2026-0001, revision 2\n\n[am]\n\nአታቋርጡ\n\nእባክዎ።\n\n[en]\n\nThe Minister\n\nKeep it on\n\nYour Excellency,\n\nPlease.\n\n"
	if got := string(campaign.LetterText("KIL-2026-0001", 2, signable())); got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// own makes a key of an organization, armored: the public part, and what signs.
func own(t *testing.T) (public string, sign func([]byte) string) {
	t.Helper()
	key, err := crypto.PGP().KeyGeneration().AddUserId("Org", "org@org.example").New().GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	public, err = key.GetArmoredPublicKey()
	if err != nil {
		t.Fatal(err)
	}
	return public, func(text []byte) string {
		s, err := crypto.PGP().Sign().SigningKey(key).Detached().New()
		if err != nil {
			t.Fatal(err)
		}
		out, err := s.Sign(text, crypto.Armor)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
}

func TestASignatureIsOfThisKeyAndThisText(t *testing.T) {
	text := campaign.LetterText("KIL-2026-0001", 2, signable())
	public, sign := own(t)
	other, strange := own(t)
	now := time.Now()
	good := sign(text)
	if f, err := campaign.VerifyLetter(text, "\n"+good+"\n", public, now.Add(time.Hour)); err != nil || len(f) < 40 || strings.ToUpper(f) != f {
		t.Errorf("the key %q, %v", f, err)
	}
	for name, tc := range map[string]struct{ text, signature, key string }{
		"another text":        {string(text) + ".", good, public},
		"another key":         {string(text), strange(text), public},
		"another public key":  {string(text), good, other},
		"no key":              {string(text), good, ""},
		"no signature":        {string(text), "signed, Org", public},
		"a message":           {string(text), strings.ReplaceAll(good, "SIGNATURE", "MESSAGE"), public},
		"cut":                 {string(text), good[:len(good)/2], public},
		"too long":            {string(text), good + strings.Repeat("x", campaign.MaxSignature), public},
		"a private key":       {string(text), "-----BEGIN PGP PRIVATE KEY BLOCK-----", public},
		"nothing in it":       {string(text), "-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----", public},
		"made in the future":  {string(text), good, "before"},
		"garbage in its body": {string(text), "-----BEGIN PGP SIGNATURE-----\n\nAAAA\n=AAAA\n-----END PGP SIGNATURE-----", public},
	} {
		at := now.Add(time.Hour)
		if tc.key == "before" {
			tc.key, at = public, now.AddDate(0, 0, -2)
		}
		if f, err := campaign.VerifyLetter([]byte(tc.text), tc.signature, tc.key, at); keepiton.CodeOf(err) != keepiton.Invalid || f != "" {
			t.Errorf("%s: %q, %v", name, f, err)
		}
	}
}

func TestAMemberSignsWithTheKeyThatItShows(t *testing.T) {
	o := office(t, campaign.Need{})
	o.Signatures, o.Now = o.Entries.(store.Signatures), time.Now
	public, sign := own(t)
	put := func(id keepiton.EntryID, base int, e keepiton.Entry) keepiton.EntryRevision {
		t.Helper()
		doc, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		rev, err := o.Entries.AppendEntry(t.Context(), e.Kind(), base, keepiton.EntryRevision{ID: id, State: keepiton.Published, Recorded: time.Now(), Doc: doc}, e.Index())
		if err != nil {
			t.Fatal(err)
		}
		return rev
	}
	org := &keepiton.Organization{Name: "Open Lines", Type: "civil_society", Standing: keepiton.StandingMember}
	member := put("", 0, org)
	who := campaign.Person{Account: "lines", Role: keepiton.RoleMember, Organization: string(member.ID)}
	l := signable()
	l.Dated, l.Closes = keepiton.On(2026, 1, 1), keepiton.Moment{At: time.Now().AddDate(0, 0, 3)}
	rev := put("", 0, l)
	text, err := campaign.LetterTextOf(rev)
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, "without a key", o.SignWithKey(t.Context(), who, rev.ID, rev.N, sign(text)), keepiton.Invalid)
	org.Key = public
	put(member.ID, 1, org)
	wantCode(t, "nothing", o.SignWithKey(t.Context(), who, rev.ID, rev.N, " "), keepiton.Invalid)
	wantCode(t, "other words", o.SignWithKey(t.Context(), who, rev.ID, rev.N, sign([]byte("other"))), keepiton.Invalid)
	if err := o.SignWithKey(t.Context(), who, rev.ID, rev.N, sign(text)); err != nil {
		t.Fatal(err)
	}
	all, err := o.Signatures.LetterSigners(t.Context(), rev.ID)
	if err != nil || len(all) != 1 {
		t.Fatalf("%v, %v", all, err)
	}
	l.Body["es"] = "Por favor." // a translation changes no words
	put(rev.ID, 1, l)
	if p, err := campaign.ProofOf(t.Context(), o.Entries, all[0], public); err != nil || p.Fingerprint == "" || !bytes.Equal(p.Text, text) {
		t.Errorf("the proof: %q, %v", p.Fingerprint, err)
	}
	other, _ := own(t)
	if p, err := campaign.ProofOf(t.Context(), o.Entries, all[0], other); err != nil || p.Fingerprint != "" {
		t.Errorf("against another key: %q, %v", p.Fingerprint, err)
	}
}

// TestSignaturesOfOtherProgramsAreTaken signs with GnuPG and Sequoia, and has GnuPG
// and Sequoia check what was taken.
func TestSignaturesOfOtherProgramsAreTaken(t *testing.T) {
	for _, program := range []string{"gpg", "sq"} {
		if _, err := exec.LookPath(program); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatal(err)
			}
			t.Skipf("SKIPPED, NOT TESTED: %s is missing", program)
		}
	}
	home, err := os.MkdirTemp("", "kio") // a socket's name has 108 bytes at most
	if err != nil {
		t.Fatal(err)
	}
	run := func(name string, args ...string) string {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Env = append(os.Environ(), "GNUPGHOME="+home)
		var errs bytes.Buffer
		cmd.Stderr = &errs
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, errs.String())
		}
		return string(out)
	}
	t.Cleanup(func() {
		kill := exec.Command("gpgconf", "--kill", "all")
		kill.Env = append(os.Environ(), "GNUPGHOME="+home)
		kill.Run()
		os.RemoveAll(home)
	})
	in := func(name string) string { return filepath.Join(home, name) }
	text := campaign.LetterText("KIL-2026-0001", 2, signable())
	if err := os.WriteFile(in("letter.txt"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	run("gpg", "--batch", "--quiet", "--passphrase", "", "--quick-generate-key", "Org <org@org.example>", "default", "default", "1y")
	public := run("gpg", "--armor", "--export", "org@org.example")
	taken := map[string]string{
		"gpg":          run("gpg", "--batch", "--armor", "--detach-sign", "--output", "-", in("letter.txt")),
		"gpg, as text": run("gpg", "--batch", "--armor", "--textmode", "--detach-sign", "--output", "-", in("letter.txt")),
	}
	for name, signature := range taken {
		if _, err := campaign.VerifyLetter(text, signature, public, time.Now().Add(time.Minute)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	run("sq", "key", "generate", "--userid", "Org <org@org.example>", "--export", in("sq.pgp"))
	cert := run("sq", "key", "extract-cert", in("sq.pgp"))
	bySq := run("sq", "sign", "--detached", "--signer-key", in("sq.pgp"), in("letter.txt"))
	if _, err := campaign.VerifyLetter(text, bySq, cert, time.Now().Add(time.Minute)); err != nil {
		t.Errorf("sq: %v", err)
	}
	for name, b := range map[string]string{"sq.asc": bySq, "cert.asc": cert, "gpg.asc": taken["gpg"], "gpg-cert.asc": public} {
		if err := os.WriteFile(in(name), []byte(b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run("gpg", "--batch", "--quiet", "--import", in("cert.asc"))
	run("gpg", "--batch", "--verify", in("sq.asc"), in("letter.txt"))
	run("sq", "verify", "--signer-cert", in("gpg-cert.asc"), "--detached", in("gpg.asc"), in("letter.txt"))
}

func FuzzSignaturesOfLetters(f *testing.F) {
	key, err := crypto.PGP().KeyGeneration().AddUserId("Org", "org@org.example").New().GenerateKey()
	if err != nil {
		f.Fatal(err)
	}
	public, err := key.GetArmoredPublicKey()
	if err != nil {
		f.Fatal(err)
	}
	signer, err := crypto.PGP().Sign().SigningKey(key).Detached().New()
	if err != nil {
		f.Fatal(err)
	}
	good, err := signer.Sign([]byte("text"), crypto.Armor)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(good))
	f.Add(strings.Replace(string(good), "\n\n", "\nVersion: 1\n\n", 1))
	f.Add("-----BEGIN PGP SIGNATURE-----\n\nwsB\n-----END PGP SIGNATURE-----")
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := campaign.VerifyLetter([]byte("another text"), s, public, time.Now().Add(time.Hour)); err == nil {
			t.Errorf("%q signs a text that nobody signed", s)
		}
	})
}
