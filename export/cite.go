package export

import (
	"strings"
	"time"

	"keepiton"
	"keepiton/geo"
	"keepiton/locale"
)

// CiteKinds lists the citation formats that Cite writes, with the suffix and
// media type of their files.
var CiteKinds = []struct{ Name, Suffix, MediaType string }{
	{"bibtex", "bib", "application/x-bibtex"},
	{"ris", "ris", "application/x-research-info-systems"},
	{"csl", "csl.json", "application/vnd.citationstyles.csl+json"},
	{"cff", "cff", "application/yaml"},
}

// citation is what every citation format says of one revision.
type citation struct {
	key, title, publisher, version, url, licence, note string
	issued                                             time.Time
	countries                                          []string
}

// Cite returns the citation of one revision of an incident: bibtex, ris, csl
// (CSL-JSON) or cff (Citation File Format 1.2.0). It names the version and the
// day from which the record says so, and links to that very revision. Any
// other kind is Invalid; an incident that is not public is NotFound.
func Cite(kind string, rev *keepiton.Revision, baseURL string) (string, error) {
	if !rev.Incident.State.Public() {
		return "", keepiton.Errorf(keepiton.NotFound, "cite %s: it is not public", rev.Incident.ID)
	}
	c := newCitation(rev.Public(), baseURL)
	switch strings.ToLower(kind) {
	case "bibtex":
		return c.bibtex(), nil
	case "ris":
		return c.ris(), nil
	case "csl":
		return c.csl()
	case "cff":
		return c.cff(), nil
	}
	return "", keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "cite %s: no citation format %q", rev.Incident.ID, kind), "use bibtex, ris, csl or cff")
}

func newCitation(rev *keepiton.Revision, baseURL string) citation {
	p, inc := locale.For("en"), &rev.Incident
	c := citation{
		key:       strings.ReplaceAll(string(inc.ID), "-", "") + "r" + itoa(rev.N),
		title:     "Internet shutdown: " + Title(p, inc) + " (" + string(inc.ID) + ")",
		publisher: Publisher,
		version:   "revision " + itoa(rev.N),
		licence:   Licence,
		note:      "Incident " + string(inc.ID) + ", revision " + itoa(rev.N) + ", as of " + rev.Recorded.UTC().Format(time.DateOnly) + ". Licence: " + Licence + ".",
		issued:    rev.Recorded.UTC(),
	}
	if url := IncidentURL(baseURL, inc.ID); url != "" {
		c.url = url + "/revisions/" + itoa(rev.N)
	}
	for _, code := range inc.Countries() {
		c.countries = append(c.countries, geo.Name(code, "en"))
	}
	return c
}
