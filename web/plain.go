package web

import (
	"encoding/csv"
	"io"
	"strings"

	"keepiton"
	"keepiton/count"
	"keepiton/export"
	"keepiton/store"
)

// textPage is a page that is mostly words.
type textPage struct {
	frame
	Rules     []count.Rule
	Levels    []keepiton.Level
	Editions  []store.Edition
	Fields    []fieldLine
	Words     []string // of the field, explained in the messages page.word.<word>
	Downloads []download
	Right     *right // of the methodology
}

// download is one file of the whole record.
type download struct{ Name, Href, Summary string }

// fieldLine is one entry of the codebook.
type fieldLine struct {
	keepiton.Field
	List string // name of the coded list in messages
}

func (s *Server) methodology(v *visit) (*answer, error) {
	return s.html("methodology", &textPage{frame: s.frame(v, "methodology"), Rules: count.Rules(), Levels: keepiton.Levels, Words: words, Right: v.evaluation()}), nil
}

func (s *Server) data(v *visit) (*answer, error) {
	editions, err := s.opt.Record.Editions(v.ctx)
	if err != nil {
		return nil, err
	}
	page := &textPage{frame: s.frame(v, "data"), Editions: editions}
	for _, f := range export.Formats() {
		if strings.HasPrefix(f.Name, "stop-") && s.opt.STOP == nil {
			continue
		}
		format := "" // only where another format has the suffix
		if first, ok := export.BySuffix(f.Suffix); ok && first.Name != f.Name {
			format = f.Name
		}
		page.Downloads = append(page.Downloads, download{f.Name, v.Href("/incidents."+f.Suffix, "format", format), f.Summary})
	}
	page.Data = s.datasetLD(v, page.Title, page.Lead)
	return s.html("data", page), nil
}

func (s *Server) help(v *visit) (*answer, error) {
	return s.html("help", &textPage{frame: s.frame(v, "help")}), nil
}

// words are the ones that the site uses in one sense only.
var words = []string{"incident", "episode", "instance", "claim", "edition"}

// codebook explains every field, from the same list that the record, the
// editor and the exports use.
func (s *Server) codebook(v *visit) (*answer, error) {
	page := &textPage{frame: s.frame(v, "codebook")}
	for _, f := range keepiton.Fields {
		page.Fields = append(page.Fields, fieldLine{f, codebookList(f)})
	}
	switch v.suffix {
	case "json":
		return jsonAnswer(codebookEntries(v)), nil
	case "csv", "txt":
		return codebookText(v), nil
	}
	page.forms(plainForms...)
	return s.html("codebook", page), nil
}

func codebookList(f keepiton.Field) string {
	if f.Name == "perpetrators" {
		return "body"
	}
	return export.CodeLists[f.Name]
}

// codebookEntry is a field for machines.
type codebookEntry struct {
	Name        string             `json:"name"`
	Kind        keepiton.FieldKind `json:"kind"`
	Label       string             `json:"label"`
	Description string             `json:"description"`
	STOP        []string           `json:"stop_columns,omitempty"`
	Codes       []string           `json:"codes,omitempty"`
}

func codebookEntries(v *visit) []codebookEntry {
	var out []codebookEntry
	for _, f := range keepiton.Fields {
		e := codebookEntry{Name: f.Name, Kind: f.Kind, Label: v.p.T("field." + f.Name), Description: v.p.T("field." + f.Name + ".help"), STOP: f.STOP}
		for _, c := range f.Codes {
			e.Codes = append(e.Codes, c.Code)
		}
		out = append(out, e)
	}
	return out
}

func codebookText(v *visit) *answer {
	if v.suffix == "txt" {
		return &answer{contentType: "text/plain; charset=utf-8", write: func(w io.Writer) error {
			for _, e := range codebookEntries(v) {
				if _, err := io.WriteString(w, e.Name+" ("+string(e.Kind)+"): "+e.Label+"\n  "+e.Description+"\n\n"); err != nil {
					return err
				}
			}
			return nil
		}}
	}
	return &answer{contentType: "text/csv; charset=utf-8", filename: "keepiton-codebook.csv", write: func(w io.Writer) error {
		c := csv.NewWriter(w)
		c.Write([]string{"name", "kind", "label", "description", "stop_columns", "codes"})
		for _, e := range codebookEntries(v) {
			c.Write([]string{e.Name, string(e.Kind), e.Label, e.Description, strings.Join(e.STOP, "; "), strings.Join(e.Codes, "; ")})
		}
		c.Flush()
		return c.Error()
	}}
}

// datasetLD describes the record to search engines as schema.org has it.
func (s *Server) datasetLD(v *visit, name, description string) any {
	return map[string]any{
		"@context": "https://schema.org", "@type": "Dataset", "name": name, "description": description,
		"license": "https://creativecommons.org/licenses/by/4.0/", "isAccessibleForFree": true, "inLanguage": v.p.Lang().Tag,
		"creator": map[string]any{"@type": "Organization", "name": "#KeepItOn"},
		"distribution": []any{
			map[string]any{"@type": "DataDownload", "encodingFormat": "text/csv", "contentUrl": s.opt.BaseURL + v.Href("/incidents.csv")},
			map[string]any{"@type": "DataDownload", "encodingFormat": "application/json", "contentUrl": s.opt.BaseURL + v.Href("/incidents.json")},
		},
	}
}
