package campaign_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/campaign"
	"keepiton/store"
)

// sheet imports a text and returns what became of it.
func sheet(t *testing.T, o *campaign.Office, text string, opt campaign.ImportOptions) campaign.ImportReport {
	t.Helper()
	im := campaign.Import{Entries: o.Entries, Now: func() time.Time { return now }}
	if opt.Kind == "" {
		opt.Kind = keepiton.KindOrganization
	}
	opt.File = "sheet.csv"
	report, err := im.Run(t.Context(), strings.NewReader(text), opt)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func counts(r campaign.ImportReport) string {
	return fmt.Sprintf("%d rows, %d new, %d same, %d different, %d near, %d defects", r.Rows, len(r.New), len(r.Same), len(r.Different), len(r.Near), len(r.Defects))
}

func TestTheSameSheetTwiceChangesNothing(t *testing.T) {
	o := office(t, campaign.Need{})
	text := "\ufeffName,Country,Langs,about.fr,Since,Source\r\n\"Réseau, Ouvert\",Ethiopia,am; fr,\"Un\nparagraphe\",2017,https://list.example/\r\nمركز نور,,,,,\r\n"
	for i, want := range []string{"2 rows, 2 new, 0 same, 0 different, 0 near, 0 defects", "2 rows, 0 new, 2 same, 0 different, 0 near, 0 defects"} {
		if got := counts(sheet(t, o, text, campaign.ImportOptions{Publish: true, Source: "listed in 2017", Account: "operator"})); got != want {
			t.Errorf("time %d: got %s, want %s", i+1, got, want)
		}
	}
	rev, err := o.Entries.PublicEntry(t.Context(), "KIC-2026-0001")
	if err != nil || rev.Role != keepiton.RoleImport || rev.Author != "operator" || rev.N != 1 {
		t.Fatalf("%+v, %v", rev, err)
	}
	org, err := campaign.As[*keepiton.Organization](rev)
	if err != nil {
		t.Fatal(err)
	}
	if org.Name != "Réseau, Ouvert" || org.Country != "ET" || !slices.Equal(org.Langs, []string{"am", "fr"}) || org.About["fr"] != "Un\nparagraphe" || org.Since.String() != "2017" || org.Confirmed || org.Standing != "member" || org.Sources[0].URL != "https://list.example/" {
		t.Errorf("got %+v", org)
	}
	second, err := o.Entries.PublicEntry(t.Context(), "KIC-2026-0002")
	if err != nil {
		t.Fatal(err)
	}
	if org, _ = campaign.As[*keepiton.Organization](second); org.Sources[0].Words != "listed in 2017" {
		t.Errorf("its source: %+v", org.Sources)
	}
	// Another spelling of the same name is the same organization.
	if got := counts(sheet(t, o, "name\nRESEAU OUVERT\nنور مركز\n", campaign.ImportOptions{})); got != "2 rows, 1 new, 1 same, 0 different, 1 near, 0 defects" {
		t.Errorf("other spellings: %s", got)
	}
}

func TestDefectsNameRowAndColumnAndLoseNothingThatIsGood(t *testing.T) {
	o := office(t, campaign.Need{})
	text := "name,country,since,type,site\nGood,KE,2019,civil_society,\nLost,Atlantis,in spring,club,https://a.example\nCut,KE\n,KE,,,\nCorp,KE,,company,ftp://x.example\n"
	r := sheet(t, o, text, campaign.ImportOptions{Publish: true})
	if got := counts(r); got != "5 rows, 1 new, 0 same, 0 different, 0 near, 7 defects" {
		t.Errorf("got %s: %+v", got, r.Defects)
	}
	var got []string
	for _, d := range r.Defects {
		got = append(got, fmt.Sprintf("%d %s %s", d.Row, d.Column, d.Value))
	}
	want := []string{"3 country Atlantis", "3 since in spring", "3 type club", "4  ", "5 name ", "6 standing ", "6 site ftp://x.example"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	// As drafts the incomplete ones are taken, and said to be.
	r = sheet(t, office(t, campaign.Need{}), text, campaign.ImportOptions{})
	if got := counts(r); got != "5 rows, 3 new, 0 same, 0 different, 0 near, 7 defects" || !r.Defects[6].Taken || r.Defects[3].Taken {
		t.Errorf("got %s: %+v", got, r.Defects)
	}
}

func TestADryRunStoresNothing(t *testing.T) {
	o := office(t, campaign.Need{})
	r := sheet(t, o, "name\nA\nB\nA\n", campaign.ImportOptions{DryRun: true, Publish: true})
	if got := counts(r); got != "3 rows, 2 new, 1 same, 0 different, 0 near, 0 defects" || r.New[0].ID != "" || r.New[0].Stored {
		t.Errorf("got %s: %+v", got, r.New)
	}
	page, err := o.Entries.ListEntries(t.Context(), store.EntryQuery{Kind: keepiton.KindOrganization, Desk: true})
	if err != nil || page.Total != 0 {
		t.Errorf("%d are stored, %v", page.Total, err)
	}
}

func TestWhatDiffersIsToldAndStoredOnlyWhenAsked(t *testing.T) {
	o := office(t, campaign.Need{})
	sheet(t, o, "name,country,site\nOne,KE,https://one.example/\n", campaign.ImportOptions{Publish: true})
	changed := "name,country,site,langs\nOne,KE,https://one.example/,sw\n"
	r := sheet(t, o, changed, campaign.ImportOptions{Publish: true})
	if len(r.Different) != 1 || !slices.Equal(r.Different[0].Fields, []string{"langs"}) || r.Different[0].Stored {
		t.Fatalf("got %+v", r.Different)
	}
	if rev, _ := o.Entries.Entry(t.Context(), "KIC-2026-0001"); rev.N != 1 {
		t.Error("it was stored unasked")
	}
	sheet(t, o, changed, campaign.ImportOptions{Update: true})
	if rev, _ := o.Entries.Entry(t.Context(), "KIC-2026-0001"); rev.N != 2 || rev.State != keepiton.Draft {
		t.Errorf("an update without --publish: %+v", rev)
	}
	// Nobody's draft is published by the way.
	r = sheet(t, o, "name,country,langs\nOne,KE,am\n", campaign.ImportOptions{Update: true, Publish: true})
	if rev, _ := o.Entries.PublicEntry(t.Context(), "KIC-2026-0001"); rev.N != 1 || len(r.Defects) != 1 || r.Different[0].Stored {
		t.Errorf("readers see revision %d; %+v", rev.N, r)
	}
}

func TestNearlyAlikeIsToldAndNeverMerged(t *testing.T) {
	o := office(t, campaign.Need{})
	sheet(t, o, "name,country\nAccess Now,\nCentre for Democracy,KE\nABC,\n", campaign.ImportOptions{})
	r := sheet(t, o, "name,country\nAcces Now,\nDemocracy Centre,\nCentre for Democracy,UG\nABD,\nAccess Nows and Thens,\n", campaign.ImportOptions{})
	var got []string
	for _, n := range r.Near {
		got = append(got, fmt.Sprintf("%d %s ~ %s: %s", n.Row, n.Title, n.Other, n.Why))
	}
	slices.Sort(got)
	want := []string{
		"2 Acces Now ~ Access Now: one letter apart",
		"3 Democracy Centre ~ Centre for Democracy: the same words",
		"4 Centre for Democracy ~ Centre for Democracy: the same words",
		"4 Centre for Democracy ~ Democracy Centre: the same words",
	}
	if !slices.Equal(got, want) || len(r.New) != 5 {
		t.Errorf("got %q, want %q; %d new", got, want, len(r.New))
	}
	r = sheet(t, o, "name\nCentre for Democracy\n", campaign.ImportOptions{})
	if len(r.Defects) != 1 || !strings.Contains(r.Defects[0].Problem, "give its country") {
		t.Errorf("one of two: %+v", r.Defects)
	}
}

func TestPledgesAndWatchItemsAreImported(t *testing.T) {
	o := office(t, campaign.Need{})
	pledges := `{"leader": "A. Tamba", "office": "President", "office.fr": "Président", "country": "Kenya", "lang": "sw", "words": "Mtandao hautazimwa.", "made": "2026-03", "scope": "Election", "source": "https://news.example/"}` + "\n\n" +
		`{"leader": "B", "office": "Mayor", "country": "KE", "lang": "en", "words": "Never.", "made": "2026-04-01", "scope": "always", "outcome": "broken", "broken_by": ["KIO-2026-0001", "KIO-2026-0002"], "source_title": "A speech"}` + "\n"
	r := sheet(t, o, pledges, campaign.ImportOptions{Kind: keepiton.KindPledge, Publish: true})
	if got := counts(r); got != "2 rows, 2 new, 0 same, 0 different, 0 near, 0 defects" {
		t.Fatalf("got %s: %+v", got, r.Defects)
	}
	rev, _ := o.Entries.PublicEntry(t.Context(), "KIP-2026-0001")
	p, err := campaign.As[*keepiton.Pledge](rev)
	if err != nil || p.Words["sw"] == "" || p.Office["fr"] != "Président" || p.Country != "KE" || p.Made.String() != "2026-03" || p.Scope != "election" || p.Outcome != "open" {
		t.Errorf("%+v, %v", p, err)
	}
	rev, _ = o.Entries.PublicEntry(t.Context(), "KIP-2026-0002")
	if p, _ = campaign.As[*keepiton.Pledge](rev); len(p.BrokenBy) != 2 {
		t.Errorf("broken by %v", p.BrokenBy)
	}
	if r = sheet(t, o, pledges, campaign.ImportOptions{Kind: keepiton.KindPledge}); len(r.Same) != 2 {
		t.Errorf("again: %s", counts(r))
	}

	watch := "title,country,kind,from,to,places,source\nGeneral election,KE,election,2027-08-09,2027-08-10,Nairobi,https://calendar.example/\n"
	if r = sheet(t, o, watch, campaign.ImportOptions{Kind: keepiton.KindWatch, Publish: true}); len(r.New) != 1 || len(r.Defects) != 0 {
		t.Fatalf("%+v", r)
	}
	rev, _ = o.Entries.PublicEntry(t.Context(), "KIW-2026-0001")
	w, err := campaign.As[*keepiton.Watch](rev)
	if err != nil || w.To.String() != "2027-08-10" || len(w.Places) == 0 || w.Places[0].Words != "Nairobi" || w.Places[0].Country != "KE" {
		t.Errorf("%+v, %v", w, err)
	}
}

func TestSheetsThatAreRefusedAsAWhole(t *testing.T) {
	im := campaign.Import{Entries: office(t, campaign.Need{}).Entries, Now: func() time.Time { return now }}
	for what, tc := range map[string][2]string{
		"an empty file":          {"", "empty"},
		"an unknown column":      {"name,colour\nA,red\n", `line 1, column 2: there is no column "colour"`},
		"a column twice":         {"name,Name\nA,B\n", `line 1, column 2: "Name" stands there twice`},
		"semicolons":             {"name;country\nA;KE\n", "semicolons"},
		"a quote too many":       {"name\n\"A\n", "line 2"},
		"UTF-16":                 {"\xff\xfen\x00a\x00", "UTF-16"},
		"Latin 1":                {"name\nCaf\xe9\n", "line 2: byte 8 of the file"},
		"a NUL":                  {"name\nA\x00\n", "byte 6"},
		"JSON that is cut":       {`{"name": "A`, "line 1: byte"},
		"JSON with an object":    {`{"name": {"en": "A"}}`, `"name": only texts`},
		"JSON with a name twice": {"{\"name\": \"A\"}\n{\"name\": \"A\", \"Name\": \"B\"}", `line 2: byte`},
		"two objects on a line":  {`{"name": "A"} {"name": "B"}`, "more than one object"},
		"a list in a list":       {`{"langs": [["en"]]}`, "only texts"},
		"too large":              {strings.Repeat(" ", campaign.MaxImportBytes+1), "larger than"},
	} {
		_, err := im.Run(t.Context(), strings.NewReader(tc[0]), campaign.ImportOptions{Kind: keepiton.KindOrganization})
		if err == nil || !strings.Contains(err.Error(), tc[1]) {
			t.Errorf("%s: got %v, want %q", what, err, tc[1])
		}
		if c := keepiton.CodeOf(err); c != keepiton.Invalid && c != keepiton.TooLarge {
			t.Errorf("%s: code %s", what, c)
		}
	}
}
