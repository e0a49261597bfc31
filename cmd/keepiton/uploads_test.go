package main

import (
	"bytes"
	"testing"

	"keepiton"
	"keepiton/intake"
)

// The store of a server has the sum of the lanes' bounds as its own, so that it
// holds when nobody remembers whose uploads those are: after a restart.
func TestAServersStoreHasTheBoundOnUploads(t *testing.T) {
	s := settings{Data: t.TempDir(), Disk: "100MB"}
	sealed, err := openSealed(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	defer sealed.Close()
	most := intake.UploadBytes(100e6)
	held := int64(0)
	piece := make([]byte, 9e6)
	for i := 0; err == nil && i < 100; i++ {
		var id string
		if id, err = sealed.BeginUpload(t.Context(), int64(len(piece))); err != nil {
			break
		}
		var end int64
		end, err = sealed.AppendUpload(t.Context(), id, 0, bytes.NewReader(piece))
		held += end
	}
	if keepiton.CodeOf(err) != keepiton.RateLimited || held > most || held < most-int64(len(piece)) {
		t.Errorf("%d bytes are under way, then %v; want at most %d", held, err, most)
	}
}
