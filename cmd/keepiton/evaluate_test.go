package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keepiton/detect/evaluate"
)

// eventList writes a list of events: on the hour in Chad means a shutdown, and so it does
// in Togo and Gabon; at other minutes it is an outage.
func eventList(t *testing.T) string {
	var b strings.Builder
	b.WriteString("ID,Begin time,End time,Country,IODA BGP visible by human,IODA AP visible by human,IODA IBR visible by human,Scope,Cause,Confirmation Status\n")
	for i := range 120 {
		at := time.Date(2020, 1, 1, 5*i, 13, 0, 0, time.UTC)
		cause, hours := "Cable-Cut", 1
		if i%3 == 0 {
			at, cause, hours = at.Truncate(time.Hour), "Government-Ordered", 8
		}
		fmt.Fprintf(&b, "E%d,%s,%s,%s,TRUE,TRUE,TRUE,Country,%s,Confirmed\n", i, at.Format(time.RFC3339), at.Add(time.Duration(hours)*time.Hour).Format(time.RFC3339), []string{"Chad", "Togo", "Gabon", "Mali"}[i%4], cause)
	}
	b.WriteString("bad,someday,,Chad,TRUE,TRUE,TRUE,Country,,\n")
	path := filepath.Join(t.TempDir(), "events.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestEvaluateScoresLabelledEvents(t *testing.T) {
	fit := t.TempDir()
	code, out, errs := runWith(t, nil, "evaluate", "--truth", eventList(t), "--data", t.TempDir(), "--json", "--wrong", "--fit", fit)
	if code != exitGood {
		t.Fatalf("exit %d: %s", code, errs)
	}
	var r evaluate.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	if r.Events != 120 || r.Shutdowns != 40 || r.Countries != 4 || r.Truth[0].Defects["begin_unreadable"] != 1 {
		t.Errorf("read as %+v", r.Truth)
	}
	if len(r.Splits) == 0 || r.Splits[0].Model.AUC.Value < 0.99 || r.Splits[0].Name != "leave_one_country_out" || len(r.Wrong) != 20 {
		t.Errorf("splits: %+v", r.Splits)
	}
	b, err := os.ReadFile(filepath.Join(fit, "evaluation.json"))
	if err != nil || strings.Contains(string(b), `"wrong"`) {
		t.Errorf("evaluation.json holds rows of the truth (%v)", err)
	}
	if b, err := os.ReadFile(filepath.Join(fit, "weights.json")); err != nil || !strings.Contains(string(b), `"fitted_on": "120 national events`) {
		t.Errorf("weights.json does not say what it was fitted on: %v", err)
	}
	again, same, _ := runWith(t, nil, "evaluate", "--truth", eventList(t), "--data", t.TempDir(), "--json", "--wrong")
	if again != exitGood || string(same) != string(out) {
		t.Error("the same files give another report")
	}
}

func TestEvaluateSaysWhatIsWrong(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "x.csv")
	if err := os.WriteFile(empty, []byte("ID,Begin time\n1,2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	calendar := filepath.Join(t.TempDir(), "c.csv")
	if err := os.WriteFile(calendar, []byte("country,from,to\nTD,2021-04-11,2021-04-31\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{nil, exitUsage, "--truth is missing"},
		{[]string{"--truth", "/nowhere.csv"}, exitFailed, "/nowhere.csv"},
		{[]string{"--truth", empty}, exitFailed, `row 1: no column "end time"`},
		{[]string{"--truth", eventList(t), "--calendar", calendar}, exitFailed, "row 2, to"},
		{[]string{"--truth", eventList(t), "--from", "2021-01-01"}, exitFailed, "0 national events"},
		{[]string{"--truth", eventList(t), "--from", "soon"}, exitUsage, "--from"},
	} {
		code, _, errs := runWith(t, nil, append([]string{"evaluate", "--data", t.TempDir()}, c.args...)...)
		if code != c.code || !strings.Contains(errs, c.want) {
			t.Errorf("%v: exit %d, %q; want %d and %q", c.args, code, errs, c.code, c.want)
		}
	}
}
