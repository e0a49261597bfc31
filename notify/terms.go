package notify

import (
	"encoding/json"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/locale"
)

// Terms are what somebody asked for: what stands sealed in a subscription.
type Terms struct {
	Address string `json:"address"` // of mail or of a webhook; the name of an account of the campaign
	Lang    string `json:"lang"`
	Topics  Topics `json:"topics"`
	HTML    bool   `json:"html,omitempty"` // mail also as HTML
	PGP     []byte `json:"pgp,omitempty"`  // OpenPGP public key that mail is encrypted to
	// Secrets sign what goes to a webhook, the newest first; one with an end is
	// being replaced.
	Secrets []Secret `json:"secrets,omitempty"`
}

// Secret is what a webhook's messages are signed with.
type Secret struct {
	Key   []byte    `json:"key"`
	Until time.Time `json:"until,omitzero"`
}

// String keeps the address out of logs.
func (t Terms) String() string { return "[redacted]" }

// GoString keeps the address out of logs.
func (t Terms) GoString() string { return "[redacted]" }

// Mask is an address as it is shown to people: it is recognised by who knows it.
func Mask(channel keepiton.Channel, address string) string {
	first := func(s string) string {
		for _, r := range s {
			return string(r) + "…"
		}
		return "…"
	}
	if channel == keepiton.ChannelWebhook {
		u, err := url.Parse(address)
		if err != nil {
			return "…"
		}
		address = "@" + u.Hostname()
	}
	if local, domain, ok := strings.Cut(address, "@"); ok {
		masked := first(domain)
		if i := strings.LastIndexByte(domain, '.'); i > 0 {
			masked += domain[i:]
		}
		if local != "" {
			masked = first(local) + "@" + masked
		}
		return masked
	}
	return address // an account of the campaign is public
}

// seal makes a subscription of terms. A new ID is drawn.
func (k *Keys) subscription(channel keepiton.Channel, pace keepiton.Pace, t *Terms, day time.Time) (keepiton.Subscription, error) {
	s := keepiton.Subscription{ID: newID(), Channel: channel, Pace: pace, Key: k.AddressKey(channel, t.Address), Day: day.UTC().Truncate(24 * time.Hour)}
	err := k.put(&s, t)
	return s, err
}

// put seals terms into a subscription, bound to its channel and address.
func (k *Keys) put(s *keepiton.Subscription, t *Terms) error {
	b, err := json.Marshal(t)
	if err != nil {
		return keepiton.Errorf(keepiton.Internal, "write a subscription: %w", err)
	}
	s.Sealed = k.box(b, bound(s))
	return nil
}

// Open returns the terms of a subscription.
func (k *Keys) Open(s *keepiton.Subscription) (*Terms, error) {
	b, err := k.unbox(s.Sealed, bound(s))
	if err != nil {
		return nil, err
	}
	var t Terms
	if err := json.Unmarshal(b, &t); err != nil {
		return nil, errUnreadable
	}
	return &t, nil
}

func bound(s *keepiton.Subscription) []byte {
	return append([]byte("subscription "+string(s.Channel)+"\n"), s.Key[:]...)
}

// Limits of an address.
const (
	maxMail = 254  // bytes: RFC 5321, section 4.5.3.1.3, without the brackets
	maxHook = 1000 // bytes
)

func invalid(key, format string, args ...any) error {
	return &keepiton.Error{Code: keepiton.Invalid, Key: key, Err: keepiton.Errorf(keepiton.Invalid, format, args...)}
}

// mailAddress returns the address in s as mail is sent to it: one plain address,
// in letters that every mail server takes. The name of its host may be in any.
func mailAddress(s string) (string, error) {
	s = strings.TrimSpace(s)
	bad := invalid("page.alerts.error.address", "this is no mail address")
	at := strings.LastIndexByte(s, '@')
	if at < 0 || len(s) > 4*maxMail {
		return "", bad
	}
	local := s[:at]
	domain, ok := asciiDomain(s[at+1:])
	s = local + "@" + domain
	a, err := mail.ParseAddress(s)
	if !ok || err != nil || len(s) > maxMail || a.Address != s || len(local) > 64 {
		return "", bad
	}
	if strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`"\,;<>()[]`, r) }) >= 0 {
		return "", bad
	}
	return s, nil
}

// MailAddress reads an address of mail: as mail is sent to it, and as it is told
// apart from others, by rule address-1 (docs/petitions.md): the host in small ASCII
// letters (IDNA) and the local part in small letters. Dots, and what follows a plus,
// stay: they are what the owner of the host makes of them. Invalid for what is none.
func MailAddress(s string) (to, one string, err error) {
	if to, err = mailAddress(s); err != nil {
		return "", "", err
	}
	return to, strings.ToLower(to), nil
}

// hookAddress returns the address of a webhook: https with a host; plain, a
// setting for tests, lets http through.
func hookAddress(s string, plain bool) (string, error) {
	s = strings.TrimSpace(s)
	u, err := url.Parse(s)
	if err != nil || len(s) > maxHook || u.Host == "" || u.User != nil || u.Fragment != "" || u.Scheme != "https" && (u.Scheme != "http" || !plain) {
		return "", invalid("page.alerts.error.hook", "this is no https address")
	}
	return u.String(), nil
}

// check refuses terms that cannot be kept.
func (t *Terms) check(pace keepiton.Pace) error {
	if !locale.Known(t.Lang) {
		return keepiton.Errorf(keepiton.Invalid, "no language %q", t.Lang)
	}
	if !slices.Contains(keepiton.Paces, pace) {
		return keepiton.Errorf(keepiton.Invalid, "no pace %q", pace)
	}
	return t.Topics.Check()
}

// Masked is where a subscription goes, as the desk may see it.
func (k *Keys) Masked(s *keepiton.Subscription) string {
	t, err := k.Open(s)
	if err != nil {
		return "…"
	}
	return Mask(s.Channel, t.Address)
}
