package export

import (
	"fmt"
	"strings"
)

// ris writes a record of type DATA. A tag is two characters, two blanks, a
// dash and a blank; lines end in CRLF; a value is one line.
func (c citation) ris() string {
	var b strings.Builder
	line := func(tag, value string) {
		if value = strings.Join(strings.Fields(value), " "); value != "" || tag == "ER" {
			fmt.Fprintf(&b, "%s  - %s\r\n", tag, value)
		}
	}
	line("TY", "DATA")
	line("AU", c.publisher)
	line("TI", c.title)
	line("PY", c.issued.Format("2006"))
	line("DA", c.issued.Format("2006/01/02"))
	line("ET", c.version)
	line("PB", c.publisher)
	line("UR", c.url)
	for _, country := range c.countries {
		line("KW", country)
	}
	line("N1", c.note)
	line("ID", c.key)
	line("ER", "")
	return b.String()
}
