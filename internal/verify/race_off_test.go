//go:build !race

package verify_test

// raceEnabled: see race_on_test.go.
const raceEnabled = false
