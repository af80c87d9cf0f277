package bulk

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

func TestAPlanCountsAndDoesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 1200)
		w.executions[1001].Status, w.executions[1002].Status, w.executions[1003].Status = flow.Succeeded, flow.Running, flow.Canceled
		r := w.start()
		p, err := r.Plan(t.Context(), Request{Kind: store.BulkRetry, Query: " workflow:orders  since:1h", Options: Options{From: "start"}, Workflows: []string{"orders", "shop"}, By: "ann"})
		if err != nil {
			t.Fatal(err)
		}
		a := p.Action
		if a.Count != 1199 || a.State != store.BulkPlanned || a.By != "ann" || !slices.Equal(a.Workflows, []string{"orders", "shop"}) || OptionsOf(a) != (Options{From: "start"}) {
			t.Errorf("%+v", a)
		}
		if want := []Count{{"orders", 1198}, {"shop", 1}}; !slices.Equal(p.ByWorkflow, want) {
			t.Errorf("%v, want %v", p.ByWorkflow, want)
		}
		if want := map[string]int{"failed": 1198, "canceled": 1}; !reflect.DeepEqual(p.ByState, want) || !p.Complete || p.Next != 0 || p.Searched == 0 {
			t.Errorf("%+v", p.Found)
		}
		if e := *p.Effects; e.Sample != maxSample || e.CannotRun+e.SendAgain != maxSample || e.SendAgain == 0 || e.Sent != 2*e.SendAgain || e.SentAgain != e.SendAgain || e.WriteAgain != 0 || e.Refused == "" {
			t.Errorf("%+v", e)
		}
		if got := w.targets[a.ID]; !slices.IsSorted(got) || len(got) != 1199 || slices.Contains(got, 1001) || slices.Contains(got, 1002) {
			t.Errorf("%d targets from %v", len(got), got[0])
		}
		if l := w.listed[0]; !strings.HasSuffix(l.Query.String(), "status:failed,canceled,aborted") || !slices.Equal(l.Workflows, []string{"orders", "shop"}) || l.Budget.Time != pageTime {
			t.Errorf("%+v", l)
		}
		if want := "workflow:orders"; !strings.HasPrefix(a.Query, want) || strings.Contains(a.Query, "status:") {
			t.Errorf("%q, want %q", a.Query, want)
		}
		if err := r.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Minute)
		if err := r.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.once(0)
	})
}

func TestAPlanTakesWhatFitsItsKind(t *testing.T) {
	w := newWorld(t, 10)
	for i, s := range []flow.Status{flow.Queued, flow.Running, flow.Waiting, flow.Succeeded, flow.Failed, flow.Aborted, flow.Canceled} {
		w.executions[ident.ID(1000+i)].Status = s
	}
	for i, o := range []hook.Outcome{hook.Accepted, hook.Repeat, hook.Filtered, hook.Handshake, hook.Rejected, hook.Unmatched, hook.Accepted} {
		w.deliveries[ident.ID(1000+i)].Outcome = o
	}
	w.deliveries[1006].ReplayOf = 3
	for id := ident.ID(1007); id < 1011; id++ {
		delete(w.executions, id)
		delete(w.deliveries, id)
	}
	for _, c := range []struct {
		asked Request
		want  []ident.ID
	}{
		{Request{Kind: store.BulkRetry, Query: "workflow:orders"}, []ident.ID{1004, 1005, 1006}},
		{Request{Kind: store.BulkRetry, Query: "status:failed,running"}, []ident.ID{1004}},
		{Request{Kind: store.BulkRetry, Query: "workflow:orders", Before: 1006}, []ident.ID{1004, 1005}},
		{Request{Kind: store.BulkCancel, Query: "workflow:orders"}, []ident.ID{1000, 1001, 1002}},
		{Request{Kind: store.BulkReplay, Query: "workflow:orders"}, []ident.ID{1000, 1002}},
		{Request{Kind: store.BulkReplay, Query: "outcome:repeat"}, []ident.ID{1001}},

		{Request{Kind: store.BulkReplay, Query: "workflow:orders", Options: Options{Force: true}}, []ident.ID{1000, 1002, 1004}},
		{Request{Kind: store.BulkReplay, Query: "workflow:orders", Options: Options{Passing: true}}, []ident.ID{1004}},
		{Request{Kind: store.BulkReplay, Query: "outcome:handshake"}, nil},
	} {
		p, err := w.start().Plan(t.Context(), c.asked)
		if err != nil || !slices.Equal(w.targets[p.Action.ID], c.want) || (p.Action.ID == 0) != (c.want == nil) || !p.Complete {
			t.Errorf("%+v: %v, %v; want %v", c.asked, w.targets[p.Action.ID], err, c.want)
		}
	}
}

func TestAWrongRequestIsRefusedByItsField(t *testing.T) {
	w := newWorld(t, 1)
	for _, c := range []struct {
		asked Request
		want  string
	}{
		{Request{Query: "status:failed"}, "kind: "},
		{Request{Kind: "delete", Query: "status:failed"}, `kind: "delete" is not a kind: write retry, cancel or replay`},
		{Request{Kind: store.BulkRetry}, "q: it is empty"},
		{Request{Kind: store.BulkRetry, Query: "  "}, "q: it has no terms"},
		{Request{Kind: store.BulkRetry, Query: "stauts:failed"}, "did you mean status?"},
		{Request{Kind: store.BulkReplay, Query: "label.a:b"}, "deliveries have no field"},
		{Request{Kind: store.BulkCancel, Query: "status:queued", Options: Options{From: "start"}}, "from: only an action of the kind retry"},
		{Request{Kind: store.BulkCancel, Query: "status:queued", Options: Options{Revision: "same"}}, "revision: only"},
		{Request{Kind: store.BulkRetry, Query: "status:failed", Options: Options{Revision: "old"}}, `revision: "old" is neither same nor newest`},
		{Request{Kind: store.BulkRetry, Query: "status:failed", Options: Options{Force: true}}, "force: only"},
		{Request{Kind: store.BulkRetry, Query: "status:failed", Options: Options{Passing: true}}, "passing: only"},
		{Request{Kind: store.BulkReplay, Query: "ip:10.0.0.1", Options: Options{Passing: true, Force: true}}, "passing: a call that passes"},
	} {
		_, err := w.start().Plan(t.Context(), c.asked)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Message(err), c.want) {
			t.Errorf("%+v: %v, want %q", c.asked, err, c.want)
		}
	}
	if len(w.actions) != 0 {
		t.Error("something is stored")
	}
}

func TestPlansAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, MaxTargets+5)
		r := w.start()
		p, err := r.Plan(t.Context(), Request{Kind: store.BulkRetry, Query: "status:failed"})
		if err != nil || p.Action.Count != MaxTargets || p.Complete || p.Next != w.targets[p.Action.ID][0] {
			t.Fatalf("%d targets, complete %v, next %d, %v", p.Action.Count, p.Complete, p.Next, err)
		}
		rest, err := r.Plan(t.Context(), Request{Kind: store.BulkRetry, Query: "status:failed", Before: p.Next})
		if err != nil || rest.Action.Count != 6 || !rest.Complete {
			t.Fatalf("%d more targets, complete %v, %v", rest.Action.Count, rest.Complete, err)
		}
		w = newWorld(t, 1)
		r = w.start()
		for range MaxPlanned {
			w.planned(r, Request{Kind: store.BulkRetry, Query: "status:failed"})
		}
		if _, err := r.Plan(t.Context(), Request{Kind: store.BulkRetry, Query: "status:failed"}); !fault.Is(err, fault.Conflict) {
			t.Error(err)
		}
		<-time.After(PlanLife + time.Second)
		if w.planned(r, Request{Kind: store.BulkRetry, Query: "status:failed"}); len(w.actions) != 1 {
			t.Errorf("%d actions are stored", len(w.actions))
		}
		for range maxPlans {
			r.plans <- struct{}{}
		}
		if _, err := r.Plan(t.Context(), Request{Kind: store.BulkRetry, Query: "status:failed"}); !fault.Is(err, fault.Unavailable) {
			t.Error(err)
		}
	})
}

func TestAPlanIsStartedOnceAndInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 1)
		r, asked := w.start(), Request{Kind: store.BulkRetry, Query: "status:failed"}
		late, stopped := w.planned(r, asked), w.planned(r, asked)
		if a, err := r.StopAction(t.Context(), stopped); err != nil || a.State != store.BulkStopped {
			t.Error(a, err)
		}
		for range 2 { // the second time changes nothing
			if _, err := r.StopAction(t.Context(), stopped); err != nil {
				t.Error(err)
			}
		}
		if _, err := r.StartAction(t.Context(), stopped); !fault.Is(err, fault.Conflict) || !strings.Contains(fault.Message(err), "is stopped") {
			t.Error(err)
		}
		if _, err := r.StartAction(t.Context(), 7); !fault.Is(err, fault.NotFound) {
			t.Error(err)
		}
		if at := r.Expires(w.actions[late]); !at.Equal(clock.System().Now().Add(PlanLife)) || !r.Expires(w.actions[stopped]).IsZero() {
			t.Error(at)
		}
		<-time.After(PlanLife)
		if _, err := r.StartAction(t.Context(), late); !fault.Is(err, fault.Conflict) || !strings.Contains(fault.Message(err), "plan it again") {
			t.Error(err)
		}
		var first ident.ID
		for i := range MaxRunning {
			if id := w.running(r, asked); i == 0 {
				first = id
			}
		}
		was := w.actions[first].StartedAt
		<-time.After(time.Second)
		if a, err := r.StartAction(t.Context(), first); err != nil || !a.StartedAt.Equal(was) {
			t.Error(a, err)
		}
		if _, err := r.StartAction(t.Context(), w.planned(r, asked)); !fault.Is(err, fault.Conflict) {
			t.Error(err)
		}
	})
}
