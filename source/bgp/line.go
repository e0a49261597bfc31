package bgp

import (
	"cmp"
	"errors"
	"io"
	"slices"
	"time"

	"keepiton"
	"keepiton/bgp"
	"keepiton/source"
)

// line is what one collector wrote, file after file.
type line struct {
	files     []File
	summaries []*source.Summary
	at        int // of the file that is read
	begin     func(name string)
	peers     *bgp.Peers
	until     int64 // microseconds; what says that it is of later is damaged; 0: nobody knows

	file   io.ReadCloser
	in     *source.Stream
	reader bgp.Source
	now    bgp.Message
	later  int64 // messages of the file whose time is after until
	done   bool
}

// order peeks into all files and makes a line of each collector.
func order(files []File, summaries []source.Summary) ([]*line, error) {
	byName := map[string]*line{}
	var lines []*line
	index := make([]int, len(files))
	for i := range files {
		index[i] = i
		summaries[i].File = files[i].Name
		if err := files[i].peek(); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(index, func(a, b int) int {
		x, y := files[a], files[b]
		before := 0 // of a table and updates that begin together, the table is first
		if x.table != y.table {
			if before = 1; x.table {
				before = -1
			}
		}
		return cmp.Or(cmp.Compare(x.first, y.first), before, cmp.Compare(x.Name, y.Name))
	})
	for _, i := range index {
		l := byName[files[i].Collector]
		if l == nil {
			l = &line{}
			byName[files[i].Collector] = l
			lines = append(lines, l)
		}
		l.files, l.summaries = append(l.files, files[i]), append(l.summaries, &summaries[i])
	}
	return lines, nil
}

// timeless is how many messages at the beginning of a stream may be without a time:
// a router tells of itself first.
const timeless = 1000

func (f *File) peek() error {
	file, err := f.Open()
	if err != nil {
		return err
	}
	defer file.Close()
	in := source.Open(file)
	defer in.Close()
	var m bgp.Message
	messages := bgp.Open(in, "", bgp.NewPeers())
	for range timeless {
		if err := messages.Next(&m); err != nil && !errors.Is(err, io.EOF) {
			return keepiton.Errorf(keepiton.Unavailable, "read %s: %w", f.Name, err)
		} else if err != nil || m.At != 0 {
			break
		}
	}
	f.first, f.table = m.At, m.Kind == bgp.Index || m.Kind == bgp.Entries
	return nil
}

// next reads the next message, of the next file when one is at its end.
func (l *line) next() error {
	for {
		if l.reader == nil {
			if l.at == len(l.files) {
				l.done = true
				return nil
			}
			f := l.files[l.at]
			l.begin(f.Name)
			var err error
			if l.file, err = f.Open(); err != nil {
				return err
			}
			l.in = source.Open(l.file)
			l.reader = bgp.Open(l.in, f.Collector, l.peers)
		}
		err := l.reader.Next(&l.now)
		if err == nil && l.until != 0 && l.now.At > l.until {
			l.later++ // counted, it would end the present for all that follow
			continue
		}
		if err == nil {
			s := l.summaries[l.at]
			if at := time.UnixMicro(l.now.At).UTC(); l.now.At != 0 {
				if s.From.IsZero() || at.Before(s.From) {
					s.From = at
				}
				s.To = at
			}
			return nil
		}
		l.sum()
		l.close()
		if !errors.Is(err, io.EOF) {
			return keepiton.Errorf(keepiton.Unavailable, "read %s: %w", l.files[l.at].Name, err)
		}
		l.at++
	}
}

// sum takes down what reading the file came to.
func (l *line) sum() {
	s := l.summaries[l.at]
	counts := l.reader.Counts()
	s.Records = counts.Records
	for _, spot := range counts.First {
		s.First = append(s.First, source.Defect{Kind: string(spot.Kind), Offset: spot.Offset})
	}
	s.Skipped = map[string]int64{}
	for kind, n := range counts.Errors {
		s.Skipped[string(kind)] += n
	}
	if l.later > 0 {
		s.Skipped[string(bgp.BadHeader)] += l.later
		l.later = 0
	}
	s.Unpacked(l.in.Damage)
}

func (l *line) close() {
	if l.reader != nil {
		l.in.Close()
		_ = l.file.Close()
		l.reader = nil
	}
}
