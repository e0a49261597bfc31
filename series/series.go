package series

import (
	"context"
	"iter"
	"time"

	"keepiton"
)

// Store keeps measurements. All methods are safe for concurrent use.
type Store interface {
	// Put joins measurements with what is there, each by [keepiton.Bin.Merge]: whatever
	// the order of calls, and however often, the same is there in the end. All of one
	// call are kept, or none. Their step must be that of the series, if it has one
	// already, and At a multiple of it since 1970; a value must be finite. Otherwise the
	// error is invalid and names the series.
	Put(ctx context.Context, all []keepiton.Measurement) error
	// Sight joins sightings with those that are there, as sets, and puts what is counted
	// of each set: a bin whose value is how many witnesses met trouble and whose n is how
	// many could tell. Whatever the order of calls, and however often, the same is there in
	// the end, as long as the sightings of the bin are kept ([SightingsKept]): afterwards it
	// stands as it is, and what comes is not counted. All of one call are kept, or none. The errors are those of Put; invalid too
	// for a sighting that is neither told, nor told and met; too_large when a bin has more
	// than MaxWitnesses.
	Sight(ctx context.Context, all []keepiton.Sighting) error
	// Range returns the bins of [from, to), every one of them, silent where nothing is
	// known. A series that nobody ever put is not_found.
	Range(ctx context.Context, key keepiton.SeriesKey, from, to time.Time) (keepiton.Series, error)
	// Scan gives each series that has a bin in [from, to), in the order of their keys, from
	// the first to the last bin of it that is not silent, as far as they lie in there.
	// After the first error it ends.
	Scan(ctx context.Context, f Filter, from, to time.Time) iter.Seq2[keepiton.Series, error]
	// Keys gives what is kept, in the order of the keys, with the bounds of its bins.
	Keys(ctx context.Context, f Filter) iter.Seq2[Known, error]
}

// Filter narrows what is listed; the zero value narrows nothing.
type Filter struct {
	Feed    string
	Metric  string
	Country string          // of the entity
	Entity  keepiton.Entity // exactly this one, unless it is the zero one
}

// Known is a series that is kept.
type Known struct {
	keepiton.SeriesKey
	Step     time.Duration
	From, To time.Time // [From, To): of the bins that are not silent
}
