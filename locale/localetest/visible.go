package localetest

import (
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Visible lists the texts of a page that are the site's own: without styles,
// scripts, codes, quotations, what others wrote, and what has a language or a
// direction of its own.
func Visible(t testing.TB, page string) (out []string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	lang := ""
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			out = append(out, n.Data)
			return
		}
		for _, a := range n.Attr {
			switch {
			case n.Data == "html" && a.Key == "lang":
				lang = a.Val
			case a.Key == "lang" && a.Val != lang, a.Key == "dir" && n.Data != "html":
				return
			}
		}
		switch n.Data {
		case "style", "script", "code", "bdi", "blockquote", "q", "textarea":
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	return out
}

var unaccented = regexp.MustCompile(`[A-Za-z]{3,}`)

// Foreign reports whether a text has a word that is not of the made-up language.
func Foreign(text string) bool { return unaccented.MatchString(text) }
