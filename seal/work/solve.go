package work

import (
	"context"
	"strconv"
)

// Solve finds the first counter that solves a challenge. It ends with the
// context's error when that is done, and Invalid when the challenge is none or
// asks for more than MaxBits.
func Solve(ctx context.Context, challenge string) (solution string, err error) {
	b, err := decode(challenge)
	if err != nil || int(b[0]) > MaxBits {
		return "", errNoSolution
	}
	const look = 1 << 14 // tries between two looks at the context
	for counter := uint64(0); ; counter++ {
		if counter%look == 0 && ctx.Err() != nil {
			return "", ctx.Err()
		}
		if zeros(b, counter) >= int(b[0]) {
			return challenge + "." + strconv.FormatUint(counter, 10), nil
		}
	}
}
