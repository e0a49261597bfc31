package campaign

import (
	"context"
	"crypto/rand"
	"log/slog"
	"sync"
	"time"

	"keepiton"
	"keepiton/geo"
	"keepiton/notify"
	"keepiton/store"
)

// Petitioning takes signatures under petitions, by rule signatures-1
// (docs/petitions.md): of each address one, once its owner has confirmed it, and of
// each partner's token one. No address is stored, nor written into a log: the mail
// goes out of memory, its links carry all that is needed, and what stays of a
// signature is an HMAC under a key of the petition, which ends with it.
//
// Entries, Box, Keys and Now are required.
type Petitioning struct {
	Entries Public
	Box     store.Petitions
	Keys    *notify.Keys
	Base    string          // public address of the site, which links begin with; empty: no mail is offered
	Mails   *notify.Postbox // nil: no mail is offered
	Tokens  Tokens          // nil: partners have none
	Now     func() time.Time
	Log     *slog.Logger // nil: discard

	mu   sync.Mutex
	kept map[keepiton.EntryID]bool // closed, but the engine's log may still hold the key
}

// Public is what [Petitioning] asks of a store of entries.
type Public interface {
	PublicEntry(ctx context.Context, id keepiton.EntryID) (keepiton.EntryRevision, error)
}

// Tokens checks the tokens of partner organizations.
type Tokens interface {
	// VerifySignature returns the digest under which a token for the petition is
	// spent. Invalid or Forbidden for what is none.
	VerifySignature(ctx context.Context, petition keepiton.EntryID, token string) (digest [32]byte, err error)
}

// SignaturesRule names the rule by which signatures are counted, with its version.
const SignaturesRule = "signatures-1"

// Mails in which a petition asks for a confirmation: so many to an address in a
// day, whatever petitions they are of, and so many of a petition in an hour.
const (
	mailsToAddress  = 3
	mailsOfPetition = 2000
	// MailsAnHour is how many all petitions may ask for.
	MailsAnHour = 4000
)

// MaySign reports whether mail is offered.
func (p *Petitioning) MaySign() bool { return p.Mails != nil && p.Mails.Mail != nil && p.Base != "" }

// petition returns a petition that can be signed now. Conflict when its time is not
// now; it closes then for good, if it is over.
func (p *Petitioning) petition(ctx context.Context, id keepiton.EntryID) (*keepiton.Petition, error) {
	rev, err := p.Entries.PublicEntry(ctx, id)
	if err != nil {
		return nil, err
	}
	body, err := As[*keepiton.Petition](rev)
	switch {
	case err != nil:
		return nil, err
	case rev.State != keepiton.Published || body.Over(p.Now()):
		if err := p.end(ctx, id); err != nil {
			return nil, err
		}
		return nil, fail(keepiton.Conflict, "page.petition.error.closed", "%s takes no more signatures", id)
	case !body.Open(p.Now()):
		return nil, fail(keepiton.Conflict, "page.petition.error.soon", "%s takes no signatures yet", id)
	}
	return body, nil
}

// Ask sends a mail with a link that signs. What it returns is the same whether the
// address has signed or not, and whether it was asked for often.
func (p *Petitioning) Ask(ctx context.Context, id keepiton.EntryID, address, lang string) error {
	if !p.MaySign() {
		return fail(keepiton.Unavailable, "page.petition.error.nomail", "this site sends no mail")
	}
	body, err := p.petition(ctx, id)
	if err != nil {
		return err
	}
	to, one, err := notify.MailAddress(address)
	if err != nil {
		return err
	}
	ok, err := p.Mails.Allow(
		notify.Share{Key: p.Keys.PetitionKey(id, nil), Most: mailsOfPetition, Told: true},
		notify.Share{Key: p.Keys.AddressKey(keepiton.ChannelMail, one), Most: mailsToAddress, Hours: 24},
	)
	if err != nil || !ok {
		return err
	}
	var salt [32]byte
	rand.Read(salt[:])
	kept, err := p.Box.OpenPetition(ctx, id, salt[:])
	if err != nil {
		return err
	}
	r, err := p.room(id, kept)
	if err != nil {
		return err
	}
	return p.Mails.Post(p.asking(id, body, r, to, one, lang))
}

// Link is what stands behind a link in a mail.
type Link struct {
	Petition *keepiton.Petition
	Signed   bool // its address stands under the petition
}

// Open returns what stands behind a link. NotFound for one that is not ours, is too
// old or was cut short, Conflict when the petition is closed.
func (p *Petitioning) Open(ctx context.Context, id keepiton.EntryID, u Use, token string) (Link, error) {
	l, _, err := p.open(ctx, id, u, token)
	return l, err
}

func (p *Petitioning) open(ctx context.Context, id keepiton.EntryID, u Use, token string) (l Link, mark [32]byte, err error) {
	if l.Petition, err = p.petition(ctx, id); err != nil {
		return l, mark, err
	}
	if u == UseToken {
		mark, err = p.tokenMark(ctx, id, token)
	} else {
		mark, err = p.linkMark(ctx, id, u, token)
	}
	if err == nil {
		l.Signed, err = p.Box.PetitionSigned(ctx, id, mark)
	}
	return l, mark, err
}

func (p *Petitioning) linkMark(ctx context.Context, id keepiton.EntryID, u Use, token string) (mark [32]byte, err error) {
	salt, err := p.Box.PetitionSalt(ctx, id)
	if keepiton.CodeOf(err) == keepiton.NotFound {
		return mark, errLink
	}
	if err != nil {
		return mark, err
	}
	r, err := p.room(id, salt)
	if err != nil {
		return mark, err
	}
	return r.read(u, token, p.Now())
}

// Sign counts the signature that a link or a token stands for, with the country that
// the signer chose, or none. fresh is false when it was counted before.
func (p *Petitioning) Sign(ctx context.Context, id keepiton.EntryID, u Use, token, country string) (fresh bool, err error) {
	if _, known := geo.ByCode(country); country != "" && !known {
		return false, keepiton.Errorf(keepiton.Invalid, "no country %q", country)
	}
	_, mark, err := p.open(ctx, id, u, token)
	if err != nil {
		return false, err
	}
	way := keepiton.ByMail
	if u == UseToken {
		way = keepiton.ByPartner
		var salt [32]byte // nobody may have asked for a mail yet
		rand.Read(salt[:])
		if _, err := p.Box.OpenPetition(ctx, id, salt[:]); err != nil {
			return false, err
		}
	}
	return p.Box.SignPetition(ctx, keepiton.PetitionSigner{Petition: id, Way: way, Mark: mark, Country: country, Day: p.Now().UTC().Format(time.DateOnly)})
}

// tokenMark is the digest of a partner's token.
func (p *Petitioning) tokenMark(ctx context.Context, id keepiton.EntryID, token string) (mark [32]byte, err error) {
	if p.Tokens != nil {
		mark, err = p.Tokens.VerifySignature(ctx, id, token)
	}
	switch code := keepiton.CodeOf(err); {
	case p.Tokens == nil, code == keepiton.NotFound, code == keepiton.Invalid, code == keepiton.Forbidden:
		return mark, fail(keepiton.NotFound, "page.petition.error.token", "this is no token for %s", id)
	}
	return mark, err
}

// Withdraw takes the signature back that a link stands for. NotFound when there is
// none, Conflict once the petition is closed: nobody can tell then which it was.
func (p *Petitioning) Withdraw(ctx context.Context, id keepiton.EntryID, token string) error {
	_, mark, err := p.open(ctx, id, UseWithdraw, token)
	if err != nil {
		return err
	}
	err = p.Box.UnsignPetition(ctx, id, mark)
	if keepiton.CodeOf(err) == keepiton.NotFound {
		err = fail(keepiton.NotFound, "page.petition.error.unsigned", "this address has not signed %s", id)
	}
	return err
}
