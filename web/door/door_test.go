package door_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"keepiton"
	"keepiton/intake"
	"keepiton/intake/intaketest"
	"keepiton/seal"
	"keepiton/seal/token"
	"keepiton/seal/work"
	"keepiton/store"
	"keepiton/web/door"
)

// world is a server with the doors, and a log that should stay empty.
type world struct {
	*intaketest.Desk
	url string
	log *bytes.Buffer
}

func open(t *testing.T, through func(context.Context) context.Context) *world {
	t.Helper()
	w := &world{Desk: intaketest.New(t), log: &bytes.Buffer{}}
	server := httptest.NewUnstartedServer(door.New(door.Options{Intake: w.Intake, Log: slog.New(slog.NewTextHandler(w.log, nil))}))
	if through != nil {
		server.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context { return through(ctx) }
	}
	server.Start()
	t.Cleanup(server.Close)
	w.url = server.URL
	return w
}

// got is an answer.
type got struct {
	status int
	header http.Header
	body   string
}

func (w *world) ask(t *testing.T, method, path string, header map[string]string, body any) got {
	t.Helper()
	var r io.Reader
	switch b := body.(type) {
	case nil:
	case []byte:
		r = bytes.NewReader(b)
	case string:
		r = strings.NewReader(b)
	case io.Reader:
		r = b
	default:
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		r = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, w.url+path, r)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range header {
		req.Header.Set(k, v)
		if k == "Host" {
			req.Host = v
		}
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	g := got{res.StatusCode, res.Header, string(text)}
	if g.header.Get("Cache-Control") != "no-store" || g.header.Get("Access-Control-Allow-Origin") != "*" || len(g.header["Set-Cookie"]) > 0 {
		t.Errorf("%s %s: headers %v", method, path, g.header)
	}
	if g.status >= 400 && g.header.Get("Content-Type") != "application/problem+json" && method != http.MethodHead {
		t.Errorf("%s %s: status %d without a problem", method, path, g.status)
	}
	return g
}

// into fails the test unless the answer has the status, and reads its JSON.
func (g got) into(t *testing.T, status int, v any) {
	t.Helper()
	if g.status != status {
		t.Fatalf("status %d, want %d: %s", g.status, status, g.body)
	}
	if v != nil {
		if err := json.Unmarshal([]byte(g.body), v); err != nil {
			t.Fatalf("%v in %s", err, g.body)
		}
	}
}

func (w *world) envelopes(t *testing.T) (list []keepiton.Envelope) {
	t.Helper()
	err := w.Store.Envelopes(t.Context(), store.EnvelopeQuery{Gone: true}, func(e keepiton.Envelope) error {
		list = append(list, e)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func (w *world) container(t *testing.T, files map[string][]byte) (seal.Receipt, []byte) {
	t.Helper()
	return w.Container(t, intaketest.Report(), keepiton.OpenFields{Country: "ET"}, files)
}

func TestASealedReportComesInFromAnyOrigin(t *testing.T) {
	w := open(t, nil)
	receipt, container := w.container(t, map[string][]byte{"photo": []byte("pixels")})
	for range 2 { // the answer to the first may have been lost
		g := w.ask(t, "POST", "/intake/sealed", map[string]string{"Origin": "null"}, container)
		if g.into(t, 200, nil); g.body != `{"state":"accepted"}` {
			t.Errorf("answer %s", g.body)
		}
	}
	list := w.envelopes(t)
	if len(list) != 1 || list[0].Receipt != receipt.Address() || list[0].Lane != keepiton.LaneOpen {
		t.Fatalf("envelopes %+v", list)
	}
	if o := w.Open(t, list[0].ID); string(o.Files["photo"]) != "pixels" {
		t.Errorf("files %q", o.Files)
	}
	g := w.ask(t, "OPTIONS", "/intake/uploads/00", map[string]string{"Origin": "null", "Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "upload-offset"}, nil)
	if g.status != 204 || !strings.Contains(g.header.Get("Access-Control-Allow-Methods"), "PATCH") || !strings.Contains(g.header.Get("Access-Control-Allow-Headers"), "Upload-Offset") {
		t.Errorf("preflight: %d %v", g.status, g.header)
	}
	if w.log.Len() > 0 {
		t.Errorf("logged: %s", w.log)
	}
}

func TestWhatIsNoSealedReportIsRefusedWithItsPlace(t *testing.T) {
	w := open(t, nil)
	_, container := w.container(t, nil)
	for name, c := range map[string]struct {
		body   []byte
		status int
		text   string
	}{
		"empty":         {nil, 400, "line 1"},
		"words":         {[]byte("the internet is cut in Mekelle"), 400, "line 1"},
		"cut off":       {container[:len(container)-700], 400, "not padded"},
		"in the header": {container[:300], 400, "line 2"},
		"in the stanza": {container[:4000], 400, "cut off"},
		"header of 1MB": {append([]byte("keepiton-sealed 1\n{"), bytes.Repeat([]byte(" "), 1<<20)...), 413, "8192"},
	} {
		g := w.ask(t, "POST", "/intake/sealed", nil, c.body)
		if g.status != c.status || !strings.Contains(g.body, c.text) || strings.Contains(g.body, "Mekelle") {
			t.Errorf("%s: %d %s; want %d with %q", name, g.status, g.body, c.status, c.text)
		}
	}
	if n := len(w.envelopes(t)); n != 0 || w.Store.(*intaketest.Memory).Staged() != 0 {
		t.Errorf("%d envelopes and %d bodies are left", n, w.Store.(*intaketest.Memory).Staged())
	}
}

// endless is a body that never ends, as far as the sender says.
type endless struct{ read atomic.Int64 }

func (e *endless) Read(p []byte) (int, error) {
	clear(p)
	e.read.Add(int64(len(p)))
	return len(p), nil
}

func TestBodiesAreBounded(t *testing.T) {
	w := open(t, nil)
	for _, path := range []string{"/intake/mailbox", "/intake/withdraw", "/intake/uploads"} {
		body := &endless{}
		g := w.ask(t, "POST", path, nil, io.MultiReader(strings.NewReader(`{"x":"`), io.LimitReader(body, 1<<30)))
		if g.status != 413 && g.status != 400 || body.read.Load() > 8<<20 {
			t.Errorf("%s: status %d after %d bytes", path, g.status, body.read.Load())
		}
	}
	req, _ := http.NewRequest("POST", w.url+"/intake/sealed", io.LimitReader(&endless{}, 1<<30))
	req.ContentLength = 1 << 30
	if res, err := http.DefaultClient.Do(req); err == nil {
		if res.Body.Close(); res.StatusCode != 413 {
			t.Errorf("a gigabyte: status %d", res.StatusCode)
		}
	}
}

func TestWithoutKeysTheDoorsSaySo(t *testing.T) {
	w := open(t, nil)
	_, container := w.container(t, nil)
	w.Sealer = nil
	for _, path := range []string{"/intake/sealed", "/intake/uploads"} {
		g := w.ask(t, "POST", path, nil, container)
		if g.status != 503 || !strings.Contains(g.body, "no keys") || !strings.Contains(g.body, `"page.refused.unavailable"`) {
			t.Errorf("%s: %d %s", path, g.status, g.body)
		}
	}
}

func TestAnUploadGoesOnWhereItStopped(t *testing.T) {
	w := open(t, nil)
	_, container := w.container(t, map[string][]byte{"film": bytes.Repeat([]byte("frame "), 100_000)})
	var begun struct{ ID string }
	w.ask(t, "POST", "/intake/uploads", nil, map[string]int{"size": len(container)}).into(t, 201, &begun)
	path := "/intake/uploads/" + begun.ID
	at := func(n int) map[string]string { return map[string]string{"Upload-Offset": fmt.Sprint(n)} }
	if g := w.ask(t, "PATCH", path, at(0), container[:100_000]); g.status != 204 || g.header.Get("Upload-Offset") != "100000" {
		t.Fatalf("first piece: %d %v", g.status, g.header)
	}
	if g := w.ask(t, "PATCH", path, at(0), container[:100_000]); g.status != 409 || g.header.Get("Upload-Offset") != "100000" {
		t.Errorf("the same piece again: %d %v", g.status, g.header)
	}
	if g := w.ask(t, "HEAD", path, nil, nil); g.status != 200 || g.header.Get("Upload-Offset") != "100000" || g.header.Get("Upload-Length") != fmt.Sprint(len(container)) {
		t.Errorf("HEAD: %d %v", g.status, g.header)
	}
	if g := w.ask(t, "POST", path, nil, nil); g.status != 409 {
		t.Errorf("finished with a part missing: %d", g.status)
	}
	w.ask(t, "PATCH", path, at(100_000), container[100_000:]).into(t, 204, nil)
	for range 2 {
		if g := w.ask(t, "POST", path, nil, nil); g.status != 200 || g.body != `{"state":"accepted"}` {
			t.Fatalf("finish: %d %s", g.status, g.body)
		}
	}
	w.ask(t, "POST", "/intake/sealed", nil, container).into(t, 200, nil)
	list := w.envelopes(t)
	if len(list) != 1 {
		t.Fatalf("%d envelopes: an upload and the same file whole should be one", len(list))
	}
	if o := w.Open(t, list[0].ID); len(o.Files["film"]) != 600_000 {
		t.Errorf("the film has %d bytes", len(o.Files["film"]))
	}
	for _, path := range []string{"/intake/uploads/" + strings.Repeat("0", 32), "/intake/uploads/x", "/intake/uploads/..%2f..%2fetc"} {
		if g := w.ask(t, "HEAD", path, nil, nil); g.status != 404 {
			t.Errorf("HEAD %s: %d", path, g.status)
		}
		if g := w.ask(t, "PATCH", path, at(0), []byte("x")); g.status != 404 {
			t.Errorf("PATCH %s: %d", path, g.status)
		}
	}
}

func TestAnUploadThatIsNoReportIsForgotten(t *testing.T) {
	w := open(t, nil)
	var begun struct{ ID string }
	w.ask(t, "POST", "/intake/uploads", nil, map[string]int{"size": 5}).into(t, 201, &begun)
	w.ask(t, "PATCH", "/intake/uploads/"+begun.ID, map[string]string{"Upload-Offset": "0"}, []byte("hello")).into(t, 204, nil)
	w.ask(t, "POST", "/intake/uploads/"+begun.ID, nil, nil).into(t, 400, nil)
	w.ask(t, "HEAD", "/intake/uploads/"+begun.ID, nil, nil).into(t, 404, nil)
}

func TestWorkIsCountedOnce(t *testing.T) {
	w := open(t, nil)
	var c struct {
		Challenge string
		Bits      int
	}
	w.ask(t, "GET", "/intake/challenge", nil, nil).into(t, 200, &c)
	if c.Bits != work.DefaultBits {
		t.Errorf("%d bits are asked for in an empty lane, want %d", c.Bits, work.DefaultBits)
	}
	solution, err := work.Solve(t.Context(), c.Challenge)
	if err != nil {
		t.Fatal(err)
	}
	var lanes []keepiton.Lane
	for range 2 {
		_, container := w.container(t, nil)
		w.ask(t, "POST", "/intake/sealed", map[string]string{"X-KeepItOn-Work": solution}, container).into(t, 200, nil)
	}
	for _, e := range w.envelopes(t) {
		if lanes = append(lanes, e.Lane); e.Lane == keepiton.LaneWork && e.Work < work.DefaultBits {
			t.Errorf("work of %d bits", e.Work)
		}
	}
	if len(lanes) != 2 || lanes[0] == lanes[1] {
		t.Errorf("lanes %v, want work and open", lanes)
	}
}

func TestAPartnersTokenIsCountedOnce(t *testing.T) {
	w := open(t, nil)
	w.ask(t, "GET", "/intake/tokens", nil, nil).into(t, 404, nil)
	partners := &intake.Partners{Meta: &meta{}, Now: w.Clock.Now}
	w.Intake.Partners = partners
	secret, err := partners.Add(t.Context(), "Org One", 3)
	if err != nil {
		t.Fatal(err)
	}
	var key struct{ Key []byte }
	w.ask(t, "GET", "/intake/tokens", nil, nil).into(t, 200, &key)
	fetch := func(secret string, n int) (got, []*token.Pending) {
		var pending []*token.Pending
		blinded := [][]byte{}
		for range n {
			p, b, err := token.Blind(key.Key, token.ForReports)
			if err != nil {
				t.Fatal(err)
			}
			pending, blinded = append(pending, p), append(blinded, b)
		}
		return w.ask(t, "POST", "/intake/tokens", map[string]string{"Authorization": "Bearer " + secret}, map[string][][]byte{"blinded": blinded}), pending
	}
	g, _ := fetch("not a key", 1)
	g.into(t, 401, nil)
	g, pending := fetch(secret, 2)
	var signed struct{ Signed [][]byte }
	g.into(t, 200, &signed)
	g, _ = fetch(secret, 2)
	g.into(t, 429, nil) // one is left of three
	text, err := pending[0].Finish(signed.Signed[0])
	if err != nil {
		t.Fatal(err)
	}
	lanes := map[keepiton.Lane]int{}
	for range 2 {
		_, container := w.container(t, nil)
		w.ask(t, "POST", "/intake/sealed", map[string]string{"X-KeepItOn-Token": text}, container).into(t, 200, nil)
	}
	for _, e := range w.envelopes(t) {
		lanes[e.Lane]++
	}
	if !maps.Equal(lanes, map[keepiton.Lane]int{keepiton.LanePartner: 1, keepiton.LaneOpen: 1}) {
		t.Errorf("lanes %v", lanes)
	}
}

type meta map[string]string

func (m *meta) Meta(_ context.Context, key string) (string, error) { return (*m)[key], nil }

func (m *meta) SetMeta(_ context.Context, key, text string) error {
	if *m == nil {
		*m = meta{}
	}
	(*m)[key] = text
	return nil
}

func TestOnlyTheListenerOfTheOnionServiceOpensItsLane(t *testing.T) {
	for _, c := range []struct {
		through func(context.Context) context.Context
		want    keepiton.Lane
	}{{nil, keepiton.LaneOpen}, {door.Onion, keepiton.LaneOnion}} {
		w := open(t, c.through)
		_, container := w.container(t, nil)
		w.ask(t, "POST", "/intake/sealed", map[string]string{"Host": "keepitonexample.onion", "X-Forwarded-Host": "keepitonexample.onion", "Onion-Location": "x"}, container).into(t, 200, nil)
		if e := w.envelopes(t)[0]; e.Lane != c.want {
			t.Errorf("lane %s, want %s", e.Lane, c.want)
		}
	}
}

func TestAnswersToReceiptsAreOfOneSizeAndShape(t *testing.T) {
	w := open(t, nil)
	receipt, container := w.container(t, nil)
	w.ask(t, "POST", "/intake/sealed", nil, container).into(t, 200, nil)
	sealed, err := seal.SealReply(receipt.Address(), []byte("Was it the whole city?"))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Store.PutReply(t.Context(), receipt.Address().Lookup, sealed); err != nil {
		t.Fatal(err)
	}
	var first got
	for _, r := range []seal.Receipt{receipt, seal.NewReceipt(), seal.NewReceipt()} {
		g := w.ask(t, "POST", "/intake/mailbox", nil, map[string]string{"lookup": r.Address().Lookup})
		var box map[string]any
		g.into(t, 200, &box)
		delete(g.header, "Date")
		if first.header == nil {
			first = g
		}
		if len(g.body) != len(first.body) || fmt.Sprint(g.header) != fmt.Sprint(first.header) || len(box) != 4 {
			t.Errorf("%d bytes with headers %v, the first %d with %v", len(g.body), g.header, len(first.body), first.header)
		}
	}
}

func TestWithdrawingIsForTheHolderOfTheReceipt(t *testing.T) {
	w := open(t, nil)
	receipt, container := w.container(t, nil)
	w.ask(t, "POST", "/intake/sealed", nil, container).into(t, 200, nil)
	other := seal.NewReceipt()
	lookup := receipt.Address().Lookup
	wrong := w.ask(t, "POST", "/intake/withdraw", nil, map[string]string{"lookup": lookup, "signature": hex.EncodeToString(other.Withdrawal())})
	unknown := w.ask(t, "POST", "/intake/withdraw", nil, map[string]string{"lookup": other.Address().Lookup, "signature": hex.EncodeToString(other.Withdrawal())})
	if wrong.status != 404 || wrong.body != unknown.body {
		t.Errorf("a wrong signature: %d %s, an unknown receipt: %d %s; want the same 404", wrong.status, wrong.body, unknown.status, unknown.body)
	}
	w.ask(t, "POST", "/intake/withdraw", nil, map[string]string{"lookup": "../..", "signature": ""}).into(t, 400, nil)
	w.ask(t, "POST", "/intake/withdraw", nil, map[string]string{"lookup": lookup, "signature": hex.EncodeToString(receipt.Withdrawal())}).into(t, 200, nil)
	if e := w.envelopes(t)[0]; e.State != keepiton.EnvelopeWithdrawn {
		t.Errorf("state %s", e.State)
	}
}

func TestOtherMethodsChangeNothing(t *testing.T) {
	w := open(t, nil)
	for _, c := range []struct {
		method, path string
		status       int
	}{
		{"GET", "/intake/sealed", 405},
		{"PUT", "/intake/sealed", 405},
		{"GET", "/intake/withdraw", 405},
		{"DELETE", "/intake/uploads", 405},
		{"POST", "/intake/challenge", 405},
		{"HEAD", "/intake/challenge", 200},
		{"GET", "/intake/nothing", 404},
		{"GET", "/intake/", 404},
	} {
		if g := w.ask(t, c.method, c.path, nil, nil); g.status != c.status || (c.status == 405) != (g.header.Get("Allow") != "") {
			t.Errorf("%s %s: %d, Allow %q; want %d", c.method, c.path, g.status, g.header.Get("Allow"), c.status)
		}
	}
	if w.log.Len() > 0 {
		t.Errorf("logged: %s", w.log)
	}
}
