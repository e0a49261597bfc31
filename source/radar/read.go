package radar

import (
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/geo"
	"keepiton/source"
)

type decoder struct{ *source.Output }

const (
	outageList  = "result.annotations"
	anomalyList = "result.trafficAnomalies"
)

func (d *decoder) read(r io.Reader) (*source.Document, error) {
	doc, err := d.Document(r, "", outageList, anomalyList)
	switch {
	case err != nil:
		return nil, err
	case string(doc.Fields["success"]) == "false":
		return nil, keepiton.Errorf(keepiton.Unavailable, "%s: the API says %.200s", d.File, doc.Fields["errors"])
	case doc.Lists[outageList] == nil && doc.Lists[anomalyList] == nil:
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: no annotations and no anomalies in it", d.File), "ask the API for /radar/annotations/outages or /radar/traffic_anomalies")
	}
	return doc, nil
}

func (d *decoder) outages(doc *source.Document) (out []Outage) {
	for _, e := range doc.Lists[outageList] {
		d.Records++
		var a struct {
			ID        string         `json:"id"`
			Locations []string       `json:"locations"`
			ASNs      []keepiton.ASN `json:"asns"`
			Start     string         `json:"startDate"`
			End       string         `json:"endDate"`
			Event     string         `json:"eventType"`
			Words     string         `json:"description"`
			Scope     string         `json:"scope"`
			Link      string         `json:"linkedUrl"`
			Outage    struct {
				Cause  string `json:"outageCause"`
				Extent string `json:"outageType"`
			} `json:"outage"`
			Networks []struct {
				ASN      string `json:"asn"`
				Location struct {
					Code string `json:"code"`
				} `json:"location"`
			} `json:"asnsDetails"`
		}
		if json.Unmarshal(e.JSON, &a) != nil {
			d.Skip(source.Defect{Kind: "bad_annotation", Offset: e.Offset})
			continue
		}
		if a.Event != "" && a.Event != "OUTAGE" {
			d.Skip(source.Defect{Kind: "unknown_event", Offset: e.Offset, Why: a.Event})
			continue
		}
		from, to, ok := period(a.Start, a.End)
		if !ok {
			d.Skip(source.Defect{Kind: "bad_time", Offset: e.Offset, Why: a.Start + " to " + a.End})
			continue
		}
		one := Outage{
			ID: a.ID, Networks: a.ASNs, From: from, To: to, Cause: a.Outage.Cause, Extent: a.Outage.Extent,
			Scope: a.Scope, Words: a.Words, Link: a.Link, where: map[keepiton.ASN]string{},
		}
		for _, code := range a.Locations {
			if _, known := geo.ByCode(code); known {
				one.Countries = append(one.Countries, code)
			}
		}
		for _, n := range a.Networks {
			if asn, err := strconv.ParseUint(n.ASN, 10, 32); err == nil {
				one.where[keepiton.ASN(asn)] = n.Location.Code
			}
		}
		if len(one.entities()) == 0 {
			d.Skip(source.Defect{Kind: "unknown_entity", Offset: e.Offset, Why: strings.Join(a.Locations, " ")})
			continue
		}
		out = append(out, one)
	}
	return out
}

// entities are what the outage is of: the networks that it names, in the country that
// it names; the countries themselves where it names none or calls it nationwide.
func (o *Outage) entities() (out []keepiton.Entity) {
	if len(o.Networks) == 0 || o.Extent == "NATIONWIDE" {
		for _, c := range o.Countries {
			out = append(out, keepiton.Entity{Country: c})
		}
	}
	for _, asn := range o.Networks {
		e := keepiton.Entity{ASN: asn}
		if slices.Contains(o.Countries, o.where[asn]) {
			e.Country = o.where[asn]
		} else if len(o.Countries) == 1 {
			e.Country = o.Countries[0]
		}
		if asn != 0 {
			out = append(out, e)
		}
	}
	return out
}

func (d *decoder) anomalies(doc *source.Document) (out []Anomaly) {
	for _, e := range doc.Lists[anomalyList] {
		d.Records++
		var a struct {
			ID      string `json:"uuid"`
			Type    string `json:"type"`
			Status  string `json:"status"`
			Start   string `json:"startDate"`
			End     string `json:"endDate"`
			Network struct {
				ASN json.Number `json:"asn"`
			} `json:"asnDetails"`
			Place struct {
				Code string `json:"code"`
			} `json:"locationDetails"`
			Seen []string `json:"visibleInDataSources"`
		}
		if json.Unmarshal(e.JSON, &a) != nil {
			d.Skip(source.Defect{Kind: "bad_anomaly", Offset: e.Offset})
			continue
		}
		from, to, ok := period(a.Start, a.End)
		if !ok {
			d.Skip(source.Defect{Kind: "bad_time", Offset: e.Offset, Why: a.Start + " to " + a.End})
			continue
		}
		one := Anomaly{ID: a.ID, From: from, To: to, Verified: a.Status == "VERIFIED", Seen: a.Seen}
		switch a.Type {
		case "LOCATION":
			if _, known := geo.ByCode(a.Place.Code); known {
				one.Entity.Country = a.Place.Code
			}
		case "AS": // of the network wherever it is: no AS is one country's
			if asn, err := strconv.ParseUint(a.Network.ASN.String(), 10, 32); err == nil {
				one.Entity.ASN = keepiton.ASN(asn)
			}
		}
		if one.Entity == (keepiton.Entity{}) {
			d.Skip(source.Defect{Kind: "unknown_entity", Offset: e.Offset, Why: a.Type + " " + a.Place.Code})
			continue
		}
		out = append(out, one)
	}
	return out
}

// period reads a beginning and an end; the end may be missing.
func period(start, end string) (from, to time.Time, ok bool) {
	from, err := time.Parse(time.RFC3339, start)
	if err != nil || from.Year() < 2000 || from.Year() > 2200 {
		return from, to, false
	}
	if end == "" {
		return from.UTC(), to, true
	}
	to, err = time.Parse(time.RFC3339, end)
	return from.UTC(), to.UTC(), err == nil && !to.Before(from) && to.Year() <= 2200
}
