package seal_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"keepiton"
	"keepiton/seal"
	"keepiton/seal/sealtest"
)

// need skips a test whose tool is missing; in CI that is a failure.
func need(t testing.TB, tools ...string) {
	t.Helper()
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatalf("%s is missing", tool)
			}
			t.Skipf("SKIPPED, NOT PROVED: %s is missing", tool)
		}
	}
}

// gnupg is a home of GnuPG of the test's own.
type gnupg struct {
	t    testing.TB
	home string
}

// newGnuPG makes one. Its path is short: a socket's name has 108 bytes at most.
func newGnuPG(t testing.TB) gnupg {
	t.Helper()
	if testing.Short() {
		t.Skip("peers are asked without -short")
	}
	need(t, "gpg", "gpgconf")
	home, err := os.MkdirTemp("", "kio")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		kill := exec.Command("gpgconf", "--kill", "all")
		kill.Env = append(os.Environ(), "GNUPGHOME="+home)
		kill.Run()
		os.RemoveAll(home)
	})
	return gnupg{t, home}
}

// run runs gpg and returns what it wrote.
func (g gnupg) run(stdin []byte, args ...string) []byte {
	g.t.Helper()
	out, err := g.try(stdin, args...)
	if err != nil {
		g.t.Fatalf("gpg %s: %v", strings.Join(args, " "), err)
	}
	return out
}

func (g gnupg) try(stdin []byte, args ...string) ([]byte, error) {
	cmd := exec.Command("gpg", append([]string{"--batch", "--no-tty", "--quiet", "--trust-model", "always", "--pinentry-mode", "loopback", "--passphrase", ""}, args...)...)
	cmd.Env = append(os.Environ(), "GNUPGHOME="+g.home)
	cmd.Stdin = bytes.NewReader(stdin)
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		g.t.Logf("gpg: %s", exit.Stderr)
	}
	return out, err
}

// decrypt opens a message. gpg 2.2 exits with 2 even so when it has tried a
// curve key of its own on the packet of another hidden recipient; it does so
// with messages of its own making, too. What counts is its status.
func (g gnupg) decrypt(message []byte, args ...string) []byte {
	g.t.Helper()
	status := filepath.Join(g.t.TempDir(), "status")
	out, _ := g.try(message, append(args, "--status-file", status, "--decrypt")...)
	said := string(mustRead(g.t, status))
	if !strings.Contains(said, "] DECRYPTION_OKAY") || !strings.Contains(said, "] GOODMDC") {
		g.t.Fatalf("gpg did not open it:\n%s", said)
	}
	return out
}

// key makes a key in this home and returns its public half.
func (g gnupg) key(name, algo string) []byte {
	g.t.Helper()
	g.run(nil, "--quick-gen-key", name, algo, "default", "never")
	if !strings.Contains(algo, "future") {
		fpr := g.fingerprint(name)
		sub := algo
		if strings.HasPrefix(algo, "ed25519") {
			sub = "cv25519"
		}
		g.run(nil, "--quick-add-key", fpr, sub, "encr", "never")
	}
	return g.run(nil, "--export", name)
}

func (g gnupg) fingerprint(name string) string {
	for line := range strings.Lines(string(g.run(nil, "--with-colons", "--list-keys", name))) {
		if f := strings.Split(line, ":"); f[0] == "fpr" {
			return f[9]
		}
	}
	g.t.Fatal("no fingerprint")
	return ""
}

// sq runs Sequoia's command.
func sq(t testing.TB, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("sq", args...)
	out, err := cmd.Output()
	if err != nil {
		exit := (*exec.ExitError)(nil)
		errors.As(err, &exit)
		t.Fatalf("sq %s: %v %s", strings.Join(args, " "), err, exit.Stderr)
	}
	return out
}

func writeTemp(t testing.TB, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// text is long enough for several chunks and packets, and compresses well.
var text = []byte(strings.Repeat("the net went at three o'clock, ከሰዓት በኋላ ዘጠኝ ሰዓት\n", 3000))

// withMembers signs a set of a campaign's own with more members.
func withMembers(t testing.TB, c *sealtest.Campaign, more ...seal.Member) *seal.Recipients {
	t.Helper()
	set, err := c.Secret.Sign(append(c.Recipients.Live(), more...), c.Recipients.Serial+1, sealtest.Made)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestGnuPGAndSequoiaOpenWhatIsSealedAsOpenPGP(t *testing.T) {
	t.Parallel()
	g := newGnuPG(t)
	need(t, "sq")
	sqKey := filepath.Join(t.TempDir(), "sq.pgp")
	sq(t, "key", "generate", "--userid", "sequoia", "--export", sqKey)
	c := sealtest.NewCampaign(t)
	set := withMembers(t, c,
		seal.Member{Name: "rsa", OpenPGP: g.key("rsa", "rsa2048"), Added: sealtest.Made},
		seal.Member{Name: "curve", OpenPGP: g.key("curve", "ed25519"), Added: sealtest.Made},
		seal.Member{Name: "sequoia", OpenPGP: sq(t, "key", "extract-cert", "--binary", sqKey), Added: sealtest.Made},
	)
	file := sealed(t, set.Sealer().SealOpenPGP, text)

	if got := g.decrypt(file); !bytes.Equal(got, text) {
		t.Errorf("gpg read %d bytes, want %d", len(got), len(text))
	}
	if got := sq(t, "decrypt", "--recipient-key", sqKey, writeTemp(t, "file", file)); !bytes.Equal(got, text) {
		t.Errorf("sq read %d bytes, want %d", len(got), len(text))
	}
	// Each of gpg's keys alone, and the campaign's reading key.
	for _, name := range []string{"rsa", "curve"} {
		alone := newGnuPG(t)
		alone.run(g.run(nil, "--export-secret-keys", name), "--import")
		if got := alone.decrypt(file); !bytes.Equal(got, text) {
			t.Errorf("gpg with %s alone read %d bytes", name, len(got))
		}
	}
	reading, err := c.Secret.ReadingKey([]byte("for analysts"))
	if err != nil {
		t.Fatal(err)
	}
	desk := newGnuPG(t)
	desk.run(reading, "--import")
	if got := desk.decrypt(file, "--passphrase", "for analysts"); !bytes.Equal(got, text) {
		t.Errorf("gpg with the campaign's reading key read %d bytes", len(got))
	}
	// No key is named: gpg says key id 0 for each of the four.
	listed, _ := g.try(file, "--list-packets")
	packets := string(listed)
	if named := strings.Count(packets, ":pubkey enc packet:"); named != 4 || strings.Count(packets, "keyid 0000000000000000") != named {
		t.Errorf("packets:\n%.600s", packets)
	}
}

func TestWeOpenWhatGnuPGAndSequoiaSeal(t *testing.T) {
	t.Parallel()
	g := newGnuPG(t)
	need(t, "sq")
	p, err := seal.NewPerson("desk 3", "Org Three", time.Now().Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	public := p.Member().OpenPGP
	g.run(public, "--import")
	other := g.key("other", "ed25519")
	cert := writeTemp(t, "cert.pgp", public)
	plain := writeTemp(t, "plain", text)
	for name, file := range map[string][]byte{
		"gpg, binary":             g.run(text, "--encrypt", "-r", "desk 3"),
		"gpg, armored":            g.run(text, "--armor", "--encrypt", "-r", "desk 3"),
		"gpg, hidden":             g.run(text, "--encrypt", "-R", "desk 3"),
		"gpg, hidden, to others":  g.run(text, "--encrypt", "--throw-keyids", "-r", "other", "-r", "desk 3"),
		"gpg, not compressed":     g.run(text, "--compress-level", "0", "--encrypt", "-r", "desk 3"),
		"gpg, bzip2":              g.run(text, "--compress-algo", "bzip2", "--encrypt", "-r", "desk 3"),
		"gpg, signed by somebody": g.run(text, "--sign", "-u", "other", "--encrypt", "-r", "desk 3"),
		"gpg, space before armor": append([]byte("\r\n  \n"), g.run(text, "--armor", "--encrypt", "-r", "desk 3")...),
		"sq, binary":              sq(t, "encrypt", "--binary", "--recipient-cert", cert, plain),
		"sq, armored":             sq(t, "encrypt", "--recipient-cert", cert, plain),
	} {
		if got, err := opened(p.Keys(), file); err != nil || !bytes.Equal(got, text) {
			t.Errorf("%s: read %d bytes, want %d: %v", name, len(got), len(text), err)
		}
	}
	for name, file := range map[string][]byte{
		"to others":         g.run(text, "--encrypt", "-r", "other"),
		"to others, hidden": g.run(text, "--encrypt", "-R", "other"),
	} {
		if _, err := opened(p.Keys(), file); keepiton.CodeOf(err) != keepiton.NotFound {
			t.Errorf("%s: %v, want not_found", name, err)
		}
	}
	for name, file := range map[string][]byte{
		"not encrypted": g.run(text, "--store"),
		"signed alone":  g.run(text, "--sign", "-u", "other"),
		"a passphrase":  g.run(text, "--symmetric", "--passphrase", "x"),
		"a key":         other,
	} {
		if got, err := opened(p.Keys(), file); err == nil {
			t.Errorf("%s: was opened, %d bytes", name, len(got))
		}
	}
}

func TestMailToTheCampaignsKeyIsReadWithItsReadingKey(t *testing.T) {
	t.Parallel()
	g := newGnuPG(t)
	c := sealtest.NewCampaign(t)
	armored, err := c.Recipients.CampaignArmored()
	if err != nil {
		t.Fatal(err)
	}
	g.run(armored, "--import")
	old := g.run(text, "--armor", "--encrypt", "-r", "keys@campaign.example")
	if err := c.Secret.Rotate(time.Now()); err != nil {
		t.Fatal(err)
	}
	public, err := c.Secret.Public()
	if err != nil {
		t.Fatal(err)
	}
	g.run(public, "--import")
	fresh := g.run(text, "--armor", "--encrypt", "-r", "keys@campaign.example")
	locked, err := c.Secret.ReadingKey([]byte("for analysts"))
	if err != nil {
		t.Fatal(err)
	}
	var keys, before seal.Keys
	if err := keys.AddOpenPGP(locked, []byte("wrong")); keepiton.CodeOf(err) != keepiton.Forbidden {
		t.Errorf("a wrong passphrase: %v", err)
	}
	if err := keys.AddOpenPGP(locked, []byte("for analysts")); err != nil {
		t.Fatal(err)
	}
	for name, mail := range map[string][]byte{"before the rotation": old, "after it": fresh} {
		if got, err := opened(&keys, mail); err != nil || !bytes.Equal(got, text) {
			t.Errorf("%s: read %d bytes: %v", name, len(got), err)
		}
	}
	if _, err := seal.OpenCampaign(locked, []byte("for analysts")); keepiton.CodeOf(err) != keepiton.Invalid {
		t.Errorf("the reading key signs a set: %v", err)
	}
	first := sealtest.NewCampaign(t) // whoever had the key before a rotation reads nothing new
	oldReading, err := first.Secret.ReadingKey([]byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	if err := before.AddOpenPGP(oldReading, []byte("x")); err != nil {
		t.Fatal(err)
	}
	if err := first.Secret.Rotate(time.Now()); err != nil {
		t.Fatal(err)
	}
	set, err := first.Secret.Sign(first.Recipients.Members, 2, sealtest.Made)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := opened(&before, sealed(t, set.Sealer().SealOpenPGP, text)); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Errorf("the key from before the rotation: %v, want not_found", err)
	}
}

func TestSignatureOfTheSetIsGoodForGnuPGAndSequoia(t *testing.T) {
	t.Parallel()
	g := newGnuPG(t)
	need(t, "sq")
	c := sealtest.NewCampaign(t)
	file := func(name string) string { return filepath.Join(c.Dir, name) }
	g.run(nil, "--import", file(seal.CampaignFile))
	g.run(nil, "--verify", file(seal.SignatureFile), file(seal.RecipientsFile))
	sq(t, "verify", "--signer-cert", file(seal.CampaignFile), "--detached", file(seal.SignatureFile), file(seal.RecipientsFile))
	changed := writeTemp(t, "set", bytes.Replace(mustRead(t, file(seal.RecipientsFile)), []byte("desk 1"), []byte("desk 9"), 1))
	if _, err := g.try(nil, "--verify", file(seal.SignatureFile), changed); err == nil {
		t.Error("gpg takes the signature for a changed set: the test proves nothing")
	}
	_, fingerprint := c.Recipients.CampaignID()
	if got := g.fingerprint("keys@campaign.example"); seal.Fingerprint(got) != fingerprint {
		t.Errorf("fingerprint %s, gpg says %s", fingerprint, got)
	}
}

func TestRevokedCampaignKeyIsRevokedForGnuPGToo(t *testing.T) {
	t.Parallel()
	g := newGnuPG(t)
	c := sealtest.NewCampaign(t)
	revoked, err := c.Secret.Revoked(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	g.run(revoked, "--import")
	if list := string(g.run(nil, "--with-colons", "--list-keys")); !strings.Contains(list, "pub:r:") {
		t.Errorf("gpg lists\n%s", list)
	}
	set, signature := c.Recipients.Signed()
	if _, err := seal.DecodeRecipients(revoked, set, signature); keepiton.CodeOf(err) != keepiton.Forbidden {
		t.Errorf("a set under a revoked key: %v, want forbidden", err)
	}
}

// gpgAgentKeys are keys that stand with gpg-agent alone.
func gpgAgentKeys(t testing.TB, g gnupg) *seal.Keys {
	t.Helper()
	t.Setenv("GNUPGHOME", g.home)
	keys, err := seal.LoadKeys(seal.KeySource{GPG: "gpg"})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func TestGPGAgentOpensBothFormats(t *testing.T) {
	g := newGnuPG(t)
	c := sealtest.NewCampaign(t)
	set := withMembers(t, c, seal.Member{Name: "card holder", OpenPGP: g.key("card holder", "ed25519"), Added: sealtest.Made})
	keys := gpgAgentKeys(t, g)
	message, file := sealed(t, set.Sealer().SealOpenPGP, text), sealed(t, set.Sealer().Seal, text)
	for name, b := range map[string][]byte{"OpenPGP": message, "age": file, "signed inside": g.run(text, "--sign", "--encrypt", "-r", "card holder")} {
		if got, err := opened(keys, b); err != nil || !bytes.Equal(got, text) {
			t.Errorf("%s: read %d bytes: %v", name, len(got), err)
		}
	}
	for name, b := range map[string][]byte{
		"OpenPGP": sealed(t, c.Recipients.Sealer().SealOpenPGP, text),
		"age":     sealed(t, c.Recipients.Sealer().Seal, text),
	} {
		if _, err := opened(keys, b); keepiton.CodeOf(err) != keepiton.NotFound {
			t.Errorf("%s to others: %v, want not_found", name, err)
		}
	}
	changed := bytes.Clone(message)
	changed[len(changed)-40] ^= 1
	for name, b := range map[string][]byte{"cut": message[:len(message)-100], "changed": changed, "not encrypted": g.run(text, "--store")} {
		if got, err := opened(keys, b); keepiton.CodeOf(err) != keepiton.Invalid || len(got) > 0 {
			t.Errorf("%s: %d bytes, %v, want invalid", name, len(got), err)
		}
	}
	if _, err := seal.LoadKeys(seal.KeySource{GPG: "/nowhere/gpg"}); keepiton.CodeOf(err) != keepiton.Unavailable {
		t.Errorf("no gpg: %v", err)
	}
}

// Nobody should need our program to open a file: with gpg and an age that knows
// hybrid keys it can be done by hand, as docs/formats-sealed.md tells.
func TestFileForAnOpenPGPMemberOpensByHand(t *testing.T) {
	t.Parallel()
	g := newGnuPG(t)
	c := sealtest.NewCampaign(t)
	set := withMembers(t, c, seal.Member{Name: "by hand", OpenPGP: g.key("by hand", "ed25519"), Added: sealtest.Made})
	file := sealed(t, set.Sealer().Seal, text)
	name := writeTemp(t, "report.age", file)
	// The line of docs/formats-sealed.md.
	const line = `sed -n '/^-> keepiton-openpgp$/,/^---/p' report.age | sed '1d;$d' | base64 -d | gpg --decrypt > once.txt`
	if doc := mustRead(t, "../docs/formats-sealed.md"); !bytes.Contains(doc, []byte("\n"+line+"\n")) {
		t.Error("docs/formats-sealed.md has another line")
	}
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir = filepath.Dir(name)
	cmd.Env = append(os.Environ(), "GNUPGHOME="+g.home)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	identities, err := age.ParseIdentities(bytes.NewReader(mustRead(t, filepath.Join(cmd.Dir, "once.txt"))))
	if err != nil {
		t.Fatal(err)
	}
	r, err := age.Decrypt(bytes.NewReader(file), identities...)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, text) {
		t.Errorf("read %d bytes: %v", len(got), err)
	}
}

func TestDebiansAgeReadsOurArmor(t *testing.T) {
	t.Parallel()
	need(t, "age", "age-keygen")
	key := string(mustRun(t, nil, "age-keygen"))
	id, err := age.ParseIdentities(strings.NewReader(key))
	if err != nil {
		t.Fatal(err)
	}
	var keys seal.Keys
	keys.AddAge(id...)
	recipient := id[0].(*age.X25519Identity).Recipient().String()
	for name, args := range map[string][]string{"binary": {"-r", recipient}, "armored": {"-a", "-r", recipient}} {
		if got, err := opened(&keys, mustRun(t, text, "age", args...)); err != nil || !bytes.Equal(got, text) {
			t.Errorf("%s: read %d bytes of what age 1.1 sealed: %v", name, len(got), err)
		}
	}
	file := writeTemp(t, "key", []byte(key))
	hybrid := sealed(t, sealtest.NewCampaign(t).Recipients.Sealer().Seal, text)
	out, err := exec.Command("age", "-d", "-i", file, writeTemp(t, "sealed", hybrid)).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "no identity matched") {
		t.Errorf("age 1.1 must read the header of a hybrid file and find no key of its own in it: %s", out)
	}
}

func mustRun(t testing.TB, stdin []byte, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Stdin = bytes.NewReader(stdin)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return out
}

func mustRead(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
