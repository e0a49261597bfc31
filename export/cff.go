package export

import (
	"encoding/json"
	"strings"
	"time"
)

// cff writes a Citation File Format 1.2.0 document. Every text is a
// double-quoted YAML scalar, for which a JSON string is one (YAML 1.2, section
// 7.3.1), so that no title can break out of its place.
func (c citation) cff() string {
	var b strings.Builder
	line := func(indent, key, value string) {
		if value != "" {
			b.WriteString(indent + key + ": " + yamlText(value) + "\n")
		}
	}
	b.WriteString("cff-version: 1.2.0\n")
	line("", "message", "If you use this record, please cite it as below.")
	b.WriteString("type: dataset\n")
	line("", "title", c.title)
	b.WriteString("authors:\n")
	line("  - ", "name", c.publisher)
	line("", "version", c.version)
	b.WriteString("date-released: " + yamlText(c.issued.Format(time.DateOnly)) + "\n")
	line("", "license", LicenceSPDX)
	line("", "url", c.url)
	line("", "abstract", c.note)
	if len(c.countries) > 0 {
		b.WriteString("keywords:\n")
		for _, country := range c.countries {
			b.WriteString("  - " + yamlText(country) + "\n")
		}
	}
	return b.String()
}

func yamlText(s string) string {
	quoted, err := json.Marshal(s)
	if err != nil {
		return `""` // a string always marshals
	}
	return string(quoted)
}
