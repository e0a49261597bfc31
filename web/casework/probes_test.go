package casework_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"keepiton"
	work "keepiton/casework"
	"keepiton/evidence"
	"keepiton/intake"
	"keepiton/locale"
	"keepiton/probe"
	"keepiton/source"
	face "keepiton/web/casework"
)

// probed lets what a probe saw in one hour in by a lane.
func (w *world) probed(lane keepiton.Lane, hour string, verdict probe.Verdict) {
	w.Helper()
	s, err := w.server.Begin(w.Context(), intake.Pass{Lane: lane})
	w.must(err)
	defer s.Cancel()
	f, err := s.File("probe.jsonl", "application/x-ndjson")
	w.must(err)
	m := probe.Measurement{Annotations: map[string]string{"network_type": "mobile"}, Input: "telegram", StartTime: "2026-11-25 " + hour + ":00:00", ProbeASN: "AS64500", ProbeCC: "ET", ProbeID: hour, TestName: probe.TestName}
	m.Keys.Network = verdict
	w.must(probe.Write(f, []probe.Measurement{m}))
	_, err = s.Finish(&keepiton.Report{Kind: keepiton.ReportProbe, Country: "ET"}, keepiton.OpenFields{})
	w.must(err)
}

var probeChoice = regexp.MustCompile(`name="report" value="([0-9a-f ]+)" checked`)

// TestProbesStandApartAndAreTakenInAtOnce: two days of an hourly probe hide no report, and
// become series with one press.
func TestProbesStandApartAndAreTakenInAtOnce(t *testing.T) {
	w := newWorld(t)
	var taken bytes.Buffer
	w.face = face.New(face.Options{
		Who: func(*http.Request) (face.Session, error) { return w.who, w.err }, SignIn: "/desk/sign-in", Prefix: "/desk/reports",
		Queue: intake.Queue, Evidence: evidence.Child{}, Now: w.server.Clock.Now,
		TakeIn: func(_ context.Context, file []byte) (source.Summary, error) {
			_, err := io.Copy(&taken, bytes.NewReader(file))
			return source.Summary{}, err
		},
	})
	for _, hour := range strings.Fields("00 01 02 03 04 05 06 07 08 09 10 11") {
		w.probed(keepiton.LanePartner, hour, probe.Healthy)
		w.probed(keepiton.LaneWork, hour, probe.Blackout)
	}
	s, err := w.server.Begin(t.Context(), intake.Pass{Lane: keepiton.LaneOpen})
	w.must(err)
	_, err = s.Finish(&keepiton.Report{Kind: keepiton.ReportShutdown, Lang: "am", Country: "ET", Place: "Bole", Seen: "what a person saw"}, keepiton.OpenFields{})
	w.must(err)

	_, page := w.post("/desk/reports/open", url.Values{})
	if !strings.Contains(page, "what a person saw") || strings.Count(page, `class="entry"`) != 1 || !strings.Contains(page, "24 sealed files are open") {
		t.Fatalf("the queue: %s", page)
	}
	page = w.get("/desk/reports/probes")
	choices := probeChoice.FindAllStringSubmatch(page, -1)
	if len(choices) != 2 || len(strings.Fields(choices[0][1])) != 12 || strings.Contains(page, "what a person saw") {
		t.Fatalf("%d boxes: %s", len(choices), page)
	}
	for _, want := range []string{"Ethiopia", "partner", "12 runs", "AS64500, Mobile internet", "nothing is reached <b>12</b>", "everything is reached <b>12</b>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the box does not say %q", want)
		}
	}
	if saved := w.get("/desk/reports/probes/results"); strings.Count(saved, "\n") != 24 || !strings.Contains(saved, `"probe_cc":"ET"`) {
		t.Errorf("saved: %s", saved)
	}
	shelf, err := w.desk.Shelf(t.Context())
	w.must(err)
	var person keepiton.EnvelopeID
	for _, e := range shelf.Here() {
		if o := w.desk.Known(e.ID); o != nil && o.Results() == nil {
			person = e.ID
		}
	}
	for _, do := range []string{"take", "aside"} {
		if rec := w.do("POST", "/desk/reports/probes", url.Values{"do": {do}, "report": {string(person)}}); rec.Code != 422 || taken.Len() > 0 {
			t.Errorf("%s of what a person told: %d", do, rec.Code)
		}
	}
	where, page := w.post("/desk/reports/probes", url.Values{"do": {"take"}, "report": {choices[0][1], choices[1][1]}})
	if bytes.Count(taken.Bytes(), []byte("\n")) != 24 || !strings.HasSuffix(where, "done=taken") || !strings.Contains(page, "No results of probes are open") {
		t.Errorf("%s: %s", where, page)
	}
	shelf, err = w.desk.Shelf(t.Context())
	w.must(err)
	for _, e := range shelf.Here() {
		if e.State != keepiton.EnvelopeRead || e.ID != person && shelf.Judged[e.ID].Decision != work.Taken {
			t.Errorf("%s: the server is told %q, the desk decided %+v", e.ID, e.State, shelf.Judged[e.ID])
		}
	}
	if page := w.get("/desk/reports/"); !strings.Contains(page, "what a person saw") {
		t.Error("the person's report is gone from the queue")
	}
}

func TestOnAServerResultsAreNotTakenIn(t *testing.T) {
	w := newWorld(t)
	w.probed(keepiton.LaneWork, "03", probe.Blackout)
	w.post("/desk/reports/open", url.Values{})
	for _, l := range locale.Languages {
		w.lang = l.Tag
		page := w.get("/desk/reports/probes")
		if strings.Contains(page, `value="take"`) || !strings.Contains(page, "keepiton ingest probe results.jsonl") {
			t.Errorf("%s: %s", l.Tag, page)
		}
	}
	choice := probeChoice.FindStringSubmatch(w.get("/desk/reports/probes"))[1]
	if rec := w.do("POST", "/desk/reports/probes", url.Values{"do": {"take"}, "report": {choice}}); rec.Code != 403 {
		t.Errorf("%d", rec.Code)
	}
}
