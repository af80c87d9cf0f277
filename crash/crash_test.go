package main

import (
	"math/rand/v2"
	"testing"
)

// TestNothingIsLostOrDoubledWhenTheServerIsKilled is the short form of the suite; `make crash` is the long one.
func TestNothingIsLostOrDoubledWhenTheServerIsKilled(t *testing.T) {
	t.Parallel()
	const kills, acks = 40, 1000
	o := Options{Kills: kills, Acks: acks, Conns: 16, Seed: rand.Uint64(), Log: t.Output()}
	if err := o.build(t.Context(), t.TempDir()); err != nil {
		t.Fatal(err)
	}
	report, err := Run(t.Context(), o)
	t.Logf("\n%v", report)
	if err != nil {
		t.Fatal(err)
	}
	if err := report.Err(acks); err != nil {
		t.Error(err)
	}
}

func TestEveryPlaceGetsItsShareOfKills(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 0))
	seen := make(map[place]int)
	early := false
	for i := range 1000 {
		d := draw(rnd, i)
		seen[d.at]++
		isEarly := d.count <= earlyStatements && d.at == beforeStatement ||
			d.count <= earlyCommits && (d.at == beforeCommit || d.at == beforeAnswer) || d.at == outside && d.after <= earlyOutside
		if early && isEarly {
			t.Errorf("two early deaths in a row at %d: executions would be quarantined", i)
		}
		early = isEarly
	}
	for _, p := range places() {
		if seen[p] != 250 {
			t.Errorf("%s: %d of 1000", p, seen[p])
		}
	}
}

func TestTheReportFailsOnAnyLossOrDouble(t *testing.T) {
	t.Parallel()
	good := Report{Acknowledged: 10, Executed: 11, Records: 11}
	if err := good.Err(10); err != nil {
		t.Error(err)
	}
	for name, spoil := range map[string]func(*Report){
		"lost":       func(r *Report) { r.Lost = 1 },
		"doubled":    func(r *Report) { r.Doubled = 1 },
		"unfinished": func(r *Report) { r.Unfinished = 1 },
		"wrong":      func(r *Report) { r.Wrong = 1 },
		"no record":  func(r *Report) { r.Records = 10 },
		"too little": func(r *Report) { r.Acknowledged = 9 },
	} {
		bad := good
		spoil(&bad)
		if bad.Err(10) == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
