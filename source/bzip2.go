package source

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"io"
	"runtime"
)

// The bit patterns that begin a block of bzip2, and end a stream of it: the digits of
// π and of its root. They stand at any bit.
const (
	blockMagic = 0x314159265359
	endMagic   = 0x177245385090
	magicBits  = 48
)

// maxBlock bounds a packed block: one holds at most 900,000 bytes, which take at most
// some hundredths more when they cannot be packed.
const maxBlock = 2 << 20

// unpackBzip2 unpacks the blocks of bzip2 side by side: the library's own reader is
// the slowest part of reading a RouteViews table. Each block becomes a stream of its
// own with the same checksum, so that one that is damaged loses only itself.
func (s *Stream) unpackBzip2(in *bufio.Reader) error {
	type result struct {
		data []byte
		kind string // of damage
	}
	workers := max(1, min(runtime.GOMAXPROCS(0), 8))
	queue := make(chan chan result, workers)
	stop := make(chan struct{})
	var sourceErr error
	go func() {
		defer close(queue)
		sourceErr = splitBlocks(in, func(block []byte, cut bool) bool {
			out := make(chan result, 1)
			select {
			case queue <- out:
			case <-stop:
				return false
			}
			go func() {
				data, err := io.ReadAll(bzip2.NewReader(bytes.NewReader(block)))
				r := result{data: data}
				switch {
				case err == nil:
				case cut:
					r.kind = DamageCut
				default:
					r.kind = DamageCorrupt
				}
				out <- r
			}()
			return true
		})
	}()
	var err error
	for out := range queue {
		r := <-out
		if r.kind != "" {
			s.Damage[r.kind]++
		}
		if err == nil {
			if err = s.send(r.data); err != nil {
				close(stop)
			}
		}
	}
	if err != nil {
		return err
	}
	return sourceErr
}

// splitBlocks gives each block of in as a stream of one block. cut says that the
// file ended inside it. It ends early when yield returns false.
func splitBlocks(in io.ByteReader, yield func(block []byte, cut bool) bool) error {
	var window, count uint64 // the last 64 bits, and how many bits were read
	var block writer
	inside := false
	for {
		b, err := in.ReadByte()
		if err != nil {
			if err != io.EOF {
				return err
			}
			if inside {
				yield(block.end(0), true)
			}
			return nil
		}
		for i := 7; i >= 0; i-- {
			window = window<<1 | uint64(b>>i&1)
			count++
			tail := window & (1<<magicBits - 1)
			if inside {
				block.bit(uint8(window & 1))
			}
			if tail != blockMagic && tail != endMagic || count < magicBits {
				continue
			}
			if inside && !yield(block.end(magicBits), false) {
				return nil
			}
			if inside = tail == blockMagic; inside {
				block.begin()
			}
		}
		if inside && len(block.buf) > maxBlock { // no block is that long: wait for the next
			inside = false
		}
	}
}

// writer puts together a stream of one block, bit by bit.
type writer struct {
	buf  []byte
	acc  byte
	have int
}

// begin writes the head of a stream and of its block.
func (w *writer) begin() {
	w.buf, w.acc, w.have = append(w.buf[:0], "BZh9"...), 0, 0
	w.bits(blockMagic, magicBits)
}

func (w *writer) bit(b uint8) {
	w.acc = w.acc<<1 | b
	if w.have++; w.have == 8 {
		w.buf = append(w.buf, w.acc)
		w.acc, w.have = 0, 0
	}
}

func (w *writer) bits(v uint64, n int) {
	for i := n - 1; i >= 0; i-- {
		w.bit(uint8(v >> i & 1))
	}
}

// end takes back the last bits, which belong to what follows, and ends the stream:
// the checksum of a stream of one block is that of the block, which begins it.
func (w *writer) end(back int) []byte {
	total := 8*len(w.buf) + w.have - back
	all := append(bytes.Clone(w.buf), w.acc<<(8-w.have))
	if total < 8*4+magicBits+32 {
		return nil
	}
	var out writer
	out.buf = all[:total/8]
	if rest := total % 8; rest > 0 {
		out.acc, out.have = all[total/8]>>(8-rest), rest
	}
	crc := uint64(all[10])<<24 | uint64(all[11])<<16 | uint64(all[12])<<8 | uint64(all[13])
	out.bits(endMagic, magicBits)
	out.bits(crc, 32)
	for out.have > 0 {
		out.bit(0)
	}
	return out.buf
}
