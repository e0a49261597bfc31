package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"

	"keepiton/notify"
)

// Signatures writes the header webhook-signature: for each secret that signs now
// "v1," and the base64 of HMAC-SHA-256 over id, timestamp and body, parted by full
// stops; several are parted by a space, so that a secret can be changed without a
// gap (Standard Webhooks, "Signature scheme").
func Signatures(secrets []notify.Secret, id, timestamp string, body []byte, now time.Time) string {
	var out []string
	for _, s := range secrets {
		if !s.Until.IsZero() && !now.Before(s.Until) {
			continue
		}
		h := hmac.New(sha256.New, s.Key)
		h.Write([]byte(id + "." + timestamp + "."))
		h.Write(body)
		out = append(out, "v1,"+base64.StdEncoding.EncodeToString(h.Sum(nil)))
	}
	return strings.Join(out, " ")
}
