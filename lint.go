package keepiton

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Severity says what a Problem keeps an editor from.
type Severity uint8

// The severities.
const (
	Advice  Severity = iota // better with, fine without
	Warning                 // worth a look before publishing
	Fault                   // must be mended before publishing
)

// String returns advice, warning or fault.
func (s Severity) String() string { return [...]string{"advice", "warning", "fault"}[min(s, Fault)] }

// Problem is one finding of Lint. Key names the message in the language files,
// lint.<Key>, which tells the editor what to do; Args are its placeholders.
type Problem struct {
	Field    string
	Severity Severity
	Key      string
	Args     map[string]any
}

type check func(inc *Incident, now time.Time, report func(Problem))

var checks = []check{
	lintEpisodes, lintPlaces, lintCodes, lintServices, lintSources, lintClaims, lintState, lintVerification,
}

// Lint looks at every field of inc and returns what an editor should mend,
// faults first. It changes nothing.
func Lint(inc *Incident, now time.Time) []Problem {
	var out []Problem
	for _, c := range checks {
		c(inc, now, func(p Problem) { out = append(out, p) })
	}
	slices.SortStableFunc(out, func(a, b Problem) int { return int(b.Severity) - int(a.Severity) })
	return out
}

func lintEpisodes(inc *Incident, now time.Time, report func(Problem)) {
	if len(inc.Episodes) == 0 {
		report(Problem{"episodes", Fault, "episode_missing", nil})
	}
	for i, e := range inc.Episodes {
		args := map[string]any{"N": i + 1, "Start": e.Start.String(), "End": e.End.At.String()}
		switch {
		case e.Start.IsZero():
			report(Problem{"episodes", Fault, "start_missing", args})
			continue
		case e.Start.At.After(now):
			report(Problem{"episodes", Fault, "start_in_future", args})
		case e.Start.At.Year() < 1990:
			report(Problem{"episodes", Warning, "start_too_early", args})
		}
		switch {
		case !e.End.At.IsZero() && !e.End.At.Until().After(e.Start.At):
			report(Problem{"episodes", Fault, "end_before_start", args})
		case !e.End.At.IsZero() && e.End.State == Ongoing:
			report(Problem{"episodes", Warning, "ongoing_with_end", args})
		case e.End.At.IsZero() && e.End.State == Ended:
			report(Problem{"episodes", Warning, "ended_without_date", args})
		case e.End.At.IsZero() && e.End.State == EndNotAsked:
			report(Problem{"episodes", Advice, "end_missing", args})
		case !e.End.At.IsZero() && e.End.At.At.After(now):
			report(Problem{"episodes", Warning, "end_in_future", args})
		}
		if i > 0 && e.Start.At.Before(inc.Episodes[i-1].Start.At) {
			report(Problem{"episodes", Warning, "episodes_out_of_order", args})
		}
	}
}

func lintPlaces(inc *Incident, _ time.Time, report func(Problem)) {
	if len(inc.Countries()) == 0 {
		report(Problem{"places", Fault, "country_missing", nil})
	}
	for _, p := range inc.Places {
		args := map[string]any{"Words": p.Words, "Country": p.Country, "Region": p.Region}
		switch {
		case p.Country != "" && !isUpper(p.Country, 2):
			report(Problem{"places", Fault, "country_code", args})
		case p.Region != "" && !strings.HasPrefix(p.Region, p.Country+"-"):
			report(Problem{"places", Fault, "region_of_other_country", args})
		case p.Confidence < SurePlace && p.Country != "":
			report(Problem{"places", Warning, "place_unsure", args})
		case p.Country == "":
			report(Problem{"places", Warning, "place_unmapped", args})
		}
	}
	for _, p := range inc.Perpetrators {
		if p.Body != "" && !Bodies.Has(p.Body) {
			report(Problem{"perpetrators", Fault, "code_unknown", map[string]any{"Code": p.Body}})
		}
		if p.Country != "" && !isUpper(p.Country, 2) {
			report(Problem{"perpetrators", Fault, "country_code", map[string]any{"Country": p.Country}})
		}
	}
}

func lintCodes(inc *Incident, _ time.Time, report func(Problem)) {
	for _, f := range Fields {
		if f.Kind != KindCode && f.Kind != KindCodes {
			continue
		}
		values := f.Values(inc)
		for i, v := range values {
			if !f.Codes.Has(v) {
				report(Problem{f.Name, Fault, "code_unknown", map[string]any{"Code": v}})
			}
			if slices.Contains(values[:i], v) {
				report(Problem{f.Name, Warning, "code_twice", map[string]any{"Code": v}})
			}
		}
		if len(values) > 1 && slices.Contains(values, CodeUnknown) {
			report(Problem{f.Name, Warning, "unknown_and_known", nil})
		}
	}
	if len(inc.Kinds) == 0 {
		report(Problem{"kinds", Fault, "kind_missing", nil})
	}
	if len(inc.Causes) == 0 {
		report(Problem{"causes", Warning, "cause_missing", nil})
	}
}

func lintServices(inc *Incident, _ time.Time, report func(Problem)) {
	anyYes := false
	for i, s := range inc.Services {
		anyYes = anyYes || s.Affected == Yes
		if s.ID == "" || strings.Trim(s.ID, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
			report(Problem{"services", Fault, "service_id", map[string]any{"ID": s.ID}})
		}
		if slices.ContainsFunc(inc.Services[:i], func(o ServiceAnswer) bool { return o.ID == s.ID }) {
			report(Problem{"services", Warning, "service_twice", map[string]any{"ID": s.ID}})
		}
	}
	service, full := slices.Contains(inc.Extents, "service_based"), slices.Contains(inc.Extents, "full_network")
	if service && !anyYes {
		report(Problem{"services", Warning, "service_not_named", nil})
	}
	if full && !service && anyYes {
		report(Problem{"extents", Warning, "full_network_with_service", nil})
	}
}

func lintSources(inc *Incident, _ time.Time, report func(Problem)) {
	if len(inc.Sources) == 0 {
		report(Problem{"sources", Fault, "source_missing", nil})
	}
	for i, s := range inc.Sources {
		args := map[string]any{"ID": string(s.ID), "URL": s.URL}
		if s.ID == "" || slices.ContainsFunc(inc.Sources[:i], func(o Source) bool { return o.ID == s.ID }) {
			report(Problem{"sources", Fault, "source_id", args})
		}
		if !SourceKinds.Has(s.Kind) {
			report(Problem{"sources", Fault, "code_unknown", map[string]any{"Code": s.Kind}})
		}
		if s.URL != "" && !ValidURL(s.URL) {
			report(Problem{"sources", Warning, "source_url", args})
		}
		if s.URL != "" && s.ArchivedURL == "" && fragile(s.URL) {
			report(Problem{"sources", Advice, "source_not_archived", args})
		}
	}
}

// ValidURL reports whether s is an absolute http, https or ftp URL with a host.
func ValidURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https" || u.Scheme == "ftp") && !strings.ContainsAny(s, " \t\n")
}

// fragile reports whether a link is to a platform whose posts tend to vanish.
func fragile(s string) bool {
	u, err := url.Parse(s)
	if err != nil {
		return false
	}
	host := strings.TrimPrefix(u.Hostname(), "www.")
	return slices.Contains([]string{"twitter.com", "x.com", "facebook.com", "t.me", "instagram.com"}, host)
}

func lintClaims(inc *Incident, _ time.Time, report func(Problem)) {
	for field, c := range inc.Claims {
		if _, ok := FieldByName(field); !ok && field != AnyField {
			report(Problem{"claims", Fault, "claim_field", map[string]any{"Field": field}})
		}
		for _, id := range c.Sources {
			if !slices.ContainsFunc(inc.Sources, func(s Source) bool { return s.ID == id }) {
				report(Problem{"claims", Fault, "claim_source", map[string]any{"Field": field, "ID": string(id)}})
			}
		}
	}
}

func lintState(inc *Incident, _ time.Time, report func(Problem)) {
	switch {
	case !slices.Contains(States, inc.State):
		report(Problem{"state", Fault, "state_unknown", map[string]any{"State": string(inc.State)}})
	case inc.State == Withdrawn && inc.Reason == "":
		report(Problem{"reason", Fault, "reason_missing", nil})
	case inc.State == Merged && inc.MergedInto == "":
		report(Problem{"merged_into", Fault, "merge_target_missing", nil})
	case inc.State == Merged && inc.MergedInto == inc.ID:
		report(Problem{"merged_into", Fault, "merge_into_itself", nil})
	}
}

func lintVerification(inc *Incident, _ time.Time, report func(Problem)) {
	v := inc.Verification
	if !slices.Contains(Levels, v.Level) {
		report(Problem{"verification", Fault, "level_unknown", map[string]any{"Level": string(v.Level)}})
	}
	if v.Level == Corroborated || v.Level == Verified {
		if v.By == "" || v.At.IsZero() || len(v.On) == 0 {
			report(Problem{"verification", Fault, "verification_incomplete", map[string]any{"Level": string(v.Level)}})
		}
	}
	if v.Level == Corroborated {
		var on []Source
		for _, s := range inc.Sources {
			if slices.Contains(v.On, s.ID) {
				on = append(on, s)
			}
		}
		if n := Origins(on); n < 2 {
			report(Problem{"verification", Fault, "one_origin", map[string]any{"N": fmt.Sprint(n)}})
		}
	}
}

func isUpper(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}
