// Package count turns incidents into the instances that a named rule counts,
// and instances into tables. Rules are pure functions of what the record says
// at a moment: the same incidents, rule version and moment always give the
// same numbers.
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
	Episodes []keepiton.Episode
	Dims     Dims      // in STOP's fourth-generation words
	Rows     []RowCase // the sheet's rows behind it, for the rule "rows"
}

// RowCase is one row of a published sheet, in the sheet's own words.
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
const (
	Country Dim = iota
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
	Level
	NumDims
)

// Instance is one thing that a rule counts.
type Instance struct {
	Incident keepiton.IncidentID
	Year     int
	Start    time.Time
	Dims     Dims
}
