package seal

import (
	"bytes"
	"errors"
	"fmt"

	"filippo.io/age"
	"github.com/ProtonMail/gopenpgp/v3/crypto"
)

// bridgeType is the type of the age stanza that carries the secret key of a
// one-time identity to members who have OpenPGP alone. Programs that do not
// know it pass it over, as the age specification asks.
const bridgeType = "keepiton-openpgp"

// maxBridge bounds the OpenPGP message inside a stanza, in bytes.
const maxBridge = 64 << 10

// bridge is an age recipient for all members who have OpenPGP alone. For each
// file it makes a hybrid identity that is used once, is one more recipient of
// the file, and travels beside it inside an OpenPGP message to those members.
// Such a file can also be opened by hand, with gpg and the age command.
type bridge struct {
	sealer *Sealer
	keys   []*crypto.Key
}

// Wrap implements age.Recipient.
func (b *bridge) Wrap(fileKey []byte) ([]*age.Stanza, error) {
	once, err := age.GenerateHybridIdentity()
	if err != nil {
		return nil, err
	}
	stanzas, err := once.Recipient().Wrap(fileKey)
	if err != nil {
		return nil, err
	}
	var body bytes.Buffer
	w, err := b.sealer.encryptHidden(&body, b.keys)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write([]byte(once.String() + "\n")); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return append(stanzas, &age.Stanza{Type: bridgeType, Body: body.Bytes()}), nil
}

// WrapWithLabels implements age.RecipientWithLabels. age mixes only recipients
// of one label. The label is an honest one for the age part; against a quantum
// computer the file is as strong as the OpenPGP keys in it, which key show says.
func (b *bridge) WrapWithLabels(fileKey []byte) ([]*age.Stanza, []string, error) {
	s, err := b.Wrap(fileKey)
	return s, []string{"postquantum"}, err
}

// crossing is the age identity on the other side: who has an OpenPGP secret key
// opens the stanza and gets the one-time identity.
type crossing struct{ keys *Keys }

// Unwrap implements age.Identity.
func (c crossing) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	for _, s := range stanzas {
		if s.Type != bridgeType || len(s.Body) > maxBridge {
			continue
		}
		text, err := c.keys.decryptPGP(bytes.NewReader(s.Body), maxBridge)
		if errors.Is(err, errOthers) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("stanza %s: %w", bridgeType, err)
		}
		once, err := age.ParseHybridIdentity(string(bytes.TrimSpace(text)))
		if err != nil {
			return nil, fmt.Errorf("stanza %s: %w", bridgeType, err)
		}
		return once.Unwrap(stanzas)
	}
	return nil, age.ErrIncorrectIdentity
}
