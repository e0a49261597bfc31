package export

import (
	"bytes"
	"encoding/xml"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// node is an element of a feed.
type node struct {
	XMLName  xml.Name
	Attr     []xml.Attr `xml:",any,attr"`
	Children []node     `xml:",any"`
	Text     string     `xml:",chardata"`
}

func (n *node) attr(name string) string {
	i := slices.IndexFunc(n.Attr, func(a xml.Attr) bool { return a.Name.Local == name })
	if i < 0 {
		return ""
	}
	return n.Attr[i].Value
}

// feedGrammar is what RFC 4287 allows in an element, and how often (sections 4.1.1 and
// 4.1.2, appendix B): 1 exactly once, ? at most once, * any number.
var feedGrammar = map[string]map[string]string{
	"feed": {
		"id": "1", "title": "1", "updated": "1", "author": "*", "link": "*", "category": "*", "contributor": "*", "entry": "*",
		"rights": "?", "subtitle": "?", "generator": "?", "icon": "?", "logo": "?",
	},
	"entry": {
		"id": "1", "title": "1", "updated": "1", "author": "*", "link": "*", "category": "*", "contributor": "*",
		"content": "?", "summary": "?", "published": "?", "rights": "?", "source": "?",
	},
	"author": {"name": "1", "uri": "?", "email": "?"},
}

// checkAtom checks a feed against the rules of RFC 4287.
func checkAtom(t *testing.T, feed []byte) (entries []node) {
	t.Helper()
	dec := xml.NewDecoder(bytes.NewReader(feed))
	var root node
	if err := dec.Decode(&root); err != nil {
		t.Fatal(err)
	}
	for {
		next, err := dec.Token()
		if err == io.EOF {
			break
		}
		if text, ok := next.(xml.CharData); !ok || strings.TrimSpace(string(text)) != "" {
			t.Fatalf("%v follows the feed: %v", next, err)
		}
	}
	ids := map[string]bool{}
	var walk func(n *node)
	walk = func(n *node) {
		name := n.XMLName.Local
		if n.XMLName.Space != "http://www.w3.org/2005/Atom" {
			t.Errorf("%s is in the name space %q", name, n.XMLName.Space)
		}
		allowed, holds := feedGrammar[name]
		if !holds && len(n.Children) > 0 {
			t.Errorf("%s has elements", name)
		}
		count, alternate := map[string]int{}, map[string]int{}
		for i := range n.Children {
			c := &n.Children[i]
			if count[c.XMLName.Local]++; allowed[c.XMLName.Local] == "" {
				t.Errorf("%s stands in %s", c.XMLName.Local, name)
			}
			if c.XMLName.Local == "link" && c.attr("rel") == "alternate" {
				alternate[c.attr("type")+c.attr("hreflang")]++ // section 4.1.1: one for each pair
			}
			walk(c)
		}
		for child, often := range allowed {
			if n := count[child]; often == "1" && n != 1 || often == "?" && n > 1 {
				t.Errorf("%d %s in %s", n, child, name)
			}
		}
		for kind, n := range alternate {
			if n > 1 {
				t.Errorf("%d alternate links of type %s in %s", n, kind, name)
			}
		}
		switch name {
		case "id", "uri":
			if u, err := url.Parse(n.Text); err != nil || !u.IsAbs() {
				t.Errorf("%s %q is no IRI", name, n.Text)
			}
			if ids[n.Text] {
				t.Errorf("the id %s stands twice", n.Text)
			}
			ids[n.Text] = true
		case "updated", "published":
			if _, err := time.Parse(time.RFC3339, n.Text); err != nil || n.Text != strings.ToUpper(n.Text) {
				t.Errorf("%s %q is no RFC 3339 time", name, n.Text)
			}
		case "link":
			if u, err := url.Parse(n.attr("href")); err != nil || !u.IsAbs() {
				t.Errorf("link to %q", n.attr("href"))
			}
		case "category":
			if n.attr("term") == "" {
				t.Error("a category without a term")
			}
		case "title", "summary", "content", "rights":
			if kind := n.attr("type"); kind != "" && kind != "text" {
				t.Errorf("%s of type %q", name, kind)
			}
		case "entry": // section 4.1.2: a link or content, and an author here or above
			if count["content"] == 0 && alternate["text/html"] == 0 || count["author"] == 0 && !slices.ContainsFunc(root.Children, func(c node) bool { return c.XMLName.Local == "author" }) {
				t.Errorf("entry %+v has no content or no author", n.Children)
			}
			entries = append(entries, *n)
		}
	}
	if root.XMLName.Local != "feed" {
		t.Fatalf("the document is a %s", root.XMLName.Local)
	}
	walk(&root)
	return entries
}

func TestFeedsAreValid(t *testing.T) {
	for _, lang := range []string{"en", "ar"} {
		if got := checkAtom(t, write(t, "atom", newest(), options(lang))); len(got) != publicOnes(newest()) {
			t.Errorf("%d entries", len(got))
		}
		checkAtom(t, write(t, "atom", nil, options(lang)))
	}
}

func TestStoriesAreAValidFeed(t *testing.T) {
	told := []*Told{
		{ID: "KIS-2026-0002", Title: "ስምንት ሞት", Words: "a < b & \"c\"", Lang: "am", Beside: "Ethiopia · 2022", Shown: now, Harms: []string{"family", "safety"}},
		{ID: "KIS-2026-0001", Title: "Four hours", Words: "by road", Lang: "en", Machine: true, Shown: now.AddDate(0, 0, -3)},
	}
	render := func(told []*Told, opt Options) []byte {
		var b bytes.Buffer
		err := WriteStories(&b, FeedAtom, func(yield func(*Told) error) error {
			for _, s := range told {
				if err := yield(s); err != nil {
					return err
				}
			}
			return nil
		}, opt)
		if err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	feed := render(told, options("en"))
	entries := checkAtom(t, feed)
	if len(entries) != 2 {
		t.Fatalf("%d entries", len(entries))
	}
	text := string(feed)
	for _, want := range []string{`xml:lang="am"`, "a &lt; b", "https://example.org/en/stories/KIS-2026-0002", "https://example.org/en/stories.atom", "2026-11-23T00:00:00Z", "A machine made this translation"} {
		if !strings.Contains(text, want) {
			t.Errorf("the feed lacks %q", want)
		}
	}
	if strings.Contains(text, "12:00:00") {
		t.Error("the feed tells an hour")
	}
	onion := options("en")
	onion.BaseURL = "http://example.onion"
	if again := checkAtom(t, render(told, onion)); again[0].Children[0].Text != entries[0].Children[0].Text {
		t.Error("the id of a story depends on the site")
	}
	checkAtom(t, render(nil, options("am")))
	checkAtom(t, render(nil, Options{}))
}
