package main

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"keepiton"
	"keepiton/review"
	"keepiton/store"
)

// demoPeople makes the made-up analysts of a demo and prints how to become one.
// In a demo a sign-in link is enough to reach sealed reports, for their keys are
// in its memory; signing what rests on them takes a passkey here as well.
func demoPeople(ctx context.Context, e *env, s settings, st store.Store) error {
	accounts := &review.Accounts{Store: st, Meta: st, Now: time.Now}
	policy := review.DefaultPolicy
	policy.Pairing = true
	if err := review.SavePolicy(ctx, st, policy); err != nil {
		return err
	}
	for _, who := range []struct {
		name, organization string
		role               keepiton.Role
	}{{"ana", "Org One", keepiton.RoleEditor}, {"ben", "Org Two", keepiton.RoleEditor}} {
		token, err := accounts.Add(ctx, review.Operator, who.name, who.role, who.organization)
		if err != nil {
			return err
		}
		fmt.Fprintf(e.stdout, "The desk, as %s of %s: %s/desk/enter?t=%s\n", who.name, who.organization, strings.TrimRight(s.BaseURL, "/"), url.QueryEscape(token))
	}
	return nil
}
