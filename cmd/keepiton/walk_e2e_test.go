//go:build e2e

package main

import (
	"testing"

	"keepiton/locale"
)

// TestTheStoryIsWalkedInChromium is the story of TestFourVoicesBecomeAPublishedIncident
// in a real browser at the running program, with every page that people see on
// the way: on a phone and on a desk, in three languages.
func TestTheStoryIsWalkedInChromium(t *testing.T) {
	v := newVoices(t)
	w := newWalker(t)
	receipt := w.student(v.site)
	w.teller(v.site)
	w.tab().carrier(v.site)
	v.mail("Country: Ethiopia. No mobile internet in Addis Ababa since nine.")
	v.sms("no internet addis since 9")

	own := talk(t, "desk", "--server", v.site, "--keys", v.private, "--passphrase-file", v.passphrase, "--recipients", v.public, "--listen", "127.0.0.1:0")
	staff := w.tab()
	staff.pair(v.site, v.links["ana"], own.until(`^  ([A-Z]{4}-[A-Z]{4})$`))
	desk := own.until(`Your desk is at (http://127\.0\.0\.1:\d+/[0-9a-f]{32}/)`)
	incident, story, caseAt := staff.analyst(desk)
	w.stop("receipt-asked", func(lang string) { w.lookUp(v.site, lang, receipt) })
	w.says("Is the fixed line down as well?")
	staff.editors(v.site, v.links, incident, story)
	w.reader(v.site, incident, story)
	staff.open(caseAt) // and the desk sees that its draft is public
	w.stop("receipt-helped", func(lang string) { w.lookUp(v.site, lang, receipt) })
	w.says(locale.For("am").T("page.receipt.state.used"))
	if code := own.stop(); code != exitGood {
		t.Errorf("the desk ended with %d", code)
	}
}
