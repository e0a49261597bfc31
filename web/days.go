package web

import (
	"keepiton"
	"keepiton/count"
)

// daysLine is how long shutdowns of one extent and kind lasted together.
type daysLine struct {
	Extent, Kind    string
	Incidents, Open int
	Min, Best, Max  int // whole days
}

// days adds up how long, apart for each extent and kind: different kinds are
// never one sum.
func (s *Server) days(v *visit) ([]daysLine, error) {
	t, err := count.Durations(nil, v.now, func(yield func(*count.Case) error) error { return s.opt.Record.Cases(v.ctx, v.asOf, yield) })
	if err != nil {
		return nil, err
	}
	var out []daysLine
	for _, r := range t.Rows {
		out = append(out, daysLine{
			v.codeNames("extent", keepiton.Extents, r.Keys[0]), v.codeNames("kind", keepiton.Kinds, r.Keys[1]),
			r.Incidents, r.Open, int(r.Days.Min + 0.5), int(r.Days.Best + 0.5), int(r.Days.Max + 0.5),
		})
	}
	return out, nil
}

// codeNames names the codes in a cell of STOP's words, in the reader's language.
func (v *visit) codeNames(listName string, list keepiton.Codes, cell string) string {
	var names []string
	for _, code := range codesIn(list, cell) {
		if code == "" {
			names = append(names, v.p.Answer(keepiton.NotAsked))
		} else {
			names = append(names, v.p.Code(listName, code))
		}
	}
	return v.p.List(names)
}
