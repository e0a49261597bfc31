package atlas

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"time"

	"keepiton"
	"keepiton/geo"
	"keepiton/source"
)

// Days reads RIPEstat's atlas-probe-deployment: how many probes of a country or network
// were connected on each day. n is those that were connected or disconnected: abandoned
// ones are not coming back.
func Days(ctx context.Context, r io.Reader, o source.Options, put func(keepiton.Measurement) error) (source.Summary, error) {
	out := source.NewOutput(ctx, name, o, put)
	doc, err := out.Document(r, "", "data.deployments")
	if err != nil {
		return out.Summary, err
	}
	list, found := doc.Lists["data.deployments"]
	if !found {
		return out.Summary, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: no days of RIPE Atlas in it", o.Name), "RIPEstat has them as atlas-probe-deployment")
	}
	out.Version = keepiton.StampOf(o.Asked)
	if at, err := time.Parse("2006-01-02T15:04:05", doc.Text("time")); err == nil {
		out.Version = keepiton.StampOf(at)
	}
	for _, element := range list {
		var d struct {
			Resource string `json:"resource"` // cc_nl, as_3333
			Days     []struct {
				Date     string             `json:"date"`
				Statuses map[string]float64 `json:"statuses"`
			} `json:"deployment"`
		}
		e, ok := keepiton.Entity{}, false
		if json.Unmarshal(element.JSON, &d) == nil {
			e, ok = resource(d.Resource)
		}
		if !ok {
			out.Records++
			out.Skip(source.Defect{Kind: "unknown_entity", Offset: element.Offset, Why: d.Resource})
			continue
		}
		for _, one := range d.Days {
			out.Records++
			at, err := time.Parse(time.DateOnly, one.Date)
			connected, disconnected := one.Statuses["connected"], one.Statuses["disconnected"]
			if err != nil || connected < 0 || disconnected < 0 || connected+disconnected > maxProbes {
				out.Skip(source.Defect{Kind: "bad_day", Offset: element.Offset, Why: one.Date})
				continue
			}
			if connected+disconnected == 0 {
				continue // nobody to ask
			}
			if err := out.Bin("connected-day", e, at, day, connected, uint32(connected+disconnected)); err != nil {
				return out.Summary, err
			}
		}
	}
	return out.Summary, nil
}

func resource(s string) (keepiton.Entity, bool) {
	kind, code, _ := strings.Cut(strings.ToLower(s), "_")
	switch kind {
	case "cc":
		_, known := geo.ByCode(strings.ToUpper(code))
		return keepiton.Entity{Country: strings.ToUpper(code)}, known
	case "as", "asn":
		e, err := keepiton.ParseEntity("asn/" + code)
		return e, err == nil
	}
	return keepiton.Entity{}, false
}
