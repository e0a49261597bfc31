// Package partition joins things into groups of those that belong together, directly
// or by way of others.
//
//	s := partition.Of(len(reports))
//	s.Join(0, 4)
//	for _, group := range s.Groups() { … }
package partition

// Sets are the numbers 0 to n-1, each in exactly one group.
type Sets struct {
	parent []int // of each number: one of its group that is not higher; itself: the lowest
}

// Of returns n numbers, each in a group of its own.
func Of(n int) *Sets {
	s := &Sets{parent: make([]int, n)}
	for i := range s.parent {
		s.parent[i] = i
	}
	return s
}

// First returns the lowest number of the group of i, which stands for it.
func (s *Sets) First(i int) int {
	for s.parent[i] != i {
		s.parent[i] = s.parent[s.parent[i]]
		i = s.parent[i]
	}
	return i
}

// Join makes one group of that of a and that of b.
func (s *Sets) Join(a, b int) {
	a, b = s.First(a), s.First(b)
	s.parent[max(a, b)] = min(a, b)
}

// Groups returns the groups by their lowest number, each with its numbers rising.
func (s *Sets) Groups() [][]int {
	at := map[int]int{}
	var out [][]int
	for i := range s.parent {
		first := s.First(i)
		n, ok := at[first]
		if !ok {
			n, at[first] = len(out), len(out)
			out = append(out, nil)
		}
		out[n] = append(out[n], i)
	}
	return out
}
