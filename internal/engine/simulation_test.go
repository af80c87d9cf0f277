package engine_test

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"hookline.dev/hookline/internal/clock"
)

var (
	simulateSeed    = flag.Uint64("simulate.seed", 0, "play this seed of the simulation alone and print its history")
	simulateEndless = flag.Bool("simulate.endless", false, "play new seeds of the simulation until one fails")
)

// play plays a seed in a bubble.
func play(t *testing.T, seed uint64, keep, oldWake bool) (s *simulation) {
	t.Helper()
	synctest.Test(t, func(*testing.T) { s = simulate(seed, keep, oldWake) })
	return s
}

// TestSimulation plays many short histories of an engine and checks each: see simulation_check_test.go. It was tried
// with the sleepers of earlier versions, which forgot all waiting executions but the first: every seed with two
// delays at a time fails. TestTheSimulationFindsALostWake keeps that fault. `make simulate` plays new seeds until one
// fails.
func TestSimulation(t *testing.T) {
	switch {
	case *simulateSeed != 0:
		s := play(t, *simulateSeed, true, false)
		t.Logf("seed %d, hash %x\n%s", *simulateSeed, s.hash.Sum64(), strings.Join(s.log, "\n"))
		s.report(t, *simulateSeed)
	case *simulateEndless:
		first := uint64(clock.System().Now().Unix())
		for seed := first; !t.Failed(); seed++ {
			play(t, seed, false, false).report(t, seed)
			if n := seed - first + 1; n%1000 == 0 {
				fmt.Printf("%d seeds, no fault\n", n)
			}
		}
	default:
		const shards = 4
		for shard := range uint64(shards) {
			t.Run(fmt.Sprint(shard), func(t *testing.T) {
				t.Parallel()
				for seed := shard + 1; seed <= simulateSeeds && !t.Failed(); seed += shards {
					play(t, seed, false, false).report(t, seed)
				}
			})
		}
	}
}

// report fails the test when an invariant was broken, and says how to see the history.
func (s *simulation) report(t *testing.T, seed uint64) {
	t.Helper()
	if len(s.violations) > 0 {
		t.Errorf("seed %d:\n%s\nto see its history: go test ./internal/engine -run '^TestSimulation$' -v -args -simulate.seed=%d",
			seed, strings.Join(s.violations, "\n"), seed)
	}
}

// A seed that failed can be played again.
func TestTheSameSeedHasTheSameHistory(t *testing.T) {
	t.Parallel()
	for seed := uint64(1); seed <= simulateSeeds/10; seed++ {
		a, b := play(t, seed, true, false), play(t, seed, true, false)
		if a.hash.Sum64() != b.hash.Sum64() {
			for i := range min(len(a.log), len(b.log)) {
				if a.log[i] != b.log[i] {
					t.Fatalf("seed %d differs in line %d: %q and %q", seed, i, a.log[i], b.log[i])
				}
			}
			t.Fatalf("seed %d differs after %d and %d lines", seed, len(a.log), len(b.log))
		}
	}
}

// A simulation that finds nothing may have lost its eyes. Here the table tells an engine the next wake only once, which
// is the fault that the first version of this engine had.
func TestTheSimulationFindsALostWake(t *testing.T) {
	t.Parallel()
	found := 0
	for seed := uint64(1); seed <= 20; seed++ {
		if s := play(t, seed, false, true); len(s.violations) > 0 {
			found++
		}
	}
	if found < 5 {
		t.Errorf("only %d of 20 seeds found it", found)
	}
}
