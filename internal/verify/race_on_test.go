//go:build race

package verify_test

// raceEnabled reports whether the race detector is on. It empties pools now and then.
const raceEnabled = true
