package blind

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"keepiton"
	"keepiton/store/database"
)

// maxTogether bounds the changes of one transaction, and with it the log: a
// change holds at most one small body.
const maxTogether = 256

// commitTime bounds a transaction, for a database server that no longer answers:
// whoever waits for a commit waits to its end.
const commitTime = time.Minute

// job is a change that waits for its commit.
type job struct {
	doing string
	do    func(*database.Transaction) error
	file  bool // names a file: the folder is synced first
	taken atomic.Bool
	done  chan error // holds one
}

// committer is the goroutine through which all changes go. It takes those that
// wait, as many as there are, into one transaction: nobody waits for company,
// but while one transaction is synced the next gathers.
type committer struct {
	s    *Store
	jobs chan *job // closed by close, under mu
	done chan struct{}

	mu     sync.RWMutex
	closed bool
}

func newCommitter(s *Store) *committer {
	c := &committer{s: s, jobs: make(chan *job, maxTogether), done: make(chan struct{})}
	go c.run()
	return c
}

// close waits until what was begun is committed.
func (c *committer) close() {
	c.mu.Lock()
	if !c.closed {
		c.closed = true
		close(c.jobs)
	}
	c.mu.Unlock()
	<-c.done
}

// submit hands j to the goroutine and waits. Once j was taken its end is waited
// for even when ctx ends, for then it may be stored.
func (c *committer) submit(ctx context.Context, j *job) error {
	j.done = make(chan error, 1)
	if err := c.send(ctx, j); err != nil {
		return err
	}
	select {
	case err := <-j.done:
		return err
	case <-ctx.Done():
		if j.taken.CompareAndSwap(false, true) {
			return c.s.Fail(j.doing, ctx.Err())
		}
		return <-j.done
	}
}

func (c *committer) send(ctx context.Context, j *job) error {
	if err := ctx.Err(); err != nil {
		return c.s.Fail(j.doing, err)
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.closed {
		return keepiton.Errorf(keepiton.Unavailable, "%s: the store is closed", j.doing)
	}
	select {
	case c.jobs <- j:
		return nil
	case <-ctx.Done():
		return c.s.Fail(j.doing, ctx.Err())
	}
}

func (c *committer) run() {
	defer close(c.done)
	batch := make([]*job, 0, maxTogether)
	for j := range c.jobs {
		batch = append(batch[:0], j)
	gather:
		for len(batch) < maxTogether {
			select {
			case next, ok := <-c.jobs:
				if !ok {
					break gather
				}
				batch = append(batch, next)
			default:
				break gather
			}
		}
		c.commit(batch)
	}
}

// commit runs the batch in one transaction. When that fails as a whole, each is
// tried alone, so that no change fails for another's sake; but not when there was
// no answer in time.
func (c *committer) commit(batch []*job) {
	mine := batch[:0]
	for _, j := range batch {
		if j.taken.CompareAndSwap(false, true) {
			mine = append(mine, j)
		}
	}
	if len(mine) == 0 {
		return
	}
	results, err := c.together(mine)
	for i, j := range mine {
		switch {
		case err == nil:
			j.done <- results[i]
		case len(mine) == 1 || errors.Is(err, context.DeadlineExceeded):
			j.done <- err
		default:
			alone, err := c.together(mine[i : i+1])
			if err == nil {
				err = alone[0]
			}
			j.done <- err
		}
	}
}

// together runs the jobs in one transaction and returns the error of each that
// wrote nothing, or the one error for which nothing was stored.
func (c *committer) together(jobs []*job) ([]error, error) {
	results := make([]error, len(jobs))
	doing := jobs[0].doing
	ctx, cancel := context.WithTimeout(context.Background(), commitTime)
	defer cancel()
	err := c.s.Transaction(ctx, doing, func(t *database.Transaction) error {
		file := false
		for i, j := range jobs {
			before := t.Writes
			if err := j.do(t); err != nil {
				var known *keepiton.Error
				if t.Writes != before || !errors.As(err, &known) {
					return err
				}
				results[i] = err
				continue
			}
			file = file || j.file
		}
		if t.Writes == 0 {
			return nil
		}
		if _, err := t.Count("version", 1); err != nil {
			return err
		}
		if file {
			return c.s.folder.sync()
		}
		return nil
	})
	return results, err
}
