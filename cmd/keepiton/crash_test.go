package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"keepiton"
	"keepiton/intake/intaketest"
	"keepiton/seal"
	"keepiton/seal/sealtest"
)

// ledger is what senders were told.
type ledger struct {
	mu    sync.Mutex
	words map[seal.Receipt]string // taken, with the words that it must have
	gone  map[seal.Receipt]bool   // withdrawn: true; asked for, and no answer: false
}

// TestNothingAcknowledgedIsLostWhenTheServerIsKilled kills the server while
// senders use every road, at a point that chance picks, starts it again, and
// asks for every report whose taking was acknowledged. In the end all are opened.
func TestNothingAcknowledgedIsLostWhenTheServerIsKilled(t *testing.T) {
	dir := t.TempDir()
	c := campaignIn(t, dir)
	a := &ledger{words: map[seal.Receipt]string{}, gone: map[seal.Receipt]bool{}}
	rounds := 5
	if testing.Short() {
		rounds = 2
	}
	for range rounds {
		child := startChild(t, dir)
		a.compare(t, child.address)
		sendUntilKilled(t, child, c, a, 5+rand.IntN(60))
	}
	child := startChild(t, dir)
	a.compare(t, child.address)
	child.stop(t, os.Interrupt)
	a.open(t, dir, c)
	if len(a.words) < 5*rounds {
		t.Errorf("only %d reports were acknowledged", len(a.words))
	}
	t.Logf("%d reports and %d withdrawals were acknowledged in %d lives of the server", len(a.words), len(a.gone), rounds)
}

// sendUntilKilled lets eight senders work until after acknowledgements the
// server is killed, wherever it is.
func sendUntilKilled(t *testing.T, child *childProcess, c *sealtest.Campaign, a *ledger, after int) {
	t.Helper()
	var n atomic.Int64
	var killed atomic.Bool
	kill := sync.OnceFunc(func() { killed.Store(true); child.cmd.Process.Signal(syscall.SIGKILL) })
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for i := 0; ; i++ {
				words := fmt.Sprintf("report %d of sender %d: %x", i, worker, rand.Uint64())
				receipt, err := a.roads(worker+i)(t, child.address, c, words)
				if err != nil {
					if !killed.Load() { // else whoever sends does not know what became of it
						t.Errorf("%s: %v", words, err)
					}
					return
				}
				if receipt != (seal.Receipt{}) {
					a.mu.Lock()
					a.words[receipt] = words
					a.mu.Unlock()
				}
				if n.Add(1) >= int64(after) {
					kill()
				}
			}
		})
	}
	all.Wait()
	kill()
	child.cmd.Wait()
}

type road func(t *testing.T, address string, c *sealtest.Campaign, words string) (seal.Receipt, error)

func (a *ledger) roads(i int) road {
	return []road{byDoor, byUpload, byFormPage, byDoor, a.withdraw}[i%5]
}

func byDoor(t *testing.T, address string, c *sealtest.Campaign, words string) (seal.Receipt, error) {
	receipt, sealed := container(t, c, words, make([]byte, rand.IntN(200_000)))
	return receipt, taken(send(address+"/intake/sealed", "POST", nil, bytes.NewReader(sealed)))
}

// taken is an error unless the answer acknowledges.
func taken(code int, text string, err error) error {
	if err == nil && code >= 300 {
		err = fmt.Errorf("%d %s", code, text)
	}
	return err
}

func byUpload(t *testing.T, address string, c *sealtest.Campaign, words string) (seal.Receipt, error) {
	receipt, sealed := container(t, c, words, make([]byte, 150_000))
	code, text, err := send(address+"/intake/uploads", "POST", nil, strings.NewReader(fmt.Sprintf(`{"size":%d}`, len(sealed))))
	if err := taken(code, text, err); err != nil {
		return receipt, err
	}
	var begun struct{ ID string }
	if err := json.Unmarshal([]byte(text), &begun); err != nil {
		return receipt, err
	}
	url := address + "/intake/uploads/" + begun.ID
	for at := 0; at < len(sealed); at += 90_000 {
		piece := sealed[at:min(at+90_000, len(sealed))]
		if err := taken(send(url, "PATCH", map[string]string{"Upload-Offset": fmt.Sprint(at)}, bytes.NewReader(piece))); err != nil {
			return receipt, err
		}
	}
	return receipt, taken(send(url, "POST", nil, nil))
}

func byFormPage(_ *testing.T, address string, _ *sealtest.Campaign, words string) (seal.Receipt, error) {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	w.WriteField("seen", words)
	w.WriteField("do", "send")
	f, _ := w.CreateFormFile("files", "IMG_1.jpg")
	f.Write(make([]byte, rand.IntN(100_000)))
	w.Close()
	code, page, err := send(address+"/en/report", "POST", map[string]string{"Content-Type": w.FormDataContentType()}, &form)
	if err := taken(code, page, err); err != nil {
		return seal.Receipt{}, err
	}
	return receiptOn(page)
}

// withdraw takes back one of the reports that were acknowledged.
func (a *ledger) withdraw(_ *testing.T, address string, _ *sealtest.Campaign, _ string) (seal.Receipt, error) {
	none := seal.Receipt{}
	r := a.pick()
	if r == none {
		return none, nil
	}
	body := fmt.Sprintf(`{"lookup":%q,"signature":%q}`, r.Address().Lookup, hex.EncodeToString(r.Withdrawal()))
	if err := taken(send(address+"/intake/withdraw", "POST", nil, strings.NewReader(body))); err != nil {
		return none, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.gone[r] = true
	return none, nil
}

// pick picks a report that nobody asked to withdraw, and notes that it is asked.
func (a *ledger) pick() seal.Receipt {
	a.mu.Lock()
	defer a.mu.Unlock()
	for r := range a.words {
		if _, asked := a.gone[r]; !asked {
			a.gone[r] = false
			return r
		}
	}
	return seal.Receipt{}
}

// compare asks the server for every report.
func (a *ledger) compare(t *testing.T, address string) {
	t.Helper()
	for r, words := range a.words {
		state := stateOf(t, address, r)
		done, asked := a.gone[r]
		good := state == keepiton.EnvelopeNew && !done || state == keepiton.EnvelopeWithdrawn && asked
		if !good {
			t.Errorf("%s: state %q; withdrawal asked for %v, acknowledged %v", words, state, asked, done)
		}
	}
}

// open opens every report that is left.
func (a *ledger) open(t *testing.T, dir string, c *sealtest.Campaign) {
	t.Helper()
	st := openSealedIn(t, dir)
	if err := st.VerifySealed(t.Context(), func(problem string) { t.Error(problem) }); err != nil {
		t.Error(err)
	}
	for r, words := range a.words {
		e, err := st.EnvelopeByLookup(t.Context(), r.Address().Lookup)
		if err != nil {
			t.Errorf("%s: %v", words, err)
			continue
		}
		if !e.Gone.IsZero() {
			continue
		}
		body, err := st.OpenBody(t.Context(), e.ID)
		if err != nil {
			t.Errorf("%s: %v", words, err)
			continue
		}
		if got := intaketest.Unseal(t, c.Keys[0], body).Report.Seen.Reveal(); got != words {
			t.Errorf("opened %q, want %q", got, words)
		}
		body.Close()
	}
}

// TestAnUploadGoesOnAfterTheServerWasKilled loses the server in the middle of a
// piece. What was acknowledged need not be sent again.
func TestAnUploadGoesOnAfterTheServerWasKilled(t *testing.T) {
	dir := t.TempDir()
	c := campaignIn(t, dir)
	receipt, sealed := container(t, c, "a long film", make([]byte, 3<<20))
	child := startChild(t, dir)
	code, text, err := send(child.address+"/intake/uploads", "POST", nil, strings.NewReader(fmt.Sprintf(`{"size":%d}`, len(sealed))))
	if err := taken(code, text, err); err != nil {
		t.Fatal(err)
	}
	var begun struct{ ID string }
	if err := json.Unmarshal([]byte(text), &begun); err != nil {
		t.Fatal(err)
	}
	path := "/intake/uploads/" + begun.ID
	at := func(n int) map[string]string { return map[string]string{"Upload-Offset": fmt.Sprint(n)} }
	const acknowledged = 1_500_000
	if err := taken(send(child.address+path, "PATCH", at(0), bytes.NewReader(sealed[:acknowledged]))); err != nil {
		t.Fatal(err)
	}
	r, w := io.Pipe()
	go send(child.address+path, "PATCH", at(acknowledged), r)
	w.Write(sealed[acknowledged : acknowledged+700_000])
	child.stop(t, os.Kill)
	w.Close()

	child = startChild(t, dir)
	res, err := http.Head(child.address + path)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	end, err := strconv.Atoi(res.Header.Get("Upload-Offset"))
	if err != nil || end < acknowledged || end > acknowledged+700_000 {
		t.Fatalf("it goes on at %q, %v; want %d or a little more", res.Header.Get("Upload-Offset"), err, acknowledged)
	}
	if err := taken(send(child.address+path, "PATCH", at(end), bytes.NewReader(sealed[end:]))); err != nil {
		t.Fatal(err)
	}
	if err := taken(send(child.address+path, "POST", nil, nil)); err != nil {
		t.Fatal(err)
	}
	child.stop(t, os.Interrupt)
	a := &ledger{words: map[seal.Receipt]string{receipt: "a long film"}}
	a.open(t, dir, c)
}
