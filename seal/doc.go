// Package seal closes reports so that only the campaign's analysts open them.
//
// The campaign has one OpenPGP key, whose fingerprint people compare, and signs
// with it a set of recipients: the analysts' public keys ([Recipients]). The
// server holds the set and nothing that opens what was sealed to it.
//
// What it promises:
//
//   - A report is sealed while it is written; a [Sealer] holds one chunk of
//     64 KiB in memory and nothing else of the text.
//   - A sealed file does not tell who can open it, beyond the number and kind
//     of keys (docs/formats-sealed.md). That number is public in the set.
//   - [Keys.Open] hands out only bytes that were authenticated, and says
//     keepiton.NotFound when a file is sealed to others.
//   - A set that the campaign has not signed is never used; a server that has
//     seen one refuses an older one ([Recipients.Follows]).
//
// Sealing looks like this:
//
//	set, err := seal.LoadRecipients("keepiton-data/keys")
//	w, err := set.Sealer().Seal(out)
//	_, err = io.Copy(w, bundle)
//	err = w.Close()
//
// Formats: age (age-encryption.org/v1) with ML-KEM-768 + X25519 recipients, and
// OpenPGP (RFC 4880, RFC 9580) for who has no age key.
package seal
