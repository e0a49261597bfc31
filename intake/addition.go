package intake

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
	"math/big"
	"strings"

	"keepiton"
	"keepiton/seal"
)

// MaxAdditions is how many additions one receipt can make.
const MaxAdditions = 8

// AdditionReceipt returns the receipt of addition n, from 1 to MaxAdditions, to
// the report of r. It follows from the digits of r, so that who holds them can
// read the replies to an addition and withdraw it; nothing that the server keeps
// tells that the two belong together.
//
// The 30 digits are HKDF-SHA-256(ikm = the 30 digits of r, salt = "", info =
// "keepiton receipt 1 addition N"), 24 bytes as a number, big endian, modulo
// 10³⁰ (docs/design/004-voices.md).
func AdditionReceipt(r seal.Receipt, n int) seal.Receipt {
	digits := strings.ReplaceAll(r.String(), " ", "")[:30]
	key, err := hkdf.Key(sha256.New, []byte(digits), nil, fmt.Sprintf("keepiton receipt 1 addition %d", n), 24)
	if err != nil {
		panic(err) // only for lengths far beyond this
	}
	v := new(big.Int).SetBytes(key)
	v.Mod(v, new(big.Int).Exp(big.NewInt(10), big.NewInt(30), nil))
	check := new(big.Int).Mul(v, big.NewInt(100)) // ISO/IEC 7064, MOD 97-10
	check.Mod(check, big.NewInt(97))
	out, err := seal.ParseReceipt(fmt.Sprintf("%030d%02d", v, 98-check.Int64()))
	if err != nil {
		panic(err) // 30 digits with their check digits are a receipt
	}
	return out
}

// Add starts an addition to the report of r: more of what happened, a file, or
// another consent. It is a report of its own, of Kind ReportAddition; Adds, which
// Finish sets to the lookup of r, stands inside the seal. A receipt that is not
// known here may still be that of a carried report, so it is treated alike.
// Conflict when MaxAdditions were made.
//
// Consent is withdrawn by withdrawing the report, or narrowed by an addition with
// other consent: of several consents the desk follows the narrowest.
func (in *Intake) Add(ctx context.Context, p Pass, r seal.Receipt) (*Submission, error) {
	in.init()
	sealer, err := in.sealer()
	if err != nil {
		return nil, err
	}
	back, err := in.asking.enter(ctx)
	if err != nil {
		return nil, err
	}
	next, release, err := in.claim(ctx, r)
	back()
	if err != nil {
		return nil, err
	}
	s, err := in.begin(ctx, p, sealer, next)
	if err != nil {
		release()
		return nil, err
	}
	leave := s.leave
	s.leave = func() { release(); leave() }
	s.adds = r.Address().Lookup
	return s, nil
}

// claim finds the first addition of r that is free and keeps others of this
// process from taking it until release. It asks the store for all of them, so
// that a known receipt costs what an unknown one does.
func (in *Intake) claim(ctx context.Context, r seal.Receipt) (free seal.Receipt, release func(), err error) {
	in.claims.Lock()
	defer in.claims.Unlock()
	for n := 1; n <= MaxAdditions; n++ {
		next := AdditionReceipt(r, n)
		lookup := next.Address().Lookup
		_, err := in.Store.EnvelopeByLookup(ctx, lookup)
		if err != nil && keepiton.CodeOf(err) != keepiton.NotFound {
			return seal.Receipt{}, nil, err
		}
		if err == nil || in.claimed[lookup] || !free.IsZero() {
			continue
		}
		free = next
		release = func() {
			in.claims.Lock()
			defer in.claims.Unlock()
			delete(in.claimed, lookup)
		}
	}
	if free.IsZero() {
		return seal.Receipt{}, nil, &keepiton.Error{
			Code: keepiton.Conflict, Key: "intake.additions",
			Err: keepiton.Errorf(keepiton.Conflict, "%d additions were made to this report; send a new one", MaxAdditions),
		}
	}
	in.claimed[free.Address().Lookup] = true
	return free, release, nil
}
