package store

import (
	"context"
	"time"

	"keepiton"
)

// Disruptions holds what was said of disruptions: the verdicts of the detector and
// the decisions of the desk. What they were computed from lies in package series
// and can be made again; what was said cannot, so that it is only added to.
type Disruptions interface {
	// KeepDisruption keeps a disruption that is new, or what is newly computed of one
	// that is there: all but its verdicts is replaced, its verdicts are only added. A
	// verdict that is there, byte for byte, is not added twice; one of the same stage
	// and rules that differs is kept beside the other. Invalid for an id that is
	// none, no onset, no verdict, or numbers that are not finite; TooLarge beyond 4
	// MiB or 500 verdicts. The DisruptionsVersion grows when anything changed.
	KeepDisruption(ctx context.Context, d keepiton.Disruption) error
	// Disruption returns one with all its verdicts, oldest first. NotFound when there
	// is none.
	Disruption(ctx context.Context, id keepiton.DisruptionID) (keepiton.Disruption, error)
	// ListDisruptions returns one page of those that match, newest onset first.
	ListDisruptions(ctx context.Context, f DisruptionFilter) (DisruptionPage, error)

	// Decide adds a decision and returns it with its N. One whose N is not 0 is
	// Conflict unless it comes next: somebody else has decided meanwhile. NotFound
	// when the disruption, the incident or the disruption to merge with does not
	// exist; Conflict when that one is itself merged, or others are merged with this
	// one: there are no chains.
	Decide(ctx context.Context, d keepiton.Decision) (keepiton.Decision, error)
	// Decisions lists those of a disruption in order of N.
	Decisions(ctx context.Context, id keepiton.DisruptionID) ([]keepiton.Decision, error)

	// DisruptionsVersion grows with every change of what is kept here; the record's
	// Version does not. It makes ETags.
	DisruptionsVersion(ctx context.Context) (uint64, error)
}

// DisruptionFilter selects disruptions. Within a field values are alternatives;
// fields narrow each other.
type DisruptionFilter struct {
	Country  string                     // ISO 3166-1 alpha-2
	States   []keepiton.DisruptionState // of the newest verdict; empty: all
	From, To time.Time                  // that lasted at some time in [From, To); zero: open
	Open     bool                       // that have not ended
	InSight  time.Time                  // that are not lost from sight by then; zero: lost or not
	Decided  []keepiton.DecisionKind    // by the last decision
	// Undecided keeps those that wait for the desk: nobody decided, or it was
	// taken back. Together with Decided: either.
	Undecided bool
	Incident  keepiton.IncidentID   // accepted into this one
	Into      keepiton.DisruptionID // merged with this one
	Cursor    string                // from DisruptionPage.Next
	Limit     int                   // 1 to 1000; 0 means 50
}

// DisruptionPage is one page of a list. Next is empty at the end. Total is exact.
type DisruptionPage struct {
	Items []keepiton.Disruption
	Last  map[keepiton.DisruptionID]keepiton.Decision // the last decision about each item that has one
	Next  string
	Total int
}
