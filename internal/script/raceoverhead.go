//go:build !race

package script

// raceOverhead is the factor by which the race detector multiplies the memory of Go's heap. Here it is off.
const raceOverhead = 1
