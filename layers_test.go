package keepiton_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rows is the table of layers: a package imports only from rows above its own,
// and packages of one row do not know each other. The key is the first folder;
// the root is "".
var rows = map[string]int{
	"":       0,
	"locale": 1, "geo": 1, "seal": 1, "sample": 1, "dial": 1, "partition": 1, "patience": 1,
	"stop": 2, "count": 2, "chart": 2, "export": 2, "bundle": 2, "evidence": 2, "kit": 2, "correlate": 2, "bgp": 2, "detect": 2,
	"store": 3, "notify": 3, "source": 3, "series": 3, "probe": 3,
	"review": 4, "monitor": 4, "signals": 4, "intake": 4, "casework": 4, "campaign": 4,
	"web": 5, "api": 5,
	"cmd": 6,
}

// families are folders whose subfolders are adapters: only the family itself
// and cmd import them.
var families = map[string]bool{"store": true, "notify": true, "source": true, "series": true}

// atTheDesk are packages whose results are for the desk alone: no public face may
// come to know what senders left readable, before people have decided.
var atTheDesk = map[string][]string{"correlate": {"correlate", "casework", "web/casework", "web/desk"}}

func TestPackagesImportOnlyFromRowsAbove(t *testing.T) {
	const module = "keepiton"
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); name != "." && (strings.HasPrefix(name, ".") || name == "testdata" || name == "tools") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		dir := filepath.ToSlash(filepath.Dir(file))
		from := top(dir)
		fromRow, ok := rows[from]
		if !ok {
			t.Errorf("%s: folder %q stands in no row of the table", file, from)
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, imp := range f.Imports {
			p, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				return err
			}
			if p != module && !strings.HasPrefix(p, module+"/") {
				if fromRow == 0 && strings.Contains(strings.SplitN(p, "/", 2)[0], ".") {
					t.Errorf("%s imports %s: the root imports the standard library alone", file, p)
				}
				continue
			}
			sub := strings.TrimPrefix(strings.TrimPrefix(p, module), "/")
			to := top(sub)
			toRow, known := rows[to]
			if only := atTheDesk[to]; only != nil && !slices.Contains(only, dir) {
				t.Errorf("%s imports %s, which is for %v alone", file, p, only)
			}
			switch {
			case from == to && from != "":
			case !known:
				t.Errorf("%s imports %s, which stands in no row", file, p)
			case toRow >= fromRow:
				t.Errorf("%s (row %d) imports %s (row %d): only rows above are allowed", file, fromRow, p, toRow)
			case families[to] && strings.Contains(sub, "/") && from != "cmd":
				t.Errorf("%s imports the adapter %s: only its own family and cmd may", file, p)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func top(dir string) string {
	if dir == "." || dir == "" {
		return ""
	}
	return strings.SplitN(path.Clean(dir), "/", 2)[0]
}
