package locale

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed messages/*.json
var messageFiles embed.FS

// message is one text, or its plural forms under CLDR's names.
type message struct {
	other string            // the text; for plurals the form "other"
	forms map[string]string // nil when the message has no plural
}

// catalog is one language's messages.
type catalog struct {
	tag      string
	messages map[string]message
	plural   *i18n.Localizer
}

// endKey is the last line of a message file. It is there so that all other
// lines end in a comma, and parallel work merges line by line.
const endKey = "~"

// pluralForms are CLDR's names of the plural forms.
var pluralForms = []string{"zero", "one", "two", "few", "many", "other"}

var catalogs = mustLoad()

func mustLoad() map[string]*catalog {
	out := map[string]*catalog{}
	bundle := i18n.NewBundle(language.English)
	names, err := messageFiles.ReadDir("messages")
	if err != nil {
		panic(err) // the files are part of the program
	}
	for _, entry := range names {
		tag := strings.TrimSuffix(entry.Name(), ".json")
		data, err := messageFiles.ReadFile(path.Join("messages", entry.Name()))
		if err != nil {
			panic(err)
		}
		_, messages, err := decode(data)
		if err != nil {
			panic(fmt.Sprintf("locale/messages/%s: %v", entry.Name(), err))
		}
		// Plural rules are asked of go-i18n through a message whose forms are
		// their own names.
		form := &i18n.Message{ID: endKey, Zero: "zero", One: "one", Two: "two", Few: "few", Many: "many", Other: "other"}
		if err := bundle.AddMessages(language.Make(tag), form); err != nil {
			panic(fmt.Sprintf("locale/messages/%s: %v", entry.Name(), err))
		}
		out[tag] = &catalog{tag: tag, messages: messages, plural: i18n.NewLocalizer(bundle, tag)}
	}
	return out
}

// decode reads a message file. keys are in the order of the file, with
// repetitions; of messages with one key the last counts, because a merge of
// two branches by lines may leave both.
func decode(data []byte) (keys []string, messages map[string]message, err error) {
	messages = map[string]message{}
	dec := json.NewDecoder(bytes.NewReader(data))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, nil, fmt.Errorf("not an object: %v %v", t, err)
	}
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return nil, nil, err
		}
		key := t.(string)
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", key, err)
		}
		m := message{}
		if raw[0] == '{' {
			err = json.Unmarshal(raw, &m.forms)
			m.other = m.forms["other"]
		} else {
			err = json.Unmarshal(raw, &m.other)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", key, err)
		}
		keys = append(keys, key)
		if key != endKey {
			messages[key] = m
		}
	}
	if _, err := dec.Token(); err != nil {
		return nil, nil, err
	}
	return keys, messages, nil
}

// form returns the name of the plural form of n in the catalog's language.
func (c *catalog) form(n int) string {
	form, err := c.plural.Localize(&i18n.LocalizeConfig{MessageID: endKey, PluralCount: n})
	if err != nil {
		return "other"
	}
	return form
}
