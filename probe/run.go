package probe

import (
	"context"
	"crypto/x509"
	"sync"
	"time"

	"keepiton"
)

// Options of a run.
type Options struct {
	List    *List
	Network Network        // nil: System()
	Roots   *x509.CertPool // nil: those of the system
	Country string         // ISO 3166-1 alpha-2 as its operator says it; empty: withheld
	ASN     keepiton.ASN   // likewise; 0: withheld
	Access  string         // mobile or fixed; empty: not said
	ID      string         // what tells probes of one day apart, see [DayID]; empty: nothing does
	Version string         // of the program
	Step    time.Duration  // most that one step takes; 0: 10 s
	Page    time.Duration  // most that one page takes; 0: 15 s
	Now     func() time.Time
	// Progress is called before each target; nil: nobody looks.
	Progress func(done, all int, service string)
}

// Look goes through the list once. It returns what it saw when ctx ends as well; what
// was not looked at is then unknown.
func Look(ctx context.Context, o Options) *Run {
	if o.Network == nil {
		o.Network = System()
	}
	if o.Step == 0 {
		o.Step = 10 * time.Second
	}
	if o.Page == 0 {
		o.Page = 15 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	r := &runner{Options: o}
	run := &Run{Options: o, At: o.Now()}
	if p := o.List.Portal; p != nil {
		run.portal = r.lookPortal(ctx, p)
	}
	run.seen = make([]*seenTarget, len(o.List.Targets))
	r.each(ctx, len(run.seen), func(i int) { run.seen[i] = r.look(ctx, &o.List.Targets[i]) })
	for _, t := range run.seen { // one after the other, so that they do not slow each other
		if ctx.Err() == nil {
			r.read(ctx, t)
		}
	}
	run.again(ctx, r)
	run.Took = o.Now().Sub(run.At)
	run.judge()
	return run
}

// Run is one run over a list.
type Run struct {
	Options
	At      time.Time
	Took    time.Duration
	Verdict Verdict  // of the network
	Targets []Result // in the order of the list

	portal *page
	seen   []*seenTarget
}

type runner struct{ Options }

// atOnce is how many targets are looked at at one time: a home line and a phone bear
// that without one step slowing another.
const atOnce = 6

func (r *runner) each(ctx context.Context, n int, do func(i int)) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	places, done := make(chan struct{}, atOnce), 0
	for i := range n {
		places <- struct{}{}
		wg.Add(1)
		go func() {
			defer func() { <-places; wg.Done() }()
			if r.Progress != nil {
				mu.Lock()
				r.Progress(done, n, r.List.Targets[i].Service)
				done++
				mu.Unlock()
			}
			do(i)
		}()
	}
	wg.Wait()
}

// read reads the pages of a target.
func (r *runner) read(ctx context.Context, t *seenTarget) {
	for _, p := range t.points {
		if best := p.best(); p.has("http") && best != nil && best.good() && ctx.Err() == nil {
			p.page = r.fetch(ctx, p.Endpoint, best.addr)
		}
	}
}

// again reads once more what came so slowly that it would be told as throttled: a
// server may have been busy for a moment. The faster of both counts.
func (run *Run) again(ctx context.Context, r *runner) {
	control := run.beside().rate
	for _, t := range run.seen {
		for _, p := range t.points {
			if t.Role == Platform && tooSlow(p.rate(), control) && ctx.Err() == nil {
				if g := r.fetch(ctx, p.Endpoint, p.best().addr); g.rate() > p.rate() {
					p.page = g
				}
			}
		}
	}
}

// lookPortal asks for the page whose answer is known.
func (r *runner) lookPortal(ctx context.Context, p *Portal) *page {
	l := r.ask(ctx, p.Host)
	a, ok := pick(l.addrs, nil)
	if !ok {
		return nil
	}
	return r.fetchClear(ctx, p.Host, p.Path, a)
}
