package seal

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"keepiton"
)

// PinFile is the file, in a server's folder of keys, that says which set was
// used last.
const PinFile = "pinned.json"

// pin is what PinFile holds.
type pin struct {
	Campaign string `json:"campaign"` // fingerprint in groups
	Serial   int    `json:"serial"`
	SHA256   string `json:"sha256"` // of recipients.json
}

// Folder is the set that a server uses. It reads the files again when they have
// changed, and never goes back: not to an older set, and not to another
// campaign's, unless [Trust] was called. It is safe for many goroutines.
type Folder struct {
	dir string

	mu     sync.Mutex
	set    *Recipients
	sealer *Sealer
	seen   stamp // of the files that were looked at last, good or not
	err    error // what was wrong with them; nil while set is what they hold
}

// stamp tells two states of the files apart.
type stamp [3]struct {
	size int64
	time time.Time
}

// OpenFolder returns the set in a folder such as DATA/keys. A folder without
// one is no error here but NotFound in Recipients: a server may start first.
func OpenFolder(dir string) *Folder { return &Folder{dir: dir} }

// Recipients returns the set. When files that were put there since cannot be
// used, the set before them stays in use and Problem tells why.
func (f *Folder) Recipients() (*Recipients, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.look()
	if f.set == nil {
		return nil, f.err
	}
	return f.set, nil
}

// Sealer returns a sealer to the set.
func (f *Folder) Sealer() (*Sealer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.look()
	if f.set == nil {
		return nil, f.err
	}
	return f.sealer, nil
}

// Problem returns what keeps the files in the folder from being used, or nil.
func (f *Folder) Problem() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.look()
	return f.err
}

// look reads the files if they are not those that were read last.
func (f *Folder) look() {
	now := stampOf(f.dir)
	if now == f.seen && (f.set != nil || f.err != nil) {
		return
	}
	f.seen = now
	set, err := LoadRecipients(f.dir)
	if err == nil {
		err = f.compare(set)
	}
	if f.err = err; err != nil {
		return
	}
	f.set, f.sealer = set, set.Sealer()
	f.err = writePin(f.dir, set.pin()) // a folder that cannot be written is a problem, but no reason to take no reports
}

// compare finds out whether a set may follow the one that was used last.
func (f *Folder) compare(set *Recipients) error {
	last, err := readPin(f.dir)
	if err != nil {
		return err
	}
	if last == nil && f.set != nil {
		was := f.set.pin()
		last = &was
	}
	if last == nil {
		return nil
	}
	if err := set.followsPin(*last); err != nil {
		return keepiton.Hint(fmt.Errorf("recipients in %s: %w", f.dir, err),
			"if that is right, compare the fingerprint with the keyholder by another way and run keepiton key trust "+f.dir)
	}
	return nil
}

// Trust accepts the set that stands in dir whatever was used before.
func Trust(dir string) (*Recipients, error) {
	set, err := LoadRecipients(dir)
	if err != nil {
		return nil, err
	}
	return set, writePin(dir, set.pin())
}

// Follows says whether a server that uses old may go over to r: the campaign's
// key is the same and the serial is higher, or it is the same set. Conflict
// otherwise: somebody may be putting a retired member back.
func (r *Recipients) Follows(old *Recipients) error { return r.followsPin(old.pin()) }

func (r *Recipients) followsPin(last pin) error {
	is := r.pin()
	switch {
	case is.Campaign != last.Campaign:
		return keepiton.Errorf(keepiton.Conflict, "signed by another campaign key: %s; before it was %s", is.Campaign, last.Campaign)
	case is.Serial < last.Serial:
		return keepiton.Errorf(keepiton.Conflict, "serial %d is older than %d, which was in use", is.Serial, last.Serial)
	case is.Serial == last.Serial && is.SHA256 != last.SHA256:
		return keepiton.Errorf(keepiton.Conflict, "a different set with the same serial %d was in use", is.Serial)
	}
	return nil
}

func (r *Recipients) pin() pin {
	sum := sha256.Sum256(r.set)
	_, fingerprint := r.CampaignID()
	return pin{fingerprint, r.Serial, hex.EncodeToString(sum[:])}
}

func readPin(dir string) (*pin, error) {
	b, err := os.ReadFile(filepath.Join(dir, PinFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var p pin
	if err := json.Unmarshal(b, &p); err != nil {
		return nil, keepiton.Errorf(keepiton.Invalid, "%s: %w", filepath.Join(dir, PinFile), err)
	}
	return &p, nil
}

// writePin writes the pin unless it stands there already.
func writePin(dir string, p pin) error {
	if last, err := readPin(dir); err == nil && last != nil && *last == p {
		return nil
	}
	b, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	return WriteFile(filepath.Join(dir, PinFile), append(b, '\n'), 0o644)
}

func stampOf(dir string) (s stamp) {
	for i, name := range []string{CampaignFile, RecipientsFile, SignatureFile} {
		if st, err := os.Stat(filepath.Join(dir, name)); err == nil {
			s[i].size, s[i].time = st.Size(), st.ModTime()
		}
	}
	return s
}
