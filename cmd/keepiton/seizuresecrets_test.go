package main

import (
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"keepiton"
	"keepiton/seal"
	"keepiton/store"
)

var clockIn = regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d`)

// secretsOpenNothing takes off the outer wrapping of every report, as the server
// can, and tries every secret that the machine has on what is inside. The
// analyst's keys open it, and the marks of every road are in it.
func secretsOpenNothing(t *testing.T, m *machine, s *search, dir string, roads []aRoad) {
	t.Helper()
	secrets := secretsIn(t, filepath.Join(dir, "data"))
	if len(secrets) < 10 {
		t.Fatalf("only %d secrets were found on the machine: the search is blind", len(secrets))
	}
	for range 20 { // keys of strangers
		secrets[randomKey()] = true
	}
	thief := loadSecrets(t, secrets)
	st := openSealedIn(t, filepath.Join(dir, "data"))
	marked, n := map[string]bool{}, 0
	for _, e := range envelopes(t, st) {
		n++
		if opens(t, st, e.ID, thief) {
			t.Errorf("a report of the lane %s opens with the secrets of the server", e.Lane)
		}
		body := wrappedIn(t, st, e.ID)
		for _, f := range s.in("a body without its wrapping", body) {
			t.Error(f)
		}
		plain := unsealed(t.Context(), st, e.ID, m.analyst.Keys())
		if plain == nil {
			plain = unsealed(t.Context(), st, e.ID, m.reading)
		}
		if plain == nil {
			t.Errorf("a report of the lane %s does not open with the analyst's keys", e.Lane)
		}
		for _, f := range s.in("what the analyst reads", plain) {
			marked[f.mark.road] = true
		}
	}
	for _, r := range roads {
		if want := r.name != "requests that are wrong" && r.name != "upload that is left"; marked[r.name] != want {
			t.Errorf("the analyst reads marks of the %s: %v, want %v", r.name, marked[r.name], want)
		}
	}
	t.Logf("%d reports, %d secrets of the server tried on each", n, len(secrets))
	aStolenKeyIsFound(t, m, dir)
}

// aStolenKeyIsFound leaves the analyst's own key on a copy of the machine: then
// the trial has to succeed.
func aStolenKeyIsFound(t *testing.T, m *machine, dir string) {
	t.Helper()
	copied := filepath.Join(t.TempDir(), "keys")
	if err := os.MkdirAll(copied, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(copied, "forgotten.txt"), []byte("left here: "+m.analyst.Age.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	st := openSealedIn(t, filepath.Join(dir, "data"))
	thief := loadSecrets(t, secretsIn(t, copied))
	for _, e := range envelopes(t, st) {
		if e.Lane == keepiton.LaneOpen && !opens(t, st, e.ID, thief) {
			t.Error("the analyst's key lies on the server and opens nothing: the trial is blind")
		}
	}
}

func envelopes(t *testing.T, st store.Sealed) (out []keepiton.Envelope) {
	t.Helper()
	err := st.Envelopes(t.Context(), store.EnvelopeQuery{}, func(e keepiton.Envelope) error {
		out = append(out, e)
		return nil
	})
	if err != nil || len(out) == 0 {
		t.Fatalf("%d reports, %v", len(out), err)
	}
	return out
}

func wrappedIn(t *testing.T, st store.Sealed, id keepiton.EnvelopeID) []byte {
	t.Helper()
	body, err := st.OpenBody(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	b, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var (
	ageSecret = regexp.MustCompile(`AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]{40,}`)
	pgpSecret = regexp.MustCompile(`(?s)-----BEGIN PGP PRIVATE KEY BLOCK-----.*?-----END PGP PRIVATE KEY BLOCK-----`)
	hexSecret = regexp.MustCompile(`[0-9a-fA-F]{64}`)
)

// secretsIn finds what could be a key: age and OpenPGP secret keys as they are
// written, and every value of 32 bytes, or whose last 32 are all that is in it,
// which an age key of either kind is made of.
func secretsIn(t *testing.T, dir string) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	look := func(b []byte) {
		for _, re := range []*regexp.Regexp{ageSecret, pgpSecret} {
			for _, key := range re.FindAll(b, -1) {
				out[string(key)] = true
			}
		}
		for _, digits := range hexSecret.FindAll(b, -1) {
			if key, err := hex.DecodeString(string(digits)); err == nil {
				bothKinds(out, key)
			}
		}
		if len(b) >= 32 && len(b) < 4096 {
			bothKinds(out, b[len(b)-32:])
		}
	}
	for path, b := range filesUnder(t, dir) {
		look(b)
		if strings.HasPrefix(string(b), "SQLite format 3\x00") {
			eachValue(t, path, func(_, _ string, v any) {
				switch v := v.(type) {
				case string:
					look([]byte(v))
				case []byte:
					look(v)
				}
			})
		}
	}
	return out
}

func bothKinds(out map[string]bool, key []byte) {
	out[bech32Of("AGE-SECRET-KEY-", key)] = true
	out[bech32Of("AGE-SECRET-KEY-PQ-", key)] = true
}

func randomKey() string {
	key := make([]byte, 32)
	for i := range key {
		key[i] = byte(rand.Uint32())
	}
	return bech32Of("AGE-SECRET-KEY-PQ-", key)
}

// loadSecrets makes keys of all that was found. What turns out to be none, such
// as bytes that only look like a key, is left out.
func loadSecrets(t *testing.T, secrets map[string]bool) *seal.Keys {
	t.Helper()
	dir := t.TempDir()
	source := seal.KeySource{}
	var identities strings.Builder
	for secret := range secrets {
		if strings.HasPrefix(secret, "AGE") {
			if file := putFile(t, "one", []byte(secret+"\n")); loads(file) {
				identities.WriteString(secret + "\n")
			}
			continue
		}
		file := filepath.Join(dir, fmt.Sprint(len(source.Files)))
		if err := os.WriteFile(file, []byte(secret), 0o600); err != nil {
			t.Fatal(err)
		}
		if loads(file) {
			source.Files = append(source.Files, file)
		}
	}
	file := filepath.Join(dir, "identities")
	if err := os.WriteFile(file, []byte(identities.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	source.Files = append(source.Files, file)
	keys, err := seal.LoadKeys(source)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func loads(file string) bool {
	_, err := seal.LoadKeys(seal.KeySource{Files: []string{file}})
	return err == nil
}

// bech32Of writes 32 bytes as age writes a key (BIP 173, in upper case).
func bech32Of(prefix string, key []byte) string {
	const digits = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"
	var fives []byte
	rest, bits := 0, 0
	for _, b := range key {
		for rest, bits = rest<<8|int(b), bits+8; bits >= 5; bits -= 5 {
			fives = append(fives, byte(rest>>(bits-5)&31))
		}
		rest &= 1<<bits - 1
	}
	if bits > 0 {
		fives = append(fives, byte(rest<<(5-bits)&31))
	}
	sum := 1
	step := func(v byte) {
		top := sum >> 25
		sum = sum&0x1ffffff<<5 ^ int(v)
		for i, g := range []int{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
			if top>>i&1 == 1 {
				sum ^= g
			}
		}
	}
	low := strings.ToLower(prefix)
	for i := range low {
		step(low[i] >> 5)
	}
	step(0)
	for i := range low {
		step(low[i] & 31)
	}
	for _, v := range fives {
		step(v)
	}
	for range 6 {
		step(0)
	}
	sum ^= 1
	for i := range 6 {
		fives = append(fives, byte(sum>>(5*(5-i))&31))
	}
	out := prefix + "1"
	for _, v := range fives {
		out += string(digits[v])
	}
	return out
}
