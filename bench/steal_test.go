package main

import "testing"

func TestStolenTimeIsAShareOfAllTime(t *testing.T) {
	before := parseProcessors("cpu  10 0 20 60 5 0 5 100 7 7\ncpu0 1 2 3\n")
	after := parseProcessors("cpu  30 0 40 80 5 0 5 140 9 9\n")
	if before != (processors{stolen: 100, all: 200}) || after.stolenSince(before) != 0.4 {
		t.Errorf("%+v, %v", before, after.stolenSince(before))
	}
	for _, text := range []string{"", "cpu", "cpu 1 2 3", "cpu 1 2 3 4 5 6 7 x 9 9"} {
		if p := parseProcessors(text); p != (processors{}) {
			t.Errorf("%q: %+v", text, p)
		}
	}
	if share := before.stolenSince(before); share != 0 {
		t.Error("in no time:", share)
	}
}
