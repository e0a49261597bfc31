package desk

import (
	"fmt"
	"slices"
	"strings"

	"keepiton"
	"keepiton/review"
)

// list is a field of several rows: the parts of a row, and how rows are
// written to the form and read from it.
type list struct {
	parts []part
	count func(inc *keepiton.Incident) int
	fill  func(inc *keepiton.Incident, i int, set func(part, value string))
	read  func(inc *keepiton.Incident, f form) []wrong
}

// part is one input of a row. Its label is the message desk.part.<list>.<name>,
// or desk.part.<name> when several lists share it.
type part struct {
	name string
	kind string // text, date, area, check, hidden, answer, country, or a coded list's name in the messages
	from keepiton.Codes
	wide bool
}

var endStates = keepiton.Codes{{Code: "unknown"}, {Code: "ongoing"}, {Code: "ended"}}

// lists holds the fields that are edited in rows.
var lists = map[string]list{
	"episodes": {
		parts: []part{{name: "start", kind: "date"}, {name: "start_estimated", kind: "check"}, {name: "end_state", kind: "status", from: endStates}, {name: "end", kind: "date"}, {name: "end_estimated", kind: "check"}, {name: "note", kind: "text", wide: true}},
		count: func(inc *keepiton.Incident) int { return len(inc.Episodes) },
		fill: func(inc *keepiton.Incident, i int, set func(part, value string)) {
			e := inc.Episodes[i]
			setDate(set, "start", e.Start)
			setDate(set, "end", e.End.At)
			set("end_state", string(e.End.State))
			set("note", e.Note)
		},
		read: readEpisodes,
	},
	"places": {
		parts: []part{{name: "words", kind: "text", wide: true}, {name: "country", kind: "country"}, {name: "region", kind: "text"}, {name: "district", kind: "text"}, {name: "nationwide", kind: "check"}, {name: "except", kind: "check"}, {name: "was", kind: "hidden"}, {name: "confidence", kind: "hidden"}, {name: "method", kind: "hidden"}},
		count: func(inc *keepiton.Incident) int { return len(inc.Places) },
		fill: func(inc *keepiton.Incident, i int, set func(part, value string)) {
			p := inc.Places[i]
			set("words", p.Words)
			set("country", p.Country)
			set("region", p.Region)
			set("district", p.District)
			set("nationwide", tick(p.Nationwide))
			set("except", tick(p.Except))
			set("was", placeKey(p))
			set("confidence", fmt.Sprint(p.Confidence))
			set("method", p.Method)
		},
		read: readPlaces,
	},
	"perpetrators": {
		parts: []part{{name: "body", kind: "body", from: keepiton.Bodies}, {name: "name", kind: "text"}, {name: "country", kind: "country"}},
		count: func(inc *keepiton.Incident) int { return len(inc.Perpetrators) },
		fill: func(inc *keepiton.Incident, i int, set func(part, value string)) {
			p := inc.Perpetrators[i]
			set("body", p.Body)
			set("name", p.Name)
			set("country", p.Country)
		},
		read: func(inc *keepiton.Incident, f form) []wrong {
			inc.Perpetrators = readRows(f, "perpetrators", func(get func(string) string) (keepiton.Perpetrator, []string) {
				return keepiton.Perpetrator{Body: get("body"), Name: get("name"), Country: strings.ToUpper(get("country"))}, nil
			}, nil)
			return nil
		},
	},
	"services": {
		parts: []part{{name: "id", kind: "text"}, {name: "affected", kind: "answer"}, {name: "words", kind: "text"}},
		count: func(inc *keepiton.Incident) int { return len(inc.Services) },
		fill: func(inc *keepiton.Incident, i int, set func(part, value string)) {
			s := inc.Services[i]
			set("id", s.ID)
			set("affected", s.Affected.String())
			set("words", s.Words)
		},
		read: func(inc *keepiton.Incident, f form) (bad []wrong) {
			inc.Services = readRows(f, "services", func(get func(string) string) (keepiton.ServiceAnswer, []string) {
				s := keepiton.ServiceAnswer{ID: slug(get("id")), Words: get("words")}
				if err := s.Affected.UnmarshalText([]byte(get("affected"))); err != nil {
					return s, []string{"affected:desk.wrong.answer"}
				}
				return s, nil
			}, &bad)
			return bad
		},
	},
	"operators": {
		parts: []part{{name: "name", kind: "text"}, {name: "owner", kind: "text"}, {name: "country", kind: "text"}},
		count: func(inc *keepiton.Incident) int { return len(inc.Operators) },
		fill: func(inc *keepiton.Incident, i int, set func(part, value string)) {
			o := inc.Operators[i]
			set("name", o.Name)
			set("owner", o.Owner)
			set("country", o.Country)
		},
		read: func(inc *keepiton.Incident, f form) []wrong {
			inc.Operators = readRows(f, "operators", func(get func(string) string) (keepiton.Operator, []string) {
				return keepiton.Operator{Name: get("name"), Owner: get("owner"), Country: get("country")}, nil
			}, nil)
			return nil
		},
	},
	"sources": {
		parts: []part{{name: "id", kind: "hidden"}, {name: "kind", kind: "source_kind", from: keepiton.SourceKinds}, {name: "published", kind: "date"}, {name: "url", kind: "text", wide: true}, {name: "archived_url", kind: "text", wide: true}, {name: "title", kind: "text", wide: true}, {name: "publisher", kind: "text"}, {name: "origin_group", kind: "text"}, {name: "words", kind: "text", wide: true}, {name: "quote", kind: "area", wide: true}, {name: "confidential", kind: "check"}, {name: "sha256", kind: "hidden"}},
		count: func(inc *keepiton.Incident) int { return len(inc.Sources) },
		fill: func(inc *keepiton.Incident, i int, set func(part, value string)) {
			s := inc.Sources[i]
			for part, value := range map[string]string{
				"id": string(s.ID), "kind": s.Kind, "published": s.Published.String(), "url": s.URL, "archived_url": s.ArchivedURL, "title": s.Title,
				"publisher": s.Publisher, "origin_group": s.OriginGroup, "words": s.Words, "quote": s.Quote, "confidential": tick(s.Confidential), "sha256": s.SHA256,
			} {
				set(part, value)
			}
		},
		read: readSources,
	},
	"signals": {
		parts: []part{{name: "feed", kind: "text"}, {name: "from", kind: "date"}, {name: "to", kind: "date"}, {name: "url", kind: "text", wide: true}, {name: "note", kind: "text", wide: true}},
		count: func(inc *keepiton.Incident) int { return len(inc.Signals) },
		fill: func(inc *keepiton.Incident, i int, set func(part, value string)) {
			s := inc.Signals[i]
			set("feed", s.Feed)
			set("from", s.From.String())
			set("to", s.To.String())
			set("url", s.URL)
			set("note", s.Note)
		},
		read: func(inc *keepiton.Incident, f form) (bad []wrong) {
			inc.Signals = readRows(f, "signals", func(get func(string) string) (keepiton.SignalLink, []string) {
				var d dates
				s := keepiton.SignalLink{Feed: get("feed"), URL: get("url"), Note: get("note"), From: d.read(get, "from"), To: d.read(get, "to")}
				return s, d.bad
			}, &bad)
			return bad
		},
	},
}

// readRows reads the rows of a list and leaves out those that are empty. one
// names the parts that it could not read as part:message.
func readRows[T comparable](f form, name string, one func(get func(string) string) (T, []string), bad *[]wrong) []T {
	var out []T
	var empty T
	for i := range f.rows(name) {
		v, parts := one(func(part string) string { return f.get(row(name, i, part)) })
		for _, p := range parts {
			part, key, _ := strings.Cut(p, ":")
			*bad = append(*bad, wrong{row(name, i, part), key})
		}
		if v != empty || len(parts) > 0 {
			out = append(out, v)
		}
	}
	return out
}

func readEpisodes(inc *keepiton.Incident, f form) (bad []wrong) {
	inc.Episodes = readRows(f, "episodes", func(get func(string) string) (keepiton.Episode, []string) {
		var d dates
		e := keepiton.Episode{Start: d.read(get, "start"), Note: get("note")}
		e.End = keepiton.Ending{State: keepiton.EndState(get("end_state")), At: d.read(get, "end")}
		if s := e.End.State; s != keepiton.EndNotAsked && !endStates.Has(string(s)) {
			d.bad = append(d.bad, "end_state:desk.wrong.choice")
		}
		return e, d.bad
	}, &bad)
	return bad
}

// readPlaces takes a code that a person changed as that person's choice, and
// one that stayed with the confidence it had.
func readPlaces(inc *keepiton.Incident, f form) (bad []wrong) {
	before := inc.Places
	inc.Places = readRows(f, "places", func(get func(string) string) (keepiton.Place, []string) {
		p := keepiton.Place{
			Words: get("words"), Country: strings.ToUpper(get("country")), Region: strings.ToUpper(get("region")), District: get("district"),
			Nationwide: get("nationwide") != "", Except: get("except") != "",
		}
		if p.Country == "" && p.Region != "" {
			p.Country, _, _ = strings.Cut(p.Region, "-")
		}
		// What the form says of confidence is not believed: only a place that
		// the record has keeps it.
		i := slices.IndexFunc(before, func(o keepiton.Place) bool {
			return placeKey(o) == placeKey(p) && placeKey(o) == get("was") && o.Words == p.Words
		})
		switch {
		case p.Country == "":
		case i >= 0 && get("method") != review.MethodPerson:
			p.Confidence, p.Method = before[i].Confidence, before[i].Method
		default:
			p.Confidence, p.Method = 1, review.MethodPerson
		}
		return p, nil
	}, &bad)
	return bad
}

func placeKey(p keepiton.Place) string { return p.Country + "|" + p.Region + "|" + p.District }

func readSources(inc *keepiton.Incident, f form) (bad []wrong) {
	before := inc.Sources
	inc.Sources = readRows(f, "sources", func(get func(string) string) (keepiton.Source, []string) {
		var d dates
		s := keepiton.Source{
			ID: keepiton.SourceID(get("id")), Kind: get("kind"), URL: get("url"), ArchivedURL: get("archived_url"), Title: get("title"), Publisher: get("publisher"),
			Published: d.read(get, "published"), OriginGroup: get("origin_group"), Words: get("words"), Quote: get("quote"), Confidential: get("confidential") != "",
		}
		if i := slices.IndexFunc(before, func(o keepiton.Source) bool { return o.ID == s.ID && o.ArchivedURL == s.ArchivedURL }); i >= 0 {
			s.SHA256 = before[i].SHA256
		}
		if s == (keepiton.Source{ID: s.ID}) && len(d.bad) == 0 {
			return keepiton.Source{}, nil // an added row that stayed empty
		}
		return s, d.bad
	}, &bad)
	return bad
}

// dates reads the dates of a row and notes which it could not read.
type dates struct{ bad []string }

func (d *dates) read(get func(string) string, part string) keepiton.Moment {
	m, err := keepiton.ParseMoment(get(part))
	if err != nil || m.IsZero() && get(part) != "" { // the year 1 is "no date"
		d.bad = append(d.bad, part+":desk.wrong.date")
		return keepiton.Moment{}
	}
	if !m.IsZero() && get(part+"_estimated") != "" {
		m.Estimated = true
	}
	return m
}

// setDate shows the estimate as a box beside the date.
func setDate(set func(part, value string), part string, m keepiton.Moment) {
	set(part, strings.TrimSuffix(m.String(), "~"))
	set(part+"_estimated", tick(m.Estimated))
}

func tick(b bool) string {
	if b {
		return "1"
	}
	return ""
}

// slug writes the name of a service as an id where that is plain.
func slug(s string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(s)), " ", "_")
}
