// Package count turns incidents into the instances that a named rule counts,
// and instances into tables. Rules are pure functions of what the record says
// at a moment: the same incidents, rule version and moment always give the
// same numbers.
//
// The way through the package: [CaseOf] keeps of an incident what counting
// needs; a [Rule] turns a [Case] into an [Instance] for each thing it counts;
// [Run] adds instances up by keys such as year and country; a [Table] writes
// itself as text, CSV or JSON. [Durations] and [SummarizeChanges] answer two
// neighbouring questions: how long, and what was changed afterwards.
package count

import (
	"time"

	"keepiton"
)

// Case is what counting needs to know of one incident at one moment. It is
// small, so that a store can keep one beside each revision and hand out a
// hundred thousand of them quickly.
type Case struct {
	ID       keepiton.IncidentID
	State    keepiton.State
	Listed   bool // false when the newest edition covering it dropped it
	Trigger  bool // a cause is a specific trigger: see hasTrigger
	Measured bool // an instrument saw it: a linked signal, or visibility "visible"
	Episodes []keepiton.Episode
	Dims     Dims      // in STOP's fourth-generation words
	Rows     []RowCase // the sheet's rows behind it, for the rule "rows"
}

// RowCase is one row of a published sheet, in the sheet's own words, trimmed;
// a blank cell is the empty text. Level and CC are the incident's: a sheet has
// neither.
type RowCase struct {
	Edition string
	Year    int // the sheet's count year
	Start   keepiton.Moment
	Dims    Dims
}

// Dims holds one value per Dim.
type Dims [NumDims]string

// Dim is a property that instances can be counted by.
type Dim int

// The dims. Year is not among them: an instance's year follows from its rule.
// The order is part of the encoding of a Case: append, never insert.
const (
	Country Dim = iota // STOP's label of a sure country, else the source's words
	Region
	Scope
	Kind
	Extent
	Network
	OrderedBy
	Cause
	Justification
	Status
	Election
	Violence
	Abuses
	GovAck
	InfoSource
	Level // keepiton.Level, "unverified" for the empty one
	CC    // ISO 3166-1 alpha-2, "; " between several
	NumDims
)

// Instance is one thing that a rule counts. Dims points into the Case it was
// made from and lasts as long as that.
type Instance struct {
	Incident keepiton.IncidentID
	Year     int
	Start    time.Time
	Dims     *Dims
}
