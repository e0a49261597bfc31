package export

import (
	"bufio"
	"encoding/json"
	"io"
	"strings"
	"time"

	"keepiton"
	"keepiton/locale"
)

var jsonFormat = Format{
	Name: "json", Suffix: "json", MediaType: "application/json",
	Summary: "one document: what it is, then every incident whole",
	Write:   writeJSON,
}

// Document is an incident as JSON documents and the API have it: the fields of
// keepiton.Incident, those of the revision it is, its sentence and its links.
// The names are stable: fields are added, never renamed.
type Document struct {
	keepiton.Incident
	Revision       int               `json:"revision" doc:"Number of the revision within the incident, from 1."`
	Recorded       time.Time         `json:"recorded" doc:"Moment from which the record says so, UTC."`
	Role           keepiton.Role     `json:"role" doc:"What its author was: analyst, editor, administrator, import."`
	RevisionReason string            `json:"revision_reason,omitempty" doc:"Why the revision was made."`
	Edition        string            `json:"edition,omitempty" doc:"Edition of STOP that the revision comes from."`
	Changes        []keepiton.Change `json:"changes,omitempty" doc:"Fields that differ from the revision before."`
	Sentence       string            `json:"sentence" doc:"The sentence that can be quoted, in the language asked for."`
	Links          Links             `json:"links"`
}

// Links are the addresses of an incident; empty without a base URL.
type Links struct {
	Page       string `json:"page,omitempty" doc:"Permanent page of the incident."`
	Revision   string `json:"revision,omitempty" doc:"Permanent page of this very revision."`
	API        string `json:"api,omitempty" doc:"This incident in the API."`
	Revisions  string `json:"revisions,omitempty" doc:"All its revisions in the API."`
	MergedInto string `json:"merged_into,omitempty" doc:"The incident it was merged into, in the API."`
}

// NewDocument makes the document of a revision, which has passed through
// Public.
func NewDocument(p *locale.Printer, rev *keepiton.Revision, opt Options) Document {
	d := Document{
		Incident: rev.Incident, Revision: rev.N, Recorded: rev.Recorded.UTC(), Role: rev.Role, RevisionReason: rev.Reason,
		Edition: rev.Edition, Changes: rev.Changes, Sentence: Sentence(p, &rev.Incident, opt.now(rev)),
	}
	if page := IncidentURL(opt.BaseURL, rev.Incident.ID); page != "" {
		api := strings.TrimRight(opt.BaseURL, "/") + "/api/v1/incidents/"
		d.Links = Links{Page: page, Revision: page + "/revisions/" + itoa(rev.N), API: api + string(rev.Incident.ID), Revisions: api + string(rev.Incident.ID) + "/revisions"}
		if into := rev.Incident.MergedInto; into != "" {
			d.Links.MergedInto = api + string(into)
		}
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
