package blind

import (
	"encoding/hex"
	"slices"
	"strings"

	"keepiton"
)

// maxReply bounds the recipient of replies: an age hybrid recipient has 1,959
// letters.
const maxReply = 4096

// hexKey reads n bytes of lower-case hex, the only spelling that names
// something.
func hexKey(text string, n int) ([]byte, bool) {
	b, err := hex.DecodeString(text)
	return b, err == nil && len(b) == n && text == strings.ToLower(text)
}

func envelopeKey(id keepiton.EnvelopeID) ([]byte, error) {
	if b, ok := hexKey(string(id), 16); ok {
		return b, nil
	}
	return nil, keepiton.Errorf(keepiton.NotFound, "there is no such report")
}

func lookupKey(lookup string) ([]byte, error) {
	if b, ok := hexKey(lookup, 16); ok {
		return b, nil
	}
	return nil, keepiton.Errorf(keepiton.NotFound, "there is no such receipt")
}

// address checks the address of a receipt, which comes from outside. The zero
// one is that of a report without a receipt.
func address(a *keepiton.ReceiptAddress) (lookup, withdraw []byte, err error) {
	if *a == (keepiton.ReceiptAddress{}) {
		return nil, nil, nil
	}
	ok := false
	if lookup, ok = hexKey(a.Lookup, 16); !ok {
		return nil, nil, keepiton.Errorf(keepiton.Invalid, "the lookup of a receipt is 32 hex digits")
	}
	if a.Withdraw != "" {
		if withdraw, ok = hexKey(a.Withdraw, 32); !ok {
			return nil, nil, keepiton.Errorf(keepiton.Invalid, "the withdrawal key of a receipt is 64 hex digits")
		}
	}
	if !short(a.Reply, maxReply) {
		return nil, nil, keepiton.Errorf(keepiton.Invalid, "the reply key of a receipt is an age recipient")
	}
	return lookup, withdraw, nil
}

// short reports whether text is at most n printable ASCII characters.
func short(text string, n int) bool {
	return len(text) <= n && !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
}

func validLane(l keepiton.Lane) bool { return slices.Contains(keepiton.Lanes, l) }

// openStates are those that the desk sets; the other two come with a
// tombstone.
var openStates = []keepiton.EnvelopeState{
	keepiton.EnvelopeNew, keepiton.EnvelopeRead, keepiton.EnvelopeAsked, keepiton.EnvelopeUsed,
	keepiton.EnvelopeUnverified, keepiton.EnvelopeUnpublished, keepiton.EnvelopeAnswered, keepiton.EnvelopeSpam,
}

func endState(s keepiton.EnvelopeState) bool {
	return s == keepiton.EnvelopeWithdrawn || s == keepiton.EnvelopeExpired
}
