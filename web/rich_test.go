package web

import (
	"testing"

	"keepiton/locale"
)

func TestWordsAreWrittenWithTheirLinks(t *testing.T) {
	for text, want := range map[string]string{
		"plain <b> & \"quoted\"":          `plain &lt;b&gt; &amp; &#34;quoted&#34;`,
		"see [the <key>](/key)!":          `see <a href="/fr/key">the &lt;key&gt;</a>!`,
		"see [nothing](/nowhere).":        `see nothing.`,
		"by [DNS](#dns)":                  `by <a class="term" href="/fr/glossary#dns">DNS</a>`,
		"[3 shutdowns](=) in all":         `<a href="/fr/incidents?a=1&amp;b=2">3 shutdowns</a> in all`,
		"so.[^oecd] And[^cipesa][^oecd].": `so.<sup><a href="#s1">[1]</a></sup> And<sup><a href="#s2">[2]</a></sup><sup><a href="#s1">[1]</a></sup>.`,
		"[no link] and [open":             `[no link] and [open`,
		"[half](/key":                     `[half](/key`,
		"[x](javascript:alert)":           `x`,
		"[out](https://evil.example/)":    `out`,
		"[](#dns)":                        `<a class="term" href="/fr/glossary#dns"></a>`,
		"":                                ``,
	} {
		w := &prose{visit: &visit{p: locale.For("fr"), path: "/what"}, has: func(path string) bool { return path == "/fr/key" }}
		if got := string(w.rich(text, "/fr/incidents?a=1&b=2")); got != want {
			t.Errorf("%q became %s, not %s", text, got, want)
		}
	}
}

// FuzzRich holds against any text that no markup comes through that was not ours.
func FuzzRich(f *testing.F) {
	for _, s := range []string{"a [b](c) [^d]", "[x](\"onclick=1)", "<script>", "[<i>](/key)", "[[a](/key)](=)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		w := &prose{visit: &visit{p: locale.For("en")}, has: func(string) bool { return true }}
		for _, m := range tag.FindAllString(string(w.rich(text, "/q")), -1) {
			switch {
			case m == "</a>", m == "<sup>", m == "</sup>", len(m) > 3 && m[:3] == "<a ":
			default:
				t.Errorf("%q let %s through", text, m)
			}
		}
	})
}
