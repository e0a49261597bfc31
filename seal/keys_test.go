package seal_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
	"filippo.io/age/plugin"

	"keepiton"
	"keepiton/seal"
	"keepiton/seal/sealtest"
)

// TestMain plays an age plugin when the test binary is called by the name of
// one: its keys are hybrid keys, kept in its own memory as a token would.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) != "age-plugin-keepitontest" {
		os.Exit(m.Run())
	}
	p, err := plugin.New("keepitontest")
	if err != nil {
		os.Exit(1)
	}
	p.HandleIdentity(func(data []byte) (age.Identity, error) { return age.ParseHybridIdentity(string(data)) })
	os.Args = []string{os.Args[0], "--age-plugin=identity-v1"}
	os.Exit(p.IdentityV1())
}

// plugged puts the test binary into PATH as a plugin.
func plugged(t testing.TB) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(self, filepath.Join(dir, "age-plugin-keepitontest")); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}

func TestKeysAreReadFromFiles(t *testing.T) {
	c := sealtest.NewCampaign(t)
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	p, err := seal.NewPerson("desk 4", "", sealtest.Made)
	if err != nil {
		t.Fatal(err)
	}
	pgp := p.Member()
	pgp.Age = ""
	set := withMembers(t, c, seal.Member{Name: "desk 3", Age: id.Recipient().String(), Added: sealtest.Made}, pgp)
	file := sealed(t, set.Sealer().Seal, text)

	open := writeTemp(t, "open", []byte("# public key: "+id.Recipient().String()+"\r\n\r\n"+id.String()+"\r\n"))
	locked := filepath.Join(t.TempDir(), "locked.age")
	if err := seal.WriteIdentity(locked, id, []byte("four quiet words here")); err != nil {
		t.Fatal(err)
	}
	lockedPGP, err := p.LockOpenPGP([]byte("four quiet words here"))
	if err != nil {
		t.Fatal(err)
	}
	plugged(t)
	token := writeTemp(t, "token", []byte(plugin.EncodeIdentity("keepitontest", []byte(id.String()))+"\n"))
	ask := func(string) ([]byte, error) { return []byte("four quiet words here"), nil }
	for name, source := range map[string]seal.KeySource{
		"age":                   {Files: []string{open}},
		"age with a passphrase": {Files: []string{locked}, Passphrase: ask},
		"OpenPGP":               {Files: []string{writeTemp(t, "pgp.asc", lockedPGP)}, Passphrase: ask},
		"a plugin":              {Files: []string{token}, Plugin: &plugin.ClientUI{}},
	} {
		keys, err := seal.LoadKeys(source)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, err := opened(keys, file); err != nil || !bytes.Equal(got, text) {
			t.Errorf("%s: read %d bytes: %v", name, len(got), err)
		}
	}
	if b := mustRead(t, locked); bytes.Contains(b, []byte("AGE-SECRET")) || !bytes.HasPrefix(b, []byte("-----BEGIN AGE ENCRYPTED FILE")) {
		t.Error("the locked identity stands in the clear")
	}
	if st, err := os.Stat(locked); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", st.Mode())
	}
	if err := seal.WriteIdentity(locked, id, []byte("x")); keepiton.CodeOf(err) != keepiton.Conflict {
		t.Errorf("overwriting: %v", err)
	}
}

func TestKeyFilesThatCannotBeReadAreNamedAndNotShown(t *testing.T) {
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	p, err := seal.NewPerson("desk 4", "", sealtest.Made)
	if err != nil {
		t.Fatal(err)
	}
	pgp, err := p.LockOpenPGP([]byte("right"))
	if err != nil {
		t.Fatal(err)
	}
	cut := id.String()[:len(id.String())-3]
	wrong := func(string) ([]byte, error) { return []byte("wrong"), nil }
	away := errors.New("nobody there")
	for name, x := range map[string]struct {
		file []byte
		ask  func(string) ([]byte, error)
		want keepiton.Code
	}{
		"a cut identity":          {[]byte("# mine\n" + cut + "\n"), nil, keepiton.Invalid},
		"two keys on one line":    {[]byte(id.String() + " " + id.String()), nil, keepiton.Invalid},
		"a public key":            {[]byte(id.Recipient().String()), nil, keepiton.Invalid},
		"a public OpenPGP key":    {p.Member().OpenPGP, nil, keepiton.Invalid},
		"nothing":                 {nil, nil, keepiton.Invalid},
		"comments alone":          {[]byte("# nothing\n"), nil, keepiton.Invalid},
		"a wrong passphrase":      {pgp, wrong, keepiton.Forbidden},
		"nobody to ask":           {pgp, nil, keepiton.Forbidden},
		"nobody who answers":      {pgp, func(string) ([]byte, error) { return nil, away }, keepiton.Internal},
		"an empty passphrase":     {[]byte("age-encryption.org/v1\n"), func(string) ([]byte, error) { return nil, nil }, keepiton.Forbidden},
		"a plugin, nobody to ask": {[]byte(plugin.EncodeIdentity("keepitontest", []byte("x"))), nil, keepiton.Unavailable},
		"a very long line":        {bytes.Repeat([]byte("A"), 100_000), nil, keepiton.Invalid},
		"a very large file":       {bytes.Repeat([]byte("#\n"), 1<<20), nil, keepiton.TooLarge},
	} {
		path := writeTemp(t, "keys-here", x.file)
		_, err := seal.LoadKeys(seal.KeySource{Files: []string{path}, Passphrase: x.ask})
		if keepiton.CodeOf(err) != x.want || !strings.Contains(err.Error(), "keys-here") {
			t.Errorf("%s: %v, want %s", name, err, x.want)
		}
		if strings.Contains(err.Error(), cut[20:50]) {
			t.Errorf("%s: the key stands in the error", name)
		}
	}
	if _, err := seal.LoadKeys(seal.KeySource{}); keepiton.CodeOf(err) != keepiton.Invalid {
		t.Errorf("no source: %v", err)
	}
	if _, err := seal.LoadKeys(seal.KeySource{Files: []string{"/nowhere"}}); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Errorf("no file: %v", err)
	}
}

func TestNameThatNoUserIDHoldsIsStillAName(t *testing.T) {
	for _, name := range []string{"desk (2)", "<desk> 2", "Ωμέγα", "ستة", "()"} {
		p, err := seal.NewPerson(name, "", sealtest.Made)
		if name == "()" {
			if err == nil {
				t.Errorf("%q was taken", name)
			}
			continue
		}
		if err != nil || p.Member().Name != name || len(p.Member().UserIDs()) != 1 {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestMemberFileCarriesNothingSecretAndReadsBack(t *testing.T) {
	p, err := seal.NewPerson("desk 4", "Org Four", sealtest.Made)
	if err != nil {
		t.Fatal(err)
	}
	b, err := seal.MemberFile(p.Member())
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(b, []byte("SECRET")) || bytes.Contains(b, []byte("PRIVATE")) {
		t.Error("a secret stands in the member file")
	}
	m, err := seal.ReadMember(b, sealtest.Made)
	if err != nil || m.Name != "desk 4" || m.Organization != "Org Four" || m.Age != p.Member().Age || !bytes.Equal(m.OpenPGP, p.Member().OpenPGP) || !m.Added.Equal(sealtest.Made) {
		t.Errorf("%+v, %v", m, err)
	}
	if m, err := seal.ReadMember(p.Member().OpenPGP, sealtest.Made); err != nil || m.Name != "desk 4" || m.Age != "" {
		t.Errorf("a bare OpenPGP key: %+v, %v", m, err)
	}
	secret, err := p.LockOpenPGP([]byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		b    []byte
		want keepiton.Code
	}{
		"a secret key":     {secret, keepiton.Forbidden},
		"another format":   {[]byte(`{"format":"x"}`), keepiton.Invalid},
		"no keys":          {[]byte(`{"format":"keepiton-member 1","name":"x"}`), keepiton.Invalid},
		"junk":             {[]byte("junk"), keepiton.Invalid},
		"cut":              {b[:len(b)/2], keepiton.Invalid},
		"a very large one": {bytes.Repeat([]byte(" "), 1<<20), keepiton.TooLarge},
	} {
		if _, err := seal.ReadMember(x.b, sealtest.Made); keepiton.CodeOf(err) != x.want {
			t.Errorf("%s: %v, want %s", name, err, x.want)
		}
	}
}
