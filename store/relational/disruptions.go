package relational

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"slices"
	"time"

	"keepiton"
)

const (
	maxDisruption = 4 << 20 // bytes of JSON of a disruption without its verdicts
	maxVerdict    = 1 << 20 // bytes of JSON of a verdict
	maxVerdicts   = 500     // of one disruption: six stages of more than eighty versions of the rules
	notEnded      = 1 << 62 // disruption.until of what goes on, and disruption.lost of what is in sight
)

func noDisruption(id keepiton.DisruptionID) error {
	return keepiton.Errorf(keepiton.NotFound, "there is no disruption %s", id)
}

// disruptionDoc is how a disruption is kept: without its verdicts, which have rows
// of their own, and with the steps of its signals, which the public form leaves out.
type disruptionDoc struct {
	keepiton.Disruption
	Steps []int64 `json:"steps,omitempty"` // seconds, one for each signal
}

func packDisruption(d keepiton.Disruption) ([]byte, error) {
	doc := disruptionDoc{Disruption: d}
	doc.Verdicts = nil
	for i := range d.Signals {
		doc.Steps = append(doc.Steps, int64(d.Signals[i].Step/time.Second))
	}
	data, err := marshal(&doc, maxDisruption)
	return pack(data), err
}

func unpackDisruption(data []byte) (keepiton.Disruption, error) {
	var doc disruptionDoc
	err := unpackJSON(data, &doc)
	for i := range min(len(doc.Steps), len(doc.Signals)) {
		doc.Signals[i].Step = time.Duration(doc.Steps[i]) * time.Second
	}
	return doc.Disruption, err
}

// KeepDisruption implements store.Disruptions.
func (s *Store) KeepDisruption(ctx context.Context, d keepiton.Disruption) error {
	switch {
	case !d.ID.Valid():
		return keepiton.Errorf(keepiton.Invalid, "%q is no id of a disruption", d.ID)
	case d.Onset.IsZero() || len(d.Verdicts) == 0:
		return keepiton.Errorf(keepiton.Invalid, "%s has no onset, or no verdict", d.ID)
	}
	doc, err := packDisruption(d)
	if err != nil {
		return err
	}
	return s.transaction(ctx, "keep "+string(d.ID), func(t *transaction) error {
		fresh, err := t.keepVerdicts(d.ID, d.Verdicts)
		if err != nil {
			return err
		}
		var old []byte
		if _, err := t.Get(`SELECT doc FROM disruption WHERE id = ?`, []any{string(d.ID)}, []any{&old}); err != nil {
			return err
		}
		if !fresh && slices.Equal(old, doc) {
			return nil
		}
		return t.putDisruption(&d, doc)
	})
}

// putDisruption writes the row of a disruption whose verdicts are kept.
func (t *transaction) putDisruption(d *keepiton.Disruption, doc []byte) error {
	all, err := verdicts(t.Each, d.ID)
	if err != nil {
		return err
	}
	until, lost := int64(notEnded), int64(notEnded)
	switch {
	case !d.End.IsZero():
		until = d.End.To.Unix()
	case !d.Lost.IsZero():
		lost = d.Lost.Unix()
	}
	if _, err := t.Exec(`INSERT INTO disruption (id, country, state, onset, until, lost, decided, incident, into_id, ord, doc) VALUES (?, ?, ?, ?, ?, ?, '', '', '', ?, ?)
		ON CONFLICT (id) DO UPDATE SET country = excluded.country, state = excluded.state, onset = excluded.onset, until = excluded.until, lost = excluded.lost, doc = excluded.doc`,
		string(d.ID), d.Entity.Country, string(all[len(all)-1].State), d.Onset.From.Unix(), until, lost, []byte(d.ID), doc); err != nil {
		return err
	}
	_, err = t.Count("disruptions", 1)
	return err
}

// keepVerdicts adds those that are not there and reports whether there were any.
func (t *transaction) keepVerdicts(id keepiton.DisruptionID, list []keepiton.Verdict) (fresh bool, err error) {
	var last int
	if _, err := t.Get(`SELECT coalesce(max(n), 0) FROM disruption_verdict WHERE disruption = ?`, []any{string(id)}, []any{&last}); err != nil {
		return false, err
	}
	for _, v := range list {
		v.At = v.At.UTC().Truncate(time.Second)
		data, err := marshal(&v, maxVerdict)
		if err != nil {
			return false, err
		}
		hash := sha256.Sum256(data)
		n, err := t.Exec(`INSERT INTO disruption_verdict (disruption, n, at, hash, doc) VALUES (?, ?, ?, ?, ?) ON CONFLICT (disruption, hash) DO NOTHING`,
			string(id), last+1, stamp(v.At), hash[:], pack(data))
		if err != nil {
			return false, err
		}
		last += int(n)
		fresh = fresh || n > 0
	}
	if last > maxVerdicts {
		return false, keepiton.Errorf(keepiton.TooLarge, "%s would have %d verdicts, more than %d", id, last, maxVerdicts)
	}
	return fresh, nil
}

// eacher reads rows: a transaction's Each, or that of the readers.
type eacher func(query string, args []any, scan func(*sql.Rows) error) error

// verdicts reads those of a disruption, oldest first.
func verdicts(each eacher, id keepiton.DisruptionID) (out []keepiton.Verdict, err error) {
	err = each(`SELECT doc FROM disruption_verdict WHERE disruption = ? ORDER BY at, n`, []any{string(id)}, func(r *sql.Rows) error {
		var doc []byte
		if err := r.Scan(&doc); err != nil {
			return err
		}
		var v keepiton.Verdict
		err := unpackJSON(doc, &v)
		out = append(out, v)
		return err
	})
	return out, err
}

func (s *Store) reading(ctx context.Context) eacher {
	return func(query string, args []any, scan func(*sql.Rows) error) error {
		return s.Each(ctx, "read disruptions", query, args, scan)
	}
}

// Disruption implements store.Disruptions.
func (s *Store) Disruption(ctx context.Context, id keepiton.DisruptionID) (d keepiton.Disruption, err error) {
	found := false
	err = s.reading(ctx)(`SELECT doc FROM disruption WHERE id = ?`, []any{string(id)}, func(r *sql.Rows) error {
		var doc []byte
		if err := r.Scan(&doc); err != nil {
			return err
		}
		found = true
		d, err = unpackDisruption(doc)
		return err
	})
	if err == nil && !found {
		err = noDisruption(id)
	}
	if err == nil {
		d.Verdicts, err = verdicts(s.reading(ctx), id)
	}
	return d, err
}

// DisruptionsVersion implements store.Disruptions.
func (s *Store) DisruptionsVersion(ctx context.Context) (n uint64, err error) {
	err = s.reading(ctx)(`SELECT value FROM counter WHERE name = 'disruptions'`, nil, func(r *sql.Rows) error { return r.Scan(&n) })
	return n, err
}
