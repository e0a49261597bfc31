package evaluate

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"keepiton/stop"
)

const data = "../../../shared/data/stop"

var loaded = sync.OnceValues(func() (map[string][]byte, error) {
	out := map[string][]byte{}
	for _, name := range []string{"ioda_investigated_outages.dev.csv", "stop_combined_2016_2025.dev.csv"} {
		b, err := os.ReadFile(filepath.Join(data, name))
		if err != nil {
			return nil, err
		}
		out[name] = b
	}
	return out, nil
})

// real reads the labelled events and the record beside them.
func real(t testing.TB) ([]Event, []Defect, []Claim) {
	files, err := loaded()
	if err != nil {
		t.Skipf("the labelled events are not here: %v", err)
	}
	events, defects, err := ReadEvents(bytes.NewReader(files["ioda_investigated_outages.dev.csv"]))
	if err != nil {
		t.Fatal(err)
	}
	return events, defects, claimsOf(t, files["stop_combined_2016_2025.dev.csv"])
}

func claimsOf(t testing.TB, b []byte) []Claim {
	f, err := stop.Read("stop.csv", bytes.NewReader(b), int64(len(b)), stop.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	ed, _, err := stop.NewEdition("2025", time.Date(2026, 5, 20, 0, 0, 0, 0, time.UTC), []stop.File{f}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var claims []Claim
	for _, d := range stop.Derive([]stop.Edition{ed}, stop.Pins{}).Incidents {
		if last := d.Steps[len(d.Steps)-1]; last.After != nil {
			claims = append(claims, ClaimsOf(last.After)...)
		}
	}
	return claims
}
