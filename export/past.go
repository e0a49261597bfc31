package export

import "keepiton"

// Past yields the revisions of in, which are those of a past day, without what
// newest, the record as it stands now, holds to be confidential: a source that
// is protected today is protected on every day. It reads newest once, when it
// is first called.
func Past(in, newest Incidents) Incidents {
	var secrets map[keepiton.IncidentID]keepiton.Secrets
	return func(yield func(rev *keepiton.Revision) error) error {
		if secrets == nil {
			secrets = map[keepiton.IncidentID]keepiton.Secrets{}
			err := newest(func(rev *keepiton.Revision) error {
				if s := rev.Incident.Secrets(); len(s) > 0 {
					secrets[rev.Incident.ID] = s
				}
				return nil
			})
			if err != nil {
				secrets = nil
				return err
			}
		}
		return in(func(rev *keepiton.Revision) error {
			if s := secrets[rev.Incident.ID]; len(s) > 0 {
				return yield(rev.Redact(s.Add(rev.Incident.Secrets())))
			}
			return yield(rev)
		})
	}
}
