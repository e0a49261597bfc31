package bgp

// slab is a slice that grows without being copied: what stands in it stays where it
// is, and no old copy waits for the garbage collector. That is half of the memory of
// a full table.
type slab[T any] struct {
	chunks [][]T
	n      int
}

const slabBits = 12

func (s *slab[T]) at(i uint32) *T { return &s.chunks[i>>slabBits][i&(1<<slabBits-1)] }

func (s *slab[T]) len() int { return s.n }

func (s *slab[T]) add(v T) {
	if s.n>>slabBits == len(s.chunks) {
		s.chunks = append(s.chunks, make([]T, 1<<slabBits))
	}
	*s.at(uint32(s.n)) = v
	s.n++
}

// each gives what stands in it, in order, a chunk at a time.
func (s *slab[T]) each(yield func([]T)) {
	for i, c := range s.chunks {
		yield(c[:min(1<<slabBits, s.n-i<<slabBits)])
	}
}
