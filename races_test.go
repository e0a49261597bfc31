package keepiton_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// meeting are packages by which goroutines are started or waited for.
var meeting = []string{"sync", "sync/atomic", "golang.org/x/sync/errgroup", "net", "net/http", "net/http/httptest", "testing/synctest"}

// folder is what TestCalmPackagesHaveNoGoroutines asks of one package.
type folder struct {
	starts  bool     // its program starts goroutines
	meets   []string // what speaks of goroutines in it, its tests included
	imports []string // folders of ours, by the program and by its tests
	program []string // those that the program itself imports
}

// TestCalmPackagesHaveNoGoroutines holds the Makefile's list of packages that
// the race detector leaves out to its reason: neither they nor their tests
// start a goroutine, share anything by sync, or stand on a package of ours that
// starts some.
func TestCalmPackagesHaveNoGoroutines(t *testing.T) {
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^CALM := ((?:.*\\\n)*.*)$`).FindSubmatch(makefile)
	if m == nil {
		t.Fatal("the Makefile has no list CALM")
	}
	calm := strings.Fields(strings.ReplaceAll(string(m[1]), `\`, " "))
	all := map[string]*folder{}
	read := func(dir string) *folder {
		if f := all[dir]; f != nil {
			return f
		}
		f := readFolder(t, dir)
		all[dir] = f
		return f
	}
	for _, dir := range calm {
		f := read(dir)
		if len(f.imports) == 0 && len(f.meets) == 0 {
			t.Errorf("CALM names %s, which has nothing in it", dir)
		}
		for _, what := range f.meets {
			t.Errorf("CALM names %s, but %s", dir, what)
		}
		for seen, next := map[string]bool{}, slices.Clone(f.imports); len(next) > 0; next = next[1:] {
			if seen[next[0]] {
				continue
			}
			seen[next[0]] = true
			if read(next[0]).starts {
				t.Errorf("CALM names %s, which stands on %s, which starts goroutines", dir, next[0])
			}
			next = append(next, read(next[0]).program...)
		}
	}
	if f := read("source"); !f.starts || len(f.meets) == 0 {
		t.Error("the reading of source sees no goroutine: this test has lost its bite")
	}
}

func readFolder(t *testing.T, dir string) *folder {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(filepath.FromSlash(dir), "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: no package: %v", dir, err)
	}
	f := &folder{}
	for _, name := range files {
		tree, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		test := strings.HasSuffix(name, "_test.go")
		for _, i := range tree.Imports {
			p, _ := strconv.Unquote(i.Path.Value)
			if slices.Contains(meeting, p) {
				f.meets = append(f.meets, name+" imports "+p)
			}
			own, ok := strings.CutPrefix(p, "keepiton")
			if own = strings.TrimPrefix(own, "/"); !ok || own == dir {
				continue
			}
			if own == "" {
				own = "."
			}
			f.imports = append(f.imports, own)
			if !test {
				f.program = append(f.program, own)
			}
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				f.meets = append(f.meets, name+" starts a goroutine")
				f.starts = f.starts || !test
			case *ast.ChanType, *ast.SelectStmt:
				f.meets = append(f.meets, name+" has a channel")
			case *ast.SelectorExpr:
				if n.Sel.Name == "Parallel" || n.Sel.Name == "AfterFunc" {
					f.meets = append(f.meets, name+" calls "+n.Sel.Name)
				}
			}
			return true
		})
	}
	return f
}
