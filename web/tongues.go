package web

import (
	"encoding/json"
	"io"

	"keepiton/locale"
)

// tonguesPage says how far each language has come, and how to help.
type tonguesPage struct {
	frame
	Lines  []tongueLine
	People bool // somebody has read something
}

// tongueLine is one language.
type tongueLine struct {
	locale.Language
	locale.Completeness
	Href string
	Hers string // its name in the language of the page, where that is another
}

func (s *Server) tongues(v *visit) (*answer, error) {
	page := &tonguesPage{frame: s.frame(v, "languages")}
	for _, l := range locale.Languages {
		line := tongueLine{Language: l, Completeness: locale.CompletenessOf(l.Tag), Href: v.Href("/languages/" + l.Tag)}
		if l.Tag != v.p.Lang().Tag {
			line.Hers = v.p.LanguageName(l.Tag)
		}
		page.People = page.People || l.Tag != "en" && line.Reviewed > 0
		page.Lines = append(page.Lines, line)
	}
	if v.suffix == "json" {
		return tonguesJSON(page.Lines), nil
	}
	page.forms("json")
	return s.html("languages", page), nil
}

// tongueDoc is a language for machines.
type tongueDoc struct {
	Tag        string `json:"language"`
	Name       string `json:"name"`
	Messages   int    `json:"messages"`
	Translated int    `json:"translated"`
	Reviewed   int    `json:"reviewed"`
	Machine    int    `json:"machine"`
}

func tonguesJSON(lines []tongueLine) *answer {
	docs := []tongueDoc{}
	for _, l := range lines {
		docs = append(docs, tongueDoc{l.Tag, l.Name, l.Messages, l.Translated, l.Reviewed, l.Machine()})
	}
	return &answer{contentType: "application/json", write: func(w io.Writer) error {
		return json.NewEncoder(w).Encode(map[string]any{"languages": docs})
	}}
}
