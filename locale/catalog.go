package locale

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// messagesPack holds the files of the folder messages; see pack.go.
//
//go:embed messages.zip.br
var messagesPack []byte

var messageFiles = unpack(messagesPack)

// message is one text, or its plural forms under CLDR's names.
type message struct {
	other string            // the text; for plurals the form "other"
	forms map[string]string // nil when the message has no plural
}

// catalog is one language's messages.
type catalog struct {
	tag      string
	messages map[string]message
	entries  []entry // as its file has them
	plural   *i18n.Localizer
}

// entry is a message where it stands in a file.
type entry struct {
	key     string
	line    int // from 1
	message message
}

// endKey is the last line of a message file. It is there so that all other
// lines end in a comma, and parallel work merges line by line.
const endKey = "~"

// pluralForms are CLDR's names of the plural forms.
var pluralForms = []string{"zero", "one", "two", "few", "many", "other"}

var catalogs = mustLoad()

func mustLoad() map[string]*catalog {
	out := map[string]*catalog{}
	names, err := fs.ReadDir(messageFiles, "messages")
	if err != nil {
		panic(err) // the files are part of the program
	}
	for _, file := range names {
		if file.Name() == reviewName {
			continue
		}
		tag := strings.TrimSuffix(file.Name(), ".json")
		data, err := fs.ReadFile(messageFiles, path.Join("messages", file.Name()))
		if err != nil {
			panic(err)
		}
		if out[tag], err = newCatalog(tag, data); err != nil {
			panic(fmt.Sprintf("locale/messages/%s: %v", file.Name(), err))
		}
	}
	return out
}

// newCatalog reads the message file of a language. Its plural rules are asked of
// go-i18n through a message whose forms are their own names.
func newCatalog(tag string, data []byte) (*catalog, error) {
	parsed, err := language.Parse(tag)
	if err != nil {
		return nil, fmt.Errorf("%q is not a BCP 47 language tag", tag)
	}
	entries, messages, err := decode(data)
	if err != nil {
		return nil, err
	}
	bundle := i18n.NewBundle(language.English)
	form := &i18n.Message{ID: endKey, Zero: "zero", One: "one", Two: "two", Few: "few", Many: "many", Other: "other"}
	if err := bundle.AddMessages(parsed, form); err != nil {
		return nil, fmt.Errorf("CLDR has no plural rules for %s: %w", tag, err)
	}
	return &catalog{tag: tag, messages: messages, entries: entries, plural: i18n.NewLocalizer(bundle, tag)}, nil
}

// decode reads a message file. entries are in the order of the file, with
// repetitions; of messages with one key the last counts, because a merge of
// two branches by lines may leave both. Errors name the line.
func decode(data []byte) (entries []entry, messages map[string]message, err error) {
	messages = map[string]message{}
	dec := json.NewDecoder(bytes.NewReader(data))
	line, seen := 1, int64(0)
	at := func() int { // the line that the decoder has read up to
		line += bytes.Count(data[seen:dec.InputOffset()], []byte{'\n'})
		seen = dec.InputOffset()
		return line
	}
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, nil, fmt.Errorf("line 1: not an object of JSON: %v %v", t, err)
	}
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return nil, nil, fmt.Errorf("line %d: %w", at(), err)
		}
		key, _ := t.(string)
		e := entry{key: key, line: at()}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return nil, nil, fmt.Errorf("line %d: %s: %w", e.line, key, err)
		}
		if raw[0] == '{' {
			err = json.Unmarshal(raw, &e.message.forms)
			e.message.other = e.message.forms["other"]
		} else {
			err = json.Unmarshal(raw, &e.message.other)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("line %d: %s: %w", e.line, key, err)
		}
		if entries = append(entries, e); len(entries) > maxMessages {
			return nil, nil, fmt.Errorf("line %d: more than %d messages", e.line, maxMessages)
		}
		if key != endKey {
			messages[key] = e.message
		}
	}
	if _, err := dec.Token(); err != nil {
		return nil, nil, fmt.Errorf("line %d: %w", at(), err)
	}
	return entries, messages, nil
}

// maxMessages bounds a message file; the site has some 2,500.
const maxMessages = 50_000

// encode writes messages as a message file: one line a message, sorted.
func encode(messages map[string]message) []byte {
	var b bytes.Buffer
	b.WriteString("{\n")
	for _, key := range slices.Sorted(maps.Keys(messages)) {
		m := messages[key]
		text := quoted(m.other)
		if m.forms != nil {
			var forms []string
			for _, f := range pluralForms {
				if s, ok := m.forms[f]; ok {
					forms = append(forms, quoted(f)+": "+quoted(s))
				}
			}
			text = "{" + strings.Join(forms, ", ") + "}"
		}
		b.WriteString("  " + quoted(key) + ": " + text + ",\n")
	}
	b.WriteString("  \"" + endKey + "\": \"end\"\n}\n")
	return b.Bytes()
}

// quoted writes a text of JSON that people can read: < and & stand as they are.
func quoted(s string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return `""` // a string always encodes
	}
	return strings.TrimSpace(b.String())
}

// form returns the name of the plural form of n in the catalog's language.
func (c *catalog) form(n int) string {
	form, err := c.plural.Localize(&i18n.LocalizeConfig{MessageID: endKey, PluralCount: n})
	if err != nil {
		return "other"
	}
	return form
}
