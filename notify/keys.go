package notify

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"strings"
	"time"

	"golang.org/x/crypto/chacha20poly1305"

	"keepiton"
)

// Keys are the server's keys for alerts: they open what is stored of a
// subscription, name addresses without telling them, and make the links in mails
// and the names of messages. All follow from one secret of 32 bytes by
// HKDF-SHA-256 (RFC 5869), each under a label of its own.
//
// Whoever has the database alone has neither addresses nor topics; whoever has
// the key as well has them all.
type Keys struct {
	seal     cipher.AEAD // XChaCha20-Poly1305: nonces are drawn at random
	address  []byte
	link     []byte
	message  []byte
	petition []byte
}

const keyLine = "keepiton-alerts-key-1 "

// LoadKeys reads the key file, which is made, readable by its owner alone, when
// it does not exist. It holds one line: "keepiton-alerts-key-1 " and 32 bytes in
// base64.
func LoadKeys(file string) (*Keys, error) {
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeKey(file); err != nil {
			return nil, err
		}
		b, err = os.ReadFile(file)
	}
	if err != nil {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "the key for alerts: %w", err), "may this user read the file that --alerts-key names?")
	}
	text, ok := strings.CutPrefix(strings.TrimSpace(string(b)), keyLine)
	secret, err := base64.StdEncoding.DecodeString(text)
	if !ok || err != nil || len(secret) != 32 {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s is no key for alerts", file), "bring it back from a backup: without it nobody who subscribed can be reached; or move it away, and a new one is made for new subscriptions")
	}
	return NewKeys([32]byte(secret))
}

func makeKey(file string) error {
	var secret [32]byte
	rand.Read(secret[:])
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil // another process was faster
	}
	if err != nil {
		return keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "make the key for alerts: %w", err), "may this user write to the folder of the file that --alerts-key names?")
	}
	_, err = f.WriteString(keyLine + base64.StdEncoding.EncodeToString(secret[:]) + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return keepiton.Errorf(keepiton.Unavailable, "make the key for alerts: %w", err)
	}
	return nil
}

// NewKeys derives the keys from the secret.
func NewKeys(secret [32]byte) (*Keys, error) {
	derive := func(label string) []byte {
		b, err := hkdf.Key(sha256.New, secret[:], nil, "keepiton alerts 1 "+label, 32)
		if err != nil {
			panic(err) // 32 bytes of SHA-256 are always there
		}
		return b
	}
	seal, err := chacha20poly1305.NewX(derive("seal"))
	if err != nil {
		return nil, err
	}
	return &Keys{seal: seal, address: derive("address"), link: derive("link"), message: derive("message"), petition: derive("petition")}, nil
}

// padding: what is sealed is filled up to a multiple of it, so that its length
// tells little of an address or of a list of countries.
const padding = 256

// box seals plain beside what it is bound to: nonce, then the padded text with
// its tag. unbox opens it; an error says nothing of what is inside.
func (k *Keys) box(plain, bound []byte) []byte {
	n := len(plain) + 4
	padded := make([]byte, (n+padding-1)/padding*padding)
	binary.BigEndian.PutUint32(padded, uint32(len(plain)))
	copy(padded[4:], plain)
	nonce := make([]byte, chacha20poly1305.NonceSizeX, chacha20poly1305.NonceSizeX+len(padded)+chacha20poly1305.Overhead)
	rand.Read(nonce)
	return k.seal.Seal(nonce, nonce, padded, bound)
}

var errUnreadable = keepiton.Errorf(keepiton.Internal, "this was sealed under another key for alerts, or is damaged")

func (k *Keys) unbox(sealed, bound []byte) ([]byte, error) {
	if len(sealed) < chacha20poly1305.NonceSizeX {
		return nil, errUnreadable
	}
	plain, err := k.seal.Open(nil, sealed[:chacha20poly1305.NonceSizeX], sealed[chacha20poly1305.NonceSizeX:], bound)
	if err != nil || len(plain) < 4 {
		return nil, errUnreadable
	}
	n := binary.BigEndian.Uint32(plain)
	if int64(n) > int64(len(plain)-4) {
		return nil, errUnreadable
	}
	return plain[4 : 4+n], nil
}

// mac is HMAC-SHA-256 over parts that cannot run into each other.
func mac(key []byte, parts ...string) [32]byte {
	h := hmac.New(sha256.New, key)
	var n [8]byte
	for _, p := range parts {
		binary.BigEndian.PutUint64(n[:], uint64(len(p)))
		h.Write(n[:])
		h.Write([]byte(p))
	}
	return [32]byte(h.Sum(nil))
}

// AddressKey names an address on a channel without telling it. Addresses of mail
// count as one whatever the case of their letters.
func (k *Keys) AddressKey(channel keepiton.Channel, address string) [32]byte {
	if channel == keepiton.ChannelMail {
		address = strings.ToLower(address)
	}
	return mac(k.address, string(channel), address)
}

// PetitionKey is the key under which the addresses of a petition's signers are told
// apart: it takes the server's key and the petition's salt, so that neither the
// database alone gives it nor, once the salt is destroyed, anything.
func (k *Keys) PetitionKey(petition keepiton.EntryID, salt []byte) [32]byte {
	return mac(k.petition, string(petition), string(salt))
}

// MessageID names what goes to a subscription about an alert, the same for every
// try: 32 letters and digits.
func (k *Keys) MessageID(alert keepiton.AlertID, to keepiton.SubscriptionID) string {
	sum := mac(k.message, string(alert), subscriptionText(to))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:20]))
}

func subscriptionText(id keepiton.SubscriptionID) string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(id))
	return string(b[:])
}

// use is what a link is for. One made for one thing is good for no other.
type use string

const (
	useManage use = "manage" // see and change what is told, and end it
	useEnd    use = "end"    // end it: the link that mail programs know
)

// linkToken is the end of a link that belongs to a subscription: its id and 16
// bytes of HMAC, in base64url.
func (k *Keys) linkToken(u use, id keepiton.SubscriptionID) string {
	b := []byte(subscriptionText(id))
	sum := mac(k.link, string(u), string(b))
	return base64.RawURLEncoding.EncodeToString(append(b, sum[:16]...))
}

var errLink = &keepiton.Error{Code: keepiton.NotFound, Key: "page.alerts.error.link", Err: errors.New("this link is not one of ours, or was cut short")}

func (k *Keys) readLink(u use, token string) (keepiton.SubscriptionID, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) != 24 {
		return 0, errLink
	}
	sum := mac(k.link, string(u), string(b[:8]))
	if !hmac.Equal(sum[:16], b[8:]) {
		return 0, errLink
	}
	return keepiton.SubscriptionID(binary.BigEndian.Uint64(b)), nil
}

// offer is what a confirmation carries, so that nothing is stored before: it is
// sealed, for it holds an address, and ends.
func (k *Keys) offer(kind string, plain []byte, until time.Time) string {
	b := binary.BigEndian.AppendUint64(nil, uint64(until.Unix()))
	return base64.RawURLEncoding.EncodeToString(append(b, k.box(plain, append([]byte("offer "+kind+"\n"), b...))...))
}

var errOffer = &keepiton.Error{Code: keepiton.NotFound, Key: "page.alerts.error.offer", Err: errors.New("this link is older than two days, or was cut short")}

func (k *Keys) readOffer(kind, token string, now time.Time) ([]byte, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) < 8 {
		return nil, errOffer
	}
	plain, err := k.unbox(b[8:], append([]byte("offer "+kind+"\n"), b[:8]...))
	if err != nil || now.Unix() > int64(binary.BigEndian.Uint64(b)) {
		return nil, errOffer
	}
	return plain, nil
}

// newID draws the id of a subscription: 62 random bits.
func newID() keepiton.SubscriptionID {
	var b [8]byte
	rand.Read(b[:])
	return keepiton.SubscriptionID(binary.BigEndian.Uint64(b[:])>>2 | 1)
}
