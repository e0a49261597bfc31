package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/bundle"
	"keepiton/intake/courier"
	"keepiton/seal"
)

// aRoad sends one report with everything in it marked, and returns its receipt,
// if it gives one. The name is that of the lane that it comes in by.
type aRoad struct {
	name string
	send func(t *testing.T, m *machine, mark func(string) string) seal.Receipt
}

// roadsIn are all ways in. Each is another person on another device.
var roadsIn = []aRoad{
	{"form without script", byForm},
	{"form without files", byShortForm},
	{"form for stories", byStory},
	{"form to join the coalition", byJoin},
	{"page of the receipt", byReceiptPage},
	{"sealed in the browser", bySealed},
	{"sealed in pieces", byPieces},
	{"upload that is left", byHalf},
	{"page for carried files", byCarriedPage},
	{"command line", byCommand},
	{"onion service", byOnion},
	{"token of a partner", byToken},
	{"import from a stick", byImport},
	{"requests that are wrong", byMistake},
}

// typedWords are what a sender types, all of it marked.
func typedWords(mark func(string) string) url.Values {
	return url.Values{
		"began_date": {"the day of " + mark("time")}, "began_time": {"3 o'clock, after " + mark("time")}, "ended_date": {"when " + mark("time")}, "ongoing": {"yes"},
		"country": {"ET"}, "region": {"ET-AM"}, "place": {mark("place") + " " + mark(ofAmharic) + " " + mark(ofPlace)}, "mobile": {"yes"}, "services": {"telegram"}, "services_other": {mark("service")},
		"provider": {mark("provider")}, "seen": {"In " + mark("words") + ", " + mark(ofArabic) + " " + mark(ofAmharic) + ", call " + mark(ofPhone)}, "firsthand": {"yes"},
		"contact": {mark(ofPhone) + " or " + mark(ofMail)}, "consent_publish": {"yes"}, "naming": {"name"}, "name": {mark("name")},
		mark("unknown field"): {mark("value of an unknown field")},
	}
}

// picture has a mark at its beginning, in its middle and at its end, with noise
// between, and is too large for a row of the database.
func picture(mark func(string) string, size int) []byte {
	m := mark(ofBytes)
	var b bytes.Buffer
	b.WriteString("\xff\xd8\xff\xe1" + m + mark(ofPlace) + mark("camera"))
	noise := make([]byte, size/2)
	for range 2 {
		for i := range noise {
			noise[i] = byte(rand.Uint32())
		}
		b.Write(noise)
		b.WriteString(m)
	}
	return b.Bytes()
}

// form writes a multipart form with files whose names are marked.
func form(mark func(string) string, values url.Values, do string, files ...[]byte) (string, *bytes.Buffer) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, all := range values {
		for _, v := range all {
			w.WriteField(k, v)
		}
	}
	for _, file := range files {
		f, _ := w.CreateFormFile("files", mark("file name")+" "+mark(ofAmharic)+".jpg")
		f.Write(file)
	}
	w.WriteField("do", do)
	w.Close()
	return w.FormDataContentType(), &b
}

// post sends a form to a page.
func post(t *testing.T, m *machine, c *client, page, kind string, body io.Reader) string {
	t.Helper()
	code, text, err := c.send("POST", m.address+page, map[string]string{"Content-Type": kind}, body)
	return wellTaken(t, code, text, err)
}

func receiptFrom(t *testing.T, page string) seal.Receipt {
	t.Helper()
	r, err := receiptOn(page)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func byForm(t *testing.T, m *machine, mark func(string) string) seal.Receipt {
	c, typed := newClient(t, mark), typedWords(mark)
	typed.Set("open", "yes")
	typed.Set("began_date", time.Now().UTC().AddDate(0, 0, -1).Format(time.DateOnly)) // a day, so that there is one to leave open
	file := picture(mark, 300_000)
	kind, body := form(mark, typed, "check", file)
	post(t, m, c, "/am/report", kind, body)
	kind, body = form(mark, typed, "send", file, picture(mark, 1000))
	return receiptFrom(t, post(t, m, c, "/am/report", kind, body))
}

func byShortForm(t *testing.T, m *machine, mark func(string) string) seal.Receipt {
	typed := typedWords(mark)
	typed.Set("do", "send")
	return receiptFrom(t, post(t, m, newClient(t, mark), "/ar/report", "application/x-www-form-urlencoded", strings.NewReader(typed.Encode())))
}

func byStory(t *testing.T, m *machine, mark func(string) string) seal.Receipt {
	typed := typedWords(mark)
	typed.Set("story_title", mark("title"))
	typed.Set("story_text", mark(ofAmharic)+" "+mark("story"))
	kind, body := form(mark, typed, "send", picture(mark, 90_000))
	return receiptFrom(t, post(t, m, newClient(t, mark), "/en/stories/share", kind, body))
}

// byJoin is refused first, with all that was typed, and then taken in.
func byJoin(t *testing.T, m *machine, mark func(string) string) seal.Receipt {
	c := newClient(t, mark)
	typed := url.Values{
		"join_name": {mark("organization") + " " + mark(ofAmharic)}, "join_name_en": {mark("name in English")}, "join_type": {"civil_society"}, "country": {"ET"}, "join_site": {"https://" + strings.ToLower(mark("site")) + ".example"},
		"join_langs": {"am"}, "join_langs_other": {mark("language")}, "contact": {mark("contact") + ", " + mark(ofPhone)}, "referee1": {mark("referee")}, "referee1_contact": {mark(ofMail)},
		"referee2": {mark("referee") + " " + mark(ofArabic)}, "join_why": {mark("reasons")}, "join_support": {mark("statement")}, mark("unknown field"): {mark("value of an unknown field")},
	}
	kind, body := form(mark, typed, "send", picture(mark, 50_000))
	if code, text, err := c.send("POST", m.address+"/en/coalition/join", map[string]string{"Content-Type": kind}, body); err != nil || code != 400 {
		t.Fatalf("without a referee's address: %d %.300s, %v", code, text, err)
	}
	typed.Set("referee2_contact", mark(ofMail)+" or "+mark(ofPlace))
	kind, body = form(mark, typed, "send", picture(mark, 50_000))
	return receiptFrom(t, post(t, m, c, "/am/coalition/join", kind, body))
}

// byReceiptPage looks, mistypes, adds with a file, and withdraws all.
func byReceiptPage(t *testing.T, m *machine, mark func(string) string) seal.Receipt {
	c := newClient(t, mark)
	kind, body := form(mark, typedWords(mark), "send")
	r := receiptFrom(t, post(t, m, c, "/en/report", kind, body))
	digits := strings.ReplaceAll(r.String(), " ", "")
	page := func(do string, typed url.Values, files ...[]byte) {
		typed.Set("receipt", digits)
		kind, body := form(mark, typed, do, files...)
		if code, text, err := c.send("POST", m.address+"/en/receipt", map[string]string{"Content-Type": kind}, body); err != nil || code >= 500 {
			t.Fatalf("%s: %d %.300s, %v", do, code, text, err)
		}
	}
	page("look", url.Values{})
	page("add", url.Values{"seen": {mark("addition")}, "consent_again": {"yes"}, "naming": {"name"}, "name": {mark("name")}}, picture(mark, 100_000))
	whole := digits
	for _, digits = range []string{whole[:31] + string('0'+(whole[31]-'0'+1)%10), mark("digits"), ""} {
		page("look", url.Values{"seen": {mark("words behind wrong digits")}})
	}
	digits = whole
	page("withdraw", url.Values{})
	return r
}

// sealedReport is what script in a browser makes: a container, and its receipt.
func sealedReport(t *testing.T, m *machine, mark func(string) string, size int) (seal.Receipt, []byte) {
	t.Helper()
	set, err := seal.LoadRecipients(filepath.Join(m.data(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	v := typedWords(mark)
	receipt := seal.NewReceipt()
	rep := &keepiton.Report{
		ID: bundle.NewID(), Kind: keepiton.ReportShutdown, Lang: "am", Road: keepiton.RoadBrowser, Receipt: receipt.Address(), Country: "ET", Began: keepiton.When{Date: v.Get("began_date")},
		Place: keepiton.Private(v.Get("place")), Seen: keepiton.Private(v.Get("seen")), Contact: keepiton.Private(v.Get("contact")), Consent: keepiton.Consent{Name: keepiton.Private(v.Get("name")), Version: keepiton.ConsentVersion},
	}
	var out bytes.Buffer
	if err := bundle.WriteHeader(&out, bundle.Header{Receipt: rep.Receipt, Open: keepiton.OpenFields{Country: "ET", Kind: "mobile"}}); err != nil {
		t.Fatal(err)
	}
	sealed, err := set.Sealer().Seal(&out)
	if err != nil {
		t.Fatal(err)
	}
	w := bundle.NewWriter(sealed)
	f, err := w.File(mark("file name"), "image/jpeg")
	if err == nil {
		_, err = f.Write(picture(mark, size))
	}
	if err == nil {
		err = w.Close(rep)
	}
	if err == nil {
		err = sealed.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return receipt, out.Bytes()
}

func bySealed(t *testing.T, m *machine, mark func(string) string) seal.Receipt {
	receipt, sealed := sealedReport(t, m, mark, 2000)
	code, text, err := newClient(t, mark).send("POST", m.address+"/intake/sealed?"+mark("query"), nil, bytes.NewReader(sealed))
	wellTaken(t, code, text, err)
	return receipt
}

// upload sends a container in pieces, up to the end or to a point before it.
func upload(c *client, address string, sealed []byte, upTo, piece int) error {
	code, text, err := c.send("POST", address+"/intake/uploads", nil, strings.NewReader(fmt.Sprintf(`{"size":%d}`, len(sealed))))
	if err := taken(code, text, err); err != nil {
		return err
	}
	var begun struct{ ID string }
	if err := json.Unmarshal([]byte(text), &begun); err != nil {
		return err
	}
	url := address + "/intake/uploads/" + begun.ID
	for at := 0; at < upTo; at += piece {
		code, text, err := c.send("PATCH", url, map[string]string{"Upload-Offset": fmt.Sprint(at)}, bytes.NewReader(sealed[at:min(at+piece, upTo)]))
		if err := taken(code, text, err); err != nil {
			return err
		}
	}
	if upTo < len(sealed) {
		return nil
	}
	return taken(c.send("POST", url, nil, nil))
}

func byPieces(t *testing.T, m *machine, mark func(string) string) seal.Receipt {
	receipt, sealed := sealedReport(t, m, mark, 200_000)
	if err := upload(newClient(t, mark), m.address, sealed, len(sealed), 70_000); err != nil {
		t.Fatal(err)
	}
	return receipt
}

func byHalf(t *testing.T, m *machine, mark func(string) string) seal.Receipt {
	_, sealed := sealedReport(t, m, mark, 200_000)
	if err := upload(newClient(t, mark), m.address, sealed, 150_000, 70_000); err != nil {
		t.Fatal(err)
	}
	return seal.Receipt{}
}

func byCarriedPage(t *testing.T, m *machine, mark func(string) string) seal.Receipt {
	receipt, sealed := sealedReport(t, m, mark, 2000)
	kind, body := form(mark, url.Values{mark("field"): {mark("value")}}, "send", sealed, []byte("a photo that was taken for the sealed file, of "+mark("words")))
	post(t, m, newClient(t, mark), "/en/report/sealed", kind, body)
	return receipt
}

// sealedFile is a carried file, written on a sender's own machine.
func sealedFileOf(t *testing.T, m *machine, mark func(string) string) (seal.Receipt, string) {
	t.Helper()
	receipt, sealed := sealedReport(t, m, mark, 2000)
	return receipt, putFile(t, mark("file name")+".dat", sealed)
}

func byCommand(t *testing.T, m *machine, mark func(string) string) seal.Receipt {
	receipt, file := sealedFileOf(t, m, mark)
	mustRun(t, exitGood, "report", "send", file, "--server", m.address)
	return receipt
}

func byOnion(t *testing.T, m *machine, mark func(string) string) seal.Receipt {
	kind, body := form(mark, typedWords(mark), "send", picture(mark, 5000))
	code, text, err := newClient(t, mark).send("POST", "http://"+m.onion+"/en/report", map[string]string{"Content-Type": kind}, body)
	return receiptFrom(t, wellTaken(t, code, text, err))
}

func byToken(t *testing.T, m *machine, mark func(string) string) seal.Receipt {
	server, err := courier.CheckServer(m.address)
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := (&courier.Courier{Server: server, Client: courier.NewClient(nil)}).Tokens(t.Context(), m.partner, 1)
	if err != nil {
		t.Fatal(err)
	}
	receipt, file := sealedFileOf(t, m, mark)
	mustRun(t, exitGood, "report", "send", file, "--server", m.address, "--token", tokens[0])
	return receipt
}

func byImport(t *testing.T, m *machine, mark func(string) string) seal.Receipt {
	receipt, file := sealedFileOf(t, m, mark)
	code, text := importOn(m, file, putFile(t, mark("file name")+".txt", []byte("a letter in the clear, of "+mark("words"))))
	if code != exitDefects || !strings.HasPrefix(text, "1 reports taken in") {
		t.Fatalf("import: exit code %d: %s", code, text)
	}
	return receipt
}

// importOn runs the import on the server. What it prints names the files that
// the operator named, so it goes to the operator's terminal and not to the log.
func importOn(m *machine, files ...string) (int, string) {
	cmd := m.command(append([]string{"bundle", "import", "--data", m.data()}, files...)...)
	out, _ := cmd.Output()
	return cmd.ProcessState.ExitCode(), string(out)
}

// byMistake sends what is refused, to every door and page: what goes wrong is
// where programs write most into their logs.
func byMistake(t *testing.T, m *machine, mark func(string) string) seal.Receipt {
	c := newClient(t, mark)
	receipt, sealed := sealedReport(t, m, mark, 2000)
	typed := typedWords(mark)
	kind, whole := form(mark, typed, "send", picture(mark, 3000))
	bodies := map[string][]byte{
		"application/x-www-form-urlencoded": []byte("seen=" + mark("words") + "&%zz=" + mark("words")), kind: whole.Bytes()[:whole.Len()-40],
		"multipart/form-data":  whole.Bytes(),
		"application/json":     []byte(`{"lookup":"` + mark("words") + `","size":"` + mark("words") + `"`),
		"text/" + mark("type"): sealed[:len(sealed)/2],
		"application/x-sealed": append([]byte("keepiton-sealed 1\n{\"receipt\":{\"lookup\":\""+mark("lookup")+"\"}}\n"), sealed...),
		"application/age":      []byte("age-encryption.org/v1\n-> X25519 " + mark("stanza")),
		"application/pgp":      []byte("-----BEGIN PGP MESSAGE-----\n" + mark("armor") + "\n"),
	}
	paths := []string{"/intake/sealed", "/intake/uploads", "/intake/uploads/" + mark("upload"), "/intake/mailbox", "/intake/withdraw", "/intake/tokens", "/intake/" + mark("door"), "/en/report", "/am/stories/share", "/fr/coalition/join", "/ar/receipt", "/en/report/sealed", "/en/" + mark("page"), "/api/v1/incidents", "/desk/signin", "/" + mark("page")}
	for _, method := range []string{"POST", "PUT", "PATCH", "GET", mark("method")} {
		for _, path := range paths {
			for kind, body := range bodies {
				if method != "POST" && kind != "application/json" {
					continue
				}
				if _, _, err := c.send(method, m.address+path+"?q="+url.QueryEscape(mark(ofAmharic)), map[string]string{"Content-Type": kind, "Upload-Offset": mark("offset"), "Authorization": "Bearer " + mark("key"), "X-KeepItOn-Token": mark("token"), "X-KeepItOn-Work": mark("work")}, bytes.NewReader(body)); err != nil {
					t.Fatalf("%s %s: %v", method, path, err)
				}
			}
		}
	}
	c.send("POST", m.address+"/en/report", map[string]string{"Content-Type": "multipart/form-data; boundary=x"}, io.LimitReader(endless("--x\r\nContent-Disposition: form-data; name=seen\r\n\r\n"+mark("words")), 400_000)) //nolint:errcheck // it may be cut off
	raw, err := c.dial(t.Context(), "tcp", strings.TrimPrefix(m.address, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	fmt.Fprintf(raw, "%s %s\r\n\r\n", mark("no HTTP"), mark("no HTTP"))
	io.Copy(io.Discard, raw) //nolint:errcheck // whatever comes
	body := fmt.Sprintf(`{"lookup":%q,"signature":%q}`, receipt.Address().Lookup, hex.EncodeToString(receipt.Withdrawal()))
	c.send("POST", m.address+"/intake/withdraw", nil, strings.NewReader(body)) //nolint:errcheck // nothing is there to withdraw
	return seal.Receipt{}
}

// endless repeats a text.
func endless(text string) io.Reader {
	return io.MultiReader(strings.NewReader(text), readerFunc(func(p []byte) (int, error) { return copy(p, text), nil }))
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// needs says whether a program of the system is there. In CI it has to be.
func needs(t *testing.T, program string) bool {
	t.Helper()
	if _, err := exec.LookPath(program); err == nil {
		return true
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing", program)
	}
	t.Logf("NOT PROVED: %s is missing", program)
	return false
}
