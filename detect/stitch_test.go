package detect

import (
	"testing"
	"time"

	"keepiton"
)

func TestNightsOfACurfewAreOneSignalWithEpisodes(t *testing.T) {
	s := made(30, func(at time.Time, b *keepiton.Bin) {
		if d := at.Sub(begin).Hours() / 24; d >= 12 && d < 20 && int(d) != 15 && (at.Hour() >= 1 && at.Hour() < 9) {
			b.Value *= 0.2
		}
	})
	got := Stitch(Signals(&s, routes))
	if len(got) != 1 || len(got[0].Episodes) != 7 || !Curfewlike(got[0]) {
		t.Fatalf("got %+v", got)
	}
	if e := got[0].Episodes[6]; !e.From.Equal(begin.AddDate(0, 0, 19).Add(time.Hour+150*time.Second)) || e.To.Sub(e.From) != 8*time.Hour {
		t.Errorf("the last night: %+v", e)
	}
}

func TestTwoOutagesAtDifferentHoursStayTwo(t *testing.T) {
	s := made(30, func(at time.Time, b *keepiton.Bin) {
		between(300, 303, 0.2)(at, b)
		between(330, 333, 0.2)(at, b)
		between(361, 363, 0.2)(at, b)
	})
	if got := Stitch(Signals(&s, routes)); len(got) != 3 || Curfewlike(got[0]) {
		t.Errorf("got %+v", got)
	}
}

func TestAShortReturnIsNoEnd(t *testing.T) {
	s := made(30, func(at time.Time, b *keepiton.Bin) {
		between(300, 303, 0.2)(at, b)
		between(303.4, 306, 0.1)(at, b)
	})
	got := Stitch(Signals(&s, routes))
	if len(got) != 1 || len(got[0].Episodes) != 1 || got[0].Depth < 0.88 || got[0].End.From.Sub(begin) != 306*time.Hour {
		t.Errorf("got %+v", got)
	}
}

func TestSpansOverlapByTheShorterOne(t *testing.T) {
	day := time.Date(2026, 1, 8, 0, 0, 0, 0, time.UTC)
	span := func(from, to int) keepiton.Span {
		s := keepiton.Span{From: day.Add(time.Duration(from) * time.Hour)}
		if to > 0 {
			s.To = day.Add(time.Duration(to) * time.Hour)
		}
		return s
	}
	for _, c := range []struct {
		a, b keepiton.Span
		want bool
	}{
		{span(0, 2), span(1, 40), true}, // half of the shorter one
		{span(0, 2), span(1, 0), true},
		{span(0, 4), span(3, 40), false},
		{span(0, 4), span(4, 8), false},
		{span(0, 0), span(9, 0), true}, // neither has ended
	} {
		if overlap(c.a, c.b) != c.want || overlap(c.b, c.a) != c.want {
			t.Errorf("%v and %v: want %t", c.a, c.b, c.want)
		}
	}
}
