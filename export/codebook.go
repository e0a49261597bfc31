package export

import (
	"strings"

	"keepiton"
	"keepiton/locale"
)

// codebookHeader names the columns of the codebook that goes with xlsx and
// sqlite.
var codebookHeader = []string{"column", "type", "label", "meaning", "codes", "stop_columns"}

// codeLists names the group of messages of a field's codes.
var codeLists = map[string]string{
	"scope": "scope", "region": "region", "kinds": "kind", "extents": "extent", "techniques": "technique",
	"causes": "cause", "perpetrators": "body", "justifications": "justification", "info_source": "info_source", "visibility": "visibility",
}

// codebook explains every column of the flat layout, in order, in the
// printer's language: name, type, label, meaning, codes with their words, and
// the columns of STOP's combined sheet it comes from.
func codebook(p *locale.Printer) [][]string {
	var out [][]string
	for _, c := range columns {
		label, meaning, codes, stop := "", c.Help, "", ""
		if f, ok := keepiton.FieldByName(c.Field); ok {
			label = p.T("field." + f.Name)
			if meaning == "" {
				meaning = p.T("field." + f.Name + ".help")
			}
			stop = strings.Join(f.STOP, "; ")
			var words []string
			for _, t := range c.codes(f) {
				words = append(words, t.Code+" = "+CodeWords(p, f.Name, t.Code))
			}
			codes = strings.Join(words, "; ")
		}
		out = append(out, []string{c.Name, c.Type(), label, meaning, codes, stop})
	}
	return out
}

// codes returns the coded list that the column's cells come from, if they do:
// some columns are other parts of a field that has codes.
func (c Column) codes(f keepiton.Field) keepiton.Codes {
	if f.Kind == keepiton.KindList && c.Name != "ordered_by" {
		return nil
	}
	return f.Codes
}

// CodeWords returns the words of a code of a field, in the printer's language.
func CodeWords(p *locale.Printer, field, code string) string {
	if list, ok := codeLists[field]; ok {
		return p.Code(list, code)
	}
	return code
}
