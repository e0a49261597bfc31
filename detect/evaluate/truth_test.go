package evaluate

import (
	"strings"
	"testing"
	"time"

	"keepiton"
)

const list = "\ufeffID,Begin time,End time,Country,IODA BGP visible by human,IODA AP visible by human , IODA IBR visible by human,Scope (of it),Cause,Confirmation Status\n"

func TestReadEvents(t *testing.T) {
	events, defects, err := ReadEvents(strings.NewReader(list +
		`A1,"Thursday, February 25, 2021, 6:40:00 PM","Thursday, February 25, 2021, 8:00:00 PM",Myanmar/Burma,TRUE,True ,False ,Country,Government-Ordered,Confirmed` + "\n" +
		`A2,7/28/2020  17:00:00 PM,"Tuesday, July 28, 2020, 3:20: AM",Turkey,N/A,,TRUE,Region (Zinguldak),,` + "\n" +
		`A3,"Sunday, May 27, 2018, 11:00 PM",,Democratic Republic of (DRC),TRUE,TRUE,TRUE,AS (37020),,` + "\n" +
		`A4,someday,,Turkey,TRUE,TRUE,TRUE,Country,,` + "\n" +
		`A5,"Sunday, May 27, 2018, 11:00 PM",N/A,European Union,TRUE,TRUE,TRUE,Country,,` + "\n" +
		`A6,"Sunday, May 27, 2018, 11:00 PM",N/A,Chad,TRUE,TRUE,TRUE,Continent,,` + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(events) != 3 {
		t.Fatalf("%d events, want 3: %+v", len(events), events)
	}
	a, b, c := events[0], events[1], events[2]
	if a.Country != "MM" || !a.From.Equal(time.Date(2021, 2, 25, 18, 40, 0, 0, time.UTC)) || a.To.Sub(a.From) != 80*time.Minute || a.Traffic != keepiton.No || a.Probes != keepiton.Yes || !a.Sure || a.Scope != National {
		t.Errorf("A1: %+v", a)
	}
	if b.From.Hour() != 17 || b.Scope != Regional || b.Part != "Zinguldak" || b.Routes != keepiton.Unknown || !b.To.IsZero() {
		t.Errorf("A2: %+v", b)
	}
	if c.Country != "CD" || c.Scope != Network || c.Part != "37020" {
		t.Errorf("A3: %+v", c)
	}
	var kinds []string
	for _, d := range defects {
		kinds = append(kinds, d.Kind)
	}
	want := "end_before_begin end_missing begin_unreadable end_missing end_missing country_unknown end_missing scope_unknown"
	if got := strings.Join(kinds, " "); got != want {
		t.Errorf("defects %s\nwant    %s", got, want)
	}
	if d := defects[2]; d.Row != 5 || d.Column != "begin time" || d.Value != "someday" {
		t.Errorf("%+v does not name the cell", d)
	}
}

func TestReadEventsRefusesOtherTables(t *testing.T) {
	for _, text := range []string{"", "a,b\n1,2\n", "ID,Begin time\n"} {
		if _, _, err := ReadEvents(strings.NewReader(text)); keepiton.CodeOf(err) != keepiton.Invalid || !strings.Contains(err.Error(), "row 1") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzReadEvents(f *testing.F) {
	f.Add(list + `A1,"Thursday, February 25, 2021, 6:40:00 PM",x,Chad,TRUE,,,Country,Exams,` + "\n")
	f.Add(list + "\"")
	f.Fuzz(func(t *testing.T, text string) {
		events, _, err := ReadEvents(strings.NewReader(text))
		if err != nil {
			return
		}
		for _, x := range Examples(events, nil, nil) {
			if x.Event.Country == "" || x.Event.From.IsZero() || (!x.Event.To.IsZero() && !x.Event.To.After(x.Event.From)) {
				t.Fatalf("%+v", x.Event)
			}
		}
	})
}

func TestLabel(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2021, 2, d, 0, 0, 0, 0, time.UTC) }
	claims := []Claim{{Country: "MM", From: day(6), To: day(10), Full: true, Wide: true}, {Country: "IN", From: day(6), Full: true}}
	for _, c := range []struct {
		country, cause string
		at             time.Time
		scope          Scope
		want           bool
	}{
		{"MM", "", day(5), National, true},
		{"MM", "unknown", day(5).Add(-time.Minute), National, false},
		{"MM", "", day(10).Add(23 * time.Hour), National, true},
		{"MM", "", day(11), National, false},
		{"MM", "cable-cut", day(7), National, false},
		{"TD", "exams", day(7), National, true},
		{"IN", "", day(7), National, false}, // one place of India is not the country
		{"IN", "", day(7), Regional, true},
		{"IN", "", day(9), Regional, false},
	} {
		if got := Label(Event{Country: c.country, Cause: c.cause, From: c.at, Scope: c.scope}, claims); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

func TestPersistence(t *testing.T) {
	at := func(h int) time.Time { return time.Date(2021, 2, 1, h, 0, 0, 0, time.UTC) }
	xs := []Example{
		{Event: Event{Country: "MM", From: at(0)}, Shut: true},
		{Event: Event{Country: "MM", From: at(1)}, Shut: true}, // an hour later, nothing is known yet
		{Event: Event{Country: "MM", From: at(5)}},
		{Event: Event{Country: "MM", From: at(9)}, Shut: true},
	}
	var got []float64
	for _, g := range Persistence(xs) {
		got = append(got, g.P)
	}
	if want := []float64{0, 0, 1, 0}; len(got) != 4 || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] || got[3] != want[3] {
		t.Errorf("%v, want %v", got, want)
	}
}
