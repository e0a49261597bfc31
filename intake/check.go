package intake

import (
	"io"

	"keepiton/bundle"
)

// Check reads a container to its end as [Intake.Take] does, and stores nothing:
// it needs no key, and says whether the file would be taken in. What is sealed
// in it may still be anything.
func Check(container io.Reader) (bundle.Header, error) { return unpack(io.Discard, container) }
