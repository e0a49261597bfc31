package live

import (
	"context"
	"io"
	"os"
	"strings"
	"time"

	"keepiton"
	"keepiton/source"
	bgpfeed "keepiton/source/bgp"
)

// file is one of a collector's.
type file struct {
	bgpfeed.File
	at    time.Time
	table bool
}

// files fetches what collectors wrote from a time to another: updates, and the tables
// that they begin with, or that those need who had a gap. missing are collectors of
// whom something could not be had.
func (f *Follower) files(ctx context.Context, from, to time.Time) (out []file, missing map[string]bool, err error) {
	var items []source.Item
	missing = map[string]bool{}
	for i, name := range f.o.Collectors {
		if to.Before(f.from[i]) || to.Equal(f.from[i]) {
			continue
		}
		all, err := bgpfeed.Layout(source.Period{From: from, To: to, Collectors: []string{name}, Base: f.o.Base})
		if err != nil {
			return nil, nil, err
		}
		for _, item := range all {
			wanted := !item.At.Before(from) && !item.At.Before(f.from[i])
			if bgpfeed.IsTable(item) {
				wanted = wanted && (item.At.Equal(f.from[i]) || f.lost[name])
			}
			if !wanted {
				continue
			}
			if path, ok := f.recorded(name, item); ok {
				out = append(out, f.file(name, path, item))
				continue
			}
			items = append(items, item)
		}
	}
	got, err := f.c.All(ctx, items, nil)
	if err != nil {
		return nil, nil, err
	}
	for _, g := range got {
		name, _, _ := strings.Cut(g.Item.Name, "/")
		switch {
		case g.Err == nil:
			out = append(out, f.file(name, g.Path, g.Item))
		case keepiton.CodeOf(g.Err) == keepiton.NotFound && bgpfeed.IsTable(g.Item): // the next one will do
		case keepiton.CodeOf(g.Err) == keepiton.NotFound:
			missing[name] = true
		default:
			return nil, nil, g.Err
		}
	}
	return out, missing, nil
}

func (f *Follower) recorded(collector string, item source.Item) (string, bool) {
	if f.o.Recorded == nil || bgpfeed.IsTable(item) {
		return "", false
	}
	return f.o.Recorded(collector, item.At)
}

func (f *Follower) file(collector, path string, item source.Item) file {
	return file{
		File: bgpfeed.File{Name: item.Name, Collector: collector, Open: func() (io.ReadCloser, error) { return os.Open(path) }},
		at:   item.At, table: bgpfeed.IsTable(item),
	}
}
