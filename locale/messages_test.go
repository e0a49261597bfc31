package locale

import (
	"bytes"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the message files sorted, each key once")

func messagePaths(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob("messages/*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("no message files: %v", err)
	}
	return names
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

func firstOutOfOrder(keys []string) string {
	for i := 1; i < len(keys); i++ {
		if keys[i-1] >= keys[i] {
			return "first at " + keys[i]
		}
	}
	return "layout"
}

// tidy returns a message file in the form of the contract.
func tidy(data []byte) ([]byte, error) {
	_, messages, err := decode(data)
	if err != nil {
		return nil, err
	}
	quote := func(s string) string {
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		enc.Encode(s)
		return strings.TrimSpace(b.String())
	}
	keys := make([]string, 0, len(messages))
	for k := range messages {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	var b bytes.Buffer
	b.WriteString("{\n")
	for _, k := range keys {
		m := messages[k]
		text := quote(m.other)
		if m.forms != nil {
			var forms []string
			for _, f := range pluralForms {
				if s, ok := m.forms[f]; ok {
					forms = append(forms, quote(f)+": "+quote(s))
				}
			}
			text = "{" + strings.Join(forms, ", ") + "}"
		}
		b.WriteString("  " + quote(k) + ": " + text + ",\n")
	}
	b.WriteString("  \"" + endKey + "\": \"end\"\n}\n")
	return b.Bytes(), nil
}

var placeholder = regexp.MustCompile(`\{\{\.[A-Za-z]+\}\}`)

func placeholders(s string) []string {
	out := placeholder.FindAllString(s, -1)
	slices.Sort(out)
	return slices.Compact(out)
}

func TestPlaceholdersAreTheSameInEveryLanguage(t *testing.T) {
	english := catalogs["en"].messages
	for tag, c := range catalogs {
		for key, m := range c.messages {
			en, ok := english[key]
			if !ok {
				t.Errorf("%s: %s is not in English", tag, key)
				continue
			}
			want := placeholders(en.other)
			if got := placeholders(m.other); !slices.Equal(got, want) {
				t.Errorf("%s: %s has %v, English has %v", tag, key, got, want)
			}
			if strings.Count(m.other, "{{") != len(placeholder.FindAllString(m.other, -1)) {
				t.Errorf("%s: %s has a broken placeholder: %q", tag, key, m.other)
			}
			for form, s := range m.forms {
				for _, p := range placeholders(s) {
					if !slices.Contains(want, p) {
						t.Errorf("%s: %s, form %s has %s, English has %v", tag, key, form, p, want)
					}
				}
			}
			if (m.forms == nil) != (en.forms == nil) {
				t.Errorf("%s: %s has plural forms in one of this language and English, not in the other", tag, key)
			}
		}
	}
}

// formsNeeded are CLDR's plural forms for whole numbers; "many" of the Romance
// languages (from one million) may be left to "other".
var formsNeeded = map[string][]string{
	"en": {"one", "other"}, "fr": {"one", "other"}, "es": {"one", "other"}, "pt": {"one", "other"}, "ca": {"one", "other"}, "am": {"one", "other"},
	"ar": {"zero", "one", "two", "few", "many", "other"},
}

func TestPluralFormsAreComplete(t *testing.T) {
	for tag, c := range catalogs {
		for key, m := range c.messages {
			if m.forms == nil {
				continue
			}
			for f := range m.forms {
				if !slices.Contains(pluralForms, f) {
					t.Errorf("%s: %s has the form %q, which CLDR does not know", tag, key, f)
				}
			}
			for _, f := range formsNeeded[tag] {
				if m.forms[f] == "" {
					t.Errorf("%s: %s lacks the form %q", tag, key, f)
				}
			}
		}
	}
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

func TestReviewNamesOnlyMessagesThatExist(t *testing.T) {
	for tag, keys := range reviews {
		c, ok := catalogs[tag]
		if !ok {
			t.Errorf("review.json names the language %q, which has no messages", tag)
			continue
		}
		for key, state := range keys {
			if _, ok := c.messages[key]; !ok {
				t.Errorf("review.json: %s: %s does not exist", tag, key)
			}
			if state != "reviewed" && state != "machine" {
				t.Errorf("review.json: %s: %s is %q, want reviewed or machine", tag, key, state)
			}
		}
	}
}
