package casework

import (
	"io"
	"time"

	"keepiton/seal"
)

// Desk is an analyst's desk on their own machine: what was opened lives in its
// memory, what was decided goes to the server, sealed where it is not for
// everybody. All fields but Glancer are required. It is safe for many goroutines.
// Close ends what it does in the background.
type Desk struct {
	Server Server
	Keys   Opener
	// Sealer seals papers to the analysts of today. It must come from a set
	// whose campaign key this machine trusts, not merely from the server.
	Sealer func() (*seal.Sealer, error)
	Now    func() time.Time
	// Glancer opens the pictures of reports, so that those of two reports that
	// look alike are found; nil: what is in a report is not noted.
	Glancer Glancer

	memory    memory
	view      view
	comparing comparing
}

// Opener opens sealed bytes; *seal.Keys does.
type Opener interface {
	Open(r io.Reader) (io.Reader, error)
}

// today is the UTC day: nothing finer is written down about people's work on
// reports, for it would tell when reports came.
func (d *Desk) today() time.Time { return d.Now().UTC().Truncate(24 * time.Hour) }
