package otlp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// collector is the network: it answers with the statuses in turn, and then with 200.
type collector struct {
	mu       sync.Mutex
	statuses []int // 0: there is no answer
	header   http.Header
	answer   string
	spans    []spanJSON
	requests []time.Time
	raw      bytes.Buffer
	hangs    bool // until the request ends
}

func (c *collector) RoundTrip(r *http.Request) (*http.Response, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests = append(c.requests, clock.System().Now())
	if c.hangs {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	status := http.StatusOK
	if len(c.statuses) > 0 {
		status, c.statuses = c.statuses[0], c.statuses[1:]
	}
	if status == 0 {
		return nil, errors.New("the network is away")
	}
	if status == http.StatusOK {
		c.raw.Write(data)
		var m request
		if err := json.Unmarshal(data, &m); err != nil {
			return nil, err
		}
		c.spans = append(c.spans, m.ResourceSpans[0].ScopeSpans[0].Spans...)
	}
	head := c.header.Clone()
	if head == nil {
		head = http.Header{}
	}
	return &http.Response{StatusCode: status, Header: head, Body: io.NopCloser(strings.NewReader(c.answer)), Request: r, ContentLength: -1}, nil
}

// tracer returns a tracer that sends to the collector and loads what it is given.
func tracer(c *collector, loaded ...store.Loaded) *Tracer {
	return New(Options{
		Target: Target{URL: "http://collector.example:4318/v1/traces", Service: "hooks"}, Ratio: 1, Seed: []byte("a secret"), Version: "v1",
		Client: outbound.New(outbound.Options{Instead: c}), Clock: clock.System(), Log: slog.New(slog.DiscardHandler),
		Load: func(_ context.Context, id ident.ID) (store.Loaded, error) {
			for _, l := range loaded {
				if l.Execution.ID == id {
					return l, nil
				}
			}
			return store.Loaded{}, errors.New("not found")
		},
	})
}

// at returns an instant.
func at(seconds int) time.Time { return time.Date(2026, 3, 1, 12, 0, seconds, 0, time.UTC) }

const private = "PRIVATE-TEXT"

// sample is a call with its execution. Whatever may not be exported contains private.
func sample() store.Loaded {
	text := value.String(private)
	d := hook.Delivery{
		ID: 7, Workflow: "orders", Outcome: hook.Accepted, Gate: "accept", Reason: private + " reason", Execution: 8, Status: 202, Took: time.Second,
		Request: hook.Request{
			Method: "POST", Path: "/" + private, Query: private, Host: private, IP: private, Body: []byte(private), ReceivedAt: at(0),
			Headers: []hook.Header{{Name: "Traceparent", Value: sampledParent}, {Name: "Tracestate", Value: "a=1"}, {Name: "X-Token", Value: private}},
		},
		Verdicts:  []hook.Verdict{{Gate: "token", Passed: true}, {Gate: "signature", Observed: true, Reason: "mismatch", Detail: private}},
		DedupeKey: private,
	}
	x := flow.Execution{
		ID: 8, Workflow: "orders", Revision: "abc", Delivery: 7, Mode: flow.Async, Status: flow.Failed, CreatedAt: at(1), StartedAt: at(2), FinishedAt: at(9),
		Output: text, Error: &flow.Error{Code: "status", Message: private, Node: "send"},
	}
	step := func(n int, path, node, typ string, attempt int, status flow.Status) flow.Step {
		s := flow.Step{
			Execution: 8, N: n, Path: path, Node: node, Type: typ, Attempt: attempt, Status: status, Input: text, Result: text,
			Log: []flow.LogLine{{Text: private}}, StartedAt: at(n + 1), FinishedAt: at(n + 2),
		}
		if status == flow.Failed {
			s.Error = &flow.Error{Code: "status", Message: private, Node: node}
		}
		return s
	}
	steps := []flow.Step{
		step(1, "each", "each", "loop", 1, flow.Failed),
		step(2, "each[0]/send", "send", "request", 1, flow.Failed), step(3, "each[0]/send", "send", "request", 2, flow.Failed),
	}
	steps[1].WakeAt = at(5)
	return store.Loaded{Execution: x, Delivery: d, Steps: steps}
}

// exported starts a tracer, does something with it, and stops it when everything is sent.
func exported(t *testing.T, tr *Tracer, do func()) {
	t.Helper()
	if err := tr.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	do()
	if err := tr.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestACallAndItsExecutionContinueTheTraceOfTheSender(t *testing.T) {
	c, l := &collector{}, sample()
	tr := tracer(c, l)
	exported(t, tr, func() {
		tr.Delivered(&l.Delivery)
		tr.Ended(l.Execution, nil, &l.Delivery.Request)
	})
	type shape struct {
		name   string
		parent string // name of the parent and its place
		kind   int
		failed bool
	}
	ids := map[string]string{"b7ad6b7169203331": "sender"}
	var got []shape
	for _, s := range c.spans {
		if s.TraceID != "0af7651916cd43dd8448eb211c80319c" || s.TraceState != "a=1" {
			t.Errorf("%s is in trace %s, state %q", s.Name, s.TraceID, s.TraceState)
		}
		ids[s.SpanID] = s.Name
		got = append(got, shape{s.Name, ids[s.Parent], s.Kind, s.Status != nil})
	}
	want := []shape{
		{"POST orders", "sender", kindServer, false}, {"orders", "POST orders", kindInternal, true},
		{"each", "orders", kindInternal, true}, {"send", "each", kindClient, true}, {"send", "each", kindClient, true},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(shape{})); diff != "" {
		t.Error(diff)
	}
	if len(ids) != 6 {
		t.Errorf("the spans do not have ids of their own: %v", ids)
	}
	text := c.raw.String()
	for _, part := range []string{
		`{"key":"service.name","value":{"stringValue":"hooks"}}`, `{"key":"http.response.status_code","value":{"intValue":"202"}}`,
		`{"key":"hookline.outcome","value":{"stringValue":"accepted"}}`, `{"key":"error.type","value":{"stringValue":"status"}}`,
		`{"key":"hookline.attempt","value":{"intValue":"2"}}`, `"startTimeUnixNano":"1772366400000000000","endTimeUnixNano":"1772366401000000000"`,
		`"name":"gate","attributes":[{"key":"hookline.gate","value":{"stringValue":"signature"}},{"key":"hookline.passed","value":{"boolValue":false}},{"key":"hookline.reason","value":{"stringValue":"mismatch"}},{"key":"hookline.observed","value":{"boolValue":true}}]`,
		`"name":"wait","attributes":[{"key":"hookline.until","value":{"stringValue":"2026-03-01T12:00:05Z"}}]`,
	} {
		if !strings.Contains(text, part) {
			t.Errorf("missing: %s", part)
		}
	}
	if strings.Contains(text, private) {
		t.Errorf("content is exported: %s", text)
	}
	if got, want := tr.Stats(), (Stats{Exported: 5}); got != want {
		t.Errorf("%+v", got)
	}
}

func TestARequestCarriesTheSpanOfItsStepOn(t *testing.T) {
	c, l := &collector{}, sample()
	tr := tracer(c, l)
	headers := value.Trusted(`{"traceparent":"` + sampledParent + `","tracestate":"a=1"}`)
	out := tr.Outgoing(&l.Execution, &hook.Context{Headers: headers}, "each[0]/send", 2)
	exported(t, tr, func() { tr.Ended(l.Execution, &hook.Context{Headers: headers}, nil) })
	last := c.spans[len(c.spans)-1]
	if want := "00-" + last.TraceID + "-" + last.SpanID + "-01"; out.Parent != want || out.State != "a=1" {
		t.Errorf("%+v, want %s", out, want)
	}
}

func TestOnlyWhatIsSampledIsExported(t *testing.T) {
	c, l := &collector{}, sample()
	l.Delivery.Request.Headers = []hook.Header{{Name: "Traceparent", Value: silentParent}}
	tr := tracer(c, l)
	exported(t, tr, func() {
		tr.Delivered(&l.Delivery)
		tr.Ended(l.Execution, nil, &l.Delivery.Request)
		tr.Ended(l.Execution, nil, nil)
		waiting := sample().Execution
		waiting.Status = flow.Waiting
		tr.Ended(waiting, nil, &hook.Request{})
	})
	if len(c.requests) != 0 || tr.Stats() != (Stats{}) {
		t.Errorf("%d requests, %+v", len(c.requests), tr.Stats())
	}
}

func TestARetryHasASpanOfItsOwnWithItsOwnSteps(t *testing.T) {
	c, l := &collector{}, sample()
	l.Execution.Round = 1
	l.Steps = append(l.Steps, flow.Step{N: 4, Type: flow.MarkerRetry, Round: 1, StartedAt: at(20)},
		flow.Step{N: 5, Path: "each[0]/send", Node: "send", Type: "request", Attempt: 1, Round: 1, Status: flow.Running, StartedAt: at(21)})
	l.Execution.FinishedAt = at(30)
	tr := tracer(c, l)
	exported(t, tr, func() { tr.Ended(l.Execution, nil, nil) })
	if len(c.spans) != 2 || c.spans[0].Start != nano(at(20)) || c.spans[1].End != nano(at(30)) || c.spans[1].Parent != c.spans[0].SpanID {
		t.Errorf("%+v", c.spans)
	}
}

func TestALongJournalIsCut(t *testing.T) {
	c, l := &collector{}, sample()
	l.Steps = nil
	for n := range MaxSteps + 5 {
		l.Steps = append(l.Steps, flow.Step{N: n + 1, Path: "a", Node: "a", Attempt: n + 1, StartedAt: at(1), FinishedAt: at(2)})
	}
	tr := tracer(c, l)
	exported(t, tr, func() { tr.Ended(l.Execution, nil, nil) })
	if len(c.spans) != MaxSteps+1 || len(c.requests) != 2 || !strings.Contains(c.raw.String(), `"hookline.steps.omitted","value":{"intValue":"5"}`) {
		t.Errorf("%d spans in %d requests", len(c.spans), len(c.requests))
	}
}

func TestAFullQueueDropsAndCounts(t *testing.T) {
	l := sample()
	tr := tracer(&collector{}) // not started: nothing is taken from the queue
	for range Queue + 3 {
		tr.Delivered(&l.Delivery)
	}
	if got := tr.Stats().Unqueued; got != 3 {
		t.Errorf("%d dropped, want 3", got)
	}
}

func TestABatchIsRepeatedAFewTimesAndThenDropped(t *testing.T) {
	for name, c := range map[string]struct {
		statuses []int
		header   http.Header
		answer   string
		want     Stats
		waits    []time.Duration
	}{
		"taken":           {nil, nil, `{"partialSuccess":{}}`, Stats{Exported: 1}, nil},
		"partly":          {nil, nil, `{"partialSuccess":{"rejectedSpans":"1","errorMessage":"x"}}`, Stats{Rejected: 1}, nil},
		"a strange count": {nil, nil, `{"partialSuccess":{"rejectedSpans":-9}}`, Stats{Exported: 1}, nil},
		"later":           {[]int{503, 0}, nil, "", Stats{Exported: 1}, []time.Duration{pause, 2 * pause}},
		"when it says so": {[]int{429}, http.Header{"Retry-After": {"7"}}, "", Stats{Exported: 1}, []time.Duration{7 * time.Second}},
		"not for ever":    {[]int{429}, http.Header{"Retry-After": {"7000"}}, "", Stats{Exported: 1}, []time.Duration{maxPause}},
		"never":           {[]int{0, 502, 504, 503}, nil, "", Stats{Rejected: 1}, []time.Duration{pause, 2 * pause, 4 * pause}},
		"refused":         {[]int{400}, nil, "", Stats{Rejected: 1}, nil},
		"moved":           {[]int{307}, nil, "", Stats{Rejected: 1}, nil},
	} {
		synctest.Test(t, func(t *testing.T) {
			net, l := &collector{statuses: c.statuses, header: c.header, answer: c.answer}, sample()
			tr := tracer(net)
			exported(t, tr, func() {
				tr.Delivered(&l.Delivery)
				<-time.After(5 * time.Minute)
			})
			var waits []time.Duration
			for i := 1; i < len(net.requests); i++ {
				waits = append(waits, net.requests[i].Sub(net.requests[i-1]))
			}
			if diff := cmp.Diff(c.waits, waits); diff != "" || tr.Stats() != c.want {
				t.Errorf("%s: %+v\n%s", name, tr.Stats(), diff)
			}
		})
	}
}

func TestACollectorThatHangsDelaysNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := sample()
		tr := tracer(&collector{hangs: true}, l)
		start := clock.System().Now()
		exported(t, tr, func() {
			for range 3 * Queue {
				tr.Delivered(&l.Delivery)
				tr.Ended(l.Execution, nil, nil)
			}
			if took := clock.System().Now().Sub(start); took != 0 {
				t.Errorf("reporting took %s", took)
			}
			synctest.Wait()
		})
		if took := clock.System().Now().Sub(start); took > flushTime {
			t.Errorf("the stop took %s", took)
		}
		if s := tr.Stats(); s.Exported != 0 || s.Unqueued == 0 || s.Rejected == 0 {
			t.Errorf("%+v", s)
		}
	})
}

func TestNothingIsAllocatedWhenTracingIsOff(t *testing.T) {
	var off *Tracer
	l := sample()
	if n := testing.AllocsPerRun(100, func() {
		off.Delivered(&l.Delivery)
		off.Ended(l.Execution, nil, nil)
	}); n != 0 {
		t.Errorf("%v allocations for a call", n)
	}
}
