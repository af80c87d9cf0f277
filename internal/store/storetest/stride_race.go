//go:build race

package storetest

import "flag"

// stride is the distance between the places that are tried. The race detector makes the database ten times
// slower, and finds the same races at fewer places.
const stride = 37

// raceChecks is the number of checks per property, unless -rapid.checks is set: a quarter of the number without
// the race detector, for the same reason.
const raceChecks = "25"

func init() {
	if err := flag.Set("rapid.checks", raceChecks); err != nil {
		panic(err) // rapid has renamed its flag
	}
}
