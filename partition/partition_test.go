package partition

import (
	"reflect"
	"testing"
)

func TestWhatIsJoinedByWayOfOthersIsOneGroup(t *testing.T) {
	s := Of(7)
	s.Join(6, 2)
	s.Join(5, 1)
	s.Join(2, 5)
	s.Join(6, 1) // already
	s.Join(4, 3)
	if got, want := s.Groups(), [][]int{{0}, {1, 2, 5, 6}, {3, 4}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if s.First(6) != 1 || s.First(4) != 3 || len(Of(0).Groups()) != 0 {
		t.Error(s.First(6), s.First(4))
	}
}
