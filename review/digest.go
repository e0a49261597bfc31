package review

import (
	"bytes"
	"crypto/sha256"

	"keepiton"
)

// digestLabel keeps a signature under an incident from being one under
// anything else.
const digestLabel = "keepiton approval 1\n"

// Content is what readers would see of inc as its revision n, as canonical JSON
// (see canonical): the public copy in the state published, and n. The number
// binds a signature to one occasion: what was withdrawn, or corrected for a
// good reason, does not come back under the signatures of the first time.
func Content(inc *keepiton.Incident, n int) ([]byte, error) {
	return canonical(struct {
		Incident *keepiton.Incident `json:"incident"`
		Revision int                `json:"revision"`
	}{shown(inc), n})
}

// Digest is what people sign: SHA-256 over the label, the id, and Content
// (docs/design/004-voices.md). It is the challenge of the assertion.
func Digest(inc *keepiton.Incident, n int) ([32]byte, error) {
	content, err := Content(inc, n)
	return DigestOf(inc.ID, content), err
}

// DigestOf is the digest over content as it stands in a file.
func DigestOf(id keepiton.IncidentID, content []byte) [32]byte {
	return sha256.Sum256(append([]byte(digestLabel+string(id)+"\n"), content...))
}

// shown is inc as readers see it once it is published.
func shown(inc *keepiton.Incident) *keepiton.Incident {
	c := inc.Clone()
	c.State, c.Reason, c.MergedInto = keepiton.Published, "", ""
	return c.Public()
}

// sameShown reports whether readers see the same of a and b, state and reason
// aside.
func sameShown(a, b *keepiton.Incident) (bool, error) {
	x, err := Content(a, 0)
	if err != nil {
		return false, err
	}
	y, err := Content(b, 0)
	return bytes.Equal(x, y), err
}
