package locale

import (
	"bytes"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func TestALanguageComesBackAsItLeft(t *testing.T) {
	for _, tag := range []string{"ar", "en", "fr", "am"} {
		for _, h := range Hands {
			var b bytes.Buffer
			if err := h.Write(&b, tag); err != nil {
				t.Fatal(err)
			}
			back, err := ReadReturned("x."+h.Suffix, b.Bytes())
			if err != nil {
				t.Fatalf("%s.%s: %v", tag, h.Suffix, err)
			}
			there := fstest.MapFS{tag + ".json": {Data: encode(catalogs[tag].messages)}}
			m, err := Merge(there, tag, back, "nobody", time.Unix(0, 0), false)
			if err != nil {
				t.Fatal(err)
			}
			if m.Changed != 0 || m.Read != 0 || !bytes.Equal(m.Messages, encode(catalogs[tag].messages)) {
				t.Errorf("%s.%s: %d messages changed, %d were marked", tag, h.Suffix, m.Changed, m.Read)
			}
			for _, f := range m.Findings {
				t.Errorf("%s.%s:%d: %s: %s", tag, h.Suffix, f.Line, f.Key, f.Problem)
			}
		}
	}
}

func TestWhatATranslatorReadIsMarkedUntilTheWordsChange(t *testing.T) {
	po := "msgid \"\"\nmsgstr \"Language: fr\\n\"\n\n#. a note\nmsgctxt \"answer.yes\"\nmsgid \"Yes\"\nmsgstr \"\"\n\"O\"\n\"ui !\"\n\n#, fuzzy\nmsgctxt \"answer.no\"\nmsgid \"No\"\nmsgstr \"Non\"\n"
	back, err := ReadReturned("fr.po", []byte(po))
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)
	m, err := Merge(fstest.MapFS{}, "fr", back, "Amina", day, false)
	if err != nil || len(m.Findings) > 0 || m.Changed != 1 || m.Read != 1 {
		t.Fatalf("%+v, %v", m, err)
	}
	before, reviewsBefore := catalogs, reviews
	defer func() {
		catalogs, reviews = before, reviewsBefore
		settle()
	}()
	folder := fstest.MapFS{"fr.json": {Data: m.Messages}, "review.json": {Data: m.Reviews}}
	if _, err := Load(folder); err != nil {
		t.Fatal(err)
	}
	if got := For("fr").T("answer.yes"); got != "Oui\u00a0!" {
		t.Errorf("answer.yes is %q", got)
	}
	if r := reviewOf("fr", "answer.yes"); r.By != "Amina" || r.Day != "2026-11-26" {
		t.Errorf("answer.yes was read by %+v", r)
	}
	if c := CompletenessOf("fr"); c.Reviewed != 1 || c.Machine() != c.Messages-1 {
		t.Errorf("the count is %+v", c)
	}
	again, err := Merge(folder, "fr", []Returned{{Line: 1, Key: "answer.yes", Text: "Oui."}}, "x", day, false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Load(fstest.MapFS{"fr.json": {Data: again.Messages}, "review.json": {Data: again.Reviews}}); err != nil {
		t.Fatal(err)
	}
	if r := reviewOf("fr", "answer.yes"); r.Of != "" {
		t.Errorf("other words still count as read: %+v", r)
	}
}

func TestAFolderAddsALanguageOrSaysWhatIsWrong(t *testing.T) {
	before := catalogs
	defer func() {
		catalogs = before
		settle()
	}()
	for _, c := range []struct{ name, data, want string }{
		{"sw.json", "{\n \"answer.yes\": \"Ndiyo {{.N}}\",\n \"~\": \"end\"}", "sw.json:2: answer.yes: has {{.N}}"},
		{"sw.json", "{\n \"answer.yes\": \"Ndiyo\"\n \"~\": \"end\"}", "sw.json: line 3"},
		{"sw.json", "[]", "sw.json: line 1"},
		{"not a tag.json", "{}", "is not a BCP 47 language tag"},
		{"review.json", "{", "review.json"},
	} {
		if _, err := Load(fstest.MapFS{c.name: {Data: []byte(c.data)}}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: error %v, want %q", c.name, c.data, err, c.want)
		}
	}
	if _, err := Load(fstest.MapFS{"sw.json": {Data: []byte(`{"language.name": "Kiswahili", "answer.yes": "Ndiyo", "~": "end"}`)}}); err != nil {
		t.Fatal(err)
	}
	if p := For("sw"); !Known("sw") || p.T("answer.yes") != "Ndiyo" || p.LangOf("answer.no") != "en" || Match("sw-TZ").Tag != "sw" || Languages[len(Languages)-1].Name != "Kiswahili" {
		t.Errorf("Swahili is not spoken: %+v", Languages)
	}
}

func FuzzReturned(f *testing.F) {
	f.Add("po", []byte("#, fuzzy\nmsgctxt \"a[few]\"\nmsgid \"b\"\nmsgstr \"c\\n\"\n"))
	f.Add("csv", []byte("key;form;translation;state\nanswer.yes;;Oui;reviewed\n"))
	f.Add("json", []byte(`{"answer.yes": "x", "alert.digest.subject": {"one": "y", "other": "z"}}`))
	f.Fuzz(func(t *testing.T, suffix string, data []byte) {
		back, err := ReadReturned("x."+suffix, data)
		if err != nil {
			return
		}
		m, err := Merge(fstest.MapFS{}, "fr", back, "x", time.Unix(0, 0), true)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := decode(m.Messages); err != nil {
			t.Fatalf("the merged file cannot be read: %v", err)
		}
	})
}
