package pack

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"
	"unicode"

	"keepiton"
)

// Names of the list of hashes in a tree, and of its detached OpenPGP signature,
// armored, which may be missing.
const (
	ManifestFile  = "MANIFEST.txt"
	SignatureFile = "MANIFEST.txt.asc"
)

// magic is the first line of a manifest.
const magic = "# keepiton manifest 1"

// Limits of a manifest that is read. The copy of a record of 100,000 incidents
// in seven languages has some three million files and is not to be carried.
const (
	maxManifest = 256 << 20 // bytes
	maxLine     = 1024      // bytes of one line
	maxName     = 240       // bytes of a name: with a drive and a folder it stays under the 260 of old Windows
)

// Manifest says what a tree holds. Written, it is what sha256sum writes, sorted
// by name, after lines that begin with "#", which sha256sum -c passes over:
//
//	# keepiton manifest 1
//	# holds: static copy of the site
//	# as of: 2026-11-23T23:59:59Z
//	# program: keepiton v1.0.0
//	# site: https://keepiton.example
//	# only: country=IN
//	<64 hex digits><space><space><name>
//
// The line "site" or "only" is left out where there is nothing to say.
type Manifest struct {
	Holds   string    // what the tree is, in English
	AsOf    time.Time // the moment that its files tell of, UTC
	Program string    // that wrote it
	Site    string    // public address; may be empty
	Only    string    // the filter, as a URL query; empty: everything
	Files   []Entry   // sorted by Name
}

// Entry is one file: its name inside the tree, parts parted by "/", and the
// SHA-256 of its bytes.
type Entry struct {
	Name string
	Sum  [sha256.Size]byte
}

// Write writes the manifest.
func (m *Manifest) Write(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, magic)
	for _, l := range m.head() {
		if *l.text != "" {
			fmt.Fprintf(b, "# %s: %s\n", l.name, oneLine(*l.text))
		}
		if l.name == "holds" && !m.AsOf.IsZero() {
			fmt.Fprintf(b, "# as of: %s\n", m.AsOf.UTC().Format(time.RFC3339))
		}
	}
	for _, e := range m.Files {
		fmt.Fprintf(b, "%x  %s\n", e.Sum, e.Name)
	}
	return b.Flush()
}

// head lists the lines that are texts.
func (m *Manifest) head() []headLine {
	return []headLine{{"holds", &m.Holds}, {"program", &m.Program}, {"site", &m.Site}, {"only", &m.Only}}
}

type headLine struct {
	name string
	text *string
}

// oneLine keeps a text from becoming two lines, and from telling a terminal what
// to do.
func oneLine(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// ReadManifest reads a manifest. Invalid, with the number of the line, when it is
// none or names a file that no tree of ours has; TooLarge beyond 256 MiB.
func ReadManifest(r io.Reader) (*Manifest, error) {
	limited := &io.LimitedReader{R: r, N: maxManifest + 1}
	lines := bufio.NewScanner(limited)
	lines.Buffer(make([]byte, 0, maxLine), maxLine)
	m, n := &Manifest{}, 0
	for lines.Scan() {
		n++
		if err := m.line(n, lines.Bytes()); err != nil {
			return nil, keepiton.Errorf(keepiton.Invalid, "%s line %d: %w", ManifestFile, n, err)
		}
	}
	switch err := lines.Err(); {
	case limited.N <= 0:
		return nil, keepiton.Errorf(keepiton.TooLarge, "%s has more than %d bytes", ManifestFile, maxManifest)
	case err == bufio.ErrTooLong:
		return nil, keepiton.Errorf(keepiton.Invalid, "%s line %d: longer than %d bytes", ManifestFile, n+1, maxLine)
	case err != nil:
		return nil, fmt.Errorf("%s: %w", ManifestFile, err)
	case n == 0:
		return nil, keepiton.Errorf(keepiton.Invalid, "%s line 1: not %q", ManifestFile, magic)
	}
	return m, nil
}

// line reads line n.
func (m *Manifest) line(n int, line []byte) error {
	line = bytes.TrimSuffix(line, []byte("\r")) // an editor on Windows may have passed by
	if n == 1 {
		if string(line) != magic {
			return fmt.Errorf("not %q", magic)
		}
		return nil
	}
	if text, ok := bytes.CutPrefix(line, []byte("# ")); ok {
		return m.headLine(string(text))
	}
	sum, name, ok := strings.Cut(string(line), "  ")
	e := Entry{Name: name}
	if raw, err := hex.DecodeString(sum); err != nil || len(raw) != sha256.Size || !ok || strings.ToLower(sum) != sum {
		return fmt.Errorf("not a hash of 64 small hex digits, two spaces and a name")
	} else {
		copy(e.Sum[:], raw)
	}
	if !Plain(name) {
		return fmt.Errorf("%q is no name of a file in a tree", name)
	}
	if k := len(m.Files); k > 0 && m.Files[k-1].Name >= name {
		return fmt.Errorf("%s is not in order", name)
	}
	m.Files = append(m.Files, e)
	return nil
}

// headLine reads what a line that begins with "#" says. What it does not know
// it passes over.
func (m *Manifest) headLine(text string) error {
	name, value, _ := strings.Cut(text, ": ")
	if name == "as of" {
		t, err := time.Parse(time.RFC3339, value)
		if err != nil {
			return fmt.Errorf("as of: %q is no time", value)
		}
		m.AsOf = t.UTC()
	}
	for _, l := range m.head() {
		if l.name == name {
			*l.text = oneLine(value)
		}
	}
	return nil
}

// Find returns the hash of a file.
func (m *Manifest) Find(name string) (sum [sha256.Size]byte, ok bool) {
	i, ok := m.index(name)
	if ok {
		sum = m.Files[i].Sum
	}
	return sum, ok
}

func (m *Manifest) index(name string) (int, bool) {
	return slices.BinarySearchFunc(m.Files, name, func(e Entry, name string) int { return cmp.Compare(e.Name, name) })
}

// Plain reports whether a name can stand in a tree: relative, without parts that
// are empty or begin or end with a dot, in characters that every file system
// takes.
func Plain(name string) bool {
	if len(name) > maxName || !fs.ValidPath(name) {
		return false
	}
	for part := range strings.SplitSeq(name, "/") {
		if part[0] == '.' || part[len(part)-1] == '.' {
			return false
		}
	}
	return strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./") == ""
}

// arrange sorts the files and refuses two that some file systems take for one.
func (m *Manifest) arrange() error {
	slices.SortStableFunc(m.Files, func(a, b Entry) int { return cmp.Compare(a.Name, b.Name) })
	folded := make([]string, len(m.Files))
	for i, e := range m.Files {
		folded[i] = strings.ToLower(e.Name)
	}
	slices.Sort(folded)
	for i := 1; i < len(folded); i++ {
		if folded[i] == folded[i-1] {
			return keepiton.Errorf(keepiton.Internal, "two files have the name %s", folded[i])
		}
	}
	return nil
}
