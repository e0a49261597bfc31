package main

import (
	"io"
	"net/url"
	"strings"
	"testing"
)

// TestADemosDeskHasSomethingToOpen is a newcomer who follows the link that the
// demo prints.
func TestADemosDeskHasSomethingToOpen(t *testing.T) {
	demo := talk(t, "demo", "--listen", "127.0.0.1:0")
	site, link := demo.until(`KeepItOn is at (\S+)`), demo.until(`The desk, as ana of Org One: (\S+)`)
	go io.Copy(io.Discard, demo.lines)
	ana := enter(t, site, link)
	if page := ana.get("/desk/"); !strings.Contains(page, `href="/desk/reports/"`) {
		t.Errorf("the desk does not lead to the reports: %s", page)
	}
	queue := ana.get("/desk/reports/")
	if !strings.Contains(queue, "5 reports wait") {
		t.Errorf("the queue: %s", queue)
	}
	opened := ana.form("/desk/reports/open", url.Values{"csrf": {csrfField.FindStringSubmatch(queue)[1]}})
	for _, want := range []string{"ገላና", "Gelana, market street", "Marché de Gelana", "only calls", "አምቡላንሱ", "may be the same cut", "Aranda"} {
		if !strings.Contains(opened, want) {
			t.Errorf("the opened reports lack %q", want)
		}
	}
	if code := demo.stop(); code != exitGood {
		t.Errorf("the demo ended with %d", code)
	}
}
