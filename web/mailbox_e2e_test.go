//go:build e2e

package web

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"keepiton"
	"keepiton/intake"
	"keepiton/intake/intaketest"
	"keepiton/seal"
)

// TestReceiptStaysInTheBrowser looks at a report by its receipt, reads a reply,
// adds to it and withdraws it. The server gets neither digits nor words.
func TestReceiptStaysInTheBrowser(t *testing.T) {
	desk, rec, base := takingSite(t)
	receipt, container := desk.Container(t, intaketest.Report(), keepiton.OpenFields{}, nil)
	e, err := desk.Take(t.Context(), intake.Pass{Lane: keepiton.LaneOpen}, strings.NewReader(string(container)))
	if err != nil {
		t.Fatal(err)
	}
	reply, err := seal.SealReply(receipt.Address(), []byte("MARK-reply: ስንት ሰዓት ላይ?"))
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := seal.SealReply(seal.NewReceipt().Address(), []byte("MARK-of somebody else"))
	if err != nil {
		t.Fatal(err)
	}
	for _, sealed := range [][]byte{reply, stranger} {
		if err := desk.Store.PutReply(t.Context(), receipt.Address().Lookup, sealed); err != nil {
			t.Fatal(err)
		}
	}
	if err := desk.Store.SetState(t.Context(), e.ID, keepiton.EnvelopeAsked); err != nil {
		t.Fatal(err)
	}
	s := newSender(t)
	digits := receipt.String()
	s.must(chromedp.Do(s.ctx, chromedp.Navigate(base+"/en/receipt")))
	wrong := []byte(digits)
	wrong[0] = '0' + (wrong[0]-'0'+1)%10
	s.fill(map[string]string{"receipt": string(wrong)})
	s.press(`button[value=look]`)
	s.must(chromedp.Do(s.ctx, chromedp.WaitVisible(chromedp.CSS("#said"))))
	if said := s.text("#said"); !strings.Contains(said, "A digit is wrong") {
		t.Errorf("a wrong digit: %q", said)
	}
	s.must(chromedp.Do(s.ctx, chromedp.SetValue(chromedp.CSS("[name=receipt]"), digits)))
	s.press(`button[value=look]`)
	if state, replies := s.text("#state"), s.text("#replies"); !strings.Contains(state, "question for you") || !strings.Contains(replies, "MARK-reply: ስንት ሰዓት ላይ?") || strings.Contains(replies, "somebody else") {
		t.Fatalf("state %q, replies %q", state, replies)
	}
	s.fill(map[string]string{"seen": "MARK-answer: 3"})
	s.press(`button[value=add]`)
	if told := s.text("#told"); !strings.Contains(told, "has arrived") {
		t.Errorf("after adding: %q", told)
	}
	var added *keepiton.Report
	for _, e := range envelopes(t, desk) {
		if rep := desk.Open(t, e.ID).Report; rep.Kind == keepiton.ReportAddition {
			added = rep
			if e.Receipt != intake.AdditionReceipt(receipt, 1).Address() {
				t.Error("the addition is under another receipt than the page without script would take")
			}
		}
	}
	if added == nil || added.Seen != "MARK-answer: 3" || added.Adds != receipt.Address().Lookup || added.Consent != (keepiton.Consent{}) {
		t.Fatalf("addition %+v", added)
	}
	s.press("#withdraw button")
	s.press("#withdraw button.weak") // no
	s.press("#withdraw button")
	s.press("#withdraw button:not(.weak)")
	s.must(chromedp.Do(s.ctx, chromedp.WaitNotPresent(chromedp.CSS("#withdraw"))))
	if told, state := s.text("#told"), s.text("#state"); !strings.Contains(told, "withdrawn") || !strings.Contains(state, "Its key is destroyed") {
		t.Errorf("after withdrawing: %q, %q", told, state)
	}
	for _, e := range envelopes(t, desk) {
		if e.Gone.IsZero() {
			t.Errorf("%s is still there", e.State)
		}
	}
	got := rec.seen.String()
	for _, mark := range []string{"MARK", digits, strings.ReplaceAll(digits, " ", ""), digits[:9], strings.ReplaceAll(intake.AdditionReceipt(receipt, 1).String(), " ", "")} {
		if strings.Contains(got, mark) {
			t.Errorf("the server got %q", mark)
		}
	}
	s.quit()
	if found, _ := traces(t, s.profile, []string{"MARK-", digits}); len(found) > 0 {
		t.Errorf("the browser's profile keeps: %v", found)
	}
}
