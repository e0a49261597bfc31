package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"keepiton/campaign"
	"keepiton/sample"
)

// xmllint holds files to a schema in one run, and returns what it says of them.
func xmllint(t *testing.T, schema string, files ...string) (string, error) {
	t.Helper()
	out, err := exec.Command("xmllint", append([]string{"--nonet", "--noout", "--relaxng", filepath.Join("testdata", schema)}, files...)...).CombinedOutput()
	return string(out), err
}

// fillCampaign stores the made-up campaign.
func (a *alertSite) fillCampaign(t *testing.T) {
	t.Helper()
	for _, rev := range sample.Entries(testNow) {
		e, err := campaign.Read(rev)
		if rev.N == 1 {
			rev.ID = ""
		}
		if err == nil {
			_, err = a.st.AppendEntry(t.Context(), e.Kind(), rev.N-1, rev, e.Index())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestFeedsAndAlertsAreWhatTheirStandardsSay lets xmllint hold every Atom feed and CAP
// message of the made-up world to the schemas in testdata, and damaged ones, so that
// the schemas are known to bite.
func TestFeedsAndAlertsAreWhatTheirStandardsSay(t *testing.T) {
	if _, err := exec.LookPath("xmllint"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("xmllint is missing")
		}
		t.Skip("xmllint is missing: apt-get install libxml2-utils")
	}
	a := newAlertSite(t)
	a.Server.opt.Signals = sampleBoard(t, newMemory(sample.World(testNow)))
	a.fillCampaign(t)
	a.now = a.now.Add(time.Hour)
	for range 2 { // the campaign's alerts are read, then announced
		if err := a.bell.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	a.Expire()
	dir, n := t.TempDir(), 0
	keep := func(b []byte) string {
		n++
		file := filepath.Join(dir, fmt.Sprintf("%d.xml", n))
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	read := func(path string) []byte {
		w := get(t, a, path)
		if w.Code != 200 {
			t.Fatalf("%s: %d", path, w.Code)
		}
		return w.Body.Bytes()
	}
	var feeds, messages []string
	for _, lang := range []string{"en", "ar", "am"} {
		for _, path := range []string{"/incidents", "/countries/XA", "/feeds/alerts", "/feeds/coalition", "/feeds/pledges", "/feeds/watch", "/feeds/petition", "/feeds/letters", "/feeds/press", "/signals"} {
			feeds = append(feeds, keep(read("/"+lang+path+".atom")))
			checkJSONFeed(t, lang+path, read("/"+lang+path+".feed.json"))
		}
	}
	index := read("/feeds/cap.xml")
	feeds = append(feeds, keep(index))
	for _, m := range regexp.MustCompile(`https://keepiton\.example(/feeds/cap/[^"]+\.xml)`).FindAllSubmatch(index, -1) {
		messages = append(messages, keep(read(string(m[1]))))
	}
	if len(messages) < 4 {
		t.Fatalf("%d messages of CAP", len(messages))
	}
	for schema, files := range map[string][]string{"atom.rng": feeds, "cap.rng": messages} {
		if out, err := xmllint(t, schema, files...); err != nil {
			t.Errorf("%s: %v\n%.3000s", schema, err, out)
		}
	}
	atom, err := os.ReadFile(feeds[0])
	if err != nil {
		t.Fatal(err)
	}
	alert, err := os.ReadFile(messages[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []struct {
		schema, old, new string
		whole            []byte
	}{
		{"atom.rng", "<id>", "<id>no address", atom},
		{"atom.rng", "T", " ", regexp.MustCompile(`<updated>[^<]*`).ReplaceAll(atom, []byte("<updated>2026-07-15T12"))},
		{"atom.rng", "<author>", "<writer>", bytes.ReplaceAll(atom, []byte("</author>"), []byte("</writer>"))},
		{"cap.rng", "<scope>Public</scope>", "", alert},
		{"cap.rng", "<urgency>", "<urgency>Rather ", alert},
		{"cap.rng", "<sender>", "<sender>two words", alert},
	} {
		broken := bytes.Replace(d.whole, []byte(d.old), []byte(d.new), 1)
		if out, err := xmllint(t, d.schema, keep(broken)); err == nil {
			t.Errorf("%s takes %q for %q: %s", d.schema, d.new, d.old, out)
		}
	}
}

// checkJSONFeed holds a feed to what JSON Feed 1.1 says, sections "Top-level" and
// "Items".
func checkJSONFeed(t *testing.T, name string, b []byte) {
	t.Helper()
	var feed map[string]any
	if err := json.Unmarshal(b, &feed); err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	known := func(where string, m map[string]any, names ...string) {
		for member := range m {
			if !strings.HasPrefix(member, "_") && !slices.Contains(names, member) {
				t.Errorf("%s: %s has %q", name, where, member)
			}
		}
	}
	address := func(where string, v any) {
		s, _ := v.(string)
		if u, err := url.Parse(s); v != nil && (err != nil || !u.IsAbs()) {
			t.Errorf("%s: %s is %v", name, where, v)
		}
	}
	known("the feed", feed, "version", "title", "home_page_url", "feed_url", "description", "user_comment", "next_url", "icon", "favicon", "authors", "language", "expired", "items")
	if title, _ := feed["title"].(string); feed["version"] != "https://jsonfeed.org/version/1.1" || title == "" {
		t.Errorf("%s: version %v, title %v", name, feed["version"], feed["title"])
	}
	address("home_page_url", feed["home_page_url"])
	address("feed_url", feed["feed_url"])
	items, ok := feed["items"].([]any)
	if !ok {
		t.Errorf("%s has no items", name)
	}
	seen := map[any]bool{}
	for _, i := range items {
		item, _ := i.(map[string]any)
		known("an item", item, "id", "url", "external_url", "title", "content_html", "content_text", "summary", "image", "date_published", "date_modified", "authors", "tags", "language", "attachments")
		id, _ := item["id"].(string)
		text, _ := item["content_text"].(string)
		if id == "" || seen[id] || text == "" && item["content_html"] == nil {
			t.Errorf("%s: the item %q is not whole, or twice there", name, id)
		}
		seen[id] = true
		address("url", item["url"])
		for _, date := range []string{"date_published", "date_modified"} {
			if s, there := item[date].(string); there {
				if _, err := time.Parse(time.RFC3339, s); err != nil {
					t.Errorf("%s: %s of %s: %v", name, date, id, err)
				}
			}
		}
	}
}
