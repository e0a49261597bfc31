package locale

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the message files sorted, each key once")

func messagePaths(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob("messages/*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("no message files: %v", err)
	}
	return slices.DeleteFunc(names, func(name string) bool { return filepath.Base(name) == reviewName })
}

func TestMessageFilesAreSortedWithEachKeyOnce(t *testing.T) {
	for _, name := range messagePaths(t) {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		want, err := tidy(data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		switch {
		case bytes.Equal(data, want):
		case *update:
			if err := os.WriteFile(name, want, 0o644); err != nil {
				t.Fatal(err)
			}
		default:
			keys, _, _ := decode(data)
			t.Errorf("%s is not sorted, repeats a key or is laid out otherwise (%s): go test ./locale -run Sorted -update", name, firstOutOfOrder(keys))
		}
	}
}

func firstOutOfOrder(entries []entry) string {
	for i := 1; i < len(entries); i++ {
		if entries[i-1].key >= entries[i].key {
			return "first at " + entries[i].key
		}
	}
	return "layout"
}

// tidy returns a message file in the form of the contract.
func tidy(data []byte) ([]byte, error) {
	_, messages, err := decode(data)
	return encode(messages), err
}

// used finds keys where code and templates ask for them: .T("key"), .N("key",
// {{t "key"}}, (n "key", {{.LangAttr "key"}}. A key that ends in a dot is the
// beginning of one that is put together.
var used = regexp.MustCompile("(?:\\.T|\\.N|\\.LangAttr|\\.LangOf|\\bt|\\bn|\\bmsg)[ (][\"`]([a-z0-9_]+(?:\\.[a-z0-9_]+)*\\.?)[\"`]")

var comment = regexp.MustCompile(`(?m)^\s*//.*$`)

func TestEveryKeyInUseIsThereInEnglish(t *testing.T) {
	english := catalogs["en"].messages
	files := 0
	err := filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := d.Name(); base != ".." && strings.HasPrefix(base, ".") || base == "testdata" || base == "node_modules" {
				return filepath.SkipDir
			}
			return nil
		}
		ext := filepath.Ext(name)
		if ext != ".go" && ext != ".html" && ext != ".tmpl" && ext != ".gohtml" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		files++
		if ext == ".go" {
			data = comment.ReplaceAll(data, nil)
		}
		for _, m := range used.FindAllSubmatch(data, -1) {
			key := string(m[1])
			if !strings.Contains(key, ".") || strings.HasSuffix(key, ".") {
				continue
			}
			if _, ok := english[key]; !ok {
				t.Errorf("%s asks for %s, which is not in messages/en.json", name, key)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 10 {
		t.Errorf("looked at %d files only: is the test still at its place?", files)
	}
}

func TestCompletenessIsListedForEachLanguage(t *testing.T) {
	for _, l := range Languages {
		c := CompletenessOf(l.Tag)
		t.Logf("%s (%s): %d of %d messages translated, %d reviewed by a native speaker", l.Tag, l.Name, c.Translated, c.Messages, c.Reviewed)
		if l.Tag == "en" && c.Translated != c.Messages {
			t.Errorf("English has %d of %d messages", c.Translated, c.Messages)
		}
		if c.Reviewed > c.Translated {
			t.Errorf("%s: more messages reviewed (%d) than translated (%d)", l.Tag, c.Reviewed, c.Translated)
		}
	}
}

func TestReviewsNameMessagesAndWhoReadThemWhen(t *testing.T) {
	for tag, keys := range reviews {
		c, ok := catalogs[tag]
		if !ok {
			t.Errorf("review.json names the language %q, which has no messages", tag)
			continue
		}
		for key, r := range keys {
			if _, ok := c.messages[key]; !ok {
				t.Errorf("review.json: %s: %s does not exist", tag, key)
			}
			if _, err := time.Parse(time.DateOnly, r.Day); err != nil || r.By == "" || r.Of == "" {
				t.Errorf("review.json: %s: %s: %+v does not say who read which words when", tag, key, r)
			}
		}
	}
}
