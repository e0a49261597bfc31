package seal

import (
	"strings"

	"filippo.io/age"
)

// bech32Digits are the characters of BIP 173.
const bech32Digits = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

// hybridFromSeed makes an age identity of a seed of 32 bytes. The age module
// takes it in its written form alone, which is Bech32 (BIP 173) without the
// bound on length.
func hybridFromSeed(seed []byte) (*age.HybridIdentity, error) {
	return age.ParseHybridIdentity(strings.ToUpper(bech32("age-secret-key-pq-", seed)))
}

// bech32 writes data under a lower-case prefix.
func bech32(prefix string, data []byte) string {
	var values []byte
	acc, bits := 0, 0
	for _, b := range data {
		acc = (acc<<8 | int(b)) & 0xfff
		for bits += 8; bits >= 5; bits -= 5 {
			values = append(values, byte(acc>>(bits-5))&31)
		}
	}
	if bits > 0 {
		values = append(values, byte(acc<<(5-bits))&31)
	}
	sum := bech32Sum(prefix, values)
	var out strings.Builder
	out.WriteString(prefix + "1")
	for _, v := range append(values, sum[:]...) {
		out.WriteByte(bech32Digits[v])
	}
	return out.String()
}

// bech32Sum is the checksum of BIP 173, a BCH code over GF(32).
func bech32Sum(prefix string, values []byte) (sum [6]byte) {
	generator := [5]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3}
	chk := uint32(1)
	step := func(v byte) {
		top := chk >> 25
		chk = (chk&0x1ffffff)<<5 ^ uint32(v)
		for i, g := range generator {
			if top>>i&1 == 1 {
				chk ^= g
			}
		}
	}
	for _, c := range []byte(prefix) {
		step(c >> 5)
	}
	step(0)
	for _, c := range []byte(prefix) {
		step(c & 31)
	}
	for _, v := range values {
		step(v)
	}
	for range sum {
		step(0)
	}
	chk ^= 1
	for i := range sum {
		sum[i] = byte(chk>>(5*(5-i))) & 31
	}
	return sum
}
