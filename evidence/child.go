package evidence

import (
	"context"
	"time"

	"keepiton"
)

// ChildCommand is the hidden subcommand of keepiton that a child runs.
const ChildCommand = "evidence-child"

// Child starts children. The zero value runs this program.
type Child struct {
	Program string        // path; empty: this program
	Args    []string      // empty: ChildCommand
	Wall    time.Duration // until a child is ended; 0: MaxWall
}

// Look is the function Look with this child.
func (c Child) Look(ctx context.Context, kind Kind, original []byte) (View, error) {
	return View{}, keepiton.Errorf(keepiton.Unavailable, "not built yet")
}

// Clean is the function Clean with this child.
func (c Child) Clean(ctx context.Context, kind Kind, original []byte, boxes []Box) (Public, error) {
	return Public{}, keepiton.Errorf(keepiton.Unavailable, "not built yet")
}

// VerifyProofMode is the function VerifyProofMode with this child.
func (c Child) VerifyProofMode(ctx context.Context, zip []byte) (Proof, error) {
	return Proof{}, keepiton.Errorf(keepiton.Unavailable, "not built yet")
}
