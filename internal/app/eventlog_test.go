package app

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
)

func TestRefusedAndFailedCallsAndExecutionsAreLoggedWithTheirIDs(t *testing.T) {
	var text bytes.Buffer
	l := newEventLog(slog.New(slog.NewTextHandler(&text, nil)), clock.NewManual(time.Unix(0, 0)))
	refused := hook.Delivery{ID: 1, Workflow: "a", Outcome: hook.Rejected, Gate: "basic", Reason: "wrong password", Status: 401}
	for name, c := range map[string]struct {
		do   func()
		want string
	}{
		"accepted":  {func() { l.delivered(&hook.Delivery{ID: 1, Outcome: hook.Accepted, Status: 200}) }, ""},
		"repeat":    {func() { l.delivered(&hook.Delivery{ID: 1, Outcome: hook.Repeat, Status: 200}) }, ""},
		"filtered":  {func() { l.delivered(&hook.Delivery{ID: 1, Outcome: hook.Filtered, Status: 200}) }, ""},
		"refused":   {func() { l.delivered(&refused) }, `level=INFO msg="call refused" delivery=dlv_0000000000001 workflow=a method="" address="" status=401 gate=basic reason="wrong password"`},
		"full":      {func() { l.delivered(&hook.Delivery{ID: 1, Outcome: hook.Rejected, Status: 503}) }, `level=WARN msg="call failed" delivery=dlv_0000000000001`},
		"sync":      {func() { l.delivered(&hook.Delivery{ID: 1, Execution: 2, Outcome: hook.Accepted, Status: 504}) }, `level=WARN msg="call failed" delivery=dlv_0000000000001 execution=exe_0000000000002`},
		"succeeded": {func() { l.ended(&flow.Execution{Status: flow.Succeeded}, 1) }, ""},
		"failed": {func() {
			l.ended(&flow.Execution{ID: 2, Delivery: 1, Workflow: "a", Status: flow.Failed, Error: &flow.Error{Node: "n", Code: "error", Message: "it broke"}}, 1)
		}, `level=WARN msg="execution failed" execution=exe_0000000000002 delivery=dlv_0000000000001 workflow=a status=failed steps=1 node=n code=error error="it broke"`},
	} {
		text.Reset()
		c.do()
		if (c.want == "") != (text.Len() == 0) || !strings.Contains(text.String(), c.want) {
			t.Errorf("%s: %s", name, text.String())
		}
	}
}

func TestAFloodOfRefusedCallsFillsNoLogAndHidesNoFailure(t *testing.T) {
	var text bytes.Buffer
	now := clock.NewManual(time.Unix(0, 0))
	l := newEventLog(slog.New(slog.NewTextHandler(&text, nil)), now)
	lines := func() int { return strings.Count(text.String(), "\n") }
	for i := range 100_000 {
		l.delivered(&hook.Delivery{Outcome: hook.Unmatched, Status: 404, Reason: fmt.Sprint(i)})
	}
	if n := lines(); n != eventBurst || l.suppressed.Load() != 100_000-eventBurst {
		t.Errorf("%d lines, %d left out", n, l.suppressed.Load())
	}
	l.ended(&flow.Execution{Status: flow.Failed}, 1)
	if n := lines(); n != eventBurst+1 {
		t.Error("a failed execution is hidden")
	}
	now.Advance(time.Second)
	for range 100 {
		l.delivered(&hook.Delivery{Outcome: hook.Unmatched, Status: 404})
	}
	if n := lines(); n != eventBurst+1+eventLines {
		t.Errorf("%d lines after a second", n)
	}
}
