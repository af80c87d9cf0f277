package rowcodec

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/value"
)

// raw draws a text of arbitrary bytes, as senders may send it.
func raw(t *rapid.T, name string) string {
	return string(rapid.SliceOfN(rapid.Byte(), 0, 30).Draw(t, name))
}

func drawDelivery(t *rapid.T) hook.Delivery {
	d := hook.Delivery{
		Request: hook.Request{
			Method: raw(t, "method"), Path: raw(t, "path"), Query: raw(t, "query"), Host: raw(t, "host"),
			IP: raw(t, "ip"), ContentType: raw(t, "type"), Stored: raw(t, "stored"), Form: raw(t, "form"), As: raw(t, "as"),
		},
		DedupeKey: raw(t, "key"), Revision: raw(t, "revision"), ReplayOf: ident.ID(rapid.Int64Range(0, 9).Draw(t, "replay")),
	}
	for range rapid.IntRange(0, 5).Draw(t, "headers") {
		d.Request.Headers = append(d.Request.Headers, hook.Header{Name: raw(t, "name"), Value: raw(t, "value")})
	}
	for range rapid.IntRange(0, 3).Draw(t, "params") {
		d.Request.Params = append(d.Request.Params, hook.Param{Name: raw(t, "name"), Value: raw(t, "value")})
	}
	for range rapid.IntRange(0, 3).Draw(t, "files") {
		d.Request.Files = append(d.Request.Files, hook.File{
			Name: raw(t, "name"), Filename: raw(t, "filename"), Type: raw(t, "type"), Size: rapid.Int64().Draw(t, "size"), SHA256: raw(t, "sum"),
		})
	}
	for range rapid.IntRange(0, 3).Draw(t, "verdicts") {
		d.Verdicts = append(d.Verdicts, hook.Verdict{
			Gate: raw(t, "gate"), Passed: rapid.Bool().Draw(t, "passed"), Observed: rapid.Bool().Draw(t, "observed"), Reason: raw(t, "reason"), Detail: raw(t, "detail"),
		})
	}
	for range rapid.IntRange(0, 3).Draw(t, "chain") {
		d.Chain = append(d.Chain, raw(t, "address"))
	}
	return d
}

func TestAnyHeadOfADeliverySurvives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawDelivery(t)
		text := EncodeMetadata(&want)
		first := flow.Status(rapid.SampledFrom([]string{"", "failed"}).Draw(t, "first"))
		if first != "" {
			text = WithFirst(text, first)
		}
		if _, err := value.Parse(text, value.Limits{}); err != nil {
			t.Fatal(err)
		}
		var got hook.Delivery
		if DecodeMetadata(text, &got) != first {
			t.Fatal("the first one's status is lost")
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestAnyAnswerSurvivesUpToItsLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := &hook.Reply{Status: rapid.IntRange(100, 599).Draw(t, "status"), Body: []byte(raw(t, "body"))}
		if rapid.Bool().Draw(t, "long") {
			want.Body = append(want.Body, make([]byte, hook.MaxAnswer)...)
		}
		for range rapid.IntRange(0, 3).Draw(t, "headers") {
			want.Headers = append(want.Headers, hook.Header{Name: raw(t, "name"), Value: raw(t, "value")})
		}
		got := DecodeAnswer(value.Trusted(EncodeAnswer(want)))
		if want.Body = want.Body[:min(len(want.Body), hook.MaxAnswer)]; len(want.Body) == 0 {
			want.Body = nil
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
	if DecodeAnswer(value.Value{}) != nil || EncodeAnswer(nil) != "" {
		t.Error("no answer became one")
	}
}

func drawStep(t *rapid.T, n int) flow.Step {
	moment := func(name string) time.Time {
		if rapid.Bool().Draw(t, name) {
			return time.Time{}
		}
		return time.UnixMicro(rapid.Int64Range(1, 1<<52).Draw(t, name)).UTC()
	}
	values := []value.Value{{}, value.Null(), value.Trusted(`{"b":1.0, "a":"\u003c"}`), value.String("x"), value.Trusted(`[]`)}
	s := flow.Step{
		Execution: 7, N: n, Path: rapid.String().Draw(t, "path"), Node: rapid.String().Draw(t, "node"), Type: rapid.String().Draw(t, "type"),
		Attempt: rapid.IntRange(0, 9).Draw(t, "attempt"), Round: rapid.IntRange(0, 9).Draw(t, "round"),
		Status: flow.Status(rapid.SampledFrom([]string{"running", "succeeded", "failed"}).Draw(t, "status")),
		Branch: rapid.String().Draw(t, "branch"), Ends: flow.Status(rapid.SampledFrom([]string{"", "failed"}).Draw(t, "ends")),
		Input: rapid.SampledFrom(values).Draw(t, "input"), Result: rapid.SampledFrom(values).Draw(t, "result"),
		StartedAt: moment("started"), FinishedAt: moment("finished"), WakeAt: moment("wake"),
	}
	if rapid.Bool().Draw(t, "error") {
		s.Error = &flow.Error{Code: rapid.String().Draw(t, "code"), Message: rapid.String().Draw(t, "message"), Node: rapid.String().Draw(t, "at")}
	}
	for range rapid.IntRange(0, 3).Draw(t, "lines") {
		s.Log = append(s.Log, flow.LogLine{Level: rapid.String().Draw(t, "level"), Text: rapid.String().Draw(t, "text")})
	}
	return s
}

func sameValues() cmp.Option {
	return cmp.Comparer(func(a, b value.Value) bool { return a.Text() == b.Text() && a.IsMissing() == b.IsMissing() })
}

func TestAnyStepsSurvive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want []flow.Step
		for n := range rapid.IntRange(1, 4).Draw(t, "steps") {
			want = append(want, drawStep(t, n+1))
		}
		text := string(EncodeSteps(want))
		if _, err := value.Parse(text, value.Limits{}); err != nil {
			t.Fatal(err, text)
		}
		if diff := cmp.Diff(want, DecodeSteps(7, text), sameValues()); diff != "" {
			t.Fatal(diff)
		}
	})
}

// TestLaterStepsReplaceEarlierOnes compares the merged journal with a map by N.
func TestLaterStepsReplaceEarlierOnes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		model := map[int]string{}
		var journal []flow.Step
		for range rapid.IntRange(0, 6).Draw(t, "commits") {
			n := rapid.IntRange(1, 12).Draw(t, "from")
			var steps []flow.Step
			for range rapid.IntRange(1, 4).Draw(t, "count") {
				s := flow.Step{N: n, Path: rapid.StringMatching(`[a-z]{4}`).Draw(t, "path")}
				model[n] = s.Path
				steps = append(steps, s)
				n += rapid.IntRange(1, 3).Draw(t, "gap")
			}
			journal = MergeSteps(journal, steps)
		}
		if len(journal) != len(model) {
			t.Fatalf("%d steps, want %d", len(journal), len(model))
		}
		for i, s := range journal {
			if s.Path != model[s.N] || i > 0 && journal[i-1].N >= s.N {
				t.Fatalf("journal is %+v, want %v", journal, model)
			}
		}
	})
}

// FuzzDecodeRows checks that reading does not panic: a damaged file may contain any text.
func FuzzDecodeRows(f *testing.F) {
	f.Add(`[{"n":1,"path":"a","log":[["info","x"]],"error":{"code":"c"},"startedAt":1,"result":null}]`)
	f.Add(`{"method":"POST","headers":[["A","b"],["C",{"base64":"/w=="}]],"params":[[]]}`)
	f.Add(`[`)
	f.Fuzz(func(_ *testing.T, text string) {
		DecodeSteps(1, text)
		var d hook.Delivery
		DecodeMetadata(text, &d)
		DecodeAnswer(value.Trusted(text))
	})
}
