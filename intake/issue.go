package intake

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"time"

	"keepiton"
	"keepiton/seal/token"
)

// Verify checks a token for reports and returns the digest by which it is spent.
func (p *Partners) Verify(ctx context.Context, text string) (digest [32]byte, err error) {
	return p.verify(ctx, Reports, token.ForReports, text)
}

// VerifySignature checks a token that signs the petition and returns the digest by
// which it is spent.
func (p *Partners) VerifySignature(ctx context.Context, petition keepiton.EntryID, text string) (digest [32]byte, err error) {
	return p.verify(ctx, Petitions, token.ForPetition(petition), text)
}

func (p *Partners) verify(ctx context.Context, u Use, scope token.Scope, text string) (digest [32]byte, err error) {
	keys, err := p.keys(ctx, u)
	if err != nil {
		return digest, err
	}
	for _, k := range keys {
		if digest, err = token.Verify(k.public, scope, text); err == nil {
			return digest, nil
		}
	}
	return digest, err
}

// Issue signs blinded tokens of a use for the partner who has secret. Unsigned when
// nobody has it, RateLimited beyond the budget of the day.
func (p *Partners) Issue(ctx context.Context, u Use, secret string, blinded [][]byte) ([][]byte, error) {
	if len(blinded) == 0 || len(blinded) > MaxBlinded {
		return nil, keepiton.Errorf(keepiton.Invalid, "1 to %d tokens are signed at once", MaxBlinded)
	}
	keys, err := p.keys(ctx, u)
	if err != nil {
		return nil, err
	}
	who, err := p.who(ctx, secret)
	if err != nil {
		return nil, err
	}
	if err := p.count(ctx, u, who, len(blinded)); err != nil {
		return nil, err
	}
	signed := make([][]byte, len(blinded))
	for i, b := range blinded {
		if signed[i], err = keys[0].Sign(b); err != nil {
			return nil, err
		}
	}
	return signed, nil
}

// who finds the partner with a key, looking at all of them.
func (p *Partners) who(ctx context.Context, secret string) (Partner, error) {
	list, err := p.List(ctx)
	if err != nil {
		return Partner{}, err
	}
	sum := sha256.Sum256([]byte(secret))
	found := Partner{}
	for _, o := range list {
		if subtle.ConstantTimeCompare([]byte(o.Secret), []byte(hex.EncodeToString(sum[:]))) == 1 {
			found = o
		}
	}
	if found.Name == "" {
		return Partner{}, keepiton.Errorf(keepiton.Unsigned, "this is no partner's key")
	}
	return found, nil
}

// count takes n from a partner's budget of today.
func (p *Partners) count(ctx context.Context, u Use, who Partner, n int) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	text, err := p.Meta.Meta(ctx, meta[u].used+who.Name)
	if err != nil {
		return err
	}
	var used struct {
		Day    string
		Tokens int
	}
	if text != "" {
		if err := json.Unmarshal([]byte(text), &used); err != nil {
			return keepiton.Errorf(keepiton.Internal, "partner's budget: %w", err)
		}
	}
	if today := p.now().UTC().Format(time.DateOnly); used.Day != today {
		used.Day, used.Tokens = today, 0
	}
	if budget := who.budget(u); used.Tokens+n > budget {
		return keepiton.Hint(keepiton.Errorf(keepiton.RateLimited, "%d of today's %d tokens are left", budget-used.Tokens, budget), "come back tomorrow, or ask the operator for more")
	}
	used.Tokens += n
	b, err := json.Marshal(used)
	if err != nil {
		return err
	}
	return p.Meta.SetMeta(ctx, meta[u].used+who.Name, string(b))
}
