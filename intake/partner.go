package intake

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"keepiton"
)

// Partners are the organizations whose people get into the lane of partners
// with tokens that the server signed without seeing them. It keeps, through
// Meta: each partner's name, the SHA-256 of its key and its budget; how many
// tokens it had signed today; the keys that sign tokens. Which token came of
// which signing nobody can tell (package token).
type Partners struct {
	Meta Meta
	Now  func() time.Time // nil: time.Now

	mu    sync.Mutex
	known []issuer
	until time.Time
}

// Meta keeps small texts; store.Meta is one.
type Meta interface {
	Meta(ctx context.Context, key string) (string, error)
	SetMeta(ctx context.Context, key, text string) error
}

// Partner is what is known of one.
type Partner struct {
	Name   string `json:"name"`
	Secret string `json:"secret"` // SHA-256 of its key, hex
	Budget int    `json:"budget"` // tokens a day
}

// DefaultBudget is how many tokens a day a partner has signed unless the
// operator says otherwise, and MaxBlinded how many at once.
const (
	DefaultBudget = 200
	MaxBlinded    = 100
)

const (
	metaPartners = "intake partners"
	metaUsed     = "intake partner used " // and the name
)

// List returns the partners in the order of their names.
func (p *Partners) List(ctx context.Context) ([]Partner, error) {
	text, err := p.Meta.Meta(ctx, metaPartners)
	if err != nil || text == "" {
		return nil, err
	}
	var list []Partner
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, keepiton.Errorf(keepiton.Internal, "partners: %w", err)
	}
	return list, nil
}

func (p *Partners) save(ctx context.Context, list []Partner) error {
	slices.SortFunc(list, func(a, b Partner) int { return strings.Compare(a.Name, b.Name) })
	text, err := json.Marshal(list)
	if err != nil {
		return err
	}
	return p.Meta.SetMeta(ctx, metaPartners, string(text))
}

// Add makes a partner and returns its key, which is shown once and not kept.
// The first partner makes the key that signs tokens. Conflict when the name is
// taken.
func (p *Partners) Add(ctx context.Context, name string, budget int) (secret string, err error) {
	if name == "" || len(name) > 100 || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }) {
		return "", keepiton.Errorf(keepiton.Invalid, "a partner has a name of 1 to 100 bytes in one line")
	}
	if budget < 1 {
		return "", keepiton.Errorf(keepiton.Invalid, "a budget is 1 token a day or more")
	}
	list, err := p.List(ctx)
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(list, func(o Partner) bool { return o.Name == name }) {
		return "", keepiton.Errorf(keepiton.Conflict, "there is a partner %q already", name)
	}
	if keys, err := p.load(ctx); err != nil {
		return "", err
	} else if len(keys) == 0 {
		if err := p.Rotate(ctx); err != nil {
			return "", err
		}
	}
	secret = rand.Text() // 26 letters and digits, 128 bits
	sum := sha256.Sum256([]byte(secret))
	return secret, p.save(ctx, append(list, Partner{name, hex.EncodeToString(sum[:]), budget}))
}

// Remove takes a partner away. Tokens that it has already stay good until the
// key is rotated: nobody can tell which they are.
func (p *Partners) Remove(ctx context.Context, name string) error {
	list, err := p.List(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(o Partner) bool { return o.Name == name })
	if i < 0 {
		return keepiton.Errorf(keepiton.NotFound, "there is no partner %q", name)
	}
	if err := p.save(ctx, slices.Delete(list, i, i+1)); err != nil {
		return err
	}
	return p.Meta.SetMeta(ctx, metaUsed+name, "")
}
