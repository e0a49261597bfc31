package casework

import (
	"cmp"
	"regexp"
	"slices"

	"keepiton"
	work "keepiton/casework"
)

// unopened says before a draft that reports are unopened which could be
// additions, and so could take a consent back.
type unopened struct {
	Count     int
	Elsewhere int    // of them, those that these keys do not open
	Back      string // the page to come back to, under Prefix
	Anyway    bool   // ticked
}

func (v *visit) unopened(shelf *work.Shelf, back string) unopened {
	u := unopened{Back: back, Anyway: bool(v.anyway())}
	for _, e := range v.desk.Unlooked(shelf) {
		if u.Count++; v.unreadable(e.ID) != "" {
			u.Elsewhere++
		}
	}
	return u
}

// anyway is whether the analyst drafts all the same.
func (v *visit) anyway() work.Anyway { return v.r.PostForm.Get("anyway") != "" }

var backPage = regexp.MustCompile(`^/(cases/[0-9a-f]{32}/draft|reports/[0-9a-f]{32}/story)$`)

// openUnopened opens the next of what nobody has opened, the smallest first:
// what a sender adds is short.
func openUnopened(v *visit) error {
	back := v.r.PostForm.Get("back")
	if !backPage.MatchString(back) {
		return keepiton.Errorf(keepiton.Invalid, "%q is no page that drafts", back)
	}
	shelf, err := v.desk.Shelf(v.ctx())
	if err != nil {
		return err
	}
	next := slices.DeleteFunc(v.desk.Unlooked(shelf), func(e keepiton.Envelope) bool { return v.unreadable(e.ID) != "" })
	slices.SortStableFunc(next, func(a, b keepiton.Envelope) int { return cmp.Compare(a.Size, b.Size) })
	if err := v.openAll(v.ctx(), next[:min(perPage, len(next))]); err != nil {
		return err
	}
	return v.to(back + "?done=opened")
}
