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

// Partners are the organizations whose people get into the lane of partners, or
// sign petitions, with tokens that the server signed without seeing them. It keeps,
// through Meta: each partner's name, the SHA-256 of its key and its budgets; how
// many tokens it had signed today; the keys that sign tokens. Which token came of
// which signing nobody can tell (package token).
type Partners struct {
	Meta Meta
	Now  func() time.Time // nil: time.Now

	mu    sync.Mutex
	rings map[Use]ring
}

// Use is what tokens are good for. Each has keys and budgets of its own, so that who
// may have tokens for the one can make none for the other.
type Use string

// The uses of tokens.
const (
	Reports   Use = "reports"
	Petitions Use = "petitions"
)

// meta are the keys under which Meta keeps what belongs to a use: the keys that
// sign, and how many tokens a partner had signed today (and its name).
var meta = map[Use]struct{ keys, used string }{
	Reports:   {"intake token keys", "intake partner used "},
	Petitions: {"petition token keys", "petition partner used "},
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
	Budget int    `json:"budget"` // tokens a day, for reports
	// Signatures are tokens a day that sign petitions; 0: none, which is so until
	// the operator says otherwise.
	Signatures int `json:"signatures,omitempty"`
}

// budget is how many tokens of a use the partner has signed in a day.
func (o Partner) budget(u Use) int {
	if u == Petitions {
		return o.Signatures
	}
	return o.Budget
}

// DefaultBudget is how many tokens a day a partner has signed unless the
// operator says otherwise, and MaxBlinded how many at once.
const (
	DefaultBudget = 200
	MaxBlinded    = 100
)

const metaPartners = "intake partners"

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
	slices.SortStableFunc(list, func(a, b Partner) int { return strings.Compare(a.Name, b.Name) })
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
	if err := p.haveKey(ctx, Reports); err != nil {
		return "", err
	}
	secret = rand.Text() // 26 letters and digits, 128 bits
	sum := sha256.Sum256([]byte(secret))
	return secret, p.save(ctx, append(list, Partner{Name: name, Secret: hex.EncodeToString(sum[:]), Budget: budget}))
}

// haveKey makes the key that signs tokens of a use, unless there is one.
func (p *Partners) haveKey(ctx context.Context, u Use) error {
	keys, err := p.load(ctx, u)
	if err == nil && len(keys) == 0 {
		err = p.Rotate(ctx, u)
	}
	return err
}

// find returns all partners, and the place of one among them; NotFound when there is
// no such partner.
func (p *Partners) find(ctx context.Context, name string) (list []Partner, i int, err error) {
	if list, err = p.List(ctx); err != nil {
		return nil, 0, err
	}
	if i = slices.IndexFunc(list, func(o Partner) bool { return o.Name == name }); i < 0 {
		return nil, 0, keepiton.Errorf(keepiton.NotFound, "there is no partner %q", name)
	}
	return list, i, nil
}

// SetBudget says how many tokens of a use a partner may have signed in a day; none
// of petitions is 0. NotFound when there is no such partner.
func (p *Partners) SetBudget(ctx context.Context, name string, u Use, n int) error {
	if n < 0 || n == 0 && u == Reports {
		return keepiton.Errorf(keepiton.Invalid, "a budget is 1 token a day or more, of signatures 0 or more")
	}
	list, i, err := p.find(ctx, name)
	if err != nil {
		return err
	}
	if u == Petitions {
		list[i].Signatures = n
	} else {
		list[i].Budget = n
	}
	if n > 0 {
		if err := p.haveKey(ctx, u); err != nil {
			return err
		}
	}
	return p.save(ctx, list)
}

// Remove takes a partner away. Tokens that it has already stay good until the
// key is rotated: nobody can tell which they are.
func (p *Partners) Remove(ctx context.Context, name string) error {
	list, i, err := p.find(ctx, name)
	if err != nil {
		return err
	}
	if err := p.save(ctx, slices.Delete(list, i, i+1)); err != nil {
		return err
	}
	for _, m := range meta {
		if err := p.Meta.SetMeta(ctx, m.used+name, ""); err != nil {
			return err
		}
	}
	return nil
}
