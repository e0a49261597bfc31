package casework

import (
	"hash/fnv"
	"strings"

	"keepiton"
	"keepiton/locale"
	"keepiton/partition"
)

// Sketch is what is compared to find reports that say the same in nearly the
// same words: MinHash values over runs of characters (A. Broder, "On the
// resemblance and containment of documents", 1997). The share of equal values
// estimates the share of common runs.
type Sketch [sketchSize]uint32

const (
	sketchSize = 64
	// Runs of so many characters of the folded text: long enough to tell texts
	// apart, and not bound to spaces, which some scripts and hurried people do
	// without.
	runLength = 8
	// bands parts a sketch for the search for candidates: two texts that share
	// half of their runs agree in one band of two with a probability of
	// 1-(1-0.5²)³² = 99.99 %.
	bandSize = 2
	// AlikeFrom is the share of common runs from which two reports are shown as
	// one group. A form whose gaps are filled in anew shares a half to nine tenths,
	// what was forwarded with a word of one's own most; what two people write
	// themselves of the same hour and street about a tenth at most.
	AlikeFrom = 0.5
	// shortText is the number of runs below which texts are too short to judge:
	// "no internet here" is said by thousands.
	shortText = 40
)

// SketchOf sketches the words of a report, and reports whether there are enough.
func SketchOf(rep *keepiton.Report) (s Sketch, enough bool) {
	words := []string{rep.Seen.Reveal()}
	if rep.Story != nil {
		words = append(words, rep.Story.Title.Reveal(), rep.Story.Text.Reveal())
	}
	text := []rune(locale.Fold(strings.Join(words, " ")))
	for i := range s {
		s[i] = ^uint32(0)
	}
	runs := len(text) - runLength + 1
	for i := range max(runs, 0) {
		h := fnv.New64a()
		h.Write([]byte(string(text[i : i+runLength])))
		base := h.Sum64()
		for k := range s {
			// Independent enough hashes from one: multiply by odd numbers, take
			// the high half.
			v := uint32((base ^ uint64(k)*0x9e3779b97f4a7c15) * (2*uint64(k) + 0xbf58476d1ce4e5b9 | 1) >> 32)
			s[k] = min(s[k], v)
		}
	}
	return s, runs >= shortText
}

// Share estimates the share of runs that two texts have in common, 0 to 1.
func (s Sketch) Share(o Sketch) float64 {
	same := 0
	for i := range s {
		if s[i] == o[i] {
			same++
		}
	}
	return float64(same) / sketchSize
}

// Alike groups reports that are one report (the same id by two roads), that
// share a file, or that say nearly the same. Every report is in exactly one
// group; groups and reports keep the order they came in, so the first of a
// group stands for it and none is ever hidden.
func Alike(all []*Opened) [][]*Opened {
	sets := partition.Of(len(all))
	first := map[string]int{}
	meet := func(i int, key string) {
		if j, ok := first[key]; ok {
			sets.Join(i, j)
		} else {
			first[key] = i
		}
	}
	sketches := make([]Sketch, len(all))
	type band struct {
		at     int
		values [bandSize]uint32
	}
	candidates := map[band][]int{}
	for i, o := range all {
		if o.Report.ID != "" {
			meet(i, "id "+o.Report.ID)
		}
		for _, f := range o.Report.Files {
			if f.SHA256 != "" {
				meet(i, "file "+f.SHA256)
			}
		}
		s, enough := SketchOf(o.Report)
		if sketches[i] = s; !enough {
			continue
		}
		for at := 0; at < sketchSize; at += bandSize {
			b := band{at, [bandSize]uint32(s[at : at+bandSize])}
			known := candidates[b]
			// One of each group is enough to compare with, so that a flood of
			// one text costs no square.
			for _, j := range known {
				if sets.First(i) == sets.First(j) {
					break
				}
				if s.Share(sketches[j]) >= AlikeFrom {
					sets.Join(i, j)
					break
				}
			}
			if len(known) < 8 {
				candidates[b] = append(known, i)
			}
		}
	}
	var groups [][]*Opened
	for _, numbers := range sets.Groups() {
		var group []*Opened
		for _, i := range numbers {
			group = append(group, all[i])
		}
		groups = append(groups, group)
	}
	return groups
}
