package seal

import (
	"bytes"
	"fmt"

	"github.com/ProtonMail/gopenpgp/v3/crypto"
)

// ReadingKey returns the secret subkeys that open what was written to the
// campaign's OpenPGP key, armored, under a passphrase of their own. Analysts who
// read the campaign's mail get it; it cannot sign a set. It is what gpg
// --export-secret-subkeys makes: the place of the primary secret key is taken
// by GnuPG's mark for "not here" (GnuPG, doc/DETAILS, S2K extensions).
func (c *Campaign) ReadingKey(passphrase []byte) ([]byte, error) {
	var out bytes.Buffer
	e := c.key.GetEntity()
	if err := writeAbsent(&out, c.key); err != nil {
		return nil, err
	}
	for _, id := range e.Identities {
		if err := id.Serialize(&out); err != nil {
			return nil, err
		}
	}
	for i := range e.Subkeys {
		if err := e.Subkeys[i].Serialize(&out, true); err != nil {
			return nil, err
		}
	}
	key, err := crypto.NewKey(out.Bytes())
	if err != nil {
		return nil, fmt.Errorf("reading key: %w", err)
	}
	return lockPGP(key, passphrase)
}

// writeAbsent writes a secret key packet (RFC 4880 section 5.5.3) with the
// public parts of the primary key and no secret.
func writeAbsent(out *bytes.Buffer, key *crypto.Key) error {
	var public bytes.Buffer
	if err := key.GetEntity().PrimaryKey.Serialize(&public); err != nil {
		return err
	}
	body := public.Bytes()
	switch { // the length of a new-format packet, RFC 4880 section 4.2.2
	case body[1] < 192:
		body = body[2:]
	case body[1] < 224:
		body = body[3:]
	default:
		body = body[6:]
	}
	body = append(bytes.Clone(body),
		254,                      // usage: SHA-1 checksum
		9,                        // AES-256, meaningless
		101, 0, 'G', 'N', 'U', 1, // S2K: GNU extension, key not here
	)
	out.WriteByte(0xc0 | 5)
	if n := len(body); n < 192 {
		out.WriteByte(byte(n))
	} else {
		out.Write([]byte{byte((n-192)>>8) + 192, byte(n - 192)})
	}
	_, err := out.Write(body)
	return err
}
