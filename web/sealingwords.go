package web

import (
	"slices"
	"strings"

	"keepiton/geo"
	"keepiton/locale"
)

// scriptWords is what the script needs of a language: what it says, by its own
// short keys, and the words of dates.
type scriptWords struct {
	Texts map[string]string `json:"texts"`
	Dates locale.DateWords  `json:"dates"`
	// Regions are the names of regions in the language, in the carried form.
	Regions map[string]string `json:"regions,omitempty"`
}

// The messages that the script says: "seal." is taken off, the keys of others
// are kept. Placeholders are filled by the script.
var (
	commonTexts = []string{
		"seal.empty", "seal.large", "seal.long", "seal.sealing", "seal.failed", "seal.read.one", "seal.read.many", "seal.read.none",
		"date.about", "date.ethiopic", "date.ethiopic_day", "date.hour", "date.minute", "page.report.zone", "page.report.region",
	}
	carriedTexts = commonTexts
	sendTexts    = slices.Concat(commonTexts, []string{
		"seal.on", "seal.keys", "seal.work", "seal.sending", "seal.waiting", "seal.refused", "seal.save", "seal.sent", "seal.sent.text",
		"seal.receipt", "seal.receipt.help", "seal.receipt.page",
		"page.receipt.state.none", "page.receipt.state.new", "page.receipt.state.read", "page.receipt.state.asked", "page.receipt.state.used",
		"page.receipt.state.unverified", "page.receipt.state.unpublished", "page.receipt.state.answered", "page.receipt.state.withdrawn", "page.receipt.state.expired",
		"page.receipt.replies.more", "page.receipt.added", "page.receipt.withdrawn", "page.receipt.withdraw.sure", "page.receipt.withdraw.no",
		"page.sealed.none", "page.sealed.result", "page.sealed.taken", "page.sealed.unsealed", "page.sealed.large", "page.sealed.full", "page.sealed.failed",
		"page.refused.busy", "intake.additions", "intake.nothing", "receipt.error.check", "receipt.error.length",
	})
)

func newScriptWords(p *locale.Printer, keys []string) scriptWords {
	out := scriptWords{Texts: map[string]string{}, Dates: p.DateWords()}
	for _, key := range keys {
		short := strings.TrimPrefix(strings.TrimPrefix(key, "seal."), "page.report.")
		out.Texts[short] = p.T(key)
	}
	return out
}

// scriptZones lists the time zones of the countries that the form offers.
func scriptZones() map[string][]string {
	out := map[string][]string{}
	for _, c := range geo.Countries() {
		if zones := geo.Zones(c.Code); len(zones) > 0 {
			out[c.Code] = zones
		}
	}
	return out
}
