//go:build e2e

package desk_test

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"keepiton"
)

func TestFindingsAppearWhileTypingInChromium(t *testing.T) {
	o := newOffice(t)
	ana := o.hire("ana", keepiton.RoleAnalyst, "")
	id := write(ana, "save", nil)
	version := o.version()
	ctx := chromium(t)
	o.enterAs(ctx, "ana")
	page := o.site.URL + "/desk/incidents/" + string(id)
	type place struct{ Focus, Value, Address string }
	const where = `({Focus: document.activeElement.id, Value: document.activeElement.value, Address: location.href})`

	err := chromedp.Do(ctx, chromedp.Navigate(page), chromedp.Clear(chromedp.CSS("#episodes-0-end")),
		chromedp.SendKeys(chromedp.CSS("#episodes-0-end"), "2026-02-03"),
		chromedp.WaitVisible(chromedp.CSS("#live-episodes .finding.fault")), chromedp.WaitVisible(chromedp.CSS("#live-list .fault")))
	if err != nil {
		t.Fatalf("an end before the start was typed and no finding came: %v", err)
	}
	if got := text(t, ctx, "#live-episodes"); !strings.Contains(got, "before it starts on 2026-03-01") {
		t.Errorf("beside the field: %q", got)
	}
	if at, err := chromedp.Run(ctx, chromedp.Evaluate[place](where)); err != nil || at != (place{"episodes-0-end", "2026-02-03", page}) {
		t.Errorf("after the finding came: %+v, %v", at, err)
	}

	err = chromedp.Do(ctx, chromedp.SendKeys(chromedp.CSS("#episodes-0-end"), "x"), chromedp.WaitVisible(chromedp.CSS("#wrong-episodes-0-end .wrong")),
		chromedp.WaitVisible(chromedp.CSS("#episodes-0-end[aria-invalid]")))
	if err != nil {
		t.Fatalf("an unreadable date was typed and nothing said so: %v", err)
	}
	err = chromedp.Do(ctx, chromedp.SendKeys(chromedp.CSS("#episodes-0-end"), "\b"), chromedp.WaitNotPresent(chromedp.CSS("#wrong-episodes-0-end .wrong")),
		chromedp.WaitNotPresent(chromedp.CSS("#episodes-0-end[aria-invalid]")))
	if err != nil {
		t.Fatalf("the date was mended and the word stayed: %v", err)
	}
	if rev := o.state(id); rev.N != 1 || o.version() != version {
		t.Errorf("typing stored revision %d", rev.N)
	}
	axe(t, ctx, "live lint")
}

func TestEditorWithScriptOffInChromium(t *testing.T) {
	o := newOffice(t)
	ana := o.hire("ana", keepiton.RoleAnalyst, "")
	id := write(ana, "save", nil)
	ctx := chromium(t)
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	o.enterAs(ctx, "ana")
	err := chromedp.Do(ctx, chromedp.Navigate(o.site.URL+"/desk/incidents/"+string(id)),
		chromedp.SendKeys(chromedp.CSS("#f-impact"), "shops closed"))
	if err != nil {
		t.Fatal(err)
	}
	click(t, ctx, `button[value="preview"]`)
	if got := text(t, ctx, "main"); !strings.Contains(got, "0 findings") || !strings.Contains(got, "shops closed") {
		t.Errorf("without script the preview says %s", got)
	}
	click(t, ctx, `button[value="save"]`)
	if rev := o.state(id); rev.N != 2 || rev.Incident.Impact != "shops closed" {
		t.Errorf("without script, saving stored revision %d with %q", rev.N, rev.Incident.Impact)
	}
}
