package locale

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"
)

// writePO writes a language as a PO file. Each plural form is an entry of its own,
// msgctxt "key[few]": gettext counts forms by a formula of each language, and
// CLDR names them. A text that nobody has read is "fuzzy", which is what
// translators' tools call one that wants a look.
func writePO(w io.Writer, tag string) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "# KeepItOn: the messages of one language. Take \"fuzzy\" away from what you have read.\nmsgid \"\"\nmsgstr \"\"\n\"Project-Id-Version: KeepItOn\\n\"\n\"Language: %s\\n\"\n\"MIME-Version: 1.0\\n\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n\"Content-Transfer-Encoding: 8bit\\n\"\n", tag)
	for _, t := range Texts(tag) {
		for _, f := range t.Forms {
			b.WriteByte('\n')
			if len(f.Numbers) > 0 {
				fmt.Fprintf(b, "#. plural form %s, for numbers such as %s\n", f.Name, numberWords(f.Numbers))
			}
			if len(t.Review.By) > 0 {
				fmt.Fprintf(b, "#. read by %s on %s\n", strings.Join(strings.Fields(t.Review.By), " "), t.Review.Day)
			}
			if t.state(tag, f) == machineWord {
				b.WriteString("#, fuzzy\n")
			}
			context := t.Key
			if f.Name != "" {
				context += "[" + f.Name + "]"
			}
			fmt.Fprintf(b, "msgctxt %s\nmsgid %s\nmsgstr %s\n", poQuote(context), poQuote(f.English), poQuote(f.Own))
		}
	}
	return b.Flush()
}

var poEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "\r", `\r`)

func poQuote(s string) string { return `"` + poEscapes.Replace(s) + `"` }

// poEntry is one entry as it is read.
type poEntry struct {
	line   int
	fuzzy  bool
	fields map[string]string // msgctxt, msgid, msgstr
}

func readPO(data []byte) (out []Returned, err error) {
	var e poEntry
	field := ""
	end := func() error {
		key, text := e.fields["msgctxt"], e.fields["msgstr"]
		if e.fields["msgid"] == "" && key == "" || text == "" { // the header; not translated
			e, field = poEntry{}, ""
			return nil
		}
		if key == "" {
			return lineError(e.line, "an entry without msgctxt, which has the message's key")
		}
		r := Returned{Line: e.line, Key: key, Text: text, Read: !e.fuzzy}
		if name, form, ok := strings.Cut(strings.TrimSuffix(key, "]"), "["); ok {
			r.Key, r.Form = name, form
		}
		if out = append(out, r); len(out) > maxMessages {
			return lineError(e.line, "more than %d texts", maxMessages)
		}
		e, field = poEntry{}, ""
		return nil
	}
	n := 0
	for line := range bytes.Lines(data) {
		n++
		s := strings.TrimSpace(string(line))
		switch {
		case s == "" || strings.HasPrefix(s, "#"):
			if len(e.fields) > 0 {
				if err := end(); err != nil {
					return nil, err
				}
			}
			if strings.HasPrefix(s, "#,") && strings.Contains(s, "fuzzy") {
				e.fuzzy = true
			}
			continue
		case strings.HasPrefix(s, `"`):
			if field == "" {
				return nil, lineError(n, "a text that belongs to no entry")
			}
		default:
			name, rest, _ := strings.Cut(s, " ")
			if name != "msgctxt" && name != "msgid" && name != "msgstr" {
				return nil, lineError(n, "%.40q is none of msgctxt, msgid and msgstr", name)
			}
			if _, again := e.fields[name]; again {
				if err := end(); err != nil {
					return nil, err
				}
			}
			if e.fields == nil {
				e.fields, e.line = map[string]string{}, n
			}
			field, s = name, strings.TrimSpace(rest)
		}
		text, ok := poUnquote(s)
		if !ok {
			return nil, lineError(n, "a text that does not stand in quotation marks")
		}
		e.fields[field] += text
	}
	if len(e.fields) > 0 {
		err = end()
	}
	return out, err
}

func poUnquote(s string) (string, bool) {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return "", false
	}
	var b strings.Builder
	for s = s[1 : len(s)-1]; s != ""; s = s[1:] {
		if s[0] == '"' {
			return "", false
		}
		if s[0] != '\\' {
			b.WriteByte(s[0])
			continue
		}
		if s = s[1:]; s == "" {
			return "", false
		}
		switch s[0] {
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'r':
			b.WriteByte('\r')
		case '"', '\\':
			b.WriteByte(s[0])
		default:
			return "", false
		}
	}
	return b.String(), true
}
