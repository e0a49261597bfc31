package campaign

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"time"

	"keepiton"
)

// TallyEvery is how often numbers of signatures are renewed. Whoever watches them
// and somebody's line sees less that way.
const TallyEvery = 5 * time.Minute

// Run counts and closes petitions until ctx ends.
func (p *Petitioning) Run(ctx context.Context) {
	tick := time.NewTicker(TallyEvery)
	defer tick.Stop()
	for {
		if err := p.Tend(ctx); err != nil && ctx.Err() == nil && p.Log != nil {
			p.Log.LogAttrs(ctx, slog.LevelError, "petitions could not be counted or closed", slog.Any("cause", err))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Tend renews the numbers of open petitions, and closes those that are over or were
// withdrawn.
func (p *Petitioning) Tend(ctx context.Context) error {
	open, err := p.Box.OpenPetitions(ctx)
	errs := []error{err}
	for _, id := range open {
		errs = append(errs, p.tend(ctx, id))
	}
	p.mu.Lock()
	kept := slices.Sorted(maps.Keys(p.kept))
	p.mu.Unlock()
	for _, id := range kept {
		errs = append(errs, p.close(ctx, id))
	}
	return errors.Join(errs...)
}

func (p *Petitioning) tend(ctx context.Context, id keepiton.EntryID) error {
	rev, err := p.Entries.PublicEntry(ctx, id)
	if err != nil {
		return err
	}
	body, err := As[*keepiton.Petition](rev)
	if err != nil {
		return err
	}
	if rev.State != keepiton.Published || body.Over(p.Now()) {
		return p.close(ctx, id)
	}
	return p.Box.TallyPetition(ctx, id, p.Now())
}

// close ends a petition for good. A log that a reader keeps is tried again.
func (p *Petitioning) close(ctx context.Context, id keepiton.EntryID) error {
	err := p.Box.ClosePetition(ctx, id, p.Now())
	p.mu.Lock()
	defer p.mu.Unlock()
	if keepiton.CodeOf(err) == keepiton.Unavailable {
		if p.kept == nil {
			p.kept = map[keepiton.EntryID]bool{}
		}
		p.kept[id] = true
		return nil
	}
	delete(p.kept, id)
	return err
}

// end closes a petition that somebody could sign. One that nobody could has nothing
// to destroy, and may be open yet on another day.
func (p *Petitioning) end(ctx context.Context, id keepiton.EntryID) error {
	switch _, err := p.Box.PetitionSalt(ctx, id); keepiton.CodeOf(err) {
	case "":
		return p.close(ctx, id)
	case keepiton.NotFound, keepiton.Conflict:
		return nil
	default:
		return err
	}
}

// Count returns what is known of a petition's signatures. One that is over is closed
// before it is told of.
func (p *Petitioning) Count(ctx context.Context, id keepiton.EntryID, body *keepiton.Petition) (keepiton.PetitionCount, error) {
	c, err := p.Box.PetitionCount(ctx, id)
	if err != nil || c.Closed || !body.Over(p.Now()) {
		return c, err
	}
	if err := p.end(ctx, id); err != nil {
		return c, err
	}
	return p.Box.PetitionCount(ctx, id)
}

// SmallCell is the least number of signatures of a country that is told by itself:
// fewer are added up as elsewhere, lest a number say who it was.
const SmallCell = 5

// CountryCount is how many signed who chose a country.
type CountryCount struct {
	Country string `json:"country"`
	N       int    `json:"n"`
}

// Countries returns the countries of at least [SmallCell] signatures, the largest
// first, and how many are of others or named none. Where those others are fewer than
// SmallCell, the smallest country that is told joins them: else the difference would
// tell what was to be kept.
func Countries(c keepiton.PetitionCount) (told []CountryCount, elsewhere int) {
	small := 0
	for country, n := range c.Countries {
		switch {
		case country == "":
			elsewhere += n
		case n < SmallCell:
			small += n
		default:
			told = append(told, CountryCount{country, n})
		}
	}
	slices.SortStableFunc(told, func(a, b CountryCount) int {
		if a.N != b.N {
			return b.N - a.N
		}
		if a.Country < b.Country {
			return -1
		}
		return 1
	})
	elsewhere += small
	for small > 0 && elsewhere < SmallCell && len(told) > 0 {
		last := told[len(told)-1]
		told, elsewhere = told[:len(told)-1], elsewhere+last.N
	}
	return told, elsewhere
}
