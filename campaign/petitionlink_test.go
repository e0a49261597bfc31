package campaign

import (
	"strings"
	"testing"
	"time"

	"keepiton/notify"
)

func testRoom(t testing.TB, salt byte) *room {
	t.Helper()
	keys, err := notify.NewKeys([32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	r, err := (&Petitioning{Keys: keys}).room("KIT-2026-0001", []byte{salt})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestMarksAndLinksFollowFromTheSaltAlone(t *testing.T) {
	a, b := testRoom(t, 1), testRoom(t, 2)
	if a.mark("a@a.test") == b.mark("a@a.test") || a.mark("a@a.test") != testRoom(t, 1).mark("a@a.test") || a.mark("a@a.test") == a.mark("b@a.test") {
		t.Error("a mark is of an address and a petition's key")
	}
	now := time.Unix(1_800_000_000, 0)
	link := a.link(UseConfirm, a.mark("a@a.test"), now)
	if link == a.link(UseConfirm, a.mark("a@a.test"), now) {
		t.Error("two links of one address are alike: whoever sees both knows it")
	}
	if got, err := a.read(UseConfirm, link, now); err != nil || got != a.mark("a@a.test") {
		t.Errorf("read: %v", err)
	}
	if _, err := a.read(UseConfirm, link, now.Add(time.Second)); err == nil {
		t.Error("it is good after its end")
	}
	if _, err := b.read(UseConfirm, link, now); err == nil {
		t.Error("it is good under another key")
	}
}

func FuzzLinksOfPetitions(f *testing.F) {
	r := testRoom(f, 1)
	good := r.link(UseConfirm, r.mark("a@a.test"), time.Time{})
	for _, s := range []string{"", good, good[:50], good + "A", strings.ToUpper(good), "é"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := r.read(UseWithdraw, s, time.Now()); err == nil {
			t.Errorf("%q withdraws", s)
		}
		if mark, err := r.read(UseConfirm, s, time.Now()); err == nil && mark != r.mark("a@a.test") { // only what was sealed under the key
			t.Errorf("%q confirms something else", s)
		}
	})
}
