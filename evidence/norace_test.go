//go:build !race

package evidence

// raced says that the race detector is built in.
const raced = false
