package export

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"keepiton/locale"
)

// checkJSONFeed holds a feed to JSON Feed 1.1: what must be there, of which type,
// and nothing that the version does not know.
func checkJSONFeed(t *testing.T, doc []byte) (ids []string) {
	t.Helper()
	var feed map[string]any
	if err := json.Unmarshal(doc, &feed); err != nil {
		t.Fatalf("no JSON: %v\n%s", err, doc)
	}
	known := func(what string, object map[string]any, types map[string]string) {
		for name, v := range object {
			kind := types[name]
			got := map[bool]string{true: "text"}[isText(v)]
			if _, list := v.([]any); list {
				got = "list"
			}
			if kind == "" || kind != got {
				t.Errorf("%s: %s is a %T", what, name, v)
			}
			if u, err := url.Parse(str(v)); strings.HasSuffix(name, "url") && (err != nil || !u.IsAbs()) {
				t.Errorf("%s: %s is %v", what, name, v)
			}
		}
	}
	known("feed", feed, map[string]string{"version": "text", "title": "text", "home_page_url": "text", "feed_url": "text", "next_url": "text", "user_comment": "text", "language": "text", "authors": "list", "items": "list"})
	if feed["version"] != "https://jsonfeed.org/version/1.1" || str(feed["title"]) == "" || feed["items"] == nil {
		t.Errorf("the feed is %v %v", feed["version"], feed["title"])
	}
	items, _ := feed["items"].([]any)
	for _, it := range items {
		item, _ := it.(map[string]any)
		known("item", item, map[string]string{"id": "text", "url": "text", "title": "text", "content_text": "text", "summary": "text", "date_modified": "text", "tags": "list", "language": "text", "attachments": "list"})
		if str(item["id"]) == "" || str(item["content_text"]) == "" {
			t.Errorf("an item without id or content: %v", item)
		}
		if _, err := time.Parse(time.RFC3339, str(item["date_modified"])); err != nil {
			t.Errorf("%v is no time", item["date_modified"])
		}
		if slices.Contains(ids, str(item["id"])) {
			t.Errorf("the id %v stands twice", item["id"])
		}
		ids = append(ids, str(item["id"]))
	}
	return ids
}

func isText(v any) bool { _, ok := v.(string); return ok }

func str(v any) string { s, _ := v.(string); return s }

func TestJSONFeedsHaveTheSameIDsAsAtom(t *testing.T) {
	for _, lang := range locale.Languages {
		opt := options(lang.Tag)
		ids := checkJSONFeed(t, write(t, "jsonfeed", newest(), opt))
		var atom []string
		for _, e := range checkAtom(t, write(t, "atom", newest(), opt)) {
			for _, c := range e.Children {
				if c.XMLName.Local == "id" {
					atom = append(atom, c.Text)
				}
			}
		}
		if !slices.Equal(ids, atom) || len(ids) == 0 {
			t.Errorf("%s: %d and %d ids differ", lang.Tag, len(ids), len(atom))
		}
	}
	checkJSONFeed(t, write(t, "jsonfeed", nil, options("en")))
	checkJSONFeed(t, write(t, "jsonfeed", newest(), Options{}))
}

func TestPagesOfAFeedAreLinkedAndAreOneFeed(t *testing.T) {
	entries := func(yield func(*FeedEntry) error) error {
		return yield(&FeedEntry{ID: FeedID("x"), Title: FeedText{"am", "ሀ < ለ"}, Text: FeedText{Text: "b"}, Updated: time.Unix(1, 0), Other: "https://a.test/x.xml", OtherType: CAPType, Tags: []FeedTag{{"a", "A"}}})
	}
	page := func(format, cursor, next string) []byte {
		var b bytes.Buffer
		f := Feed{Name: "watch", Title: "t", Path: "/feeds/watch", Page: "/watch", Cursor: cursor, Next: next}
		if err := WriteFeed(&b, format, f, entries, Options{BaseURL: "https://a.test/", Query: "country=ET"}); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	first, last := page(FeedAtom, "", "c&2"), page(FeedAtom, "c&2", "")
	checkAtom(t, first)
	checkAtom(t, last)
	for _, want := range []string{
		`<link rel="self" type="application/atom+xml" href="https://a.test/en/feeds/watch.atom?country=ET"/>`,
		`<link rel="next" type="application/atom+xml" href="https://a.test/en/feeds/watch.atom?country=ET&amp;cursor=c%262"/>`,
		`<link rel="alternate" type="text/html" href="https://a.test/en/watch?country=ET"/>`,
	} {
		if !strings.Contains(string(first), want) {
			t.Errorf("the first page lacks %s in\n%s", want, first)
		}
	}
	if strings.Contains(string(last), `rel="next"`) || !strings.Contains(string(last), `<link rel="first" type="application/atom+xml" href="https://a.test/en/feeds/watch.atom?country=ET"/>`) {
		t.Errorf("the last page is\n%s", last)
	}
	id := func(b []byte) string {
		_, s, _ := strings.Cut(string(b), "<id>")
		s, _, _ = strings.Cut(s, "</id>")
		return s
	}
	if id(first) != id(last) {
		t.Error("two pages of a feed have two ids")
	}
	checkJSONFeed(t, page(FeedJSON, "", "c2"))
	if !strings.Contains(string(page(FeedJSON, "", "c2")), `"next_url":"https://a.test/en/feeds/watch.feed.json?country=ET\u0026cursor=c2"`) {
		t.Errorf("the JSON page is\n%s", page(FeedJSON, "", "c2"))
	}
}
