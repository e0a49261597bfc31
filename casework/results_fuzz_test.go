package casework

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"
)

// FuzzResultsOfProbes: whatever a file has, it is either no result at all or lines that
// come out again, no more of them than are taken.
func FuzzResultsOfProbes(f *testing.F) {
	line := `{"test_name":"keepiton_probe","test_start_time":"2026-11-25 02:00:00","probe_cc":"XG","probe_asn":"AS64500","probe_id":"of the day","annotations":{"network_type":"mobile"},"test_keys":{"network":"ok"}}` + "\n"
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte(strings.Repeat(line, 3)))
	z.Close()
	for _, seed := range [][]byte{[]byte(line), packed.Bytes(), packed.Bytes()[:packed.Len()-9], []byte("they cut the line\n"), nil, []byte(`{"test_name":[]}`)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := resultsIn([]File{{Bytes: data}})
		if r.Runs == 0 {
			return
		}
		var out bytes.Buffer
		if err := r.Lines(&out); err != nil || out.Len() > maxResults {
			t.Fatalf("%d bytes, %v", out.Len(), err)
		}
		if again := resultsIn([]File{{Bytes: out.Bytes()}}); again.Runs != r.Runs || !again.From.Equal(r.From) || len(again.Countries) != len(r.Countries) {
			t.Fatalf("%+v became %+v", r, again)
		}
	})
}
