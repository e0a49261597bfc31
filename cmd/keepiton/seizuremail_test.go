package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/smtp"
	"net/textproto"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"keepiton/seal"
)

// mailTo is the address of the campaign, as every sender knows it.
const mailTo = "report@campaign.example"

// roadsOfMail are those that need the listeners for mail and a gateway of SMS.
var roadsOfMail = []aRoad{
	{"mail in the clear, sealed at once", func(t *testing.T, m *machine, mark func(string) string) seal.Receipt {
		return byMail(t, m, mark, m.mail, clearMail(mark))
	}},
	{"mail in the clear, handed over", func(t *testing.T, m *machine, mark func(string) string) seal.Receipt {
		return byMail(t, m, mark, "lmtp:"+m.lmtp, clearMail(mark))
	}},
	{gpgRoads[0], func(t *testing.T, m *machine, mark func(string) string) seal.Receipt {
		return byMail(t, m, mark, m.mail, pgpMIME(mark, encrypted(t, m, mark)))
	}},
	{gpgRoads[1], func(t *testing.T, m *machine, mark func(string) string) seal.Receipt {
		return byMail(t, m, mark, m.mail, headers(mark)+"\r\n"+encrypted(t, m, mark))
	}},
	{"swaks", bySwaks},
	{"saved mail", bySavedMail},
	{"SMS by Android", byAndroid},
	{"SMS by Kannel", byKannel},
	{"SMS by RapidPro", byRapidPro},
}

// gpgRoads need gpg of the system.
var gpgRoads = []string{"PGP/MIME", "inline PGP"}

// allRoads are those that this machine can prove; whole says whether that is all.
func allRoads(t *testing.T) (roads []aRoad, whole bool) {
	t.Helper()
	whole = needs(t, "gpg") && needs(t, "swaks")
	for _, r := range slices.Concat(roadsIn, roadsOfMail) {
		if !slices.Contains(gpgRoads, r.name) || needs(t, "gpg") {
			roads = append(roads, r)
		}
	}
	return roads, whole
}

// refused sends mail in the clear to a server that takes none.
func (m *machine) refused(t *testing.T, mark func(string) string) {
	t.Helper()
	letter := clearMail(mark)
	var answer *textproto.Error
	if err := mailUpTo(t, m, mark, letter+"\r\n.\r\n", true); !errors.As(err, &answer) || answer.Code != 550 {
		t.Errorf("mail in the clear where it is refused: %v", err)
	}
}

// headers are what mail programs and servers on the way write about a sender.
func headers(mark func(string) string) string {
	return "Received: from " + mark("host") + ".example ([" + mark(ofAddress) + "]) by mx.example; Wed, 25 Nov 2026 09:00:00 +0300\r\nX-Originating-IP: [" + mark(ofAddress) + "]\r\n" +
		"From: " + mark("name") + " <" + mark(ofMail) + ">\r\nTo: " + mailTo + "\r\nSubject: " + mark("subject") + "\r\nMessage-Id: <" + mark("message id") + "@phone.example>\r\nUser-Agent: " + mark("mail program") + "\r\n"
}

func clearMail(mark func(string) string) string {
	return headers(mark) + "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nNo internet in " + mark("words") + ", " + mark(ofAmharic) + ", call " + mark(ofPhone) + "\r\n" +
		"--b\r\nContent-Type: image/jpeg; name=\"" + mark("file name") + ".jpg\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + inLines(base64.StdEncoding.EncodeToString(picture(mark, 3000))) + "\r\n--b--\r\n"
}

// inLines breaks base64 as mail does, after 76 signs.
func inLines(s string) string {
	var b strings.Builder
	for len(s) > 76 {
		b.WriteString(s[:76] + "\r\n")
		s = s[76:]
	}
	return b.String() + s
}

func pgpMIME(mark func(string) string, armored string) string {
	return headers(mark) + "MIME-Version: 1.0\r\nContent-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b\r\nContent-Type: application/octet-stream; name=" + mark("file name") + ".asc\r\n\r\n" + armored + "\r\n--b--\r\n"
}

// encrypted is what gpg of the system makes for the campaign's key.
func encrypted(t *testing.T, m *machine, mark func(string) string) string {
	t.Helper()
	gpg := gpgIn(t)
	if out, err := gpg("--import", filepath.Join(m.data(), "keys", seal.CampaignFile)); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	file := putFile(t, "letter", []byte("Content-Type: text/plain; charset=utf-8\r\n\r\nNo internet in "+mark("words")+", "+mark(ofArabic)+"\r\n"))
	out, err := gpg("--compress-algo", "none", "--armor", "--recipient", mailTo, "--output", "-", "--encrypt", file)
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return strings.ReplaceAll(strings.TrimSpace(out[strings.Index(out, "-----BEGIN"):]), "\n", "\r\n") + "\r\n"
}

// byMail hands a mail over from a device of its own.
func byMail(t *testing.T, m *machine, mark func(string) string, address, letter string) seal.Receipt {
	t.Helper()
	talk, err := converse(t, mark, address)
	if err == nil {
		err = talk.say(250, "MAIL FROM:<%s>", mark(ofMail))
	}
	if err == nil {
		err = talk.say(250, "RCPT TO:<%s>", mailTo)
	}
	if err == nil {
		err = talk.say(354, "DATA")
	}
	if err == nil {
		err = talk.say(250, "%s\r\n.", letter)
	}
	if err == nil {
		err = talk.say(221, "QUIT")
	}
	if err != nil {
		t.Fatal(err)
	}
	return seal.Receipt{}
}

// conversation is one of SMTP or LMTP.
type conversation struct{ *textproto.Conn }

func converse(t *testing.T, mark func(string) string, address string) (*conversation, error) {
	t.Helper()
	address, lmtp := strings.CutPrefix(address, "lmtp:")
	conn, err := newClient(t, mark).dial(t.Context(), "tcp", address)
	if err != nil {
		return nil, err
	}
	c := &conversation{textproto.NewConn(conn)}
	t.Cleanup(func() { c.Close() })
	if _, _, err := c.ReadResponse(220); err != nil {
		return nil, err
	}
	hello := "EHLO"
	if lmtp {
		hello = "LHLO"
	}
	return c, c.say(250, "%s %s.example", hello, mark("name of a host"))
}

func (c *conversation) say(want int, format string, v ...any) error {
	if err := c.PrintfLine(format, v...); err != nil {
		return err
	}
	_, _, err := c.ReadResponse(want)
	return err
}

// bySwaks sends with a program of the system, and what is refused: to nobody
// here, and commands out of order.
func bySwaks(t *testing.T, m *machine, mark func(string) string) seal.Receipt {
	letter := clearMail(mark)
	if needs(t, "swaks") {
		cmd := exec.Command("swaks", "--server", m.mail, "--helo", mark("host")+".example", "--from", mark(ofMail), "--to", mailTo, "--data", "@"+putFile(t, "letter", []byte(letter)))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	} else {
		byMail(t, m, mark, m.mail, letter)
	}
	if err := smtp.SendMail(m.mail, nil, mark(ofMail), []string{mark(ofMail)}, []byte(letter)); err == nil {
		t.Error("mail to somebody else was taken")
	}
	talk, err := converse(t, mark, m.mail)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"DATA", "RCPT TO:<" + mark(ofMail) + ">", mark("command"), "VRFY " + mark(ofMail), "MAIL FROM:" + mark(ofMail), "AUTH PLAIN " + mark("password")} {
		talk.say(0, "%s", line) //nolint:errcheck // each is refused in a way of its own
	}
	return seal.Receipt{}
}

// bySavedMail imports a mail and a mailbox, first where mail in the clear is
// refused.
func bySavedMail(t *testing.T, m *machine, mark func(string) string) seal.Receipt {
	one, box := putFile(t, mark("file name")+".eml", []byte(clearMail(mark))), putFile(t, mark("file name"), []byte("From "+mark(ofMail)+"\n"+strings.ReplaceAll(clearMail(mark), "\r\n", "\n")))
	if code, text := importOn(m, one, box); code != exitDefects || !strings.HasPrefix(text, "0 reports") {
		t.Errorf("mail in the clear where it is refused: exit code %d: %s", code, text)
	}
	if code, text := importOn(m, "--mail-clear", "seal", one, box); code != exitGood || !strings.HasPrefix(text, "2 reports") {
		t.Errorf("mail in the clear: exit code %d: %s", code, text)
	}
	return seal.Receipt{}
}

func byAndroid(t *testing.T, m *machine, mark func(string) string) seal.Receipt {
	body := fmt.Sprintf(`{"deviceId":%q,"event":"sms:received","id":%q,"payload":{"messageId":%q,"message":%q,"phoneNumber":%q,"receivedAt":%q}}`,
		mark("device"), mark("event"), mark("message id"), mark("words")+" "+mark(ofAmharic), mark(ofPhone), mark("time"))
	stamp := fmt.Sprint(time.Now().Unix())
	mac := hmac.New(sha256.New, []byte(gatewaySecret))
	mac.Write([]byte(body + stamp))
	c := newClient(t, mark)
	for _, signature := range []string{mark("signature"), hex.EncodeToString(mac.Sum(nil)), hex.EncodeToString(mac.Sum(nil))} { // wrong, right, and once more
		code, text, err := c.send("POST", m.address+"/intake/sms/android", map[string]string{"X-Timestamp": stamp, "X-Signature": signature}, strings.NewReader(body))
		if good := code == 200; err != nil || good != (len(signature) == 64) {
			t.Errorf("%d %s, %v", code, text, err)
		}
	}
	return seal.Receipt{}
}

func byKannel(t *testing.T, m *machine, mark func(string) string) seal.Receipt {
	c := newClient(t, mark)
	message := func(key string) string {
		return url.Values{"key": {key}, "from": {mark(ofPhone)}, "text": {mark("words") + " " + mark(ofArabic)}, "id": {mark("message id")}, mark("field"): {mark("value")}}.Encode()
	}
	code, text, err := c.send("GET", m.address+"/intake/sms/kannel?"+message(gatewaySecret), nil, nil)
	wellTaken(t, code, text, err)
	code, text, err = c.send("POST", m.address+"/intake/sms/kannel", map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, strings.NewReader(message(gatewaySecret)))
	wellTaken(t, code, text, err)
	if code, _, _ := c.send("GET", m.address+"/intake/sms/kannel?"+message(mark("wrong key")), nil, nil); code < 400 {
		t.Errorf("a wrong key: status %d", code)
	}
	return seal.Receipt{}
}

func byRapidPro(t *testing.T, m *machine, mark func(string) string) seal.Receipt {
	body := fmt.Sprintf(`{"contact":{"urn":"tel:%s","name":%q},"input":{"uuid":%q,"text":%q}}`, mark(ofPhone), mark("name"), mark("message id"), mark(ofAmharic)+" "+mark("words"))
	code, text, err := newClient(t, mark).send("POST", m.address+"/intake/sms/rapidpro", map[string]string{"Content-Type": "application/json", "Authorization": "Token " + gatewaySecret}, bytes.NewReader([]byte(body)))
	wellTaken(t, code, text, err)
	return seal.Receipt{}
}
