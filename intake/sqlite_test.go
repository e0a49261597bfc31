package intake_test

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"testing"

	"keepiton"
	"keepiton/bundle"
	"keepiton/intake/intaketest"
	"keepiton/seal"
	"keepiton/store/blind"
	"keepiton/store/sqlite"
)

// onDisk is a desk over the store that servers have by default.
func onDisk(t testing.TB) *intaketest.Desk {
	t.Helper()
	dir := t.TempDir()
	st, err := sqlite.OpenSealed(t.Context(), filepath.Join(dir, "sealed.db"), filepath.Join(dir, "sealed"), sqlite.SealedOptions{Options: blind.Options{Now: (&intaketest.Clock{}).Now}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return intaketest.Over(t, st)
}

func TestAllRoadsOverSQLite(t *testing.T) {
	d := onDisk(t)
	byForm := send(t, d, form)
	byScript, container := d.Container(t, intaketest.Report(), keepiton.OpenFields{Country: "ET"}, map[string][]byte{"film": bytes.Repeat([]byte("frame "), 50_000)})
	for range 2 {
		id, err := d.BeginUpload(t.Context(), form, int64(len(container)))
		if err != nil {
			t.Fatal(err)
		}
		for at := 0; at < len(container); at += 100_000 {
			if _, err := d.AppendUpload(t.Context(), id, int64(at), bytes.NewReader(container[at:min(at+100_000, len(container))])); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.FinishUpload(t.Context(), id, form); err != nil {
			t.Fatal(err)
		}
		if _, _, err := d.UploadEnd(t.Context(), id); keepiton.CodeOf(err) != keepiton.NotFound {
			t.Errorf("the upload is still there: %v", err)
		}
	}
	mail := &keepiton.Report{Road: keepiton.RoadMail, Sender: "somebody@example.org", Seen: "words"}
	if _, err := d.TakeMessage(t.Context(), formOf(keepiton.LaneMail), mail, []byte("From: somebody\r\n\r\nwords"), "message.eml", "message/rfc822"); err != nil {
		t.Fatal(err)
	}
	s, err := d.Add(t.Context(), form, byForm)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Cancel()
	if _, err := s.Finish(&keepiton.Report{Seen: "more"}, keepiton.OpenFields{}); err != nil {
		t.Fatal(err)
	}
	list := all(t, d)
	if len(list) != 4 {
		t.Fatalf("%d envelopes, want 4", len(list))
	}
	for _, e := range list {
		o := d.Open(t, e.ID)
		if e.Lane == keepiton.LaneMail && (o.Report.Sender != "somebody@example.org" || string(o.Files["message.eml"]) != "From: somebody\r\n\r\nwords") {
			t.Errorf("mail: %q", o.Files)
		}
	}
	for _, r := range []seal.Receipt{byForm, byScript} {
		reply(t, d, r, "thank you")
		if box, err := d.Mailbox(t.Context(), r); err != nil || box.State != keepiton.EnvelopeNew || len(box.Replies) != 1 {
			t.Errorf("mailbox %+v, %v", box, err)
		}
		if err := d.WithdrawAll(t.Context(), r); err != nil {
			t.Error(err)
		}
		if box, err := d.Mailbox(t.Context(), r); err != nil || box.State != keepiton.EnvelopeWithdrawn {
			t.Errorf("mailbox after the withdrawal %+v, %v", box, err)
		}
	}
	left := 0
	for _, e := range all(t, d) {
		if e.Gone.IsZero() {
			left++
		}
	}
	if left != 1 {
		t.Errorf("%d envelopes are left, want the mail alone", left)
	}
}

const mostMemory = 64 << 20

// TestAReportOf50MBTakesLittleMemory looks at the heap all along the way of the
// largest report there may be.
func TestAReportOf50MBTakesLittleMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: writes 200 MB")
	}
	d := onDisk(t)
	watch := newWatch()
	s, err := d.Begin(t.Context(), form)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Cancel()
	w, err := s.File("film.mp4", "video/mp4")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(watch.writer(w), io.LimitReader(zeros{}, bundle.MaxFileBytes)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Finish(intaketest.Report(), keepiton.OpenFields{}); err != nil {
		t.Fatal(err)
	}
	t.Logf("form: %d KiB more at most", watch.look()>>10)

	body, err := d.Store.OpenBody(t.Context(), only(t, d).ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.WithdrawAll(t.Context(), seal.NewReceipt()); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Fatal(err)
	}
	var header bytes.Buffer
	if err := bundle.WriteHeader(&header, bundle.Header{}); err != nil {
		t.Fatal(err)
	}
	other := onDisk(t)
	if _, err := other.Take(t.Context(), form, io.MultiReader(&header, watch.reader(body))); err != nil {
		t.Fatal(err)
	}
	t.Logf("container: %d KiB more at most", watch.look()>>10)
	if most := watch.look(); most > mostMemory {
		t.Errorf("the heap grew by %d MiB, at most %d are allowed", most>>20, mostMemory>>20)
	}
}

// watch remembers the largest heap that it saw, over that at its beginning.
type watch struct {
	begin, most uint64
	passed      int
}

func newWatch() *watch {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return &watch{begin: m.HeapAlloc}
}

// look returns the growth in bytes.
func (w *watch) look() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	w.most = max(w.most, m.HeapAlloc)
	return w.most - min(w.begin, w.most)
}

func (w *watch) pass(n int) {
	if w.passed += n; w.passed > 256<<10 {
		w.passed = 0
		w.look()
	}
}

func (w *watch) writer(to io.Writer) io.Writer   { return watched{w, to, nil} }
func (w *watch) reader(from io.Reader) io.Reader { return watched{w, nil, from} }

type watched struct {
	*watch
	to   io.Writer
	from io.Reader
}

func (w watched) Write(p []byte) (int, error) {
	w.pass(len(p))
	return w.to.Write(p)
}

func (w watched) Read(p []byte) (int, error) {
	n, err := w.from.Read(p)
	w.pass(n)
	return n, err
}

// BenchmarkForm seals and stores reports of 2 KB by the road of the form, with
// as many senders at once as the lane lets in.
func BenchmarkForm(b *testing.B) {
	d := onDisk(b)
	d.Disk = 1 << 40
	words := keepiton.Private(bytes.Repeat([]byte("The internet is cut. "), 90))
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			s, err := d.Begin(b.Context(), formOf(keepiton.LaneWork))
			if err != nil {
				b.Error(err)
				return
			}
			rep := intaketest.Report()
			rep.ID, rep.Seen = "", words
			if _, err := s.Finish(rep, keepiton.OpenFields{}); err != nil {
				b.Error(err)
			}
			s.Cancel()
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reports/s")
}

// BenchmarkTake stores reports of 2 KB that were sealed elsewhere.
func BenchmarkTake(b *testing.B) {
	d := onDisk(b)
	d.Disk = 1 << 40
	rep := intaketest.Report()
	rep.Seen = keepiton.Private(bytes.Repeat([]byte("The internet is cut. "), 90))
	_, container := d.Container(b, rep, keepiton.OpenFields{}, nil)
	at := bytes.Index(container, []byte("age-encryption.org"))
	containers := make(chan []byte, 64)
	go func() { // each different, at no cost: the last byte but a few is part of a tag
		for i := range b.N {
			c := bytes.Clone(container[at:])
			copy(c[len(c)-8:], fmt.Sprintf("%08x", i))
			containers <- c
		}
		close(containers)
	}()
	b.SetParallelism(32)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := d.Take(b.Context(), formOf(keepiton.LaneWork), bytes.NewReader(<-containers)); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reports/s")
}
