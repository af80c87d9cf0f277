//go:build race

package engine_test

// simulateSeeds is how many seeds TestSimulation plays. The race detector finds what it can find in a few.
const simulateSeeds = 100
