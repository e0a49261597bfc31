package mail

import (
	"bytes"
	"crypto"

	"github.com/emersion/go-msgauth/dkim"
)

// signer signs messages with DKIM (RFC 6376).
type signer struct {
	key              crypto.Signer
	selector, domain string
}

// signed are the headers under the signature: those of RFC 6376, section 5.4.1,
// and both that end a subscription, which RFC 8058, section 3, wants signed. Those
// of which a second one would mislead are named twice, so that none can be added
// on the way (section 8.15).
var signed = []string{
	"From", "From", "To", "Subject", "Subject", "Date", "Date", "Message-ID", "In-Reply-To", "References",
	"MIME-Version", "Content-Type", "Content-Type", "Content-Transfer-Encoding", "Content-Language",
	"Auto-Submitted", "List-Id", "List-Unsubscribe", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Unsubscribe-Post",
}

func (s *signer) sign(message []byte) ([]byte, error) {
	var out bytes.Buffer
	err := dkim.Sign(&out, bytes.NewReader(message), &dkim.SignOptions{
		Domain: s.domain, Selector: s.selector, Signer: s.key, Hash: crypto.SHA256,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
		HeaderKeys: signed,
	})
	return out.Bytes(), err
}
