package detect

import (
	"time"

	"keepiton"
)

// Stitch joins the signals of one series, in the order of onset, that are parts of
// one event: short gaps are none, and what begins at the same time of the day again
// and again, as curfews and exams do, is one signal with episodes
// (notes/detection.md 7.3). What was vetoed is left alone.
func Stitch(all []keepiton.Signal) []keepiton.Signal {
	var out []keepiton.Signal
	for _, s := range all {
		s.Episodes = []keepiton.Span{s.Period()}
		if n := len(out); n > 0 && s.Veto == "" && out[n-1].Veto == "" && !out[n-1].End.IsZero() {
			if gap := s.Onset.From.Sub(out[n-1].End.From); gap <= max(joinGap, 2*s.Step) {
				last := len(out[n-1].Episodes) - 1
				out[n-1].Episodes[last].To = s.Episodes[0].To
				absorb(&out[n-1], s)
				continue
			}
		}
		out = append(out, s)
	}
	return curfews(out)
}

// curfews joins signals whose onsets recur at a time of the day. Each run begins with
// a signal that has at least curfewLeast followers at its time within curfewDays days,
// and goes on for as long as one more comes within so many days.
func curfews(all []keepiton.Signal) []keepiton.Signal {
	taken := make([]bool, len(all))
	var out []keepiton.Signal
	for i := range all {
		if taken[i] {
			continue
		}
		run := []int{i}
		for j := i + 1; j < len(all); j++ {
			last := all[run[len(run)-1]]
			if days := all[j].Onset.Mid().Sub(last.Onset.Mid()); days > curfewDays*24*time.Hour+curfewSlack {
				break
			}
			if !taken[j] && all[j].Veto == "" && all[i].Veto == "" && sameTimeOfDay(last, all[j]) {
				run = append(run, j)
			}
		}
		first := 0 // followers within curfewDays of the first one
		for _, j := range run[1:] {
			if all[j].Onset.Mid().Sub(all[i].Onset.Mid()) <= curfewDays*24*time.Hour+curfewSlack {
				first++
			}
		}
		s := all[i]
		if first >= curfewLeast {
			for _, j := range run[1:] {
				taken[j] = true
				s.Episodes = append(s.Episodes, all[j].Episodes...)
				absorb(&s, all[j])
			}
		}
		out = append(out, s)
	}
	return out
}

// sameTimeOfDay compares onsets by the clock; a bin is the least that they can differ
// by. Summer time moves one of them by an hour twice a year, and ends the run.
func sameTimeOfDay(a, b keepiton.Signal) bool {
	const day = 24 * time.Hour
	slack := max(curfewSlack, a.Step)
	off := b.Onset.Mid().Sub(a.Onset.Mid()) % day
	off = min(off, day-off)
	return b.Onset.Mid().Sub(a.Onset.Mid()) > day/2 && off <= slack
}

// absorb takes over what a later part of the same event has.
func absorb(s *keepiton.Signal, part keepiton.Signal) {
	s.End = part.End
	s.Missing += part.Missing
	if part.Depth > s.Depth {
		s.Depth, s.Witness = part.Depth, part.Witness
	}
	s.LogLR = max(s.LogLR, part.LogLR)
}

// Curfewlike reports whether a stitched signal recurs at a time of the day.
func Curfewlike(s keepiton.Signal) bool { return len(s.Episodes) > curfewLeast }
