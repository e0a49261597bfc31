package seal

// Passphrases are cheap in tests.
func init() { workFactor = 10 }

// ParseSet gives the fuzz test the decoder behind the signature.
var ParseSet = parseSet

// Encode is its inverse.
func (r *Recipients) Encode(fingerprint string) ([]byte, error) { return encodeSet(r, fingerprint) }
