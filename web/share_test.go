package web

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"keepiton"
	"keepiton/intake/intaketest"
	"keepiton/locale"
)

func TestStoryIsSealedLikeAReport(t *testing.T) {
	s := newSenderSite(t)
	fields := url.Values{
		"story_title": {"أربع ساعات بالطريق"}, "story_text": {"سرت أربع ساعات لأرسل تقريرًا."}, "story_harms": {"income", "safety", "nonsense"},
		"began_date": {"٣/٥/٢٠٢٦"}, "country": {"SD"}, "place": {"الفاشر"}, "consent_publish": {"yes"}, "naming": {"name"}, "name": {"سلمى"},
	}
	w := send(s, "/ar/stories/share", fields, []upload{{"a.jpg", []byte("photo")}}, "send")
	if w.Code != http.StatusOK {
		t.Fatalf("status %d", w.Code)
	}
	e, got := s.stored(t, receiptOn(t, w.Body.String()))
	rep := got.Report
	if rep.Kind != keepiton.ReportStory || rep.Story == nil || rep.Story.Title != "أربع ساعات بالطريق" || rep.Story.Text != "سرت أربع ساعات لأرسل تقريرًا." || !slices.Equal(rep.Story.Harms, []string{"safety", "income"}) {
		t.Errorf("%+v %+v", rep, rep.Story)
	}
	if rep.Began.At.String() != "2026-05-03" || rep.Country != "SD" || rep.Consent.Name != "سلمى" || len(got.Files) != 1 || (e.Open != keepiton.OpenFields{}) {
		t.Errorf("%+v", rep)
	}
	check := sendWords(s, "/ar/stories/share", fields, "check")
	for _, say := range []string{"سرت أربع ساعات لأرسل تقريرًا.</textarea>", `name="story_harms" value="safety" checked`, "3 مايو 2026"} {
		if !strings.Contains(check.Body.String(), say) {
			t.Errorf("the check does not hold %s", say)
		}
	}
	for _, l := range locale.Languages {
		if !strings.Contains(get(t, s, "/"+l.Tag+"/stories/share").Body.String(), locale.For(l.Tag).T("page.share.began")) {
			t.Errorf("%s: the form asks for another moment", l.Tag)
		}
	}
}

func TestCarriedFilesAreTakenOneByOne(t *testing.T) {
	s := newSenderSite(t)
	rep := intaketest.Report()
	receipt, container := s.desk.Container(t, rep, keepiton.OpenFields{}, map[string][]byte{"a": []byte("x")})
	other := intaketest.Report()
	other.ID = strings.Repeat("ab", 16)
	_, second := s.desk.Container(t, other, keepiton.OpenFields{}, nil)
	w := send(s, "/en/report/sealed", nil, []upload{
		{"holiday.dat", container}, {"notes.txt", []byte("not sealed")}, {"second.dat", second}, {"again.dat", container}, {"cut.dat", second[:len(second)-100]},
	}, "send")
	body := w.Body.String()
	if w.Code != http.StatusOK || strings.Count(body, "it is with us") != 3 || strings.Count(body, "it is not a sealed file") != 2 {
		t.Fatalf("status %d:\n%s", w.Code, body[strings.Index(body, "<main"):])
	}
	if n := s.envelopes(t); n != 2 {
		t.Errorf("%d envelopes, want two: the third is a copy", n)
	}
	if _, body, _ := look(s, "en", receipt.String()); !strings.Contains(body, "Nobody has opened it yet") {
		t.Error("the receipt of a carried report shows nothing")
	}
	if w := send(s, "/en/report/sealed", nil, []upload{{"", nil}}, "send"); !strings.Contains(w.Body.String(), "Choose at least one file") {
		t.Error("no file is not explained")
	}
	// The carried form opened from a disk has the origin null and is another site.
	sealedBody, kind := encode(nil, []upload{{"a", container}}, "send")
	r := newRequest("/en/report/sealed", sealedBody, kind)
	r.Header.Set("Origin", "null")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if w := serve(s, r); w.Code != http.StatusOK {
		t.Errorf("from a file: status %d", w.Code)
	}
}

func TestSealedFileThatIsTooLargeIsRefusedAlone(t *testing.T) {
	if testing.Short() {
		t.Skip("one body of 90 MB: nothing that the race detector has not seen elsewhere")
	}
	s := newSenderSite(t)
	_, small := s.desk.Container(t, intaketest.Report(), keepiton.OpenFields{}, nil)
	var large bytes.Buffer
	w, err := s.desk.Campaign.Recipients.Sealer().Seal(&large)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(make([]byte, 90<<20))
	w.Close()
	body := send(s, "/en/report/sealed", nil, []upload{{"large", large.Bytes()}, {"small", small}}, "send").Body.String()
	if strings.Count(body, "larger than a sealed report") != 1 || strings.Count(body, "it is with us") != 1 {
		t.Errorf("%s", body[strings.Index(body, "<main"):])
	}
}
