package bundle

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"keepiton"
)

func TestFormGivesBackWhatWasFilledIn(t *testing.T) {
	for seed := range uint64(100) {
		rnd := rand.New(rand.NewPCG(seed, 2))
		want := keepiton.Report{ID: NewID(), Kind: keepiton.ReportShutdown}
		if seed%2 == 0 {
			want.Kind = keepiton.ReportStory
		}
		for _, f := range FormFields {
			if f.Name == "kind" || !f.Asked(want.Kind) || rnd.IntN(4) == 0 {
				continue
			}
			answer := "ኢንተርኔት: the line\n# not a comment\nplace: no field\n#KeepItOn"
			if !f.Lines {
				answer = "ባሕር ዳር: #1"
			}
			if f.Set(&want, answer) != nil {
				choices := strings.Split(f.Help, ", ")
				answer = choices[rnd.IntN(len(choices))]
				if f.Name == "country" {
					answer = "et"
				}
				if err := f.Set(&want, answer); err != nil {
					t.Fatalf("%s refuses its own choice %q: %v", f.Name, answer, err)
				}
			}
		}
		var text strings.Builder
		if err := WriteForm(&text, &want); err != nil {
			t.Fatal(err)
		}
		got, err := ReadForm([]byte(strings.ReplaceAll(text.String(), "\n", "\r\n")))
		if err != nil {
			t.Fatalf("%v\n%s", err, text.String())
		}
		if want.Story == nil {
			got.Story = nil
		}
		if !reflect.DeepEqual(*got, want) && !(reflect.DeepEqual(want.Story, &keepiton.StoryWords{}) && got.Story == nil) {
			t.Fatalf("seed %d: %sdiffer\n%s", seed, differences(*got, want), text.String())
		}
	}
}

func TestEmptyFormIsAnEmptyReport(t *testing.T) {
	for _, kind := range []keepiton.ReportKind{keepiton.ReportShutdown, keepiton.ReportStory} {
		var text strings.Builder
		if err := WriteForm(&text, &keepiton.Report{ID: testID, Kind: kind}); err != nil {
			t.Fatal(err)
		}
		got, err := ReadForm([]byte(text.String()))
		if err != nil || got.ID != testID || got.Kind != kind {
			t.Fatalf("got %v", err)
		}
		got.ID, got.Kind, got.Story = "", "", nil
		if !reflect.DeepEqual(*got, keepiton.Report{}) {
			t.Errorf("%s: an unanswered question became an answer", kind)
		}
		for _, f := range FormFields {
			if f.Asked(kind) != strings.Contains(text.String(), "\n"+f.Name+": ") {
				t.Errorf("%s: the form asks for %s: %v", kind, f.Name, !f.Asked(kind))
			}
		}
	}
}

func TestDraftInJSONNeedsNoID(t *testing.T) {
	got, err := ReadForm([]byte("\ufeff " + `{"kind":"story","story":{"text":"ሰላም"},"new":1}`))
	if err != nil || !isHex(got.ID, 32) || got.Story.Text != "ሰላም" || got.Extra["/new"] != "1" {
		t.Errorf("got %v", err)
	}
}

func TestWrongFormIsRefusedWithItsLine(t *testing.T) {
	for _, c := range []struct{ text, says string }{
		{"kind: shutdown\ncontry: ET\n", "line 2: neither a field"},
		{"kind: party\n", "line 1: kind: not a possible answer"},
		{"# x\n\nmobile: perhaps\n", "line 3: mobile: not a possible answer"},
		{"country: Ethiopia\n", "line 1: country"},
		{"consent_press: maybe\n", "line 1: consent_press"},
		{"consent_press: yes\nconsent_press: no\n", "line 2: consent_press stands twice"},
		{"kind: story\nseen: x\n", "line 2: seen is not asked"},
		{"seen: a\nb\nplace: c\nplace: d\n", "line 4: place stands twice"},
		{"seen: a\n\xff", "not UTF-8"},
		{"id: 1\n", "id is not 32 hex digits"},
		{`{"id":"1"}`, "id is not 32 hex digits"},
		{`{"kind":1}`, "/kind: another kind of value"},
		{strings.Repeat("# \n", MaxForm), "at most"},
	} {
		if _, err := ReadForm([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%.40q: got %v, want %q", c.text, err, c.says)
		}
	}
}

func FuzzForm(f *testing.F) {
	f.Add([]byte("kind: story\nstory_text: a\n  b\nnaming: nobody\n"))
	f.Add([]byte(`{"kind":"shutdown","services":["x"]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := ReadForm(text)
		if err != nil {
			return
		}
		if _, err := EncodeReport(r); err != nil && keepiton.CodeOf(err) != keepiton.TooLarge {
			t.Fatal(err)
		}
	})
}
