package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const top = "../.."

// pages are the texts of the repository.
func pages(t *testing.T) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != top && (strings.HasPrefix(d.Name(), ".") && d.Name() != ".ci" || d.Name() == "node_modules" || d.Name() == "keepiton-data"):
			return fs.SkipDir
		case strings.HasSuffix(path, ".md"):
			paths = append(paths, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

var links = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// code is what stands in backticks in a line: an example is no link.
var code = regexp.MustCompile("`[^`\\n]+`")

func TestLinksOfTheDocsLeadSomewhere(t *testing.T) {
	n := 0
	for _, path := range pages(t) {
		for _, m := range links.FindAllStringSubmatch(code.ReplaceAllString(readText(t, path), ""), -1) {
			to, anchor, _ := strings.Cut(m[1], "#")
			if strings.Contains(to, ":") {
				continue // elsewhere; tests ask nobody else
			}
			n++
			target := filepath.Join(filepath.Dir(path), filepath.FromSlash(to))
			if to == "" {
				target = path
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s links to %s: %v", path, m[1], err)
				continue
			}
			if anchor != "" && strings.HasSuffix(target, ".md") && !hasHeading(readText(t, target), anchor) {
				t.Errorf("%s links to %s, which has no such heading", path, m[1])
			}
		}
	}
	if n < 10 {
		t.Errorf("only %d links were found", n)
	}
}

// hasHeading reports whether a heading of the page gets the anchor that code
// hosts make of it: lower case, blanks as hyphens, other signs dropped.
func hasHeading(page, anchor string) bool {
	for line := range strings.Lines(page) {
		title := strings.TrimSpace(strings.TrimLeft(line, "#"))
		if !strings.HasPrefix(line, "#") {
			continue
		}
		slug := strings.Map(func(r rune) rune {
			switch {
			case r == ' ' || r == '-':
				return '-'
			case r == '_' || 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r > 127:
				return r
			}
			return -1
		}, strings.ToLower(title))
		if slug == anchor {
			return true
		}
	}
	return false
}

var (
	fence   = regexp.MustCompile("(?s)```(?:sh|bash|console)\n(.*?)```")
	inline  = regexp.MustCompile("`(?:\\./)?(keepiton [^`]+)`")
	program = regexp.MustCompile(`^(?:\$ )?(?:[A-Z_]+=\S+ )*(?:\./|go run \./cmd/)?keepiton(?: |$)`)
	aFlag   = regexp.MustCompile(`(?:^|\s|\[)(--?[a-z][a-z-]*)`)
	quotes  = regexp.MustCompile(`"[^"]*"|'[^']*'`)
	action  = regexp.MustCompile(`^[a-z][a-z-]*$`)
)

// commandsIn finds the lines of a page that run the program: those in blocks
// of shell and those between backquotes.
func commandsIn(page string) (out []string) {
	for _, block := range fence.FindAllStringSubmatch(page, -1) {
		for line := range strings.Lines(strings.ReplaceAll(block[1], "\\\n", " ")) {
			for part := range strings.SplitSeq(line, " | ") {
				if part = strings.TrimSpace(part); program.MatchString(part) {
					_, part, _ = strings.Cut(part, "keepiton")
					part, _, _ = strings.Cut(part, "  #")
					out = append(out, strings.TrimSpace(part))
				}
			}
		}
	}
	for _, m := range inline.FindAllStringSubmatch(page, -1) {
		out = append(out, strings.TrimSpace(strings.TrimPrefix(strings.Join(strings.Fields(m[1]), " "), "keepiton")))
	}
	return out
}

// isLabel reports whether words are the first line of one of our formats, such
// as "keepiton receipt 1", and no command.
func isLabel(words []string) bool {
	return len(words) > 1 && words[1][0] >= '1' && words[1][0] <= '9'
}

// TestDocsNameOnlyWhatTheProgramHas reads every page, the README first of all,
// for commands, formats and flags that do not exist, or no longer.
func TestDocsNameOnlyWhatTheProgramHas(t *testing.T) {
	known := map[string]command{}
	for _, c := range commands() {
		known[c.name] = c
	}
	found := map[string]int{}
	for _, path := range pages(t) {
		for _, line := range commandsIn(readText(t, path)) {
			words := strings.Fields(quotes.ReplaceAllString(line, "x"))
			if len(words) == 0 || words[0] == "help" || !action.MatchString(words[0]) || isLabel(words) {
				continue
			}
			if len(words) > 1 && words[1] == "1" || strings.Contains(line, `\n`) {
				continue // a label of a format, such as keepiton receipt 1 lookup
			}
			found[filepath.Base(path)]++
			c, ok := known[words[0]]
			if !ok {
				t.Errorf("%s: there is no command keepiton %s", path, words[0])
				continue
			}
			for _, m := range aFlag.FindAllStringSubmatch(strings.Join(words[1:], " "), -1) {
				if m[1] != "-o" && !strings.HasPrefix(m[1], "--") {
					continue
				}
				if !takes(t, c.name, "--"+strings.TrimLeft(m[1], "-")) {
					t.Errorf("%s: keepiton %s takes no %s: %s", path, c.name, m[1], line)
				}
			}
			if c.name == "export" && len(words) > 1 && action.MatchString(strings.TrimRight(words[1], "0123456789")) && !strings.Contains(c.help, "  "+words[1]+" ") {
				t.Errorf("%s: keepiton export has no format %s", path, words[1])
			}
		}
	}
	if found["README.md"] < 8 {
		t.Errorf("only %d commands were found in the README", found["README.md"])
	}
	t.Logf("commands by page: %v", found)
}

var testName = regexp.MustCompile("`((?:Test|Fuzz|Benchmark)[A-Z]\\w+)`")

// TestDocsNameTestsThatExist looks up each test that a page names: a threat
// whose test was renamed or removed has none.
func TestDocsNameTestsThatExist(t *testing.T) {
	there := map[string]bool{}
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") && !strings.HasSuffix(filepath.Dir(path), "storetest") {
			return err
		}
		for line := range strings.Lines(readText(t, path)) {
			if name, ok := strings.CutPrefix(line, "func "); ok {
				name, _, _ = strings.Cut(name, "(")
				there[name] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]int{}
	for _, path := range pages(t) {
		for _, m := range testName.FindAllStringSubmatch(readText(t, path), -1) {
			if named[filepath.Base(path)]++; !there[m[1]] {
				t.Errorf("%s names %s, which is no test", path, m[1])
			}
		}
	}
	if named["threat-model.md"] < 40 || named["peers.md"] < 20 {
		t.Errorf("tests named by page: %v", named)
	}
}
