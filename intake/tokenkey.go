package intake

import (
	"context"
	"encoding/json"
	"time"

	"keepiton"
	"keepiton/seal/token"
)

const metaKeys = "intake token keys"

// keysKept is how many token keys still open the lane: that of now and the one
// before, so that a new key does not void what was given out yesterday.
const keysKept = 2

// keysFresh is how long keys are remembered before Meta is asked again.
const keysFresh = 30 * time.Second

type issuer struct {
	*token.Issuer
	public []byte
}

// Rotate makes a new key that signs tokens. Tokens of the key before stay good
// until the next rotation.
func (p *Partners) Rotate(ctx context.Context) error {
	made, err := token.NewIssuer()
	if err != nil {
		return err
	}
	keys, err := p.load(ctx)
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
	p.known = nil
	p.mu.Unlock()
	return p.Meta.SetMeta(ctx, metaKeys, string(text))
}

// load reads the keys that sign tokens, that of now first.
func (p *Partners) load(ctx context.Context) ([]issuer, error) {
	text, err := p.Meta.Meta(ctx, metaKeys)
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
func (p *Partners) keys(ctx context.Context) ([]issuer, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := p.now(); p.known == nil || now.After(p.until) {
		keys, err := p.load(ctx)
		if err != nil {
			return nil, err
		}
		p.known, p.until = keys, now.Add(keysFresh)
	}
	if len(p.known) == 0 {
		return nil, keepiton.Errorf(keepiton.NotFound, "this server has no partners")
	}
	return p.known, nil
}

// Key returns the public key that partners blind tokens to, PKIX DER. All see
// the same: a key for one alone would mark its tokens.
func (p *Partners) Key(ctx context.Context) ([]byte, error) {
	keys, err := p.keys(ctx)
	if err != nil {
		return nil, err
	}
	return keys[0].public, nil
}
