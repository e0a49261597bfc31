package bgp

import (
	"context"
	"errors"
	"io"

	"keepiton/bgp"
	"keepiton/source"
)

// Stats is what `keepiton ingest bgp --stats json` prints of a file, in one line.
// Elements are counted as bgpdump does, prefixes and peers are distinct.
type Stats struct {
	File          string           `json:"file"`
	Records       int64            `json:"records"`
	Announcements int64            `json:"announcements"`
	Withdrawals   int64            `json:"withdrawals"`
	TableEntries  int64            `json:"table_entries"`
	StateChanges  int64            `json:"state_changes"`
	Peers         int              `json:"peers"`
	Announced     int64            `json:"announced_prefixes"`
	Withdrawn     int64            `json:"withdrawn_prefixes"`
	Errors        map[string]int64 `json:"errors"`        // by kind; {} when there are none
	SkippedBytes  int64            `json:"skipped_bytes"` // that belong to no record
	Bytes         int64            `json:"bytes"`         // uncompressed
}

// Count reads a file to its end, however damaged, and says what is in it. The error
// is that of r or of ctx.
func Count(ctx context.Context, r io.Reader, name string) (Stats, error) {
	in := source.Open(r)
	defer in.Close()
	reader := bgp.Open(in, "", bgp.NewPeers())
	var tally bgp.Tally
	var m bgp.Message
	var err error
	for n := 0; ; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return Stats{}, ctx.Err()
		}
		if err = reader.Next(&m); err != nil {
			break
		}
		tally.Add(&m)
	}
	if !errors.Is(err, io.EOF) {
		return Stats{}, err
	}
	got := reader.Counts()
	out := Stats{
		File: name, Records: got.Records, Announcements: got.Announcements, Withdrawals: got.Withdrawals, TableEntries: got.TableEntries, StateChanges: got.StateChanges,
		Peers: tally.Peers(), Announced: tally.Announced(), Withdrawn: tally.Withdrawn(), Errors: map[string]int64{}, SkippedBytes: got.SkippedBytes, Bytes: got.Bytes,
	}
	for kind, n := range got.Errors {
		out.Errors[string(kind)] += n
	}
	for kind, n := range in.Damage {
		out.Errors[kind] += n
	}
	return out, nil
}
