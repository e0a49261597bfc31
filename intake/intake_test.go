package intake_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/intake"
	"keepiton/intake/intaketest"
	"keepiton/seal"
	"keepiton/store"
)

var form = formOf(keepiton.LaneOpen)

func formOf(l keepiton.Lane) intake.Pass { return intake.Pass{Lane: l} }

// send sends a made-up report with a file through the road of the form.
func send(t *testing.T, d *intaketest.Desk, p intake.Pass) seal.Receipt {
	t.Helper()
	s, err := d.Begin(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Cancel()
	w, err := s.File("IMG_2041.jpg", "image/jpeg")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(bytes.Repeat([]byte("pixels "), 20_000)); err != nil {
		t.Fatal(err)
	}
	receipt, err := s.Finish(intaketest.Report(), keepiton.OpenFields{Country: "ET", Day: "2026-11-25", Kind: "mobile"})
	if err != nil {
		t.Fatal(err)
	}
	return receipt
}

func only(t *testing.T, d *intaketest.Desk) keepiton.Envelope {
	t.Helper()
	list := all(t, d)
	if len(list) != 1 {
		t.Fatalf("%d envelopes, want 1", len(list))
	}
	return list[0]
}

func all(t *testing.T, d *intaketest.Desk) (list []keepiton.Envelope) {
	t.Helper()
	err := d.Store.Envelopes(t.Context(), store.EnvelopeQuery{Gone: true}, func(e keepiton.Envelope) error {
		list = append(list, e)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestAReportThroughTheFormOpensAtTheDesk(t *testing.T) {
	d := intaketest.New(t)
	receipt := send(t, d, form)
	e := only(t, d)
	if e.Receipt != receipt.Address() || e.Open != (keepiton.OpenFields{Country: "ET", Day: "2026-11-25", Kind: "mobile"}) || e.Lane != keepiton.LaneOpen {
		t.Errorf("envelope %+v", e)
	}
	if !e.Day.Equal(time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("arrived at %v: finer than a day", e.Day)
	}
	o := d.Open(t, e.ID)
	want := intaketest.Report()
	if o.Report.Seen != want.Seen || o.Report.Place != want.Place || o.Report.Receipt != receipt.Address() {
		t.Errorf("opened %+v", o.Report)
	}
	if len(o.Files["IMG_2041.jpg"]) != 140_000 {
		t.Errorf("the file has %d bytes", len(o.Files["IMG_2041.jpg"]))
	}
	box, err := d.Mailbox(t.Context(), receipt)
	if err != nil || box.State != keepiton.EnvelopeNew || len(box.Replies) != 0 {
		t.Errorf("mailbox %+v, %v", box, err)
	}
}

func TestNothingIsLeftOfAReportThatWasNotFinished(t *testing.T) {
	d := intaketest.New(t)
	memory := d.Store.(*intaketest.Memory)
	begin := func(ctx context.Context) *intake.Submission {
		s, err := d.Begin(ctx, form)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for name, end := range map[string]func(){
		"cancelled": func() { begin(t.Context()).Cancel() },
		"a panic in the handler": func() {
			defer func() { recover() }()
			s := begin(t.Context())
			defer s.Cancel()
			w, _ := s.File("a", "b")
			w.Write(make([]byte, 200_000))
			panic("boom")
		},
		"the line was cut": func() {
			ctx, cut := context.WithCancel(t.Context())
			s := begin(ctx)
			defer s.Cancel()
			cut()
			if _, err := s.Finish(intaketest.Report(), keepiton.OpenFields{}); !errors.Is(err, context.Canceled) {
				t.Errorf("Finish after the line was cut: %v", err)
			}
		},
	} {
		end()
		if n := memory.Staged(); n != 0 || len(all(t, d)) != 0 {
			t.Errorf("%s: %d bodies and %d envelopes are left", name, n, len(all(t, d)))
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := d.Wait(ctx); err != nil {
		t.Errorf("something is still in flight: %v", err)
	}
}

func TestWithoutKeysNothingIsTaken(t *testing.T) {
	d := intaketest.New(t)
	d.Sealer = nil
	_, err := d.Begin(t.Context(), form)
	if keepiton.CodeOf(err) != keepiton.Unavailable || !strings.Contains(err.Error(), "no keys") {
		t.Errorf("Begin without keys: %v", err)
	}
}

func TestTheSameContainerTwiceIsOneEnvelope(t *testing.T) {
	d := intaketest.New(t)
	receipt, container := d.Container(t, intaketest.Report(), keepiton.OpenFields{Country: "ET"}, map[string][]byte{"a.txt": []byte("file")})
	first, err := d.Take(t.Context(), form, bytes.NewReader(container))
	if err != nil {
		t.Fatal(err)
	}
	again, err := d.Take(t.Context(), intake.Pass{Lane: keepiton.LaneCarried}, bytes.NewReader(container))
	if err != nil || again.ID != first.ID {
		t.Errorf("the second time: %v, %v, want %v", again.ID, err, first.ID)
	}
	e := only(t, d)
	if e.Receipt != receipt.Address() || e.Open.Country != "ET" {
		t.Errorf("envelope %+v", e)
	}
	if o := d.Open(t, e.ID); string(o.Files["a.txt"]) != "file" {
		t.Errorf("files %q", o.Files)
	}
}

func TestTheRestOfATermIsDrawnAtRandom(t *testing.T) {
	d := intaketest.New(t)
	d.Term = 90 * 24 * time.Hour
	seen := map[int]bool{}
	for range 400 {
		_, err := d.Take(t.Context(), form, bytes.NewReader(bare(t, d)))
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, e := range all(t, d) {
		days := int(e.Expires.Sub(e.Day) / (24 * time.Hour))
		if days < 60 || days > 120 || !e.Expires.Equal(e.Expires.Truncate(24*time.Hour)) {
			t.Fatalf("expires after %d days, at %v; want 60 to 120", days, e.Expires)
		}
		seen[days] = true
	}
	// 400 draws from 61 days miss more than 12 of them with probability below 1e-9.
	if len(seen) < 49 || !seen[60] && !seen[61] && !seen[62] && !seen[63] || !seen[120] && !seen[119] && !seen[118] && !seen[117] {
		t.Errorf("400 envelopes end on %d different days", len(seen))
	}
}

// bare is a small age file to the campaign, different each time.
func bare(t *testing.T, d *intaketest.Desk) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := d.Campaign.Recipients.Sealer().Seal(&out)
	if err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 64)
	rand.Read(b)
	w.Write(b)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestOnlySpamIsEndedAfterAFlood(t *testing.T) {
	d := intaketest.New(t)
	spam, good, other := send(t, d, form), send(t, d, form), send(t, d, formOf(keepiton.LaneOnion))
	for _, r := range []seal.Receipt{spam, other} {
		e, err := d.Store.EnvelopeByLookup(t.Context(), r.Address().Lookup)
		if err == nil {
			err = d.Store.SetState(t.Context(), e.ID, keepiton.EnvelopeSpam)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if n, err := d.EndSpam(t.Context(), keepiton.LaneOpen); n != 1 || err != nil {
		t.Errorf("%d ended, %v; want 1", n, err)
	}
	for r, want := range map[seal.Receipt]keepiton.EnvelopeState{spam: keepiton.EnvelopeExpired, good: keepiton.EnvelopeNew, other: keepiton.EnvelopeRead} {
		if box, err := d.Mailbox(t.Context(), r); err != nil || box.State != want {
			t.Errorf("state %q, %v; want %s", box.State, err, want)
		}
	}
	if n, err := d.EndSpam(t.Context()); n != 1 || err != nil {
		t.Errorf("%d ended in all lanes, %v; want 1", n, err)
	}
}

func TestWhatHasEndedIsSweptAway(t *testing.T) {
	d := intaketest.New(t)
	d.Term = 3 * 24 * time.Hour // give or take one
	receipt := send(t, d, form)
	if n, err := d.Sweep(t.Context()); n != 0 || err != nil {
		t.Errorf("%d swept on the first day, %v", n, err)
	}
	d.Clock.Pass(6 * 24 * time.Hour)
	if n, err := d.Sweep(t.Context()); n != 1 || err != nil {
		t.Errorf("%d swept, %v; want 1", n, err)
	}
	if box, err := d.Mailbox(t.Context(), receipt); err != nil || box.State != keepiton.EnvelopeExpired {
		t.Errorf("mailbox %+v, %v", box, err)
	}
}
