package web

import (
	"bytes"
	"html"
	"strings"

	nethtml "golang.org/x/net/html"

	"keepiton/locale"
)

// pointOut turns the marks that a pointing printer left on a page into <mark>
// where words can be seen, and takes them out of what cannot be marked: titles,
// descriptions, attributes, drawings. A band at the top says how often the message
// stands where. The key is one of the site's own.
func (s *Server) pointOut(v *visit, page []byte) []byte {
	var out bytes.Buffer
	seen, hidden, silent := 0, 0, ""
	z := nethtml.NewTokenizer(bytes.NewReader(page))
	band := -1
	for {
		kind := z.Next()
		if kind == nethtml.ErrorToken {
			break
		}
		raw := bytes.Clone(z.Raw())
		n := bytes.Count(raw, []byte(locale.PointStart))
		name, _ := z.TagName()
		tag := string(name)
		switch {
		case kind == nethtml.TextToken && silent == "":
			seen += n
			raw = bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte(locale.PointStart), []byte("<mark>")), []byte(locale.PointEnd), []byte("</mark>"))
		default:
			hidden += n
			raw = unmark(raw)
		}
		switch {
		case kind == nethtml.StartTagToken && silent == "" && strings.Contains(" title script style textarea option svg ", " "+tag+" "):
			silent = tag
		case kind == nethtml.EndTagToken && tag == silent:
			silent = ""
		case kind == nethtml.StartTagToken && tag == "header" && band < 0:
			band = out.Len()
		}
		out.Write(raw)
	}
	if band < 0 {
		return out.Bytes()
	}
	marked := bytes.Replace(out.Bytes()[band:], []byte("<mark>"), []byte(`<mark id="message">`), 1)
	return append(append(bytes.Clone(out.Bytes()[:band]), s.pointBand(v, seen, hidden)...), marked...)
}

// unmark takes the marks out, also where an address has them.
func unmark(raw []byte) []byte {
	for _, mark := range []string{locale.PointStart, locale.PointEnd, "%EE%82%A0", "%EE%82%A1", "%ee%82%a0", "%ee%82%a1"} {
		raw = bytes.ReplaceAll(raw, []byte(mark), nil)
	}
	return raw
}

// pointBand says what is pointed out, and leads back to the translator's page.
func (s *Server) pointBand(v *visit, seen, hidden int) string {
	key, p := v.get("message"), locale.For(v.p.Lang().Tag)
	said := []string{p.N("page.language.pointed", seen)}
	if hidden > 0 {
		said = append(said, p.N("page.language.pointed.hidden", hidden))
	}
	back := address(p.Lang().Tag, "/languages/"+p.Lang().Tag, map[string][]string{"q": {key}})
	return `<div class="band" role="note"><p class="w"><a href="` + html.EscapeString(back) + `"><code dir="ltr">` + html.EscapeString(key) + `</code></a> ` + html.EscapeString(strings.Join(said, " ")) + `</p></div>`
}
