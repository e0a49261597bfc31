package geo

import (
	"strings"

	"keepiton"
)

// found is a place with where its words stand.
type found struct {
	place      keepiton.Place
	start, end int
}

// add puts a place on the list. What is the same place twice becomes one, with both words.
func (r *reader) add(p piece, s spot, confidence float64) {
	words := strings.TrimSpace(r.area[p.start:p.end])
	place := keepiton.Place{Words: words, Region: s.region, District: s.district, Except: p.except, Confidence: confidence}
	if s.region != "" {
		place.Method = methodOf(confidence)
	} else {
		place.Confidence = 0
	}
	for i := range r.out {
		have := &r.out[i]
		if have.place.Region != place.Region || have.place.District != place.District || have.place.Except != place.Except || place.Region == "" {
			continue
		}
		if place.District == "" && have.place.Words != place.Words {
			continue // different parts of one region keep their words apart
		}
		have.place.Words = r.join(have, p, words)
		if confidence > have.place.Confidence {
			have.place.Confidence, have.place.Method = confidence, place.Method
		}
		return
	}
	r.out = append(r.out, found{place, p.start, p.end})
}

// join makes one text of the words of the same place said twice.
func (r *reader) join(have *found, p piece, words string) string {
	if p.start >= have.end && p.start-have.end < 12 {
		have.end = p.end
		return strings.TrimSpace(r.area[have.start:have.end])
	}
	if strings.Contains(have.place.Words, words) {
		return have.place.Words
	}
	return have.place.Words + "; " + words
}

func (r *reader) places(country string) []keepiton.Place {
	out := make([]keepiton.Place, 0, len(r.out))
	for _, f := range r.out {
		f.place.Country = country
		out = append(out, f.place)
	}
	return out
}
