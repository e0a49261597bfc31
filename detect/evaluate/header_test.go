package evaluate

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"keepiton"
)

// One event, written in the ways in which people and machines write it.
func TestOneEventWrittenManyWays(t *testing.T) {
	want := time.Date(2021, 1, 13, 16, 5, 0, 0, time.UTC)
	for _, when := range []string{
		"Wednesday, January 13, 2021, 4:05:00 PM", "Jan 13, 2021, 4:05 PM", "1/13/2021 16:05", "13/1/2021 16:05", "13.01.2021 16:05", "2021-01-13 16:05:00", "2021-01-13T16:05",
		"2021-01-13 16:05:00 UTC", "2021-01-13T16:05:00.000Z", "2021-01-13 16:05+00:00", "2021-01-13T19:05:00+0300", "2021/01/13 16:05", "13 Jan 2021 16:05 GMT", "1610553900",
	} {
		for _, header := range []string{
			"ID,Begin time,End time,Country,IODA BGP visible by human,IODA AP visible by human , IODA IBR visible by human,Scope (granularity),Cause,Confirmation Status",
			"\ufeffEVENT_ID;BEGIN_TIME;END_TIME;COUNTRY_CODE;BGP;ACTIVE_PROBING;TELESCOPE;SCOPE;CAUSE;CONFIRMED",
			"id\tstart (UTC)\tend (UTC)\tcc\tbgp\tap\tibr\tscope\tcause\tconfirmed",
		} {
			c := string(separator(header))
			row := strings.Join([]string{"x", `"` + when + `"`, "", "UGA", "1", "Yes", "false", "National", "Government-Ordered", "TRUE"}, c)
			events, defects, err := ReadEvents(strings.NewReader(header + "\n" + row + "\n"))
			if err != nil || len(events) != 1 {
				t.Errorf("%q: %v, %v", when, defects, err)
				continue
			}
			if e := events[0]; !e.From.Equal(want) || e.Country != "UG" || e.Routes != keepiton.Yes || e.Probes != keepiton.Yes || e.Traffic != keepiton.No || e.Scope != National || !e.Sure || !Label(e, nil) {
				t.Errorf("%q: read as %+v", when, e)
			}
			if !IsEvents(header) {
				t.Errorf("%q is taken for a sheet of STOP", header)
			}
		}
	}
	if IsEvents("start_date,end_date,country,geo_scope") || IsEvents("hello") {
		t.Error("a sheet of STOP is taken for a list of events")
	}
}

// Days of numbers are read as the file shows that it means them, and not at all where it
// does not.
func TestDaysOfNumbersFollowTheFile(t *testing.T) {
	for _, c := range []struct {
		begins string
		want   string // day of the event of 3/4/2021; empty: unreadable
	}{
		{"4/28/2021 10:00", "2021-03-04"}, {"28/4/2021 10:00", "2021-04-03"}, {"5/6/2021 10:00", "2021-03-04"}, {"28/4/2021 10:00 4/29/2021 10:00", ""},
	} {
		text := "ID,Begin time,End time,Country,Scope\nx,3/4/2021 10:00,,Chad,Country\n"
		for i, b := range strings.SplitAfter(c.begins, ":00") {
			if b != "" {
				text += fmt.Sprintf("y%d,%s,,Mali,Country\n", i, strings.TrimSpace(b))
			}
		}
		events, defects, err := ReadEvents(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, e := range events {
			if e.ID == "x" {
				got = e.From.Format(time.DateOnly)
			}
		}
		if got != c.want || c.want == "" && (len(events) != 2 || defects[0].Kind != BadBegin) {
			t.Errorf("beside %q, 3/4/2021 is %q, not %q (%v)", c.begins, got, c.want, defects)
		}
	}
}

func TestTimesOfAnotherClockAreRefused(t *testing.T) {
	_, _, err := ReadEvents(strings.NewReader("ID,Begin time (local),Country,Scope\nx,2021-01-13 16:05,Chad,Country\n"))
	if keepiton.CodeOf(err) != keepiton.Invalid || !strings.Contains(err.Error(), "column 2") {
		t.Errorf("%v", err)
	}
}

func TestARowCountsOnce(t *testing.T) {
	row := "2021-01-13 16:05,2021-01-18 10:00,Uganda,Country,\n"
	events, defects, err := ReadEvents(strings.NewReader("ID,Begin time,End time,Country,Scope,Cause\na," + row + "b," + row + "a," + row))
	if err != nil || len(events) != 1 || len(defects) != 2 || defects[1].Kind != Twice || defects[1].Row != 4 {
		t.Errorf("%d events, %+v, %v", len(events), defects, err)
	}
}

// What the weights were fitted on is not what they are scored on.
func TestSeenEventsAreNotScoredAsUnseen(t *testing.T) {
	events, _, claims := real(t)
	xs := Examples(events, claims, Elections())
	if fresh := Unseen(xs); len(fresh) != 0 {
		t.Errorf("%d of the events that the weights were fitted on are not marked: run keepiton evaluate --fit", len(fresh))
	}
	fresh := invented()
	if n := len(Unseen(append(xs, fresh...))); n != len(fresh) {
		t.Errorf("%d of %d events of another file are scored", n, len(fresh))
	}
	splits := Evaluate(fresh, DefaultPenalties, 20, func(string) {})
	if splits[0].Name != "as_shipped" || splits[0].Events != len(fresh) {
		t.Errorf("%+v", splits[0])
	}
	// A file of one kind alone is scored too, though nothing can be fitted on it.
	var outages []Example
	for _, x := range fresh {
		if !x.Shut {
			outages = append(outages, x)
		}
	}
	if splits := Evaluate(outages, DefaultPenalties, 20, func(string) {}); len(splits) == 0 || splits[0].Name != "as_shipped" || splits[0].Model.AUC != nil || splits[0].Model.Brier.Value <= 0 {
		t.Errorf("outages alone: %+v", splits)
	}
}

// Of years that the calendar has nothing of it says nothing.
func TestTheCalendarEndsWhereItEnds(t *testing.T) {
	at := time.Date(2023, 5, 1, 12, 0, 0, 0, time.UTC)
	events := []Event{{Country: "UG", Scope: National, From: at}, {Country: "UG", Scope: National, From: at.AddDate(-2, 0, 0)}}
	xs := Examples(events, nil, Elections())
	if a, b := xs[0].Feature.Election, xs[1].Feature.Election; a != keepiton.No || b == keepiton.No || b == keepiton.Yes {
		t.Errorf("2021: %v, 2023: %v", a, b)
	}
}
