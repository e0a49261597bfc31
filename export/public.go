package export

import "keepiton"

// public yields what readers may see of in: each revision through
// [keepiton.Revision.Public], and none of an incident that is not public.
func public(in Incidents) Incidents {
	return func(yield func(rev *keepiton.Revision) error) error {
		return in(func(rev *keepiton.Revision) error {
			if !rev.Incident.State.Public() {
				return nil
			}
			return yield(rev.Public())
		})
	}
}
