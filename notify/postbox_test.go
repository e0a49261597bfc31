package notify_test

import (
	"testing"
	"time"

	"keepiton"
	"keepiton/notify"
)

func TestSharesOfMailsFillUpAgain(t *testing.T) {
	now := time.Date(2026, 11, 26, 10, 30, 0, 0, time.UTC)
	p := &notify.Postbox{PerHour: 8, Now: func() time.Time { return now }}
	who := notify.Share{Key: [32]byte{1}, Most: 2, Hours: 24}
	page := notify.Share{Key: [32]byte{2}, Most: 4, Told: true}
	try := func(want bool, code keepiton.Code, shares ...notify.Share) {
		t.Helper()
		if ok, err := p.Allow(shares...); ok != want || keepiton.CodeOf(err) != code {
			t.Errorf("at %s: %v, %v; want %v, %q", now.Format(time.TimeOnly), ok, err, want, code)
		}
	}
	none := keepiton.CodeOf(nil)
	try(true, none, page, who)
	try(true, none, page, who)
	try(false, none, page, who) // nobody is told
	try(true, none, page)
	try(false, keepiton.RateLimited, page)
	now = now.Add(time.Hour)
	try(false, none, page, who)
	try(true, none, page)
	now = now.Add(13 * time.Hour)
	try(true, none, page, who) // another day
	for range 7 {
		try(true, none)
	}
	try(false, keepiton.RateLimited)
}
