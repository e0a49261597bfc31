package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"keepiton/review/passkeytest"
	"keepiton/seal"
)

// signer is somebody at the record's desk who signs with a passkey.
type signer struct {
	*analystAt
	key *passkeytest.Authenticator
}

// enterToSign signs somebody in by a link and gives them a passkey that stays.
func enterToSign(t *testing.T, site, link string) signer {
	t.Helper()
	s := signer{analystAt: enter(t, site, link)}
	s.key = passkeytest.New(t, site)
	csrf := s.csrf("/desk/account")
	begun := s.script("/desk/account/passkey/begin", csrf, "", "{}")
	s.script("/desk/account/passkey/finish", csrf, begun["ticket"].(string), s.key.Create(begun["options"]))
	return s
}

// sign puts this person's signature under what the page of an incident shows.
func (s signer) sign(page string) {
	s.t.Helper()
	body := s.get(page)
	m := regexp.MustCompile(`data-begin="(/desk/sign/begin\?[^"]+)" data-finish="([^"]+)"`).FindStringSubmatch(body)
	if m == nil {
		s.t.Fatalf("nothing to sign at %s: %s", page, body)
	}
	csrf := csrfField.FindStringSubmatch(body)[1]
	begun := s.script(strings.ReplaceAll(m[1], "&amp;", "&"), csrf, "", "{}")
	s.script(strings.ReplaceAll(m[2], "&amp;", "&"), csrf, begun["ticket"].(string), s.key.Get(begun["options"]))
}

// invited makes an account and returns its sign-in link.
func invited(t *testing.T, data, name, role, organization string) string {
	t.Helper()
	out := mustRun(t, exitGood, "user", "add", name, "--role", role, "--organization", organization, "--base-url", "http://localhost", "--data", data)
	for _, word := range strings.Fields(out) {
		if strings.Contains(word, "/desk/enter?t=") {
			return word
		}
	}
	t.Fatalf("no link in %q", out)
	return ""
}

func offlinePage(t *testing.T) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 320, 200))
	for y := range 200 {
		for x := range 320 {
			m.Set(x, y, color.RGBA{uint8(x), uint8(y), uint8(x ^ y), 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// desktop is an analyst's own machine: pages at an address of loopback.
type desktop struct {
	t    *testing.T
	url  string
	csrf string
}

func (d *desktop) read(res *http.Response, err error) string {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		d.t.Fatalf("%s: %d %v %s", res.Request.URL.Path, res.StatusCode, err, text)
	}
	if m := csrfField.FindStringSubmatch(string(text)); m != nil {
		d.csrf = m[1]
	}
	return string(text)
}

func (d *desktop) get(path string) string { d.t.Helper(); return d.read(http.Get(d.url + path)) }

func (d *desktop) post(path string, form url.Values) string {
	d.t.Helper()
	form.Set("csrf", d.csrf)
	return d.read(http.PostForm(d.url+path, form))
}

// voices is a site where every road is open, with the keys and the accounts of
// those who read what comes.
type voices struct {
	analyst
	t            *testing.T
	set          *seal.Recipients
	data         string // folder of the server
	site, mailAt string
	links        map[string]string // sign-in links by account
}

func newVoices(t *testing.T) voices {
	t.Helper()
	data := t.TempDir()
	v := voices{t: t, analyst: newAnalyst(t), data: data}
	var err error
	v.set, err = seal.LoadRecipients(v.public)
	check(t, err)
	check(t, os.MkdirAll(data+"/keys", 0o700))
	check(t, v.set.Write(data+"/keys"))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	v.mailAt = l.Addr().String()
	check(t, l.Close())
	v.links = map[string]string{
		"ana": invited(t, data, "ana", "analyst", "Org One"), "ben": invited(t, data, "ben", "editor", "Org One"), "cleo": invited(t, data, "cleo", "editor", "Org Two"),
	}
	v.site = served(t, "--data", data, "--lmtp-listen", v.mailAt, "--mail-to", "report@keepiton.example", "--sms-android-secret", "made up")
	return v
}

// mail sends an encrypted mail.
func (v voices) mail(words string) {
	v.t.Helper()
	check(v.t, lmtp(v.mailAt, "report@keepiton.example", "Subject: ...\r\n\r\n"+armoredMail(v.t, v.set, words)))
}

// sms sends a message as the gateway on the operator's phone passes it on.
func (v voices) sms(words string) {
	v.t.Helper()
	sms := `{"event":"sms:received","id":"e1","payload":{"message":"` + words + `","phoneNumber":"+251911000000"}}`
	stamp := fmt.Sprint(time.Now().Unix())
	mac := hmac.New(sha256.New, []byte("made up"))
	mac.Write([]byte(sms + stamp))
	req, err := http.NewRequest("POST", v.site+"/intake/sms/android", strings.NewReader(sms))
	check(v.t, err)
	req.Header.Set("X-Timestamp", stamp)
	req.Header.Set("X-Signature", hex.EncodeToString(mac.Sum(nil)))
	res, err := http.DefaultClient.Do(req)
	check(v.t, err)
	if res.Body.Close(); res.StatusCode != http.StatusOK {
		v.t.Fatalf("the SMS: %d", res.StatusCode)
	}
}

// TestFourVoicesBecomeAPublishedIncident is the whole story: a student without
// script in Amharic, a sealed file that was carried, an encrypted mail and an SMS
// speak of one cut; an analyst opens the four on her own machine, sees that they
// are kin, answers the student, makes a clean copy of the photo and drafts an
// incident; two people of two organizations sign it; it is public, and the
// student reads that it helped.
func TestFourVoicesBecomeAPublishedIncident(t *testing.T) {
	v := newVoices(t)
	a, site, links := v.analyst, v.site, v.links
	picture := offlinePage(t)

	// A student: no script, Amharic, the Ethiopian calendar and clock.
	receipt := sendForm(t, site, map[string]string{
		"began_date": "16/3/2019", "began_time": "3:00", "began_calendar": "ethiopic", "began_clock": "ethiopic-day", "ongoing": "yes",
		"country": "ET", "region": "ET-AA", "place": "ቦሌ", "mobile": "yes", "seen": "ከጠዋቱ ሦስት ሰዓት ጀምሮ የሞባይል ኢንተርኔት የለም", "firsthand": "yes",
		"consent_publish": "yes", "consent_media": "yes", "do": "send",
	}, picture)

	// A friend's stick.
	form := putFile(t, "form.txt", []byte("kind: shutdown\nbegan_date: 2026-11-25\nbegan_time: 09:10\nbegan_clock: 24h\nzone: Africa/Addis_Ababa\ncountry: ET\nregion: ET-AA\nmobile: yes\nseen: no data on either network\n"))
	carried := t.TempDir() + "/notes.dat"
	code, _, errs := runCLI(t, "report", "seal", form, "--recipients", a.public, "-o", carried)
	if code != exitGood {
		t.Fatalf("report seal: %s", errs)
	}
	mustRun(t, exitGood, "report", "send", carried, "--server", site)

	// An encrypted mail.
	v.mail("Country: Ethiopia. No mobile internet in Addis Ababa since nine.")

	// An SMS.
	v.sms("no internet addis since 9")

	// Ana pairs her machine and opens the four.
	ana := enter(t, site, links["ana"])
	own := talk(t, "desk", "--server", site, "--keys", a.private, "--passphrase-file", a.passphrase, "--recipients", a.public, "--listen", "127.0.0.1:0")
	pairing := own.until(`^  ([A-Z]{4}-[A-Z]{4})$`)
	ana.form("/desk/pair", url.Values{"csrf": {ana.csrf("/desk/pair?code=" + pairing)}, "code": {pairing}})
	desk := &desktop{t: t, url: own.until(`Your desk is at (http://127\.0\.0\.1:\d+/[0-9a-f]{32}/)`)}
	if page := desk.get(""); !strings.Contains(page, "4 reports wait") {
		t.Fatalf("the queue: %s", page)
	}
	queue := desk.post("open", url.Values{})
	for _, want := range []string{"ቦሌ", "no data on either network", "No mobile internet in Addis", "no internet addis since 9", "may be the same cut"} {
		if !strings.Contains(queue, want) {
			t.Errorf("the queue lacks %q", want)
		}
	}
	var all []string
	for _, m := range regexp.MustCompile(`name="report" value="([0-9a-f ]+)"`).FindAllStringSubmatch(queue, -1) {
		all = append(all, m[1])
	}
	casePage := desk.post("group", url.Values{"report": all, "do": {"new"}, "title": {"Addis Ababa, 25 November"}})
	casePath := "cases/" + regexp.MustCompile(`/cases/([0-9a-f]{32})`).FindStringSubmatch(casePage)[1]
	student := ""
	for _, m := range regexp.MustCompile(`/(reports/[0-9a-f]{32})"`).FindAllStringSubmatch(casePage, -1) {
		page := desk.get(m[1])
		if strings.Contains(page, "IMG_private.png") { // others name its place among their kin
			student = m[1]
			if !strings.Contains(page, "06:00") || !strings.Contains(page, "25 November 2026") {
				t.Errorf("three in the Ethiopian morning is not shown as 06:00 UTC: %s", page)
			}
		}
		desk.post(m[1]+"/judge", url.Values{"firsthand": {"yes"}, "time_sure": {"yes"}, "place_sure": {"yes"}, "independent": {"yes"}, "decision": {"use"}})
	}
	if student == "" {
		t.Fatal("the student's report is not in the case")
	}
	desk.post(student+"/reply", url.Values{"words": {"Is the fixed line down as well?"}, "ask": {"yes"}})
	desk.post(student+"/files/1/exhibit", url.Values{"do": {"public"}, "boxes": {"1 0 0 60 40"}, "alt": {"A page that does not open"}})

	// The student comes back with the digits.
	box := postForm(t, site+"/am/receipt", map[string]string{"receipt": receipt, "do": "look"})
	if !strings.Contains(box, "Is the fixed line down as well?") {
		t.Errorf("the student does not find the question: %s", box)
	}

	desk.post(casePath, url.Values{"title": {"Addis Ababa"}, "country": {"ET"}, "region": {"ET-AA"}, "says_ioda": {"agrees"}, "says_ooni": {"silent"}})
	casePage = desk.post(casePath+"/draft", url.Values{"summary": {"Mobile internet was cut in Addis Ababa."}, "reason": {"four reports by four roads agree"}})
	id := regexp.MustCompile(`KIO-\d{4}-\d{4}`).FindString(casePage)
	act := "/desk/incidents/" + id + "/act"

	// Nobody publishes it alone, and not two of one organization.
	ben, cleo := enterToSign(t, site, links["ben"]), enterToSign(t, site, links["cleo"])
	publish := func(p *analystAt) (int, string) {
		body := p.get(act)
		form := url.Values{"csrf": {csrfField.FindStringSubmatch(body)[1]}, "base": {regexp.MustCompile(`name="base" value="(\d+)"`).FindStringSubmatch(body)[1]}, "do": {"publish"}, "reason": {"signed by two organizations"}}
		req, err := http.NewRequest("POST", site+act, strings.NewReader(form.Encode()))
		check(t, err)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		res, err := p.http.Do(req)
		check(t, err)
		defer res.Body.Close()
		text, _ := io.ReadAll(res.Body)
		return res.StatusCode, string(text)
	}
	if status, _ := publish(ben.analystAt); status != http.StatusForbidden {
		t.Errorf("an editor alone: %d", status)
	}
	ben.sign(act)
	if status, _ := publish(ben.analystAt); status != http.StatusForbidden {
		t.Errorf("one organization: %d", status)
	}
	cleo.sign(act)
	if status, text := publish(cleo.analystAt); status != http.StatusOK {
		t.Fatalf("signed by two: %d %s", status, text)
	}
	status, public := fetch(t, site+"/en/incidents/"+id)
	if status != http.StatusOK || !strings.Contains(public, "Mobile internet was cut in Addis Ababa.") {
		t.Fatalf("the public page: %d %s", status, public)
	}
	for _, secret := range []string{"ቦሌ", "251911", "either network", "IMG_private", "ሦስት ሰዓት"} {
		if strings.Contains(public, secret) {
			t.Errorf("the public page tells %q", secret)
		}
	}

	// Once the desk looks at the case again, the student reads that it helped.
	desk.get(casePath)
	if box := postForm(t, site+"/en/receipt", map[string]string{"receipt": receipt, "do": "look"}); !strings.Contains(box, "It helped") {
		t.Errorf("the student is not told: %s", box)
	}
	if code := own.stop(); code != exitGood {
		t.Errorf("the desk ended with %d", code)
	}
}

// sendForm fills in the form without script and returns the receipt's digits.
func sendForm(t *testing.T, site string, fields map[string]string, picture []byte) string {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range fields {
		if name != "do" {
			check(t, w.WriteField(name, value))
		}
	}
	f, err := w.CreateFormFile("files", "IMG_private.png")
	check(t, err)
	_, err = f.Write(picture)
	check(t, err)
	check(t, w.WriteField("do", fields["do"]))
	check(t, w.Close())
	req, err := http.NewRequest("POST", site+"/am/report", &body)
	check(t, err)
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	res, err := http.DefaultClient.Do(req)
	check(t, err)
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	m := regexp.MustCompile(`id="digits"[^>]*>(.*?)</p>`).FindSubmatch(text)
	if res.StatusCode != http.StatusOK || m == nil {
		t.Fatalf("the form: %d %s", res.StatusCode, text)
	}
	return regexp.MustCompile(`\D+`).ReplaceAllString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(string(m[1]), ""), "")
}

// postForm posts a form in parts and returns the page.
func postForm(t *testing.T, address string, fields map[string]string) string {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range fields {
		check(t, w.WriteField(name, value))
	}
	check(t, w.Close())
	req, err := http.NewRequest("POST", address, &body)
	check(t, err)
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	res, err := http.DefaultClient.Do(req)
	check(t, err)
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %s", address, res.StatusCode, text)
	}
	return string(text)
}

// armoredMail seals words as a mail program does, to the OpenPGP keys of the set.
func armoredMail(t *testing.T, set *seal.Recipients, words string) string {
	t.Helper()
	var b bytes.Buffer
	w, err := set.Sealer().SealOpenPGP(&b)
	check(t, err)
	_, err = io.WriteString(w, words)
	check(t, err)
	check(t, w.Close())
	return armor(b.Bytes())
}

// lmtp hands a mail over as a mail server does (RFC 2033).
func lmtp(address, to, mail string) error {
	c, err := textproto.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer c.Close()
	if _, _, err := c.ReadResponse(220); err != nil {
		return err
	}
	for _, step := range []struct {
		line string
		code int
	}{{"LHLO mx.example", 250}, {"MAIL FROM:<>", 250}, {"RCPT TO:<" + to + ">", 250}, {"DATA", 354}, {mail + "\r\n.", 250}} {
		if err := c.PrintfLine("%s", step.line); err != nil {
			return err
		}
		if _, _, err := c.ReadResponse(step.code); err != nil {
			return fmt.Errorf("%.20q: %w", step.line, err)
		}
	}
	return nil
}

// armor is the ASCII form of an OpenPGP message (RFC 9580 section 6.2), whose
// checksum may be left out.
func armor(b []byte) string {
	var out strings.Builder
	out.WriteString("-----BEGIN PGP MESSAGE-----\r\n\r\n")
	for enc := base64.StdEncoding.EncodeToString(b); enc != ""; {
		n := min(64, len(enc))
		out.WriteString(enc[:n] + "\r\n")
		enc = enc[n:]
	}
	return out.String() + "-----END PGP MESSAGE-----"
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
