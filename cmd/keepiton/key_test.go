package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keepiton/seal"
)

// keyWorld is a keyholder's folder with a passphrase file beside it.
type keyWorld struct {
	t                *testing.T
	dir, keys, words string
}

func newKeyWorld(t *testing.T) keyWorld {
	dir := t.TempDir()
	w := keyWorld{t, dir, filepath.Join(dir, "keys"), filepath.Join(dir, "words")}
	if err := os.WriteFile(w.words, []byte("six words that nobody guesses soon\nand a second line\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return w
}

// key runs keepiton key and returns what it printed; it must end well.
func (w keyWorld) key(args ...string) string {
	w.t.Helper()
	return mustRun(w.t, exitGood, append([]string{"key", "--keys", w.keys, "--passphrase-file", w.words}, args...)...)
}

// member makes a member and returns the member file and the keys, without the
// second that a passphrase takes.
func (w keyWorld) member(name string) (file string, keys *seal.Keys) {
	w.t.Helper()
	p, err := seal.NewPerson(name, "Org", time.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	b, err := seal.MemberFile(p.Member())
	if err != nil {
		w.t.Fatal(err)
	}
	file = filepath.Join(w.t.TempDir(), "member.json")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		w.t.Fatal(err)
	}
	return file, p.Keys()
}

// memberByCommand makes a member as a member does, on a machine of its own.
func (w keyWorld) memberByCommand(name string) (file string, keys *seal.Keys) {
	w.t.Helper()
	own := filepath.Join(w.t.TempDir(), "mine")
	mustRun(w.t, exitGood, "key", "init", "member", "--name", name, "--organization", "Org", "--keys", own, "--passphrase-file", w.words)
	files, _ := filepath.Glob(filepath.Join(own, "*"))
	if len(files) != 3 {
		w.t.Fatalf("a member's folder holds %q", files)
	}
	keys, err := seal.LoadKeys(seal.KeySource{Files: []string{files[0], files[2]}, Passphrase: func(string) ([]byte, error) { return []byte("six words that nobody guesses soon"), nil }})
	if err != nil {
		w.t.Fatal(err)
	}
	return files[1], keys
}

// opens seals a text with the set in dir and reports who opens it.
func (w keyWorld) opens(dir string, keys *seal.Keys) bool {
	w.t.Helper()
	set, err := seal.LoadRecipients(dir)
	if err != nil {
		w.t.Fatal(err)
	}
	var file bytes.Buffer
	out, err := set.Sealer().Seal(&file)
	if err != nil {
		w.t.Fatal(err)
	}
	io.WriteString(out, "the net went at three")
	if err := out.Close(); err != nil {
		w.t.Fatal(err)
	}
	r, err := keys.Open(&file)
	if err != nil {
		return false
	}
	b, err := io.ReadAll(r)
	return err == nil && string(b) == "the net went at three"
}

func gpgIn(t *testing.T) func(args ...string) (string, error) {
	t.Helper()
	if _, err := exec.LookPath("gpg"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("gpg is missing")
		}
		t.Skip("SKIPPED, NOT PROVED: gpg is missing")
	}
	home, err := os.MkdirTemp("", "kio")
	if err != nil {
		t.Fatal(err)
	}
	run := func(name string, args ...string) (string, error) {
		cmd := exec.Command(name, args...)
		cmd.Env = append(os.Environ(), "GNUPGHOME="+home)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	t.Cleanup(func() { run("gpgconf", "--kill", "all"); os.RemoveAll(home) })
	return func(args ...string) (string, error) {
		return run("gpg", append([]string{"--batch", "--no-tty", "--trust-model", "always"}, args...)...)
	}
}

func TestKeysFromTheFirstDayToTheLast(t *testing.T) {
	w := newKeyWorld(t)
	gpg := gpgIn(t)
	server := filepath.Join(w.dir, "server", "keys")
	said := w.key("init", "campaign", "--name", "Reports", "--email", "reports@campaign.example")
	if !strings.Contains(said, "fingerprint") || strings.Contains(said, "six words") {
		t.Errorf("init said %q", said)
	}

	one, oneKeys := w.memberByCommand("desk 1")
	two, twoKeys := w.member("desk 2")
	w.key("add", one, two)
	w.key("export", "--to", server)
	if !w.opens(server, oneKeys) || !w.opens(server, twoKeys) {
		t.Error("a member cannot open what is sealed to the exported set")
	}

	// The three files are all that a server gets, and gpg finds the signature good.
	names, _ := filepath.Glob(filepath.Join(server, "*"))
	if len(names) != 3 {
		t.Errorf("exported %q", names)
	}
	for _, name := range names {
		if b := readText(t, name); strings.Contains(b, "PRIVATE KEY") || strings.Contains(b, "SECRET") {
			t.Errorf("a secret key stands in %s", name)
		}
	}
	in := func(name string) string { return filepath.Join(server, name) }
	if out, err := gpg("--import", in(seal.CampaignFile)); err != nil {
		t.Fatal(out)
	}
	verify := func() (string, error) { return gpg("--verify", in(seal.SignatureFile), in(seal.RecipientsFile)) }
	if out, err := verify(); err != nil || !strings.Contains(out, "Good signature") {
		t.Errorf("gpg says %s", out)
	}

	// One leaves, one gets new keys, the campaign's subkey is changed.
	w.key("retire", "desk 1")
	fresh, freshKeys := w.member("desk 2")
	w.key("rotate", fresh)
	w.key("rotate", "campaign")
	w.key("export", "--to", server)
	if w.opens(server, oneKeys) || w.opens(server, twoKeys) {
		t.Error("a retired key opens what is sealed after it")
	}
	if !w.opens(server, freshKeys) {
		t.Error("the new key does not open")
	}
	if out, err := gpg("--import", in(seal.CampaignFile)); err != nil {
		t.Fatal(out)
	}
	if out, err := verify(); err != nil {
		t.Errorf("gpg says %s", out)
	}
	for _, args := range [][]string{{"show"}, {"show", "--keys", server}} {
		said := w.key(args...)
		for _, want := range []string{"serial          4", "1 live, 2 retired", "desk 2 (Org), age and OpenPGP, since", "desk 1 (Org), age and OpenPGP, retired", "reports@campaign.example"} {
			if !strings.Contains(said, want) {
				t.Errorf("%q lacks %q:\n%s", args, want, said)
			}
		}
	}
	var set shownSet
	if err := json.Unmarshal([]byte(w.key("show", "--json")), &set); err != nil || set.Serial != 4 || len(set.Members) != 3 || set.Members[0].Retired == "" {
		t.Errorf("%+v, %v", set, err)
	}

	// Mail to the campaign is opened with the reading key.
	plain := filepath.Join(w.dir, "plain")
	if err := os.WriteFile(plain, []byte("by mail"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := gpg("--encrypt", "-r", "reports@campaign.example", "--output", plain+".gpg", plain); err != nil {
		t.Fatal(out)
	}
	reading := filepath.Join(w.dir, "reading.asc")
	w.key("export", "--reading", reading, "--reading-passphrase-file", w.words)
	keys, err := seal.LoadKeys(seal.KeySource{Files: []string{reading}, Passphrase: func(string) ([]byte, error) { return []byte("six words that nobody guesses soon"), nil }})
	if err != nil {
		t.Fatal(err)
	}
	r, err := keys.Open(strings.NewReader(readText(t, plain+".gpg")))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(r); err != nil || string(b) != "by mail" {
		t.Errorf("read %q: %v", b, err)
	}

	// The last day: what was put by on the first one ends the key for gpg and us.
	if out, err := gpg("--import", filepath.Join(w.keys, campaignRevoked)); err != nil {
		t.Fatal(out)
	}
	if out, err := gpg("--list-keys"); err != nil || !strings.Contains(out, "revoked") {
		t.Errorf("gpg lists %s", out)
	}
}

func TestSecretKeysAreLockedAndTheirOwnersAlone(t *testing.T) {
	w := newKeyWorld(t)
	w.key("init", "campaign", "--name", "Reports", "--email", "r@campaign.example")
	w.key("init", "member", "--name", "Équipe ስድስት / 6")
	secrets := 0
	files, _ := filepath.Glob(filepath.Join(w.keys, "*"))
	for _, name := range files {
		b := readText(t, name)
		if strings.Contains(b, "AGE-SECRET-KEY") {
			t.Errorf("%s holds a key in the clear", name)
		}
		st, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(b, "PRIVATE KEY") || strings.Contains(b, "AGE ENCRYPTED") {
			secrets++
			if st.Mode().Perm() != 0o600 {
				t.Errorf("%s has mode %v", name, st.Mode())
			}
		}
	}
	if secrets != 3 {
		t.Errorf("%d secret files in %q, want 3", secrets, files)
	}
	if _, err := os.Stat(filepath.Join(w.keys, "équipe-ስድስት-6.age")); err != nil {
		t.Errorf("%q: %v", files, err)
	}
	if _, err := seal.LoadKeys(seal.KeySource{Files: []string{filepath.Join(w.keys, campaignSecret)}, Passphrase: func(string) ([]byte, error) { return []byte("a wrong guess"), nil }}); err == nil {
		t.Error("the campaign's key opens with any passphrase")
	}
}

func TestPrivateKeysAreNotWrittenOnAServer(t *testing.T) {
	w := newKeyWorld(t)
	for _, mark := range []string{"record.db", "sealed.db", seal.PinFile} {
		data := filepath.Join(t.TempDir(), "data")
		if err := os.MkdirAll(filepath.Join(data, "keys"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(data, mark), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		link := filepath.Join(t.TempDir(), "link")
		if err := os.Symlink(filepath.Join(data, "keys"), link); err != nil {
			t.Fatal(err)
		}
		for _, dir := range []string{data, filepath.Join(data, "keys"), link} {
			for _, args := range [][]string{{"init", "campaign", "--name", "x", "--email", "x@y.example"}, {"init", "member", "--name", "x"}} {
				code, _, errs := runCLI(t, append([]string{"key", "--keys", dir, "--passphrase-file", w.words}, args...)...)
				if code != exitFailed || !strings.Contains(errs, mark) || !strings.Contains(errs, "hint: ") {
					t.Errorf("%s in %s: exit %d, %s", args[1], dir, code, errs)
				}
			}
		}
		if left, _ := filepath.Glob(filepath.Join(data, "keys", "*")); len(left) > 0 {
			t.Errorf("written all the same: %q", left)
		}
	}
}

func TestMistakesWithKeysAreNamedWithANextStep(t *testing.T) {
	w := newKeyWorld(t)
	at := func(name, text string) string {
		path := filepath.Join(w.dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	short, wrong, junk := at("short", "abc\n"), at("wrong", "another six words altogether here\n"), at("junk", "junk")
	w.key("init", "campaign", "--name", "Reports", "--email", "r@campaign.example")
	one, _ := w.member("desk 1")
	w.key("add", one)
	server := filepath.Join(w.dir, "server")
	w.key("export", "--to", server)
	with := " --keys " + w.keys + " --passphrase-file " + w.words
	for _, c := range []struct {
		line string
		code int
		says string
	}{
		{"key", exitUsage, "key what?"},
		{"key lose", exitUsage, `no action "lose"`},
		{"key show --colour red", exitUsage, "-colour"},
		{"key show x", exitUsage, `does not take "x"`},
		{"key init", exitUsage, "campaign or member"},
		{"key init king" + with, exitUsage, `"king"`},
		{"key init campaign" + with, exitUsage, "--name and --email"},
		{"key init campaign --name x --email nobody" + with, exitUsage, `"nobody"`},
		{"key init campaign --name x --email a@b.example" + with, exitFailed, "there already"},
		{"key init member" + with, exitUsage, "--name"},
		{"key init member --name x --keys " + w.keys, exitFailed, "no terminal"},
		{"key init member --name x --keys " + w.keys + " --passphrase-file " + short, exitFailed, "fewer than 12"},
		{"key init member --name x --keys " + w.keys + " --passphrase-file " + filepath.Join(w.dir, "never"), exitFailed, "never"},
		{"key add" + with, exitUsage, "a file"},
		{"key add a b --name x" + with, exitUsage, "one file"},
		{"key add " + filepath.Join(w.dir, "never") + with, exitFailed, "never"},
		{"key add " + junk + with, exitFailed, "junk"},
		{"key add " + one + with, exitFailed, "a member already"},
		{"key add " + filepath.Join(w.keys, campaignSecret) + with, exitFailed, "secret key"},
		{"key rotate " + one + with, exitFailed, "these keys already"},
		{"key rotate " + one + " --name other" + with, exitFailed, `"other"`},
		{"key rotate campaign --keys " + w.keys + " --passphrase-file " + wrong, exitFailed, "passphrase is wrong"},
		{"key retire nobody" + with, exitFailed, `"nobody"`},
		{"key retire desk" + with, exitFailed, "key show lists them"},
		{"key export" + with, exitUsage, "--to DIR"},
		{"key export --to " + w.keys + with, exitFailed, "is no folder for a server"},
		{"key show --keys " + filepath.Join(w.dir, "never"), exitFailed, "key init campaign"},
		{"key add " + one + " --keys " + server, exitFailed, "a member already"},
		{"key retire x --keys " + server, exitFailed, "key show"},
		{"key trust " + filepath.Join(w.dir, "never"), exitFailed, "is not there"},
	} {
		code, _, errs := runCLI(t, strings.Fields(c.line)...)
		if code != c.code || !strings.Contains(errs, c.says) {
			t.Errorf("%s: exit %d, want %d with %q:\n%s", c.line, code, c.code, c.says, errs)
		}
		if strings.Contains(errs, "nobody guesses") {
			t.Errorf("%s: the passphrase stands in the error", c.line)
		}
	}
	set := filepath.Join(server, seal.RecipientsFile)
	at("server/"+seal.RecipientsFile, strings.Replace(readText(t, set), "desk 1", "desk 9", 1))
	if code, _, errs := runCLI(t, "key", "show", "--keys", server); code != exitFailed || !strings.Contains(errs, "not signed by the key") {
		t.Errorf("a changed set: exit %d, %s", code, errs)
	}
}

func TestCampaignKeyThatGnuPGMadeIsTakenOver(t *testing.T) {
	w := newKeyWorld(t)
	gpg := gpgIn(t)
	if out, err := gpg("--passphrase", "six words that nobody guesses soon", "--pinentry-mode", "loopback", "--quick-gen-key", "Old Reports <old@campaign.example>", "future-default", "default", "never"); err != nil {
		t.Fatal(out)
	}
	secret := filepath.Join(w.dir, "old.asc")
	if out, err := gpg("--passphrase", "six words that nobody guesses soon", "--pinentry-mode", "loopback", "--armor", "--output", secret, "--export-secret-keys"); err != nil {
		t.Fatal(out)
	}
	said := w.key("init", "campaign", "--from", secret)
	listed, _ := gpg("--with-colons", "--fingerprint")
	_, rest, _ := strings.Cut(listed, "\nfpr:::::::::")
	fingerprint, _, _ := strings.Cut(rest, ":")
	if len(fingerprint) != 40 || !strings.Contains(said, seal.Fingerprint(fingerprint)) {
		t.Errorf("gpg says %q, init said %s", fingerprint, said)
	}
	one, keys := w.member("desk 1")
	w.key("add", one)
	w.key("rotate", "campaign")
	if !w.opens(w.keys, keys) {
		t.Error("a member cannot open")
	}
	if out, err := gpg("--verify", filepath.Join(w.keys, seal.SignatureFile), filepath.Join(w.keys, seal.RecipientsFile)); err != nil {
		t.Errorf("gpg says %s", out)
	}
}

func TestServerIsToldToTrustANewCampaignKey(t *testing.T) {
	w, other := newKeyWorld(t), newKeyWorld(t)
	server := filepath.Join(t.TempDir(), "keys")
	for _, x := range []keyWorld{w, other} {
		x.key("init", "campaign", "--name", "Reports", "--email", "r@campaign.example")
		one, _ := x.member("desk 1")
		x.key("add", one)
	}
	w.key("export", "--to", server)
	if _, err := seal.OpenFolder(server).Sealer(); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := runCLI(t, "key", "export", "--keys", other.keys, "--to", server); code != exitFailed || !strings.Contains(errs, "another campaign key") {
		t.Errorf("export over another campaign's: exit %d, %s", code, errs)
	}
	for _, name := range []string{seal.CampaignFile, seal.RecipientsFile, seal.SignatureFile} {
		if err := os.WriteFile(filepath.Join(server, name), []byte(readText(t, filepath.Join(other.keys, name))), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := seal.OpenFolder(server).Sealer(); err == nil {
		t.Fatal("another campaign's set was taken without a word")
	}
	if said := mustRun(t, exitGood, "key", "trust", server); !strings.Contains(said, "fingerprint") {
		t.Errorf("trust said %q", said)
	}
	if _, err := seal.OpenFolder(server).Sealer(); err != nil {
		t.Errorf("after trust: %v", err)
	}
}
