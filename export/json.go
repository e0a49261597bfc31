package export

import (
	"bufio"
	"encoding/json"
	"io"

	"keepiton"
	"keepiton/locale"
)

var jsonFormat = Format{
	Name: "json", Suffix: "json", MediaType: "application/json",
	Summary: "one document: what it is, then every incident whole",
	Write:   writeJSON,
}

// Document is an incident as JSON documents and the API have it: the revision
// with the fields of keepiton.Incident, its sentence and its links.
type Document struct {
	keepiton.Revision
	Sentence string `json:"sentence" doc:"The sentence that can be quoted, in the language asked for."`
	Links    Links  `json:"links"`
}

// Links are the addresses of an incident; empty without a base URL.
type Links struct {
	Page      string `json:"page,omitempty" doc:"Permanent page of the incident."`
	Revision  string `json:"revision,omitempty" doc:"Permanent page of this very revision."`
	API       string `json:"api,omitempty" doc:"This incident in the API."`
	Revisions string `json:"revisions,omitempty" doc:"All its revisions in the API."`
}

// NewDocument makes the document of a revision, which has passed through
// Public.
func NewDocument(p *locale.Printer, rev *keepiton.Revision, opt Options) Document {
	d := Document{Revision: *rev, Sentence: Sentence(p, &rev.Incident, opt.now(rev))}
	if page := IncidentURL(opt.BaseURL, rev.Incident.ID); page != "" {
		api := opt.BaseURL + "/api/v1/incidents/" + string(rev.Incident.ID)
		d.Links = Links{Page: page, Revision: page + "/revisions/" + itoa(rev.N), API: api, Revisions: api + "/revisions"}
	}
	return d
}

// writeJSON writes the object {"meta": …, "incidents": […], "total": n}, one
// line an incident, so that it streams and can be compared line by line.
func writeJSON(w io.Writer, in Incidents, opt Options) error {
	b := bufio.NewWriterSize(w, 64<<10)
	head, err := json.Marshal(newMeta(&opt))
	if err != nil {
		return err
	}
	b.WriteString(`{"meta":`)
	b.Write(head)
	b.WriteString(`,"incidents":[`)
	n, err := eachDocument(in, opt, func(n int, data []byte) error {
		if n > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
		_, err := b.Write(data)
		return err
	})
	if err != nil {
		return err
	}
	b.WriteString("\n],\"total\":" + itoa(n) + "}\n")
	return b.Flush()
}

// eachDocument calls yield with each public incident as JSON and its position,
// and returns how many there were.
func eachDocument(in Incidents, opt Options, yield func(n int, data []byte) error) (int, error) {
	n, p := 0, opt.printer()
	err := public(in)(func(rev *keepiton.Revision) error {
		data, err := json.Marshal(NewDocument(p, rev, opt))
		if err != nil {
			return keepiton.Errorf(keepiton.Internal, "write %s: %w", rev.Incident.ID, err)
		}
		n++
		return yield(n-1, data)
	})
	return n, err
}
