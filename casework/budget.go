package casework

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"keepiton"
)

// DefaultBudget is how many envelopes an account may open a day unless the
// operator sets another number: a day's honest work, and far from the whole
// shelf (notes/intake.md 5, compromised reviewer account).
const DefaultBudget = 500

// step is how often the log tells how many an account has opened: one line for
// each would tell when it worked, and on what load.
const step = 25

// Budget bounds what one account can carry away in a day: a stolen session
// pulls so many sealed bodies and no more, and the log says so. It keeps how
// many an account opened on which day, never which. All fields but Log are
// required; one Budget serves all requests of a process.
type Budget struct {
	Counter Counter
	Limit   func(ctx context.Context) (int, error) // the setting in force
	Now     func() time.Time
	Log     *slog.Logger // default: discard

	mu   sync.Mutex
	day  time.Time
	seen map[opening]bool // of this day, so that a resumed body counts once
}

// Counter keeps the counts; store.Accounts does.
type Counter interface {
	// CountOpened adds one to what account opened on day and returns the sum,
	// unless it is limit or more already: then RateLimited.
	CountOpened(ctx context.Context, account string, day time.Time, limit int) (int, error)
	// Opened returns what account opened on day.
	Opened(ctx context.Context, account string, day time.Time) (int, error)
}

type opening struct {
	account string
	id      keepiton.EnvelopeID
}

func (b *Budget) log() *slog.Logger {
	if b.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return b.Log
}

func (b *Budget) today() time.Time { return b.Now().UTC().Truncate(24 * time.Hour) }

// Used returns how many account opened today, and the limit.
func (b *Budget) Used(ctx context.Context, account string) (opened, limit int, err error) {
	if limit, err = b.Limit(ctx); err != nil {
		return 0, 0, err
	}
	opened, err = b.Counter.Opened(ctx, account, b.today())
	return opened, limit, err
}

// Open counts one body handed to account. RateLimited when the day's budget is
// used up.
func (b *Budget) Open(ctx context.Context, account string, id keepiton.EnvelopeID) error {
	limit, err := b.Limit(ctx)
	if err != nil {
		return err
	}
	day, o := b.today(), opening{account, id}
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.day.Equal(day) {
		b.day, b.seen = day, map[opening]bool{}
	}
	if b.seen[o] {
		return nil
	}
	n, err := b.Counter.CountOpened(ctx, account, day, limit)
	switch {
	case keepiton.CodeOf(err) == keepiton.RateLimited:
		b.log().WarnContext(ctx, "daily budget of opened reports used up", "account", account, "budget", limit)
		return &keepiton.Error{
			Code: keepiton.RateLimited, Key: "desk.error.budget", Args: map[string]any{"N": limit},
			Err: keepiton.Errorf(keepiton.RateLimited, "the %d reports that an account may open a day are used up", limit),
		}
	case err != nil:
		return err
	}
	b.seen[o] = true
	if n == 1 || n%step == 0 {
		b.log().InfoContext(ctx, "sealed reports opened", "account", account, "today", n)
	}
	return nil
}
