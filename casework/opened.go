package casework

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"strings"
	"sync"

	"keepiton"
	"keepiton/bundle"
	"keepiton/geo"
	"keepiton/locale"
)

// Opened is a report in the clear. It is held in memory and never written to a
// disk by this package.
type Opened struct {
	Envelope keepiton.Envelope
	Report   *keepiton.Report
	Files    []File
	// Swapped: the receipt outside the seal is not the one inside. Replies go to
	// the one inside; somebody between the sender and us put another there.
	Swapped bool
	// Note says what was odd in the bytes but did not keep us from reading them.
	Note string

	results *Results // of probes; nil: a person's
}

// File is a file of an opened report. Bytes are as they arrived.
type File struct {
	keepiton.ReportFile
	Bytes []byte
}

// MaxMemory bounds the bytes of opened reports that a Desk keeps; the longest
// unused are forgotten first, and opened again when needed.
const MaxMemory = 256 << 20

// memory keeps what was opened.
type memory struct {
	mu     sync.Mutex
	opened map[keepiton.EnvelopeID]*Opened
	order  []keepiton.EnvelopeID // the longest unused first
	size   int64
}

func (m *memory) get(id keepiton.EnvelopeID) *Opened {
	m.mu.Lock()
	defer m.mu.Unlock()
	o := m.opened[id]
	if o != nil {
		m.touch(id)
	}
	return o
}

func (m *memory) touch(id keepiton.EnvelopeID) {
	for i, other := range m.order {
		if other == id {
			m.order = append(append(m.order[:i:i], m.order[i+1:]...), id)
			return
		}
	}
	m.order = append(m.order, id)
}

func (m *memory) put(o *Opened) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.opened == nil {
		m.opened = map[keepiton.EnvelopeID]*Opened{}
	}
	if m.opened[o.Envelope.ID] == nil {
		m.size += o.weight()
	}
	m.opened[o.Envelope.ID] = o
	m.touch(o.Envelope.ID)
	for m.size > MaxMemory && len(m.order) > 1 {
		m.forget(m.order[0])
	}
}

func (m *memory) forget(id keepiton.EnvelopeID) {
	if o := m.opened[id]; o != nil {
		m.size -= o.weight()
		delete(m.opened, id)
	}
	for i, other := range m.order {
		if other == id {
			m.order = append(m.order[:i:i], m.order[i+1:]...)
			return
		}
	}
}

func (o *Opened) weight() int64 {
	n := int64(bundle.MaxReport)
	for _, f := range o.Files {
		n += int64(len(f.Bytes))
	}
	return n
}

// Forget drops an opened report from memory, such as one whose sender has
// withdrawn it.
func (d *Desk) Forget(id keepiton.EnvelopeID) {
	d.memory.mu.Lock()
	d.memory.forget(id)
	d.memory.mu.Unlock()
	d.comparing.forget(id)
}

// Known returns a report that is open already, nil otherwise. It asks nobody.
func (d *Desk) Known(id keepiton.EnvelopeID) *Opened { return d.memory.get(id) }

// Open pulls an envelope and opens it. NotFound when it is gone, or sealed to
// others. What was opened is kept in memory; the server is told that somebody
// has read a new one. What is in it is noted in the background.
func (d *Desk) Open(ctx context.Context, id keepiton.EnvelopeID) (*Opened, error) {
	o, err := d.open(ctx, id)
	if err == nil {
		d.compareLater(o)
	}
	return o, err
}

func (d *Desk) open(ctx context.Context, id keepiton.EnvelopeID) (*Opened, error) {
	e, err := d.Server.Envelope(ctx, id)
	if err != nil {
		return nil, err
	}
	if !e.Gone.IsZero() {
		d.Forget(id)
		return nil, &keepiton.Error{Code: keepiton.NotFound, Key: "casework.error.gone", Err: keepiton.Errorf(keepiton.NotFound, "the report was withdrawn or its term is over")}
	}
	if o := d.memory.get(id); o != nil {
		c := *o
		c.Envelope = e
		return &c, nil
	}
	body, err := d.Server.Body(ctx, id)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	plain, err := d.Keys.Open(body)
	if err != nil {
		return nil, err
	}
	o, err := Read(plain)
	if err != nil {
		return nil, err
	}
	// The end of the body tells whether these are the bytes that arrived.
	if _, err := io.Copy(io.Discard, body); err != nil {
		return nil, err
	}
	o.Envelope = e
	o.readWords()
	o.readResults(d.Keys)
	inside := o.Report.Receipt
	o.Swapped = inside != (keepiton.ReceiptAddress{}) && e.Receipt != (keepiton.ReceiptAddress{}) && inside != e.Receipt
	if inside != (keepiton.ReceiptAddress{}) && e.Receipt == (keepiton.ReceiptAddress{}) {
		// Two copies of one report may come by two roads; the first has it.
		if err := d.Server.Register(ctx, id, inside); err != nil && keepiton.CodeOf(err) != keepiton.Conflict {
			return nil, err
		}
	}
	d.memory.put(o)
	if e.State == keepiton.EnvelopeNew {
		if err := d.Server.SetState(ctx, id, keepiton.EnvelopeRead); err != nil {
			return nil, err
		}
		o.Envelope.State = keepiton.EnvelopeRead
	}
	return o, nil
}

// readWords reads dates and times that the sender's program could not read, as
// of the day of arrival. The words stay as they were typed.
func (o *Opened) readWords() {
	rep := o.Report
	for _, w := range []*keepiton.When{&rep.Began, &rep.Ended} {
		if !w.At.IsZero() || w.Date == "" && w.Time == "" {
			continue
		}
		if zones := geo.Zones(rep.Country); w.Zone == "" && len(zones) == 1 {
			w.Zone = zones[0]
		}
		*w = locale.ReadWhen(*w, rep.Lang, o.Envelope.Day)
	}
}

// Read reads what stood inside the seal: a bundle, or a mail that was sealed by
// its sender's own program.
func Read(r io.Reader) (*Opened, error) {
	b := bufio.NewReaderSize(r, 64<<10)
	if first, _ := b.Peek(8); !bytes.HasPrefix(first, []byte("K\x00\x00\x00")) {
		raw, err := io.ReadAll(io.LimitReader(b, maxMessage+1))
		if err != nil {
			return nil, err
		}
		if len(raw) > maxMessage {
			return nil, keepiton.Errorf(keepiton.TooLarge, "the message is larger than %d bytes", maxMessage)
		}
		return ReadMessage(raw), nil
	}
	o := &Opened{}
	rep, err := bundle.Read(b, func(f keepiton.ReportFile, r io.Reader) error {
		data, err := io.ReadAll(r)
		o.Files = append(o.Files, File{f, data})
		return err
	})
	if rep == nil {
		return nil, err
	}
	if err != nil {
		o.Note = err.Error()
	}
	o.Report = rep
	for i := range o.Files {
		if i < len(rep.Files) {
			o.Files[i].ReportFile = rep.Files[i]
		}
	}
	if rep.Kind == keepiton.ReportMessage {
		o.unfold()
	}
	return o, nil
}

// unfold shows the parts of a mail that the server sealed as it came.
func (o *Opened) unfold() {
	for _, f := range o.Files {
		if strings.HasPrefix(f.Type, "message/rfc822") {
			inner := ReadMessage(f.Bytes)
			if o.Report.Seen == "" {
				o.Report.Seen = inner.Report.Seen
			}
			if o.Report.Sender == "" {
				o.Report.Sender = inner.Report.Sender
			}
			o.Files = append(o.Files, inner.Files...)
		}
	}
}
