package relational

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"keepiton"
	"keepiton/locale"
	"keepiton/store"
)

// Limits of a search text.
const (
	maxQuery = 500 // bytes; the rest is refused
	maxTerms = 12  // words; more are refused
)

// matches are the incidents found by a text: a bit for each slot of a shelf.
type matches struct{ slots map[int64]uint64 }

func (m *matches) has(shelf int64, slot uint8) bool { return m.slots[shelf]&(1<<slot) != 0 }

func (m *matches) and(o *matches) {
	for id, bits := range m.slots {
		if bits &= o.slots[id]; bits == 0 {
			delete(m.slots, id)
		} else {
			m.slots[id] = bits
		}
	}
}

// searchCache keeps what was found by the last texts at one version of the
// record, so that paging does not search again.
type searchCache struct {
	mu      sync.Mutex
	version int64
	found   map[string]*matches
}

const searchCacheSize = 32

func (c *searchCache) get(version int64, key string) *matches {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.version != version {
		return nil
	}
	return c.found[key]
}

func (c *searchCache) put(version int64, key string, m *matches) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.found == nil || c.version != version || len(c.found) >= searchCacheSize {
		c.version, c.found = version, map[string]*matches{}
	}
	c.found[key] = m
}

// How loosely the words of a search are taken. The first way in which anything
// is found is the one that counts: "niger" does not find Nigeria while Niger
// is there, and "provinc" still finds provinces.
type looseness int

const (
	wholeWords looseness = iota // the word, or it with or without a plural s
	wordStarts                  // words that begin so
	looseEnd
)

// search finds the incidents that match q.Text, nil when there is no text.
func (s *Store) search(ctx context.Context, v *view, q *store.Query) (*matches, error) {
	if strings.TrimSpace(q.Text) == "" {
		return nil, nil
	}
	if len(q.Text) > maxQuery || !utf8.ValidString(q.Text) {
		return nil, keepiton.Errorf(keepiton.Invalid, "a search takes at most %d bytes of UTF-8", maxQuery)
	}
	key := q.Text
	if !q.AsOf.IsZero() {
		key = strconv.FormatInt(q.AsOf.Unix(), 10) + " " + key
	}
	if m := s.searches.get(v.version, key); m != nil {
		return m, nil
	}
	m := &matches{slots: map[int64]uint64{}}
	for loose := wholeWords; loose < looseEnd && len(m.slots) == 0; loose++ {
		terms, err := parseSearch(q.Text, loose)
		if err != nil {
			return nil, err
		}
		if len(terms) == 0 {
			break // nothing but punctuation: nothing is found
		}
		if m, err = s.find(ctx, v, terms, q); err != nil {
			return nil, err
		}
	}
	s.searches.put(v.version, key, m)
	return m, nil
}

// find asks the engine. For a past moment it asks twice: which incidents match
// as they stand, and which ever had the words; where a revision of the past is
// not the one that stands, its document is looked at.
func (s *Store) find(ctx context.Context, v *view, terms []Term, q *store.Query) (*matches, error) {
	now, err := s.ask(ctx, terms, false)
	if err != nil || q.AsOf.IsZero() {
		return now, err
	}
	ever, err := s.ask(ctx, terms, true)
	if err != nil {
		return nil, err
	}
	return ever, s.verify(ctx, v, ever, now, terms, q.AsOf.Unix())
}

// ask asks the engine term by term.
func (s *Store) ask(ctx context.Context, terms []Term, former bool) (*matches, error) {
	var all *matches
	for _, t := range terms {
		query, args := s.d.Find(t, former)
		var keys *string
		if err := s.One(ctx, "search", query, args, []any{&keys}); err != nil {
			return nil, err
		}
		m := &matches{slots: map[int64]uint64{}}
		if keys != nil {
			for k := range strings.SplitSeq(*keys, " ") {
				key, err := strconv.ParseInt(k, 10, 64)
				if err != nil {
					return nil, s.Fail("search", err)
				}
				id, slot := shelfOf(key)
				m.slots[id] |= 1 << slot
			}
		}
		if all == nil {
			all = m
		} else {
			all.and(m)
		}
		if len(all.slots) == 0 {
			break
		}
	}
	return all, nil
}

// verify drops from ever the incidents whose revision in force at asOf does not
// match. Documents are read a shelf at a time.
func (s *Store) verify(ctx context.Context, v *view, ever, now *matches, terms []Term, asOf int64) error {
	for _, o := range v.outlines {
		maybe := ever.slots[o.id]
		if maybe == 0 {
			continue
		}
		var standing uint64 // slots whose revision of then still stands
		for i := range o.present.marks {
			if m := &o.present.marks[i]; m.recorded <= asOf {
				standing |= 1 << m.slot
			}
		}
		found := maybe & standing & now.slots[o.id]
		var seqs []int64
		var slots []uint8
		o.inForceAt(asOf, nil, func(k *mark) {
			if maybe&^standing&(1<<k.slot) != 0 {
				seqs, slots = append(seqs, k.seq), append(slots, k.slot)
			}
		})
		revs, err := s.revisions(ctx, seqs, false)
		if err != nil {
			return err
		}
		for i := range revs {
			if matchAll(terms, searchText(&revs[i].Incident)) {
				found |= 1 << slots[i]
			}
		}
		if ever.slots[o.id] = found; found == 0 {
			delete(ever.slots, o.id)
		}
	}
	return nil
}

// matchAll does in memory what the engines do in their indexes.
func matchAll(terms []Term, text string) bool {
	spaced := " " + text + " "
	for _, t := range terms {
		ok := t.Part != "" && slices.ContainsFunc(splitWords(text), func(w string) bool { return !isASCII(w) && strings.Contains(w, t.Part) })
		for _, p := range t.Phrases {
			words := " " + joinWords(p.Words)
			if !p.Prefix {
				words += " "
			}
			ok = ok || strings.Contains(spaced, words)
		}
		if !ok {
			return false
		}
	}
	return true
}

// parseSearch reads what a person typed: words that must all be there, and
// "phrases in quotes"; a word joined by marks, such as an id, is a phrase. A
// trailing * lets a word go on.
func parseSearch(text string, loose looseness) ([]Term, error) {
	var terms []Term
	for i, chunk := range strings.Split(text, `"`) {
		if i%2 == 1 {
			terms = appendTerm(terms, chunk, false, wholeWords)
			continue
		}
		for _, word := range strings.Fields(chunk) {
			bare, star := strings.CutSuffix(word, "*")
			terms = appendTerm(terms, bare, star, loose)
		}
	}
	if len(terms) > maxTerms {
		return nil, keepiton.Errorf(keepiton.Invalid, "a search takes at most %d words", maxTerms)
	}
	return terms, nil
}

func appendTerm(terms []Term, chunk string, star bool, loose looseness) []Term {
	words := splitWords(locale.Fold(chunk))
	for i := range words {
		words[i] = clipWord(words[i])
	}
	switch {
	case len(words) == 0:
		return terms
	case len(words) > 1:
		return append(terms, Term{Phrases: []Phrase{{words, star || loose == wordStarts}}})
	}
	w := words[0]
	switch {
	case !isASCII(w):
		// Arabic and Amharic join particles to the word, before and after.
		t := Term{Phrases: []Phrase{{words, true}}}
		if utf8.RuneCountInString(w) >= 3 {
			t.Part = w
		}
		return append(terms, t)
	case star || loose == wordStarts:
		return append(terms, Term{Phrases: []Phrase{{words, true}}})
	}
	t := Term{Phrases: []Phrase{{words, false}}}
	for _, other := range plurals(w) {
		t.Phrases = append(t.Phrases, Phrase{[]string{other}, false})
	}
	return append(terms, t)
}

// plurals are w with the plural endings that English, French, Spanish,
// Portuguese and Catalan share, or without them.
func plurals(w string) []string {
	if len(w) < 4 {
		return nil
	}
	if singular, ok := strings.CutSuffix(w, "s"); ok {
		if shorter, ok := strings.CutSuffix(singular, "e"); ok {
			return []string{singular, shorter}
		}
		return []string{singular, w + "es"}
	}
	return []string{w + "s", w + "es"}
}
