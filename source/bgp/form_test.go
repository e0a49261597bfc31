package bgp

import (
	"os"
	"path/filepath"
	"testing"
)

// TestWhatIsToldLiveIsCountedLikeArchives reads files of RIS Live and of BMP by their
// content; bgp's own tests hold the counts against other programs.
func TestWhatIsToldLiveIsCountedLikeArchives(t *testing.T) {
	for name, want := range map[string]Stats{
		"1k-msgs.jsonl": {Records: 1000, Announcements: 787, Withdrawals: 2394, Peers: 60, Announced: 530, Withdrawn: 2379, Bytes: 440514},
		"bmp/pmacct/204-BMP-CISCO-peer_down/traffic-00.pcap": {Records: 343, Announcements: 49, Withdrawals: 23, StateChanges: 13, Peers: 2, Announced: 28, Withdrawn: 23, Bytes: 56190},
	} {
		f, err := os.Open(filepath.Join("../../../shared/data/ris-live", name))
		if err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatal(err)
			}
			t.Skipf("REAL MESSAGES ARE MISSING: %v", err)
		}
		defer f.Close()
		got, err := Count(t.Context(), f, name)
		if err != nil || len(got.Errors) > 0 {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		want.File, want.Errors, got.Errors = name, nil, nil
		if got.Records != want.Records || got.Announcements != want.Announcements || got.Withdrawals != want.Withdrawals || got.StateChanges != want.StateChanges || got.Peers != want.Peers || got.Announced != want.Announced || got.Withdrawn != want.Withdrawn || got.Bytes != want.Bytes {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, want)
		}
	}
}
