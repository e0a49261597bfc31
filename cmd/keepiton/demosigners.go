package main

import (
	"context"
	"fmt"
	"time"

	"keepiton"
	"keepiton/campaign"
	"keepiton/sample"
	"keepiton/store"
)

// fillSignatures signs the made-up petitions, and closes those that are over.
func fillSignatures(ctx context.Context, st store.Store, now time.Time) error {
	list, err := st.ListEntries(ctx, store.EntryQuery{Kind: keepiton.KindPetition, Limit: 1000})
	if err != nil {
		return err
	}
	take := &campaign.Petitioning{Entries: st, Box: st, Now: func() time.Time { return now }}
	for _, rev := range list.Items {
		p, err := campaign.As[*keepiton.Petition](rev)
		if err != nil {
			return err
		}
		var salt [32]byte // nobody's address is behind it
		if _, err := st.OpenPetition(ctx, rev.ID, salt[:]); err != nil {
			return err
		}
		for _, s := range sample.Signers(rev.ID, p, now) {
			if _, err := st.SignPetition(ctx, s); err != nil {
				return fmt.Errorf("sign the made-up %s: %w", rev.ID, err)
			}
		}
	}
	return take.Tend(ctx)
}
