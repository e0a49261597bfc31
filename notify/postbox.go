package notify

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"keepiton"
)

// Postbox sends the mails that forms ask for, each to an address that its owner
// has not confirmed yet. It keeps no address but in memory: a mail until it was
// sent, and a hash until its share is full again, so that a stranger's address is
// not flooded. Mail and Now are required.
type Postbox struct {
	Mail    Sender
	PerHour int // mails of all; 0 means 600
	Now     func() time.Time
	Log     *slog.Logger // nil: discard

	once  sync.Once
	queue chan *Message
	mu    sync.Mutex
	hour  int64
	total int
	taken map[[32]byte]taken
}

// Share is how many mails may go out for one thing: to an address, or for a page.
type Share struct {
	Key   [32]byte // a hash of what it is of
	Most  int
	Hours int64 // in so many hours, counted from 1970; 0 means 1
	// Told says that who asks for more than Most is told so. Of an address nobody is:
	// it would say that somebody asked before.
	Told bool
}

// taken is what went out of a share in its present window.
type taken struct {
	until int64 // hour
	n     int
}

// perHour is how many mails forms may ask for in an hour, where nothing else is
// said; pendingMails of them wait in memory: they are lost when the process ends,
// and asked for again.
const (
	perHour      = 600
	pendingMails = 256
)

func (p *Postbox) init() {
	p.once.Do(func() {
		if p.Log == nil {
			p.Log = slog.New(slog.DiscardHandler)
		}
		if p.PerHour == 0 {
			p.PerHour = perHour
		}
		p.queue, p.taken = make(chan *Message, pendingMails), map[[32]byte]taken{}
	})
}

// Allow takes one mail out of each of the shares, and of what all have together.
// RateLimited beyond that, and beyond a share of which people are told; ok is false
// beyond another one.
func (p *Postbox) Allow(shares ...Share) (ok bool, err error) {
	p.init()
	p.mu.Lock()
	defer p.mu.Unlock()
	hour := p.Now().Unix() / 3600
	if hour != p.hour {
		p.hour, p.total = hour, 0
		for key, t := range p.taken {
			if hour >= t.until {
				delete(p.taken, key)
			}
		}
	}
	if p.total++; p.total > p.PerHour {
		return false, keepiton.Errorf(keepiton.RateLimited, "more than %d people asked in an hour", p.PerHour)
	}
	ok = true
	for _, s := range shares {
		t := p.taken[s.Key]
		if long := max(s.Hours, 1); hour >= t.until {
			t = taken{until: (hour/long + 1) * long}
		}
		t.n++
		p.taken[s.Key] = t
		if t.n <= s.Most {
			continue
		}
		if s.Told {
			return false, keepiton.Errorf(keepiton.RateLimited, "more than %d people asked for this", s.Most)
		}
		ok = false
	}
	return ok, nil
}

// Post lets m be sent soon. RateLimited when too many wait.
func (p *Postbox) Post(m *Message) error {
	p.init()
	select {
	case p.queue <- m:
		return nil
	default:
		return keepiton.Errorf(keepiton.RateLimited, "too many mails wait to be sent")
	}
}

// Run sends what was posted until ctx ends.
func (p *Postbox) Run(ctx context.Context) {
	p.init()
	for {
		select {
		case <-ctx.Done():
			return
		case m := <-p.queue:
			if _, err := p.Mail.Send(ctx, m, func() error { return nil }); err != nil {
				p.Log.LogAttrs(ctx, slog.LevelWarn, "a mail that confirms could not be sent", slog.Any("cause", err))
			}
		}
	}
}
