package atlas

import (
	"bufio"
	"bytes"
	"context"
	"io"

	"keepiton"
	"keepiton/source"
)

// Files are those of one run: lists of probes and events, which are only together a
// series, and days, which are one by themselves.
type Files struct {
	Probes Probes
	Events Events
}

// Read reads a file of any of the three kinds, which it tells apart by what stands at its
// beginning, and hands days over.
func (f *Files) Read(ctx context.Context, r io.Reader, o source.Options, put func(keepiton.Measurement) error) (source.Summary, error) {
	if f.Probes == nil {
		f.Probes = Probes{}
	}
	in := source.Open(r)
	defer in.Close()
	b := bufio.NewReaderSize(in, 4<<10)
	head, err := b.Peek(4 << 10)
	if err != nil && err != io.EOF {
		return source.Summary{File: o.Name}, err
	}
	var sum source.Summary
	switch {
	case bytes.Contains(head, []byte(`"atlas-probe-deployment"`)):
		sum, err = Days(ctx, b, o, put)
	case bytes.Contains(head, []byte(`"country_code"`)) && !bytes.Contains(head, []byte(`"prb_id"`)):
		sum, err = f.Probes.Read(ctx, b, o)
	default:
		sum, err = f.Events.Read(ctx, b, o)
	}
	sum.Unpacked(in.Damage)
	return sum, err
}

// Series hands over what the events and the probes come to, once all files were read. The
// error is invalid when there are events and no probes: where one is, only the list says.
func (f *Files) Series(ctx context.Context, o source.Options, put func(keepiton.Measurement) error) (source.Summary, error) {
	if len(f.Events.spans) > 0 && len(f.Probes) == 0 {
		return source.Summary{}, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "there are events, and no list of probes that says where they are"), "give the answer of /api/v2/probes/?country_code=IR beside them")
	}
	return Series(ctx, &f.Events, f.Probes, o, put)
}
