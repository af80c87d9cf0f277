//go:build race

package verify_test

// raceEnabled: the race detector empties pools now and then.
const raceEnabled = true
