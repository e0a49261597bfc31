package stop

import "slices"

// Tally drops what is odd only beside something else: that durations count the
// first day is the record's own convention and a defect only where the same
// edition also has durations that do not.
func Tally(defects []Defect) []Defect {
	exclusive := slices.ContainsFunc(defects, func(d Defect) bool { return d.Kind == ExclusiveDuration })
	return slices.DeleteFunc(slices.Clone(defects), func(d Defect) bool { return d.Kind == InclusiveDuration && !exclusive })
}
