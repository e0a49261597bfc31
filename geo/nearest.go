package geo

// MaxWords is how much of a cell is read, in bytes; the rest is ignored. The
// longest area in ten years of STOP has some 800 bytes.
const MaxWords = 8 << 10

func clip(s string) string {
	if len(s) <= MaxWords {
		return s
	}
	cut := MaxWords
	for cut > 0 && s[cut]&0xC0 == 0x80 {
		cut--
	}
	return s[:cut]
}

// nearest finds the one known key within edit distance 1 (2 from nine letters
// on) of k. Two different places at the same distance are no answer. It is a
// guess by definition.
func nearest(k string, keys map[string]match) (match, bool) {
	limit := nearLimit(k)
	if limit == 0 {
		return match{}, false
	}
	best, bestAt, tied := match{}, limit+1, false
	for have, m := range keys {
		if d := distance(k, have, min(limit, bestAt)); d < bestAt {
			best, bestAt, tied = m, d, false
		} else if d == bestAt && m.code != best.code {
			tied = true
		}
	}
	if bestAt > limit || tied {
		return match{}, false
	}
	return match{best.code, guessNear, methodFuzzy}, true
}

// nearLimit is the number of edits allowed for a key: none for short ones, in
// which another letter is another name.
func nearLimit(k string) int {
	switch n := len(k); {
	case n < 5 || n > 40:
		return 0
	case n < 9:
		return 1
	default:
		return 2
	}
}

// distance is the optimal string alignment distance (insert, delete, replace,
// swap of neighbours) of two keys in bytes, or limit+1 when it is more than limit.
func distance(a, b string, limit int) int {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > limit {
		return limit + 1
	}
	var rows [3][64]int
	if len(b) >= len(rows[0]) {
		return limit + 1
	}
	before, prev, cur := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		low := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			cur[j] = d
			low = min(low, d)
		}
		if low > limit {
			return limit + 1
		}
		before, prev, cur = prev, cur, before
	}
	return min(prev[len(b)], limit+1)
}
