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
	if len(r.Splits) < 3 || r.Splits[0].Name != "as_shipped" || r.Splits[2].Model.AUC.Value < 0.99 || r.Splits[2].Name != "leave_one_country_out" || len(r.Wrong) != 20 {
		t.Errorf("splits: %+v", r.Splits)
	}
	b, err := os.ReadFile(filepath.Join(fit, "evaluation.json"))
	if err != nil || strings.Contains(string(b), `"wrong"`) {
		t.Errorf("evaluation.json holds rows of the truth (%v)", err)
	}
	if strings.Contains(string(b), "as_shipped") {
		t.Error("evaluation.json has figures of other weights")
	}
	if marks, err := os.ReadFile(filepath.Join(fit, "fitted.txt")); err != nil || len(strings.Fields(string(marks))) != 120 {
		t.Errorf("fitted.txt does not mark the events: %v", err)
	}
	if b, err := os.ReadFile(filepath.Join(fit, "weights.json")); err != nil || !strings.Contains(string(b), `"fitted_on": "120 national events from`) {
		t.Errorf("weights.json does not say what it was fitted on: %v\n%.300s", err, b)
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
	unread := filepath.Join(t.TempDir(), "u.csv")
	if err := os.WriteFile(unread, []byte("ID,Begin time,Country,Scope\n1,soon,Chad,Country\n"), 0o600); err != nil {
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
		{[]string{"--truth", empty}, exitFailed, `row 1: no column "country"`},
		{[]string{"--truth", unread}, exitFailed, `row 2, begin time: begin_unreadable "soon"`},
		{[]string{"--truth", eventList(t), "--calendar", calendar}, exitFailed, "row 2, to"},
		{[]string{"--truth", eventList(t), "--from", "2021-01-01"}, exitFailed, "0 national events, 0 of them"},
		{[]string{"--truth", eventList(t), "--from", "soon"}, exitUsage, "--from"},
	} {
		code, _, errs := runWith(t, nil, append([]string{"evaluate", "--data", t.TempDir()}, c.args...)...)
		if code != c.code || !strings.Contains(errs, c.want) {
			t.Errorf("%v: exit %d, %q; want %d and %q", c.args, code, errs, c.code, c.want)
		}
	}
}

// Series in the data folder are looked through as well, beside the baselines.
func TestEvaluateLooksThroughSeries(t *testing.T) {
	data := t.TempDir()
	var b strings.Builder
	b.WriteString("time,country,up\n")
	from := time.Date(2020, 2, 1, 0, 0, 0, 0, time.UTC)
	for at := from; at.Before(from.AddDate(0, 0, 21)); at = at.Add(10 * time.Minute) {
		up := 1000 + at.Minute()/10
		if day := at.Sub(from); day >= 15*24*time.Hour && day < 15*24*time.Hour+12*time.Hour {
			up = 3
		}
		fmt.Fprintf(&b, "%s,TD,%d\n", at.Format(time.RFC3339), up)
	}
	files := map[string]string{
		"up.csv": b.String(),
		"map.json": `{"feed": "lab", "title": "Lab", "home": "https://lab.example", "licence": "CC0-1.0", "open": true, "format": "csv", "step": "10m",
			"time": {"column": "time", "layout": "2006-01-02T15:04:05Z07:00"}, "entity": {"country": {"column": "country"}},
			"metrics": [{"column": "up", "name": "v4", "unit": "hosts", "family": "data", "season": "none", "floor": 20}]}`,
		"truth.csv": "ID,Begin time,End time,Country,Scope,Cause\nX,2020-02-16T00:00:00Z,2020-02-16T12:00:00Z,Chad,Country,Government-Ordered\n",
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(data, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if code, _, errs := runWith(t, nil, "ingest", "generic", "--data", data, "--map", filepath.Join(data, "map.json"), filepath.Join(data, "up.csv")); code != exitGood {
		t.Fatalf("exit %d: %s", code, errs)
	}
	code, out, errs := runWith(t, nil, "evaluate", "--data", data, "--truth", filepath.Join(data, "truth.csv"), "--from", "2020-02-05", "--to", "2020-02-20", "--json")
	if code != exitGood {
		t.Fatalf("exit %d: %s", code, errs)
	}
	var r evaluate.Report
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatal(err)
	}
	d := r.Detection
	if d == nil || d.Series != 1 || d.Truth != 1 || len(d.Detectors) != 3 {
		t.Fatalf("%+v", d)
	}
	if ours := d.Detectors[0]; ours.Matched != 1 || ours.Alarms != 1 || ours.FalseAlarms != 0 || ours.DelayMedian == nil || *ours.DelayMedian > 120 {
		t.Errorf("ours: %+v", ours)
	}
	if rule := d.Detectors[2]; rule.Matched != 1 {
		t.Errorf("IODA's rule: %+v", rule)
	}
	if len(r.Splits) != 2 || r.Splits[0].Name != "as_shipped" || r.Splits[0].Events != 1 || r.Splits[0].Model.AUC != nil {
		t.Errorf("one event that the weights were not fitted on is judged by them, and nothing is fitted on it: %+v", r.Splits)
	}
}
