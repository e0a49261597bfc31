package mail

import (
	"bytes"
	"fmt"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"strings"
	"time"

	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"keepiton/locale"
	"keepiton/notify"
)

// Bytes writes a message as it goes over the line, signed. Without a DKIM key and
// OpenPGP the same message gives the same bytes each time.
func (m *Mailer) Bytes(msg *notify.Message) ([]byte, error) {
	subject, text, page := words(msg)
	kind, body, err := content(msg, text, page)
	if err != nil {
		return nil, err
	}
	if len(msg.To.PGP) > 0 {
		if kind, body, err = encrypted(msg, subject, kind, body); err != nil {
			return nil, err
		}
		subject = locale.For(msg.To.Lang).T("alert.sealed.subject")
	}
	var b bytes.Buffer
	for _, h := range m.headers(msg, subject) {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
	}
	b.WriteString(kind)
	b.WriteString("\r\n")
	b.Write(body)
	if m.signer == nil {
		return b.Bytes(), nil
	}
	return m.signer.sign(b.Bytes())
}

// headers are those of the message, each on one line but for references and
// encoded words.
func (m *Mailer) headers(msg *notify.Message, subject string) [][2]string {
	from := m.from
	out := [][2]string{
		{"From", from.String()},
		{"To", "<" + msg.To.Address + ">"},
		{"Subject", encodeWords(subject)},
		{"Date", msg.Date.UTC().Format(time.RFC1123Z)},
		{"Message-ID", m.messageID(msg.Name)},
		{"Auto-Submitted", "auto-generated"}, // RFC 3834, section 5
		{"Content-Language", locale.For(msg.To.Lang).Lang().Tag},
		{"MIME-Version", "1.0"},
	}
	if n := len(msg.Earlier); n > 0 {
		// RFC 5322, section 3.6.4. The first and the newest are enough to thread by.
		ids := []string{m.messageID(msg.Earlier[0])}
		for _, name := range msg.Earlier[max(1, n-9):] {
			ids = append(ids, m.messageID(name))
		}
		out = append(out, [2]string{"In-Reply-To", ids[len(ids)-1]}, [2]string{"References", strings.Join(ids, "\r\n ")})
	}
	if msg.Plain == nil {
		out = append(out, [2]string{"List-Id", "<alerts." + m.host + ">"})
	}
	if msg.End != "" {
		// RFC 8058, section 3. One line each: folding broke signatures at a provider
		// (notes/publication.md 3).
		out = append(out, [2]string{"List-Unsubscribe", "<" + msg.End + ">"}, [2]string{"List-Unsubscribe-Post", "List-Unsubscribe=One-Click"})
	}
	return out
}

func (m *Mailer) messageID(name string) string { return "<" + name + "@" + m.host + ">" }

// encodeWords writes text for a header (RFC 2047); several words go on several
// lines.
func encodeWords(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	return strings.ReplaceAll(mime.QEncoding.Encode("utf-8", s), "?= =?", "?=\r\n =?")
}

// content is the part of a message that is read: its header and its body.
func content(msg *notify.Message, text, page string) (kind string, body []byte, err error) {
	var b bytes.Buffer
	if page == "" {
		err := quoted(&b, text)
		return partHeader("text/plain"), b.Bytes(), err
	}
	w := multipart.NewWriter(&b)
	if err := w.SetBoundary("=_" + msg.Name); err != nil {
		return "", nil, err
	}
	for _, part := range [][2]string{{"text/plain", text}, {"text/html", page}} {
		p, err := w.CreatePart(textproto.MIMEHeader{"Content-Type": {part[0] + "; charset=utf-8"}, "Content-Transfer-Encoding": {"quoted-printable"}})
		if err != nil {
			return "", nil, err
		}
		if err := quoted(p, part[1]); err != nil {
			return "", nil, err
		}
	}
	err = w.Close()
	return `Content-Type: multipart/alternative; boundary="=_` + msg.Name + "\"\r\n", b.Bytes(), err
}

func partHeader(kind string) string {
	return "Content-Type: " + kind + "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
}

func quoted(w interface{ Write([]byte) (int, error) }, text string) error {
	q := quotedprintable.NewWriter(w)
	if _, err := q.Write([]byte(strings.ReplaceAll(text, "\n", "\r\n"))); err != nil {
		return err
	}
	return q.Close()
}

// encrypted puts a part into an OpenPGP message (RFC 3156, section 4). The subject
// that is read stands inside; outside stands one that tells nothing.
func encrypted(msg *notify.Message, subject, kind string, body []byte) (string, []byte, error) {
	key, err := crypto.NewKey(msg.To.PGP)
	if err != nil {
		return "", nil, err
	}
	enc, err := crypto.PGP().Encryption().Recipient(key).New()
	if err != nil {
		return "", nil, err
	}
	first, rest, _ := strings.Cut(kind, "\r\n")
	inner := first + `; protected-headers="v1"` + "\r\n" + rest + "Subject: " + encodeWords(subject) + "\r\n\r\n" + string(body)
	sealed, err := enc.Encrypt([]byte(inner))
	if err != nil {
		return "", nil, err
	}
	armored, err := sealed.ArmorBytes()
	if err != nil {
		return "", nil, err
	}
	boundary := "=_pgp_" + msg.Name
	var b bytes.Buffer
	fmt.Fprintf(&b, "--%[1]s\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n--%[1]s\r\nContent-Type: application/octet-stream; name=\"encrypted.asc\"\r\n\r\n", boundary)
	b.Write(bytes.ReplaceAll(bytes.ReplaceAll(armored, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n")))
	fmt.Fprintf(&b, "\r\n--%s--\r\n", boundary)
	return fmt.Sprintf("Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=%q\r\n", boundary), b.Bytes(), nil
}
