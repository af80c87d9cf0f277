//go:build !race

package engine_test

// simulateSeeds is how many seeds TestSimulation plays.
const simulateSeeds = 2000
