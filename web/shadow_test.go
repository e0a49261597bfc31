package web

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"testing"
)

// TestNoPageHidesWhatTheLayoutAsksFor reads the page structs: a field of the name of
// one of frame's would answer in its place, in every part of the layout.
func TestNoPageHidesWhatTheLayoutAsksFor(t *testing.T) {
	layout, err := templateFiles.ReadFile("templates/layout.html")
	if err != nil {
		t.Fatal(err)
	}
	taken, of := map[string]bool{}, reflect.TypeFor[*frame]()
	for _, m := range regexp.MustCompile(`[ ({$](?:\$|\$f)?\.([A-Z]\w*)`).FindAllSubmatch(layout, -1) {
		name := string(m[1])
		_, method := of.MethodByName(name)
		_, field := of.Elem().FieldByName(name)
		taken[name] = method || field
	}
	for _, own := range []string{"Title", "Preview", "Forms", "Card", "Past"} {
		if !taken[own] {
			t.Fatalf("the layout does not ask for %s: this test reads it wrongly", own)
		}
	}
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	pages := 0
	read := func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok {
			return true
		}
		body, ok := spec.Type.(*ast.StructType)
		if !ok || len(body.Fields.List) == 0 {
			return true
		}
		if id, ok := body.Fields.List[0].Type.(*ast.Ident); !ok || id.Name != "frame" || len(body.Fields.List[0].Names) > 0 {
			return true
		}
		pages++
		for _, f := range body.Fields.List[1:] {
			for _, name := range f.Names {
				if taken[name.Name] {
					t.Errorf("%s has a field %s, which frame has as well", spec.Name.Name, name.Name)
				}
			}
		}
		return true
	}
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, read)
	}
	if pages < 30 {
		t.Errorf("%d pages were read: this test shows nothing", pages)
	}
}
