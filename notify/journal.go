package notify

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io/fs"
	"os"
	"sync"

	"keepiton"
)

// journal notes that a mail was taken, the moment its server said so and before
// the store has it: a note in the store waits for the disk, and a process that is
// killed meanwhile would send the mail again. What was written to a file outlives
// the process (not a cut of power, for which the store is there).
//
// The file begins with the name of the holder, 26 letters and digits, and a line
// end. Records of 20 bytes follow: the number of the alert and of the subscription,
// 8 bytes each, and CRC-32 (IEEE) of these, all big endian.
type journal struct {
	file *os.File
	mu   sync.Mutex
	size int
}

const (
	journalRecord = 20
	maxJournal    = 4096 * journalRecord // then it begins anew, when all in it is in the store
)

// openJournal hands on to the store what a process that died left in the file,
// and begins it anew for the holder.
func openJournal(ctx context.Context, path, holder string, out Outbox, mark func(alert int64, to keepiton.SubscriptionID) keepiton.DeliveryMark) (*journal, int, error) {
	b, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, 0, err
	}
	died, rest, _ := bytes.Cut(b, []byte("\n"))
	var marks []keepiton.DeliveryMark
	for ; len(rest) >= journalRecord; rest = rest[journalRecord:] {
		if crc32.ChecksumIEEE(rest[:16]) != binary.BigEndian.Uint32(rest[16:]) {
			continue
		}
		marks = append(marks, mark(int64(binary.BigEndian.Uint64(rest)), keepiton.SubscriptionID(binary.BigEndian.Uint64(rest[8:]))))
	}
	found := 0
	for chunk := range chunks(marks, maxNotes) {
		stood, err := out.Mark(ctx, string(died), chunk)
		if err != nil {
			return nil, 0, err
		}
		for _, s := range stood {
			if s {
				found++
			}
		}
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC|os.O_APPEND, 0o600)
	if err != nil {
		return nil, 0, err
	}
	_, err = f.WriteString(holder + "\n")
	return &journal{file: f, size: len(holder) + 1}, found, err
}

func chunks(marks []keepiton.DeliveryMark, n int) func(yield func([]keepiton.DeliveryMark) bool) {
	return func(yield func([]keepiton.DeliveryMark) bool) {
		for len(marks) > 0 {
			k := min(n, len(marks))
			if !yield(marks[:k]) {
				return
			}
			marks = marks[k:]
		}
	}
}

// taken writes one record, and then lets note tell the store. A full file begins
// anew, once flush has returned: everything in it is in the store by then.
func (j *journal) taken(alert int64, to keepiton.SubscriptionID, note, flush func()) error {
	if j == nil {
		note()
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	var b [journalRecord]byte
	binary.BigEndian.PutUint64(b[:], uint64(alert))
	binary.BigEndian.PutUint64(b[8:], uint64(to))
	binary.BigEndian.PutUint32(b[16:], crc32.ChecksumIEEE(b[:16]))
	_, err := j.file.Write(b[:])
	note()
	if j.size += len(b); j.size > maxJournal {
		flush()
		j.size = len(holderSpace)
		err = errors.Join(err, j.file.Truncate(int64(j.size)))
	}
	return err
}

// holderSpace is as long as the first line.
const holderSpace = "ABCDEFGHIJKLMNOPQRSTUVWXYZ\n"

func (j *journal) close() {
	if j != nil {
		_ = j.file.Close() // nothing is buffered
	}
}
