package ingress

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
)

// story is a sync call in progress, in a bubble with its own time.
type story struct {
	*harness
	began  time.Time
	leave  context.CancelFunc
	writer *httptest.ResponseRecorder
	done   chan struct{}
}

// begin starts a sync call. trigger and prepare may change the trigger and the harness.
func begin(t *testing.T, target string, trigger func(*flow.Trigger), prepare func(*harness)) *story {
	t.Helper()
	wf := workflow("sync", syncMode)
	if trigger != nil {
		trigger(&wf.Trigger)
	}
	h := build(t, func(o *Options) { o.Clock = clock.System() }, wf)
	if prepare != nil {
		prepare(h)
	}
	s := &story{harness: h, began: clock.System().Now(), writer: httptest.NewRecorder(), done: make(chan struct{})}
	method := "POST"
	if m, rest, ok := strings.Cut(target, " "); ok {
		method, target = m, rest
	}
	r := request(method, target, `{"a":1}`, "Content-Type: application/json")
	ctx, leave := context.WithCancel(r.Context())
	s.leave = leave
	go func() {
		defer close(s.done)
		h.ServeHTTP(s.writer, r.WithContext(ctx))
	}()
	synctest.Wait()
	return s
}

// end waits for the answer and returns it with the time it took.
func (s *story) end() (got, time.Duration) {
	s.t.Helper()
	<-s.done
	return s.sent(s.writer), clock.System().Now().Sub(s.began)
}

const syncTarget = "/api/webhooks/sync"

func TestASyncCallIsAcceptedAndThenWatched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := begin(t, syncTarget, nil, nil)
		if got := strings.Join(s.engine.calls, " "); got != "submit wait" {
			t.Errorf("the engine was asked %q", got)
		}
		a := s.door.accepted[0]
		if a.Execution.Mode != flow.Sync || a.Execution.Status != flow.Queued || a.Delivery.Status != 0 ||
			a.Delivery.Outcome != hook.Accepted || a.Delivery.Execution != a.Execution.ID || a.Execution.Delivery != a.Delivery.ID {
			t.Errorf("accepted %+v", a)
		}
		if s.engine.last.ID != a.Execution.ID || s.engine.call.Data.Text() != `{"a":1}` {
			t.Errorf("the engine was given %+v", s.engine.last)
		}
		s.engine.result <- flow.Execution{ID: a.Execution.ID, Status: flow.Succeeded}
		resp, _ := s.end()
		if resp.status != 200 || resp.text != "ok" || resp.header.Get("Hookline-Outcome") != "accepted" {
			t.Errorf("%d %s", resp.status, resp.text)
		}
		if d := s.observer.seen[0]; d.Status != 200 {
			t.Errorf("seen was %d", d.Status)
		}
	})
}

func TestWhatTheExecutionSaysIsTheAnswer(t *testing.T) {
	output := func(text string) flow.Execution {
		return flow.Execution{Status: flow.Succeeded, Output: value.Trusted(text)}
	}
	said := func(status int, body string, headers ...hook.Header) flow.Execution {
		return flow.Execution{Status: flow.Running, Reply: &hook.Reply{Status: status, Body: []byte(body), Headers: headers}}
	}
	failed := func(status flow.Status) flow.Execution {
		return flow.Execution{Status: status, Error: &flow.Error{Message: "sql: internal"}, Output: value.Trusted(`"inside"`)}
	}
	for _, c := range []struct {
		name    string
		trigger func(*flow.Trigger)
		says    flow.Execution
		status  int
		body    string
		kind    string
	}{
		{"a text", nil, output(`"a\nb"`), 200, "a\nb", typeText},
		{"an object, to the letter", nil, output(`{"b":1.0, "a":1}`), 200, `{"b":1.0, "a":1}`, typeJSON},
		{"null is a value", nil, output(`null`), 200, "null", typeJSON},
		{"the trigger's response goes before the output", answering(`202`, ``, `"took {{$context.data.a}}"`), output(`1`), 202, "took 1", typeText},
		{"a reply", nil, said(418, "tea", hook.Header{Name: "content-type", Value: "text/tea"}), 418, "tea", "text/tea"},
		{"a reply without a type", nil, said(200, "<html>"), 200, "<html>", typeText},
		{"a reply goes before everything", answering(`202`, ``, `"x"`), said(201, "y"), 201, "y", typeText},
		{"204 has no body", nil, said(204, "never"), 204, "", ""},
		{"304 has no body", nil, said(304, "never"), 304, "", ""},
		{"failed", nil, failed(flow.Failed), 500, "", typeProblem},
		{"aborted", answering(`202`, ``, `"x"`), failed(flow.Aborted), 500, "", typeProblem},
		{"canceled", nil, failed(flow.Canceled), 500, "", typeProblem},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := begin(t, syncTarget, c.trigger, nil)
				c.says.ID = s.engine.last.ID
				s.engine.result <- c.says
				resp, _ := s.end()
				if resp.status != c.status || resp.header.Get("Content-Type") != c.kind {
					t.Errorf("%d %s: %s", resp.status, resp.header.Get("Content-Type"), resp.text)
				}
				id := resp.header.Get("Hookline-Execution")
				if c.kind != typeProblem && resp.text != c.body {
					t.Errorf("the body is %q, want %q", resp.text, c.body)
				} else if c.kind == typeProblem && (!strings.Contains(resp.text, `"execution":"`+id+`"`) || strings.Contains(resp.text, "inside")) {
					t.Errorf("the problem is %s", resp.text)
				}
			})
		})
	}
}

func TestAReplyKeepsItsHeadersButNotThoseOfTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := begin(t, syncTarget, nil, nil)
		s.engine.result <- flow.Execution{Reply: &hook.Reply{Status: 200, Headers: []hook.Header{
			{Name: "Link", Value: "a"},
			{Name: "link", Value: "b"},
			{Name: "Connection", Value: "close"},
			{Name: "X-Bad", Value: "a\r\nSet-Cookie: b"},
			{Name: "Hookline-Delivery", Value: "forged"},
		}}}
		resp, _ := s.end()
		if got := strings.Join(resp.header["Link"], "|"); got != "a|b" {
			t.Errorf("Link is %q", got)
		}
		if resp.header.Get("Connection")+resp.header.Get("X-Bad")+resp.header.Get("Set-Cookie") != "" || resp.header.Get("Hookline-Delivery") == "forged" {
			t.Errorf("the headers are %v", resp.header)
		}
	})
}

func TestTimeOutEndsTheWaitAndNotTheWork(t *testing.T) {
	for _, c := range []struct {
		name    string
		options flow.SyncOptions
		after   time.Duration
		status  int
	}{
		{"the server's", flow.SyncOptions{}, DefaultSyncTimeout, 504},
		{"the workflow's", flow.SyncOptions{Timeout: 2 * time.Second, TimeoutStatus: 408}, 2 * time.Second, 408},
		{"to come back later", flow.SyncOptions{Timeout: time.Second, Continue: true}, time.Second, 202},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := begin(t, syncTarget, func(tr *flow.Trigger) { tr.Sync = c.options }, nil)
				resp, took := s.end()
				if resp.status != c.status || took != c.after {
					t.Errorf("%d after %v: %s", resp.status, took, resp.text)
				}
				id := resp.header.Get("Hookline-Execution")
				if !strings.Contains(resp.text, id) || len(s.door.noted) != 0 {
					t.Errorf("%s, and %d noted", resp.text, len(s.door.noted))
				}
				if got, want := resp.header.Get("Location") != "", c.options.Continue; got != want {
					t.Errorf("Location is %q", resp.header.Get("Location"))
				}
			})
		})
	}
}

func TestACallerWhoLeavesEndsOnlyTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := begin(t, syncTarget, nil, nil)
		s.leave()
		<-s.done
		if len(s.door.accepted) != 1 || len(s.door.noted) != 0 || strings.Join(s.engine.calls, " ") != "submit wait" {
			t.Errorf("%d accepted, %d noted, %v", len(s.door.accepted), len(s.door.noted), s.engine.calls)
		}
		if s.writer.Body.Len() != 0 || len(s.observer.seen) != 1 || s.observer.seen[0].Status != 0 {
			t.Errorf("sent %q, seen %+v", s.writer.Body, s.observer.seen)
		}
	})
}

func TestShutdownEndsTheWait(t *testing.T) {
	for name, stop := range map[string]func(*story){
		"the engine stops": func(s *story) { close(s.engine.result) },
		"the door hangs up": func(s *story) {
			s.Drain()
			s.HangUp()
			s.HangUp()
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := begin(t, syncTarget, nil, nil)
				stop(s)
				resp, _ := s.end()
				if resp.status != 503 || resp.header.Get("Retry-After") == "" || !strings.Contains(resp.text, "its workflow goes on") {
					t.Errorf("%d: %s", resp.status, resp.text)
				}
			})
		})
	}
}

func TestAnAnswerThatIsThereGoesBeforeTheEndOfTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := begin(t, syncTarget, nil, func(h *harness) {
			h.engine.result <- flow.Execution{Status: flow.Succeeded, Output: value.Trusted("1")}
			h.HangUp()
		})
		if resp, _ := s.end(); resp.status != 200 || resp.text != "1" {
			t.Errorf("%d: %s", resp.status, resp.text)
		}
	})
}

func TestWithoutASlotNothingIsAccepted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := begin(t, syncTarget, func(tr *flow.Trigger) { tr.Sync.Timeout = 3 * time.Second }, func(h *harness) { h.engine.busy = true })
		resp, took := s.end()
		if resp.status != 503 || took != 3*time.Second || resp.header.Get("Hookline-Execution") != "" {
			t.Errorf("%d after %v: %s", resp.status, took, resp.text)
		}
		d, _ := s.lastDelivery()
		if len(s.door.accepted) != 0 || d.Outcome != hook.Rejected || d.Gate != "accept" || !strings.Contains(d.Reason, "no slot was free") {
			t.Errorf("recorded %+v", d)
		}
	})
}

func TestACallThatTheStoreDoesNotTakeMayBeSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := begin(t, syncTarget, nil, func(h *harness) { h.door.err = context.DeadlineExceeded })
		if resp, _ := s.end(); resp.status != 503 || strings.Join(s.engine.calls, " ") != "submit" {
			t.Errorf("%d: %s, %v", resp.status, resp.text, s.engine.calls)
		}
	})
}
