package casework_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"runtime"
	"slices"
	"sync"
	"testing"

	"keepiton"
	"keepiton/casework"
	"keepiton/evidence"
	"keepiton/store"
)

// pixels opens pictures in this process: those of these tests are ours.
type pixels struct {
	gate  chan struct{} // one for each picture; nil: open
	count *counter
}

type counter struct {
	mu sync.Mutex
	n  int
}

func (p pixels) Glance(ctx context.Context, _ evidence.Kind, original []byte) (evidence.View, error) {
	if p.gate != nil {
		select {
		case <-p.gate:
		case <-ctx.Done():
			return evidence.View{}, ctx.Err()
		}
	}
	if p.count != nil {
		p.count.mu.Lock()
		p.count.n++
		p.count.mu.Unlock()
	}
	img, err := png.Decode(bytes.NewReader(original))
	if err != nil {
		return evidence.View{}, keepiton.Errorf(keepiton.Invalid, "%w", err)
	}
	return evidence.View{Fingerprint: evidence.Fingerprint(img), Pictures: []evidence.Picture{{Width: 1, Height: 1, MediaType: "image/png", Bytes: original}}}, nil
}

// scene is a made-up photo: hills that depend on seed, brighter by more.
func scene(t *testing.T, seed, width, height int, more uint8) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			u, v := x*90/width, y*90/height
			c := uint8((u*u*(seed+3)+v*(seed*31+7)+u*v*(seed%5))/(7+seed%3)%180) + more
			img.Set(x, y, color.RGBA{c, c, c / 2, 255})
		}
	}
	var b bytes.Buffer
	check(t, png.Encode(&b, img))
	return b.Bytes()
}

// finish waits until all that a desk opened is noted, and ends it.
func finish(t *testing.T, d *casework.Desk) {
	t.Helper()
	waitFor(t, func() bool { return d.Comparing().Reports == 0 })
	d.Close()
}

// TestPicturesThatLookAlikeAreFoundAcrossDesksAndRuns is the way of one picture
// that two people sent, in two sizes.
func TestPicturesThatLookAlikeAreFoundAcrossDesksAndRuns(t *testing.T) {
	d := newDesk(t)
	first, receipt := d.send(t, cut(t, "2026-11-25", "x"), map[string][]byte{"a.png": scene(t, 1, 300, 200, 0)})
	second, _ := d.send(t, cut(t, "2026-11-26", "y"), map[string][]byte{"b.png": scene(t, 1, 150, 100, 20)})
	third, _ := d.send(t, cut(t, "2026-11-27", "z"), map[string][]byte{"c.png": scene(t, 8, 300, 200, 0)})
	without, _ := d.send(t, cut(t, "2026-11-27", "no picture"), nil)

	ana, _ := d.beside(d.Keys)
	ana.Glancer = pixels{}
	for _, id := range []keepiton.EnvelopeID{first, without} {
		_, err := ana.Open(t.Context(), id)
		check(t, err)
	}
	finish(t, ana)
	ben, bens := d.beside(d.server.Campaign.Keys[1])
	ben.Glancer = pixels{}
	for _, id := range []keepiton.EnvelopeID{second, third} {
		_, err := ben.Open(t.Context(), id)
		check(t, err)
	}
	finish(t, ben)
	if p := ben.Comparing(); p.Done != 2 || p.All != 2 || p.Failed {
		t.Errorf("ben's progress: %+v", p)
	}

	// Another run, in which nobody has opened anything.
	cleo, _ := d.beside(d.Keys)
	s := shelfOf(t, cleo)
	for _, c := range []struct{ of, like keepiton.EnvelopeID }{{first, second}, {second, first}} {
		got := s.Likenesses(c.of)
		if len(got) != 1 || got[0].Of != (casework.PictureOf{Report: c.like, File: 1}) || got[0].File != 1 || got[0].Degree() == "plain" || got[0].Distance > evidence.Near {
			t.Errorf("what looks like it: %+v, want file 1 of %s", got, c.like)
		}
	}
	if got := s.Likenesses(third); len(got) != 0 {
		t.Errorf("another picture looks like %+v", got)
	}
	if got := s.Likenesses(without); len(got) != 0 || s.Judged[without].Looked == nil {
		t.Errorf("without a picture: %+v, noted %v", got, s.Judged[without])
	}

	// Once noted, nobody looks again.
	count := &counter{}
	dora, _ := d.beside(d.Keys)
	dora.Glancer = pixels{count: count}
	for _, id := range []keepiton.EnvelopeID{first, second, third, without} {
		_, err := dora.Open(t.Context(), id)
		check(t, err)
	}
	finish(t, dora)
	if p := dora.Comparing(); count.n != 0 || p.Done != 3 || p.All != 3 {
		t.Errorf("%d pictures were opened again; progress %+v", count.n, p)
	}

	// A withdrawn report's fingerprints go with it.
	shelfOf(t, ben)
	bens.took()
	check(t, d.server.Withdraw(t.Context(), receipt.Address().Lookup, receipt.Withdrawal()))
	for _, who := range []*casework.Desk{ben, cleo} {
		if s := shelfOf(t, who); len(s.Likenesses(second)) != 0 || len(s.Likenesses(first)) != 0 {
			t.Error("a withdrawn picture is still compared")
		}
	}
	if _, err := d.server.Store.Paper(t.Context(), string(first)); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Errorf("its note is there: %v", err)
	}
	// Nor of one whose term is over.
	check(t, d.server.Store.Destroy(t.Context(), third, keepiton.EnvelopeExpired, d.Now()))
	if _, err := ben.Open(t.Context(), third); err == nil {
		t.Error("it can be opened")
	}
	if got := shelfOf(t, ben).Like("", evidence.Fingerprint(decoded(t, scene(t, 8, 300, 200, 0)))); len(got) != 0 {
		t.Errorf("a picture whose term is over is compared: %+v", got)
	}
}

func decoded(t *testing.T, b []byte) image.Image {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(b))
	check(t, err)
	return img
}

// TestNotesTellTheServerNothingOfPictures: there is one for every report that was
// opened, of one kind and one size.
func TestNotesTellTheServerNothingOfPictures(t *testing.T) {
	d := newDesk(t)
	many := map[string][]byte{}
	for i := range 40 {
		many[fmt.Sprint(i)] = scene(t, i, 60, 40, 0)
	}
	plain, receipt := d.send(t, cut(t, "2026-11-25", "x"), nil)
	full, _ := d.send(t, cut(t, "2026-11-25", "y"), many)
	odd, _ := d.send(t, cut(t, "2026-11-25", "z"), map[string][]byte{"a": []byte("\x89PNG\r\n\x1a\nbroken"), "b": []byte("<svg/>")})
	added := d.add(t, receipt, keepiton.Report{Consent: keepiton.Consent{Version: 1}})
	ana, _ := d.beside(d.Keys)
	ana.Glancer = pixels{}
	for _, id := range []keepiton.EnvelopeID{plain, full, odd, added} {
		_, err := ana.Open(t.Context(), id)
		check(t, err)
	}
	finish(t, ana)
	var papers []store.Paper
	check(t, d.server.Store.PaperParts(t.Context(), store.Marks{}, func(p store.Part[store.PaperVersion]) error {
		for _, is := range p.All {
			paper, err := d.server.Store.Paper(t.Context(), is.ID)
			check(t, err)
			papers = append(papers, paper)
		}
		return nil
	}))
	if len(papers) != 4 {
		t.Fatalf("%d notes about 4 reports", len(papers))
	}
	for _, p := range papers {
		if p.Kind != "note" || string(p.About) != p.ID || len(p.Sealed) != len(papers[0].Sealed) {
			t.Errorf("a note of kind %s about %s has %d bytes, another %d", p.Kind, p.About, len(p.Sealed), len(papers[0].Sealed))
		}
	}
	if got := shelfOf(t, ana).Judged[full].Looked; len(got.Prints) != 40 || got.Files != 40 {
		t.Errorf("%d fingerprints of 40 pictures", len(got.Prints))
	}
	if got := shelfOf(t, ana).Judged[odd].Looked; len(got.Prints) != 0 || got.Files != 2 {
		t.Errorf("of a broken picture and a drawing: %+v", got)
	}
}

// TestComparingCanBeStoppedAndGoesOn, and what reports say of consent is noted
// meanwhile.
func TestComparingCanBeStoppedAndGoesOn(t *testing.T) {
	d := newDesk(t)
	var ids []keepiton.EnvelopeID
	for i := range 3 {
		id, receipt := d.send(t, cut(t, "2026-11-25", fmt.Sprint(i)), map[string][]byte{"a.png": scene(t, i, 60, 40, 0), "b.png": scene(t, 10+i, 60, 40, 0)})
		ids = append(ids, id)
		if i == 0 {
			ids = append(ids, d.add(t, receipt, keepiton.Report{Consent: keepiton.Consent{Version: 1}}))
		}
	}
	gate := make(chan struct{})
	ana, _ := d.beside(d.Keys)
	ana.Glancer = pixels{gate: gate}
	for _, id := range ids {
		_, err := ana.Open(t.Context(), id)
		check(t, err)
	}
	gate <- struct{}{} // one picture
	ana.StopComparing()
	waitFor(t, func() bool { // every report is noted all the same
		s := shelfOf(t, ana)
		return !slices.ContainsFunc(ids, func(id keepiton.EnvelopeID) bool { return s.Judged[id] == nil || s.Judged[id].Looked == nil })
	})
	if got := shelfOf(t, ana).Judged[ids[1]].Looked; got.Adds == "" || got.Consent == nil {
		t.Errorf("the addition is noted as %+v", got)
	}
	if p := ana.Comparing(); !p.Stopped || p.All != 6 || p.Done > 1 {
		t.Errorf("stopped: %+v", p)
	}
	close(gate)
	ana.Compare()
	waitFor(t, func() bool { return ana.Comparing().Done == 6 })
	finish(t, ana)
	for i, id := range ids {
		if got := shelfOf(t, ana).Judged[id].Looked; i != 1 && len(got.Prints) != 2 {
			t.Errorf("report %d: %+v", i, got)
		}
	}
}

// waitFor lets a goroutine come as far as it must; the test's own end bounds it.
func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	for !done() {
		check(t, t.Context().Err())
		runtime.Gosched()
	}
}

// TestComparingEndsWithTheDesk, in the middle of a picture.
func TestComparingEndsWithTheDesk(t *testing.T) {
	d := newDesk(t)
	id, _ := d.send(t, cut(t, "2026-11-25", "x"), map[string][]byte{"a.png": scene(t, 1, 60, 40, 0)})
	ana, _ := d.beside(d.Keys)
	ana.Glancer = pixels{gate: make(chan struct{})}
	_, err := ana.Open(t.Context(), id)
	check(t, err)
	ana.Close()
	_, err = ana.Open(t.Context(), id)
	check(t, err)
	if p := ana.Comparing(); p.Done != 0 {
		t.Errorf("after the end: %+v", p)
	}
	if got := shelfOf(t, ana).Judged[id]; got != nil {
		t.Errorf("half a look was noted: %+v", got)
	}
}

// TestANoteInTheBackgroundDisturbsNobody: a judgement that meets it is written
// all the same, and neither is lost.
func TestANoteInTheBackgroundDisturbsNobody(t *testing.T) {
	d := newDesk(t)
	id, _ := d.send(t, cut(t, "2026-11-25", "x"), nil)
	for i := range 2 {
		times := 0
		_, err := d.Judge(t.Context(), id, "judged", func(j *casework.Judgement) error {
			if times++; times == 1 {
				check(t, d.KeepPrint(t.Context(), id, i+1, evidence.Hash{byte(i), 1}))
			}
			j.Decision = casework.Unsure
			j.AddNote(d.Now(), "ana", fmt.Sprint("note ", i))
			return nil
		})
		check(t, err)
		got := shelfOf(t, d.Desk).Judged[id]
		if got.Decision != casework.Unsure || len(got.Notes) != i+1 || got.Looked == nil || len(got.Looked.Prints) != i+1 || times != 2 {
			t.Errorf("after %d: %+v with %+v", i+1, got, got.Looked)
		}
	}
	check(t, d.KeepPrint(t.Context(), id, 1, evidence.Hash{9}))
	if got := shelfOf(t, d.Desk).Judged[id].Looked.Prints[0].Hash; got != (evidence.Hash{0, 1}) {
		t.Errorf("a fingerprint that was known is now %s", got)
	}
}

// TestASessionThatEndedKeepsWhatIsToDo: nothing is lost that the server did not
// take.
func TestASessionThatEndedKeepsWhatIsToDo(t *testing.T) {
	d := newDesk(t)
	id, _ := d.send(t, cut(t, "2026-11-25", "x"), map[string][]byte{"a.png": scene(t, 1, 60, 40, 0)})
	other, _ := d.send(t, cut(t, "2026-11-25", "y"), nil)
	ana, _ := d.beside(d.Keys)
	refusing := &refusing{Server: ana.Server}
	ana.Server, ana.Glancer = refusing, pixels{}
	refusing.set(true)
	_, err := ana.Open(t.Context(), id)
	check(t, err)
	waitFor(t, func() bool { return ana.Comparing().Failed })
	refusing.set(false)
	_, err = ana.Open(t.Context(), other)
	check(t, err)
	waitFor(t, func() bool {
		s := shelfOf(t, ana)
		return s.Judged[id] != nil && s.Judged[other] != nil
	})
	finish(t, ana)
	if p := ana.Comparing(); p.Failed {
		t.Errorf("after the server was back: %+v", p)
	}
}

// refusing takes no papers while it is set.
type refusing struct {
	casework.Server
	mu sync.Mutex
	no bool
}

func (r *refusing) set(no bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.no = no
}

func (r *refusing) PutPaper(ctx context.Context, p store.Paper, base int) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.no {
		return 0, keepiton.Errorf(keepiton.Unsigned, "not signed in")
	}
	return r.Server.PutPaper(ctx, p, base)
}
