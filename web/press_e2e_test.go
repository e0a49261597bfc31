//go:build e2e

package web

import (
	"net/url"
	"strings"
	"testing"

	"keepiton"
)

// TestPagesOfThePressAndOfAlertsInABrowser opens each page that a journalist or a
// subscriber meets on a phone, in three scripts: axe-core finds nothing serious, and
// nothing is wider than the screen.
func TestPagesOfThePressAndOfAlertsInABrowser(t *testing.T) {
	axe := axeCore(t)
	a := newAlertSite(t)
	a.fillCampaign(t)
	a.opt.Press = PressDesk{Mail: "press@campaign.example.org", Phone: "+254 20 000", Signal: "keepiton.01", Key: "KEY", Fingerprint: "ABCD 0123"}
	a.opt.Early = a.st
	id, said := entryWith(t, a.st, keepiton.KindStatement, func(b *keepiton.Statement) bool { return b.Country == "XG" })
	manage := a.subscribe(t)
	if w := a.post(t, "/en/alerts", url.Values{"address": {"another@reader.test"}, "pace": {"daily"}, "do": {"mail"}}); w.Code != 200 {
		t.Fatalf("asked: %d", w.Code)
	}
	confirm := linkIn((<-a.mails).Plain.Text)
	pages := []string{
		"/press", "/press?country=XG", "/press/" + string(id), "/incidents/" + string(said.Incidents[0]) + "/press", "/countries/XG/press", "/early/NOTHING",
		"/alerts", "/alerts?country=XG&operator=aranda+tel", "/alerts/webhook?country=XA", strings.TrimPrefix(confirm, "/en"), strings.TrimPrefix(manage, "/en"),
	}
	ctx, base := browserOf(t, a)
	for i, path := range pages {
		for j, lang := range []string{"en", "ar", "am"} {
			open(t, ctx, base+"/"+lang+path, 360, (i+j)%2 == 0)
			name, _, _ := strings.Cut(path, "?")
			if width := ask[int](t, ctx, `document.documentElement.scrollWidth`); width > 360 {
				t.Errorf("/%s%s is %d pixels wide", lang, LogPath(name), width)
			}
			if axe == "" {
				continue
			}
			ask[int](t, ctx, axe+";0")
			if found := ask[string](t, ctx, axeRun); found != "[]" {
				t.Errorf("/%s%s: %s", lang, LogPath(name), found)
			}
		}
	}
}
