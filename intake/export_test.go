package intake

import (
	"keepiton"
	"keepiton/seal"
)

// CountKeys counts the operations on keys that answers to receipts cost.
func CountKeys(in *Intake, n *int) {
	in.init()
	in.openReply = func(r seal.Receipt, sealed []byte) ([]byte, error) { *n++; return r.OpenReply(sealed) }
	in.checkSignature = func(a keepiton.ReceiptAddress, sig []byte) bool { *n++; return seal.CheckWithdrawal(a, sig) }
}
