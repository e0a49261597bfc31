package locale

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// asked is what the sources of the program ask messages for by.
type asked struct {
	words    map[string]bool           // every text in quotation marks
	patterns map[string]*regexp.Regexp // texts that are put together, a group for each part that is not a text
}

// anyPart is a part of a key that only running the program tells.
const anyPart = "\x00"

// add notes the parts of a text that is put together.
func (a *asked) add(parts []string) {
	whole := strings.Join(parts, "")
	if !strings.Contains(whole, anyPart) {
		a.words[whole] = true
		return
	}
	if _, behind, ok := strings.Cut(whole, "?done="); ok {
		a.add([]string{"desk.done.", behind})
		a.add([]string{"casework.done.", behind})
	}
	if first, _, _ := strings.Cut(whole, anyPart); !strings.Contains(first, ".") && !strings.HasSuffix(whole, ".title") {
		return // no key begins so
	}
	if a.patterns[whole] == nil {
		a.patterns[whole] = regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(whole), regexp.QuoteMeta(anyPart), "(.+?)") + "$")
	}
}

// given is a part of a key that an address hands on: ?done=saved.
var given = regexp.MustCompile(`[?&]done=([a-z_]+)`)

var verb = regexp.MustCompile(`%[a-z]`)

// goFile notes the texts of a Go file. A sum of texts is one text.
func (a *asked) goFile(t *testing.T, name string) {
	f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var parts func(e ast.Expr) []string
	parts = func(e ast.Expr) []string {
		switch e := e.(type) {
		case *ast.BasicLit:
			if e.Kind == token.STRING {
				if s, err := strconv.Unquote(e.Value); err == nil {
					return []string{verb.ReplaceAllString(s, anyPart)}
				}
			}
		case *ast.BinaryExpr:
			if e.Op == token.ADD {
				return append(parts(e.X), parts(e.Y)...)
			}
		case *ast.ParenExpr:
			return parts(e.X)
		}
		return []string{anyPart}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if n.Kind == token.STRING {
				if s, err := strconv.Unquote(n.Value); err == nil {
					a.words[s] = true
					if strings.HasSuffix(s, ".") { // a beginning that is handed on
						a.add([]string{s, anyPart})
					}
					for word := range strings.FieldsSeq(s) { // lists in one text
						a.words[word] = true
					}
					for _, m := range given.FindAllStringSubmatch(s, -1) {
						a.words[m[1]] = true
					}
				}
				a.add(parts(n))
			}
		case *ast.BinaryExpr:
			if n.Op == token.ADD {
				a.add(parts(n))
			}
		}
		return true
	})
}

var (
	quotedText = regexp.MustCompile("[\"'`]([A-Za-z0-9_][A-Za-z0-9_.-]*)[\"'`]")
	printed    = regexp.MustCompile(`print ([^{}|]*)`)
	printPart  = regexp.MustCompile(`"[^"]*"|[^\s"]+`)
)

// template notes the texts of a template or a script.
func (a *asked) template(text string) {
	for _, m := range quotedText.FindAllStringSubmatch(text, -1) {
		a.words[m[1]] = true
		if strings.HasSuffix(m[1], ".") {
			a.add([]string{m[1], anyPart})
		}
	}
	for _, m := range printed.FindAllStringSubmatch(text, -1) {
		var parts []string
		for _, p := range printPart.FindAllString(m[1], -1) {
			if strings.HasPrefix(p, `"`) {
				parts = append(parts, strings.Trim(p, `"`))
			} else if n := len(parts); n == 0 || parts[n-1] != anyPart {
				parts = append(parts, anyPart)
			}
		}
		a.add(parts)
	}
}

// asks reports whether the program asks for a key: as it stands, or put together
// of parts that each stand somewhere as a text of their own.
func (a *asked) asks(key string) bool {
	if a.words[key] {
		return true
	}
	for _, p := range a.patterns {
		m := p.FindStringSubmatch(key)
		if m == nil {
			continue
		}
		if !slices.ContainsFunc(m[1:], func(part string) bool { return !a.isPart(part) }) {
			return true
		}
	}
	return false
}

func (a *asked) isPart(part string) bool {
	if _, err := strconv.Atoi(part); err == nil || a.words[part] {
		return true
	}
	for i := range part { // two parts side by side
		if part[i] == '.' && a.isPart(part[:i]) && a.isPart(part[i+1:]) {
			return true
		}
	}
	return false
}

// TestEveryMessageIsAskedFor finds messages that no page, mail, desk or program
// asks for: a translator's work for nothing.
func TestEveryMessageIsAskedFor(t *testing.T) {
	a := &asked{words: map[string]bool{}, patterns: map[string]*regexp.Regexp{}}
	err := filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := d.Name()
		if d.IsDir() {
			if base != ".." && strings.HasPrefix(base, ".") || base == "testdata" || base == "node_modules" || base == "tools" {
				return filepath.SkipDir
			}
			return nil
		}
		switch ext := filepath.Ext(base); {
		case ext == ".go" && !strings.HasSuffix(base, "_test.go"):
			a.goFile(t, name)
		case ext == ".html", ext == ".js", ext == ".mjs":
			data, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			a.template(string(data))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"no.such.message", "page.home.nobody_asks_for_this", "code.cause.that_nobody_wrote"} {
		if a.asks(key) {
			t.Errorf("%s counts as asked for: the test finds nothing", key)
		}
	}
	for _, text := range Texts("en") {
		if strings.HasPrefix(text.Key, "code.service.") { // an open list: sheets and reports name them
			continue
		}
		if strings.HasPrefix(text.Key, "defect.") { // docs/codebook.md is made of them
			continue
		}
		if !a.asks(text.Key) {
			t.Errorf("nothing asks for %s: delete it from all message files", text.Key)
		}
	}
}
