// Package stop reads the published sheets of Access Now's Shutdown Tracker
// Optimization Project (STOP) in all four of their layouts, keeps every cell,
// names every defect, and derives from the set of imported editions what the
// record says of each shutdown on each day.
//
// It promises three things. Nothing is repaired in silence: a cell stays as it
// stood, and what is odd about it is a [Defect]. The order in which editions
// are imported does not matter: [Derive] is a pure function of the set. And
// what was read can be written again in the layout it came from: see [View].
//
//	file, err := stop.Read("combined.csv", data, size, stop.ReadOptions{})
//	edition, defects, err := stop.NewEdition("2025", published, []stop.File{file}, nil)
//	record := stop.Derive([]stop.Edition{edition}, stop.Pins{})
//
// The layouts and the crosswalk between them are explained in
// docs/codebook.md.
package stop
