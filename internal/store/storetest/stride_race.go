//go:build race

package storetest

import "flag"

// stride is the distance between the places that are tried. The race detector slows the database down
// ten times and finds the same at fewer places.
const stride = 13

// raceChecks is how often a property is tried, unless -rapid.checks says otherwise: a quarter of what is
// tried without the detector, for the same reason.
const raceChecks = "25"

func init() {
	if err := flag.Set("rapid.checks", raceChecks); err != nil {
		panic(err) // rapid has renamed its flag
	}
}
