package bundle

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"

	"keepiton"
)

// NewID returns a new id for a report: 32 hex digits from crypto/rand. Whoever
// seals makes it, so that the same report by two roads has the same.
func NewID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails: crypto/rand
	return hex.EncodeToString(b[:])
}

// EncodeReport writes a report as the JSON of frame R: every text as it was
// typed, empty fields left out, fields of newer programs (Extra) where they
// stood. The same report gives the same bytes. Bytes that are no UTF-8, which
// JSON cannot hold, become U+FFFD. Invalid when an id, a receipt or a hash has
// not the form that it must have; TooLarge over [MaxReport].
func EncodeReport(rep *keepiton.Report) ([]byte, error) {
	if err := checkReport(rep); err != nil {
		return nil, err
	}
	text, err := encodeExtra(toWire(rep), rep.Extra)
	if err != nil {
		return nil, err
	}
	if len(text) > MaxReport {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.TooLarge, "report: %d bytes as JSON; at most %d", len(text), MaxReport), "shorten the longest text, or attach it as a file")
	}
	return text, nil
}

// DecodeReport reads what [EncodeReport] wrote, or another program. Fields that
// it does not know are kept in Extra. It takes UTF-8 alone, no field twice, at
// most [MaxReport] bytes and [MaxDepth] levels; an error names the field and
// the offset and never quotes a value.
func DecodeReport(text []byte) (*keepiton.Report, error) {
	if len(text) > MaxReport {
		return nil, keepiton.Errorf(keepiton.TooLarge, "report: %d bytes as JSON; at most %d", len(text), MaxReport)
	}
	var wire wireReport
	extra := map[string]keepiton.Private{}
	if err := decode(text, &wire, extra); err != nil {
		return nil, keepiton.Errorf(keepiton.Invalid, "report: %w", err)
	}
	rep := fromWire(wire)
	if len(extra) > 0 {
		rep.Extra = extra
	}
	if err := checkReport(rep); err != nil {
		return nil, err
	}
	return rep, nil
}

// checkReport checks what other parts build on: ids that name rows and files,
// keys and hashes. Codes and words are not checked: a newer sender may use
// codes that we do not know, and a report is worth more than its form.
func checkReport(r *keepiton.Report) error {
	if !isHex(r.ID, 32) {
		return keepiton.Errorf(keepiton.Invalid, "report: id is not 32 hex digits")
	}
	if r.Adds != "" && !isHex(r.Adds, 32) {
		return keepiton.Errorf(keepiton.Invalid, "report: adds is not 32 hex digits")
	}
	if err := checkReceipt(r.Receipt); err != nil {
		return keepiton.Errorf(keepiton.Invalid, "report: %w", err)
	}
	for i, f := range r.Files {
		if f.Size < 0 || !isHex(f.SHA256, 64) {
			return keepiton.Errorf(keepiton.Invalid, "report: file %d: a size below zero, or a sha256 that is not 64 hex digits", i+1)
		}
	}
	return nil
}

// maxReply bounds an age recipient: a hybrid one has 1,216 bytes, which are
// 1,959 characters of Bech32.
const maxReply = 4096

// checkReceipt checks the form of a receipt's address; the zero one is fine.
// Whether the keys are keys is for package seal to say when it uses them.
func checkReceipt(a keepiton.ReceiptAddress) error {
	switch {
	case a == keepiton.ReceiptAddress{}:
		return nil
	case !isHex(a.Lookup, 32):
		return fmt.Errorf("receipt: lookup is not 32 hex digits")
	case !isHex(a.Withdraw, 64):
		return fmt.Errorf("receipt: withdraw is not 64 hex digits")
	case !strings.HasPrefix(a.Reply, "age1pq1") || len(a.Reply) > maxReply || strings.Trim(a.Reply[len("age1pq1"):], "qpzry9x8gf2tvdw0s3jn54khce6mua7l") != "":
		return fmt.Errorf("receipt: reply is not an age1pq1 address")
	}
	return nil
}

// isHex reports whether s is n lower-case hex digits.
func isHex(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "0123456789abcdef") == ""
}
