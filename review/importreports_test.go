package review

import (
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/stop"
)

// sheet is an edition of one row.
func sheet(t *testing.T, name, published, cause, end string) stop.Edition {
	t.Helper()
	text := "start_date,country,area_name,shutdown_type,affected_network,shutdown_extent,ordered_by,actual_cause,info_source,info_source_link,shutdown_status,end_date,duration,gov_justification,gov_ack,election,violence,hr_abuse_reported,users_notified,geo_scope,event,telco_ack,region,count_year\n" +
		"2022-01-03,India,Srinagar,Shutdown,Mobile,Full network,State government," + cause + ",News media article,https://example.org/1,Ended," + end + ",2,Unknown,Yes,No,No,No,No,,,No,APAC,2022\n"
	f, err := stop.Read("sheet.csv", strings.NewReader(text), int64(len(text)), stop.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	day, err := time.Parse(time.DateOnly, published)
	if err != nil {
		t.Fatal(err)
	}
	e, _, err := stop.NewEdition(name, day, []stop.File{f}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestWhatAnEditionSaysOfReportedIncidentsWaitsForTwoPeople(t *testing.T) {
	c := newCast(t)
	ctx := t.Context()
	imported := func(e stop.Edition, waiting int) {
		t.Helper()
		r, err := ImportEdition(ctx, c.store, e, nil)
		if err != nil || r.Waiting != waiting {
			t.Fatalf("import of %s: %d wait, want %d: %v", e.Name, r.Waiting, waiting, err)
		}
	}
	imported(sheet(t, "first", "2023-03-01", "Protests", "2022-01-04"), 0)
	const id = keepiton.IncidentID("KIO-2022-0001")
	rest := func(word string) {
		t.Helper()
		rev, base, err := c.current(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		inc := rev.Incident.Clone()
		inc.Impact = word
		if !inc.RestsOnReports() {
			inc.Sources = append(inc.Sources, keepiton.Source{ID: "s9", Kind: keepiton.KindReport, Confidential: true})
		}
		out, err := c.Correct(ctx, ed, id, base, inc, "reports")
		n, s := c.proposalOf(t, out, err)
		c.signAll(t, s, ed, eve)
		if _, err := c.Accept(ctx, ed, n); err != nil {
			t.Fatal(err)
		}
	}
	rest("shops closed")
	before, base, _ := c.current(ctx, id)

	imported(sheet(t, "second", "2026-06-01", "Elections", "2022-01-04"), 1)
	imported(sheet(t, "third", "2026-07-01", "Elections", "2022-01-06"), 1)
	imported(sheet(t, "old", "2021-01-01", "Other", "2022-01-04"), 1) // arrives late
	if now, n, _ := c.current(ctx, id); n != base || len(keepiton.Diff(&before.Incident, &now.Incident)) > 0 {
		t.Fatalf("the imports made revision %d", n)
	}
	open, err := c.store.Proposals(ctx, true, 0)
	if err != nil || len(open) != 3 || open[0].Edition != "second" || open[0].Role != keepiton.RoleImport {
		t.Fatalf("waiting: %+v %v", open, err)
	}
	rest("shops and schools closed") // people go on meanwhile

	accept := func(i int, want keepiton.Code) {
		t.Helper()
		_, err := c.Accept(ctx, ed, open[i].ID)
		code(t, err, want)
	}
	accept(0, keepiton.Forbidden)
	s, err := c.ProposalShowings(ctx, ed, open[0])
	if err != nil {
		t.Fatal(err)
	}
	c.signAll(t, s, ed, eve)
	accept(1, keepiton.Conflict) // the second edition spoke first
	accept(0, "")
	now, n, _ := c.current(ctx, id)
	inc := &now.Incident
	if len(inc.Causes) != 1 || inc.Causes[0] != "elections" || inc.Impact != "shops and schools closed" || inc.Rows[0].Edition != "second" || !inc.RestsOnReports() {
		t.Errorf("it became %v, %q, rows of %s", inc.Causes, inc.Impact, inc.Rows[0].Edition)
	}
	if now.Role != keepiton.RoleImport || now.Edition != "second" || now.Author != "" {
		t.Errorf("revision %d is by %s %q of %q", n, now.Role, now.Author, now.Edition)
	}
	if err := c.Decline(ctx, ed, open[2].ID, "long superseded"); err != nil {
		t.Fatal(err)
	}
	imported(sheet(t, "fourth", "2026-08-01", "Elections", "2022-01-06"), 1) // and nothing that was asked before
}
