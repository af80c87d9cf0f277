package flow_test

import (
	"testing"

	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/value"
)

// TestARerunSurvivesTheRoundTrip checks that the marker row has all of a Rerun, with the exact text of the data.
func TestARerunSurvivesTheRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := flow.Rerun{
			From: rapid.SampledFrom([]string{"", flow.FromStart, "each[3]/save"}).Draw(t, "from"), By: rapid.String().Draw(t, "by"),
			Revision: rapid.SampledFrom([]string{"", "abc"}).Draw(t, "revision"),
			Bulk:     ident.ID(rapid.Int64Min(0).Draw(t, "bulk")),
		}
		for n := range rapid.IntRange(0, 3).Draw(t, "ranges") {
			r.Dropped = append(r.Dropped, flow.Rows{First: 10 * n, Last: 10*n + 3})
			r.Reopened = append(r.Reopened, 10*n+5)
		}
		if text := rapid.SampledFrom([]string{"", "null", `{"b":1.0,"a":"\u003c"}`}).Draw(t, "data"); text != "" {
			r.Data = value.Trusted(text)
		}
		got := flow.RerunOf(r.Value())
		if got.Data.Text() != r.Data.Text() || got.Data.IsMissing() != r.Data.IsMissing() || got.From != r.From || got.By != r.By ||
			got.Revision != r.Revision || got.Bulk != r.Bulk || len(got.Dropped) != len(r.Dropped) || len(got.Reopened) != len(r.Reopened) {
			t.Fatalf("%+v became %+v", r, got)
		}
		for i := range r.Dropped {
			if got.Dropped[i] != r.Dropped[i] || got.Reopened[i] != r.Reopened[i] {
				t.Fatalf("%+v became %+v", r, got)
			}
		}
	})
	if !(flow.Rerun{}).Value().IsMissing() {
		t.Error("a plain retry leaves something in the journal")
	}
}

// FuzzRerun checks that a damaged marker is read without a panic.
func FuzzRerun(f *testing.F) {
	f.Add(`{"from":1,"dropped":[[1],"x",{}],"reopened":[null,1e9],"bulk":"blk_0","data":null}`)
	f.Fuzz(func(_ *testing.T, text string) {
		if v, err := value.Parse(text, value.Limits{}); err == nil {
			flow.RerunOf(v)
		}
	})
}
