package sample

import (
	"slices"
	"time"

	"keepiton"
)

// World returns every revision of the made-up incidents as they stand at now,
// in order of id and revision; ids, revision numbers and changes are set. The
// same now always gives the same world. Later revisions refer to other
// incidents by id where one was merged into another.
func World(now time.Time) []keepiton.Revision {
	now = now.UTC().Truncate(time.Second)
	c := calendar{now}
	var stories []story
	for _, tell := range []func(calendar) []story{darkNow, blackouts, exams, platforms, conflicts, smaller, mistakes, drafts} {
		stories = append(stories, tell(c)...)
	}
	slices.SortStableFunc(stories, func(a, b story) int {
		return a.inc.Start().At.Compare(b.inc.Start().At)
	})
	ids, next := make([]keepiton.IncidentID, len(stories)), map[int]int{}
	for i, s := range stories {
		year := s.inc.Start().At.Year()
		next[year]++
		ids[i] = keepiton.NewIncidentID(year, next[year])
	}
	var out []keepiton.Revision
	for i, s := range stories {
		revs := s.revisions(ids[i], now)
		for j := range revs {
			if inc := &revs[j].Incident; inc.State == keepiton.Merged {
				inc.MergedInto = twin(stories, ids, i)
				revs[j].Changes = keepiton.Diff(&revs[j-1].Incident, inc)
			}
		}
		out = append(out, revs...)
	}
	slices.SortStableFunc(out, func(a, b keepiton.Revision) int {
		ay, an, _ := a.Incident.ID.Parse()
		by, bn, _ := b.Incident.ID.Parse()
		if ay != by {
			return ay - by
		}
		return an - bn
	})
	return out
}

// twin returns the id of the incident that story i is a duplicate of: the one
// of the same country that starts nearest to it.
func twin(stories []story, ids []keepiton.IncidentID, i int) keepiton.IncidentID {
	best, distance := keepiton.IncidentID(""), time.Duration(1<<62)
	start := stories[i].inc.Start().At
	for j, s := range stories {
		d := s.inc.Start().At.Sub(start).Abs()
		if j != i && s.inc.Country == stories[i].inc.Country && d < distance {
			best, distance = ids[j], d
		}
	}
	return best
}
