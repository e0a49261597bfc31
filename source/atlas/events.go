package atlas

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"slices"

	"keepiton"
	"keepiton/source"
)

// event is a probe that connected or disconnected.
type event struct {
	probe   int64
	at      int64 // seconds since 1970
	connect bool
}

// Events are those of several files, and of what time each tells.
type Events struct {
	all   []event
	spans []keepiton.Span
}

// maxLine bounds a line of a file of JSON lines, in bytes.
const maxLine = 64 << 10

// Read adds the events of a file: an answer of /api/v2/measurements/7000/results/, as a
// list or as JSON lines. The time that it tells of is the day in its
// name, where that is one that Layout gives; what was asked for does not stand in it.
// Without, it is that from event to event.
func (v *Events) Read(ctx context.Context, r io.Reader, o source.Options) (source.Summary, error) {
	out := source.NewOutput(ctx, name, o, nil)
	in := source.Open(r)
	defer in.Close()
	b := bufio.NewReaderSize(in, maxLine)
	head, err := b.Peek(64)
	if err != nil && err != io.EOF {
		return out.Summary, err
	}
	before := len(v.all)
	if bytes.HasPrefix(bytes.TrimLeft(head, "\ufeff \t\r\n"), []byte("[")) {
		err = v.list(b, out)
	} else {
		err = source.ReadLines(b, maxLine, &out.Summary, func(offset int64, line []byte) error { return v.add(line, offset, out) })
	}
	out.Unpacked(in.Damage)
	if err != nil {
		return out.Summary, err
	}
	if out.Records == 0 && len(head) == 0 {
		return out.Summary, keepiton.Errorf(keepiton.Invalid, "%s: the file is empty", o.Name)
	}
	if out.Records > 0 && out.Records == out.Skipped["bad_event"]+out.Skipped["bad_json"] {
		return out.Summary, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: no event of RIPE Atlas in it", o.Name), "the API has them at /api/v2/measurements/7000/results/")
	}
	whole := out.Skipped["cut_json"] == 0 && len(in.Damage) == 0
	for _, span := range spansOf(v.all[before:], spanOf(o.Name), o.Asked, whole) {
		v.spans = append(v.spans, span)
		if out.From.IsZero() || span.From.Before(out.From) {
			out.From = span.From
		}
		if span.To.After(out.To) {
			out.To = span.To
		}
	}
	return out.Summary, nil
}

func (v *Events) list(r io.Reader, out *source.Output) error {
	doc, err := source.ReadDocument(r, out.File, "", "")
	if err != nil {
		return err
	}
	if doc.Bad != nil {
		out.Skip(*doc.Bad)
	}
	for _, e := range doc.Lists[""] {
		out.Records++
		if err := v.add(e.JSON, e.Offset, out); err != nil {
			return err
		}
	}
	return nil
}

func (v *Events) add(data []byte, offset int64, out *source.Output) error {
	var e struct {
		Probe int64  `json:"prb_id"`
		At    int64  `json:"timestamp"`
		Event string `json:"event"`
	}
	switch err := json.Unmarshal(data, &e); {
	case err != nil && !json.Valid(data):
		out.Skip(source.Defect{Kind: "bad_json", Offset: offset})
	case err != nil || e.Probe <= 0 || e.At <= 0 || e.At > maxTime || e.Event != "connect" && e.Event != "disconnect":
		out.Skip(source.Defect{Kind: "bad_event", Offset: offset, Why: e.Event})
	case len(v.all) >= maxEvents:
		return keepiton.Hint(keepiton.Errorf(keepiton.TooLarge, "%s: more than %d events", out.File, maxEvents), "read less at once")
	default:
		v.all = append(v.all, event{e.Probe, e.At, e.Event == "connect"})
	}
	return nil
}

// order sorts the events, each once, and joins the spans.
func (v *Events) order() {
	slices.SortFunc(v.all, func(a, b event) int {
		return cmp.Or(cmp.Compare(a.probe, b.probe), cmp.Compare(a.at, b.at), cmp.Compare(number(a.connect), number(b.connect)))
	})
	v.all = slices.Compact(v.all)
	slices.SortFunc(v.spans, func(a, b keepiton.Span) int { return cmp.Or(a.From.Compare(b.From), a.To.Compare(b.To)) })
	joined := v.spans[:0]
	for _, s := range v.spans {
		if last := len(joined) - 1; last >= 0 && s.From.Sub(joined[last].To) <= step {
			if s.To.After(joined[last].To) {
				joined[last].To = s.To
			}
			continue
		}
		joined = append(joined, s)
	}
	v.spans = joined
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}
