package locale

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"keepiton"
)

func needEnglish(t *testing.T, key string) {
	t.Helper()
	if m, ok := catalogs["en"].messages[key]; !ok || strings.TrimSpace(m.other) == "" {
		t.Errorf("messages/en.json lacks %s", key)
	}
}

func TestEveryFieldHasALabelAndHelpForEditors(t *testing.T) {
	for _, f := range keepiton.Fields {
		needEnglish(t, "field."+f.Name)
		needEnglish(t, "field."+f.Name+".help")
		if help := catalogs["en"].messages["field."+f.Name+".help"].other; len(strings.Fields(help)) < 8 {
			t.Errorf("field.%s.help is too short to help: %q", f.Name, help)
		}
	}
}

func TestEveryCodeHasWords(t *testing.T) {
	for list, codes := range map[string]keepiton.Codes{
		"kind": keepiton.Kinds, "extent": keepiton.Extents, "scope": keepiton.Scopes, "body": keepiton.Bodies,
		"cause": keepiton.Causes, "justification": keepiton.Justifications, "info_source": keepiton.InfoSources,
		"region": keepiton.Regions, "technique": keepiton.Techniques, "visibility": keepiton.Visibilities,
		"source_kind": keepiton.SourceKinds,
	} {
		for _, c := range codes {
			needEnglish(t, "code."+list+"."+c.Code)
		}
	}
	for _, s := range keepiton.States {
		needEnglish(t, "code.state."+string(s))
		needEnglish(t, "code.state."+string(s)+".help")
	}
	for _, l := range keepiton.Levels {
		if l == keepiton.Unverified {
			l = "unverified"
		}
		needEnglish(t, "code.level."+string(l))
		needEnglish(t, "code.level."+string(l)+".help")
	}
	for _, s := range []keepiton.EndState{"not_asked", keepiton.EndUnknown, keepiton.Ongoing, keepiton.Ended} {
		needEnglish(t, "code.status."+string(s))
	}
	for _, n := range []string{"mobile", "fixed", "satellite", "sms", "voice"} {
		needEnglish(t, "code.network."+n)
	}
	for a := keepiton.NotAsked; a <= keepiton.Yes; a++ {
		needEnglish(t, "answer."+a.String())
	}
}

func TestEveryFindingOfLintTellsTheEditorWhatToDo(t *testing.T) {
	keys := 0
	inspect(t, "../lint.go", func(n ast.Node) {
		lit, ok := n.(*ast.CompositeLit)
		if !ok || len(lit.Elts) != 4 {
			return
		}
		if id, ok := lit.Type.(*ast.Ident); !ok || id.Name != "Problem" {
			return
		}
		if key, ok := lit.Elts[2].(*ast.BasicLit); ok {
			keys++
			needEnglish(t, "lint."+unquote(t, key))
		}
	})
	if keys < 20 {
		t.Errorf("found %d keys in lint.go: has the form of Problem changed?", keys)
	}
}

func TestEveryErrorCodeHasASentence(t *testing.T) {
	codes := 0
	inspect(t, "../errors.go", func(n ast.Node) {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return
		}
		if id, ok := spec.Type.(*ast.Ident); !ok || id.Name != "Code" {
			return
		}
		codes++
		code := unquote(t, spec.Values[0].(*ast.BasicLit))
		needEnglish(t, "error."+code)
		needEnglish(t, "error."+code+".title")
	})
	if codes < 9 {
		t.Errorf("found %d codes in errors.go, want 9 or more", codes)
	}
}

func inspect(t *testing.T, file string, visit func(ast.Node)) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		visit(n)
		return true
	})
}

func unquote(t *testing.T, lit *ast.BasicLit) string {
	t.Helper()
	s, err := strconv.Unquote(lit.Value)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
