package ioda

import (
	"encoding/json"
	"io"
	"slices"
	"time"

	"keepiton"
	"keepiton/source"
)

// answer is a response of /v2/signals/raw/…: a list of lists of series.
type answer struct {
	Type  string          `json:"type"`
	Error json.RawMessage `json:"error"`
	Data  json.RawMessage `json:"data"`
}

type signal struct {
	EntityType string     `json:"entityType"`
	EntityCode string     `json:"entityCode"`
	Datasource string     `json:"datasource"`
	From       int64      `json:"from"`
	Step       int64      `json:"step"`
	Values     []*float64 `json:"values"`
}

// maxJSON bounds an answer, in bytes: the API gives at most 100 days at once.
const maxJSON = 64 << 20

func (d *decoder) json(r io.Reader) error {
	data, err := io.ReadAll(io.LimitReader(r, maxJSON+1))
	if err != nil {
		return err
	}
	if len(data) > maxJSON {
		return keepiton.Errorf(keepiton.TooLarge, "%s: more than %d MiB", d.o.Name, maxJSON>>20)
	}
	var a answer
	if err := json.Unmarshal(data, &a); err != nil {
		return keepiton.Errorf(keepiton.Invalid, "%s: %w", d.o.Name, err)
	}
	if e := string(a.Error); e != "" && e != "null" {
		return keepiton.Errorf(keepiton.Unavailable, "%s: the API says %s", d.o.Name, e)
	}
	var lists [][]signal
	if err := json.Unmarshal(a.Data, &lists); err != nil {
		var flat []signal
		if err := json.Unmarshal(a.Data, &flat); err != nil {
			return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: no series in it (%s)", d.o.Name, a.Type), "ask the API for /v2/signals/raw/{entityType}/{entityCode}")
		}
		lists = [][]signal{flat}
	}
	for _, list := range lists {
		for _, s := range list {
			if err := d.signal(s); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *decoder) signal(s signal) error {
	d.sum.Records++
	e, err := entityOf(s.EntityType, s.EntityCode)
	if err != nil {
		d.sum.Skip(source.Defect{Kind: "unknown_entity", Offset: -1, Why: s.EntityType + "/" + s.EntityCode})
		return nil
	}
	if !slices.ContainsFunc(metrics, func(m keepiton.Metric) bool { return m.Name == s.Datasource }) {
		d.sum.Skip(source.Defect{Kind: "unknown_metric", Offset: -1, Why: s.Datasource})
		return nil
	}
	if s.Step < 60 || s.Step > 86400 || s.From < 0 || s.From > 1<<33 {
		d.sum.Skip(source.Defect{Kind: "bad_step", Offset: -1})
		return nil
	}
	s.From -= s.From % s.Step
	for i, v := range s.Values {
		if v != nil {
			if err := d.measure(s.Datasource, e, time.Unix(s.From+int64(i)*s.Step, 0).UTC(), time.Duration(s.Step)*time.Second, *v); err != nil {
				return err
			}
		}
	}
	return nil
}

// entityOf reads IODA's entities. Its regions are numbers of its own, which no table
// that we may use explains.
func entityOf(kind, code string) (keepiton.Entity, error) {
	if kind != "country" && kind != "asn" {
		return keepiton.Entity{}, keepiton.Errorf(keepiton.Invalid, "entity %s/%s", kind, code)
	}
	return keepiton.ParseEntity(kind + "/" + code)
}
