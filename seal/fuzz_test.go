package seal_test

import (
	"bytes"
	"encoding/base64"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age/armor"

	"keepiton"
	"keepiton/seal"
	"keepiton/seal/sealtest"
)

// fuzzKeys are the keys that hostile files are tried with. They stand in
// testdata, because the fuzzer's processes must have the same.
func fuzzKeys(t testing.TB) (*seal.Sealer, *seal.Keys) {
	t.Helper()
	dir := filepath.Join("testdata", "keys")
	member := func(name string) seal.Member {
		m, err := seal.ReadMember(mustRead(t, filepath.Join(dir, name)), sealtest.Made)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	set := &seal.Recipients{Serial: 1, Made: sealtest.Made, Members: []seal.Member{member("both.json"), member("pgp.gpg")}}
	keys, err := seal.LoadKeys(seal.KeySource{Files: []string{filepath.Join(dir, "both.age"), filepath.Join(dir, "pgp.secret.asc")}, Passphrase: func(string) ([]byte, error) { return []byte("test"), nil }})
	if err != nil {
		t.Fatal(err)
	}
	return set.Sealer(), keys
}

// FuzzOpen mutates files that open, in each of the four forms, so that the
// mutations reach what stands behind the first check.
func FuzzOpen(f *testing.F) {
	s, keys := fuzzKeys(f)
	file, message := sealed(f, s.Seal, text[:2000]), sealed(f, s.SealOpenPGP, text[:2000])
	f.Add(file)
	f.Add(message)
	var armored bytes.Buffer
	w := armor.NewWriter(&armored)
	w.Write(file)
	w.Close()
	f.Add(armored.Bytes())
	f.Add([]byte("-----BEGIN PGP MESSAGE-----\n\n" + base64.StdEncoding.EncodeToString(message) + "\n-----END PGP MESSAGE-----\n"))
	f.Add([]byte("age-encryption.org/v1\n-> keepiton-openpgp\n\n--- AAAA\n"))
	f.Add([]byte{0xd2, 0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := keys.Open(bytes.NewReader(b))
		if err == nil {
			_, err = io.Copy(io.Discard, io.LimitReader(r, 1<<20))
		}
		if err != nil && keepiton.CodeOf(err) == keepiton.Internal {
			t.Errorf("an error without a code: %v", err)
		}
	})
}

func FuzzRecipients(f *testing.F) {
	c := sealtest.NewCampaign(f)
	pgp, _ := person(f, "pgp", true)
	pgp.Retired = sealtest.Made
	set, _ := withMembers(f, c, pgp).Signed()
	f.Add(set)
	f.Add([]byte(`{"format":"keepiton-recipients 1","serial":1,"made":"2026-11-25","campaign":"ab","members":[]}`))
	f.Add([]byte(`{"members":[{"age":"age1pq1","openpgp":"-----BEGIN PGP PUBLIC KEY BLOCK-----"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, fingerprint, err := seal.ParseSet(b)
		if err != nil {
			if keepiton.CodeOf(err) == keepiton.Internal {
				t.Errorf("an error without a code: %v", err)
			}
			return
		}
		again, err := r.Encode(fingerprint)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		if back, print, err := seal.ParseSet(again); err != nil || print != fingerprint || len(back.Members) != len(r.Members) || back.Serial != r.Serial {
			t.Errorf("what was written reads otherwise: %+v, %v", back, err)
		}
	})
}

func FuzzDecodeRecipients(f *testing.F) {
	c := sealtest.NewCampaign(f)
	set, signature := c.Recipients.Signed()
	campaign, err := c.Recipients.CampaignArmored()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(campaign, set, signature)
	f.Fuzz(func(t *testing.T, campaign, set, signature []byte) {
		if _, err := seal.DecodeRecipients(campaign, set, signature); err != nil && keepiton.CodeOf(err) == keepiton.Internal {
			t.Errorf("an error without a code: %v", err)
		}
	})
}

// A header without an end must cost no more memory than its bound, and as many
// stanzas as fit no more than a moment.
func TestHostileHeadersAreBounded(t *testing.T) {
	_, keys := fuzzKeys(t)
	stanza := "-> mlkem768x25519 " + strings.Repeat("A", 1494) + "\n" + strings.Repeat("A", 43) + "\n"
	for name, r := range map[string]io.Reader{
		"one line":       io.MultiReader(strings.NewReader("age-encryption.org/v1\n-> "), endless('a')),
		"a stanza":       io.MultiReader(strings.NewReader("age-encryption.org/v1\n-> x\n"), endlessText(strings.Repeat("A", 64)+"\n")),
		"many stanzas":   io.MultiReader(strings.NewReader("age-encryption.org/v1\n"), endlessText(stanza)),
		"armored":        io.MultiReader(strings.NewReader(armor.Header+"\n"), endlessText(strings.Repeat("A", 64)+"\n")),
		"key packets":    endlessText("\xc1\x0e\x03\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x01\x01\x00"),
		"unknown packet": io.MultiReader(strings.NewReader("\xfd\xff\x7f\xff\xff\xff"), endless(0)),
	} {
		counted := &counter{r: r}
		_, err := keys.Open(counted)
		if code := keepiton.CodeOf(err); code != keepiton.TooLarge && code != keepiton.Invalid && code != keepiton.NotFound {
			t.Errorf("%s: %v", name, err)
		}
		if counted.n > 6<<20 {
			t.Errorf("%s: %d bytes were read before it was refused", name, counted.n)
		}
	}
}

func TestOpenPGPThatUnpacksToMuchIsRefused(t *testing.T) {
	if testing.Short() {
		t.Skip("uses 80 MiB")
	}
	g := newGnuPG(t)
	p, err := seal.NewPerson("desk", "", sealtest.Made)
	if err != nil {
		t.Fatal(err)
	}
	g.run(p.Member().OpenPGP, "--import")
	bomb := g.run(make([]byte, seal.MaxOpenPGP+1), "--compress-algo", "zip", "--encrypt", "-r", "desk")
	if len(bomb) > 1<<20 {
		t.Fatalf("%d bytes: not much of a bomb", len(bomb))
	}
	if got, err := opened(p.Keys(), bomb); keepiton.CodeOf(err) != keepiton.TooLarge || len(got) > 0 {
		t.Errorf("%d bytes, %v, want too_large", len(got), err)
	}
}

type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}

func endlessText(s string) io.Reader {
	return &repeat{text: strings.Repeat(s, 1+4096/len(s))}
}

type repeat struct {
	text string
	at   int
}

func (r *repeat) Read(p []byte) (int, error) {
	n := copy(p, r.text[r.at:])
	r.at = (r.at + n) % len(r.text)
	return n, nil
}

type counter struct {
	r io.Reader
	n int
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}
