package web

import (
	"context"
	"encoding/json"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"keepiton"
	"keepiton/campaign"
	"keepiton/count"
	"keepiton/locale"
	"keepiton/store"
	"keepiton/store/relational"
)

// pressSite is the made-up campaign with its stories and its feeds.
func pressSite(t *testing.T) (*Server, *relational.Store, *shelf) {
	t.Helper()
	s, st := campaignSite(t)
	whole := st.(*relational.Store)
	told := sampleShelf()
	s.opt.Stories, s.opt.Media, s.opt.Changes, s.opt.Early = told, told, whole, whole
	s.opt.Press = PressDesk{Mail: "press@campaign.example.org", Phone: "+254 20 000", Signal: "keepiton.01", Key: "KEY", Fingerprint: "ABCD 0123"}
	return s, whole, told
}

// fresh is the site after a change of what it shows, with nothing kept.
func fresh(s *Server) *Server {
	s.Expire()
	s.cache = newPageCache(1)
	return s
}

func TestStatementsAreReadInEveryLanguageAndForm(t *testing.T) {
	s, st, _ := pressSite(t)
	id, said := entryWith(t, st, keepiton.KindStatement, func(b *keepiton.Statement) bool { return len(b.Quotes) > 0 })
	for _, lang := range locale.Languages {
		list, page := get(t, s, "/"+lang.Tag+"/press"), get(t, s, "/"+lang.Tag+"/press/"+string(id))
		if list.Code != 200 || page.Code != 200 {
			t.Fatalf("%s: the list answers %d, the statement %d", lang.Tag, list.Code, page.Code)
		}
		title, _ := said.Title.In(lang.Tag)
		body, _ := said.Body.In(lang.Tag)
		quote, _ := said.Quotes[0].Words.In(lang.Tag)
		place, _ := said.Place.In(lang.Tag)
		first, _, _ := strings.Cut(body, "\n\n")
		whole, briefs := html.UnescapeString(page.Body.String()), html.UnescapeString(list.Body.String())
		for _, want := range []string{title, first, quote, place, said.Quotes[0].Who, said.Contacts[0].Address, "press@campaign.example.org", "tel:+25420000"} {
			if !strings.Contains(whole, want) {
				t.Errorf("%s: the statement does not say %q", lang.Tag, want)
			}
		}
		for _, want := range []string{title, "/" + lang.Tag + "/incidents/" + string(said.Incidents[0]) + "/press", "/" + lang.Tag + "/feeds/press.atom", "KIB"} {
			if !strings.Contains(briefs, want) {
				t.Errorf("%s: the page of the press lacks %q", lang.Tag, want)
			}
		}
		for _, missing := range []string{"page.press", "page.brief", "page.statement", "nav.press"} {
			if strings.Contains(briefs+whole, missing) {
				t.Errorf("%s: a message %s… is missing", lang.Tag, missing)
			}
		}
	}
	text := get(t, s, "/am/press/"+string(id)+".txt").Body.String()
	for line := range strings.Lines(text) {
		if n := columns(strings.TrimRight(line, "\n")); n > textWidth && strings.Contains(strings.TrimSpace(line), " ") {
			t.Errorf("a line of %d columns: %q", n, line)
		}
	}
	if !strings.Contains(strings.Join(strings.Fields(text), " "), said.Quotes[0].Words["am"]) {
		t.Errorf("the text lacks the quote:\n%s", text)
	}
	var doc struct {
		Statements []struct {
			ID   keepiton.EntryID
			Body map[string]string
		}
	}
	for _, path := range []string{"/en/press/" + string(id) + ".json", "/en/press.json?country=" + said.Country} {
		if err := json.Unmarshal(get(t, s, path).Body.Bytes(), &doc); err != nil || len(doc.Statements) != 1 || doc.Statements[0].ID != id || doc.Statements[0].Body["ar"] != said.Body["ar"] {
			t.Errorf("%s: %+v, %v", path, doc, err)
		}
	}
	if pdf := get(t, s, "/ar/press/"+string(id)+".pdf"); pdf.Header().Get("Content-Type") != "application/pdf" || !strings.HasPrefix(pdf.Body.String(), "%PDF-1.7") {
		t.Errorf("the PDF is %s", pdf.Header().Get("Content-Type"))
	}
}

func TestTheArchiveIsSearchedByCountryYearLanguageAndWords(t *testing.T) {
	s, st, _ := pressSite(t)
	aranda, first := entryWith(t, st, keepiton.KindStatement, func(b *keepiton.Statement) bool { return b.Country == "XG" })
	exams, second := entryWith(t, st, keepiton.KindStatement, func(b *keepiton.Statement) bool { return b.Country == "XC" })
	for query, want := range map[string][]keepiton.EntryID{
		"": {aranda, exams}, "country=XG": {aranda}, "lang=am": {aranda}, "lang=en": {aranda, exams}, "q=pupils": {exams}, "q=nobody": nil,
		"year=" + strconv.Itoa(second.Dated.At.Year()): {exams}, "year=" + strconv.Itoa(first.Dated.At.Year()): {aranda},
	} {
		page := get(t, s, "/en/press?"+query).Body.String()
		for _, id := range []keepiton.EntryID{aranda, exams} {
			if got := strings.Contains(page, `/press/`+string(id)+`"`); got != slices.Contains(want, id) {
				t.Errorf("%q lists %s: %v", query, id, got)
			}
		}
		if strings.HasPrefix(query, "q=") {
			continue
		}
		feed := get(t, s, "/en/feeds/press.atom?"+query).Body.String()
		for _, id := range []keepiton.EntryID{aranda, exams} {
			if got := strings.Contains(feed, `/en/press/`+string(id)); got != slices.Contains(want, id) {
				t.Errorf("the feed of %q has %s: %v", query, id, got)
			}
		}
	}
}

func TestAWithdrawnOrCorrectedStatementSaysSo(t *testing.T) {
	s, st, _ := pressSite(t)
	ctx := t.Context()
	var gone keepiton.EntryRevision
	page, err := st.ListEntries(ctx, store.EntryQuery{Kind: keepiton.KindStatement, Desk: true, States: []keepiton.State{keepiton.Withdrawn}})
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("%d withdrawn, %v", len(page.Items), err)
	}
	gone = page.Items[0]
	for _, suffix := range []string{"", ".txt", ".json"} {
		got := get(t, s, "/en/press/"+string(gone.ID)+suffix)
		body := strings.Join(strings.Fields(html.UnescapeString(got.Body.String())), " ")
		if got.Code != 410 || !strings.Contains(body, gone.Reason) || strings.Contains(body, "dark since the morning") {
			t.Errorf("%q: %d, %s", suffix, got.Code, body)
		}
	}
	id, body := entryWith(t, st, keepiton.KindStatement, func(b *keepiton.Statement) bool { return b.Country == "XG" })
	before, err := st.Entry(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	again := before
	again.N, again.Recorded = 0, testNow.AddDate(0, 0, 2)
	if _, err := st.AppendEntry(ctx, keepiton.KindStatement, before.N, again, body.Index()); err != nil {
		t.Fatal(err)
	}
	mended := &keepiton.Statement{Title: keepiton.Texts{"en": "A number was wrong"}, Body: keepiton.Texts{"en": "Sorry."}, Dated: body.Dated, Corrects: id}
	doc, _ := json.Marshal(mended)
	other, err := st.AppendEntry(ctx, keepiton.KindStatement, 0, keepiton.EntryRevision{State: keepiton.Published, Recorded: again.Recorded, Doc: doc}, mended.Index())
	if err != nil {
		t.Fatal(err)
	}
	got := get(t, fresh(s), "/en/press/"+string(id)).Body.String()
	for _, want := range []string{"Changed after it was published", "A number was wrong", "/en/press/" + string(other.ID)} {
		if !strings.Contains(got, want) {
			t.Errorf("a corrected statement does not say %q", want)
		}
	}
	if got = get(t, s, "/en/press/"+string(other.ID)).Body.String(); !strings.Contains(got, "/en/press/"+string(id)) {
		t.Error("a correction does not lead to what it corrects")
	}
}

func TestABriefSaysInEveryLanguageWhatIsKnownAndWhatIsNot(t *testing.T) {
	s, st, _ := pressSite(t)
	_, said := entryWith(t, st, keepiton.KindStatement, func(b *keepiton.Statement) bool { return b.Country == "XG" })
	id := said.Incidents[0]
	rule, err := count.RuleByName("events")
	if err != nil {
		t.Fatal(err)
	}
	table, err := count.Query{Rule: rule, By: []string{"year"}, AsOf: keepiton.AsOf(testNow.UTC()), Countries: []string{"XG"}}.Run(func(yield func(*count.Case) error) error {
		return s.opt.Record.Cases(t.Context(), testNow.AddDate(1, 0, 0), yield)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range locale.Languages {
		p := locale.For(lang.Tag)
		for _, path := range []string{"/incidents/" + string(id) + "/press", "/countries/XG/press"} {
			page := get(t, s, "/"+lang.Tag+path)
			body := html.UnescapeString(page.Body.String())
			if page.Code != 200 {
				t.Fatalf("%s%s answers %d", lang.Tag, path, page.Code)
			}
			for _, want := range []string{p.T("page.brief.unknown"), p.T("page.brief.quotable"), "events", p.Number(table.Total), "press@campaign.example.org", "/" + lang.Tag + "/countries/XG?rule=events"} {
				if !strings.Contains(body, want) {
					t.Errorf("%s%s does not say %q", lang.Tag, path, want)
				}
			}
			for _, missing := range []string{"page.press", "page.brief", "code.level.", "field."} {
				if strings.Contains(body, missing) {
					t.Errorf("%s%s: a message %s… is missing", lang.Tag, path, missing)
				}
			}
			text := get(t, s, "/"+lang.Tag+path+".txt").Body.String()
			if !strings.Contains(text, p.T("page.brief.unknown")+"\n---") {
				t.Errorf("%s%s.txt has no part of what is unknown", lang.Tag, path)
			}
		}
		unknown, _ := said.Unknown.In(lang.Tag)
		if body := html.UnescapeString(get(t, s, "/"+lang.Tag+"/incidents/"+string(id)+"/press").Body.String()); !strings.Contains(body, unknown) {
			t.Errorf("%s: the desk's own words of what is unknown are not in the brief", lang.Tag)
		}
	}
}

func TestABriefQuotesOnlyWhoAllowsThePress(t *testing.T) {
	s, _, told := pressSite(t)
	var allowed, refused *keepiton.Story
	for i := range told.all {
		st := &told.all[i].Story
		switch {
		case len(st.Incidents) == 0 || st.Quote == "" || st.State != keepiton.Published:
		case campaign.MayQuote(st) && allowed == nil:
			allowed = st
		case !campaign.MayQuote(st) && refused == nil:
			refused = st
		}
	}
	if allowed == nil || refused == nil {
		t.Fatalf("the made-up stories have one that the press may quote: %v, and one that it may not: %v", allowed != nil, refused != nil)
	}
	quotes := func(st *keepiton.Story) bool {
		path := "/" + st.Lang + "/incidents/" + string(st.Incidents[0]) + "/press"
		if !isLanguage(st.Lang) {
			path = "/en/incidents/" + string(st.Incidents[0]) + "/press"
		}
		_, _, quote, _, _ := st.In(strings.Split(path, "/")[1])
		return strings.Contains(html.UnescapeString(get(t, fresh(s), path).Body.String()), quote)
	}
	if !quotes(allowed) {
		t.Error("who allows the press is not quoted")
	}
	if quotes(refused) {
		t.Error("who does not allow the press is quoted")
	}
	allowed.Uses = slices.DeleteFunc(slices.Clone(allowed.Uses), func(u string) bool { return u == "press" })
	if quotes(allowed) {
		t.Error("consent that was taken back does not take the quote away")
	}
}

func TestPagesOfThePressWeighAtMost13000Bytes(t *testing.T) {
	s, st, _ := pressSite(t)
	id, said := entryWith(t, st, keepiton.KindStatement, func(b *keepiton.Statement) bool { return b.Country == "XG" })
	weigh(t, s, []string{"/press", "/press/" + string(id), "/incidents/" + string(said.Incidents[0]) + "/press", "/countries/XG/press", "/countries/XE/press"})
}

func TestABriefIsOnePageOfPaper(t *testing.T) {
	pageAfterPage(t)
	if _, err := exec.LookPath("pdfinfo"); err != nil {
		t.Skip("pdfinfo is missing: apt-get install poppler-utils") // package paper insists on it in CI
	}
	s, st, _ := pressSite(t)
	_, said := entryWith(t, st, keepiton.KindStatement, func(b *keepiton.Statement) bool { return b.Country == "XG" })
	for _, lang := range []string{"en", "ar", "am"} {
		file := filepath.Join(t.TempDir(), "brief.pdf")
		if err := os.WriteFile(file, get(t, s, "/"+lang+"/incidents/"+string(said.Incidents[0])+"/press.pdf").Body.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(context.Background(), "pdfinfo", file).Output()
		if err != nil || !strings.Contains(string(out), "Pages:           1\n") {
			t.Errorf("%s: %s, %v", lang, out, err)
		}
	}
}
