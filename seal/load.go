package seal

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"
	"filippo.io/age/plugin"

	"keepiton"
)

// maxKeyFile bounds a file of private keys, in bytes.
const maxKeyFile = 1 << 20

// workFactor is the cost of a passphrase: scrypt with N = 2^18, about a second
// and 256 MiB, the default of age. Tests lower it.
var workFactor = 18

// KeySource says where the private keys of a person are.
type KeySource struct {
	// Files are age identity files, such files locked with a passphrase, and
	// OpenPGP secret keys, armored or binary, locked or not.
	Files []string
	// Passphrase is asked once for each locked file; nil: a locked file is an
	// error.
	Passphrase func(file string) ([]byte, error)
	// Plugin talks with a person for age plugins (hardware keys). nil: an
	// identity of a plugin is an error.
	Plugin *plugin.ClientUI
	// GPG is the program that is asked to open OpenPGP messages, "gpg" or a
	// path; it finds its keys, agent and card by itself. Empty: it is not run.
	GPG string
}

// LoadKeys reads private keys. Errors name the file and never what stands in it.
func LoadKeys(s KeySource) (*Keys, error) {
	k := &Keys{}
	for _, file := range s.Files {
		if err := k.loadFile(file, s); err != nil {
			return nil, fmt.Errorf("keys in %s: %w", file, err)
		}
	}
	if s.GPG != "" {
		k.gpg = &gpg{program: s.GPG}
		if err := k.gpg.check(); err != nil {
			return nil, err
		}
	}
	if len(s.Files) == 0 && s.GPG == "" {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "no private keys were named"), "keepiton key init member makes them")
	}
	return k, nil
}

func (k *Keys) loadFile(file string, s KeySource) error {
	b, err := readLimited(file, maxKeyFile)
	if err != nil {
		return err
	}
	ask := func() ([]byte, error) {
		if s.Passphrase == nil {
			return nil, keepiton.Errorf(keepiton.Forbidden, "locked, and there is nobody to ask for the passphrase")
		}
		return s.Passphrase(file)
	}
	text := bytes.TrimLeft(b, " \t\r\n")
	switch {
	case len(b) == 0:
		return keepiton.Errorf(keepiton.Invalid, "the file is empty")
	case b[0]&0x80 != 0, bytes.HasPrefix(text, []byte("-----BEGIN PGP")):
		return k.loadOpenPGP(b, ask)
	case bytes.HasPrefix(b, []byte("age-encryption.org/")):
		return k.loadLocked(bytes.NewReader(b), s, ask)
	case bytes.HasPrefix(text, []byte(armor.Header)):
		return k.loadLocked(armor.NewReader(bytes.NewReader(b)), s, ask)
	}
	return k.loadIdentities(bytes.NewReader(b), s)
}

func (k *Keys) loadOpenPGP(b []byte, ask func() ([]byte, error)) error {
	locked, err := lockedPGP(b)
	if err != nil {
		return err
	}
	var passphrase []byte
	if locked {
		if passphrase, err = ask(); err != nil {
			return err
		}
	}
	return k.AddOpenPGP(b, passphrase)
}

// loadLocked opens an identity file that is itself an age file with a
// passphrase, as age --passphrase makes it.
func (k *Keys) loadLocked(r io.Reader, s KeySource, ask func() ([]byte, error)) error {
	passphrase, err := ask()
	if err != nil {
		return err
	}
	id, err := age.NewScryptIdentity(string(passphrase))
	if err != nil {
		return keepiton.Errorf(keepiton.Forbidden, "the passphrase is empty")
	}
	plain, err := age.Decrypt(r, id)
	if err != nil {
		return keepiton.Errorf(keepiton.Forbidden, "the passphrase is wrong, or this is no identity file: %w", err)
	}
	return k.loadIdentities(plain, s)
}

// loadIdentities reads lines of identities, as the age command does.
func (k *Keys) loadIdentities(r io.Reader, s KeySource) error {
	lines := bufio.NewScanner(io.LimitReader(r, maxKeyFile))
	lines.Buffer(nil, 64<<10)
	found := 0
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		id, err := parseIdentity(line, s.Plugin)
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		k.AddAge(id)
		found++
	}
	if err := lines.Err(); err != nil {
		return keepiton.Errorf(keepiton.Invalid, "the file cannot be read as lines: %w", err)
	}
	if found == 0 {
		return keepiton.Errorf(keepiton.Invalid, "no identity stands in it")
	}
	return nil
}

// parseIdentity reads one line. What age says of a line that it cannot read may
// repeat a part of the key, so none of it comes out.
func parseIdentity(line string, ui *plugin.ClientUI) (age.Identity, error) {
	if strings.HasPrefix(line, "AGE-PLUGIN-") {
		if ui == nil {
			return nil, keepiton.Errorf(keepiton.Unavailable, "a key of an age plugin, which cannot be used here")
		}
		id, err := plugin.NewIdentity(line, ui)
		if err != nil {
			return nil, keepiton.Errorf(keepiton.Invalid, "not an identity of an age plugin")
		}
		return id, nil
	}
	ids, err := age.ParseIdentities(strings.NewReader(line))
	if err != nil || len(ids) != 1 {
		return nil, keepiton.Errorf(keepiton.Invalid, "not an age identity")
	}
	return ids[0], nil
}

// WriteIdentity writes an age identity into a new file that only its owner can
// read, locked with the passphrase; Conflict when the file is there.
func WriteIdentity(name string, id *age.HybridIdentity, passphrase []byte) error {
	var out bytes.Buffer
	to, err := age.NewScryptRecipient(string(passphrase))
	if err != nil {
		return keepiton.Errorf(keepiton.Invalid, "the passphrase is empty")
	}
	to.SetWorkFactor(workFactor)
	armored := armor.NewWriter(&out)
	w, err := age.Encrypt(armored, to)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "# public key: %s\n%s\n", id.Recipient(), id); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	if err := armored.Close(); err != nil {
		return err
	}
	return WriteNew(name, out.Bytes(), 0o600)
}
