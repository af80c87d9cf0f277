package ingress

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

const firstID ident.ID = 4711

// TestARepeatIsAnsweredAsTheTableSays tests the section of SPEC §6 about repeats.
func TestARepeatIsAnsweredAsTheTableSays(t *testing.T) {
	named := answering(`201`, ``, `"exe {{$system.executionId}}"`)
	own := "exe " + firstID.Text(ident.Execution)
	reply := &hook.Reply{Status: 203, Headers: []hook.Header{{Name: "X-First", Value: "1"}}, Body: []byte("replied")}
	first := func(status flow.Status, change ...func(*flow.Execution)) *flow.Execution {
		e := &flow.Execution{ID: firstID, Status: status, Mode: flow.Async, Workflow: "sync"}
		for _, c := range change {
			c(e)
		}
		return e
	}
	sync := func(e *flow.Execution) { e.Mode = flow.Sync }
	output := func(e *flow.Execution) { e.Output = value.Trusted(`{"n":1.0}`) }
	replying := func(e *flow.Execution) { e.Reply = reply }
	said := func(e flow.Execution) *flow.Execution { e.ID = firstID; return &e }
	for _, c := range []struct {
		name     string
		mode     flow.Mode
		response func(*flow.Trigger)
		to       store.Accepted
		says     *flow.Execution // the result of the awaited execution; nil: nothing is awaited

		status   int
		text     string
		replayed bool
		engine   string
	}{
		{name: "async, the first is queued", mode: flow.Async, to: store.Accepted{First: first(flow.Queued)}, status: 200, text: "ok", engine: "submit"},
		{name: "async, the first runs", mode: flow.Async, response: named, to: store.Accepted{First: first(flow.Running)}, status: 201, text: own, engine: "submit"},
		{name: "async, the first waits", mode: flow.Async, to: store.Accepted{First: first(flow.Waiting)}, status: 200, text: "ok", engine: "submit"},
		{name: "async, the first has succeeded", mode: flow.Async, to: store.Accepted{First: first(flow.Succeeded)}, status: 200, text: "ok", replayed: true, engine: "submit"},
		{
			name: "async, the first has succeeded and its answer is known", mode: flow.Async, response: named,
			to:     store.Accepted{First: first(flow.Succeeded), Answer: &hook.Reply{Status: 202, Body: []byte("then")}},
			status: 202, text: "then", replayed: true, engine: "submit",
		},
		{
			name: "async, the first has succeeded and its answer was cut", mode: flow.Async, response: named,
			to:     store.Accepted{First: first(flow.Succeeded), Answer: &hook.Reply{Status: 202, Body: make([]byte, hook.MaxAnswer)}},
			status: 201, text: own, replayed: true, engine: "submit",
		},
		{name: "async, the first has failed", mode: flow.Async, response: named, to: store.Accepted{First: first(flow.Failed), Retried: true}, status: 201, text: own, engine: "submit"},
		{name: "async, the first was aborted", mode: flow.Async, to: store.Accepted{First: first(flow.Aborted), Retried: true}, status: 200, text: "ok", engine: "submit"},
		{name: "async, the first was canceled", mode: flow.Async, response: named, to: store.Accepted{First: first(flow.Canceled)}, status: 201, text: own, engine: "submit"},

		{
			name: "sync, the first runs", mode: flow.Sync, to: store.Accepted{First: first(flow.Running, sync)}, says: said(flow.Execution{Status: flow.Running, Reply: reply}),
			status: 203, text: "replied", engine: "submit await leave",
		},
		{
			name: "sync, the first is queued and succeeds", mode: flow.Sync, to: store.Accepted{First: first(flow.Queued, sync)},
			says: said(flow.Execution{Status: flow.Succeeded, Output: value.Trusted("1")}), status: 200, text: "1", engine: "submit await leave",
		},
		{
			name: "sync with a response, the first runs", mode: flow.Sync, response: named, to: store.Accepted{First: first(flow.Running, sync)},
			says: said(flow.Execution{Status: flow.Succeeded}), status: 201, text: own, engine: "submit await leave",
		},
		{
			name: "sync, the first runs and fails", mode: flow.Sync, to: store.Accepted{First: first(flow.Running, sync)},
			says: said(flow.Execution{Status: flow.Failed}), status: 500, text: "", engine: "submit await leave",
		},
		{name: "sync, the first has replied", mode: flow.Sync, to: store.Accepted{First: first(flow.Succeeded, sync, replying)}, status: 203, text: "replied", replayed: true, engine: "submit"},
		{name: "sync, the first has an output", mode: flow.Sync, to: store.Accepted{First: first(flow.Succeeded, sync, output)}, status: 200, text: `{"n":1.0}`, replayed: true, engine: "submit"},
		{
			name: "sync with a response, the first has an output", mode: flow.Sync, response: named, to: store.Accepted{First: first(flow.Succeeded, sync, output)},
			status: 201, text: own, replayed: true, engine: "submit",
		},
		{
			name: "sync, the first has succeeded after its caller's time was out", mode: flow.Sync,
			to:     store.Accepted{First: first(flow.Succeeded, sync, output), Answer: &hook.Reply{Status: 504, Body: []byte("late")}},
			status: 200, text: `{"n":1.0}`, replayed: true, engine: "submit",
		},
		{
			name: "sync, the first has failed", mode: flow.Sync, to: store.Accepted{First: first(flow.Failed, sync), Retried: true},
			says: said(flow.Execution{Status: flow.Succeeded, Output: value.Trusted("2")}), status: 200, text: "2", engine: "submit await leave",
		},
		{name: "sync, the first was canceled", mode: flow.Sync, to: store.Accepted{First: first(flow.Canceled, sync)}, status: 200, text: "ok", engine: "submit"},
		{name: "sync with a response, the first was canceled", mode: flow.Sync, response: named, to: store.Accepted{First: first(flow.Canceled, sync)}, status: 201, text: own, engine: "submit"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := begin(t, syncTarget, func(tr *flow.Trigger) {
					tr.Mode, tr.Dedupe.Key = c.mode, "k"
					if c.response != nil {
						c.response(tr)
					}
				}, func(h *harness) {
					h.door.first = func(store.Accept) store.Accepted { return c.to }
				})
				if c.says != nil {
					<-time.After(time.Second) // in the bubble's time
					s.engine.result <- *c.says
				}
				resp, took := s.end()
				if resp.status != c.status || c.text != "" && resp.text != c.text || resp.header.Get("Idempotent-Replayed") != map[bool]string{true: "true"}[c.replayed] {
					t.Errorf("%d, replayed %q: %s", resp.status, resp.header.Get("Idempotent-Replayed"), resp.text)
				}
				if resp.header.Get("Hookline-Outcome") != "repeat" || resp.header.Get("Hookline-Execution") != firstID.Text(ident.Execution) {
					t.Errorf("the headers are %v", resp.header)
				}
				if got := strings.Join(s.engine.calls, " "); got != c.engine {
					t.Errorf("the engine was asked %q, want %q", got, c.engine)
				}
				seen, done := s.observer.seen[0], s.door.answered
				if len(done) != 1 || done[0].ID != seen.ID || done[0].Status != c.status || done[0].Took != took || seen.Outcome != hook.Repeat || seen.Execution != firstID {
					t.Errorf("recorded afterwards %+v, seen %+v", done, seen)
				}
				if plain := resp.status == 200 && resp.text == "ok" && !c.replayed; plain != (done[0].Answer == nil) || !plain && string(done[0].Answer.Body) != resp.text {
					t.Errorf("the answer is recorded as %+v", done[0].Answer)
				}
			})
		})
	}
}

func TestAKeyThatWasUsedForAnotherRequestIsRefused(t *testing.T) {
	for _, mode := range []flow.Mode{flow.Async, flow.Sync} {
		h := build(t, nil, workflow("a", func(tr *flow.Trigger) { tr.Mode = mode }))
		h.door.first = func(store.Accept) store.Accepted { return store.Accepted{OtherRequest: true} }
		resp := h.serve(request("POST", "/api/webhooks/a", `{}`, "Content-Type: application/json", "Idempotency-Key: k"))
		d, _ := h.lastDelivery()
		if resp.status != 422 || !strings.Contains(resp.text, "urn:hookline:problem:key") || d.Outcome != hook.Rejected || d.Gate != "dedupe" || d.Execution != 0 {
			t.Errorf("%s: %d: %s; %+v", mode, resp.status, resp.text, d)
		}
		if got := strings.Join(h.engine.calls, " "); got != "submit" {
			t.Errorf("the engine was asked %q", got)
		}
	}
}

func TestARepeatWhoseTimeIsOutGetsTheAnswerOfTheFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := begin(t, syncTarget, func(tr *flow.Trigger) {
			tr.Dedupe.Key, tr.Sync = "k", flow.SyncOptions{Timeout: time.Second, Continue: true}
		}, func(h *harness) {
			h.door.first = func(store.Accept) store.Accepted {
				return store.Accepted{First: &flow.Execution{ID: firstID, Status: flow.Running, Mode: flow.Sync}}
			}
		})
		resp, took := s.end()
		if resp.status != 202 || took != time.Second || !strings.Contains(resp.header.Get("Location"), firstID.Text(ident.Execution)) {
			t.Errorf("%d after %v: %v", resp.status, took, resp.header)
		}
		if got := strings.Join(s.engine.calls, " "); got != "submit await leave" {
			t.Errorf("the engine was asked %q", got)
		}
	})
}

func TestWhatWasAnsweredIsRecorded(t *testing.T) {
	h := build(t, nil, workflow("plain"), workflow("fixed", answering(`202`, `{"X-A":"b"}`, `{"a":1}`)), workflow("made", answering(`200`, ``, `"{{$context.data}}"`)),
		workflow("ok", answering(`200`, ``, `"ok"`)), workflow("quiet", answering(`204`, ``, ``)))
	long := strings.Repeat("x", hook.MaxAnswer+1)
	for _, c := range []struct {
		target, data, want string // status and body; "": nothing is recorded
	}{
		{"plain", "x", ""},
		{"ok", "x", ""},
		{"fixed", "x", `202 {"a":1}`},
		{"made", "x", "200 x"},
		{"made", "ok", ""},
		{"made", long, "200 " + long[:hook.MaxAnswer]},
		{"quiet", "x", "204 "},
	} {
		h.door.accepted, h.door.answered = nil, nil
		h.serve(request("POST", "/api/webhooks/"+c.target, c.data, "Content-Type: text/plain"))
		got := ""
		if a := h.door.accepted[0].Delivery.Answer; a != nil {
			got = map[int]string{200: "200 ", 202: "202 ", 204: "204 "}[a.Status] + string(a.Body)
		}
		if got != c.want || len(h.door.answered) != 0 {
			t.Errorf("%s: recorded %.80q, want %.80q; %d afterwards", c.target, got, c.want, len(h.door.answered))
		}
	}
}

func TestWhatASyncCallerGotIsRecordedAfterwards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := begin(t, syncTarget, answering(`202`, ``, `"x"`), nil)
		if a := s.door.accepted[0]; a.Delivery.Answer != nil || a.Delivery.Status != 0 {
			t.Errorf("accepted with %+v", a.Delivery)
		}
		s.engine.result <- flow.Execution{Reply: &hook.Reply{Status: 418, Body: []byte("tea")}}
		s.end()
		done := s.door.answered
		if len(done) != 1 || done[0].ID != s.observer.seen[0].ID || done[0].Status != 418 || string(done[0].Answer.Body) != "tea" || done[0].Request.Method != "" {
			t.Errorf("recorded %+v", done)
		}
	})
}
