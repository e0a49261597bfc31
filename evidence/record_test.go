package evidence

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"keepiton"
)

func day(n int) Day { return DayOf(time.Date(2026, 11, n, 15, 4, 5, 0, time.UTC)) }

// sampleRecord is the record of a photo from its arrival to a partner.
func sampleRecord(t *testing.T) (r Record, public Public) {
	t.Helper()
	original := asPNG(t, screen(120, 80, "No internet"))
	p, err := Clean(t.Context(), PNG, original, []Box{{X: 1, Y: 1, Width: 9, Height: 9}})
	if err != nil {
		t.Fatal(err)
	}
	item := Item{SHA256: sum(original), Size: int64(len(original)), Kind: PNG}
	made := p.Step
	made.Who, made.Day = "selam", day(25)
	r = Record{
		ID: strings.Repeat("a1", 16), Report: strings.Repeat("b2", 16), Road: keepiton.RoadForm, Arrived: day(24), Original: item, By: "selam",
		Authenticity: Finding{State: keepiton.Yes, Note: "the bank's sign is that of the street", Who: "selam", Day: day(25)},
	}
	r.Add(Step{Act: Arrive, To: item, Who: "form", Day: day(24)})
	r.Add(Step{Act: Open, From: item.SHA256, To: item, Who: "selam", Day: day(25)})
	r.Add(made)
	r.Add(Step{Act: Hand, From: p.SHA256, To: made.To, Who: "selam", Day: day(26), Note: "to the court"})
	return r, p
}

func TestRecordGoesThroughJSON(t *testing.T) {
	r, p := sampleRecord(t)
	if err := r.Validate(); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"arrived":"2026-11-24"`, `"state":"yes"`, `"state":"not_asked"`, `"road":"form"`, p.SHA256} {
		if !strings.Contains(string(b), want) {
			t.Errorf("JSON lacks %s:\n%s", want, b)
		}
	}
	var got Record
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, r) {
		t.Errorf("got  %s\nwant %s", mustJSON(t, got), b)
	}
	if got.Head() != r.Head() {
		t.Error("the head changed on the way")
	}
	if err := got.Validate(); err != nil {
		t.Error(err)
	}
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRecordIsNotLogged(t *testing.T) {
	r, _ := sampleRecord(t)
	var w strings.Builder
	slog.New(slog.NewTextHandler(&w, nil)).Info("kept", "record", r)
	for _, text := range []string{w.String(), fmt.Sprint(r), fmt.Sprintf("%#v", r), fmt.Sprintf("%+v", r)} {
		if strings.Contains(text, "selam") || strings.Contains(text, "street") || !strings.Contains(text, r.ID) {
			t.Errorf("it prints %s", text)
		}
	}
}

func TestRecordThatLacksSomethingIsNamed(t *testing.T) {
	good, _ := sampleRecord(t)
	for _, c := range []struct {
		change func(r *Record)
		text   string
	}{
		{func(r *Record) { r.ID = "1" }, "evidence: id"},
		{func(r *Record) { r.Report = "x" }, "evidence: report"},
		{func(r *Record) { r.Arrived = Day{} }, "evidence: arrived"},
		{func(r *Record) { r.By = "" }, "evidence: by"},
		{func(r *Record) { r.Proof = "certainly" }, "evidence: proof"},
		{func(r *Record) { r.Original.SHA256 = strings.ToUpper(r.Original.SHA256) }, "evidence: original: sha256"},
		{func(r *Record) { r.Original.Size = -1 }, "evidence: original: size"},
		{func(r *Record) { r.Identity.State = keepiton.No }, "evidence: identity: who"},
		{func(r *Record) { r.Steps = nil }, "custody: there is no step"},
	} {
		r := good
		c.change(&r)
		if err := r.Validate(); keepiton.CodeOf(err) != keepiton.Invalid || !strings.Contains(err.Error(), c.text) {
			t.Errorf("got %v, want %q", err, c.text)
		}
	}
}

func TestCustodyThatWasTamperedWithIsNoticed(t *testing.T) {
	r, p := sampleRecord(t)
	relink := func(steps []Step) []Step { // as somebody does who knows how digests work
		var out Record
		for _, s := range steps {
			out.Add(s)
		}
		return out.Steps
	}
	for _, c := range []struct {
		name   string
		change func(c []Step) []Step
		text   string
	}{
		{"a name changed", func(c []Step) []Step { c[1].Who = "dawit"; return c }, "step 3 (clean): it does not follow"},
		{"a step taken out", func(c []Step) []Step { return slices.Delete(c, 1, 2) }, "step 2 (clean): it does not follow"},
		{"a step put in", func(c []Step) []Step { return slices.Insert(c, 2, c[1]) }, "step 3 (open): it does not follow"},
		{"two steps swapped", func(c []Step) []Step { c[1], c[2] = c[2], c[1]; return c }, "step 2 (clean): it does not follow"},
		{"the first taken out", func(c []Step) []Step { return relink(c[1:]) }, "begin with the arrival"},
		{"a second arrival", func(c []Step) []Step { return relink(append(c, c[0])) }, "begin with the arrival"},
		{"another original", func(c []Step) []Step { c[0].To.SHA256 = sum(nil); return relink(c) }, "not the original"},
		{"an origin that nobody knows", func(c []Step) []Step { c[2].From = sum(nil); return relink(c) }, "step 3 (clean): it is made of something"},
		{"something else handed over", func(c []Step) []Step { c[3].To.SHA256 = sum(nil); return relink(c) }, "step 4 (hand): it makes nothing new"},
		{"back in time", func(c []Step) []Step { c[3].Day = day(20); return relink(c) }, "step 4 (hand): it is older"},
		{"an act that is none", func(c []Step) []Step { c[3].Act = "borrow"; return relink(c) }, "no such act"},
		{"made by nothing", func(c []Step) []Step { c[2].Tool = ""; return relink(c) }, "the tool or its version"},
		{"done by nobody", func(c []Step) []Step { c[3].Who = ""; return relink(c) }, "who did it"},
		{"without a day", func(c []Step) []Step { c[3].Day = Day{}; return relink(c) }, "the day is missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			changed := r
			changed.Steps = c.change(slices.Clone(r.Steps))
			err := changed.VerifyCustody()
			if keepiton.CodeOf(err) != keepiton.Invalid || !strings.Contains(err.Error(), c.text) {
				t.Errorf("got %v, want %q", err, c.text)
			}
		})
	}
	// What a whole rewrite hides from the steps, their head shows.
	forged := r
	forged.Steps = slices.Clone(r.Steps)
	forged.Steps[1].Who = "dawit"
	if forged.Steps = relink(forged.Steps); forged.VerifyCustody() != nil || forged.Head() == r.Head() {
		t.Error("rewritten steps have the head of the true ones")
	}
	if r.Steps[2].To.SHA256 != p.SHA256 || r.Steps[2].From != r.Original.SHA256 || r.Steps[2].Params == "" {
		t.Errorf("the step of the copy: got %+v", r.Steps[2])
	}
}
