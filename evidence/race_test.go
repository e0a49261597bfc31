//go:build race

package evidence

// raced says that the race detector is built in; it takes memory in its own way.
const raced = true
