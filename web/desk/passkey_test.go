package desk_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"

	"keepiton"
)

// authenticator is a passkey in software: one ES256 key with user verification,
// as Web Authentication Level 2, section 6, describes it.
type authenticator struct {
	t      *testing.T
	origin string
	key    *ecdsa.PrivateKey
	id     []byte
	handle []byte
	count  uint32
}

func newAuthenticator(t *testing.T, origin string) *authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a := &authenticator{t: t, origin: origin, key: key, id: make([]byte, 32)}
	rand.Read(a.id)
	return a
}

var b64url = base64.RawURLEncoding

// data is the authenticator data (section 6.1): user present and verified.
func (a *authenticator) data(flags byte) []byte {
	u, err := url.Parse(a.origin)
	if err != nil {
		a.t.Fatal(err)
	}
	rp := sha256.Sum256([]byte(u.Hostname()))
	a.count++
	return binary.BigEndian.AppendUint32(append(rp[:], 0x05|flags), a.count)
}

func (a *authenticator) client(kind, challenge string) []byte {
	text, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": a.origin, "crossOrigin": false})
	if err != nil {
		a.t.Fatal(err)
	}
	return text
}

// create answers navigator.credentials.create (section 6.3.2), attestation none.
func (a *authenticator) create(options map[string]any) string {
	a.t.Helper()
	a.handle, _ = b64url.DecodeString(options["user"].(map[string]any)["id"].(string))
	point, err := a.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		a.t.Fatal(err)
	}
	cose, err := cbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
	if err != nil {
		a.t.Fatal(err)
	}
	data := a.data(0x40)
	data = append(data, make([]byte, 16)...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(a.id)))
	data = append(append(data, a.id...), cose...)
	object, err := cbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})
	if err != nil {
		a.t.Fatal(err)
	}
	return a.answer(map[string]string{
		"clientDataJSON": b64url.EncodeToString(a.client("webauthn.create", options["challenge"].(string))), "attestationObject": b64url.EncodeToString(object),
	})
}

// get answers navigator.credentials.get (section 6.3.3).
func (a *authenticator) get(options map[string]any) string {
	a.t.Helper()
	data, client := a.data(0), a.client("webauthn.get", options["challenge"].(string))
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(data[:len(data):len(data)], hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, digest[:])
	if err != nil {
		a.t.Fatal(err)
	}
	return a.answer(map[string]string{
		"clientDataJSON": b64url.EncodeToString(client), "authenticatorData": b64url.EncodeToString(data),
		"signature": b64url.EncodeToString(signature), "userHandle": b64url.EncodeToString(a.handle),
	})
}

func (a *authenticator) answer(response map[string]string) string {
	id := b64url.EncodeToString(a.id)
	text, err := json.Marshal(map[string]any{"id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}})
	if err != nil {
		a.t.Fatal(err)
	}
	return string(text)
}

// script posts what passkey.js posts and returns the answer.
func (b *browser) script(path, csrf, ticket, body string) (status int, answer map[string]any) {
	b.t.Helper()
	req, err := http.NewRequest("POST", b.o.site.URL+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	for k, v := range map[string]string{"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin", "X-CSRF": csrf, "X-Ticket": ticket} {
		if v != "" {
			req.Header.Set(k, v)
		}
	}
	res, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		b.t.Fatal(err)
	}
	return res.StatusCode, answer
}

// register adds the passkey to who is signed in at b.
func (b *browser) register(a *authenticator) (status int) {
	b.t.Helper()
	b.get("/desk/account").must(200)
	csrf := contents(b.form("")).Get("csrf")
	status, begun := b.script("/desk/account/passkey/begin", csrf, "", "{}")
	if status != 200 {
		b.t.Fatalf("begin answered %d %v", status, begun)
	}
	status, _ = b.script("/desk/account/passkey/finish?label=phone", csrf, begun["ticket"].(string), a.create(begun["options"].(map[string]any)))
	return status
}

func (o *office) passkeySignIn(a *authenticator) (b *browser, status int, replay func() int) {
	o.t.Helper()
	b = o.browser()
	_, begun := b.script("/desk/passkey/begin", "", "", "{}")
	ticket, answer := begun["ticket"].(string), a.get(begun["options"].(map[string]any))
	status, _ = b.script("/desk/passkey/finish", "", ticket, answer)
	return b, status, func() int {
		s, _ := o.browser().script("/desk/passkey/finish", "", ticket, answer)
		return s
	}
}

func TestPasskeySignsInWithoutAName(t *testing.T) {
	o := newOffice(t)
	ana := o.hire("ana", keepiton.RoleAnalyst, "")
	key := newAuthenticator(t, o.site.URL)
	if status := ana.register(key); status != 200 {
		t.Fatalf("register answered %d", status)
	}
	ana.get("/desk/account").must(200, "phone")
	b, status, replay := o.passkeySignIn(key)
	if status != 200 {
		t.Fatalf("sign-in answered %d", status)
	}
	b.get("/desk/").must(200, "ana · Analyst")
	if got := replay(); got != 401 {
		t.Errorf("the same answer a second time gives %d", got)
	}
}

func TestPasskeyIsNotKeptOutByWrongPasswords(t *testing.T) {
	o := newOffice(t)
	ana := o.withPassword("ana", keepiton.RoleAnalyst)
	key := newAuthenticator(t, o.site.URL)
	ana.register(key)
	for range 30 {
		o.signIn("ana", "wrong")
	}
	if _, status, _ := o.passkeySignIn(key); status != 200 {
		t.Errorf("sign-in answered %d", status)
	}
}

func TestForeignPasskeysAreRefused(t *testing.T) {
	o := newOffice(t)
	ana, eve := o.hire("ana", keepiton.RoleAnalyst, ""), o.hire("eve", keepiton.RoleAnalyst, "")
	key := newAuthenticator(t, o.site.URL)
	ana.register(key)

	if _, status, _ := o.passkeySignIn(newAuthenticator(t, o.site.URL)); status != 401 {
		t.Errorf("an unknown passkey: %d", status)
	}
	elsewhere := *key
	elsewhere.origin = "http://evil.example"
	if _, status, _ := o.passkeySignIn(&elsewhere); status != 401 {
		t.Errorf("an answer made for another site: %d", status)
	}
	forged := newAuthenticator(t, o.site.URL)
	forged.id, forged.handle = key.id, key.handle
	if _, status, _ := o.passkeySignIn(forged); status != 401 {
		t.Errorf("another key under the same id: %d", status)
	}
	stolen := newAuthenticator(t, o.site.URL)
	stolen.id = key.id
	if status := eve.register(stolen); status == 200 {
		t.Error("eve took over the id of ana's passkey")
	}
	copied := *key
	copied.count = 0 // its counter went back: a copy
	if _, status, _ := o.passkeySignIn(&copied); status != 401 {
		t.Errorf("a copied passkey: %d", status)
	}
	if _, status, _ := o.passkeySignIn(key); status != 200 {
		t.Error("the true passkey no longer works")
	}
}

func TestPasskeyCeremonyEndsAfterFiveMinutes(t *testing.T) {
	o := newOffice(t)
	ana := o.hire("ana", keepiton.RoleAnalyst, "")
	key := newAuthenticator(t, o.site.URL)
	ana.register(key)
	b := o.browser()
	_, begun := b.script("/desk/passkey/begin", "", "", "{}")
	o.pass(5 * time.Minute)
	if status, _ := b.script("/desk/passkey/finish", "", begun["ticket"].(string), key.get(begun["options"].(map[string]any))); status != 401 {
		t.Errorf("answered %d", status)
	}
}

func TestAddingAPasskeyNeedsTheSessionsToken(t *testing.T) {
	o := newOffice(t)
	ana := o.hire("ana", keepiton.RoleAnalyst, "")
	if status, _ := ana.script("/desk/account/passkey/begin", "", "", "{}"); status != 403 {
		t.Errorf("without the token: %d", status)
	}
	if status, _ := o.browser().script("/desk/account/passkey/begin", "x", "", "{}"); status != 401 {
		t.Errorf("without a session: %d", status)
	}
}

func TestResetTakesEveryMeansAway(t *testing.T) {
	o := newOffice(t)
	adm, ana := o.hire("adm", keepiton.RoleAdmin, ""), o.withPassword("ana", keepiton.RoleAnalyst)
	key := newAuthenticator(t, o.site.URL)
	ana.register(key)
	adm.get("/desk/people")
	adm.post("/desk/people/ana", url.Values{"csrf": contents(adm.form("reset"))["csrf"], "do": {"reset"}}, nil).must(200, "Sign-in link for ana")
	if ana.get("/desk/"); ana.at.Path != "/desk/sign-in" {
		t.Error("the old session goes on")
	}
	if _, status, _ := o.passkeySignIn(key); status != 401 {
		t.Errorf("the old passkey: %d", status)
	}
	o.signIn("ana", password).must(401)
}

func TestScriptRunsOnPasskeyPagesAndInTheEditorAlone(t *testing.T) {
	o := newOffice(t)
	adm := o.hire("adm", keepiton.RoleAdmin, "")
	for path, want := range map[string]bool{
		"/desk/account": true, "/desk/": false, "/desk/incidents": false, "/desk/incidents/new": true, "/desk/people": false, "/desk/settings": false,
	} {
		adm.get(path).must(200)
		csp := adm.header.Get("Content-Security-Policy")
		if got := strings.Contains(csp, "script-src 'self'"); got != want || strings.Contains(csp, "unsafe") || strings.Contains(adm.body, "<script") != want {
			t.Errorf("%s: policy %q", path, csp)
		}
	}
	signIn := o.browser().get("/desk/sign-in")
	if !strings.Contains(signIn.header.Get("Content-Security-Policy"), "script-src 'self'") {
		t.Error("the sign-in page has no script")
	}
	if n := len(signIn.get("/desk/passkey.js").body); n == 0 || n >= 4000 {
		t.Errorf("the script has %d bytes, at most 4000 wanted", n)
	}
}
