package stop

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/geo"
)

// scopeWords, continentWords and the two below are the words of the layouts
// that have their own.
var (
	scopeWords = map[Layout]map[string]string{
		G1: {"one_place": "Local", "one_region": "Regional", "several_regions": "National"},
		G2: {"one_place": "Level 1", "one_region": "Level 2", "several_regions": "Level 3"},
	}
	continentWords = map[string]string{"apac": "Asia Pacific", "lac": "South America"}
	extentWords    = map[Layout]map[string]string{
		G2: {"full_network": "Full", "service_based": "Service-based", "full_network,service_based": "Full and Service-based"},
	}
	kindWords    = map[string]string{"shutdown,throttling": "Shutdown and throttle"}
	networkNames = map[Layout]string{G2: "Mobile and broadband", G3: "Broadband, Mobile", G4: "Broadband, Mobile"}
)

func (r renderer) what(key string) string {
	inc := r.inc
	switch key {
	case "geo_scope":
		if w, ok := scopeWords[r.l][inc.Scope]; ok {
			return w
		}
		return words(keepiton.Scopes, nonEmpty(inc.Scope))
	case "region":
		if w, ok := continentWords[inc.Region]; ok && r.l <= G2 {
			return w
		}
		return words(keepiton.Regions, nonEmpty(inc.Region))
	case "shutdown_type":
		if r.l == G1 {
			return r.packed()
		}
		if w, ok := kindWords[strings.Join(inc.Kinds, ",")]; ok && r.l == G2 {
			return w
		}
		return words(keepiton.Kinds, inc.Kinds)
	case "shutdown_extent":
		if r.l == G1 {
			return r.group()
		}
		if w, ok := extentWords[r.l][strings.Join(inc.Extents, ",")]; ok {
			return w
		}
		return words(keepiton.Extents, inc.Extents)
	}
	switch n := inc.Networks; {
	case n.Mobile == keepiton.Yes && n.Fixed == keepiton.Yes:
		return networkNames[r.l]
	case n.Mobile == keepiton.Yes:
		return "Mobile"
	case n.Fixed == keepiton.Yes:
		return "Broadband"
	case n.Mobile == keepiton.Unknown || n.Fixed == keepiton.Unknown:
		return "Unknown"
	}
	return ""
}

// packed is the first layout's list of what was cut.
func (r renderer) packed() string {
	var out []string
	n := r.inc.Networks
	for _, p := range []struct {
		yes  bool
		word string
	}{
		{n.Fixed == keepiton.Yes, "Broadband Internet"},
		{n.Mobile == keepiton.Yes, "Mobile Internet"},
		{n.SMS == keepiton.Yes, "SMS"},
		{n.Voice == keepiton.Yes, "Telephony"},
		{slices.Contains(r.inc.Extents, "service_based"), "Service-based"},
		{slices.Contains(r.inc.Kinds, "throttling"), "Throttling"},
	} {
		if p.yes {
			out = append(out, p.word)
		}
	}
	return strings.Join(out, ", ")
}

// group is the first layout's one word for it.
func (r renderer) group() string {
	full, n := slices.Contains(r.inc.Extents, "full_network"), r.inc.Networks
	switch {
	case len(r.inc.Kinds) == 1 && r.inc.Kinds[0] == "throttling":
		return "Throttling"
	case !full && slices.Contains(r.inc.Extents, "service_based"):
		return "Service-based"
	case !full:
		return ""
	case n.Mobile == keepiton.Yes && n.Fixed == keepiton.No:
		return "Mobile Internet"
	case n.Fixed == keepiton.Yes && n.Mobile == keepiton.No:
		return "Broadband Internet"
	}
	return "Full network"
}

// own fills the columns that only one layout has.
func (r renderer) own(column string) string {
	n := r.inc.Networks
	switch column {
	case "durationhours":
		if d, err := strconv.ParseFloat(r.when("duration"), 64); err == nil {
			return strconv.FormatFloat(24*d, 'f', -1, 64)
		}
	case "servicesaffected":
		return r.packed()
	case "smsandphonecallaffected":
		switch {
		case n.SMS == keepiton.Yes && n.Voice == keepiton.Yes:
			return "SMS and Phone call"
		case n.SMS == keepiton.Yes:
			return "SMS"
		case n.Voice == keepiton.Yes:
			return "Phone call"
		case n.SMS == keepiton.No && n.Voice == keepiton.No:
			return "None"
		case n.SMS == keepiton.Unknown || n.Voice == keepiton.Unknown:
			return "Unknown"
		}
	}
	return ""
}

// when writes dates in ISO 8601, and days as the layout counts them: without
// the first day up to 2019, with it from 2020 on.
func (r renderer) when(key string) string {
	start, end := r.inc.Start(), r.inc.End()
	switch key {
	case "start_date_type":
		if start.IsZero() {
			return ""
		}
		if start.Estimated {
			return "Estimated"
		}
		return "Actual"
	case "start_date":
		return plainDate(start)
	case "shutdown_status":
		return map[keepiton.EndState]string{keepiton.Ended: "Ended", keepiton.Ongoing: "Ongoing", keepiton.EndUnknown: "Unknown"}[end.State]
	case "end_date":
		if end.At.IsZero() && r.l <= G2 && end.State == keepiton.Ongoing {
			return "Ongoing"
		}
		return plainDate(end.At)
	}
	if start.IsZero() || end.At.IsZero() || end.At.At.Before(start.At) {
		for _, e := range r.inc.Episodes {
			if e.Note != "" {
				return e.Note
			}
		}
		return ""
	}
	const day = 24 * time.Hour
	days := int(end.At.At.Truncate(day).Sub(start.At.Truncate(day)) / day)
	if r.l >= G3 {
		days++
	}
	return strconv.Itoa(days)
}

func plainDate(m keepiton.Moment) string {
	m.Estimated = false
	if m.Precision == keepiton.Minute || m.Precision == keepiton.Hour {
		return m.At.Format(time.DateOnly)
	}
	return m.String()
}

func (r renderer) platform(id string) string {
	for _, s := range r.inc.Services {
		if s.ID == id {
			if r.l == G2 && (s.Affected == keepiton.Yes || s.Affected == keepiton.No) {
				return strings.ToUpper(strconv.FormatBool(s.Affected == keepiton.Yes))
			}
			return answerWord(s.Affected)
		}
	}
	return ""
}

// others lists the services that have no column of their own in the layout.
func others(inc *keepiton.Incident) string {
	var out []string
	for _, s := range inc.Services {
		if !slices.Contains(platforms, s.ID) && s.Affected == keepiton.Yes {
			name := s.Words
			if name == "" {
				name = s.ID
			}
			out = append(out, name)
		}
	}
	return strings.Join(out, ", ")
}

func operators(inc *keepiton.Incident) string {
	var out []string
	for _, o := range inc.Operators {
		s := o.Name
		if o.Country != "" {
			s = o.Country + ": " + s
		}
		if o.Owner != "" {
			s += " (" + o.Owner + ")"
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

func country(inc *keepiton.Incident) string {
	if inc.Country != "" {
		return inc.Country
	}
	var out []string
	for _, code := range inc.Countries() {
		if c, ok := geo.ByCode(code); ok && c.STOP != "" {
			code = c.STOP
		}
		out = append(out, code)
	}
	return strings.Join(out, "; ")
}

func area(inc *keepiton.Incident) string {
	if inc.Area != "" {
		return inc.Area
	}
	var out []string
	for _, p := range inc.Places {
		switch {
		case p.Words != "":
			out = append(out, p.Words)
		case p.Nationwide:
			out = append(out, "Nationwide")
		case p.District != "":
			out = append(out, p.District)
		case p.Region != "":
			out = append(out, geo.RegionName(p.Region, "en"))
		}
	}
	return strings.Join(out, ", ")
}

// cited writes sources and quotations. The layout of 2019 has them in one cell.
func (r renderer) cited(key string) string {
	inc := r.inc
	of := func(field string) string {
		return r.sources(func(s keepiton.Source) bool { return slices.Contains(inc.Claims[field].Sources, s.ID) })
	}
	switch key {
	case "gov_ack_source":
		if r.l == G2 {
			return strings.Trim(of("gov_ack")+"\n"+inc.GovQuote, "\n")
		}
		return of("gov_ack")
	case "gov_ack_quote":
		return inc.GovQuote
	case "telco_ack_source":
		if r.l == G2 {
			return strings.Trim(of("operator_ack")+"\n"+inc.OperatorQuote, "\n")
		}
		return of("operator_ack")
	case "telco_ack_quote":
		return inc.OperatorQuote
	case "an_link":
		return r.sources(func(s keepiton.Source) bool { return s.Kind == "campaign" })
	}
	return r.sources(func(s keepiton.Source) bool {
		return s.Kind != "campaign" && !slices.Contains(inc.Claims["gov_ack"].Sources, s.ID) && !slices.Contains(inc.Claims["operator_ack"].Sources, s.ID)
	})
}

func (r renderer) sources(want func(keepiton.Source) bool) string {
	var out []string
	for _, s := range r.inc.Sources {
		if !want(s) {
			continue
		}
		if s.URL != "" {
			out = append(out, s.URL)
		} else if s.Words != "" {
			out = append(out, s.Words)
		}
	}
	return strings.Join(out, "; ")
}

func words(list keepiton.Codes, codes []string) string {
	var out []string
	for _, c := range codes {
		out = append(out, list.STOP(c))
	}
	return strings.Join(out, ", ")
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

func answerWord(a keepiton.Answer) string {
	return [...]string{keepiton.NotAsked: "", keepiton.Unknown: "Unknown", keepiton.No: "No", keepiton.Yes: "Yes"}[a]
}
