package evidence

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
)

func newCache(tb testing.TB) *Cache {
	c := &Cache{Under: tb.TempDir()}
	tb.Cleanup(func() {
		if err := c.Close(); err != nil {
			tb.Error(err)
		}
	})
	return c
}

// copied is a cache with a copy of the code for HEIC that the tests share.
func copied(t *testing.T) (c *Cache, folder string) {
	t.Helper()
	c = newCache(t)
	c.folder = filepath.Join(c.Under, "copy")
	folder = filepath.Join(c.folder, string(HEIC))
	if err := os.CopyFS(folder, os.DirFS(kept.Cache.folderFor(t.Context(), kept, HEIC))); err != nil {
		t.Fatal(err)
	}
	if err := chmod(folder, 0o500, 0o400); err != nil {
		t.Fatal(err)
	}
	sums, err := sumsOf(folder)
	if err != nil {
		t.Fatal(err)
	}
	c.kinds = map[Kind]*shelf{HEIC: {folder: folder, sums: sums}}
	if used := c.folderFor(t.Context(), Child{}, HEIC); used != folder {
		t.Fatalf("the copy is not used: %q", used)
	}
	return c, folder
}

// poison tries to change the code that the next child would run, and answers
// what became of each try, one a line.
func poison(t task) (*answer, error) {
	var out []string
	try := func(name string, do func(path string) error) {
		outcome := "refused"
		_ = filepath.WalkDir(t.Cache, func(path string, _ os.DirEntry, _ error) error {
			if do(path) == nil {
				outcome = "allowed"
			}
			return nil
		})
		// Who may not even list the folder tries its name.
		if do(filepath.Join(t.Cache, "x")) == nil {
			outcome = "allowed"
		}
		out = append(out, name+" "+outcome)
	}
	try("rights", func(path string) error { return os.Chmod(path, 0o777) })
	try("append", func(path string) error {
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
		if err == nil {
			f.Close()
		}
		return err
	})
	try("create", func(path string) error { return os.WriteFile(path+".new", []byte("x"), 0o600) })
	try("replace", func(path string) error { return os.Rename(path, path+".old") })
	try("remove", os.Remove)
	return &answer{Params: strings.Join(out, "\n")}, nil
}

func TestAChildWithAFileCannotChangeTheCache(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("ENFORCED ON LINUX ALONE: docs/evidence.md")
	}
	all := []string{HeldLimits, HeldLandlock, HeldNoFiles, HeldCalls}
	for name, skip := range map[string][]string{
		"as it is":           nil,
		"its beginning":      all, // what holds already while the decoder is taken from the folder
		"without landlock":   {HeldLandlock},
		"without seccomp":    {HeldCalls},
		"with no files only": {HeldLandlock, HeldCalls, HeldLimits},
	} {
		t.Run(name, func(t *testing.T) {
			if v, err := ll.LandlockGetABIVersion(); name == "its beginning" && (err != nil || v < 1) {
				t.Skip("THE KERNEL HAS NO LANDLOCK: nothing keeps the beginning of a child from files")
			}
			cache, folder := copied(t)
			a, err := Child{Args: append([]string{ChildCommand}, skip...)}.run(t.Context(), job{Do: "poison", Kind: HEIC, Cache: folder}, []byte("hostile"))
			if err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(a.Params) {
				// Rights are nothing that Landlock knows, and need no descriptor.
				if what := strings.TrimSpace(line); strings.HasSuffix(what, "allowed") && (what != "rights allowed" || !slices.Contains(skip, HeldCalls)) {
					t.Error(what)
				}
			}
			if n := strings.Count(a.Params, "\n"); n != 4 {
				t.Errorf("it tried %d things: %s", n+1, a.Params)
			}
			if cache.folderFor(t.Context(), Child{}, HEIC) != folder {
				t.Error("the folder has changed")
			}
		})
	}
}

func TestWhoCompilesGetsNoFile(t *testing.T) {
	c := newCache(t)
	folder := filepath.Join(c.Under, "f")
	if _, err := (Child{}).run(t.Context(), job{Do: compile, Kind: HEIC, Cache: folder}, []byte("hostile")); err == nil {
		t.Error("a child that writes into the cache was given a file")
	}
	if _, err := os.Stat(folder); err == nil {
		t.Error("and has written there")
	}
}

func TestTheCacheHoldsCodeAloneAndIsRemoved(t *testing.T) {
	c := newCache(t)
	marked := asHEIC(t, photo(1, 64, 64))
	var copies [][]byte
	for range 2 {
		p, err := (Child{Cache: c}).Clean(t.Context(), HEIC, marked, nil)
		if err != nil {
			t.Fatal(err)
		}
		copies = append(copies, p.Bytes)
	}
	p, err := kept.Clean(t.Context(), HEIC, marked, nil)
	if err != nil || !bytes.Equal(copies[0], copies[1]) || !bytes.Equal(copies[0], p.Bytes) {
		t.Errorf("with kept code the copy is another: %v", err)
	}
	files := 0
	folder := c.folder
	err = filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		b, err := os.ReadFile(path)
		if !bytes.HasPrefix(b, []byte("WAZEVO")) || bytes.Contains(b, marked[len(marked)/2:]) {
			t.Errorf("%s is no machine code of wazero", path)
		}
		if st, _ := d.Info(); runtime.GOOS != "windows" && st.Mode().Perm() != 0o400 {
			t.Errorf("%s has the rights %v", path, st.Mode())
		}
		return err
	})
	if err != nil || files != 1 {
		t.Errorf("%d files, %v", files, err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(c.Under); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if _, err := (Child{Cache: c}).Clean(t.Context(), HEIC, marked, nil); err != nil {
		t.Errorf("after its end: %v", err)
	}
	if left, _ := os.ReadDir(c.Under); len(left) > 0 {
		t.Errorf("it was made again after its end: %v", left)
	}
}

func TestChangedCodeIsNotUsed(t *testing.T) {
	picture := asHEIC(t, photo(1, 64, 64))
	for name, change := range map[string]func(t *testing.T, folder, file string){
		"a byte": func(t *testing.T, _, file string) {
			b, err := os.ReadFile(file)
			if err == nil {
				b[len(b)/2] ^= 1
				err = os.WriteFile(file, b, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		},
		"one more": func(t *testing.T, folder, _ string) {
			if err := os.WriteFile(filepath.Join(folder, "one more"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		},
		"one less": func(t *testing.T, _, file string) {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
		},
		"a link": func(t *testing.T, folder, file string) {
			if err := os.Rename(file, filepath.Join(folder, "..", "elsewhere")); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(filepath.Join(folder, "..", "elsewhere"), file); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			cache, folder := copied(t)
			files, err := filepath.Glob(folder + "/*/*")
			if err != nil || len(files) != 1 {
				t.Fatal(files, err)
			}
			if err := chmod(folder, 0o700, 0o600); err != nil {
				t.Fatal(err)
			}
			change(t, filepath.Dir(files[0]), files[0])
			if used := cache.folderFor(t.Context(), Child{}, HEIC); used != "" {
				t.Error("it is used")
			}
			if name != "a byte" && testing.Short() {
				return
			}
			if _, err := (Child{Cache: cache}).Clean(t.Context(), HEIC, picture, nil); err != nil {
				t.Errorf("the decoder does not work without it: %v", err)
			}
		})
	}
}

// A folder that cannot be made, or whose code does not fit, costs time alone.
func TestWithoutRoomTheDecodersWorkAllTheSame(t *testing.T) {
	picture := asHEIC(t, photo(1, 64, 64))
	c := Child{Cache: &Cache{Under: filepath.Join(t.TempDir(), "nowhere")}}
	if _, err := c.Clean(t.Context(), HEIC, picture, nil); err != nil {
		t.Error(err)
	}
	// What a child finds that is no code, or of another build.
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "x"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := (Child{}).run(t.Context(), job{Do: "clean", Kind: HEIC, Cache: folder}, picture)
	if err != nil || a.Fault != nil {
		t.Errorf("an empty folder: %v", err)
	}
	if left, _ := os.ReadDir(folder); slices.ContainsFunc(left, func(d os.DirEntry) bool { n, _ := os.ReadDir(filepath.Join(folder, d.Name())); return len(n) > 0 }) {
		t.Errorf("a child with a file has kept code there: %v", left)
	}
}

func TestAGlanceIsSmallAndHasTheSameFingerprint(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine over more of the same: the plain run has it")
	}
	for kind, original := range map[Kind][]byte{
		JPEG: asJPEG(t, photo(1, 1000, 700), 90), PNG: asPNG(t, photo(2, 300, 900)), GIF: asGIF(t, screen(400, 300, "a"), screen(400, 300, "b")),
		HEIC: asHEIC(t, photo(3, 640, 480)), PDF: asPDF("one", "two"),
	} {
		g, err := kept.Glance(t.Context(), kind, original)
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		v, err := kept.Look(t.Context(), kind, original)
		if err != nil {
			t.Fatal(err)
		}
		p, full := g.Pictures[0], v.Pictures[0]
		if g.Fingerprint != v.Fingerprint || len(g.Pictures) != 1 || p.MediaType != "image/jpeg" || max(p.Width, p.Height) > SmallSide || p.Width > full.Width {
			t.Errorf("%s: %d × %d %s of %d × %d, fingerprints %s and %s", kind, p.Width, p.Height, p.MediaType, full.Width, full.Height, g.Fingerprint, v.Fingerprint)
		}
		if ratio := float64(p.Width) * float64(full.Height) / float64(p.Height) / float64(full.Width); ratio < 0.97 || ratio > 1.03 {
			t.Errorf("%s: the small picture has another shape: %d × %d of %d × %d", kind, p.Width, p.Height, full.Width, full.Height)
		}
	}
	if _, err := kept.Glance(t.Context(), SVG, []byte("<svg/>")); err == nil {
		t.Error("a kind that is never rendered")
	}
}
