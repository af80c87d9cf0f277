package script

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

func TestARunGivesItsResultAndItsLog(t *testing.T) {
	p := newPool(t, 2)
	out, err := p.Do(context.Background(), Run{
		Source:  `console.log('hello', {a: 1}); console.warn('%s is %d', 'x', 7); return [env.A, nodes.n, context.query.q]`,
		Context: value.Trusted(`{"query":{"q":1.50}}`), Nodes: value.Trusted(`{"n":true}`), Env: map[string]string{"A": "b"},
	})
	want := Outcome{Value: value.Trusted(`["b",true,1.5]`), Log: []Line{{"log", `hello {"a":1}`}, {"warn", "x is 7"}}}
	if diff := cmp.Diff(want, out, cmp.Comparer(func(a, b value.Value) bool { return a.Text() == b.Text() })); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestErrorsAreFaultsWithAMessageForPeople(t *testing.T) {
	p := newPool(t, 1)
	for source, want := range map[string]struct {
		kind    fault.Kind
		message string
	}{
		"\nthrow new TypeError('wrong')": {fault.Invalid, "TypeError: wrong (line 2)"},
		`return (`:                       {fault.Invalid, "SyntaxError: unexpected token in expression: '}' (line 2)"},
		`new Uint8Array(1e9)`:            {fault.Limit, "the script needs more than its 67108864 bytes of memory"},
		`return 'x'.repeat(2e6)`:         {fault.TooLarge, "the result is 2000002 bytes of JSON, the limit is 1048576: return less, or store it"},
	} {
		_, err := p.Do(context.Background(), Run{Source: source})
		if fault.KindOf(err) != want.kind || fault.Message(err) != want.message {
			t.Errorf("%s: got %s %q, want %s %q", source, fault.KindOf(err), fault.Message(err), want.kind, want.message)
		}
	}
}

// TestARunThatWaitsGathersNothing keeps the only worker busy: what another run would send to it must not be in memory
// meanwhile.
func TestARunThatWaitsGathersNothing(t *testing.T) {
	p := newPool(t, 1)
	busy, end := context.WithCancel(t.Context())
	started, over := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(over)
		_, _ = p.Do(busy, Run{Gather: func(r *Run) error {
			close(started)
			r.Source = "for (;;);"
			return nil
		}})
	}()
	<-started
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := p.Do(ctx, Run{Gather: func(*Run) error {
		t.Error("a run that waits has gathered its input")
		return nil
	}}); err == nil {
		t.Error("the run did not wait")
	}
	end()
	<-over
	want := errors.New("not there")
	if _, err := p.Do(t.Context(), Run{Gather: func(*Run) error { return want }}); !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
	if out, err := p.Do(t.Context(), Run{Gather: func(r *Run) error { r.Source = "return 1"; return nil }}); err != nil || out.Value.Text() != "1" {
		t.Errorf("got %v, %v", out, err)
	}
}
