package campaign

import (
	"hash/maphash"
	"slices"
	"strings"

	"keepiton"
	"keepiton/locale"
)

// register is what is there of a kind, to find a row's entry in, and those that are
// nearly it.
type register struct {
	kind  keepiton.EntryKind
	all   []*registered
	byKey map[string][]*registered
}

type registered struct {
	rev keepiton.EntryRevision
	e   keepiton.Entry
	row int // line of the sheet, 0 for what was there before
}

func (r *register) add(x *registered) {
	r.all = append(r.all, x)
	for _, k := range keysOf(x.e) {
		r.byKey[k] = append(r.byKey[k], x)
	}
}

// keysOf are what an entry is known again by: an organization by its folded name
// (locale.Fold), a pledge by leader and day, a watch item by what it is, its first
// day and its title in any language.
func keysOf(e keepiton.Entry) []string {
	switch e := e.(type) {
	case *keepiton.Organization:
		return []string{locale.Fold(e.Name)}
	case *keepiton.Pledge:
		return []string{e.Country + "|" + locale.Fold(e.Leader) + "|" + e.Made.String()}
	case *keepiton.Watch:
		var out []string
		for _, title := range e.Title.All() {
			out = append(out, e.Country+"|"+e.Cause+"|"+e.From.String()+"|"+locale.Fold(title))
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	return nil
}

// countryOfEntry is the country of an organization, which need not be known.
func countryOfEntry(e keepiton.Entry) string {
	if o, ok := e.(*keepiton.Organization); ok {
		return o.Country
	}
	return ""
}

// find returns the entry that e is: nil when it is new. An organization without a
// country is the one of its name, if there is only one.
func (r *register) find(e keepiton.Entry) (*registered, string) {
	var found []*registered
	for _, k := range keysOf(e) {
		for _, x := range r.byKey[k] {
			a, b := countryOfEntry(x.e), countryOfEntry(e)
			if !slices.Contains(found, x) && (a == b || a == "" || b == "") {
				found = append(found, x)
			}
		}
	}
	switch len(found) {
	case 0:
		return nil, ""
	case 1:
		return found[0], ""
	}
	if i := slices.IndexFunc(found, func(x *registered) bool { return countryOfEntry(x.e) == countryOfEntry(e) }); i >= 0 {
		return found[i], ""
	}
	var ids []string
	for _, x := range found {
		ids = append(ids, string(x.rev.ID))
	}
	return nil, "may be any of " + strings.Join(ids, ", ") + ": give its country"
}

// NearRow is a row whose name is nearly that of another entry: a person says
// whether they are one.
type NearRow struct {
	Row   int              `json:"row"`
	Title string           `json:"title"`
	Other string           `json:"other"`            // the other's name
	ID    keepiton.EntryID `json:"id,omitempty"`     // of the other, when it has one
	In    int              `json:"in_row,omitempty"` // of the sheet, when the other is new too
	Why   string           `json:"why"`
}

// nearName is the text in which near things are told: none for what has no name.
func nearName(e keepiton.Entry) (scope, name string) {
	switch e := e.(type) {
	case *keepiton.Organization:
		return "", locale.Fold(e.Name)
	case *keepiton.Pledge:
		return e.Country + "|" + e.Made.String(), locale.Fold(e.Leader)
	case *keepiton.Watch:
		title, _ := e.Title.In("en")
		return e.Country + "|" + e.Cause + "|" + e.From.String(), locale.Fold(title)
	}
	return "", ""
}

// nearLeast is the length in runes from which one letter is a slip of the pen:
// shorter names, mostly initials, differ by one letter and are others.
const nearLeast = 8

// fillers are words that come and go in the names of organizations.
var fillers = []string{"the", "of", "for", "and", "in", "on", "de", "la", "le", "les", "des", "du", "et", "pour", "el", "los", "y", "para", "do", "da", "e", "inc", "ngo", "org", "asbl"}

// near compares every row that is new with all others. Names are bucketed by what
// near ones share, so that the work grows with their number and not its square:
// the words in any order without fillers, and the name with any one letter left
// out (two names that differ by one letter have such a remainder in common).
func (r *register) near() []NearRow {
	type bucketed struct {
		x    *registered
		name string
	}
	buckets, seed := map[uint64][]bucketed{}, maphash.MakeSeed()
	out := []NearRow{}
	told := map[[2]*registered]bool{}
	meet := func(b bucketed, shared, why string, fits func(a, b string) bool) {
		key := maphash.String(seed, shared) // two that share it by chance do not fit
		for _, other := range buckets[key] {
			pair := [2]*registered{other.x, b.x}
			if b.x == other.x || told[pair] || b.x.row == 0 && other.x.row == 0 || !fits(other.name, b.name) {
				continue
			}
			told[pair] = true
			mine, its := b.x, other.x
			if mine.row == 0 {
				mine, its = its, mine
			}
			out = append(out, NearRow{Row: mine.row, Title: mine.e.Index().Title, Other: its.e.Index().Title, ID: its.rev.ID, In: its.row, Why: why})
		}
		buckets[key] = append(buckets[key], b)
	}
	for _, x := range r.all {
		scope, name := nearName(x.e)
		if name == "" {
			continue
		}
		b := bucketed{x, name}
		meet(b, "w"+scope+"|"+sortedWords(name), "the same words", func(a, b string) bool { return sortedWords(a) == sortedWords(b) })
		letters := []rune(name)
		if len(letters) < nearLeast || len(letters) > 80 {
			continue
		}
		meet(b, "l"+scope+"|"+name, "one letter apart", oneApart)
		last := ""
		for i := range letters {
			if rest := string(letters[:i]) + string(letters[i+1:]); rest != last {
				meet(b, "l"+scope+"|"+rest, "one letter apart", oneApart)
				last = rest
			}
		}
	}
	slices.SortStableFunc(out, func(a, b NearRow) int { return a.Row - b.Row })
	return out
}

// sortedWords is a name as the set of its words, fillers left out unless there are
// no others.
func sortedWords(name string) string {
	words := strings.Fields(name)
	kept := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return slices.Contains(fillers, w) })
	if len(kept) == 0 {
		kept = words
	}
	slices.Sort(kept)
	return strings.Join(slices.Compact(kept), " ")
}

// oneApart reports whether a and b differ by one letter: left out, put in, or
// another.
func oneApart(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(y)-len(x) > 1 {
		return false
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	if len(x) == len(y) {
		return i == len(x) || slices.Equal(x[i+1:], y[i+1:])
	}
	return slices.Equal(x[i:], y[i+1:])
}
