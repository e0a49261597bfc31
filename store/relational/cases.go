package relational

import (
	"context"
	"database/sql"
	"runtime"
	"slices"
	"sync"
	"time"

	"keepiton/count"
)

// Cases implements store.Incidents. One reader takes the shelves from the
// database in id order, as many workers as there are processors unpack them,
// and the caller's goroutine gets the cases in the reader's order.
func (s *Store) Cases(ctx context.Context, asOf time.Time, yield func(c *count.Case) error) error {
	ctx, cancel := context.WithCancel(ctx)
	jobs := make(chan *casesJob, 4*runtime.GOMAXPROCS(0)) // closed by the reader
	ordered := make(chan *casesJob, cap(jobs))            // the same jobs; closed by the reader
	var workers sync.WaitGroup
	defer func() { cancel(); workers.Wait() }()
	at := int64(inForce)
	if !asOf.IsZero() {
		at = asOf.Unix()
	}
	var readErr error
	workers.Go(func() {
		defer close(ordered)
		defer close(jobs)
		readErr = s.readShelves(ctx, at, func(job *casesJob) error {
			for _, to := range []chan *casesJob{jobs, ordered} {
				select {
				case to <- job:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			return nil
		})
	})
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for job := range jobs {
				job.err = job.decode(at)
				close(job.done)
			}
		})
	}
	for job := range ordered {
		<-job.done
		if job.err != nil {
			return s.Fail("read cases", job.err)
		}
		for i := range job.cases {
			if err := yield(&job.cases[i]); err != nil {
				return err
			}
		}
		casesJobs.Put(job)
	}
	return s.Fail("read cases", readErr)
}

// casesJob is one shelf on its way.
type casesJob struct {
	present, history []byte // packed; history is empty when now is asked for
	plain            []byte
	cases            []count.Case
	done             chan struct{} // closed by the worker
	err              error
}

// casesJobs keeps jobs with their slices for the next shelf.
var casesJobs = sync.Pool{New: func() any { return new(casesJob) }}

// readShelves hands over every shelf in order, in one snapshot.
func (s *Store) readShelves(ctx context.Context, at int64, hand func(*casesJob) error) error {
	query := `SELECT p.data, NULL FROM shelf_present p ORDER BY p.id`
	if at < inForce {
		query = `SELECT p.data, h.data FROM shelf_present p JOIN shelf_history h ON h.id = p.id ORDER BY p.id`
	}
	return s.Each(ctx, "read cases", query, nil, func(rows *sql.Rows) error {
		var present, history sql.RawBytes
		if err := rows.Scan(&present, &history); err != nil {
			return err
		}
		job := casesJobs.Get().(*casesJob)
		job.present = append(job.present[:0], present...)
		job.history = append(job.history[:0], history...)
		job.done, job.err = make(chan struct{}), nil
		return hand(job)
	})
}

// decode fills cases with what is in force at the moment, in id order.
func (j *casesJob) decode(at int64) error {
	j.cases = j.cases[:0]
	var slots []uint8
	add := func(slot uint8, counted []byte) error {
		if len(j.cases) < cap(j.cases) {
			j.cases = j.cases[:len(j.cases)+1] // with the slices of the case before it there
		} else {
			j.cases = append(j.cases, count.Case{})
		}
		c := &j.cases[len(j.cases)-1]
		if err := count.DecodeCase(counted, c); err != nil {
			return err
		}
		if !c.State.Public() {
			j.cases = j.cases[:len(j.cases)-1]
			return nil
		}
		slots = append(slots, slot)
		return nil
	}
	u, err := newUnshelver(j.present, j.plain)
	if err != nil {
		return err
	}
	whole := u.data
	var fault error
	err = u.present(func(slot uint8, recorded int64, counted []byte) {
		if recorded <= at && fault == nil {
			fault = add(slot, counted)
		}
	})
	j.plain = whole
	if err != nil || fault != nil || at >= inForce {
		return firstError(err, fault)
	}
	if u, err = newUnshelver(j.history, j.plain); err != nil {
		return err
	}
	j.plain = u.data
	err = u.history(func(e entry) {
		if e.recorded <= at && at < e.superseded && fault == nil {
			fault = add(e.slot, e.counted)
		}
	})
	j.order(slots)
	return firstError(err, fault)
}

// order sorts the cases by slot: those of the history came last.
func (j *casesJob) order(slots []uint8) {
	byslot := make([]int, len(slots))
	for i := range byslot {
		byslot[i] = i
	}
	slices.SortStableFunc(byslot, func(a, b int) int { return int(slots[a]) - int(slots[b]) })
	sorted := make([]count.Case, len(byslot), cap(j.cases))
	for i, from := range byslot {
		sorted[i] = j.cases[from]
	}
	j.cases = sorted
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
