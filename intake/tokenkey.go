package intake

import (
	"context"
	"encoding/json"
	"time"

	"keepiton"
	"keepiton/seal/token"
)

// keysKept is how many token keys of a use are good: that of now and the one
// before, so that a new key does not void what was given out yesterday.
const keysKept = 2

// keysFresh is how long keys are remembered before Meta is asked again.
const keysFresh = 30 * time.Second

type issuer struct {
	*token.Issuer
	public []byte
}

// ring is the keys of a use, as they were read last.
type ring struct {
	known []issuer
	until time.Time
}

// Rotate makes a new key that signs tokens of a use. Tokens of the key before stay good
// until the next rotation.
func (p *Partners) Rotate(ctx context.Context, u Use) error {
	made, err := token.NewIssuer()
	if err != nil {
		return err
	}
	keys, err := p.load(ctx, u)
	if err != nil {
		return err
	}
	texts := []string{}
	for _, k := range append([]issuer{{Issuer: made}}, keys...) {
		b, err := k.PEM()
		if err != nil {
			return err
		}
		texts = append(texts, string(b))
	}
	text, err := json.Marshal(texts[:min(len(texts), keysKept)])
	if err != nil {
		return err
	}
	p.mu.Lock()
	delete(p.rings, u)
	p.mu.Unlock()
	return p.Meta.SetMeta(ctx, meta[u].keys, string(text))
}

// load reads the keys that sign tokens of a use, that of now first.
func (p *Partners) load(ctx context.Context, u Use) ([]issuer, error) {
	text, err := p.Meta.Meta(ctx, meta[u].keys)
	if err != nil || text == "" {
		return nil, err
	}
	var texts []string
	if err := json.Unmarshal([]byte(text), &texts); err != nil {
		return nil, keepiton.Errorf(keepiton.Internal, "token keys: %w", err)
	}
	var keys []issuer
	for _, t := range texts {
		i, err := token.ParseIssuer([]byte(t))
		if err != nil {
			return nil, keepiton.Errorf(keepiton.Internal, "%w", err)
		}
		public, err := i.Public()
		if err != nil {
			return nil, err
		}
		keys = append(keys, issuer{i, public})
	}
	return keys, nil
}

func (p *Partners) now() time.Time {
	if p.Now == nil {
		return time.Now()
	}
	return p.Now()
}

// keys returns what load returns, remembered for a short while.
func (p *Partners) keys(ctx context.Context, u Use) ([]issuer, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.rings[u]
	if now := p.now(); r.known == nil || now.After(r.until) {
		keys, err := p.load(ctx, u)
		if err != nil {
			return nil, err
		}
		if p.rings == nil {
			p.rings = map[Use]ring{}
		}
		r = ring{keys, now.Add(keysFresh)}
		p.rings[u] = r
	}
	if len(r.known) == 0 {
		return nil, keepiton.Errorf(keepiton.NotFound, "no partner of this server has tokens for %s", u)
	}
	return r.known, nil
}

// Key returns the public key that partners blind tokens of a use to, PKIX DER. All
// see the same: a key for one alone would mark its tokens.
func (p *Partners) Key(ctx context.Context, u Use) ([]byte, error) {
	keys, err := p.keys(ctx, u)
	if err != nil {
		return nil, err
	}
	return keys[0].public, nil
}
