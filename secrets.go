package keepiton

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Secrets are the texts that name confidential sources: their links, words,
// quotes and so on. They are compared by value, since the same source may
// carry another id in another revision. The zero value holds none.
type Secrets map[string]bool

// confidentialColumns are the sheet columns whose cells name a source, in the
// spelling of every generation.
var confidentialColumns = []string{"info_source_link", "news_link"}

// plainWords stand where a source should and name none. Hiding them, or words
// of less than four bytes, would hide half of the record.
var plainWords = []string{"confidential", "unknown", "none", "not available", "link", "news", "other", "social media", "partner", "partners"}

// openKinds are the kinds of source that stay public in an incident whose
// information class is confidential: they are public acts themselves.
var openKinds = []string{"statement", "operator_notice", "campaign"}

// hidden reports whether source s of inc is confidential.
func (inc *Incident) hidden(s Source) bool {
	return s.Confidential || inc.InfoSource == Confidential && !slices.Contains(openKinds, s.Kind)
}

// Secrets returns the texts that name the confidential sources of inc, those
// in the cells of its original rows included.
func (inc *Incident) Secrets() Secrets {
	var out Secrets
	add := func(s string) {
		if s = strings.TrimSpace(s); len(s) >= 4 && !slices.Contains(plainWords, strings.ToLower(s)) {
			if out == nil {
				out = Secrets{}
			}
			out[s] = true
		}
	}
	for _, s := range inc.Sources {
		if inc.hidden(s) {
			for _, text := range []string{s.URL, s.Words, s.Title, s.Quote, s.ArchivedURL, s.SHA256} {
				add(text)
			}
		}
	}
	for _, row := range inc.Rows {
		if !inc.confidentialRow(row) {
			continue
		}
		for _, cell := range row.Cells {
			if namesSource(cell) {
				for _, part := range strings.FieldsFunc(cell.Value, func(r rune) bool { return r == ';' || r == '\n' }) {
					add(part)
				}
			}
		}
	}
	return out
}

// Add joins other into s, and returns s, which is made if it is nil.
func (s Secrets) Add(other Secrets) Secrets {
	if s == nil {
		s = Secrets{}
	}
	for text := range other {
		s[text] = true
	}
	return s
}

// In reports whether text holds one of the secrets.
func (s Secrets) In(text string) bool {
	for secret := range s {
		if strings.Contains(text, secret) {
			return true
		}
	}
	return false
}

// strike replaces each secret in text, longest first, so that a link that
// begins another leaves no rest of it.
func (s Secrets) strike(text string) string {
	if !s.In(text) {
		return text
	}
	longest := slices.SortedFunc(maps.Keys(s), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b))
	})
	for _, secret := range longest {
		text = strings.ReplaceAll(text, secret, "["+Confidential+"]")
	}
	return text
}

func (inc *Incident) confidentialRow(row Row) bool {
	class, _ := row.Value("info_source")
	return inc.InfoSource == Confidential || strings.EqualFold(strings.TrimSpace(class), Confidential)
}

func namesSource(cell Cell) bool {
	return slices.Contains(confidentialColumns, cell.Key) || slices.Contains(confidentialColumns, strings.ToLower(strings.TrimSpace(cell.Column)))
}

// Public returns the copy that any reader may have: Redact with the secrets of
// inc itself. Every face and export goes through it.
func (inc *Incident) Public() *Incident { return inc.Redact(inc.Secrets()) }

// Redact returns a copy without what the secrets name. Confidential sources
// keep their id and kind and lose everything else; the cells of the original
// rows that name them are emptied, and so are notes that rest on them; where a
// secret stands inside another text, [confidential] takes its place. A place
// that the resolver is not sure of keeps its words and loses its codes: a guess
// is never shown as a fact. Give the secrets of a newer revision to show an
// older one: what is confidential today is so in the past as well.
func (inc *Incident) Redact(secrets Secrets) *Incident {
	c := inc.Clone()
	for i := range c.Places {
		if p := &c.Places[i]; p.Confidence < SurePlace {
			p.Country, p.Region, p.District = "", "", ""
		}
	}
	quiet := map[SourceID]bool{}
	for i, s := range c.Sources {
		if inc.hidden(s) || len(secrets) > 0 && secrets.In(strings.Join([]string{s.URL, s.Words, s.Title, s.Quote, s.ArchivedURL, s.SHA256}, "\n")) {
			c.Sources[i] = Source{ID: s.ID, Kind: s.Kind, Confidential: true}
			quiet[s.ID] = true
		}
	}
	for i := range c.Rows {
		row := &c.Rows[i]
		confidential := inc.confidentialRow(*row)
		for j, cell := range row.Cells {
			if confidential && namesSource(cell) {
				row.Cells[j].Value = ""
			} else {
				row.Cells[j].Value = secrets.strike(cell.Value)
			}
		}
	}
	onQuiet := func(id SourceID) bool { return quiet[id] }
	for field, claim := range c.Claims {
		if slices.ContainsFunc(claim.Sources, onQuiet) || secrets.In(claim.Note) {
			claim.Note = ""
			c.Claims[field] = claim
		}
	}
	if slices.ContainsFunc(c.Verification.On, onQuiet) || secrets.In(c.Verification.Note) {
		c.Verification.Note = ""
	}
	if len(secrets) > 0 {
		for _, text := range c.texts() {
			*text = secrets.strike(*text)
		}
	}
	return c
}

// texts returns the free texts of inc, those inside its lists included; inc is
// a clone, so that writing to them changes nothing else.
func (inc *Incident) texts() []*string {
	out := []*string{
		&inc.Reason, &inc.Country, &inc.Area, &inc.CauseDetails, &inc.JustDetails, &inc.GovQuote, &inc.LegalMethod,
		&inc.OperatorQuote, &inc.TargetedDetail, &inc.Impact, &inc.Summary, &inc.Verification.By,
	}
	for i := range inc.Episodes {
		out = append(out, &inc.Episodes[i].Note)
	}
	for i := range inc.Places {
		out = append(out, &inc.Places[i].Words)
	}
	for i := range inc.Services {
		out = append(out, &inc.Services[i].Words)
	}
	for i := range inc.Perpetrators {
		out = append(out, &inc.Perpetrators[i].Name)
	}
	for i := range inc.Operators {
		out = append(out, &inc.Operators[i].Name, &inc.Operators[i].Owner)
	}
	for i := range inc.Targeted {
		out = append(out, &inc.Targeted[i])
	}
	for i := range inc.Signals {
		out = append(out, &inc.Signals[i].URL, &inc.Signals[i].Note)
	}
	return out
}

// Public returns the copy of r that any reader may have: the incident through
// its own Public, no author, and changes that name no confidential source.
func (r *Revision) Public() *Revision { return r.Redact(r.Incident.Secrets()) }

// Redact returns a public copy of r from which what the secrets name is
// taken too; see Incident.Redact.
func (r *Revision) Redact(secrets Secrets) *Revision {
	c := *r
	c.Author = ""
	c.Incident = *r.Incident.Redact(secrets)
	c.Reason = secrets.strike(c.Reason)
	c.Changes = slices.Clone(r.Changes)
	for i, change := range c.Changes {
		c.Changes[i].From = secrets.blank(change.From)
		c.Changes[i].To = secrets.blank(change.To)
	}
	return &c
}

// blank replaces each value that holds a secret by the word confidential.
func (s Secrets) blank(values []string) []string {
	if !slices.ContainsFunc(values, s.In) {
		return values
	}
	out := slices.Clone(values)
	for i, v := range out {
		if s.In(v) {
			out[i] = Confidential
		}
	}
	return out
}
