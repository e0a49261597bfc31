package mail_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"keepiton"
	"keepiton/casework"
	"keepiton/intake/intaketest"
	"keepiton/intake/mail"
	"keepiton/seal"
	"keepiton/store"
)

const clearMail = "Received: from phone.example ([203.0.113.7]) by mx.example;\r\n\tWed, 25 Nov 2026 09:00:00 +0300\r\nX-Originating-IP: [203.0.113.7]\r\n" +
	"From: Abeba <abeba@example.org>\r\nTo: report@keepiton.example\r\nSubject: cut\r\nMessage-Id: <one@example.org>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nNo internet in Bole since nine.\r\n"

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// reader is the key that mail is written to, and what opens it.
var reader = sync.OnceValues(func() (*crypto.Key, *seal.Keys) {
	key, err := crypto.PGP().KeyGeneration().AddUserId("reading", "report@keepiton.example").New().GenerateKey()
	if err != nil {
		panic(err)
	}
	secret, err := key.Serialize()
	if err != nil {
		panic(err)
	}
	keys := &seal.Keys{}
	if err := keys.AddOpenPGP(secret, nil); err != nil {
		panic(err)
	}
	return key, keys
})

// sealed makes an armored OpenPGP message, as a mail program does.
func sealed(t *testing.T, text string) string {
	t.Helper()
	key, _ := reader()
	public, err := key.ToPublic()
	check(t, err)
	enc, err := crypto.PGP().Encryption().Recipient(public).New()
	check(t, err)
	m, err := enc.Encrypt([]byte(text))
	check(t, err)
	armored, err := m.Armor()
	check(t, err)
	return strings.ReplaceAll(armored, "\n", "\r\n") + "\r\n"
}

func pgpMIME(armored string) string {
	return "From: x@example.org\r\nSubject: ...\r\nMIME-Version: 1.0\r\nContent-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b\r\nContent-Type: application/octet-stream; name=encrypted.asc\r\n\r\n" + armored + "\r\n--b--\r\n"
}

// open opens every envelope and returns what they say.
func open(t *testing.T, d *intaketest.Desk) (said []*casework.Opened) {
	t.Helper()
	check(t, d.Store.Envelopes(t.Context(), store.EnvelopeQuery{}, func(e keepiton.Envelope) error {
		if e.Lane != keepiton.LaneMail {
			t.Errorf("the envelope is in lane %s", e.Lane)
		}
		var plain io.Reader
		_, mine := reader()
		for _, keys := range []*seal.Keys{mine, d.Campaign.Keys[0]} {
			body, err := d.Store.OpenBody(t.Context(), e.ID)
			check(t, err)
			defer body.Close()
			if plain, err = keys.Open(body); err == nil {
				break
			}
		}
		if plain == nil {
			t.Fatal("nobody can open it")
		}
		o, err := casework.Read(plain)
		check(t, err)
		said = append(said, o)
		return nil
	}))
	return said
}

func TestSealedMailIsKeptAsItIs(t *testing.T) {
	inner := "Content-Type: text/plain; charset=utf-8\r\n\r\nከዘጠኝ ሰዓት ጀምሮ ኢንተርኔት የለም\r\n"
	for name, make := range map[string]func(d *intaketest.Desk) string{
		"PGP/MIME":   func(d *intaketest.Desk) string { return pgpMIME(sealed(t, inner)) },
		"inline PGP": func(d *intaketest.Desk) string { return "Subject: x\r\n\r\n" + sealed(t, inner) },
		"a carried file attached": func(d *intaketest.Desk) string {
			rep := intaketest.Report()
			rep.Seen = "ከዘጠኝ ሰዓት ጀምሮ ኢንተርኔት የለም"
			_, c := d.Container(t, rep, keepiton.OpenFields{}, nil)
			return "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n\r\n--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString(c) + "\r\n--b--\r\n"
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := intaketest.New(t)
			for _, seal := range []bool{false, true} {
				raw := make(d)
				r := &mail.Road{Intake: d.Intake, Seal: seal}
				taken, err := r.Take(t.Context(), []byte(raw))
				if err != nil || taken.Clear || len(taken.Envelopes) != 1 {
					t.Fatalf("seal %v: %+v, %v", seal, taken, err)
				}
				again, err := r.Take(t.Context(), []byte(raw))
				if err != nil || again.Envelopes[0].ID != taken.Envelopes[0].ID {
					t.Errorf("the same mail twice: %v, %v", again, err)
				}
			}
			for _, o := range open(t, d) {
				if !strings.Contains(o.Report.Seen.Reveal(), "ከዘጠኝ ሰዓት") {
					t.Errorf("it says %q", o.Report.Seen.Reveal())
				}
			}
		})
	}
}

func TestMailInTheClearIsRefusedOrSealed(t *testing.T) {
	d := intaketest.New(t)
	mixed := func() string {
		return "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nPlease see below, Abeba\r\n--b\r\n\r\n" + sealed(t, "x") + "\r\n--b--\r\n"
	}
	refuse := &mail.Road{Intake: d.Intake}
	for name, raw := range map[string]string{
		"plain": clearMail, "words beside a seal": mixed(), "no mail at all": "\x00\x01", "empty": "",
		"a seal cut off": "Subject: x\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nwcBMA\r\n",
	} {
		if _, err := refuse.Take(t.Context(), []byte(raw)); !mail.IsClear(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := open(t, d); len(got) != 0 {
		t.Fatalf("%d were kept", len(got))
	}
	take := &mail.Road{Intake: d.Intake, Seal: true}
	taken, err := take.Take(t.Context(), []byte(clearMail))
	if err != nil || !taken.Clear {
		t.Fatalf("%+v %v", taken, err)
	}
	o := open(t, d)[0]
	if o.Report.Sender != "abeba@example.org" || !strings.Contains(o.Report.Seen.Reveal(), "No internet in Bole") {
		t.Errorf("it says %q from %q", o.Report.Seen.Reveal(), o.Report.Sender.Reveal())
	}
	for _, f := range o.Files {
		if bytes.Contains(f.Bytes, []byte("203.0.113.7")) {
			t.Error("the address of the sender's machine was sealed with it")
		}
	}
	// The same mail by another road is the same report.
	other := strings.Replace(clearMail, "phone.example", "relay.example", 1)
	if _, err := take.Take(t.Context(), []byte(other)); err != nil {
		t.Fatal(err)
	}
	if got := open(t, d); len(got) != 2 || got[0].Report.ID != got[1].Report.ID {
		t.Errorf("two copies: %d", len(got))
	}
}

func TestMailboxesAreReadMailByMail(t *testing.T) {
	box := "From a@b Wed Nov 25 09:00:00 2026\n" + strings.ReplaceAll(clearMail, "\r\n", "\n") + ">From the roof one sees it\n\nFrom c@d Wed Nov 25 10:00:00 2026\nSubject: two\n\nsecond\n"
	if !mail.IsMailbox([]byte(box)) || mail.IsMail([]byte("GIF89a")) || !mail.IsMail([]byte("Subject: x\n\n")) {
		t.Error("kinds of files are mistaken")
	}
	var got []string
	large, err := mail.Mailbox(strings.NewReader(box), func(n int, raw []byte) error {
		got = append(got, fmt.Sprintf("%d %s", n, raw))
		return nil
	})
	check(t, err)
	if large != 0 || len(got) != 2 || !strings.Contains(got[0], "\nFrom the roof") || !strings.HasPrefix(got[1], "2 Subject: two") {
		t.Errorf("%d, %q", large, got)
	}
	endless := io.MultiReader(strings.NewReader("From x\n"), &zeros{left: mail.MaxMessage + 1000}, strings.NewReader("\n\nFrom y\nSubject: s\n\nlast\n"))
	n := 0
	large, err = mail.Mailbox(endless, func(_ int, raw []byte) error { n++; return nil })
	if err != nil || large != 1 || n != 1 {
		t.Errorf("a mail that is too large: %d left out, %d read, %v", large, n, err)
	}
}

type zeros struct{ left int }

func (z *zeros) Read(p []byte) (int, error) {
	n := min(len(p), z.left)
	for i := range p[:n] {
		p[i] = 'x'
	}
	if z.left -= n; n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// listen serves mail on loopback.
func listen(t *testing.T, s *mail.Server) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	done := make(chan error)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

func need(t *testing.T, tool string) {
	t.Helper()
	if _, err := exec.LookPath(tool); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is missing", tool)
		}
		t.Skipf("SKIPPED: %s is not installed", tool)
	}
}

// TestSwaksIsToldWhereToWrite speaks to the listener with a mail program that
// knows nothing of us, by SMTP and by LMTP.
func TestSwaksIsToldWhereToWrite(t *testing.T) {
	need(t, "swaks")
	d := intaketest.New(t)
	for _, lmtp := range []bool{false, true} {
		protocol := "SMTP"
		if lmtp {
			protocol = "LMTP"
		}
		address := listen(t, &mail.Server{Road: &mail.Road{Intake: d.Intake, Key: "https://keepiton.example/key"}, To: []string{"report@keepiton.example"}, LMTP: lmtp})
		swaks := func(to, data string) (string, error) {
			file := filepath.Join(t.TempDir(), "mail")
			check(t, os.WriteFile(file, []byte(data), 0o600))
			out, err := exec.Command("swaks", "--server", address, "--protocol", protocol, "--helo", "phone.example", "--from", "abeba@example.org", "--to", to, "--data", "@"+file).CombinedOutput()
			return string(out), err
		}
		if out, err := swaks("report@keepiton.example", clearMail); err == nil || !strings.Contains(out, "this address takes encrypted mail only: see https://keepiton.example/key") || !strings.Contains(out, "550 5.7.1") {
			t.Errorf("%s, in the clear: %v\n%s", protocol, err, out)
		}
		if out, err := swaks("other@keepiton.example", clearMail); err == nil || !strings.Contains(out, "550 5.1.1") {
			t.Errorf("%s, another address: %v\n%s", protocol, err, out)
		}
		if out, err := swaks("Report+tag@keepiton.example", pgpMIME(sealed(t, "words by "+protocol))); err != nil {
			t.Errorf("%s, sealed: %v\n%s", protocol, err, out)
		}
	}
	said := ""
	for _, o := range open(t, d) {
		said += o.Report.Seen.Reveal() + "\n"
	}
	if !strings.Contains(said, "words by SMTP") || !strings.Contains(said, "words by LMTP") {
		t.Errorf("kept: %q", said)
	}
}

func TestAConversationIsHeldToItsBounds(t *testing.T) {
	d := intaketest.New(t)
	address := listen(t, &mail.Server{Road: &mail.Road{Intake: d.Intake}, To: []string{"report@keepiton.example"}})
	c, err := textproto.Dial("tcp", address)
	check(t, err)
	defer c.Close()
	say := func(code int, format string, args ...any) {
		t.Helper()
		if format != "" {
			check(t, c.PrintfLine(format, args...))
		}
		if _, _, err := c.ReadResponse(code); err != nil {
			t.Fatalf("%s: %v", format, err)
		}
	}
	say(220, "")
	say(250, "EHLO x")
	say(552, "MAIL FROM:<a@b> SIZE=%d", mail.MaxMessage+1)
	say(250, "MAIL FROM:<a@b>")
	say(250, "RCPT TO:<report@keepiton.example>")
	say(354, "DATA")
	line := strings.Repeat("x", 998)
	for range mail.MaxMessage/1000 + 10 {
		if err := c.PrintfLine("%s", line); err != nil {
			t.Fatal(err)
		}
	}
	check(t, c.PrintfLine("."))
	if _, _, err := c.ReadResponse(552); err != nil {
		t.Errorf("a mail beyond the limit: %v", err)
	}
	if got := open(t, d); len(got) != 0 {
		t.Errorf("%d were kept", len(got))
	}
}

func FuzzTake(f *testing.F) {
	f.Add([]byte(clearMail))
	f.Add([]byte(pgpMIME("-----BEGIN PGP MESSAGE-----\n\nwcBMA\n-----END PGP MESSAGE-----\n")))
	f.Add([]byte("Content-Type: multipart/mixed; boundary=\"\"\n\n--\n"))
	d := intaketest.New(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		taken, err := (&mail.Road{Intake: d.Intake}).Take(t.Context(), raw)
		if err == nil && len(taken.Envelopes) == 0 {
			t.Error("a mail was acknowledged, and nothing of it is kept")
		}
	})
}
