package stop

import (
	"slices"
	"strings"

	"keepiton"
)

// event is the rows of one edition that are one shutdown: equal country, start
// date, area and extent, as the sheet has them, once for each count year and
// for each exact repetition.
type event struct {
	rows    []keepiton.Row
	draft   keepiton.Incident
	defects []Defect
	facts   facts

	pin       keepiton.IncidentID // the incident that its rows already belong to
	incident  *lineage
	by        likeness // why it belongs there
	questions []question
}

// question is an incident that an event may belong to.
type question struct {
	incident *lineage
	by       likeness
}

// events groups the rows of an edition, in order of their first row. Rows that
// have an incident already are grouped by it: a person may have merged or
// split what their cells say.
func events(e *Edition, pins Pins) []*event {
	var out []*event
	at := map[string]*event{}
	for _, row := range e.Rows() {
		pin := pins.Rows[refOf(row)]
		key := string(pin)
		if pin == "" {
			key = eventKey(row)
		}
		ev := at[key]
		if ev == nil {
			ev = &event{pin: pin}
			at[key] = ev
			out = append(out, ev)
		}
		ev.rows = append(ev.rows, row)
	}
	for _, ev := range out {
		ev.read()
	}
	return acrossSheets(out)
}

func (ev *event) read() {
	ev.draft, ev.defects = Draft(ev.rows)
	ev.defects = append(ev.defects, repeated(ev.rows)...)
	ev.facts = factsOf(&ev.draft)
}

// acrossSheets joins events of different sheets of one edition that are equal
// once they are read: a sheet of 2019 says "Full" where that of 2020 says
// "Full network" of the same shutdown.
func acrossSheets(events []*event) []*event {
	type key struct{ countries, start, area, extents string }
	at := map[key]*event{}
	var out []*event
	for _, ev := range events {
		f := &ev.facts
		k := key{strings.Join(f.countries, " "), ev.draft.Start().String(), f.area, strings.Join(f.extents, " ")}
		other := at[k]
		if other == nil || k.start == "" || shareSheet(other.rows, ev.rows) || other.pin != ev.pin {
			if other == nil {
				at[k] = ev
			}
			out = append(out, ev)
			continue
		}
		other.rows = append(other.rows, ev.rows...)
		other.read()
	}
	return out
}

func shareSheet(a, b []keepiton.Row) bool {
	return slices.ContainsFunc(a, func(r keepiton.Row) bool {
		return slices.ContainsFunc(b, func(o keepiton.Row) bool { return o.File == r.File && o.Sheet == r.Sheet })
	})
}

// eventKey joins the four cells that make rows one event. The date is read, so
// that 1/7/2019 and 2019-01-07 are one.
func eventKey(row keepiton.Row) string {
	value := func(key string) string { v, _ := row.Value(key); return v }
	start := value("start_date")
	if m, ok := parseDate(start); ok {
		start = m.String()
	}
	return strings.Join([]string{value("country"), start, value("area_name"), value("shutdown_extent")}, "\x1f")
}

// repeated names rows of one event that count for the same year: exact
// repetitions and repeated keys.
func repeated(rows []keepiton.Row) (out []Defect) {
	for i, r := range rows {
		for _, earlier := range rows[:i] {
			if earlier.CountYear != r.CountYear {
				continue
			}
			kind := DuplicateKey
			if slices.Equal(earlier.Cells, r.Cells) {
				kind = DuplicateRow
			}
			country, _ := r.Value("country")
			out = append(out, Defect{Kind: kind, File: r.File, Sheet: r.Sheet, Row: r.Number, Column: "country", Value: clip(country)})
			break
		}
	}
	return out
}
