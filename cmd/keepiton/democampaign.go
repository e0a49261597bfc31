package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"keepiton"
	"keepiton/campaign"
	"keepiton/sample"
	"keepiton/store"
)

// fillCampaign writes the made-up campaign into a store that has no entries yet.
func fillCampaign(ctx context.Context, st store.Store, now time.Time) error {
	logo := sample.Logo()
	sum := sha256.Sum256(logo)
	hash := hex.EncodeToString(sum[:])
	for _, rev := range sample.Entries(now) {
		e, err := campaign.Read(rev)
		if err != nil {
			return err
		}
		id := rev.ID
		if rev.N == 1 {
			rev.ID = ""
		}
		stored, err := st.AppendEntry(ctx, id.Kind(), rev.N-1, rev, e.Index())
		if err == nil && stored.ID != id {
			err = keepiton.Errorf(keepiton.Internal, "it became %s", stored.ID)
		}
		if err != nil {
			return fmt.Errorf("write the made-up %s: %w", id, err)
		}
		if o, ok := e.(*keepiton.Organization); ok && o.Logo == hash && rev.N == 1 {
			if err := st.PutMedia(ctx, store.MediaFile{SHA256: hash, Type: "image/png", Subjects: []string{string(id)}, Bytes: logo}); err != nil {
				return err
			}
		}
	}
	return nil
}
