package seal

import (
	"crypto/sha1"
	"encoding/base32"
	"strings"

	"keepiton"
)

// zBase32 is the alphabet that a Web Key Directory uses
// (draft-koch-openpgp-webkey-service section 3.1, RFC 6189 section 5.1.6).
var zBase32 = base32.NewEncoding("ybndrfg8ejkmcpqxot1uwisza345h769").WithPadding(base32.NoPadding)

// WKDPath returns the last element of the path under which a Web Key Directory
// serves the key of an address: z-base-32 of SHA-1 of the local part, its ASCII
// letters in lower case (draft-koch-openpgp-webkey-service section 3.1). The
// whole paths are
//
//	/.well-known/openpgpkey/hu/HASH             on the address's own domain
//	/.well-known/openpgpkey/DOMAIN/hu/HASH      on openpgpkey.DOMAIN
//
// Empty when email is no address.
func WKDPath(email string) (localHash string) {
	local, domain, found := cutAddress(email)
	if !found || domain == "" {
		return ""
	}
	sum := sha1.Sum([]byte(lowerASCII(local)))
	return zBase32.EncodeToString(sum[:])
}

// CampaignEmails returns the mail addresses that the campaign's key names.
func (r *Recipients) CampaignEmails() []string {
	key, err := publicKey(r.Campaign)
	if err != nil {
		return nil
	}
	var out []string
	for _, id := range key.GetEntity().Identities {
		if id.UserId != nil && id.UserId.Email != "" {
			out = append(out, id.UserId.Email)
		}
	}
	return out
}

// CampaignBinary returns the campaign's public key as a Web Key Directory
// serves it: binary, without certifications by others.
func (r *Recipients) CampaignBinary() ([]byte, error) {
	key, err := publicKey(r.Campaign)
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Invalid, "campaign key: %w", err)
	}
	return key.GetPublicKey()
}

// cutAddress cuts at the last at sign.
func cutAddress(email string) (local, domain string, found bool) {
	i := strings.LastIndexByte(email, '@')
	if i < 1 {
		return "", "", false
	}
	return email[:i], lowerASCII(email[i+1:]), true
}

func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
