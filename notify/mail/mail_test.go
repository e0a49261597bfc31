package mail_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"
	"github.com/emersion/go-smtp"

	"keepiton"
	"keepiton/notify"
	"keepiton/notify/mail"
	"keepiton/notify/mail/mailtest"
)

const sender = "KeepItOn <alerts@keepiton.test>"

func message(change ...func(*notify.Message)) *notify.Message {
	m := &notify.Message{
		Name: "abcdefghijklmnopqrstuvwxyz234567", Channel: keepiton.ChannelMail, Date: time.Date(2027, 1, 11, 12, 0, 0, 0, time.UTC),
		To: &notify.Terms{Address: "anna@reader.test", Lang: "en"},
		Told: []*notify.Told{{
			Alert: keepiton.Alert{ID: "KIO-2027-0001.2", Subject: "KIO-2027-0001", N: 2, Act: keepiton.ActCorrected}, Lang: "en",
			Head: "Correction: Sudan, 10 January 2027", Lines: []string{"Sudan, 10 January 2027: mobile internet was cut <b>in</b> the whole country.", "Different now: Actual cause."},
			URL: "https://keepiton.test/en/incidents/KIO-2027-0001",
		}},
		Earlier: []string{"first2345"}, Topics: "Sudan",
		Manage: "https://keepiton.test/en/alerts/manage/MANAGE", End: "https://keepiton.test/en/alerts/end/" + strings.Repeat("E", 60),
	}
	for _, c := range change {
		c(m)
	}
	return m
}

func mailer(t *testing.T, opt mail.Options) *mail.Mailer {
	t.Helper()
	if opt.From == "" {
		opt.From = sender
	}
	if opt.Server == "" {
		opt.Server = "smtp://127.0.0.1:1"
	}
	m, err := mail.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m
}

func handing() error { return nil }

func send(t *testing.T, m *mail.Mailer, msg *notify.Message) error {
	t.Helper()
	called := 0
	_, err := m.Send(t.Context(), msg, func() error { called++; return nil })
	if err == nil && called != 1 {
		t.Errorf("handing was announced %d times", called)
	}
	return err
}

func TestAMessageIsTakenByARealServer(t *testing.T) {
	server, _ := mailtest.New(t, mailtest.Options{})
	m := mailer(t, mail.Options{Server: "smtp://" + server.Addr})
	if err := send(t, m, message()); err != nil {
		t.Fatal(err)
	}
	mails := server.Mails()
	if len(mails) != 1 || mails[0].From != "alerts@keepiton.test" || mails[0].To != "anna@reader.test" {
		t.Fatalf("taken: %+v", mails)
	}
	h := mails[0].Message.Header
	for name, want := range map[string]string{
		"From": `"KeepItOn" <alerts@keepiton.test>`, "To": "<anna@reader.test>", "Subject": "Correction: Sudan, 10 January 2027",
		"Date": "Mon, 11 Jan 2027 12:00:00 +0000", "Message-Id": "<abcdefghijklmnopqrstuvwxyz234567@keepiton.test>",
		"In-Reply-To": "<first2345@keepiton.test>", "References": "<first2345@keepiton.test>", "Auto-Submitted": "auto-generated",
		"Content-Language": "en", "List-Id": "<alerts.keepiton.test>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
		"List-Unsubscribe": "<https://keepiton.test/en/alerts/end/" + strings.Repeat("E", 60) + ">", "Content-Type": "text/plain; charset=utf-8",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	body, err := io.ReadAll(quotedprintable.NewReader(mails[0].Message.Body))
	if err != nil {
		t.Fatal(err)
	}
	const want = `Correction: Sudan, 10 January 2027

Sudan, 10 January 2027: mobile internet was cut <b>in</b> the whole country.

Different now: Actual cause.

https://keepiton.test/en/incidents/KIO-2027-0001

-- 
You get this because you asked for: Sudan.
Change what you are told, or end it:
https://keepiton.test/en/alerts/manage/MANAGE
`
	if got := strings.TrimRight(strings.ReplaceAll(string(body), "\r\n", "\n"), "\n") + "\n"; got != want {
		t.Errorf("the text is\n%s\nwant\n%s", got, want)
	}
}

func TestWhatEndsASubscriptionStandsOnOneLine(t *testing.T) {
	raw, err := mailer(t, mail.Options{}).Bytes(message())
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"\r\nList-Unsubscribe: <https://keepiton.test/en/alerts/end/" + strings.Repeat("E", 60) + ">\r\n",
		"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
	} {
		if !bytes.Contains(raw, []byte(line)) {
			t.Errorf("not on one line: %q in\n%s", line, raw)
		}
	}
	for line := range strings.SplitSeq(string(raw), "\r\n") {
		if len(line) > 998 || strings.Contains(line, "\n") {
			t.Errorf("a line of %d bytes (RFC 5322, section 2.1.1): %q", len(line), line)
		}
	}
	again, _ := mailer(t, mail.Options{}).Bytes(message())
	if !bytes.Equal(raw, again) {
		t.Error("the same message gives other bytes")
	}
}

func TestEveryScriptArrivesAsItWas(t *testing.T) {
	for lang, head := range map[string]string{
		"am": "አዲስ፦ ኢትዮጵያ (ትግራይ፣ አማራ እና ሌሎች ክልሎች) ከጥር 2 ቀን 2019 ዓ.ም. ጀምሮ",
		"ar": "تصحيح: السودان (الخرطوم وأم درمان ومدن أخرى كثيرة)، ١٠ يناير ٢٠٢٧",
		"fr": "Terminé : Guinée équatoriale, 10 janvier 2027 – une très longue ligne qui doit être repliée",
	} {
		m := message(func(m *notify.Message) {
			m.To.Lang, m.To.HTML = lang, true
			m.Told[0].Head, m.Told[0].Lines = head, []string{head + "\n& <script>"}
		})
		raw, err := mailer(t, mail.Options{}).Bytes(m)
		if err != nil {
			t.Fatal(err)
		}
		msg, err := netmail.ReadMessage(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject")); err != nil || got != head {
			t.Errorf("%s: the subject is %q, %v", lang, got, err)
		}
		parts := readParts(t, msg)
		if len(parts) != 2 || !strings.HasPrefix(parts[0][0], "text/plain") || !strings.HasPrefix(parts[1][0], "text/html") {
			t.Fatalf("%s: parts %q", lang, parts)
		}
		if !strings.HasPrefix(parts[0][1], head) {
			t.Errorf("%s: the text is %q", lang, parts[0][1])
		}
		page := parts[1][1]
		if dir := map[bool]string{true: "rtl", false: "ltr"}[lang == "ar"]; !strings.Contains(page, `lang="`+lang+`" dir="`+dir+`"`) || strings.Contains(page, "<script>") || strings.Contains(page, "<img") {
			t.Errorf("%s: the page is %s", lang, page)
		}
	}
}

func readParts(t *testing.T, msg *netmail.Message) (parts [][2]string) {
	t.Helper()
	_, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	r := multipart.NewReader(msg.Body, params["boundary"])
	for {
		p, err := r.NextPart() // takes quoted-printable off
		if err == io.EOF {
			return parts
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(p)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, [2]string{p.Header.Get("Content-Type"), string(b)})
	}
}

// keyFile writes a private key and returns its file and the record that belongs
// into DNS.
func keyFile(t *testing.T, key any, public []byte, kind string) (file, record string) {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "dkim.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file, "v=DKIM1; k=" + kind + "; p=" + base64.StdEncoding.EncodeToString(public)
}

func TestSignaturesHoldAndCoverWhatEndsASubscription(t *testing.T) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	rsaPublic, err := x509.MarshalPKIXPublicKey(&rsaKey.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	edPublic, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []struct {
		kind   string
		key    any
		public []byte
	}{{"rsa", rsaKey, rsaPublic}, {"ed25519", edKey, edPublic}} {
		file, record := keyFile(t, k.key, k.public, k.kind)
		server, _ := mailtest.New(t, mailtest.Options{})
		m := mailer(t, mail.Options{Server: "smtp://" + server.Addr, DKIMKey: file, DKIMSelector: "kio", DKIMDomain: ""})
		if err := send(t, m, message()); err != nil {
			t.Fatal(err)
		}
		raw := server.Mails()[0].Raw
		verify := func(raw []byte) error {
			v, err := dkim.VerifyWithOptions(bytes.NewReader(raw), &dkim.VerifyOptions{LookupTXT: func(name string) ([]string, error) {
				if name != "kio._domainkey.keepiton.test" {
					return nil, errors.New("no record " + name)
				}
				return []string{record}, nil
			}})
			if err != nil {
				return err
			}
			if len(v) != 1 {
				return errors.New("no signature")
			}
			for _, name := range []string{"from", "to", "subject", "list-unsubscribe", "list-unsubscribe-post", "message-id"} {
				if !strings.Contains(strings.ToLower(strings.Join(v[0].HeaderKeys, " ")+" "), name+" ") {
					return errors.New(name + " is not signed")
				}
			}
			return v[0].Err
		}
		if err := verify(raw); err != nil {
			t.Errorf("%s: %v\n%s", k.kind, err, raw)
		}
		for what, broken := range map[string][]byte{
			"another link":        bytes.Replace(raw, []byte("/alerts/end/"), []byte("/alerts/END/"), 1),
			"no one-click":        bytes.Replace(raw, []byte("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"), nil, 1),
			"a second subject":    append([]byte("Subject: other\r\n"), raw...),
			"another word":        bytes.Replace(raw, []byte("Actual cause"), []byte("Actual claus"), 1),
			"a second List-Unsub": append([]byte("List-Unsubscribe: <https://evil.test>\r\n"), raw...),
		} {
			if verify(broken) == nil {
				t.Errorf("%s: the signature holds with %s", k.kind, what)
			}
		}
	}
}

func TestConnectionsAreEncryptedKeptAndSignedIn(t *testing.T) {
	server, trust := mailtest.New(t, mailtest.Options{TLS: true, Auth: true})
	m := mailer(t, mail.Options{Server: "smtp://keepiton:secret@" + server.Addr + "?tls=try", TLS: trust})
	for range 5 {
		if err := send(t, m, message()); err != nil {
			t.Fatal(err)
		}
	}
	for _, got := range server.Mails() {
		if !got.Encrypted || got.User != "keepiton" {
			t.Errorf("a mail came in the clear: %v, from %q", got.Encrypted, got.User)
		}
	}
	if n := server.Connections(); n != 1 && n != 2 { // STARTTLS begins a second session on the same connection
		t.Errorf("%d connections for five messages", n)
	}
	wrong := mailer(t, mail.Options{Server: "smtp://keepiton:wrong@" + server.Addr + "?tls=try", TLS: trust})
	wantFault(t, "a wrong password", send(t, wrong, message()), notify.Down, "")
	strict, _ := mailtest.New(t, mailtest.Options{})
	host := strings.Replace(strict.Addr, "127.0.0.1", "localhost.", 1) // no name of loopback that we know: TLS is a must
	wantFault(t, "a server without TLS", send(t, mailer(t, mail.Options{Server: "smtp://" + host}), message()), notify.Down, "")
	if n := strict.Taken(); n != 0 {
		t.Errorf("%d mails went in the clear", n)
	}
}

func wantFault(t *testing.T, what string, err error, kind notify.Kind, answer string) {
	t.Helper()
	var f *notify.Fault
	if !errors.As(err, &f) || f.Kind != kind || answer != "" && f.Answer != answer {
		t.Errorf("%s: got %v, want %s %s", what, err, kind, answer)
	}
	if err != nil && strings.Contains(err.Error(), "anna") {
		t.Errorf("%s: the error names an address: %v", what, err)
	}
}

func TestAnswersAreSortedByWhatTheyMean(t *testing.T) {
	server, _ := mailtest.New(t, mailtest.Options{})
	m := mailer(t, mail.Options{Server: "smtp://" + server.Addr})
	var answer error
	server.Set(mailtest.Hooks{Recipient: func(string) error { return answer }})
	for _, c := range []struct {
		code   int
		ext    smtp.EnhancedCode
		kind   notify.Kind
		answer string
	}{
		{550, smtp.EnhancedCode{5, 1, 1}, notify.Gone, "550 5.1.1"},
		{553, smtp.NoEnhancedCode, notify.Gone, "553"},
		{550, smtp.EnhancedCode{5, 2, 1}, notify.Gone, "550 5.2.1"},
		{550, smtp.EnhancedCode{5, 7, 1}, notify.Never, "550 5.7.1"},
		{552, smtp.EnhancedCode{5, 2, 2}, notify.Later, "552 5.2.2"},
		{450, smtp.EnhancedCode{4, 2, 1}, notify.Later, "450 4.2.1"},
		{421, smtp.EnhancedCode{4, 3, 2}, notify.Down, "421 4.3.2"},
	} {
		answer = &smtp.SMTPError{Code: c.code, EnhancedCode: c.ext, Message: "<anna@reader.test> no"}
		wantFault(t, "RCPT", send(t, m, message()), c.kind, c.answer)
	}
	server.Set(mailtest.Hooks{Data: func(*mailtest.Mail) error { return answer }})
	for _, c := range []struct {
		code int
		kind notify.Kind
	}{{554, notify.Never}, {451, notify.Later}} {
		answer = &smtp.SMTPError{Code: c.code, EnhancedCode: smtp.EnhancedCode{c.code / 100, 7, 1}, Message: "no"}
		wantFault(t, "DATA", send(t, m, message()), c.kind, "")
	}
	server.Set(mailtest.Hooks{})
	if err := send(t, m, message()); err != nil {
		t.Errorf("after all these refusals: %v", err)
	}
	wantFault(t, "no server", send(t, mailer(t, mail.Options{}), message()), notify.Down, "no answer")
}

func TestWithoutLeaveNothingIsHandedOver(t *testing.T) {
	server, _ := mailtest.New(t, mailtest.Options{})
	m := mailer(t, mail.Options{Server: "smtp://" + server.Addr})
	refusal := errors.New("no")
	if _, err := m.Send(t.Context(), message(), func() error { return refusal }); !errors.Is(err, refusal) {
		t.Errorf("got %v", err)
	}
	if err := send(t, m, message()); err != nil || server.Taken() != 1 {
		t.Errorf("taken %d, %v", server.Taken(), err)
	}
}

func TestALineThatIsCutAfterTheLastDotLeavesADoubt(t *testing.T) {
	server, _ := mailtest.New(t, mailtest.Options{})
	m := mailer(t, mail.Options{Server: "smtp://" + server.Addr})
	server.Set(mailtest.Hooks{Took: func(*mailtest.Mail) error { return errors.New("cut") }})
	_, err := m.Send(t.Context(), message(), handing)
	var f *notify.Fault
	if !errors.As(err, &f) || !f.Unknown {
		t.Errorf("nobody knows whether it was taken, and we say %v", err)
	}
}

func TestWrongSettingsAreToldWithoutThePassword(t *testing.T) {
	for _, opt := range []mail.Options{
		{Server: "http://keepiton:secret@mail.test", From: sender},
		{Server: "smtp://keepiton:secret@mail.test:99x", From: sender},
		{Server: "smtp://keepiton:secret@mail.test?tls=maybe", From: sender},
		{Server: "smtp://mail.test", From: "nobody"},
		{Server: "smtp://mail.test", From: sender, DKIMKey: "/nonexistent"},
	} {
		_, err := mail.New(opt)
		if err == nil || keepiton.HintOf(err) == "" || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", opt.Server, err)
		}
	}
}
