package count

import (
	"encoding/hex"
	"fmt"
	"reflect"
	"testing"
	"time"

	"keepiton"
)

func fullIncident() *keepiton.Incident {
	return &keepiton.Incident{
		ID: "KIO-2022-0017", State: keepiton.Published,
		Episodes: []keepiton.Episode{
			{Start: keepiton.On(2022, time.March, 3), End: keepiton.Ending{State: keepiton.Ended, At: keepiton.Moment{At: time.Date(2022, 3, 5, 18, 30, 0, 0, time.UTC), Precision: keepiton.Minute, Estimated: true}}},
			{Start: keepiton.Moment{At: time.Date(2022, 3, 9, 2, 0, 0, 0, time.UTC), Precision: keepiton.Hour}, End: keepiton.Ending{State: keepiton.Ongoing}},
		},
		Places:  []keepiton.Place{{Words: "Somewhere", Country: "IN", Region: "IN-JK", Confidence: 1}},
		Country: "India", Scope: "one_region", Region: "apac",
		Kinds: []string{"throttling", "shutdown"}, Extents: []string{"full_network"},
		Networks:     keepiton.Networks{Mobile: keepiton.Yes, Fixed: keepiton.Yes},
		Perpetrators: []keepiton.Perpetrator{{Body: "military"}},
		Causes:       []string{"exam_cheating"}, GovAck: keepiton.Unknown, Violence: keepiton.No, Election: keepiton.Yes,
		Justifications: []string{"none"}, InfoSource: "confidential", Visibility: "visible",
		Rows: []keepiton.Row{{
			Edition: "2023-05", CountYear: 2022,
			Cells: []keepiton.Cell{
				{Column: "start_date", Key: "start_date", Value: "2022-03-03"},
				{Column: "country ", Key: "country", Value: " India "},
				{Column: "actual_cause", Key: "actual_cause", Value: "Exam cheating"},
				{Column: "justification", Key: "gov_justification", Value: "School Exams"},
				{Column: "notes", Value: "x"},
			},
		}},
	}
}

func TestCaseSpeaksInFourthGenerationWords(t *testing.T) {
	c := CaseOf(fullIncident())
	want := Dims{
		Country: "India", Region: "APAC", Scope: "It affected more than one city in the same state, province, or region",
		Kind: "Shutdown, Throttle", Extent: "Full network", Network: "Broadband, Mobile", OrderedBy: "Military",
		Cause: "Exam cheating", Justification: "No", Status: "Ongoing", Election: "Yes", Violence: "No",
		GovAck: "Unknown", InfoSource: "Confidential", Level: "unverified", CC: "IN",
	}
	if c.Dims != want {
		t.Errorf("got  %q\nwant %q", c.Dims, want)
	}
	if !c.Trigger || !c.Measured || !c.Listed {
		t.Errorf("trigger %v, measured %v, listed %v; want all true", c.Trigger, c.Measured, c.Listed)
	}
	row := Dims{Country: "India", Cause: "Exam cheating", Justification: "School Exams", Level: "unverified", CC: "IN"}
	if len(c.Rows) != 1 || c.Rows[0].Dims != row || c.Rows[0].Year != 2022 {
		t.Errorf("rows: %+v", c.Rows)
	}
}

func TestNotAskedIsBlankAndUnknownIsUnknown(t *testing.T) {
	c := CaseOf(&keepiton.Incident{GovAck: keepiton.Unknown, Networks: keepiton.Networks{Mobile: keepiton.Unknown}})
	if c.Dims[GovAck] != "Unknown" || c.Dims[Violence] != "" || c.Dims[Network] != "Unknown" || c.Dims[Status] != "" {
		t.Errorf("got %q", c.Dims)
	}
}

func TestCaseComesBackFromItsBytes(t *testing.T) {
	odd := CaseOf(fullIncident())
	odd.ID, odd.State, odd.Dims[Country], odd.Rows = "", "", "Nowhere we have a word for", nil
	for _, want := range []Case{CaseOf(fullIncident()), CaseOf(&keepiton.Incident{}), odd} {
		data, err := want.AppendBinary(nil)
		if err != nil {
			t.Fatal(err)
		}
		got := CaseOf(fullIncident()) // something to be overwritten
		if err := DecodeCase(data, &got); err != nil {
			t.Fatal(err)
		}
		if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	}
}

func TestCutOrForeignBytesAreNoCase(t *testing.T) {
	c := CaseOf(fullIncident())
	data, _ := c.AppendBinary(nil)
	for n := range data {
		var got Case
		if err := DecodeCase(data[:n], &got); keepiton.CodeOf(err) != keepiton.Invalid {
			t.Fatalf("first %d of %d bytes: error %v, want invalid", n, len(data), err)
		}
	}
	var got Case
	if err := DecodeCase(append(data, 0), &got); err == nil {
		t.Error("a byte too many was taken")
	}
	if err := DecodeCase([]byte{9, 0}, &got); err == nil {
		t.Error("version 9 was taken")
	}
}

func TestDictionaryHoldsEveryWordOfTheCodebook(t *testing.T) {
	for _, list := range []keepiton.Codes{keepiton.Kinds, keepiton.Extents, keepiton.Scopes, keepiton.Bodies, keepiton.Causes, keepiton.Justifications, keepiton.InfoSources, keepiton.Regions} {
		for _, term := range list {
			if _, ok := wordNumbers[list.STOP(term.Code)]; !ok {
				t.Errorf("%q is spelt out in every case: append it to the dictionary", list.STOP(term.Code))
			}
		}
	}
	if len(wordNumbers) != len(dictionary) {
		t.Error("a word stands twice in the dictionary")
	}
}

// TestBytesOfVersion1StayReadable holds the encoding: a record that a release
// has written must be read by every later one.
func TestBytesOfVersion1StayReadable(t *testing.T) {
	c := CaseOf(fullIncident())
	got, _ := c.AppendBinary(nil)
	golden(t, "testdata/case-v1.hex", hex.EncodeToString(got)+"\n")
}

func FuzzDecodeCase(f *testing.F) {
	c := CaseOf(fullIncident())
	data, _ := c.AppendBinary(nil)
	f.Add(data)
	f.Add([]byte{caseVersion, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		var c, again Case
		if DecodeCase(data, &c) != nil {
			return
		}
		out, _ := c.AppendBinary(nil)
		if err := DecodeCase(out, &again); err != nil {
			t.Fatalf("what was decoded does not encode: %v", err)
		}
		if len(c.Episodes)+len(c.Rows) > 0 && !reflect.DeepEqual(c, again) {
			t.Fatalf("got  %+v\nwant %+v", again, c)
		}
	})
}

func BenchmarkDecodeCase(b *testing.B) {
	const n = 100_000
	inc := fullIncident()
	cases := make([][]byte, n)
	size := 0
	for i := range cases {
		inc.ID = keepiton.NewIncidentID(2022, i+1)
		c := CaseOf(inc)
		cases[i], _ = c.AppendBinary(nil)
		size += len(cases[i])
	}
	b.ReportAllocs()
	b.ReportMetric(float64(size)/n, "bytes/case")
	var c Case
	for b.Loop() {
		for _, data := range cases {
			if err := DecodeCase(data, &c); err != nil {
				b.Fatal(err)
			}
		}
	}
}
