package intake_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"keepiton"
	"keepiton/intake"
	"keepiton/intake/intaketest"
)

func TestSharesOfLanesAreWholes(t *testing.T) {
	var disk, attention, slots int
	for i, r := range intake.Rules() {
		if r.Lane != keepiton.Lanes[i] || r.Disk == 0 || r.Slots == 0 || r.Attention == 0 {
			t.Errorf("rule %d: %+v", i, r)
		}
		disk, attention, slots = disk+r.Disk, attention+r.Attention, slots+r.Slots
	}
	if disk != 100 || attention != 50 || len(intake.Rules()) != len(keepiton.Lanes) {
		t.Errorf("disk %d of 100, attention %d of 50", disk, attention)
	}
	if most := slots << 20; most > 300<<20 {
		t.Errorf("%d submissions at once", slots)
	}
}

// small makes a desk with little disk: the open lane holds 20 hundredths of it.
func small(t *testing.T, disk int64) *intaketest.Desk {
	t.Helper()
	d := intaketest.New(t)
	d.Disk = disk
	if err := d.SetQuotas(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestAFullLaneLeavesTheOthersAndThoseWhoWaitOpen(t *testing.T) {
	d := small(t, 2<<20)
	ticket := d.Ticket()
	take := func(p intake.Pass) error {
		_, err := d.Take(t.Context(), p, bytes.NewReader(bare(t, d)))
		return err
	}
	var err error
	taken := 0
	for ; taken < 1000 && err == nil; taken++ {
		err = take(form)
	}
	var e *keepiton.Error
	if !errors.As(err, &e) || e.Code != keepiton.TooLarge || e.Key != "intake.full" {
		t.Fatalf("after %d reports: %v; want a full lane", taken, err)
	}
	if got := d.Admit(t.Context(), intake.Shown{Ticket: ticket}); got.Work != 0 {
		t.Error("a ticket counts at once")
	}
	d.Clock.Pass(intake.Waiting)
	waited := d.Admit(t.Context(), intake.Shown{Ticket: ticket})
	if waited.Work != keepiton.Waited {
		t.Fatalf("a ticket after %v: %+v", intake.Waiting, waited)
	}
	if err := take(waited); err != nil {
		t.Errorf("who waited: %v", err)
	}
	if again := d.Admit(t.Context(), intake.Shown{Ticket: ticket}); again.Work != 0 {
		t.Error("a ticket counts twice")
	}
	for _, r := range intake.Rules() {
		if r.Lane == keepiton.LaneOpen {
			continue
		}
		if err := take(intake.Pass{Lane: r.Lane}); err != nil {
			t.Errorf("lane %s: %v", r.Lane, err)
		}
	}
	usage, err := d.Store.Usage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if q := d.Quota(keepiton.LaneOpen); usage[keepiton.LaneOpen].Bytes > q.Bytes {
		t.Errorf("the open lane holds %d of %d bytes", usage[keepiton.LaneOpen].Bytes, q.Bytes)
	}
}

func TestALaneThatIsFullComesInThroughTheOpenOne(t *testing.T) {
	d := small(t, 2<<20)
	for range 1000 {
		e, err := d.Take(t.Context(), intake.Pass{Lane: keepiton.LaneWork, Work: 20}, bytes.NewReader(bare(t, d)))
		if err != nil {
			t.Fatal(err)
		}
		if e.Lane == keepiton.LaneOpen {
			if e.Work != 0 {
				t.Errorf("work %d in the open lane", e.Work)
			}
			return
		}
	}
	t.Error("the lane of work never filled")
}

func TestAFewFilmsDoNotKeepWordsOut(t *testing.T) {
	d := small(t, 100e6) // 20 MB for the open lane
	films := 0
	for range 20 {
		_, film := d.Container(t, intaketest.Report(), keepiton.OpenFields{}, map[string][]byte{"film": make([]byte, 3<<20)})
		_, err := d.Take(t.Context(), form, bytes.NewReader(film))
		if err != nil {
			if keepiton.CodeOf(err) != keepiton.TooLarge {
				t.Fatal(err)
			}
			break
		}
		films++
	}
	if films != 2 {
		t.Errorf("%d films of 4 MB in a lane of 20 MB, want 2", films)
	}
	send(t, d, form) // with a picture, and it is taken
}

func TestTicketsThatCountAreRationed(t *testing.T) {
	d := intaketest.New(t)
	var tickets []string
	for range 1000 {
		tickets = append(tickets, d.Ticket())
	}
	d.Clock.Pass(intake.Waiting)
	worth := map[int]int{}
	for _, ticket := range tickets {
		worth[d.Admit(t.Context(), intake.Shown{Ticket: ticket}).Work]++
	}
	if worth[keepiton.Waited] != 20 || worth[keepiton.WaitedInCrowd] != 100 {
		t.Errorf("of 1000 saved tickets count at once %v, want 20 and 100 in a crowd", worth)
	}
	late := d.Ticket()
	d.Clock.Pass(intake.Waiting)
	if got := d.Admit(t.Context(), intake.Shown{Ticket: late}).Work; got != keepiton.WaitedInCrowd {
		t.Errorf("half a minute after a rush a ticket is worth %d", got)
	}
	d.Clock.Pass(30 * time.Minute)
	clear(worth)
	for range 100 {
		late := d.Ticket()
		d.Clock.Pass(intake.Waiting)
		worth[d.Admit(t.Context(), intake.Shown{Ticket: late}).Work]++
	}
	if worth[keepiton.Waited] != 100 {
		t.Errorf("of 100 tickets at an ordinary pace count %v", worth)
	}
}

func TestMoreWorkIsAskedForWhenItsLaneFills(t *testing.T) {
	d := small(t, 4<<20)
	_, before := d.Challenge(t.Context(), 0)
	for range 500 {
		if _, err := d.Take(t.Context(), intake.Pass{Lane: keepiton.LaneWork, Work: 20}, bytes.NewReader(bare(t, d))); err != nil {
			break
		}
	}
	if _, after := d.Challenge(t.Context(), 0); after <= before {
		t.Errorf("%d bits in an empty lane, %d in a full one", before, after)
	}
}

// film begins a report with a file, which takes a place for as long as it
// arrives: a kilobyte a second, until the test or the rule of a full lane ends it.
func film(t *testing.T, d *intake.Intake, p intake.Pass) (*intake.Submission, error) {
	s, err := d.Begin(t.Context(), p)
	if err != nil {
		return nil, err
	}
	w, err := s.File("film", "video/mp4")
	if err != nil {
		s.Cancel()
		return s, err
	}
	go func() {
		defer s.Cancel()
		for err == nil {
			select {
			case <-time.After(time.Second):
				_, err = w.Write(make([]byte, 1000))
			case <-t.Context().Done():
				return
			}
		}
	}()
	return s, nil
}

func TestAFloodInOneLaneTakesNoPlaceFromAnother(t *testing.T) {
	desk := intaketest.New(t) // its keys are of today, not of the bubble's
	synctest.Test(t, func(t *testing.T) {
		d := &intake.Intake{Store: desk.Store, Sealer: desk.Sealer, Slots: map[keepiton.Lane]int{keepiton.LaneOpen: 2}}
		var held []*intake.Submission
		for range 2 {
			s, err := film(t, d, form)
			if err != nil {
				t.Fatal(err)
			}
			held = append(held, s)
		}
		if _, err := film(t, d, intake.Pass{Lane: keepiton.LaneOnion}); err != nil {
			t.Errorf("the onion lane: %v", err)
		}
		if _, err := d.TakeMessage(t.Context(), form, &keepiton.Report{Road: keepiton.RoadSMS, Seen: "no internet"}, nil, "", ""); err != nil {
			t.Errorf("words in a lane whose places are held: %v", err)
		}
		time.Sleep(2 * time.Minute)
		begun := time.Now()
		third, err := film(t, d, form)
		if err != nil {
			t.Fatalf("a third: %v", err)
		}
		if waited := time.Since(begun); waited == 0 || waited > 10*time.Second {
			t.Errorf("it waited %v", waited)
		}
		lost := 0
		for _, s := range append(held, third) {
			if intake.Lost(s.Err()) {
				lost++
			}
		}
		if lost != 1 || third.Err() != nil {
			t.Errorf("%d lost their places, the third: %v", lost, third.Err())
		}
	})
}

func TestALostPlaceLeavesNothing(t *testing.T) {
	desk := intaketest.New(t)
	synctest.Test(t, func(t *testing.T) {
		d := &intake.Intake{Store: desk.Store, Sealer: desk.Sealer, Slots: map[keepiton.Lane]int{keepiton.LaneOpen: 1}}
		cut := make(chan struct{})
		ctx := intake.CutBy(t.Context(), func() { close(cut) })
		s, err := d.Begin(ctx, form)
		if err != nil {
			t.Fatal(err)
		}
		w, err := s.File("photo", "image/jpeg")
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if _, err := film(t, d, form); err != nil {
			t.Fatal(err)
		}
		select {
		case <-cut:
		default:
			t.Error("the line was not cut")
		}
		for what, err := range map[string]error{
			"writing on":   func() error { _, err := w.Write([]byte("more")); return err }(),
			"another file": func() error { _, err := s.File("more", ""); return err }(),
			"the end":      func() error { _, err := s.Finish(intaketest.Report(), keepiton.OpenFields{}); return err }(),
			"at any time":  s.Err(),
		} {
			var e *keepiton.Error
			if !intake.Lost(err) || !errors.As(err, &e) || e.Code != keepiton.RateLimited || e.Key != "page.refused.lost" || e.Hint == "" {
				t.Errorf("%s: %v", what, err)
			}
		}
		s.Cancel()
	})
	if n := desk.Store.(*intaketest.Memory).Staged(); n != 0 {
		t.Errorf("%d bodies are left", n)
	}
	if usage, err := desk.Store.Usage(t.Context()); err != nil || usage[keepiton.LaneOpen].Count != 0 {
		t.Errorf("the lane holds %+v, %v", usage[keepiton.LaneOpen], err)
	}
}

func TestWaitLastsAsLongAsSomethingIsUnderWay(t *testing.T) {
	desk := intaketest.New(t)
	synctest.Test(t, func(t *testing.T) {
		d := &intake.Intake{Store: desk.Store, Sealer: desk.Sealer}
		s, err := d.Begin(t.Context(), form)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := d.Wait(ctx); err == nil {
			t.Error("Wait ended while one is in flight")
		}
		s.Cancel()
		if err := d.Wait(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// upload begins an upload and brings so many bytes of it.
func upload(t *testing.T, d *intaketest.Desk, p intake.Pass, size, bring int64) (string, error) {
	t.Helper()
	id, err := d.BeginUpload(t.Context(), p, size)
	if err == nil && bring > 0 {
		_, err = d.AppendUpload(t.Context(), id, 0, bytes.NewReader(make([]byte, bring)))
	}
	return id, err
}

func TestUploadsUnderWayHaveABoundOfTheirOwn(t *testing.T) {
	d := small(t, 100e6)
	const size = 10e6 // half of what the open lane may have
	if _, err := d.BeginUpload(t.Context(), form, size+1); keepiton.CodeOf(err) != keepiton.TooLarge {
		t.Errorf("an upload that the lane could never take in: %v", err)
	}
	held := 0
	var err error
	for err == nil && held < 100 {
		if _, err = upload(t, d, form, size, 1e6); err == nil {
			held++
		}
	}
	if keepiton.CodeOf(err) != keepiton.RateLimited || held != 10 {
		t.Errorf("%d uploads of 1 MB, then %v; want 10", held, err)
	}
	if most := intake.UploadBytes(100e6); most != 37.5e6 {
		t.Errorf("all lanes together may have %d bytes under way", most)
	}
	if _, err := upload(t, d, intake.Pass{Lane: keepiton.LaneWork}, size, size); err != nil {
		t.Errorf("the lane of work: %v", err)
	}
	for _, size := range []int64{0, -1, intake.MaxContainer + 1} {
		if _, err := d.BeginUpload(t.Context(), form, size); err == nil {
			t.Errorf("an upload of %d bytes was begun", size)
		}
	}
	if most := intake.UploadBytes(0); most > intake.DefaultDisk/10 {
		t.Errorf("%d bytes under way in the default disk", most)
	}
}

func TestAnnouncedUploadsTakeNothingFromOthers(t *testing.T) {
	d := intaketest.New(t)
	for i := range 2000 { // far more than may be under way
		if _, err := d.BeginUpload(t.Context(), form, intake.MaxContainer/2); err != nil && keepiton.CodeOf(err) != keepiton.RateLimited {
			t.Fatalf("announcement %d: %v", i, err)
		}
	}
	d.Clock.Pass(2 * time.Minute)
	if _, err := upload(t, d, form, 1e6, 1e6); err != nil {
		t.Errorf("an upload two minutes after: %v", err)
	}
	for range 2000 { // of uploads that are not there
		if _, err := d.AppendUpload(t.Context(), "00112233445566778899aabbccddeeff", 0, bytes.NewReader(nil)); keepiton.CodeOf(err) != keepiton.NotFound {
			t.Fatal(err)
		}
	}
	if _, err := upload(t, d, form, 1e6, 1e6); err != nil {
		t.Errorf("another one: %v", err)
	}
}

func TestAnUploadThatPaidForNothingEndsBeforeAnother(t *testing.T) {
	d := small(t, 100e6)
	person, err := upload(t, d, form, 1e6, 500_000) // pays for an hour
	if err != nil {
		t.Fatal(err)
	}
	var flood []string
	for range 9 {
		id, err := upload(t, d, form, 10e6, 1e6)
		if err != nil {
			t.Fatal(err)
		}
		flood = append(flood, id)
	}
	d.Clock.Pass(50 * time.Minute)
	at := int64(500_000)
	if at, err = d.AppendUpload(t.Context(), person, at, bytes.NewReader(make([]byte, 100_000))); err != nil {
		t.Fatalf("the line came back after 50 minutes: %v", err)
	}
	d.Clock.Pass(15 * time.Minute)
	if _, err := upload(t, d, form, 9e6, 9e6); err != nil {
		t.Errorf("while the flood has not paid for an hour: %v", err)
	}
	ended := 0
	for _, id := range flood {
		if _, _, err := d.UploadEnd(t.Context(), id); keepiton.CodeOf(err) == keepiton.NotFound {
			ended++
		}
	}
	if _, _, err := d.UploadEnd(t.Context(), person); err != nil || ended == 0 {
		t.Errorf("the person's upload: %v; %d of the flood's were ended", err, ended)
	}
	if _, err := d.AppendUpload(t.Context(), person, at, bytes.NewReader(make([]byte, 1_000))); err != nil && keepiton.CodeOf(err) != keepiton.RateLimited {
		t.Errorf("the person's upload goes on: %v", err)
	}
}

func TestAnUploadIsWrittenByOneAtATime(t *testing.T) {
	d := intaketest.New(t)
	id, err := d.BeginUpload(t.Context(), form, 100)
	if err != nil {
		t.Fatal(err)
	}
	r, w := io.Pipe()
	done := make(chan error)
	go func() { _, err := d.AppendUpload(t.Context(), id, 0, r); done <- err }()
	fmt.Fprint(w, "x") // it reads, so it is inside
	if _, err := d.AppendUpload(t.Context(), id, 0, bytes.NewReader(make([]byte, 100))); keepiton.CodeOf(err) != keepiton.Conflict {
		t.Errorf("a second writer: %v, want conflict", err)
	}
	if err := d.FinishUpload(t.Context(), id, form); keepiton.CodeOf(err) != keepiton.Conflict {
		t.Errorf("finished while it is written: %v, want conflict", err)
	}
	w.Close()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// What an upload shows at its beginning is the lane of all its pieces and of the
// report: who did work is not kept out by a flood of the open lane.
func TestAnUploadThatShowedWorkPassesAFullOpenLane(t *testing.T) {
	d := small(t, 2<<20)
	var err error
	for err == nil {
		_, err = d.Take(t.Context(), form, bytes.NewReader(bare(t, d)))
	}
	_, container := d.Container(t, intaketest.Report(), keepiton.OpenFields{}, nil)
	size := int64(len(container))
	if _, err := d.BeginUpload(t.Context(), form, size); keepiton.CodeOf(err) != keepiton.TooLarge {
		t.Errorf("an upload that shows nothing: %v", err)
	}
	id, err := d.BeginUpload(t.Context(), intake.Pass{Lane: keepiton.LaneWork, Work: 20}, size)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.AppendUpload(t.Context(), id, 0, bytes.NewReader(container)); err != nil {
		t.Fatal(err)
	}
	if err := d.FinishUpload(t.Context(), id, form); err != nil {
		t.Fatal(err)
	}
	if usage, err := d.Store.Usage(t.Context()); err != nil || usage[keepiton.LaneWork].Count != 1 {
		t.Errorf("the lane of work holds %+v, %v", usage[keepiton.LaneWork], err)
	}
}
