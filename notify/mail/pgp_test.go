package mail_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	netmail "net/mail"

	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"keepiton/notify"
	"keepiton/notify/mail"
)

func TestMailIsEncryptedToItsReader(t *testing.T) {
	key, err := crypto.PGP().KeyGeneration().AddUserId("Anna", "anna@reader.test").New().GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	public, err := key.GetArmoredPublicKey()
	if err != nil {
		t.Fatal(err)
	}
	small, err := notify.ReadKey(public, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	raw, err := mailer(t, mail.Options{}).Bytes(message(func(m *notify.Message) { m.To.PGP = small }))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw, []byte("Sudan")) || bytes.Contains(raw, []byte("Correction")) {
		t.Errorf("outside of the encryption stands what it is about:\n%s", raw)
	}
	armored := encryptedPart(t, raw)
	dec, err := crypto.PGP().Decryption().DecryptionKey(key).New()
	if err != nil {
		t.Fatal(err)
	}
	out, err := dec.Decrypt([]byte(armored), crypto.Armor)
	if err != nil {
		t.Fatal(err)
	}
	inner, err := netmail.ReadMessage(bytes.NewReader(out.Bytes()))
	if err != nil || inner.Header.Get("Subject") != "Correction: Sudan, 10 January 2027" || !strings.Contains(inner.Header.Get("Content-Type"), `protected-headers="v1"`) {
		t.Errorf("inside stands %q, %v", inner.Header, err)
	}
	t.Run("GnuPG", func(t *testing.T) { gpgReads(t, key, armored) })
}

// encryptedPart checks the form of RFC 3156, section 4, and returns the part that
// is encrypted.
func encryptedPart(t *testing.T, raw []byte) string {
	t.Helper()
	msg, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if kind := msg.Header.Get("Content-Type"); !strings.HasPrefix(kind, `multipart/encrypted; protocol="application/pgp-encrypted"; boundary=`) {
		t.Errorf("the message is %s", kind)
	}
	parts := readParts(t, msg)
	if len(parts) != 2 || parts[0][0] != "application/pgp-encrypted" || strings.TrimSpace(parts[0][1]) != "Version: 1" {
		t.Fatalf("parts: %q", parts)
	}
	return parts[1][1]
}

func gpgReads(t *testing.T, key *crypto.Key, armored string) {
	if _, err := exec.LookPath("gpg"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("gpg is missing")
		}
		t.Skip("gpg is missing: mail is not tried with GnuPG")
	}
	home, err := os.MkdirTemp("/tmp", "g") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		exec.Command("gpgconf", "--homedir", home, "--kill", "all").Run()
		os.RemoveAll(home)
	})
	secret, err := key.Armor()
	if err != nil {
		t.Fatal(err)
	}
	run := func(in string, args ...string) string {
		cmd := exec.Command("gpg", append([]string{"--homedir", home, "--batch", "--quiet"}, args...)...)
		cmd.Stdin = strings.NewReader(in)
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("gpg %v: %v", args, err)
		}
		return string(out)
	}
	run(secret, "--import")
	if out := run(armored, "--decrypt"); !strings.Contains(out, "mobile internet was cut") {
		t.Errorf("GnuPG reads %q", out)
	}
}

func TestKeysThatCannotBeUsedAreRefusedByReason(t *testing.T) {
	pgp := crypto.PGP()
	key, err := pgp.KeyGeneration().AddUserId("Anna", "anna@reader.test").New().GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	secret, err := key.Armor()
	if err != nil {
		t.Fatal(err)
	}
	old, err := pgp.KeyGeneration().AddUserId("Anna", "anna@reader.test").GenerationTime(time.Now().AddDate(-2, 0, 0).Unix()).Lifetime(86400).New().GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	expired, err := old.GetArmoredPublicKey()
	if err != nil {
		t.Fatal(err)
	}
	for what, armored := range map[string]string{"nothing": "", "words": "hello", "a secret key": secret, "an expired key": expired, "too much": strings.Repeat("x", 1<<17)} {
		if _, err := notify.ReadKey(armored, time.Now()); err == nil {
			t.Errorf("%s is taken", what)
		}
	}
}

func FuzzReadKey(f *testing.F) {
	b, err := os.ReadFile(filepath.Join("testdata", "key.asc"))
	if err == nil {
		f.Add(string(b))
	}
	f.Add("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nxjMEZ\n-----END PGP PUBLIC KEY BLOCK-----")
	now := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, armored string) {
		if key, err := notify.ReadKey(armored, now); err == nil && (len(key) == 0 || len(key) > 3000) {
			t.Errorf("%d bytes are kept", len(key))
		}
	})
}
