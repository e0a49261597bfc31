package ioda

import (
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/source"
)

// signal is one series of /v2/signals/raw/…
type signal struct {
	EntityType string     `json:"entityType"`
	EntityCode string     `json:"entityCode"`
	EntityName string     `json:"entityName"`
	EntityFqid string     `json:"entityFqid"`
	Datasource string     `json:"datasource"`
	Subtype    string     `json:"subtype"`
	From       int64      `json:"from"`
	Step       int64      `json:"step"`
	Values     []*float64 `json:"values"`
}

// json reads an answer of the API: its type says what stands in it.
func (d *decoder) json(r io.Reader) error {
	doc, err := d.document(r)
	if err != nil {
		return err
	}
	switch kind := doc.Text("type"); kind {
	case "outages.events":
		return d.out.Stretches(stretchesOfEvents(d.events(doc)), stepOf, d.now)
	case "outages.alerts":
		return d.out.Stretches(stretchesOfAlerts(d.alerts(doc), until(doc)), stepOf, d.now)
	}
	series := 0
	for _, e := range doc.Lists["data"] {
		var list []signal // of one place, or flat
		if json.Unmarshal(e.JSON, &list) != nil {
			list = make([]signal, 1)
			if json.Unmarshal(e.JSON, &list[0]) != nil {
				d.out.Records++
				d.out.Skip(source.Defect{Kind: "bad_series", Offset: e.Offset})
				continue
			}
		}
		for _, s := range list {
			series++
			if err := d.signal(e.Offset, s); err != nil {
				return err
			}
		}
	}
	if series == 0 && d.out.Defects() == 0 && doc.Lists["data"] == nil {
		return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: no series in it (%s)", d.o.Name, doc.Text("type")), "ask the API for /v2/signals/raw/{entityType}/{entityCode}, /v2/outages/alerts or /v2/outages/events")
	}
	return nil
}

// document reads the envelope. The moment of the answer is the version of what it says.
func (d *decoder) document(r io.Reader) (*source.Document, error) {
	doc, err := source.ReadDocument(r, d.o.Name, "", "data", "requestParameters.", "metadata.")
	if err != nil {
		return nil, err
	}
	if doc.Bad != nil {
		d.out.Skip(*doc.Bad)
	}
	if e := string(doc.Fields["error"]); e != "" && e != "null" {
		return nil, keepiton.Errorf(keepiton.Unavailable, "%s: the API says %s", d.o.Name, e)
	}
	d.now = d.o.Asked
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateTime} {
		if at, err := time.Parse(layout, doc.Text("metadata.responseTime")); err == nil {
			d.now = at
		}
	}
	d.out.Version = keepiton.StampOf(d.now)
	return doc, nil
}

// until returns the end of the period that was asked for; zero when it is not said.
func until(doc *source.Document) time.Time {
	for _, path := range []string{"requestParameters.until", "requestParameters.urlParams.until"} {
		var sec json.Number
		if json.Unmarshal([]byte(doc.Text(path)), &sec) == nil {
			if n, err := sec.Int64(); err == nil && n > 0 && n < maxTime {
				return time.Unix(n, 0).UTC()
			}
		}
	}
	return time.Time{}
}

// maxTime bounds times, in seconds since 1970: the year 2242.
const maxTime = 1 << 33

func (d *decoder) signal(offset int64, s signal) error {
	d.out.Records++
	e, ok := entityOf(s.EntityType+"/"+s.EntityCode, s.EntityName, countryOf(s.EntityFqid))
	if !ok {
		d.out.Skip(source.Defect{Kind: "unknown_entity", Offset: offset, Why: s.EntityType + "/" + s.EntityCode})
		return nil
	}
	if !slices.ContainsFunc(metrics, func(m keepiton.Metric) bool { return m.Name == s.Datasource }) {
		d.out.Skip(source.Defect{Kind: "unknown_metric", Offset: offset, Why: s.Datasource})
		return nil
	}
	if s.Subtype != "" && strings.HasPrefix(s.Datasource, "gtr") { // one of Google's products
		if e, ok = withService(e, s.Subtype); !ok {
			d.out.Skip(source.Defect{Kind: "unknown_entity", Offset: offset, Why: s.Subtype})
			return nil
		}
	}
	if s.Step < 60 || s.Step > 86400 || s.From < 0 || s.From > maxTime {
		d.out.Skip(source.Defect{Kind: "bad_step", Offset: offset})
		return nil
	}
	s.From -= s.From % s.Step
	for i, v := range s.Values {
		if v != nil {
			if err := d.out.Bin(s.Datasource, e, time.Unix(s.From+int64(i)*s.Step, 0), time.Duration(s.Step)*time.Second, *v, 0); err != nil {
				return err
			}
		}
	}
	return nil
}

func withService(e keepiton.Entity, subtype string) (keepiton.Entity, bool) {
	with, err := keepiton.ParseEntity(e.String() + "/" + strings.ReplaceAll(strings.ToLower(subtype), "_", "-"))
	return with, err == nil
}
