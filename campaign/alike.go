package campaign

import (
	"net/url"
	"slices"
	"strings"

	"keepiton"
	"keepiton/locale"
)

// Likeness is an organization that may be one that asks to join, and why.
type Likeness struct {
	Rev keepiton.EntryRevision
	Org *keepiton.Organization
	By  []string // of LikeSite, LikeName, LikeWords, LikeLetter; and LikeCountry beside one of them
}

// What two organizations may have in common.
const (
	LikeSite    = "site"    // the host of their site
	LikeName    = "name"    // a name, in any language (locale.Fold)
	LikeWords   = "words"   // the words of a name, in another order or without the small ones
	LikeLetter  = "letter"  // a name but for one letter
	LikeCountry = "country" // their country
)

// Alike lists the organizations among revs that o may be already, those with the
// most in common first. Revisions whose body cannot be read are passed over.
func Alike(o *keepiton.Organization, revs []keepiton.EntryRevision) (out []Likeness) {
	host, names := siteHost(o.Site), foldedNames(o)
	for _, rev := range revs {
		other, err := As[*keepiton.Organization](rev)
		if err != nil {
			continue
		}
		l := Likeness{Rev: rev, Org: other}
		if h := siteHost(other.Site); host != "" && h == host {
			l.By = append(l.By, LikeSite)
		}
		if by := likeNames(names, foldedNames(other)); by != "" {
			l.By = append(l.By, by)
		}
		if len(l.By) > 0 {
			if o.Country != "" && o.Country == other.Country {
				l.By = append(l.By, LikeCountry)
			}
			out = append(out, l)
		}
	}
	slices.SortStableFunc(out, func(a, b Likeness) int { return len(b.By) - len(a.By) })
	return out
}

// likeNames is the closest way in which two of the names are alike.
func likeNames(mine, theirs []string) string {
	for _, way := range []struct {
		by   string
		same func(a, b string) bool
	}{
		{LikeName, func(a, b string) bool { return a == b }},
		{LikeWords, func(a, b string) bool { return sortedWords(a) == sortedWords(b) }},
		{LikeLetter, func(a, b string) bool { return min(len([]rune(a)), len([]rune(b))) >= nearLeast && oneApart(a, b) }},
	} {
		for _, a := range mine {
			if slices.ContainsFunc(theirs, func(b string) bool { return way.same(a, b) }) {
				return way.by
			}
		}
	}
	return ""
}

// foldedNames are the names of an organization in any language, folded.
func foldedNames(o *keepiton.Organization) []string {
	out := []string{locale.Fold(o.Name)}
	for _, n := range o.Names.All() {
		out = append(out, locale.Fold(n))
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(s string) bool { return s == "" })
}

// siteHost is the host of an address without www.; empty where there is none.
func siteHost(site string) string {
	u, err := url.Parse(strings.TrimSpace(site))
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")), "www.")
}
