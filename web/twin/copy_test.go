package twin_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"keepiton"
	"keepiton/export"
	"keepiton/export/pack"
	"keepiton/locale"
	"keepiton/sample"
	"keepiton/seal"
	"keepiton/seal/sealtest"
	"keepiton/store"
	"keepiton/store/sqlite"
	"keepiton/web"
	"keepiton/web/twin"
)

// testNow is a moment in the middle of a year.
var testNow = time.Date(2026, 7, 15, 12, 0, 0, 0, time.UTC)

// world is the made-up world in a store, with a site over it.
type world struct {
	store store.Store
	set   *seal.Recipients // nil: the site takes no reports
	keys  *seal.Keys
}

func newWorld(t testing.TB) *world {
	t.Helper()
	st, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "record.db"), sqlite.Options{Volatile: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	var edits []store.Edit
	for _, rev := range sample.World(testNow) {
		edits = append(edits, store.Edit{ID: rev.Incident.ID, Base: rev.N - 1, Rev: rev})
	}
	if _, err := st.Append(t.Context(), edits...); err != nil {
		t.Fatal(err)
	}
	for _, told := range sample.Stories(testNow) {
		rev, err := st.AppendStory(t.Context(), 0, keepiton.StoryRevision{Recorded: testNow, Role: keepiton.RoleEditor, Story: told.Story})
		if err != nil {
			t.Fatal(err)
		}
		if m := rev.Story.Media; len(m) > 0 {
			if err := st.PutMedia(t.Context(), store.MediaFile{SHA256: m[0].SHA256, Type: m[0].Type, Subjects: []string{string(rev.Story.ID)}, Bytes: told.Picture}); err != nil {
				t.Fatal(err)
			}
		}
	}
	w := &world{store: st}
	w.set, w.keys = sealtest.New(t)
	return w
}

// english is a copy in English of a world, for tests that only read.
var english = sync.OnceValues(func() (*world, string) {
	keep := &keeper{}
	w := newWorld(keep)
	dir := w.copied(keep, func(o *twin.Options) { o.Languages = []string{"en"} })
	return w, dir
})

// keeper is a test that lasts as long as the process: its folders stay until
// TestMain removes them.
type keeper struct{ testing.TB }

var kept []string

func (k *keeper) Helper()                  {}
func (k *keeper) Cleanup(func())           {}
func (k *keeper) Context() context.Context { return context.Background() }
func (k *keeper) Fatal(args ...any)        { panic(fmt.Sprint(args...)) }
func (k *keeper) TempDir() string {
	dir, err := os.MkdirTemp("", "keepiton-twin-*")
	if err != nil {
		panic(err)
	}
	kept = append(kept, dir)
	return dir
}

func TestMain(m *testing.M) {
	code := m.Run()
	for _, dir := range kept {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// site answers at a moment.
func (w *world) site(t testing.TB, now time.Time) http.Handler {
	t.Helper()
	s, err := web.New(web.Options{
		Record: w.store, Stories: w.store, Media: w.store, Now: func() time.Time { return now }, Sample: true, Copy: true, CacheBytes: 1,
		BaseURL: "https://keepiton.example", Recipients: func() (*seal.Recipients, error) {
			if w.set == nil {
				return nil, keepiton.Errorf(keepiton.NotFound, "no keys")
			}
			return w.set, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// copied writes a copy into a new folder and returns it.
func (w *world) copied(t testing.TB, change func(*twin.Options)) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "copy")
	tree, err := pack.CreateFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.write(t, t.Context(), tree, change); err != nil {
		t.Fatal(err)
	}
	if err := tree.Finish(pack.Manifest{Holds: "a test"}, nil); err != nil {
		t.Fatal(err)
	}
	return dir
}

func (w *world) write(t testing.TB, ctx context.Context, tree *pack.Tree, change func(*twin.Options)) error {
	t.Helper()
	opt := twin.Options{Site: w.site(t, testNow), Pages: web.Pages(), Record: w.store, Sample: true, AsOf: keepiton.AsOf(testNow), BaseURL: "https://keepiton.example"}
	for _, l := range locale.Languages {
		opt.Languages = append(opt.Languages, l.Tag)
	}
	if change != nil {
		change(&opt)
	}
	for _, name := range []string{"csv", "txt"} {
		f, _ := export.ByName(name)
		file := twin.File{Name: "data/incidents." + f.Suffix, Form: name, Write: func(out io.Writer) error {
			_, err := io.WriteString(out, "made up\n")
			return err
		}}
		opt.Files = append(opt.Files, file)
	}
	return twin.Write(ctx, tree, opt)
}
