package otlp

import (
	"strings"
	"testing"

	"hookline.dev/hookline/internal/ident"
)

const (
	sampledParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	silentParent  = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"
)

func TestATraceparentIsReadAsTheStandardSays(t *testing.T) {
	for text, want := range map[string]struct{ valid, sampled bool }{
		sampledParent: {true, true},
		silentParent:  {true, false},
		strings.TrimSuffix(sampledParent, "01") + "03":            {true, true},
		"cc" + sampledParent[2:]:                                  {true, true},
		"cc" + sampledParent[2:] + "-what-the-future-will-be":     {true, true},
		"cc" + sampledParent[2:] + ".what-the-future-will-not-be": {},
		"ff" + sampledParent[2:]:                                  {},
		sampledParent + "-01":                                     {},
		sampledParent[:54]:                                        {},
		strings.ToUpper(sampledParent):                            {},
		strings.ReplaceAll(sampledParent, "-", "_"):               {},
		strings.Replace(sampledParent, "0af7651916cd43dd8448eb211c80319c", strings.Repeat("0", 32), 1): {},
		strings.Replace(sampledParent, "b7ad6b7169203331", strings.Repeat("0", 16), 1):                 {},
		strings.Replace(sampledParent, "b7", "x7", 1):                                                  {},
		sampledParent + ", " + silentParent:                                                            {},
		"":                                                                                             {},
	} {
		got, valid := parse(text, "a=1")
		if valid != want.valid || got.sampled != want.sampled || valid != (got.state == "a=1") {
			t.Errorf("%q: valid %v, %+v", text, valid, got)
		}
		if valid && header(got.id, got.parent, got.sampled)[3:52] != text[3:52] {
			t.Errorf("%q is carried on as %s", text, header(got.id, got.parent, got.sampled))
		}
	}
	for _, state := range []string{strings.Repeat("a", maxState+1), "a=1\r\nX: y", "a=ü"} {
		if got, _ := parse(sampledParent, state); got.state != "" {
			t.Errorf("tracestate %q is carried on", state)
		}
	}
}

func TestTheRatioDecidesAboutCallsWithoutATraceparent(t *testing.T) {
	s, counts := seed{1}, map[float64]int{}
	const calls = 10_000
	for i := range calls {
		for _, ratio := range []float64{0, 0.1, 1} {
			if s.trace(ident.ID(i+1), "", "", ratio).sampled {
				counts[ratio]++
			}
			if !s.trace(ident.ID(i+1), sampledParent, "", ratio).sampled || s.trace(ident.ID(i+1), silentParent, "", ratio).sampled {
				t.Fatal("the sender's flag does not decide")
			}
		}
	}
	if counts[0] != 0 || counts[1] != calls || counts[0.1] < calls/20 || counts[0.1] > calls/5 {
		t.Errorf("sampled by ratio: %v", counts)
	}
}

func TestDerivedIdsDiffer(t *testing.T) {
	seen := map[spanID]string{}
	for _, s := range []seed{{1}, {2}} {
		for name, id := range map[string]spanID{
			"call": s.call(1), "another call": s.call(2), "execution": s.execution(1, 0), "round": s.execution(1, 1),
			"step": s.step(1, 0, "a", 1), "path": s.step(1, 0, "b", 1), "attempt": s.step(1, 0, "a", 2), "step of the round": s.step(1, 1, "a", 1),
		} {
			if other, has := seen[id]; has {
				t.Errorf("%s and %s have one id", name, other)
			}
			seen[id] = name
		}
	}
	one, again, two := seed{1}, seed{1}, seed{2}
	if one.trace(1, "", "", 1).id == two.trace(1, "", "", 1).id || one.trace(1, "", "", 1) != again.trace(1, "", "", 1) {
		t.Error("a trace's id is not that of the server and the delivery")
	}
}
