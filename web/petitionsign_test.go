package web

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/campaign"
	"keepiton/locale"
	"keepiton/notify"
	"keepiton/store"
)

// signingSite is the made-up campaign with petitions that can be signed; mails is
// what it sent.
func signingSite(t *testing.T) (s *Server, mails *askedMails, id keepiton.EntryID) {
	t.Helper()
	s, st := campaignSite(t)
	mails = takeSignatures(t, s, st)
	id, _ = entryWith(t, st, keepiton.KindPetition, func(p *keepiton.Petition) bool { return p.Country == "XG" })
	return s, mails, id
}

// takeSignatures lets petitions of a site be signed.
func takeSignatures(t *testing.T, s *Server, st store.Entries) *askedMails {
	t.Helper()
	keys, err := notify.NewKeys([32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	mails := &askedMails{took: make(chan *notify.Message, 10)}
	clock := func() time.Time { return s.opt.Now() }
	s.opt.Petitions = &campaign.Petitioning{
		Entries: st, Box: st.(store.Petitions), Keys: keys, Base: "https://keepiton.example", Tokens: noTokens{}, Now: clock, Mails: &notify.Postbox{Mail: mails, Now: clock},
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	box := s.opt.Petitions.Mails // a test may take petitions off the site before this begins
	go func() { box.Run(ctx); close(done) }()
	t.Cleanup(func() { stop(); <-done })
	return mails
}

type askedMails struct{ took chan *notify.Message }

func (m *askedMails) Channel() keepiton.Channel { return keepiton.ChannelMail }
func (m *askedMails) Send(_ context.Context, msg *notify.Message, handing func() error) (string, error) {
	m.took <- msg
	return "", handing()
}

type noTokens struct{}

func (noTokens) VerifySignature(_ context.Context, _ keepiton.EntryID, token string) (sum [32]byte, err error) {
	if token != "GOODTOKEN" {
		return sum, keepiton.Errorf(keepiton.Forbidden, "no token")
	}
	return [32]byte{9}, nil
}

func postForm(t *testing.T, s *Server, path string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func (m *askedMails) link(t *testing.T, use campaign.Use) string {
	t.Helper()
	text := (<-m.took).Plain.Text
	for line := range strings.Lines(text) {
		if path, ok := strings.CutPrefix(strings.TrimSpace(line), "https://keepiton.example"); ok && strings.Contains(path, "/"+string(use)+"/") {
			return path
		}
	}
	t.Fatalf("no link in\n%s", text)
	return ""
}

func TestAPetitionIsSignedByMailInEveryLanguage(t *testing.T) {
	s, mails, id := signingSite(t)
	var log strings.Builder
	s.opt.Log = slog.New(slog.NewTextHandler(&log, nil))
	for i, lang := range locale.Languages {
		pr := locale.For(lang.Tag)
		at := "/" + lang.Tag + "/petition/" + string(id)
		says := func(what string, w *httptest.ResponseRecorder, code int, want ...string) {
			t.Helper()
			body := html.UnescapeString(w.Body.String())
			if w.Code != code {
				t.Errorf("%s, %s: %d", lang.Tag, what, w.Code)
			}
			for _, text := range want {
				if !strings.Contains(body, text) {
					t.Errorf("%s, %s: it does not say %q", lang.Tag, what, text)
				}
			}
			if strings.Contains(body, "page.petition.") || strings.Contains(body, "marked") {
				t.Errorf("%s, %s: a message is missing, or the page repeats the address", lang.Tag, what)
			}
		}
		says("the page", get(t, s, at), 200, pr.T("page.petition.sign.do"), pr.T("page.petition.address"))
		w := postForm(t, s, at, url.Values{"address": {fmt.Sprintf("marked%d@reader.test", i)}, "do": {"mail"}})
		says("asked", w, 200, pr.T("page.petition.sent.title"))
		link := mails.link(t, campaign.UseConfirm)
		if !strings.HasPrefix(link, at) {
			t.Errorf("%s: the link is %s", lang.Tag, link)
		}
		says("looked at", get(t, s, link), 200, pr.T("page.petition.do"), pr.T("page.petition.country"))
		if cached := get(t, s, link).Header().Get("Cache-Control"); cached != "no-store" {
			t.Errorf("%s: a page behind a link is kept: %q", lang.Tag, cached)
		}
		says("signed", postForm(t, s, link, url.Values{"country": {"ET"}}), 200, pr.T("page.petition.done.title"))
		says("signed twice", postForm(t, s, link, nil), 200, pr.T("page.petition.again"))
		says("a link that was cut", get(t, s, link[:len(link)-1]), 404, pr.T("page.petition.error.link"))
		says("no use of a link", get(t, s, at+"/nonsense/x"), 404)
	}
	if err := s.opt.Petitions.Tend(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Expire()
	body := html.UnescapeString(get(t, s, "/ar/petition/"+string(id)+"?q=1").Body.String())
	pr := locale.For("ar")
	for _, want := range []string{"<b>" + pr.Number(7) + "</b>", geoName("ET", "ar"), pr.T("page.petition.ways", "Mail", 7, "Partner", 0)} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	var doc struct {
		Petitions []struct{ Signatures signaturesDoc }
	}
	if err := json.Unmarshal(get(t, s, "/en/petition/"+string(id)+".json").Body.Bytes(), &doc); err != nil || doc.Petitions[0].Signatures.Total != 7 || doc.Petitions[0].Signatures.Countries[0] != (campaign.CountryCount{Country: "ET", N: 7}) || len(doc.Petitions[0].Signatures.Days) != 1 {
		t.Errorf("as JSON: %+v, %v", doc, err)
	}
	if log.Len() > 0 {
		t.Errorf("it logged\n%s", log.String())
	}
}

func geoName(code, lang string) string {
	return (&visit{p: locale.For(lang)}).country(code)
}

func TestASignatureIsTakenBackByItsLink(t *testing.T) {
	s, mails, id := signingSite(t)
	at := "/en/petition/" + string(id)
	ask := func() *notify.Message {
		postForm(t, s, at, url.Values{"address": {"a@reader.test"}})
		return <-mails.took
	}
	m := ask()
	mails.took <- m
	confirm := mails.link(t, campaign.UseConfirm)
	mails.took <- m
	withdraw := mails.link(t, campaign.UseWithdraw)
	if w := get(t, s, withdraw); w.Code != 200 || strings.Contains(w.Body.String(), "<button name=") {
		t.Errorf("before it was signed: %d", w.Code)
	}
	if w := postForm(t, s, withdraw, nil); w.Code != 404 {
		t.Errorf("taken back before it was signed: %d", w.Code)
	}
	postForm(t, s, confirm, nil)
	if w := get(t, s, withdraw); !strings.Contains(w.Body.String(), locale.For("en").T("page.petition.withdraw.do")) {
		t.Error("no button to take it back")
	}
	if w := postForm(t, s, withdraw, nil); w.Code != 200 || !strings.Contains(w.Body.String(), locale.For("en").T("page.petition.gone.title")) {
		t.Errorf("taken back: %d", w.Code)
	}
}

func TestAPetitionIsSignedThroughAPartner(t *testing.T) {
	s, _, id := signingSite(t)
	at, pr := "/en/petition/"+string(id), locale.For("en")
	for _, typed := range []string{"GOODTOKEN", " GOOD TOKEN\n", "https://keepiton.example" + at + "/token/GOODTOKEN"} {
		if w := postForm(t, s, at, url.Values{"token": {typed}, "do": {"token"}}); w.Code != 200 || !strings.Contains(w.Body.String(), `action="`+at+`/token/GOODTOKEN"`) {
			t.Errorf("%q: %d", typed, w.Code)
		}
	}
	if w := postForm(t, s, at, url.Values{"token": {"BAD"}, "do": {"token"}}); w.Code != 404 || !strings.Contains(w.Body.String(), pr.T("page.petition.error.token")) {
		t.Errorf("a bad token: %d", w.Code)
	}
	if w := postForm(t, s, at+"/token/GOODTOKEN", url.Values{"country": {"SD"}}); w.Code != 200 || !strings.Contains(w.Body.String(), pr.T("page.petition.done.title")) {
		t.Errorf("signed: %d", w.Code)
	}
	for _, w := range []*httptest.ResponseRecorder{get(t, s, at+"/token/GOODTOKEN"), postForm(t, s, at+"/token/GOODTOKEN", nil)} {
		if w.Code != 200 || !strings.Contains(w.Body.String(), pr.T("page.petition.token.used")) {
			t.Errorf("used: %d", w.Code)
		}
	}
}

func TestWhoCannotSignIsToldWhy(t *testing.T) {
	s, _, id := signingSite(t)
	at, pr := "/en/petition/"+string(id), locale.For("en")
	if w := postForm(t, s, at, url.Values{"address": {"no address"}}); w.Code != 422 && w.Code != 400 || !strings.Contains(html.UnescapeString(w.Body.String()), pr.T("page.alerts.error.address")) {
		t.Errorf("no address: %d", w.Code)
	}
	r := httptest.NewRequest("POST", at, strings.NewReader("address=a@a.test"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	if s.ServeHTTP(w, r); w.Code != 403 {
		t.Errorf("another site sent the form: %d", w.Code)
	}
	s.opt.Petitions.Mails = nil
	if w := postForm(t, s, at, url.Values{"address": {"a@a.test"}}); w.Code != 503 || !strings.Contains(w.Body.String(), pr.T("page.petition.error.nomail")) {
		t.Errorf("without mail: %d", w.Code)
	}
	if body := get(t, s, at).Body.String(); strings.Contains(body, `name="address"`) || !strings.Contains(body, `name="token"`) {
		t.Error("a site without mail offers it, or no token")
	}
	s.opt.Petitions = nil
	s.Expire()
	if w := postForm(t, s, at, url.Values{"address": {"a@a.test"}}); w.Code != 404 {
		t.Errorf("without signing: %d", w.Code)
	}
}

func TestWhatALinkIsIsNotLogged(t *testing.T) {
	for path, want := range map[string]string{
		"/petition/KIT-2026-0001/confirm/SECRET": "/petition/KIT-2026-0001/confirm", "/en/petition/KIT-2026-0001": "/en/petition/KIT-2026-0001",
		"/alerts/manage/SECRET": "/alerts/manage", "/petition": "/petition", "/incidents": "/incidents",
	} {
		if got := LogPath(path); got != want {
			t.Errorf("%s is logged as %s", path, got)
		}
	}
}

func TestDaysAreDrawnInTheDirectionOfReading(t *testing.T) {
	days := []dayCount{{"2026-01-01", 10}, {"2026-01-02", 0}, {"2026-01-03", 5}}
	ltr, rtl := string(dayBars(days, 10, "a < b", false)), string(dayBars(days, 10, "a", true))
	if !strings.Contains(ltr, `d="M2 60V2M10 60V31"`) || !strings.Contains(rtl, `d="M110 60V2M102 60V31"`) || !strings.Contains(ltr, `aria-label="a &lt; b"`) {
		t.Errorf("%s\n%s", ltr, rtl)
	}
	all := daysOf(keepiton.PetitionCount{Days: map[keepiton.Way]map[string]int{keepiton.ByMail: {"2026-02-27": 1, "2026-03-02": 2}, keepiton.ByPartner: {"2026-03-02": 1}}})
	if len(all) != 4 || all[3] != (dayCount{"2026-03-02", 3}) || all[1].N != 0 {
		t.Errorf("days: %v", all)
	}
}

func TestThePackSaysWhatThePageSays(t *testing.T) {
	s, _, id := signingSite(t)
	for i := range 7 {
		fresh, err := s.opt.Petitions.Box.SignPetition(t.Context(), keepiton.PetitionSigner{Petition: id, Way: keepiton.ByMail, Mark: [32]byte{byte(i)}, Country: "ET", Day: fmt.Sprintf("2026-07-%02d", 14+i%2)})
		if keepiton.CodeOf(err) == keepiton.NotFound {
			_, err = s.opt.Petitions.Box.OpenPetition(t.Context(), id, make([]byte, 32))
			fresh = true
		}
		if err != nil || !fresh {
			t.Fatal(err)
		}
	}
	if err := s.opt.Petitions.Tend(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, lang := range locale.Languages {
		w := get(t, s, "/"+lang.Tag+"/petition/"+string(id)+".pdf")
		if w.Code != 200 || w.Header().Get("Content-Type") != "application/pdf" || !strings.HasPrefix(w.Body.String(), "%PDF-1.7") || !strings.Contains(w.Header().Get("Content-Disposition"), string(id)+"-"+lang.Tag+".pdf") {
			t.Errorf("%s: %d, %v", lang.Tag, w.Code, w.Header())
		}
		if _, err := exec.LookPath("pdftotext"); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatal(err)
			}
			t.Log("NOT PROVED: pdftotext is missing")
			continue
		}
		read := exec.Command("pdftotext", "-layout", "-", "-")
		read.Stdin = w.Body
		text, err := read.Output()
		if err != nil {
			t.Fatal(err)
		}
		pr := locale.For(lang.Tag)
		for _, want := range []string{pr.Number(6), geoName("ET", lang.Tag), "stop-2024", "signatures-1", string(id)} {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s: the pack does not say %q", lang.Tag, want)
			}
		}
	}
}
