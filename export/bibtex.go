package export

import (
	"fmt"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// bibtexEscapes are the characters that TeX reads as commands. Everything else,
// other scripts included, stays UTF-8, which biber and current BibTeX styles
// take.
var bibtexEscapes = strings.NewReplacer(
	`\`, `{\textbackslash}`, `{`, `\{`, `}`, `\}`, `%`, `\%`, `&`, `\&`, `$`, `\$`, `#`, `\#`, `_`, `\_`, `~`, `{\textasciitilde}`, `^`, `{\textasciicircum}`,
	"\n", " ", "\r", " ", "\t", " ",
)

// bibtex writes an entry of type misc, which every style knows. The publisher
// stands in double braces: it is a name of an organization, not of a person.
func (c citation) bibtex() string {
	var b strings.Builder
	fmt.Fprintf(&b, "@misc{%s,\n", c.key)
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %s = {%s},\n", name, value)
		}
	}
	field("author", "{"+bibtexEscapes.Replace(c.publisher)+"}")
	field("title", "{"+bibtexEscapes.Replace(c.title)+"}")
	field("year", c.issued.Format("2006"))
	field("month", c.issued.Format("1"))
	field("day", c.issued.Format("2"))
	field("version", bibtexEscapes.Replace(c.version))
	field("url", strings.NewReplacer("{", "%7B", "}", "%7D", `\`, "%5C").Replace(c.url))
	field("note", bibtexEscapes.Replace(c.note))
	b.WriteString("}\n")
	return b.String()
}
