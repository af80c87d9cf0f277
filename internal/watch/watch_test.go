package watch

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func accepted(n int) hook.Delivery {
	return hook.Delivery{
		ID: ident.ID(n), Execution: ident.ID(1000 + n), Workflow: "github-push", Outcome: hook.Accepted,
		Gate: "accept", Status: 200, Took: 900 * time.Microsecond,
		Request: hook.Request{Method: "POST", Path: "/api/webhooks/github-push", IP: "192.0.2.1", Body: []byte("{}"), ReceivedAt: noon},
	}
}

func rejected(n int) hook.Delivery {
	d := accepted(n)
	d.Execution, d.Outcome, d.Gate, d.Status, d.Reason = 0, hook.Rejected, "basic", 401, "no Authorization header"
	return d
}

func run(n int, status flow.Status) flow.Execution {
	return flow.Execution{ID: ident.ID(1000 + n), Delivery: ident.ID(n), Workflow: "github-push", Status: status, CreatedAt: noon}
}

func labelled(n int) flow.Execution {
	x := run(n, flow.Failed)
	x.Mode, x.Revision, x.Labels = flow.Async, "abc", []flow.Label{{Name: "customer", Value: "42"}}
	x.Error = &flow.Error{Code: "timeout", Message: "no answer", Node: "charge"}
	return x
}

func TestTerminalPrintsOneLinePerDelivery(t *testing.T) {
	unmatched := rejected(4)
	unmatched.Workflow, unmatched.Outcome, unmatched.Status, unmatched.Reason = "", hook.Unmatched, 404, "nearest is \x1b[31mgithub-push"
	unmatched.Request.Path = "/api/webhooks/\x1b]0;gone\x07" + strings.Repeat("x", 60)
	failed := run(1, flow.Failed)
	failed.Error = &flow.Error{Code: flow.CodeError, Message: "collection pushes is unknown", Node: "save"}
	cases := []struct {
		name   string
		report func(*Hub)
		want   []string
	}{
		{"rejected: at once", func(h *Hub) { h.Delivered(rejected(1)) },
			[]string{"12:00:00  POST    github-push               401  gate basic             0.9 ms  dlv_0000000000001  no Authorization header"}},
		{"accepted: when it ended", func(h *Hub) { h.Delivered(accepted(1)); h.Ended(run(1, flow.Succeeded), 3, 42*time.Millisecond) },
			[]string{"12:00:00  POST    github-push               200  succeeded 3 steps       42 ms  exe_00000000000z9"}},
		{"ended before it was answered", func(h *Hub) { h.Ended(run(1, flow.Succeeded), 1, 2*time.Millisecond); h.Delivered(accepted(1)) },
			[]string{"12:00:00  POST    github-push               200  succeeded 1 step       2.0 ms  exe_00000000000z9"}},
		{"failed: with the node", func(h *Hub) { h.Delivered(accepted(1)); h.Ended(failed, 2, 11*time.Millisecond) },
			[]string{"12:00:00  POST    github-push               200  failed 2 steps          11 ms  exe_00000000000z9  save: collection pushes is unknown"}},
		{"waits, then ends", func(h *Hub) {
			h.Delivered(accepted(1))
			h.Ended(run(1, flow.Waiting), 1, 2*time.Millisecond)
			h.Ended(run(1, flow.Succeeded), 2, 10*time.Minute)
		}, []string{
			"12:00:00  POST    github-push               200  waiting 1 step         2.0 ms  exe_00000000000z9",
			"12:00:00  POST    github-push               200  succeeded 2 steps       10m0s  exe_00000000000z9"}},
		{"still running when the server stops", func(h *Hub) { h.Delivered(accepted(1)) },
			[]string{"12:00:00  POST    github-push               200  running                0.9 ms  exe_00000000000z9"}},
		{"unmatched: the path, made harmless", func(h *Hub) { h.Delivered(unmatched) },
			[]string{"12:00:00  POST    /api/webhooks/·]0;gone·…  404  unmatched              0.9 ms  dlv_0000000000004  nearest is ·[31mgithub-push"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			hub, out := NewHub(), new(bytes.Buffer)
			term := NewTerminal(hub, out, Style{})
			if err := term.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			c.report(hub)
			if err := term.Stop(t.Context()); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Join(c.want, "\n")+"\n", out.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnExecutionFromBeforeTheStartIsPrintedWithoutItsCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub, out := NewHub(), new(bytes.Buffer)
		term := NewTerminal(hub, out, Style{Colour: true})
		if err := term.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		hub.Ended(run(1, flow.Aborted), 7, time.Second)
		<-time.After(2500 * time.Millisecond)
		synctest.Wait()
		if text := out.String(); !strings.Contains(text, "\x1b[31maborted 7 steps\x1b[0m") {
			t.Errorf("%q", text)
		}
		if err := term.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

func TestASlowSubscriberLosesEventsAndIsTold(t *testing.T) {
	hub := NewHub()
	slow, err := hub.Subscribe()
	if err != nil {
		t.Fatal(err)
	}
	const lost = 10
	for i := range Recent + lost {
		hub.Delivered(accepted(i))
	}
	var events [2]Event
	if n, missed := slow.Take(events[:]); n != 2 || missed != lost || events[0].Delivery != lost || events[0].Bytes != 2 {
		t.Errorf("%d events, %d missed, the first is %+v", n, missed, events[0])
	}
	if n := hub.Counts().Accepted; n != Recent+lost {
		t.Errorf("%d counted", n)
	}
	slow.Close()
	slow.Close()
}

func TestASubscriptionHearsWhatEndsWhileTheServerStops(t *testing.T) {
	hub := NewHub()
	sub, err := hub.Subscribe()
	if err != nil {
		t.Fatal(err)
	}
	hub.Close()
	hub.Close()
	hub.Ended(run(1, flow.Succeeded), 1, 0)
	<-sub.Ready()
	var events [2]Event
	if n, _ := sub.Take(events[:]); n != 1 || events[0].Status != flow.Succeeded {
		t.Errorf("%d: got %+v", n, events[0])
	}
	sub.Close()
}

func TestTheNumberOfSubscribersIsBounded(t *testing.T) {
	hub := NewHub()
	for range MaxSubscriptions {
		if _, err := hub.Subscribe(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := hub.Subscribe(); !fault.Is(err, fault.Unavailable) {
		t.Fatalf("got %v", err)
	}
}

func TestEventsSurviveTheWire(t *testing.T) {
	for _, e := range []Event{
		delivered(new(accepted(7))),
		ended(new(run(7, flow.Waiting)), 2, 1500*time.Microsecond),
		ended(new(labelled(9)), 2, time.Second),
		delivered(new(rejected(8))),
	} {
		text, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		var again Event
		if err := json.Unmarshal(text, &again); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if diff := cmp.Diff(e, again); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

func TestLinesForgetTheOldestWhenTooManyAreOpen(t *testing.T) {
	out := new(bytes.Buffer)
	lines := NewLines(out, Style{})
	for i := range maxOpen + 5 {
		if err := lines.Add(delivered(new(accepted(i)))); err != nil {
			t.Fatal(err)
		}
	}
	if n := strings.Count(out.String(), "running"); n != 5 || len(lines.open) != maxOpen {
		t.Errorf("%d printed, %d open", n, len(lines.open))
	}
}

func BenchmarkReports(b *testing.B) {
	d, x := accepted(1), run(1, flow.Succeeded)
	b.Run("nobody looks", func(b *testing.B) {
		hub := NewHub()
		b.ReportAllocs()
		for b.Loop() {
			hub.Delivered(d)
			hub.Ended(x, 3, time.Millisecond)
		}
	})
	b.Run("one looks", func(b *testing.B) {
		hub := NewHub()
		sub, err := hub.Subscribe()
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		var events [batch]Event
		for b.Loop() {
			hub.Delivered(d)
			hub.Ended(x, 3, time.Millisecond)
			<-sub.Ready()
			if n, _ := sub.Take(events[:]); n != 2 {
				b.Fatal(n)
			}
		}
	})
}
