package seal

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"math/big"
	"slices"
	"strings"
	"unicode"

	"filippo.io/age"

	"keepiton"
)

// Lengths of a receipt, in digits.
const (
	receiptRandom = 30 // 99.6 bits
	receiptDigits = receiptRandom + 2
	receiptGroup  = 4
	maxReceipt    = 512 // bytes of text in which one is looked for
)

// Labels of HKDF (RFC 5869), one for each thing that a receipt gives
// (docs/design/004-voices.md, Receipt).
const (
	labelLookup   = "keepiton receipt 1 lookup"
	labelReply    = "keepiton receipt 1 reply"
	labelWithdraw = "keepiton receipt 1 withdraw"
)

// Receipt is what a sender keeps: 30 random digits and two check digits, which
// are a secret. [Receipt.Address] is its public half. The zero value is no
// receipt.
type Receipt struct{ digits string }

// NewReceipt draws a receipt.
func NewReceipt() Receipt {
	bound := new(big.Int).Exp(big.NewInt(10), big.NewInt(receiptRandom), nil)
	n, err := rand.Int(rand.Reader, bound)
	if err != nil {
		panic(err) // crypto/rand does not fail since Go 1.24
	}
	s := n.String()
	s = strings.Repeat("0", receiptRandom-len(s)) + s
	return Receipt{s + checkDigits(s)}
}

// ParseReceipt reads digits of any script that has a place system, in any
// grouping: spaces, dashes and invisible marks of direction are passed over. A
// wrong digit and two neighbours swapped are always found, by the check digits.
func ParseReceipt(s string) (Receipt, error) {
	if len(s) > maxReceipt {
		return Receipt{}, receiptError("length", "a receipt has 32 digits")
	}
	digits := make([]byte, 0, receiptDigits)
	for _, r := range s {
		switch v, isDigit := digitValue(r); {
		case isDigit:
			digits = append(digits, byte('0'+v))
		case unicode.IsSpace(r), unicode.Is(unicode.Pd, r), unicode.Is(unicode.Cf, r), r == '\u2212':
		default:
			return Receipt{}, receiptError("character", "a receipt has digits alone")
		}
	}
	if len(digits) != receiptDigits {
		return Receipt{}, receiptError("length", "a receipt has 32 digits")
	}
	if checkDigits(string(digits[:receiptRandom])) != string(digits[receiptRandom:]) {
		return Receipt{}, receiptError("check", "a digit is wrong or two are swapped")
	}
	return Receipt{string(digits)}, nil
}

// receiptError never repeats what was typed: it may be a receipt but for one
// digit. The key is that of the page's message.
func receiptError(key, text string) error {
	return &keepiton.Error{Code: keepiton.Invalid, Key: "receipt.error." + key, Err: keepiton.Errorf(keepiton.Invalid, "receipt: %s", text)}
}

// digitValue returns the value of a decimal digit. Ranges of category Nd hold
// whole runs of ten in order (Unicode 15, section 4.6), the mathematical digits
// five of them. Ethiopic numerals are No: they have no place system.
func digitValue(r rune) (int, bool) {
	if r >= '0' && r <= '9' {
		return int(r - '0'), true
	}
	for _, x := range unicode.Nd.R16 {
		if r >= rune(x.Lo) && r <= rune(x.Hi) {
			return int(r-rune(x.Lo)) % 10, true
		}
	}
	for _, x := range unicode.Nd.R32 {
		if r >= rune(x.Lo) && r <= rune(x.Hi) {
			return int(r-rune(x.Lo)) % 10, true
		}
	}
	return 0, false
}

// checkDigits returns the two check digits of ISO/IEC 7064, MOD 97-10: the
// whole number is 1 modulo 97.
func checkDigits(digits string) string {
	m := 0
	for _, c := range digits + "00" {
		m = (m*10 + int(c-'0')) % 97
	}
	c := 98 - m
	return string([]byte{byte('0' + c/10), byte('0' + c%10)})
}

// IsZero reports whether r is no receipt.
func (r Receipt) IsZero() bool { return r.digits == "" }

// String returns the digits in eight groups of four, for the one page or
// letter that shows them to their owner.
func (r Receipt) String() string {
	var groups []string
	for c := range slices.Chunk([]byte(r.digits), receiptGroup) {
		groups = append(groups, string(c))
	}
	return strings.Join(groups, " ")
}

// LogValue implements slog.LogValuer without the digits.
func (r Receipt) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// GoString implements fmt.GoStringer without the digits.
func (r Receipt) GoString() string { return "[redacted]" }

// MarshalText implements encoding.TextMarshaler without the digits.
func (r Receipt) MarshalText() ([]byte, error) { return []byte("[redacted]"), nil }

// derive returns n bytes for a label. There is no slow hash: the digits are
// random, and 2^99 guesses are out of reach.
func (r Receipt) derive(label string, n int) []byte {
	if r.IsZero() {
		panic("seal: use of the zero receipt")
	}
	b, err := hkdf.Key(sha256.New, []byte(r.digits[:receiptRandom]), nil, label, n)
	if err != nil {
		panic(err) // only for lengths that no label has
	}
	return b
}

// Address returns the public half.
func (r Receipt) Address() keepiton.ReceiptAddress {
	return keepiton.ReceiptAddress{
		Lookup:   hex.EncodeToString(r.derive(labelLookup, 16)),
		Reply:    r.identity().Recipient().String(),
		Withdraw: hex.EncodeToString(r.signer().Public().(ed25519.PublicKey)),
	}
}

// identity returns the key that opens replies.
func (r Receipt) identity() *age.HybridIdentity {
	id, err := hybridFromSeed(r.derive(labelReply, 32))
	if err != nil {
		panic(err) // every seed of 32 bytes is a key
	}
	return id
}

func (r Receipt) signer() ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(r.derive(labelWithdraw, ed25519.SeedSize))
}

// Withdrawal returns the signature that asks the server to destroy the report.
func (r Receipt) Withdrawal() []byte {
	return ed25519.Sign(r.signer(), withdrawalText(hex.EncodeToString(r.derive(labelLookup, 16))))
}

// CheckWithdrawal reports whether sig is the withdrawal of the receipt behind a.
func CheckWithdrawal(a keepiton.ReceiptAddress, sig []byte) bool {
	key, err := hex.DecodeString(a.Withdraw)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return false
	}
	return ed25519.Verify(key, withdrawalText(a.Lookup), sig)
}

func withdrawalText(lookup string) []byte {
	return []byte("keepiton withdraw 1\n" + lookup + "\n")
}
