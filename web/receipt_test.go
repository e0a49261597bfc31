package web

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"keepiton"
	"keepiton/intake"
	"keepiton/locale"
	"keepiton/seal"
)

// sent sends a report and returns its receipt.
func (s *senderSite) sent(t testing.TB) seal.Receipt {
	t.Helper()
	return receiptOn(t, send(s, "/am/report", amharic(), []upload{{"a.png", []byte("shot")}}, "send").Body.String())
}

func look(s *senderSite, lang, digits string) (int, string, int) {
	w := sendWords(s, "/"+lang+"/receipt", url.Values{"receipt": {digits}}, "look")
	return w.Code, html.UnescapeString(w.Body.String()), w.Body.Len()
}

func TestReceiptShowsStateAndReplies(t *testing.T) {
	s := newSenderSite(t)
	r := s.sent(t)
	e, _ := s.stored(t, r)
	if _, body, _ := look(s, "en", r.String()); !strings.Contains(body, "Nobody has opened it yet") || !strings.Contains(body, "There are none") {
		t.Error("a new report is not shown as new")
	}
	for _, text := range []string{"Which side of the river?", "عند أي ساعة؟ <b>"} {
		reply, err := seal.SealReply(r.Address(), []byte(text))
		if err == nil {
			err = s.desk.Store.PutReply(t.Context(), r.Address().Lookup, reply)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.desk.Store.SetState(t.Context(), e.ID, keepiton.EnvelopeAsked); err != nil {
		t.Fatal(err)
	}
	arabic := strings.NewReplacer("0", "٠", "1", "١", "2", "٢", "3", "٣", "4", "٤", "5", "٥", "6", "٦", "7", "٧", "8", "٨", "9", "٩", " ", "-").Replace(r.String())
	code, body, _ := look(s, "ar", arabic)
	if code != http.StatusOK || !strings.Contains(body, "Which side of the river?") || !strings.Contains(body, "عند أي ساعة؟ <b>") || !strings.Contains(body, locale.For("ar").T("page.receipt.state.asked")) {
		t.Errorf("status %d, or the replies are not shown", code)
	}
	if strings.Index(body, "river") < strings.Index(body, "عند أي ساعة") {
		t.Error("the newest reply does not stand first")
	}
}

func TestAdditionIsSealedByTheSameReceipt(t *testing.T) {
	s := newSenderSite(t)
	r := s.sent(t)
	w := send(s, "/am/receipt", url.Values{"receipt": {r.String()}, "seen": {"ተመልሷል"}}, []upload{{"b.png", []byte("more")}}, "add")
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), locale.For("am").T("page.receipt.added")) || strings.Contains(w.Body.String(), "ተመልሷል</textarea>") {
		t.Fatalf("status %d, or the addition is not said to have arrived", w.Code)
	}
	_, got := s.stored(t, intake.AdditionReceipt(r, 1))
	if got.Report.Kind != keepiton.ReportAddition || got.Report.Adds != r.Address().Lookup || got.Report.Seen != "ተመልሷል" || string(got.Files["b.png"]) != "more" || got.Report.Lang != "am" {
		t.Errorf("%+v", got.Report)
	}
	if (got.Report.Consent != keepiton.Consent{}) {
		t.Errorf("an addition that does not speak of consent changes it: %+v", got.Report.Consent)
	}
	send(s, "/am/receipt", url.Values{"receipt": {r.String()}, "consent_again": {"yes"}, "consent_press": {"yes"}}, nil, "add")
	_, got = s.stored(t, intake.AdditionReceipt(r, 2))
	if (got.Report.Consent != keepiton.Consent{Press: true, Version: keepiton.ConsentVersion}) {
		t.Errorf("consent %+v", got.Report.Consent)
	}
	w = send(s, "/en/receipt", url.Values{"receipt": {r.String()}, "seen": {" "}}, nil, "add")
	if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "the form is empty") {
		t.Errorf("an empty addition: status %d", w.Code)
	}
	if n := s.envelopes(t); n != 3 {
		t.Errorf("%d envelopes, want the report and two additions", n)
	}
}

func TestWithdrawalAsksOnceAndDestroysTheKey(t *testing.T) {
	s := newSenderSite(t)
	r := s.sent(t)
	e, _ := s.stored(t, r)
	w := sendWords(s, "/en/receipt", url.Values{"receipt": {r.String()}}, "withdraw")
	if !strings.Contains(w.Body.String(), `value="withdrawn"`) {
		t.Fatal("there is no second step")
	}
	if _, err := s.desk.Store.OpenBody(t.Context(), e.ID); err != nil {
		t.Fatalf("the first step destroyed it: %v", err)
	}
	w = sendWords(s, "/en/receipt", url.Values{"receipt": {r.String()}}, "withdrawn")
	if body := w.Body.String(); w.Code != http.StatusOK || !strings.Contains(body, "You have withdrawn it") || strings.Contains(body, `value="add"`) {
		t.Errorf("status %d, or the page does not say so", w.Code)
	}
	if _, err := s.desk.Store.OpenBody(t.Context(), e.ID); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Errorf("the body is still there: %v", err)
	}
	w = sendWords(s, "/en/receipt", url.Values{"receipt": {seal.NewReceipt().String()}}, "withdrawn")
	if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "Nothing was withdrawn") {
		t.Errorf("an unknown receipt: status %d", w.Code)
	}
}

func TestMistypedReceiptIsExplained(t *testing.T) {
	s := newSenderSite(t)
	r := seal.NewReceipt().String()
	swapped := []byte(r)
	for i := 0; i+1 < len(swapped); i++ {
		if swapped[i] != swapped[i+1] && swapped[i] != ' ' && swapped[i+1] != ' ' {
			swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
			break
		}
	}
	for digits, key := range map[string]string{"": "length", r[:20]: "length", string(swapped): "check", "x" + r: "character"} {
		for _, lang := range []string{"en", "am"} {
			code, body, _ := look(s, lang, digits)
			if code != http.StatusBadRequest || !strings.Contains(body, locale.For(lang).T("receipt.error."+key)) || !strings.Contains(body, `value="`+digits+`"`) {
				t.Errorf("%q: status %d, or it is not explained or not given back", digits, code)
			}
		}
	}
}

// A watcher of the line learns nothing from the length of the answer.
func TestUnknownReceiptLooksLikeAKnownOne(t *testing.T) {
	s := newSenderSite(t)
	r := s.sent(t)
	e, _ := s.stored(t, r)
	for _, accept := range []string{"", "gzip", "gzip, br"} {
		for i, l := range locale.Languages {
			if i%3 != 0 && accept != "gzip" {
				continue
			}
			sizes := map[string]int{}
			ask := func(name, digits string) {
				body := strings.NewReader(url.Values{"receipt": {digits}, "do": {"look"}}.Encode())
				w := sendAccepting(s, "/"+l.Tag+"/receipt", body, "application/x-www-form-urlencoded", accept)
				if w.Code != http.StatusOK {
					t.Fatalf("%s: status %d", name, w.Code)
				}
				sizes[name] = w.Body.Len()
				if got := unpacked(t, w); !strings.HasSuffix(strings.TrimSpace(got), "</html>") {
					t.Fatalf("%s with %q: the page cannot be read", name, accept)
				}
			}
			ask("unknown", seal.NewReceipt().String())
			for _, state := range []keepiton.EnvelopeState{keepiton.EnvelopeNew, keepiton.EnvelopeAsked, keepiton.EnvelopeUnpublished, keepiton.EnvelopeSpam} {
				if err := s.desk.Store.SetState(t.Context(), e.ID, state); err != nil {
					t.Fatal(err)
				}
				ask(string(state), r.String())
			}
			for name, n := range sizes {
				if n != sizes["unknown"] {
					t.Errorf("%s with %q: %s has %d bytes, unknown %d", l.Tag, accept, name, n, sizes["unknown"])
				}
			}
			if accept == "gzip" && sizes["unknown"] > maxPage {
				t.Errorf("%s: %d bytes", l.Tag, sizes["unknown"])
			}
		}
	}
}

func TestReceiptStandsInNoAddressAndNoLog(t *testing.T) {
	s := newSenderSite(t)
	r := s.sent(t)
	digits := strings.ReplaceAll(r.String(), " ", "")
	for _, do := range []string{"look", "add", "withdraw", "withdrawn"} {
		w := sendWords(s, "/en/receipt", url.Values{"receipt": {r.String()}, "seen": {"x"}}, do)
		if w.Header().Get("Location") != "" || strings.Contains(w.Body.String(), "?receipt") || strings.Contains(w.Body.String(), `method="get"`) {
			t.Errorf("%s: leads to an address, or the page has a form that would", do)
		}
	}
	if got := get(t, s, "/en/receipt?receipt="+digits); strings.Contains(got.Body.String(), digits) {
		t.Error("digits in an address are taken")
	}
	if log := s.log.String(); strings.Contains(log, digits[:4]) || strings.Contains(log, r.Address().Lookup) {
		t.Errorf("the log holds the receipt: %s", log)
	}
}
