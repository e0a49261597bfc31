package seal_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"keepiton"
	"keepiton/seal"
	"keepiton/seal/sealtest"
)

// sealed seals text with one of a sealer's two ways.
func sealed(t testing.TB, way func(io.Writer) (io.WriteCloser, error), text []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := way(&out)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// opened opens a sealed file whole, and returns what came out before an error.
func opened(k *seal.Keys, b []byte) ([]byte, error) {
	r, err := k.Open(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// asError finds the outermost keepiton.Error.
func asError(err error, to **keepiton.Error) bool { return errors.As(err, to) }

// person makes the keys of a member with both kinds, or of one with OpenPGP
// alone.
func person(t testing.TB, name string, pgpAlone bool) (seal.Member, *seal.Keys) {
	t.Helper()
	p, err := seal.NewPerson(name, "Org", sealtest.Made)
	if err != nil {
		t.Fatal(err)
	}
	m := p.Member()
	if !pgpAlone {
		return m, p.Keys()
	}
	m.Age = ""
	secret, err := p.LockOpenPGP([]byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	var keys seal.Keys
	if err := keys.AddOpenPGP(secret, []byte("x")); err != nil {
		t.Fatal(err)
	}
	return m, &keys
}

func TestEveryMemberOpensAndAStrangerDoesNot(t *testing.T) {
	c := sealtest.NewCampaign(t)
	both, bothKeys := person(t, "both", false)
	pgp1, pgp1Keys := person(t, "pgp 1", true)
	pgp2, pgp2Keys := person(t, "pgp 2", true)
	set := withMembers(t, c, both, pgp1, pgp2)
	if err := set.Write(c.Dir); err != nil {
		t.Fatal(err)
	}
	set, err := seal.LoadRecipients(c.Dir)
	if err != nil {
		t.Fatal(err)
	}
	file, message := sealed(t, set.Sealer().Seal, text), sealed(t, set.Sealer().SealOpenPGP, text)
	for who, k := range map[string]*seal.Keys{"first": c.Keys[0], "second": c.Keys[1], "both": bothKeys, "pgp 1": pgp1Keys, "pgp 2": pgp2Keys} {
		if got, err := opened(k, file); err != nil || !bytes.Equal(got, text) {
			t.Errorf("%s read %d bytes of the age file: %v", who, len(got), err)
		}
	}
	for who, k := range map[string]*seal.Keys{"both": bothKeys, "pgp 1": pgp1Keys, "pgp 2": pgp2Keys} {
		if got, err := opened(k, message); err != nil || !bytes.Equal(got, text) {
			t.Errorf("%s read %d bytes of the OpenPGP message: %v", who, len(got), err)
		}
	}
	_, stranger := person(t, "stranger", false)
	for name, b := range map[string][]byte{"age": file, "OpenPGP": message} {
		for who, k := range map[string]*seal.Keys{"a stranger": stranger, "a stranger with age alone": c.Stranger, "nobody": {}} {
			if got, err := opened(k, b); keepiton.CodeOf(err) != keepiton.NotFound || len(got) > 0 {
				t.Errorf("%s: %s got %d bytes, %v, want not_found", name, who, len(got), err)
			}
		}
	}
}

func TestSetWithoutAgeKeysIsServedByOpenPGP(t *testing.T) {
	c := sealtest.NewCampaign(t)
	m, keys := person(t, "pgp", true)
	set, err := c.Secret.Sign([]seal.Member{m}, 2, sealtest.Made)
	if err != nil {
		t.Fatal(err)
	}
	file := sealed(t, set.Sealer().Seal, text)
	if file[0]&0x80 == 0 {
		t.Errorf("it begins with %.20q, want an OpenPGP packet", file)
	}
	if got, err := opened(keys, file); err != nil || !bytes.Equal(got, text) {
		t.Errorf("read %d bytes: %v", len(got), err)
	}
}

func TestSetThatNobodyCanOpenIsAnErrorBeforeTheFirstByte(t *testing.T) {
	c := sealtest.NewCampaign(t)
	set, err := c.Secret.Sign(nil, 2, sealtest.Made)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := set.Sealer().Seal(&out); keepiton.CodeOf(err) != keepiton.Unavailable || keepiton.HintOf(err) == "" || out.Len() > 0 {
		t.Errorf("%v, %d bytes written", err, out.Len())
	}
	if _, err := (&seal.Recipients{}).Sealer().Seal(&out); keepiton.CodeOf(err) != keepiton.Invalid {
		t.Errorf("the zero set: %v", err)
	}
}

func TestExpiredKeyOfOneMemberDoesNotCloseTheDoor(t *testing.T) {
	c := sealtest.NewCampaign(t)
	good, goodKeys := person(t, "good", true)
	made := time.Now().Add(-48 * time.Hour)
	key, err := crypto.PGP().KeyGeneration().AddUserId("ran out", "").GenerationTime(made.Unix()).Lifetime(3600).New().GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	public, err := key.GetPublicKey()
	if err != nil {
		t.Fatal(err)
	}
	s := withMembers(t, c, good, seal.Member{Name: "ran out", OpenPGP: public, Added: sealtest.Made}).Sealer()
	if got := s.Unusable(); len(got) != 1 || got[0] != "ran out" {
		t.Errorf("unusable: %q", got)
	}
	for name, way := range map[string]func(io.Writer) (io.WriteCloser, error){"age": s.Seal, "OpenPGP": s.SealOpenPGP} {
		if got, err := opened(goodKeys, sealed(t, way, text)); err != nil || !bytes.Equal(got, text) {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
}

func TestSealedFileNamesNobody(t *testing.T) {
	c := sealtest.NewCampaign(t)
	m, _ := person(t, "pgp", true)
	set := withMembers(t, c, m)
	file, message := sealed(t, set.Sealer().Seal, text), sealed(t, set.Sealer().SealOpenPGP, text)
	var marks [][]byte
	for _, m := range set.Members {
		marks = append(marks, []byte(m.Name), []byte(m.Organization))
		if m.Age != "" {
			marks = append(marks, []byte(m.Age))
			raw := []byte(m.Age[len("age1pq1"):])
			marks = append(marks, raw[:30])
		}
	}
	for _, b := range [][]byte{set.Campaign, m.OpenPGP} {
		key, err := crypto.NewKey(b)
		if err != nil {
			t.Fatal(err)
		}
		e := key.GetEntity()
		marks = append(marks, e.PrimaryKey.Fingerprint, e.PrimaryKey.Fingerprint[12:])
		for _, sub := range e.Subkeys {
			marks = append(marks, sub.PublicKey.Fingerprint, sub.PublicKey.Fingerprint[12:])
		}
	}
	for _, mark := range append(marks, text[:12]) {
		if len(mark) < 4 {
			continue
		}
		for name, b := range map[string][]byte{"age": file, "OpenPGP": message} {
			if bytes.Contains(b, mark) || bytes.Contains(b, []byte(hex.EncodeToString(mark))) {
				t.Errorf("%s: %q stands in it", name, mark)
			}
		}
	}
	// One stanza for each age member, one for the one-time identity, one that
	// carries it: however many have OpenPGP alone.
	if got := strings.Count(string(file[:bytes.Index(file, []byte("\n--- "))]), "\n-> "); got != 4 {
		t.Errorf("%d stanzas, want 4", got)
	}
}

func TestEqualTextsInEqualSetsHaveEqualLength(t *testing.T) {
	set, _ := sealtest.New(t)
	a, b := sealed(t, set.Sealer().Seal, make([]byte, 4096)), sealed(t, set.Sealer().Seal, bytes.Repeat([]byte("x"), 4096))
	if len(a) != len(b) || bytes.Equal(a, b) {
		t.Errorf("%d and %d bytes", len(a), len(b))
	}
}

func TestCutOrChangedFilesNeverReadAsWhole(t *testing.T) {
	c := sealtest.NewCampaign(t)
	m, keys := person(t, "both", false)
	pgpAlone, pgpKeys := person(t, "pgp", true)
	set := withMembers(t, c, m, pgpAlone)
	age, message := sealed(t, set.Sealer().Seal, text), sealed(t, set.Sealer().SealOpenPGP, text)
	for name, b := range map[string][]byte{"age": age, "OpenPGP": message} {
		header := len(b) - len(text) - 1000
		for i := 1; i < len(b); i += 1 + len(b)/40 {
			if got, err := opened(keys, b[:i]); err == nil {
				t.Fatalf("%s cut at %d read as %d bytes without an error", name, i, len(got))
			}
			changed := bytes.Clone(b)
			changed[i] ^= 0x10
			got, err := opened(keys, changed)
			if err == nil && !bytes.Equal(got, text) {
				t.Fatalf("%s changed at %d read as another text", name, i)
			}
			if err == nil && i > header {
				t.Fatalf("%s changed at %d read without an error", name, i)
			}
			if !bytes.HasPrefix(text, got) {
				t.Fatalf("%s changed at %d: bytes came out that were not authenticated", name, i)
			}
			if code := keepiton.CodeOf(err); err != nil && code == keepiton.Internal {
				t.Fatalf("%s changed at %d: %v has no code", name, i, err)
			}
		}
		if _, err := opened(keys, append(bytes.Clone(b), "more"...)); err == nil && name == "age" {
			t.Errorf("%s with more behind it read without an error", name)
		}
	}
	// The OpenPGP part of an age file is under the file's own MAC: changed, the
	// file opens for nobody who reads the header whole.
	i := bytes.Index(age, []byte("keepiton-openpgp\n")) + 40
	changed := bytes.Clone(age)
	changed[i] ^= 1
	for who, k := range map[string]*seal.Keys{"age": c.Keys[0], "OpenPGP": pgpKeys} {
		if _, err := opened(k, changed); err == nil {
			t.Errorf("%s opened a file with a changed stanza", who)
		}
	}
}

func TestSealingHoldsOneChunk(t *testing.T) {
	if testing.Short() {
		t.Skip("seals 100 MiB")
	}
	m, _ := person(t, "pgp", true)
	s := withMembers(t, sealtest.NewCampaign(t), m).Sealer()
	block := make([]byte, 1<<20)
	for name, way := range map[string]func(io.Writer) (io.WriteCloser, error){"age": s.Seal, "OpenPGP": s.SealOpenPGP} {
		w, err := way(io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		var least, most uint64
		for i := range 50 {
			if _, err := w.Write(block); err != nil {
				t.Fatal(err)
			}
			if i%10 == 0 {
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				if i == 0 {
					least = m.HeapAlloc
				}
				most = max(most, m.HeapAlloc)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if most > least+8<<20 {
			t.Errorf("%s: what is held went from %d to %d bytes while 50 MiB were sealed", name, least, most)
		}
	}
}

// One sealer serves all requests of a server and one Keys all of a desk; the
// race detector watches.
func TestManySealAndOpenAtOnce(t *testing.T) {
	m, keys := person(t, "both", false)
	pgp, pgpKeys := person(t, "pgp", true)
	c := sealtest.NewCampaign(t)
	if err := c.Secret.Rotate(time.Now()); err != nil { // a key with revocations, which are looked at late
		t.Fatal(err)
	}
	s := withMembers(t, c, m, pgp).Sealer()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 5 {
				s.Unusable()
				for _, way := range []func(io.Writer) (io.WriteCloser, error){s.Seal, s.SealOpenPGP} {
					file := sealed(t, way, text[:3000])
					for _, k := range []*seal.Keys{keys, pgpKeys} {
						if got, err := opened(k, file); err != nil || !bytes.Equal(got, text[:3000]) {
							t.Errorf("read %d bytes: %v", len(got), err)
						}
					}
				}
			}
		})
	}
	all.Wait()
}
