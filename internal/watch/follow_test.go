package watch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/query"
)

// reader is a follower that keeps what it is sent.
type reader struct {
	names []string
	ids   []string // with names
	seen  []Event
	data  map[string]string
	limit int // fails at this event; 0: never
}

var errGone = errors.New("gone")

func (r *reader) send(id, name string, data any) error {
	if r.limit > 0 && len(r.names) == r.limit {
		return errGone
	}
	r.names, r.ids = append(r.names, name), append(r.ids, id)
	if e, ok := data.(*Event); ok {
		r.seen = append(r.seen, *e)
		return nil
	}
	text, err := json.Marshal(data)
	if r.data == nil {
		r.data = map[string]string{}
	}
	r.data[name] = string(text)
	return err
}

func (r *reader) last() string { return r.ids[len(r.ids)-1] }

// everything is the query that every event matches.
func everything() *query.Query { return &query.Query{} }

// follow reads everything that is there after a position. It is called in a bubble of synctest.
func follow(t *testing.T, hub *Hub, after string, deliveries, executions *query.Query) *reader {
	t.Helper()
	r := &reader{}
	ctx, cancel := context.WithCancel(t.Context())
	end := make(chan error)
	go func() { end <- hub.Follow(ctx, deliveries, executions, after, r.send) }()
	synctest.Wait()
	cancel()
	if err := <-end; err != nil {
		t.Error(err)
	}
	return r
}

func TestFollowSendsInOrderUntilTheHubCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := NewHub()
		r := &reader{}
		end := make(chan error, 1)
		go func() { end <- hub.Follow(t.Context(), everything(), everything(), "", r.send) }()
		synctest.Wait()
		for i := range Recent + 3 {
			hub.Ended(run(i, flow.Succeeded), 1, 0)
		}
		hub.Delivered(rejected(1))
		synctest.Wait()
		hub.Delivered(rejected(2))
		synctest.Wait()
		hub.Close()
		if err := <-end; err != nil {
			t.Fatal(err)
		}
		if r.names[0] != "open" || r.names[len(r.names)-1] != "delivery" || !slices.IsSortedFunc(r.seen[:Recent/2], func(a, b Event) int { return int(a.Execution - b.Execution) }) {
			t.Errorf("first %s, last %s", r.names[:2], r.names[len(r.names)-1])
		}
		if err := hub.Follow(t.Context(), everything(), nil, "", nil); !fault.Is(err, fault.Unavailable) {
			t.Errorf("after the close: %v", err)
		}
	})
}

func TestFollowEndsWithItsReader(t *testing.T) {
	hub := NewHub()
	if err := hub.Follow(t.Context(), everything(), everything(), "", func(string, string, any) error { return errGone }); !errors.Is(err, errGone) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := hub.Follow(ctx, everything(), everything(), "", func(string, string, any) error { return nil }); err != nil {
		t.Error(err)
	}
	if n := len(hub.list); n != 0 {
		t.Errorf("%d subscriptions are left", n)
	}
}

func TestAFollowerThatComesBackMissesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := NewHub()
		first := follow(t, hub, "", everything(), everything())
		if len(first.names) != 1 || first.last() == "" {
			t.Fatalf("%q has no id", first.names)
		}
		hub.Delivered(accepted(1))
		hub.Ended(run(1, flow.Succeeded), 1, 0)
		again := follow(t, hub, first.last(), everything(), everything())
		if got := fmt.Sprint(again.names); got != "[open delivery execution]" {
			t.Fatal(got)
		}
		third := follow(t, hub, again.ids[1], everything(), everything()) // it was cut off after the delivery
		if got := fmt.Sprint(third.names); got != "[open execution]" || third.last() != again.last() {
			t.Error(got)
		}
		if got := follow(t, hub, again.last(), everything(), everything()); fmt.Sprint(got.names) != "[open]" {
			t.Errorf("it had everything, and got %s", got.names)
		}
	})
}

// TestResumeUnderLoad breaks a connection again and again while events arrive. The follower must see each event once, or
// be told of a gap.
func TestResumeUnderLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := NewHub()
		opened := follow(t, hub, "", everything(), nil)
		const events = 3 * Recent
		var load sync.WaitGroup
		load.Go(func() {
			for i := range events {
				hub.Delivered(rejected(i + 1))
			}
		})
		var got []Event
		gaps, connections := 0, 0
		for after := opened.last(); ; connections++ {
			r := &reader{limit: 200}
			ctx, cancel := context.WithCancel(t.Context())
			if connections > 20 { // reads on until the last one
				r.limit = 0
			}
			err := hub.Follow(ctx, everything(), nil, after, func(id, name string, data any) error {
				err := r.send(id, name, data)
				if e, ok := data.(*Event); ok && e.Delivery == events {
					cancel()
				}
				return err
			})
			cancel()
			after = r.last()
			for _, name := range r.names {
				if name == "gap" || name == "dropped" {
					gaps++
				}
			}
			got = append(got, r.seen...)
			if err == nil {
				break
			}
		}
		load.Wait()
		for i, e := range got[1:] {
			switch {
			case e.Delivery <= got[i].Delivery:
				t.Fatalf("event %d came again after %d", e.Delivery, got[i].Delivery)
			case e.Delivery != got[i].Delivery+1 && gaps == 0:
				t.Fatalf("event %d follows %d, and nothing said so", e.Delivery, got[i].Delivery)
			}
		}
		if last := got[len(got)-1].Delivery; last != events {
			t.Errorf("the last is %d of %d", last, events)
		}
	})
}

func TestAGapIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := NewHub()
		start := follow(t, hub, "", everything(), everything()).last()
		for i := range Recent {
			hub.Delivered(rejected(i + 1))
		}
		if got := follow(t, hub, start, everything(), everything()); got.names[1] != "delivery" || len(got.seen) != Recent {
			t.Errorf("all are kept: %s and %d events", got.names[1], len(got.seen))
		}
		hub.Delivered(rejected(Recent + 1)) // the oldest is gone
		got := follow(t, hub, start, everything(), everything())
		if want := `{"reason":"expired","until":"2026-03-04T12:00:00Z"}`; got.names[1] != "gap" || got.data["gap"] != want || len(got.seen) != Recent || got.seen[0].Delivery != 2 {
			t.Errorf("%s %v, %d events", got.names[1], got.data, len(got.seen))
		}
		epoch, _, _ := strings.Cut(start, "-")
		for _, id := range []string{
			"x", "-", "0", epoch, epoch + "-", epoch + "-x", epoch + "--1", epoch + "-99999999", epoch + "-18446744073709551615", epoch + "-18446744073709551616",
			epoch + "-0x1", epoch + "-01", epoch + "-+1", "OTHERSERVER-1", "\x00\r\n", strings.Repeat("9", 4000),
		} {
			got := follow(t, hub, id, everything(), everything())
			if got.names[0] != "open" || got.names[1] != "gap" || !strings.HasPrefix(got.data["gap"], `{"reason":"restart"`) {
				t.Errorf("%q: %s %v", id, got.names[:2], got.data)
			}
		}
		if got := follow(t, NewHub(), start, everything(), everything()); fmt.Sprint(got.names) != "[open gap]" || got.data["gap"] != `{"reason":"restart"}` {
			t.Errorf("after a restart: %s %v", got.names, got.data)
		}
	})
}

func TestNothingIsKeptForNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := NewHub()
		hub.Delivered(rejected(1))
		if hub.recent != nil || hub.recording.Load() {
			t.Fatal("events are kept although nobody has ever subscribed")
		}
		start := follow(t, hub, "", everything(), everything()).last()
		for i := range Recent + 5 {
			hub.Delivered(rejected(i))
		}
		if hub.recent != nil || hub.recording.Load() {
			t.Fatal("events are kept although nobody can come back for them")
		}
		if got := follow(t, hub, start, everything(), everything()); fmt.Sprint(got.names) != "[open gap]" {
			t.Errorf("who comes back gets %s", got.names)
		}
		d, x := accepted(1), run(1, flow.Succeeded)
		quiet := NewHub()
		if n := testing.AllocsPerRun(100, func() { quiet.Delivered(d); quiet.Ended(x, 3, 0); quiet.Committed(x.ID) }); n != 0 {
			t.Errorf("%v allocations although nobody watches", n)
		}
	})
}

func TestAnEventKeepsNoRequestAlive(t *testing.T) {
	d := rejected(1)
	d.Request.Path, d.Reason = "/api/webhooks/"+strings.Repeat("é", maxPath), strings.Repeat("x", maxReason+1)
	e := delivered(&d)
	if len(e.Path) > maxPath || !strings.HasPrefix(d.Request.Path, e.Path) || len(e.Reason) != maxReason {
		t.Errorf("%d bytes of path, %d of reason", len(e.Path), len(e.Reason))
	}
}

func TestAFollowerGetsWhatItAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cases := []struct {
			deliveries, executions string // "-": none
			want                   string // ids
		}{
			{"", "", "d1 x1 d2 d3 x9"},
			{"", "-", "d1 d2 d3"},
			{"-", "", "x1 x9"},
			{"-", "-", ""},
			{"outcome:rejected", "-", "d2"},
			{"-outcome:rejected", "-", "d1 d3"},
			{"workflow:github-push", "workflow:github-push", "d1 x1 d2 x9"},
			{"workflow:other", "workflow:other", ""},
			{"workflow:git* gate:basic status:400..499", "-", "d2"},
			{"ip:192.0.2.0/24 method:POST path:/api/webhooks/*", "-", "d1 d2"},
			{"received:>2200-01-01", "-", ""},
			{"reason:\"no Authorization header\" took:<1s", "-", "d2"},
			{"execution:exe_00000000000z9", "-", "d1"},
			{"-", "status:failed", "x9"},
			{"-", "label.customer:42 error:timeout node:charge mode:async revision:abc", "x9"},
			{"-", "label.customer:43", ""},
			{"-", "took:>500ms", "x9"},
			{"-", "delivery:dlv_0000000000001", "x1"},
			{"-", "reason:*", ""},
		}
		hub := NewHub()
		start := follow(t, hub, "", everything(), everything()).last()
		hub.Delivered(accepted(1))
		hub.Ended(run(1, flow.Succeeded), 1, time.Millisecond)
		hub.Delivered(rejected(2))
		unmatched := rejected(3)
		unmatched.Workflow, unmatched.Outcome, unmatched.Reason, unmatched.Request.IP = "", hook.Unmatched, "", "198.51.100.1"
		hub.Delivered(unmatched)
		hub.Ended(labelled(9), 2, time.Second)
		for _, c := range cases {
			parse := func(r query.Resource, text string) *query.Query {
				if text == "-" {
					return nil
				}
				q, err := query.Parse(r, text, noon)
				if err != nil {
					t.Fatal(err)
				}
				return &q
			}
			var got []string
			for _, e := range follow(t, hub, start, parse(query.Deliveries, c.deliveries), parse(query.Executions, c.executions)).seen {
				if e.Kind == OfDelivery {
					got = append(got, fmt.Sprint("d", e.Delivery))
				} else {
					got = append(got, fmt.Sprint("x", e.Execution-1000))
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%s | %s: %s, want %s", c.deliveries, c.executions, got, c.want)
			}
		}
	})
}

func TestWhatAnEventDoesNotKnowIsRefused(t *testing.T) {
	for _, c := range []struct {
		of   query.Resource
		text string
		want string // "": is answered
	}{
		{query.Deliveries, "data.id:42", "data: cannot be answered"},
		{query.Deliveries, `"free text"`, "a free text cannot be answered"},
		{query.Deliveries, "headers.x-event:push", "use outcome, gate, workflow, revision, took"},
		{query.Executions, "key:a", "use status, workflow, label, mode"},
		{query.Executions, "version:8", "version: cannot be answered"},
		{query.Deliveries, "-version:8", "version: cannot be answered"},
		{query.Deliveries, "key:a", ""},
	} {
		q, err := query.Parse(c.of, c.text, noon)
		if err != nil {
			t.Fatal(err)
		}
		queries := map[query.Resource]*query.Query{c.of: &q}
		_, err = newFilter(queries[query.Deliveries], queries[query.Executions])
		if c.want == "" && err == nil {
			continue
		}
		if !fault.Is(err, fault.Invalid) || c.want == "" || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.text, err)
		}
	}
	// Every other field is compared: none is ignored.
	for _, r := range []query.Resource{query.Deliveries, query.Executions} {
		for _, f := range query.Fields() {
			if !f.In(r) || f.Content || f.Name == "id" || slices.Contains(unknown(r), f.Name) {
				continue
			}
			q, err := query.Parse(r, f.Example, noon)
			if err != nil {
				t.Fatal(err)
			}
			queries := map[query.Resource]*query.Query{r: &q}
			if _, err := newFilter(queries[query.Deliveries], queries[query.Executions]); err != nil {
				t.Errorf("%s of %s: %v", f.Example, r, err)
			}
		}
	}
}

func TestANarrowFilterIsToldHowFarItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := NewHub()
		start := follow(t, hub, "", everything(), everything()).last()
		for i := range markEvery {
			hub.Delivered(rejected(i + 1))
		}
		got := follow(t, hub, start, nil, everything())
		if fmt.Sprintf("%q", got.names) != `["open" ""]` {
			t.Fatalf("%q", got.names)
		}
		if again := follow(t, hub, got.last(), everything(), everything()); len(again.seen) != 0 {
			t.Errorf("the mark is %d events too early", len(again.seen))
		}
	})
}

func TestWatchLooksAfterCommits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := NewHub()
		start := clock.System().Now()
		var looks []time.Duration
		end := make(chan error, 1)
		go func() {
			end <- hub.Watch(t.Context(), 7, func() (bool, error) {
				looks = append(looks, clock.System().Now().Sub(start))
				return len(looks) < 4, nil
			})
		}()
		synctest.Wait()
		hub.Committed(8) // another one
		for range 50 {
			hub.Committed(7) // these are seen at once, after the pause
		}
		<-time.After(time.Second)
		hub.Ended(flow.Execution{ID: 7, Status: flow.Waiting}, 1, 0)
		if err := <-end; err != nil {
			t.Error(err)
		}
		want := []time.Duration{0, watchPause, time.Second, time.Second + watchPause + watchAnew}
		if !slices.Equal(looks, want) {
			t.Errorf("looked after %s, want %s", looks, want)
		}
		if n := hub.executions.count.Load(); n != 0 || len(hub.executions.of) != 0 {
			t.Errorf("%d watch still", n)
		}
	})
}

func TestWatchEndsWithItsWatcherAndTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := NewHub()
		ctx, cancel := context.WithCancel(t.Context())
		ends := make(chan error, MaxSubscriptions)
		look := func() (bool, error) { return true, nil }
		for i := range MaxSubscriptions {
			go func() { ends <- hub.Watch(ctx, ident.ID(i%3+1), look) }()
		}
		synctest.Wait()
		if err := hub.Watch(ctx, 1, look); !fault.Is(err, fault.Unavailable) {
			t.Errorf("one too many: %v", err)
		}
		cancel()
		for range MaxSubscriptions {
			if err := <-ends; err != nil {
				t.Error(err)
			}
		}
		go func() { ends <- hub.Watch(t.Context(), 1, look) }()
		synctest.Wait()
		hub.Close()
		if err := <-ends; err != nil {
			t.Error(err)
		}
		if err := hub.Watch(t.Context(), 1, func() (bool, error) { return true, errGone }); !fault.Is(err, fault.Unavailable) {
			t.Errorf("after the close: %v", err)
		}
	})
}

func TestAListenerHearsTheNextCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := NewHub()
		heard := make(chan ident.ID, 2)
		listen := func() {
			d, ok, err := hub.Listen(t.Context(), func(d *hook.Delivery) bool { return d.Outcome == hook.Rejected }, func() error { return nil })
			if err != nil || !ok {
				t.Errorf("%v %v", ok, err)
			}
			heard <- d.ID
		}
		go listen()
		go listen()
		synctest.Wait()
		hub.Delivered(accepted(1))
		hub.Delivered(rejected(2))
		hub.Delivered(rejected(3))
		if a, b := <-heard, <-heard; a != 2 || b != 2 {
			t.Errorf("two listeners heard %d and %d", a, b)
		}
		synctest.Wait()
		if n := hub.callers.count.Load(); n != 0 || len(hub.callers.list) != 0 {
			t.Errorf("%d listen still", n)
		}
	})
}

func TestAListenerEndsWithoutACall(t *testing.T) {
	hub := NewHub()
	anything := func(*hook.Delivery) bool { return true }
	ctx, cancel := context.WithCancel(t.Context())
	if _, ok, err := hub.Listen(ctx, anything, func() error { cancel(); return nil }); ok || err != nil {
		t.Errorf("it went away: %v %v", ok, err)
	}
	if _, _, err := hub.Listen(t.Context(), anything, func() error { return errGone }); !errors.Is(err, errGone) {
		t.Error(err)
	}
	if _, ok, err := hub.Listen(t.Context(), anything, func() error { hub.Close(); return nil }); ok || err != nil {
		t.Errorf("the server stopped: %v %v", ok, err)
	}
	if _, _, err := hub.Listen(t.Context(), anything, func() error { return nil }); !fault.Is(err, fault.Unavailable) {
		t.Error(err)
	}
}
