package casework

import (
	"context"
	"maps"
	"slices"
	"sync"

	"keepiton"
	"keepiton/evidence"
)

// Glancer makes a small picture of a file, and its fingerprint; evidence.Child
// does.
type Glancer interface {
	Glance(ctx context.Context, kind evidence.Kind, original []byte) (evidence.View, error)
}

// Kind is what the first bytes of the file say.
func (f *File) Kind() evidence.Kind {
	return evidence.Sniff(f.Bytes[:min(len(f.Bytes), evidence.SniffBytes)])
}

// Progress is how far a desk is with the pictures of what it opened.
type Progress struct {
	Done    int // pictures
	All     int
	Reports int  // that nothing is noted of yet
	Stopped bool // somebody pressed stop
	Failed  bool // the server did not take what was found; it goes on when more is opened
}

// comparing goes through what was opened, one picture at a time, in a goroutine
// that the first report starts and that ends when there is no more. Close waits
// for it.
type comparing struct {
	mu      sync.Mutex
	todo    []keepiton.EnvelopeID
	left    []keepiton.EnvelopeID // whose pictures were passed over
	asked   map[keepiton.EnvelopeID]bool
	is      Progress
	cancel  context.CancelFunc // of the goroutine; nil: none runs
	skip    context.CancelFunc // of the picture that it looks at
	running sync.WaitGroup
	closed  bool

	glances map[PictureOf]evidence.View
	order   []PictureOf // of glances, the oldest first
}

// keptGlances is how many small pictures stay in memory, of some 15 KB each.
const keptGlances = 1000

// compareLater puts a report that was just opened at the end.
func (d *Desk) compareLater(o *Opened) {
	c := &d.comparing
	c.mu.Lock()
	defer c.mu.Unlock()
	if d.Glancer == nil || c.closed || c.asked[o.Envelope.ID] {
		return
	}
	if c.asked == nil {
		c.asked, c.glances = map[keepiton.EnvelopeID]bool{}, map[PictureOf]evidence.View{}
	}
	c.asked[o.Envelope.ID] = true
	c.is.All, c.is.Reports = c.is.All+o.pictures(), c.is.Reports+1
	c.todo = append(c.todo, o.Envelope.ID)
	d.startComparing()
}

// startComparing starts the goroutine unless it runs. The caller holds c.mu.
func (d *Desk) startComparing() {
	c := &d.comparing
	if c.cancel != nil || c.closed || len(c.todo) == 0 {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	c.cancel, c.is.Failed = cancel, false
	c.running.Go(func() {
		for {
			id, ok := c.next()
			if !ok {
				return
			}
			c.looked(id, d.lookInto(ctx, id))
		}
	})
}

// next returns the report whose turn it is; none, and the goroutine ends.
func (c *comparing) next() (id keepiton.EnvelopeID, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.todo) == 0 || c.is.Failed || c.closed {
		c.cancel()
		c.cancel = nil
		return "", false
	}
	id, c.todo = c.todo[0], c.todo[1:]
	return id, true
}

// looked puts a report back when it was the server's fault; what was withdrawn
// meanwhile, or is being written about by others, is let go.
func (c *comparing) looked(id keepiton.EnvelopeID, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch keepiton.CodeOf(err) {
	case "", keepiton.NotFound, keepiton.Conflict:
		c.is.Reports--
	default:
		c.is.Failed = true
		c.todo = append(c.todo, id)
	}
}

// Comparing says how far the desk is with comparing pictures.
func (d *Desk) Comparing() Progress {
	d.comparing.mu.Lock()
	defer d.comparing.mu.Unlock()
	return d.comparing.is
}

// StopComparing ends the look at pictures. What reports say is noted all the
// same.
func (d *Desk) StopComparing() {
	c := &d.comparing
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.is.Stopped = true; c.skip != nil {
		c.skip()
	}
}

// Compare goes on with the pictures that were passed over.
func (d *Desk) Compare() {
	c := &d.comparing
	c.mu.Lock()
	defer c.mu.Unlock()
	c.is.Stopped = false
	c.is.Reports += len(c.left)
	c.todo, c.left = append(c.todo, c.left...), nil
	d.startComparing()
}

// Close ends what the desk does in the background, and waits for it.
func (d *Desk) Close() {
	c := &d.comparing
	c.mu.Lock()
	if c.closed = true; c.cancel != nil {
		c.cancel()
	}
	c.mu.Unlock()
	c.running.Wait()
}

// lookInto goes through one report and notes what is in it, unless that was
// noted already.
func (d *Desk) lookInto(ctx context.Context, id keepiton.EnvelopeID) error {
	o, err := d.open(ctx, id)
	if err != nil {
		return err
	}
	j, err := d.judgement(ctx, id)
	if err != nil {
		return err
	}
	c := &d.comparing
	if j.Looked != nil && j.Looked.Files >= len(o.Files) {
		c.count(o.pictures())
		return nil
	}
	found := Looked{Files: len(o.Files), Adds: o.Report.Adds}
	if found.Adds != "" {
		found.Consent = permission(o.Report.Consent)
	}
	for i := range o.Files {
		if !evidence.Rendered(o.Files[i].Kind()) {
			continue
		}
		v, err := d.glanceUnlessStopped(ctx, o, i+1)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == errStopped:
			found.Files = min(found.Files, i)
		case err == nil:
			found.Prints = append(found.Prints, Print{i + 1, v.Fingerprint})
			c.count(1)
		default: // broken, or too large: nobody will see it as a picture
			c.count(1)
		}
	}
	if found.Files < len(o.Files) {
		c.passOver(id, o, found.Files)
	}
	return d.note(ctx, id, func(l *Looked) bool { return l.learn(&found) })
}

// learn takes over what was found. It returns false when all of it was known.
func (l *Looked) learn(found *Looked) bool {
	was := *l
	l.Prints = slices.Clone(l.Prints)
	for _, p := range found.Prints {
		if _, known := l.print(p.File); !known {
			l.Prints = append(l.Prints, p)
		}
	}
	l.Files, l.Adds, l.Consent = max(l.Files, found.Files), found.Adds, found.Consent
	return l.Files > was.Files || len(l.Prints) > len(was.Prints) || l.Adds != was.Adds
}

func (o *Opened) pictures() (n int) {
	for i := range o.Files {
		if evidence.Rendered(o.Files[i].Kind()) {
			n++
		}
	}
	return n
}

func (c *comparing) count(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.is.Done += n
}

// passOver notes that the pictures of a report from file on are still to be
// looked at; those before it are counted again then.
func (c *comparing) passOver(id keepiton.EnvelopeID, o *Opened, file int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range o.Files[:file] {
		if evidence.Rendered(o.Files[i].Kind()) {
			c.is.Done--
		}
	}
	c.left = append(c.left, id)
}

var errStopped = keepiton.Errorf(keepiton.Unavailable, "somebody stopped the comparing of pictures")

func (d *Desk) glanceUnlessStopped(ctx context.Context, o *Opened, n int) (evidence.View, error) {
	c := &d.comparing
	c.mu.Lock()
	if c.is.Stopped {
		c.mu.Unlock()
		return evidence.View{}, errStopped
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c.skip = cancel
	c.mu.Unlock()
	v, err := d.Glance(ctx, o, n)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.skip = nil; ctx.Err() != nil {
		err = errStopped
	}
	return v, err
}

// Glance returns a small picture of file n of a report, from 1, with its
// fingerprint. It is made once.
func (d *Desk) Glance(ctx context.Context, o *Opened, n int) (evidence.View, error) {
	c, key, f := &d.comparing, PictureOf{o.Envelope.ID, n}, &o.Files[n-1]
	c.mu.Lock()
	v, known := c.glances[key]
	c.mu.Unlock()
	if known {
		return v, nil
	}
	if d.Glancer == nil {
		return v, keepiton.Errorf(keepiton.Unavailable, "there is nothing here that opens pictures")
	}
	v, err := d.Glancer.Glance(ctx, f.Kind(), f.Bytes)
	if err != nil {
		return v, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.glances == nil {
		c.glances = map[PictureOf]evidence.View{}
	}
	if _, known := c.glances[key]; !known {
		c.glances[key] = v
		c.order = append(c.order, key)
	}
	if len(c.order) > keptGlances {
		delete(c.glances, c.order[0])
		c.order = c.order[1:]
	}
	return v, nil
}

// forget drops the small pictures of a report.
func (c *comparing) forget(id keepiton.EnvelopeID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.order = slices.DeleteFunc(c.order, func(p PictureOf) bool { return p.Report == id })
	maps.DeleteFunc(c.glances, func(p PictureOf, _ evidence.View) bool { return p.Report == id })
}
