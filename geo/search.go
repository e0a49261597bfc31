package geo

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// Match is one answer of [Search].
type Match struct {
	Code string // ISO 3166-1 or ISO 3166-2
	Name string // the name that matched, in whichever language
}

// searchName is one name of one code, folded.
type searchName struct {
	key  string
	rank int // 0 for countries, 1 for regions
	Match
}

var searchNames = sync.OnceValue(func() []searchName {
	var all []searchName
	add := func(code, name string, rank int) {
		if k := key(name); k != "" {
			all = append(all, searchName{k, rank, Match{code, name}})
		}
	}
	for code, names := range countries().names {
		c, _ := ByCode(code)
		for _, name := range append([]string{c.STOP}, names...) {
			add(code, name, 0)
		}
		for _, name := range countrySpellings[code] {
			add(code, name, 0)
		}
	}
	for country, list := range regions().byCountry {
		if country >= "XA" && country <= "XH" {
			continue // nobody searches the real world for the made-up one
		}
		for _, r := range list {
			for _, name := range append([]string{r.Name}, r.Aliases...) {
				add(r.Code, name, 1)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b searchName) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.rank, b.rank), cmp.Compare(a.Code, b.Code))
	})
	return all
})

// Search finds at most limit countries and regions whose name in any of our
// languages begins with text, case, accents and apostrophes aside. Exact names come
// first, then countries, then shorter names. Each code is found once.
func Search(text string, limit int) []Match {
	k := key(clip(text))
	if k == "" || limit <= 0 {
		return nil
	}
	all := searchNames()
	from, _ := slices.BinarySearchFunc(all, k, func(n searchName, k string) int { return cmp.Compare(n.key, k) })
	to := from
	for to < len(all) && strings.HasPrefix(all[to].key, k) {
		to++
	}
	hits := slices.Clone(all[from:to])
	slices.SortStableFunc(hits, func(a, b searchName) int {
		return cmp.Or(-compareBool(a.key == k, b.key == k), cmp.Compare(a.rank, b.rank), cmp.Compare(len(a.key), len(b.key)))
	})
	var out []Match
	seen := map[string]bool{}
	for _, h := range hits {
		if len(out) == limit {
			break
		}
		if !seen[h.Code] {
			seen[h.Code] = true
			out = append(out, h.Match)
		}
	}
	return out
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	default:
		return -1
	}
}
