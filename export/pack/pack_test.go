package pack

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"keepiton"
)

var moment = time.Date(2026, 11, 23, 23, 59, 59, 0, time.UTC)

// contents are the files of the tree that the tests write.
var contents = map[string]string{
	"index.html":          "<p>read me</p>",
	"en/incidents.html":   strings.Repeat("<li>an incident</li>", 500),
	"en/incidents/a.html": "one",
	"data/incidents.csv":  "id\n1\n",
	"empty.txt":           "",
}

// write writes them, the CSV as a stream.
func write(t testing.TB, tree *Tree) {
	t.Helper()
	for _, name := range []string{"index.html", "en/incidents/a.html", "en/incidents.html", "empty.txt"} {
		if err := tree.Put(name, []byte(contents[name])); err != nil {
			t.Fatal(err)
		}
	}
	err := tree.Stream("data/incidents.csv", func(w io.Writer) error {
		_, err := io.WriteString(w, contents["data/incidents.csv"])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// written writes the tree to path, a ZIP where the name says so.
func written(t testing.TB, path string, sign func([]byte) ([]byte, error)) {
	t.Helper()
	tree, err := begin(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, tree)
	if err := tree.Finish(Manifest{Holds: "a test", AsOf: moment, Program: "keepiton test", Only: "country=IN"}, sign); err != nil {
		t.Fatal(err)
	}
}

func begin(path string) (*Tree, error) {
	if filepath.Ext(path) == ".zip" {
		return CreateZip(path, "top", moment)
	}
	return CreateFolder(path)
}

func open(t testing.TB, path string) *Opened {
	t.Helper()
	o, err := opened(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.Close() })
	return o
}

func opened(path string) (*Opened, error) {
	if filepath.Ext(path) == ".zip" {
		return OpenZip(path)
	}
	return OpenFolder(path)
}

// faults checks a tree and returns what it finds, one line each.
func faults(t testing.TB, o *Opened) (good int, out []string) {
	t.Helper()
	good, err := o.Check(func(int) {}, func(name, problem string) { out = append(out, name+" "+problem) })
	if err != nil {
		t.Fatal(err)
	}
	return good, out
}

func TestTreeIsAsItWasWritten(t *testing.T) {
	for _, name := range []string{"tree", "tree.zip"} {
		path := filepath.Join(t.TempDir(), name)
		written(t, path, func(list []byte) ([]byte, error) { return append([]byte("signed: "), list[:10]...), nil })
		o := open(t, path)
		if good, wrong := faults(t, o); good != len(contents) || len(wrong) > 0 {
			t.Errorf("%s: %d good, wrong: %q", name, good, wrong)
		}
		m := o.Manifest
		if m.Holds != "a test" || !m.AsOf.Equal(moment) || m.Program != "keepiton test" || m.Only != "country=IN" || m.Site != "" || len(m.Files) != len(contents) {
			t.Errorf("%s: manifest %+v", name, m)
		}
		if string(o.Signature) != "signed: # keepiton" {
			t.Errorf("%s: signature %q", name, o.Signature)
		}
		for file, body := range contents {
			if got, err := o.File(file, 1<<20); err != nil || string(got) != body {
				t.Errorf("%s: %s: %q, %v", name, file, got, err)
			}
		}
		if _, err := o.File("nothing", 1); keepiton.CodeOf(err) != keepiton.NotFound {
			t.Errorf("%s: a file that is not there: %v", name, err)
		}
	}
}

func TestSameFilesGiveTheSameBytes(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a.zip"), filepath.Join(dir, "b.zip")
	written(t, a, nil)
	written(t, b, nil)
	first, err := os.ReadFile(a)
	if err != nil {
		t.Fatal(err)
	}
	if second, err := os.ReadFile(b); err != nil || !bytes.Equal(first, second) {
		t.Errorf("two ZIPs of the same files differ: %v", err)
	}
}

func TestOtherProgramsReadTheZIPAndTheManifest(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "tree.zip")
	written(t, file, nil)
	run := func(dir, name string, args ...string) string {
		t.Helper()
		if _, err := exec.LookPath(name); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatalf("%s is missing", name)
			}
			t.Skipf("SKIPPED, NOT TESTED: %s is missing", name)
		}
		cmd := exec.Command(name, args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s %q: %v\n%s", name, args, err, out)
		}
		return string(out)
	}
	run(dir, "unzip", "-tq", file)
	run(dir, "python3", "-m", "zipfile", "-t", file)
	if list := run(dir, "unzip", "-Z", "-T", file); strings.Count(list, "20261123.235958")+strings.Count(list, "20261123.235959") != len(contents)+1 {
		t.Errorf("files without their time:\n%s", list)
	}
	run(dir, "unzip", "-q", file)
	run(filepath.Join(dir, "top"), "sha256sum", "--check", "--strict", "--quiet", ManifestFile)
	if good, wrong := faults(t, open(t, filepath.Join(dir, "top"))); good != len(contents) || len(wrong) > 0 {
		t.Errorf("unpacked: %d good, wrong: %q", good, wrong)
	}
}

func TestEveryDifferenceIsNamed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tree")
	written(t, dir, nil)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.WriteFile(filepath.Join(dir, "index.html"), []byte("<p>read mf</p>"), 0o644))
	must(os.Remove(filepath.Join(dir, "empty.txt")))
	must(os.WriteFile(filepath.Join(dir, "en", "more.html"), nil, 0o644))
	must(os.Remove(filepath.Join(dir, "data", "incidents.csv")))
	must(os.Symlink("/etc/hostname", filepath.Join(dir, "data", "incidents.csv")))
	want := []string{"data/incidents.csv is missing", "data/incidents.csv is no plain file", "empty.txt is missing", "en/more.html is not listed", "index.html differs"}
	_, got := faults(t, open(t, dir))
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestZIPThatSaysOneThingTwiceIsFound writes ZIPs as no program of ours does.
func TestZIPThatSaysOneThingTwiceIsFound(t *testing.T) {
	list := "# keepiton manifest 1\n2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824  a.txt\n"
	for _, c := range []struct {
		names []string
		want  []string
	}{
		{[]string{"t/a.txt"}, nil},
		{[]string{"t/a.txt", "t/a.txt"}, []string{"a.txt is there twice"}},
		{[]string{"t/a.txt", "t/b.txt"}, []string{"b.txt is not listed"}},
		{[]string{"t/a.txt", "../a.txt"}, []string{"../a.txt is no plain file"}},
		{[]string{"a.txt"}, []string{"a.txt is no plain file", "a.txt is missing"}}, // beside the folder of the tree
	} {
		file := filepath.Join(t.TempDir(), "x.zip")
		f, err := os.Create(file)
		if err != nil {
			t.Fatal(err)
		}
		z := zip.NewWriter(f)
		for _, name := range append([]string{"t/" + ManifestFile}, c.names...) {
			w, err := z.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			body := "hello"
			if strings.HasSuffix(name, ManifestFile) {
				body = list
			}
			io.WriteString(w, body)
		}
		if err := errors.Join(z.Close(), f.Close()); err != nil {
			t.Fatal(err)
		}
		o, err := OpenZip(file)
		if err != nil {
			t.Errorf("%q: %v", c.names, err)
			continue
		}
		if _, got := faults(t, o); !slices.Equal(got, c.want) {
			t.Errorf("%q: got %q, want %q", c.names, got, c.want)
		}
		o.Close()
	}
}

func TestInterruptedTreeLeavesWhatStoodThere(t *testing.T) {
	for _, name := range []string{"tree", "tree.zip"} {
		dir := t.TempDir()
		path := filepath.Join(dir, name)
		for _, old := range []bool{false, true} {
			if old {
				written(t, path, nil)
			}
			tree, err := begin(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := tree.Put("half.html", []byte("half of another")); err != nil {
				t.Fatal(err)
			}
			if err := tree.Stream("x.csv", func(io.Writer) error { return errors.New("the disk is full") }); err == nil {
				t.Error("an error while a file is written was lost")
			}
			tree.Abort()
			entries, err := os.ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			if !old && len(entries) > 0 || old && len(entries) != 1 {
				t.Errorf("%s: left behind: %v", name, entries)
			}
			if old {
				if good, wrong := faults(t, open(t, path)); good != len(contents) || len(wrong) > 0 {
					t.Errorf("%s: the old tree has %q", name, wrong)
				}
			}
		}
	}
}

func TestTreeReplacesOnlyATreeOfOurs(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tree")
	written(t, dir, nil)
	tree, err := CreateFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := tree.Put("new.html", []byte("new")); err != nil {
		t.Fatal(err)
	}
	if err := tree.Finish(Manifest{}, nil); err != nil {
		t.Fatal(err)
	}
	if good, wrong := faults(t, open(t, dir)); good != 1 || len(wrong) > 0 {
		t.Errorf("%d good, %q", good, wrong)
	}
	if left, err := os.ReadDir(filepath.Dir(dir)); err != nil || len(left) != 1 {
		t.Errorf("left beside it: %v, %v", left, err)
	}
	// A file of somebody's beside ours, or a folder of somebody's, stays.
	mine := filepath.Join(dir, "my-notes.txt")
	if err := os.WriteFile(mine, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "thesis.doc"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, other} {
		if _, err := CreateFolder(path); keepiton.CodeOf(err) != keepiton.Conflict || keepiton.HintOf(err) == "" {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := os.Stat(mine); err != nil {
		t.Error(err)
	}
	// An empty folder is nobody's.
	if tree, err := CreateFolder(t.TempDir()); err != nil {
		t.Error(err)
	} else {
		write(t, tree)
		if err := tree.Finish(Manifest{}, nil); err != nil {
			t.Error(err)
		}
	}
}

func TestTreeGoesWhereASymbolicLinkLeadsAndNotOverAWholeDisk(t *testing.T) {
	dir := t.TempDir()
	real, link := filepath.Join(dir, "real"), filepath.Join(dir, "link")
	written(t, real, nil)
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	written(t, link, nil)
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link was replaced: %v %v", info, err)
	}
	if good, wrong := faults(t, open(t, real)); good != len(contents) || len(wrong) > 0 {
		t.Errorf("%d good, %q", good, wrong)
	}
	if runtime.GOOS == "linux" {
		for _, mount := range []string{"/", "/proc"} {
			if _, err := CreateFolder(mount); keepiton.CodeOf(err) != keepiton.Conflict || !strings.Contains(keepiton.HintOf(err), "inside it") {
				t.Errorf("%s: %v", mount, err)
			}
		}
	}
}

func TestNamesThatAFileSystemCannotHoldAreRefused(t *testing.T) {
	for _, name := range []string{"", "/a", "../a", "a/../b", "a//b", ".a", "a/.b", "a.", "a b", "ä", "a\\b", "a:b", "con?", ManifestFile, SignatureFile, strings.Repeat("a", 300)} {
		tree, err := CreateFolder(filepath.Join(t.TempDir(), "tree"))
		if err != nil {
			t.Fatal(err)
		}
		if err := tree.Put(name, nil); err == nil {
			t.Errorf("%q was taken", name)
		}
		tree.Abort()
	}
	for _, names := range [][]string{{"a/B.html", "a/b.html"}, {"same", "same"}} {
		tree, err := CreateZip(filepath.Join(t.TempDir(), "tree.zip"), "top", moment)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if err := tree.Put(name, nil); err != nil {
				t.Fatal(err)
			}
		}
		if err := tree.Finish(Manifest{}, nil); err == nil {
			t.Errorf("%q stand in one tree", names)
		}
	}
}

func TestWhatIsNoTreeIsRefused(t *testing.T) {
	dir := t.TempDir()
	if _, err := OpenFolder(dir); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Errorf("an empty folder: %v", err)
	}
	if _, err := OpenFolder(filepath.Join(dir, "none")); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Errorf("no folder: %v", err)
	}
	file := filepath.Join(dir, "x.zip")
	if err := os.WriteFile(file, []byte("no ZIP"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenZip(file); keepiton.CodeOf(err) != keepiton.Invalid {
		t.Errorf("no ZIP: %v", err)
	}
	if _, err := CreateFolder(filepath.Join(dir, "none", "tree")); err == nil || !errors.Is(err, fs.ErrNotExist) && keepiton.HintOf(err) == "" {
		t.Errorf("a folder in none: %v", err)
	}
}

func TestManifestIsRefusedWithTheLine(t *testing.T) {
	hash := strings.Repeat("a", 64)
	for _, c := range []struct{ text, says string }{
		{"", "line 1"},
		{"# another\n", "line 1"},
		{magic + "\n" + hash + "  a\n" + hash + "  a\n", "line 3: a is not in order"},
		{magic + "\n" + hash + "  b\n" + hash + "  a\n", "line 3: a is not in order"},
		{magic + "\n" + hash + " a\n", "line 2"},
		{magic + "\n" + hash[:62] + "  a\n", "line 2"},
		{magic + "\n" + strings.ToUpper(hash) + "  a\n", "line 2"},
		{magic + "\n" + hash + "  ../a\n", `"../a"`},
		{magic + "\n" + hash + "  /etc/passwd\n", "line 2"},
		{magic + "\n" + hash + "  a b\n", "line 2"},
		{magic + "\n# as of: yesterday\n", "line 2"},
		{magic + "\n" + strings.Repeat("x", 2000) + "\n", "line 2: longer"},
	} {
		_, err := ReadManifest(strings.NewReader(c.text))
		if keepiton.CodeOf(err) != keepiton.Invalid || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%.60q: %v, want %q", c.text, err, c.says)
		}
	}
	m, err := ReadManifest(strings.NewReader(magic + "\r\n# of tomorrow: x\r\n" + hash + "  a\r\n"))
	if err != nil || len(m.Files) != 1 {
		t.Errorf("lines of Windows, and one that we do not know: %v", err)
	}
}

func FuzzReadManifest(f *testing.F) {
	f.Add(magic + "\n# holds: x\n# as of: 2026-11-23T23:59:59Z\n" + strings.Repeat("a", 64) + "  a/b.html\n")
	f.Add(magic + "\n#\n")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := ReadManifest(strings.NewReader(text))
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := m.Write(&out); err != nil {
			t.Fatal(err)
		}
		again, err := ReadManifest(bytes.NewReader(out.Bytes()))
		if err != nil {
			t.Fatalf("what was read is not read again: %v\n%s", err, out.String())
		}
		if !slices.Equal(m.Files, again.Files) || m.Holds != again.Holds || !m.AsOf.Equal(again.AsOf) {
			t.Errorf("%+v became %+v", m, again)
		}
	})
}
