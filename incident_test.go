package keepiton

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

var testNow = time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)

func sound() *Incident {
	return &Incident{
		ID:       NewIncidentID(2024, 1),
		State:    Published,
		Episodes: []Episode{{Start: day("2024-05-01"), End: Ending{State: Ended, At: day("2024-05-02")}}},
		Places:   []Place{{Words: "Nowhere", Country: "XA", Confidence: 1}},
		Kinds:    []string{"shutdown"},
		Extents:  []string{"full_network"},
		Causes:   []string{"protests"},
		Sources:  []Source{{ID: "s1", Kind: "news", URL: "https://example.org/a"}},
		Claims:   map[string]Claim{AnyField: {Sources: []SourceID{"s1"}}},
	}
}

func TestIncidentIDReadsWhatItWrites(t *testing.T) {
	for _, n := range []int{1, 9999, 10000, 123456} {
		id := NewIncidentID(2022, n)
		if y, k, err := id.Parse(); err != nil || y != 2022 || k != n {
			t.Errorf("%s.Parse() = %d, %d, %v", id, y, k, err)
		}
	}
	for _, bad := range []IncidentID{"", "KIO-2022-1", "KIO-2022-0000", "kio-2022-0001", "KIO-2022-00001", "KIO-22-0001", "KIO-2022-0001-2", "KIO-2022-+001"} {
		if _, _, err := bad.Parse(); CodeOf(err) != Invalid {
			t.Errorf("%q.Parse() gave %v, want an error of code invalid", bad, err)
		}
	}
}

func TestPublishedNeverBecomesADraftAgain(t *testing.T) {
	for _, from := range []State{Published, Withdrawn, Merged} {
		for _, to := range []State{Draft, InReview} {
			if from.May(to) {
				t.Errorf("%s may become %s", from, to)
			}
		}
	}
	if !Withdrawn.May(Published) || !Merged.May(Published) {
		t.Error("a withdrawal or merge cannot be undone")
	}
}

func TestAnswersSurviveJSON(t *testing.T) {
	for _, a := range []Answer{NotAsked, Unknown, No, Yes} {
		data, err := json.Marshal(struct{ A Answer }{a})
		if err != nil {
			t.Fatal(err)
		}
		var back struct{ A Answer }
		if err := json.Unmarshal(data, &back); err != nil || back.A != a {
			t.Errorf("%s reads back as %v (%v)", data, back.A, err)
		}
	}
	var a Answer
	if err := a.UnmarshalText([]byte("maybe")); CodeOf(err) != Invalid {
		t.Errorf("maybe is no answer, got %v", err)
	}
}

func TestUnknownIsNotNoAndNotBlank(t *testing.T) {
	f, _ := FieldByName("violence")
	for a, want := range map[Answer]Answer{NotAsked: NotAsked, Unknown: Unknown, No: No, Yes: Yes} {
		if got := f.State(&Incident{Violence: a}); got != want {
			t.Errorf("state of violence %v = %v", a, got)
		}
	}
	c, _ := FieldByName("causes")
	if got := c.State(&Incident{Causes: []string{CodeUnknown}}); got != Unknown {
		t.Errorf("a cause that is not known has state %v", got)
	}
}

func TestIncidentSurvivesJSON(t *testing.T) {
	inc := sound()
	inc.Services = []ServiceAnswer{{ID: "whatsapp", Affected: Unknown}}
	inc.Rows = []Row{{Edition: "e", File: "f", Number: 2, CountYear: 2024, Cells: []Cell{{Column: "country ", Key: "country", Value: "Nowhere "}}}}
	data, err := json.Marshal(inc)
	if err != nil {
		t.Fatal(err)
	}
	var back Incident
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(*inc, back) {
		t.Errorf("got %+v, want %+v", back, *inc)
	}
}

// fill sets every field that reflection can reach, so that a field added to
// Incident and forgotten in Clone or Fields is found.
func fill(v reflect.Value, depth int) {
	if depth > 6 {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Int:
		v.SetInt(7)
	case reflect.Uint8:
		v.SetUint(2)
	case reflect.Float64:
		v.SetFloat(1)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), depth+1)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		elem := reflect.New(v.Type().Elem()).Elem()
		fill(elem, depth+1)
		v.SetMapIndex(reflect.ValueOf("x"), elem)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(testNow))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), depth+1)
		}
	}
}

func TestCloneSharesNothing(t *testing.T) {
	var a Incident
	fill(reflect.ValueOf(&a).Elem(), 0)
	before, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	c := a.Clone()
	if !reflect.DeepEqual(&a, c) {
		t.Fatal("the clone differs")
	}
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		switch f := v.Field(i); f.Kind() {
		case reflect.Slice:
			f.Index(0).SetZero()
		case reflect.Map:
			f.Clear()
		}
	}
	c.Rows[0] = Row{}
	if after, _ := json.Marshal(a); string(after) != string(before) {
		t.Errorf("changing the clone changed the original:\n%s\n%s", before, after)
	}
}

func TestDiffSeesEveryField(t *testing.T) {
	var full Incident
	fill(reflect.ValueOf(&full).Elem(), 0)
	changed := map[string]bool{}
	for _, c := range Diff(&Incident{}, &full) {
		changed[c.Field] = true
	}
	for _, f := range Fields {
		if !changed[f.Name] {
			t.Errorf("a change of %s is not seen", f.Name)
		}
	}
	if d := Diff(&full, full.Clone()); d != nil {
		t.Errorf("equal incidents differ: %v", d)
	}
}

func TestFieldNamesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range Fields {
		if seen[f.Name] {
			t.Errorf("%s stands twice", f.Name)
		}
		seen[f.Name] = true
	}
}

func TestPublicCopyKeepsConfidentialSourcesSilent(t *testing.T) {
	const secret = "MARKED"
	inc := sound()
	inc.InfoSource = Confidential
	inc.Sources = []Source{{ID: "s1", Kind: "partner", URL: "https://x/" + secret, Words: secret, Title: secret, Publisher: secret, Quote: secret, ArchivedURL: secret, OriginGroup: secret, SHA256: secret}}
	inc.Rows = []Row{{Cells: []Cell{
		{Column: "info_source", Key: "info_source", Value: "Confidential"},
		{Column: "info_source_link", Key: "info_source_link", Value: secret},
	}}}
	one := sound()
	one.Sources[0].Confidential = true
	one.Sources[0].URL = "https://x/" + secret
	for _, c := range []*Incident{inc, one} {
		data, err := json.Marshal(c.Public())
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), secret) {
			t.Errorf("the public copy tells the source: %s", data)
		}
		if back, _ := json.Marshal(c); !strings.Contains(string(back), secret) {
			t.Error("the original lost its source")
		}
	}
}

func TestCountriesLeaveOutGuessesAndExceptions(t *testing.T) {
	inc := &Incident{Places: []Place{
		{Country: "XA", Confidence: 1},
		{Country: "XB", Confidence: 0.5},
		{Country: "XC", Confidence: 1, Except: true},
		{Country: "XA", Region: "XA-01", Confidence: 1},
	}}
	if got := inc.Countries(); !slices.Equal(got, []string{"XA"}) {
		t.Errorf("got %v, want [XA]", got)
	}
}

func TestOriginsOfOneGroupCountOnce(t *testing.T) {
	s := []Source{{ID: "s1", OriginGroup: "ooni"}, {ID: "s2", OriginGroup: "ooni"}, {ID: "s3"}, {ID: "s4"}}
	if got := Origins(s); got != 3 {
		t.Errorf("got %d origins, want 3", got)
	}
}

func TestLintTellsWhatToMend(t *testing.T) {
	if p := Lint(sound(), testNow); len(p) != 0 {
		t.Fatalf("a sound incident has problems: %+v", p)
	}
	for key, spoil := range map[string]func(*Incident){
		"episode_missing":    func(i *Incident) { i.Episodes = nil },
		"start_missing":      func(i *Incident) { i.Episodes[0].Start = Moment{} },
		"start_in_future":    func(i *Incident) { i.Episodes[0].Start = day("2031-01-01") },
		"start_too_early":    func(i *Incident) { i.Episodes[0].Start = day("1980") },
		"end_before_start":   func(i *Incident) { i.Episodes[0].End.At = day("2024-04-01") },
		"ongoing_with_end":   func(i *Incident) { i.Episodes[0].End.State = Ongoing },
		"ended_without_date": func(i *Incident) { i.Episodes[0].End.At = Moment{} },
		"end_missing":        func(i *Incident) { i.Episodes[0].End = Ending{} },
		"end_in_future":      func(i *Incident) { i.Episodes[0].End.At = day("2030-01-01") },
		"episodes_out_of_order": func(i *Incident) {
			i.Episodes = append(i.Episodes, Episode{Start: day("2024-01-01"), End: Ending{State: EndUnknown}})
		},
		"country_missing":           func(i *Incident) { i.Places = nil },
		"country_code":              func(i *Incident) { i.Places[0].Country = "xa" },
		"region_of_other_country":   func(i *Incident) { i.Places[0].Region = "XB-01" },
		"place_unsure":              func(i *Incident) { i.Places[0].Confidence = 0.4 },
		"place_unmapped":            func(i *Incident) { i.Places[0].Country = "" },
		"code_unknown":              func(i *Incident) { i.Causes = []string{"boredom"} },
		"code_twice":                func(i *Incident) { i.Causes = []string{"protests", "protests"} },
		"unknown_and_known":         func(i *Incident) { i.Causes = []string{"protests", CodeUnknown} },
		"kind_missing":              func(i *Incident) { i.Kinds = nil },
		"cause_missing":             func(i *Incident) { i.Causes = nil },
		"service_id":                func(i *Incident) { i.Services = []ServiceAnswer{{ID: "What's App", Affected: No}} },
		"service_twice":             func(i *Incident) { i.Services = []ServiceAnswer{{ID: "a", Affected: No}, {ID: "a", Affected: No}} },
		"service_not_named":         func(i *Incident) { i.Extents = []string{"service_based"} },
		"full_network_with_service": func(i *Incident) { i.Services = []ServiceAnswer{{ID: "a", Affected: Yes}} },
		"source_missing":            func(i *Incident) { i.Sources, i.Claims = nil, nil },
		"source_id":                 func(i *Incident) { i.Sources = append(i.Sources, i.Sources[0]) },
		"source_url":                func(i *Incident) { i.Sources[0].URL = "www.example.org" },
		"source_not_archived":       func(i *Incident) { i.Sources[0].URL = "https://x.com/a/status/1" },
		"claim_field":               func(i *Incident) { i.Claims["weather"] = Claim{} },
		"claim_source":              func(i *Incident) { i.Claims["causes"] = Claim{Sources: []SourceID{"s9"}} },
		"state_unknown":             func(i *Incident) { i.State = "gone" },
		"reason_missing":            func(i *Incident) { i.State = Withdrawn },
		"merge_target_missing":      func(i *Incident) { i.State = Merged },
		"merge_into_itself":         func(i *Incident) { i.State, i.MergedInto = Merged, i.ID },
		"level_unknown":             func(i *Incident) { i.Verification.Level = "sure" },
		"verification_incomplete":   func(i *Incident) { i.Verification.Level = Verified },
		"one_origin": func(i *Incident) {
			i.Verification = Verification{Level: Corroborated, By: "editor", At: testNow, On: []SourceID{"s1"}}
		},
	} {
		inc := sound()
		spoil(inc)
		if !slices.ContainsFunc(Lint(inc, testNow), func(p Problem) bool { return p.Key == key }) {
			t.Errorf("%s is not found; lint says %+v", key, Lint(inc, testNow))
		}
	}
}

func TestErrorsKeepCodeHintAndCause(t *testing.T) {
	cause := Errorf(NotFound, "no incident KIO-2022-0001")
	err := Hint(cause, "look it up in the list")
	if CodeOf(err) != NotFound || HintOf(err) != "look it up in the list" || err.Error() != "no incident KIO-2022-0001" {
		t.Errorf("got code %q hint %q text %q", CodeOf(err), HintOf(err), err)
	}
	if CodeOf(nil) != "" || HintOf(nil) != "" {
		t.Error("no error has a code or a hint")
	}
}

func TestAsOfADayIncludesTheDay(t *testing.T) {
	got, err := ParseAsOf("2023-03-01")
	if err != nil || got.Format(time.RFC3339) != "2023-03-01T23:59:59Z" {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := ParseAsOf("yesterday"); CodeOf(err) != Invalid {
		t.Errorf("got %v", err)
	}
}

func TestStillGoingOnIsSaidForTheDayItWasRecorded(t *testing.T) {
	r := Revision{Recorded: time.Date(2026, 5, 20, 9, 0, 0, 0, time.UTC)}
	for _, c := range []struct{ name, now, want string }{
		{"read later, it speaks for its own day", "2026-11-23T10:00:00Z", "2026-05-20T23:59:59Z"},
		{"read on the day, it speaks for the moment", "2026-05-20T12:00:00Z", "2026-05-20T12:00:00Z"},
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.KnownAt(now).Format(time.RFC3339); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	if got := r.KnownAt(time.Time{}).Format(time.RFC3339); got != "2026-05-20T23:59:59Z" {
		t.Errorf("at no given moment: got %s", got)
	}
}
