package stop

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"keepiton"
)

// rowOf makes a row of a layout from cells by the layout's own column names.
func rowOf(l Layout, year int, cells map[string]string) keepiton.Row {
	r := keepiton.Row{Edition: "e", File: "f.csv", Number: 2, Generation: int(l), CountYear: year}
	for _, c := range columns[l] {
		r.Cells = append(r.Cells, keepiton.Cell{Column: c.name, Key: c.key, Value: cells[c.name]})
	}
	return r
}

func TestDraftOfTheFourthLayout(t *testing.T) {
	inc, _ := Draft([]keepiton.Row{rowOf(G4, 2022, map[string]string{
		"start_date_type": "Estimated", "start_date": "1/3/2022", "end_date": "1/5/2022", "shutdown_status": "Ended", "country": "Kazakhstan", "area_name": "Nationwide",
		"shutdown_type": "Shutdown, Throttle", "shutdown_extent": "Full network, Service-based", "affected_network": "Mobile", "ordered_by": "Executive government", "decision_maker": "The President",
		"facebook_affected": "Yes", "twitter_affected": "Unknown", "telegram_affected": "No", "other_affected": "Signal, VPN services; Starlink", "sms_affected": "Unknown",
		"actual_cause": "Protests", "gov_justification": "School Exams", "gov_ack": "Yes", "info_source": "News media article",
		"info_source_link": "https://news.example/a; https://ooni.org/post/1\nhttps://x.com/who/status/1",
		"gov_ack_source":   "https://news.example/a", "gov_ack_quote": "“We did.”",
		"telco_ack_source": "https://telco.example/notice", "an_link": "https://www.accessnow.org/kz/",
		"telcos_involved": "Kazakhstan: Beeline (VEON), Kazakhstan: Kcell (Fintur)",
	})})
	if e := inc.Episodes[0]; e.Start.String() != "2022-01-03~" || e.End.At.String() != "2022-01-05" || e.End.State != keepiton.Ended {
		t.Errorf("got episode %+v", e)
	}
	if n := inc.Networks; n.Mobile != keepiton.Yes || n.Fixed != keepiton.No || n.Satellite != keepiton.Yes || n.SMS != keepiton.Unknown || n.Voice != keepiton.NotAsked {
		t.Errorf("got networks %+v", n)
	}
	var services []string
	for _, s := range inc.Services {
		services = append(services, s.ID+" "+s.Affected.String())
	}
	if want := []string{"facebook yes", "twitter unknown", "telegram no", "signal yes", "vpn yes", "starlink yes"}; !slices.Equal(services, want) {
		t.Errorf("got services %v, want %v", services, want)
	}
	var sources []string
	for _, s := range inc.Sources {
		sources = append(sources, string(s.ID)+" "+s.Kind)
	}
	if want := []string{"s1 news", "s2 measurement", "s3 social_media", "s4 statement", "s5 operator_notice", "s6 campaign"}; !slices.Equal(sources, want) {
		t.Errorf("got sources %v, want %v", sources, want)
	}
	if inc.Sources[0].OriginGroup == "" || inc.Sources[0].OriginGroup != inc.Sources[3].OriginGroup {
		t.Errorf("one article in two columns has two origins: %+v", inc.Sources)
	}
	if !slices.Equal(inc.Claims["gov_ack"].Sources, []keepiton.SourceID{"s4"}) || !slices.Equal(inc.Claims[keepiton.AnyField].Sources, []keepiton.SourceID{"s1", "s2", "s3"}) {
		t.Errorf("got claims %v", inc.Claims)
	}
	if p := inc.Perpetrators; len(p) != 1 || p[0].Body != "executive_government" || p[0].Country != "" {
		t.Errorf("got perpetrators %+v: the affected country is not the perpetrator's", p)
	}
	if !slices.Equal(inc.Justifications, []string{"school_exams"}) || inc.Verification.Level != keepiton.Listed || inc.GovQuote != "“We did.”" {
		t.Errorf("got %v, %s, %q", inc.Justifications, inc.Verification.Level, inc.GovQuote)
	}
	if o := inc.Operators; len(o) != 2 || o[0] != (keepiton.Operator{Name: "Beeline", Owner: "VEON", Country: "Kazakhstan"}) {
		t.Errorf("got operators %+v", o)
	}
}

func TestDraftOfTheFirstLayout(t *testing.T) {
	inc, defects := Draft([]keepiton.Row{rowOf(G1, 2017, map[string]string{
		"year": "2017", "start_date": "2017-04-01", "end_date": "ongoing", "country": "Democratic Republic of the Congo", "area_name": "", "geo_scope": "National",
		"shutdown_type_group": "Mobile Internet", "shutdown_type": "Mobile Internet, SMS, Service-based", "service_details": "WhatsApp", "sub_region": "Middle Africa", "continent": "Africa",
		"ordered_by": "Executive Government", "actual_cause": "Protest", "duration_days": "Curfew Style", "event": "NA",
	})})
	if inc.Episodes[0].End.State != keepiton.Ongoing || inc.Episodes[0].Note != "Curfew Style" {
		t.Errorf("got episode %+v", inc.Episodes[0])
	}
	if !slices.Equal(inc.Kinds, []string{"shutdown"}) || !slices.Equal(inc.Extents, []string{"full_network", "service_based"}) {
		t.Errorf("got kinds %v, extents %v", inc.Kinds, inc.Extents)
	}
	if n := inc.Networks; n.Mobile != keepiton.Yes || n.Fixed != keepiton.No || n.SMS != keepiton.Yes || n.Voice != keepiton.NotAsked {
		t.Errorf("got networks %+v", n)
	}
	if inc.Region != "africa" || inc.Scope != "several_regions" || !slices.Equal(inc.Countries(), []string{"CD"}) || inc.GovAck != keepiton.NotAsked || inc.Summary != "" {
		t.Errorf("got region %q, scope %q, countries %v, gov_ack %v, summary %q", inc.Region, inc.Scope, inc.Countries(), inc.GovAck, inc.Summary)
	}
	if k := countKinds(defects); k[TextualDuration] != 1 || k[SpellingVariant] != 1 || k[BlankNotAsked] != 0 {
		t.Errorf("got defects %v", k)
	}
}

func TestDefectsOfTheRealSheetsAreNamed(t *testing.T) {
	base := func(cells map[string]string) map[string]string {
		out := map[string]string{
			"start_date": "2021-01-02", "end_date": "2021-01-03", "duration": "2", "shutdown_status": "Ended", "country": "India", "shutdown_extent": "Full network", "shutdown_type": "Shutdown",
			"sms_affected": "No", "phonecall_affected": "No", "gov_ack": "No", "legal_just": "No", "telco_ack": "No", "election": "No", "violence": "No", "hr_abuse_reported": "No", "users_notified": "No",
		}
		for _, p := range platforms {
			out[p+"_affected"] = "No"
		}
		for k, v := range cells {
			out[k] = v
		}
		return out
	}
	for _, c := range []struct {
		cells  map[string]string
		kind   Kind
		column string
	}{
		{map[string]string{"duration": "-44138"}, NegativeDuration, "duration"},
		{map[string]string{"duration": "For about two hours"}, TextualDuration, "duration"},
		{map[string]string{"duration": "0.42"}, FractionalDuration, "duration"},
		{map[string]string{"duration": "1"}, ExclusiveDuration, "duration"},
		{map[string]string{"duration": "2"}, InclusiveDuration, "duration"},
		{map[string]string{"duration": "9"}, DurationMismatch, "duration"},
		{map[string]string{"end_date": "2020-01-02"}, EndBeforeStart, "end_date"},
		{map[string]string{"end_date": "", "shutdown_status": "Unknown"}, MissingEnd, "end_date"},
		{map[string]string{"end_date": ""}, EndedWithoutEnd, "end_date"},
		{map[string]string{"shutdown_status": "Ongoing"}, OngoingWithEnd, "end_date"},
		{map[string]string{"end_date": "April/2017"}, UnparseableDate, "end_date"},
		{map[string]string{"start_date": ""}, MissingStart, "start_date"},
		{map[string]string{"gov_ack": "Maybe"}, UnknownSpelling, "gov_ack"},
		{map[string]string{"actual_cause": "Protests\n"}, SpellingVariant, "actual_cause"},
		{map[string]string{"ordered_by": "Uknown "}, SpellingVariant, "ordered_by"},
		{map[string]string{"country": "Cameroon; Central African Republic"}, SeveralCountries, "country"},
		{map[string]string{"country": "Atlantis"}, UnmappedPlace, "country"},
		{map[string]string{"facebook_affected": "Yes"}, FullNetworkWithService, "shutdown_extent"},
		{map[string]string{"shutdown_extent": "Service-based"}, ServiceBasedNoService, "shutdown_extent"},
		{map[string]string{"info_source_link": "deshgujarat.com/2016/02/26/x"}, MalformedURL, "info_source_link"},
		{map[string]string{"info_source_link": "https://exa mple"}, MalformedURL, "info_source_link"},
		{map[string]string{"violence": ""}, BlankNotAsked, "violence"},
	} {
		_, defects := Draft([]keepiton.Row{rowOf(G4, 2021, base(c.cells))})
		n := 0
		for _, d := range defects {
			if d.Kind == c.kind && d.Column == c.column && d.Row == 2 && d.File == "f.csv" {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%v: got %v, want one %s in %s", c.cells, defects, c.kind, c.column)
		}
	}
}

func TestCommaInACountryIsNotASecondCountry(t *testing.T) {
	_, defects := Draft([]keepiton.Row{rowOf(G4, 2021, map[string]string{"country": "Tanzania, United Republic of", "start_date": "2021-01-01"})})
	if k := countKinds(defects); k[SeveralCountries] != 0 || k[UnmappedPlace] != 0 {
		t.Errorf("got %v", defects)
	}
}

func TestConfidentialSourceIsNotRepeatedInDefects(t *testing.T) {
	inc, defects := Draft([]keepiton.Row{rowOf(G4, 2021, map[string]string{"info_source": "Confidential", "info_source_link": "secret.example.com/x and Jane", "start_date": "2021-01-01", "country": "India"})})
	for _, d := range defects {
		if strings.Contains(d.Value, "secret") || strings.Contains(d.Value, "Jane") {
			t.Errorf("%s tells %q", d.Kind, d.Value)
		}
	}
	for _, s := range inc.Sources {
		if !s.Confidential {
			t.Errorf("source %s is not confidential", s.ID)
		}
	}
	row := View(G4, inc.Public())[0]
	if strings.Contains(strings.Join(row, "|"), "secret") {
		t.Errorf("the old layout tells %q", row)
	}
}

func TestLinksInOneCell(t *testing.T) {
	for _, c := range []struct {
		cell      string
		urls, bad []string
		words     string
	}{
		{"https://a.example/x;https://b.example/y,https://c.example/z", []string{"https://a.example/x", "https://b.example/y", "https://c.example/z"}, nil, ""},
		{"https://web.archive.org/web/2020/https://a.example/x; ", []string{"https://web.archive.org/web/2020/https://a.example/x"}, nil, ""},
		{"Facebook Transparency Report\nhttps://a.example/(x)", []string{"https://a.example/(x)"}, nil, "Facebook Transparency Report"},
		{"(https://a.example/x).", []string{"https://a.example/x"}, nil, ""},
		{"https:/a.example", nil, []string{"https:/a.example"}, "https:/a.example"},
		{"", nil, nil, ""},
	} {
		urls, bad, words := links(c.cell)
		if !slices.Equal(urls, c.urls) || !slices.Equal(bad, c.bad) || words != c.words {
			t.Errorf("%q: got %q, %q, %q, want %q, %q, %q", c.cell, urls, bad, words, c.urls, c.bad, c.words)
		}
	}
}

// TestIncidentMadeAtTheDeskFitsTheOldLayouts writes an incident without rows
// in each layout and reads it back.
func TestIncidentMadeAtTheDeskFitsTheOldLayouts(t *testing.T) {
	want := keepiton.Incident{
		Episodes: []keepiton.Episode{{Start: keepiton.On(2021, time.December, 30), End: keepiton.Ending{State: keepiton.Ended, At: keepiton.On(2022, time.January, 2)}}},
		Places:   []keepiton.Place{{Words: "Srinagar", Country: "IN", Region: "IN-JK", Confidence: 1}},
		Country:  "India", Area: "Srinagar", Scope: "one_place", Region: "apac", Kinds: []string{"shutdown"}, Extents: []string{"full_network"},
		Networks: keepiton.Networks{Mobile: keepiton.Yes, Fixed: keepiton.Yes}, Causes: []string{"protests"}, Justifications: []string{"public_safety"},
		Perpetrators: []keepiton.Perpetrator{{Body: "state_government", Name: "Home Department"}}, InfoSource: "news", GovAck: keepiton.Yes, Summary: "=cut",
		Sources: []keepiton.Source{{ID: "s1", Kind: "news", URL: "https://news.example/1"}},
		Claims:  map[string]keepiton.Claim{keepiton.AnyField: {Sources: []keepiton.SourceID{"s1"}}},
	}
	for _, l := range Layouts {
		rows := View(l, &want)
		if len(rows) != 2 {
			t.Fatalf("%s: got %d rows, want one for 2021 and one for 2022", l.Name(), len(rows))
		}
		cells := map[string]string{}
		for i, h := range Header(l) {
			cells[h] = rows[0][i]
		}
		got, _ := Draft([]keepiton.Row{rowOf(l, 2021, cells)})
		for _, f := range []string{"country", "area", "scope", "region", "kinds", "extents", "mobile", "fixed", "causes", "justifications", "summary", "info_source", "sources"} {
			if f == "region" && l == G3 {
				continue // the layout has no such column
			}
			field, _ := keepiton.FieldByName(f)
			if a, b := field.Values(&want), field.Values(&got); !reflect.DeepEqual(a, b) {
				t.Errorf("%s: field %s: got %v, want %v", l.Name(), f, b, a)
			}
		}
		if got.Start() != want.Start() || got.End().At != want.End().At {
			t.Errorf("%s: got %v to %v", l.Name(), got.Start(), got.End().At)
		}
	}
}

func TestCorrectedFieldShowsInTheOldLayoutAndOthersStayAsPublished(t *testing.T) {
	inc, _ := Draft([]keepiton.Row{rowOf(G2, 2019, map[string]string{"start_date": "1/7/2019", "country ": "India ", "area_name ": "Sringar", "ordered_by ": "Uknown ", "telco_ ack": "x", "notes": "keep me"})})
	inc.Area = "Srinagar"
	row := View(G2, &inc)[0]
	for column, want := range map[string]string{"start_date": "1/7/2019", "country ": "India ", "area_name ": "Srinagar", "ordered_by ": "Uknown ", "notes": "keep me"} {
		if got := row[slices.Index(Header(G2), column)]; got != want {
			t.Errorf("column %q: got %q, want %q", column, got, want)
		}
	}
}
