package locale

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strings"
	"testing"
)

// TestTablesAreAsTheyWereMadeOutOfCLDR finds tables that a hand has changed. They
// are made anew by locale/gen and geo/gen from CLDR's packages, which is the time to
// write their new sums here.
func TestTablesAreAsTheyWereMadeOutOfCLDR(t *testing.T) {
	for name, want := range map[string]string{
		"table.go":                  "13fef4a047cf5492",
		"languages.tsv":             "f7b31394751ff782",
		"../geo/data/countries.tsv": "bd5ce3e226f70145",
	} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(data)
		if got := hex.EncodeToString(sum[:8]); got != want {
			t.Errorf("%s has the sum %s, was made with %s", name, got, want)
		}
	}
}

func TestEveryLanguageHasTablesOfCLDR(t *testing.T) {
	head, _, _ := strings.Cut(languagesTSV, "\n")
	for _, tag := range Tags() {
		if cldr[tag] == nil {
			t.Errorf("%s has no dates and numbers: go run locale/gen/main.go FOLDER", tag)
		}
		if !strings.Contains("\t"+head+"\t", "\t"+tag+"\t") {
			t.Errorf("%s has no names of languages: go run locale/gen/main.go FOLDER", tag)
		}
	}
}
