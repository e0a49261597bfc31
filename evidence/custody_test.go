package evidence

import (
	"encoding/json"
	"testing"
	"time"

	"keepiton"
)

func chain() *Record {
	day := Day{time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)}
	r := &Record{ID: "a", Original: Item{SHA256: "aa", Size: 3, Kind: JPEG}}
	r.Add(Step{Act: Arrive, To: r.Original, Who: "ana", Day: day})
	r.Add(Step{Act: Render, From: "aa", To: Item{SHA256: "bb", Size: 4, Kind: PNG}, Tool: "keepiton", Who: "ana", Day: day})
	r.Add(Step{Act: Blank, From: "aa", To: Item{SHA256: "cc", Size: 4, Kind: JPEG}, Params: "boxes 1", Who: "ben", Day: Day{day.AddDate(0, 0, 1)}})
	return r
}

func TestAChainOfCustodyCannotBeChangedUnseen(t *testing.T) {
	if err := chain().VerifyCustody(); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(chain())
	if err != nil {
		t.Fatal(err)
	}
	var read Record
	if err := json.Unmarshal(text, &read); err != nil || read.VerifyCustody() != nil {
		t.Errorf("written and read again: %v, %v", err, read.VerifyCustody())
	}
	for name, spoil := range map[string]func(r *Record){
		"another person":        func(r *Record) { r.Steps[1].Who = "eve" },
		"a step taken out":      func(r *Record) { r.Steps = append(r.Steps[:1], r.Steps[2]) },
		"steps swapped":         func(r *Record) { r.Steps[1], r.Steps[2] = r.Steps[2], r.Steps[1] },
		"another original":      func(r *Record) { r.Original.SHA256 = "dd" },
		"no arrival":            func(r *Record) { r.Steps = r.Steps[1:] },
		"nothing at all":        func(r *Record) { r.Steps = nil },
		"made of a stranger":    func(r *Record) { r.Add(Step{Act: Blank, From: "ff", To: Item{SHA256: "ee"}, Day: r.Steps[2].Day}) },
		"a day before the last": func(r *Record) { r.Add(Step{Act: Open, From: "aa", To: r.Original, Day: r.Steps[0].Day}) },
	} {
		r := chain()
		spoil(r)
		if err := r.VerifyCustody(); keepiton.CodeOf(err) != keepiton.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
