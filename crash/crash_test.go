package main

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestNothingIsLostOrDoubledWhenTheServerIsKilled is a short run of the suite. `make crash` runs it in full
// length.
func TestNothingIsLostOrDoubledWhenTheServerIsKilled(t *testing.T) {
	t.Parallel()
	const kills, acks = 42, 1000
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
	seen := make(map[killPoint]int)
	early := false
	for i := range 1400 {
		d := drawKill(rnd, i)
		seen[d.at]++
		isEarly := d.count <= earlyStatements && d.at == beforeStatement ||
			d.count <= earlyRequests && d.at == duringRequest ||
			d.count <= earlyCommits && d.at != beforeStatement && d.at != duringRequest && d.at != outside || d.at == outside && d.after <= earlyOutside
		if early && isEarly {
			t.Errorf("two early deaths in a row at %d: executions would be quarantined", i)
		}
		early = isEarly
	}
	for _, p := range killPoints() {
		if seen[p] != 200 {
			t.Errorf("%s: %d of 1400", p, seen[p])
		}
	}
}

func TestEveryKindOfLossIsSeen(t *testing.T) {
	t.Parallel()
	acks := map[string]string{"1": "a", "2": "b"}
	whole := func() found {
		return found{map[string]int{"1": 1, "2": 1, "3": 1}, map[string]string{"a": "succeeded", "b": "succeeded", "c": "succeeded"}}
	}
	tests := map[string]struct {
		spoil func(found)
		want  Report
	}{
		"nothing is wrong":       {func(found) {}, Report{Executed: 3, Records: 3}},
		"a record is gone":       {func(f found) { delete(f.records, "1") }, Report{Executed: 3, Records: 2, Lost: 1}},
		"an execution is gone":   {func(f found) { delete(f.executions, "a") }, Report{Executed: 2, Records: 3, Lost: 1}},
		"an execution failed":    {func(f found) { f.executions["b"] = "failed" }, Report{Executed: 2, Records: 3, Lost: 1, Unfinished: 1}},
		"an ack is done twice":   {func(f found) { f.records["1"] = 2 }, Report{Executed: 3, Records: 4, Doubled: 1}},
		"another is done twice":  {func(f found) { f.records["3"] = 2 }, Report{Executed: 3, Records: 4, Doubled: 1}},
		"an execution is double": {func(f found) { f.executions["d"] = "succeeded" }, Report{Executed: 4, Records: 3}},
	}
	for name, tt := range tests {
		var got Report
		f := whole()
		tt.spoil(f)
		got.compare(acks, f)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (- wanted, + got)\n%s", name, diff)
		}
		if err := got.Err(0); (err == nil) != (name == "nothing is wrong") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCallsWithAKeyAreSentAgain(t *testing.T) {
	t.Parallel()
	s := &suite{kinds: kinds()}
	sent, last := make(map[string]int), make(map[string]int64)
	late := 0
	const numbers = 20_000
	for n := range int64(numbers) {
		k := s.kindOf(n)
		call := k.call(n)
		if sent[call]++; sent[call] > 1 && n-last[call] > callsPerKey {
			late++
		}
		last[call] = n
		if sent[call] > 1 && !k.keyed {
			t.Fatalf("%s is sent twice", call)
		}
	}
	twice := 0
	for _, n := range sent {
		if n > 1 {
			twice++
		}
	}
	if twice < numbers/callsPerKey || late < numbers/callsPerKey {
		t.Errorf("%d keys were sent again, %d of them late", twice, late)
	}
}

func TestTheReportFailsOnAnyLossOrDouble(t *testing.T) {
	t.Parallel()
	good := Report{Acknowledged: 10, Executed: 11, Records: 11, Repeats: 1, Blobs: 1, Operated: 1}
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
		"broken":     func(r *Report) { r.Broken = 1 },
		"an orphan":  func(r *Report) { r.Orphans = 1 },
		"miscounted": func(r *Report) { r.Miscounted = 1 },
		"different":  func(r *Report) { r.Different = 1 },
		"no backup":  func(r *Report) { r.Kills = map[killPoint]int{outside: firstBackup} },
		"no repeat":  func(r *Report) { r.Kills = map[killPoint]int{duringRequest: 10} },
	} {
		bad := good
		spoil(&bad)
		if bad.Err(10) == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestEveryWrongRequestIsSeen(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*peer){
		"nothing is wrong":   func(*peer) {},
		"sent again":         func(p *peer) { p.count("exe_1/send#0", "r1", []byte("a")) },
		"sent otherwise":     func(p *peer) { p.count("exe_1/send#0", "r1", []byte("b")) },
		"another call's key": func(p *peer) { p.count("exe_1/send#0", "r2", []byte("a")) },
		"another key":        func(p *peer) { p.count("exe_1/send#1", "r1", []byte("a")) },
		"no key":             func(p *peer) { p.count("", "r1", []byte("a")) },
		"not executed":       func(p *peer) { p.count("exe_3/send#0", "r3", []byte("a")) },
		"not sent":           func(p *peer) { delete(p.sent, "exe_2/send#0") },
	} {
		p := &peer{sent: make(map[string]*sent)}
		for _, x := range []string{"1", "2"} {
			p.count("exe_"+x+"/send#0", "r"+x, []byte("a"))
			p.count("exe_"+x+"/upload#0", "r"+x, []byte("b"))
		}
		spoil(p)
		var r Report
		wrong := r.compareRequests(p.sent, map[string]int{"r1": 1, "r2": 1, "a1": 1})
		good := name == "nothing is wrong" || name == "sent again"
		if r.Requested != 2 || (len(wrong) == 0) != good || (r.Different == 0) != good || (name == "sent again") != (r.Repeated == 1 && good) {
			t.Errorf("%s: %+v, %v", name, r, wrong)
		}
	}
}

func TestEveryWrongNumberOfRecordsIsSeen(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(map[string]part){
		"nothing is wrong":      func(map[string]part) {},
		"a record is gone":      func(p map[string]part) { delete(p, "left") },
		"a record is double":    func(p map[string]part) { p["right"] = part{2, 0} },
		"raised once too often": func(p map[string]part) { p["many"] = part{3, p["many"].sum + 1} },
		"deleted again":         func(p map[string]part) { p["deleted"] = part{1, 0} },
		"not deleted":           func(p map[string]part) { p["doomed"] = part{1, 0} },
	} {
		p := wantedParts()
		spoil(p)
		var r Report
		wrong := r.compareParts(map[string]map[string]part{"d1": wantedParts(), "d2": p})
		if bad := name != "nothing is wrong"; r.Operated != 2 || (r.Miscounted == 1) != bad || (len(wrong) == 1) != bad {
			t.Errorf("%s: %+v, %v", name, r, wrong)
		}
	}
}

func TestWrongStatisticsAreSeen(t *testing.T) {
	t.Parallel()
	rows := map[string]int64{"accepted": 3, "rejected": 1}
	for name, counted := range map[string]map[string]int64{
		"":              {"accepted": 3, "rejected": 1},
		"one is twice":  {"accepted": 4, "rejected": 1},
		"one is not":    {"accepted": 3},
		"one too much":  {"accepted": 3, "rejected": 1, "filtered": 1},
		"none at all":   {},
		"in the others": {"accepted": 1, "rejected": 3},
	} {
		var r Report
		r.compareCounts(counted, rows)
		if wrong := r.wrong() != nil; wrong != (name != "") {
			t.Errorf("%s: %v", name, r.wrong())
		}
	}
}
