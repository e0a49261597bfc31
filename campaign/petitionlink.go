package campaign

import (
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"
	"time"

	"golang.org/x/crypto/chacha20poly1305"

	"keepiton"
	"keepiton/locale"
	"keepiton/notify"
)

// Use is what a link signs by, or takes back. One made for one thing is good for no
// other.
type Use string

// The uses of links. The names stand in their addresses.
const (
	UseConfirm  Use = "confirm"  // sign by mail
	UseWithdraw Use = "withdraw" // take that signature back
	UseToken    Use = "token"    // sign with a token of a partner
)

// ConfirmLasts is how long a link confirms. One that withdraws is good until the
// petition closes, with the key that it was made with.
const ConfirmLasts = 72 * time.Hour

// room is what follows from a petition's key: the marks of addresses, and the links
// in mails.
type room struct {
	id   keepiton.EntryID
	key  [32]byte
	seal cipher.AEAD
}

// room derives from the salt of a petition. Both uses of its key are apart: an
// HMAC under it, and XChaCha20-Poly1305 under an HMAC of another text.
func (p *Petitioning) room(id keepiton.EntryID, salt []byte) (*room, error) {
	r := &room{id: id, key: p.Keys.PetitionKey(id, salt)}
	sum := r.mac("keepiton petition 1 links")
	var err error
	r.seal, err = chacha20poly1305.NewX(sum[:])
	return r, err
}

func (r *room) mac(text string) [32]byte {
	h := hmac.New(sha256.New, r.key[:])
	h.Write([]byte(text))
	return [32]byte(h.Sum(nil))
}

// mark tells an address from others, by rule address-1.
func (r *room) mark(one string) [32]byte { return r.mac("keepiton petition 1 address\n" + one) }

// A link ends in nonce (24 bytes), the sealed time at which it ends (8 bytes, Unix
// seconds, big-endian; 0: never) and mark (32 bytes), and the tag (16 bytes), in
// base64url: 107 letters, of which nobody but the server reads anything.
const linkSize = chacha20poly1305.NonceSizeX + 8 + 32 + chacha20poly1305.Overhead

var errLink = &keepiton.Error{Code: keepiton.NotFound, Key: "page.petition.error.link", Err: errors.New("this link is not one of ours, is too old, or was cut short")}

func (r *room) link(u Use, mark [32]byte, until time.Time) string {
	var plain []byte
	if until.IsZero() {
		plain = make([]byte, 8)
	} else {
		plain = binary.BigEndian.AppendUint64(nil, uint64(until.Unix()))
	}
	b := make([]byte, chacha20poly1305.NonceSizeX, linkSize)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(r.seal.Seal(b, b, append(plain, mark[:]...), r.bound(u)))
}

// bound is what a link is sealed beside: what it is good for.
func (r *room) bound(u Use) []byte { return []byte(string(u) + "\n" + string(r.id)) }

func (r *room) read(u Use, token string, now time.Time) (mark [32]byte, err error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) != linkSize {
		return mark, errLink
	}
	plain, err := r.seal.Open(nil, b[:chacha20poly1305.NonceSizeX], b[chacha20poly1305.NonceSizeX:], r.bound(u))
	if err != nil {
		return mark, errLink
	}
	if until := binary.BigEndian.Uint64(plain); until != 0 && now.Unix() > int64(until) {
		return mark, errLink
	}
	return [32]byte(plain[8:]), nil
}

// asking is the mail that asks for a confirmation, in the reader's language.
func (p *Petitioning) asking(id keepiton.EntryID, body *keepiton.Petition, r *room, to, one, lang string) *notify.Message {
	pr := locale.For(lang)
	mark := r.mark(one)
	at := func(u Use, until time.Time) string {
		return p.Base + "/" + pr.Lang().Tag + "/petition/" + string(id) + "/" + string(u) + "/" + r.link(u, mark, until)
	}
	title, _ := body.Title.In(pr.Lang().Tag)
	whom, _ := body.To.In(pr.Lang().Tag)
	text := strings.Join([]string{
		pr.T("mail.petition.hello"),
		title + "\n" + pr.T("mail.petition.to", "To", whom),
		pr.T("mail.petition.confirm"),
		at(UseConfirm, p.Now().Add(ConfirmLasts)),
		pr.T("mail.petition.kept", "Day", pr.Date(body.Closes)),
		pr.T("mail.petition.withdraw"),
		at(UseWithdraw, time.Time{}),
		pr.T("mail.petition.else"),
	}, "\n\n")
	var name [20]byte
	rand.Read(name[:])
	return &notify.Message{
		Name: strings.ToLower(base32.StdEncoding.EncodeToString(name[:])), Channel: keepiton.ChannelMail, Date: p.Now(),
		To:    &notify.Terms{Address: to, Lang: pr.Lang().Tag},
		Plain: &notify.Plain{Subject: pr.T("mail.petition.subject", "Title", title), Text: text},
	}
}
