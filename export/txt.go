package export

import (
	"bufio"
	"io"

	"keepiton"
)

var txtFormat = Format{
	Name: "txt", Suffix: "txt", MediaType: "text/plain; charset=utf-8",
	Summary: "plain list that any phone can read",
	Write:   writeText,
}

// writeText writes three lines an incident: id, sentence, link, with an empty
// line between. Nothing is aligned, since old phones wrap as they like.
func writeText(w io.Writer, in Incidents, opt Options) error {
	p := opt.printer()
	b := bufio.NewWriter(w)
	line := func(s string) { b.WriteString(s + "\n") }
	if opt.Sample {
		line(p.T("export.sample"))
	}
	line(p.T("export.title"))
	if !opt.AsOf.IsZero() {
		line(p.T("export.as_of", "Date", opt.AsOf))
	}
	line(p.T("export.licence", "Licence", Licence))
	n := 0
	err := public(in)(func(rev *keepiton.Revision) error {
		n++
		line("\n" + string(rev.Incident.ID))
		line(Sentence(p, &rev.Incident, opt.now(rev)))
		if rev.Incident.NotListed != "" && rev.Incident.State == keepiton.Published {
			line(p.T("export.not_listed", "Edition", rev.Incident.NotListed))
		}
		if url := IncidentURL(opt.BaseURL, rev.Incident.ID); url != "" {
			line(url)
		}
		return nil
	})
	if err != nil {
		return err
	}
	line("\n" + p.N("export.total", n))
	return b.Flush()
}
