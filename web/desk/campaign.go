package desk

import (
	"context"
	"net/http"

	"keepiton"
	"keepiton/campaign"
	"keepiton/review"
	"keepiton/store"
)

// Needs says how many people must stand behind an entry of the campaign under
// the policy that the desk keeps for the record: an entry is no less public.
func Needs(meta store.Meta) func(ctx context.Context, kind keepiton.EntryKind) (campaign.Need, error) {
	return func(ctx context.Context, _ keepiton.EntryKind) (campaign.Need, error) {
		policy, err := review.LoadPolicy(ctx, meta)
		switch {
		case err != nil:
			return campaign.Need{}, err
		case policy.Publishing == review.OnePerson:
			return campaign.Need{}, nil
		case policy.Publishing == review.TwoPeople:
			return campaign.Need{People: 2, Organizations: 1}, nil
		}
		return campaign.Need{People: 2, Organizations: 2}, nil // two_organizations, and whatever stricter may come
	}
}

type campaignBody struct{ Kinds []keepiton.EntryKind }

func campaignPage(v *visit) error {
	if !v.user.May(review.Read, keepiton.Draft) {
		return keepiton.Errorf(keepiton.Forbidden, "the role %q may not read drafts", v.user.Role)
	}
	return v.render(http.StatusOK, "campaign", campaignBody{keepiton.EntryKinds})
}
