package desk

import (
	"html/template"
	"slices"
	"time"

	"keepiton"
	"keepiton/locale"
)

// pressCheck is one line of what to look at before a statement is published.
type pressCheck struct {
	Good bool
	Text template.HTML
}

// pressChecks looks at a statement as somebody does who must answer for it.
func (v *visit) pressChecks(s *keepiton.Statement) (out []pressCheck, err error) {
	p := voice{v.p}
	add := func(good bool, text template.HTML) { out = append(out, pressCheck{good, text}) }
	v.checkLanguages(s, add)
	add(len(s.Contacts) > 0, p.T("desk.checks.contact"))
	add(len(s.Sources) > 0, p.T("desk.checks.sources"))
	_, in := s.Unknown.In("en")
	add(in != "", p.T("desk.checks.unknown"))
	if n := len(s.Quotes); n > 0 {
		agreed := !slices.ContainsFunc(s.Quotes, func(q keepiton.Quote) bool { return !q.Agreed || q.Who == "" })
		add(agreed, p.N("desk.checks.quotes", n))
	}
	for _, id := range s.Incidents {
		rev, err := v.opt.Store.Get(v.r.Context(), id, time.Time{})
		switch {
		case keepiton.CodeOf(err) == keepiton.NotFound:
			add(false, p.T("desk.checks.incident.none", "ID", string(id)))
			continue
		case err != nil:
			return nil, err
		}
		level := string(rev.Incident.Verification.Level)
		if level == "" {
			level = "unverified"
		}
		sure := rev.Incident.Verification.Level == keepiton.Corroborated || rev.Incident.Verification.Level == keepiton.Verified
		add(rev.Incident.State == keepiton.Published && sure, p.T("desk.checks.incident", "ID", string(id), "State", v.p.Code("state", string(rev.Incident.State)), "Level", v.p.Code("level", level)))
	}
	counts, err := v.opt.Store.CountSubscriptions(v.r.Context())
	n := 0
	for _, paces := range counts {
		for _, c := range paces {
			n += c
		}
	}
	add(true, p.N("desk.checks.told", n))
	return out, err
}

// checkLanguages says in which languages a statement stands, and in which of ours it
// does not.
func (v *visit) checkLanguages(s *keepiton.Statement, add func(bool, template.HTML)) {
	p, in := voice{v.p}, func(t keepiton.Texts) (there, missing []string) {
		for _, l := range locale.Languages {
			if t[l.Tag] != "" {
				there = append(there, l.Name)
			} else {
				missing = append(missing, l.Name)
			}
		}
		return there, missing
	}
	titles, _ := in(s.Title)
	texts, missing := in(s.Body)
	if slices.Equal(titles, texts) {
		add(true, p.T("desk.checks.langs", "Langs", texts))
	} else {
		differ := slices.DeleteFunc(append(slices.Clone(titles), texts...), func(l string) bool { return slices.Contains(titles, l) && slices.Contains(texts, l) })
		add(false, p.T("desk.checks.langs.differ", "Langs", differ))
	}
	if len(missing) > 0 {
		add(false, p.T("desk.checks.missing", "Langs", missing))
	}
}
