package keepiton

import (
	"encoding/json"
	"strings"
	"testing"
)

// withSecret is an incident whose confidential source says MARKED everywhere,
// in other texts too, and whose order is public.
func withSecret() *Incident {
	const link = "https://example.org/MARKED"
	inc := sound()
	inc.InfoSource = Confidential
	inc.Sources = []Source{
		{ID: "s1", Kind: "partner", URL: link, Words: "MARKED words", Title: "MARKED title", Publisher: "MARKED", Quote: "MARKED quote", ArchivedURL: link + "/a", OriginGroup: "MARKED", SHA256: "MARKEDMARKED"},
		{ID: "s2", Kind: "statement", URL: "https://example.org/order"},
	}
	inc.Claims = map[string]Claim{"causes": {Sources: []SourceID{"s1"}, Note: "MARKED told us"}}
	inc.Verification = Verification{Level: Listed, On: []SourceID{"s1"}, Note: "MARKED"}
	inc.Summary = "Read " + link + " for more."
	inc.Signals = []SignalLink{{Feed: "ooni", URL: link}}
	inc.Rows = []Row{{Cells: []Cell{
		{Column: "info_source", Key: "info_source", Value: "Confidential"},
		{Column: "News_link ", Value: "https://example.org/row/MARKED"},
		{Column: "event", Key: "event", Value: "see https://example.org/row/MARKED"},
		{Column: "gov_ack_source", Key: "gov_ack_source", Value: "https://example.org/order"},
	}}}
	return inc
}

func TestPublicRevisionTellsNothingOfAConfidentialSource(t *testing.T) {
	inc := withSecret()
	rev := Revision{
		N: 2, Author: "MARKED", Reason: "corrected after https://example.org/MARKED", Incident: *inc,
		Changes: []Change{{Field: "sources", From: []string{"news https://example.org/MARKED"}, To: []string{"statement x"}}},
	}
	data, err := json.Marshal(rev.Public())
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), "MARKED") {
		t.Errorf("the public revision tells the source: %s", data)
	}
	for _, want := range []string{"https://example.org/order", "Read [confidential] for more.", "Confidential"} {
		if !strings.Contains(string(data), want) {
			t.Errorf("the public revision lost %q: %s", want, data)
		}
	}
	if !strings.Contains(inc.Summary, "MARKED") || inc.Sources[0].URL == "" {
		t.Error("the original was changed")
	}
}

func TestDiffDoesNotTellASourceThatBecameConfidential(t *testing.T) {
	before, after := withSecret(), withSecret()
	before.InfoSource = "news"
	before.Rows[0].Cells[0].Value = "News media article"
	for _, pair := range [][2]*Incident{{before, after}, {after, before}} {
		changes := Diff(pair[0], pair[1])
		if data, _ := json.Marshal(changes); strings.Contains(string(data), "MARKED") {
			t.Errorf("the diff tells the source: %s", data)
		}
		if len(changes) == 0 {
			t.Error("the change of the class is not told")
		}
	}
}

func TestOlderRevisionIsSilentAboutWhatIsConfidentialToday(t *testing.T) {
	before, now := withSecret(), withSecret()
	before.InfoSource = "news"
	before.Sources[0].ID = "s7"
	before.Rows[0].Cells[0].Value = "News media article"
	data, err := json.Marshal(before.Redact(now.Secrets()))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"https://example.org/MARKED", "row/MARKED", "MARKED words", "MARKED quote"} {
		if strings.Contains(string(data), secret) {
			t.Errorf("the older revision still tells %q: %s", secret, data)
		}
	}
}

func TestOneConfidentialSourceEmptiesItsCell(t *testing.T) {
	inc := withSecret()
	inc.InfoSource = "news"
	inc.Sources[0].Confidential = true
	inc.Rows[0].Cells[0].Value = "News media article"
	inc.Rows[0].Cells[1].Value = "https://example.org/open; https://example.org/MARKED"
	got := inc.Public().Rows[0].Cells[1].Value
	if want := "https://example.org/open; [confidential]"; got != want {
		t.Errorf("got cell %q, want %q", got, want)
	}
}

func TestPlainWordsAreNoSecrets(t *testing.T) {
	inc := sound()
	inc.InfoSource = Confidential
	inc.Sources = []Source{{ID: "s1", Kind: "other", Words: "Confidential"}}
	inc.Rows = []Row{{Cells: []Cell{{Column: "info_source", Key: "info_source", Value: "Confidential"}, {Column: "info_source_link", Key: "info_source_link", Value: "Unknown"}}}}
	if len(inc.Secrets()) != 0 {
		t.Errorf("got secrets %v, want none", inc.Secrets())
	}
}

func TestGuessedPlaceIsPublishedAsWordsAlone(t *testing.T) {
	inc := sound()
	inc.Places = []Place{
		{Words: "Sudn", Country: "SD", Region: "SD-KH", District: "Bahri", Confidence: 0.6, Method: "fuzzy"},
		{Words: "Sudan", Country: "SD", Confidence: 1, Method: "exact"},
	}
	got := inc.Public().Places
	if got[0].Words != "Sudn" || got[0].Country != "" || got[0].Region != "" || got[0].District != "" {
		t.Errorf("the guess was published: %+v", got[0])
	}
	if got[1] != inc.Places[1] || inc.Places[0].Country != "SD" {
		t.Errorf("more than the guess was taken: %+v", got)
	}
}
