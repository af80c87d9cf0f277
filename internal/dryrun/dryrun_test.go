package dryrun_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/dryrun"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/vault"
)

func same(t *testing.T, what, got, want string) {
	t.Helper()
	if strings.TrimSpace(got) != strings.TrimSpace(want) {
		t.Errorf("%s is\n%s\nwant\n%s", what, got, want)
	}
}

func TestLaterNodesSeeWhatEarlierOnesWouldWrite(t *testing.T) {
	f := newFixture(t)
	r := f.run(`
workflow: w
trigger: {auth: none}
nodes:
  - {key: create, type: record.create, config: {collection: people, values: {email: "{{$context.data.email}}", age: 20}}}
  - {key: update, type: record.update, config: {collection: people, filter: {age: {$lt: 100}}, values: {age: {$inc: 1}}}}
  - {key: found, type: record.find, config: {collection: people, sort: age}}
  - {key: sum, type: record.aggregate, config: {collection: people, function: sum, field: age}}
  - {key: delete, type: record.delete, config: {collection: people, filter: {email: ada@example.com}}}
  - {key: left, type: record.aggregate, config: {collection: people, function: count}}
  - {key: twice, type: record.create, onError: continue, config: {collection: people, values: {email: bob@example.com}}}
  - {key: wrong, type: record.create, onError: continue, config: {collection: people, values: {age: 1}}}
`, `{"email":"bob@example.com"}`, nil)
	same(t, "steps", steps(r), `
create succeeded
update succeeded
found succeeded
sum succeeded
delete succeeded
left succeeded
twice failed unique
wrong failed required`)
	same(t, "id", result(r, "create").Get("id").Text(), "2")
	same(t, "updated", result(r, "update").Get("count").Text(), "2")
	same(t, "sum", result(r, "sum").Text(), "58")
	same(t, "left", result(r, "left").Text(), "1")
	same(t, "status", string(r.Execution.Status), "succeeded")
	same(t, "answer", string(r.Call.Answer.Body), "ok")
}

func TestWhatWouldBeSentIsShownWithoutSecrets(t *testing.T) {
	f := newFixture(t)
	r := f.run(`
workflow: w
trigger: {auth: none}
nodes:
  - key: call
    type: request
    config:
      url: "{{$env.BASE}}/orders"
      query: {pin: "{{$env.PIN}}"}
      headers: {X-Token: "{{$env.TOKEN}}", X-Zone: "{{$env.ZONE}}"}
      auth: {basic: {username: u, password: "{{$env.PIN}}"}}
      body: {id: "{{$context.data.id}}", token: "{{$env.TOKEN}}"}
  - {key: plain, type: request, config: {url: "https://api.example.com/{{$nodes.call.body.id}}"}}
  - {key: token, type: request, config: {url: "https://api.example.com/", auth: {oauth2: {tokenUrl: "https://id.example.com/", clientId: me, clientSecret: "{{$env.TOKEN}}"}}}}
  - {key: tell, type: notify, config: {channel: team, text: "Order {{$context.data.id}}"}}
`, `{"id":1.50}`, map[string][]dryrun.Answer{"call": {{Status: 201, Body: value.Trusted(`{"id":"x7","echo":"a-long-secret-token"}`)}}})
	same(t, "steps", steps(r), "call succeeded\nplain succeeded\ntoken succeeded\ntell succeeded")
	if len(r.Effects) != 4 {
		t.Fatalf("effects are %+v", r.Effects)
	}
	call := r.Effects[0]
	if call.Node != "call" || call.Path != "call" || call.Attempt != 1 || call.Status != 201 || call.Request.Method != "POST" {
		t.Errorf("the first effect is %+v", call)
	}
	same(t, "URL", call.Request.URL, "[secret]/orders?pin=[secret]")
	same(t, "body", string(call.Request.Body), `{"id":1.50,"token":"[secret]"}`)
	for _, h := range call.Request.Headers {
		if h.Name == "Authorization" && h.Value != "Basic [secret]" || h.Name == "X-Token" && h.Value != "[secret]" || h.Name == "X-Zone" && h.Value != "Europe/Vienna" {
			t.Errorf("header %+v", h)
		}
	}
	same(t, "URL", r.Effects[1].Request.URL, "https://api.example.com/x7")
	same(t, "message", r.Effects[3].Message.Text, "Order 1.50")
	same(t, "channel", r.Effects[3].Message.Channel+" "+r.Effects[3].Message.Type, "team slack")
	same(t, "echo", result(r, "call").Get("body").Get("echo").Text(), `"[secret]"`)
	for _, s := range r.Steps {
		if text := s.Input.Text() + s.Result.Text(); strings.Contains(text, "a-long-secret-token") || strings.Contains(text, "1234") {
			t.Errorf("the step %s shows a secret: %s", s.Path, text)
		}
	}
}

func TestWaitsPassAtOnce(t *testing.T) {
	f := newFixture(t)
	r := f.run(`
workflow: w
trigger: {auth: none}
nodes:
  - {key: before, type: set, config: {values: {at: "{{$system.now}}"}}}
  - {key: sleep, type: delay, config: {for: 20d}}
  - {key: after, type: set, config: {values: {at: "{{$system.now}}"}}}
  - {key: call, type: request, config: {url: "https://api.example.com/"}, retry: {attempts: 3, delay: 1h, factor: 2, maxDelay: 3h}}
`, `{}`, map[string][]dryrun.Answer{"call": {{Status: 503}, {Status: 500}, {Status: 204}}})
	same(t, "steps", steps(r), `
before succeeded
sleep succeeded
after succeeded
call failed status
call failed #2 status
call succeeded #3`)
	if r.Waited < 20*day+3*time.Hour-time.Minute || r.Waited > 20*day+4*time.Hour || r.Took > 20*time.Second {
		t.Errorf("waited %s, took %s", r.Waited, r.Took)
	}
	first, _ := time.Parse(time.RFC3339Nano, strings.Trim(result(r, "before").Get("at").Text(), `"`))
	second, _ := time.Parse(time.RFC3339Nano, strings.Trim(result(r, "after").Get("at").Text(), `"`))
	if second.Sub(first) < 20*day {
		t.Errorf("the clock went from %s to %s", first, second)
	}
}

func TestLoopsBranchesAndErrorsRunAsInEarnest(t *testing.T) {
	f := newFixture(t)
	r := f.run(`
workflow: w
trigger: {auth: none}
nodes:
  - key: each
    type: loop
    config: {over: "{{$context.data.list}}", parallel: 3, onItemError: continue}
    branches:
      do:
        - {key: save, type: record.create, config: {collection: people, values: {email: "{{$scopes.each.item}}"}}}
        - {key: call, type: request, config: {url: "https://api.example.com/{{$scopes.each.index}}"}}
  - key: fork
    type: parallel
    branches:
      a: [{key: a1, type: delay, config: {for: 1h}}, {key: a2, type: set, config: {values: {x: 1}}}]
      b: [{key: b1, type: record.aggregate, config: {collection: people, function: count}}]
  - key: risky
    type: record.create
    onError: branch
    config: {collection: people, values: {email: a}}
    branches:
      error: [{key: note, type: set, config: {values: {why: "{{$error.message}}"}}}]
`, `{"list":["a","b","a"]}`, nil)
	same(t, "each", result(r, "each").Get("count").Text()+result(r, "each").Get("failed").Text(), "31")
	same(t, "count", result(r, "fork").Get("b").Text(), "3")
	same(t, "why", result(r, "note").Text(), `{"why":"email must be unique, and a record of people has the value \"a\" already"}`)
	same(t, "status", string(r.Execution.Status), "succeeded")
	if len(r.Effects) != 2 {
		t.Errorf("effects are %+v", r.Effects)
	}
}

func TestTheAnswerIsThatOfTheFrontDoor(t *testing.T) {
	f := newFixture(t)
	const reply = `
workflow: w
trigger: {auth: none, mode: sync, schema: {type: object, required: [n]}, filter: "$context.data.n > 0", sync: {timeout: 10s}}
nodes:
  - {key: call, type: request, config: {url: "https://api.example.com/"}, retry: {attempts: 2, delay: 9s}}
  - {key: reply, type: response, config: {status: 201, headers: {X-N: "{{$context.data.n}}"}, body: {n: "{{$context.data.n}}"}}}
`
	slow := map[string][]dryrun.Answer{"call": {{Status: 503}, {}}}
	for name, c := range map[string]struct {
		text, data string
		answers    map[string][]dryrun.Answer
		status     int
		body       string
		outcome    hook.Outcome
		ran        bool
	}{
		"a response":          {reply, `{"n":1.0}`, nil, 201, `{"n":1.0}`, hook.Accepted, true},
		"the schema refuses":  {reply, `{}`, nil, 422, `/errors`, hook.Rejected, false},
		"the filter refuses":  {reply, `{"n":0}`, nil, 200, `ok`, hook.Filtered, false},
		"no JSON":             {reply, `{`, nil, 400, `Malformed`, hook.Rejected, false},
		"in time after all":   {reply, `{"n":1}`, slow, 201, `{"n":1}`, hook.Accepted, true},
		"a wait is too long":  {strings.Replace(reply, "delay: 9s", "delay: 11s", 1), `{"n":1}`, slow, 504, `longer`, hook.Accepted, true},
		"it fails":            {strings.Replace(reply, "attempts: 2", "attempts: 1", 1), `{"n":1}`, slow, 500, `did not succeed`, hook.Accepted, true},
		"async with template": {"workflow: w\ntrigger: {auth: none, response: {status: 202, body: \"{{$context.data.n}}\"}}\nnodes: []\n", `{"n":7}`, nil, 202, `7`, hook.Accepted, true},
	} {
		t.Run(name, func(t *testing.T) {
			r := f.run(c.text, c.data, c.answers)
			a := r.Call.Answer
			if a.Status != c.status || !strings.Contains(string(a.Body), strings.TrimPrefix(c.body, "/")) || r.Call.Delivery.Outcome != c.outcome || r.Ran != c.ran {
				t.Errorf("answer is %d %s, outcome %s, ran %v", a.Status, a.Body, r.Call.Delivery.Outcome, r.Ran)
			}
		})
	}
}

func TestGatesAreReportedAndTheRunGoesOn(t *testing.T) {
	f := newFixture(t)
	test := dryrun.Test{Workflow: f.workflow(`
workflow: w
trigger:
  auth: {basic: {username: octo, password: "{{$env.HOOK}}"}, allowIPs: [192.0.2.0/24]}
nodes: [{key: n, type: set, config: {values: {auth: "{{$context.headers.authorization}}"}}}]
`), Request: posted(`{}`)}
	r := f.test(test)
	if r.Call.Refusal == nil || r.Call.Refusal.Gate != "basic" || r.Call.Refusal.Answer.Status != 401 || !r.Ran || r.Call.Answer.Status != 200 {
		t.Errorf("without a password: %+v", r.Call)
	}
	test.Request.Headers = append(test.Request.Headers, hook.Header{Name: "Authorization", Value: "Basic b2N0bzpvcGVuIHNlc2FtZQ=="})
	if r = f.test(test); r.Call.Refusal != nil || len(r.Call.Delivery.Verdicts) != 2 {
		t.Errorf("with the password: %+v", r.Call)
	}
	same(t, "what the workflow sees of it", result(r, "n").Text(), `{"auth":null}`)
	test.Request = posted(`{}`)
	test.Recorded = true
	if r = f.test(test); r.Call.Refusal != nil || !r.Ran || r.Call.Answer.Status != 200 || r.Call.Delivery.Verdicts[1].Reason != "not-stored" {
		t.Errorf("recorded: %+v", r.Call)
	}
	test.Request.IP = "198.51.100.1"
	if r = f.test(test); r.Call.Refusal == nil || r.Call.Refusal.Gate != "allowIPs" {
		t.Errorf("recorded from elsewhere: %+v", r.Call)
	}
}

func TestWhatAFailureStartsIsShown(t *testing.T) {
	f := newFixture(t)
	r := f.run("workflow: w\ntrigger: {auth: none}\noptions: {onFailure: alarm}\nnodes: [{key: n, type: fail, config: {message: no}}]\n", `{"a":1}`, nil)
	if r.Starts == nil || r.Starts.Execution.Workflow != "alarm" || !strings.Contains(string(r.Starts.Delivery.Request.Body), `"message":"no"`) {
		t.Fatalf("starts is %+v", r.Starts)
	}
	called := f.run("workflow: c\ntrigger: {type: call}\nnodes: [{key: n, type: set, config: {values: {a: \"{{$context.data.a}}\"}}}]\n", `{"a":1}`, nil)
	if called.Call != nil || result(called, "n").Text() != `{"a":1}` {
		t.Errorf("a workflow of type call: %+v", called)
	}
}

func TestHostileWorkflowsEnd(t *testing.T) {
	f := newFixture(t)
	loop := func(inside string) string {
		return "workflow: w\ntrigger: {auth: none}\nnodes:\n  - key: each\n    type: loop\n    config: {over: 100000, maxItems: 100000}\n    branches:\n      do: [" + inside + "]\n"
	}
	for name, c := range map[string]struct{ text, data, status, stopped string }{
		"endless passes":    {loop(`{key: n, type: set, config: {values: {a: 1}}}`), `{}`, "aborted", ""},
		"endless records":   {loop(`{key: n, type: record.create, config: {collection: people, values: {email: "{{$scopes.each.index}}"}}}`), `{}`, "running", "200 operations"},
		"endless waits":     {loop(`{key: n, type: delay, config: {for: 30d}}`), `{}`, "running", "1000 waits"},
		"endless requests":  {loop(`{key: n, type: request, config: {url: "https://a.example.com", body: "{{$context.rawBody}}"}}`), `"` + strings.Repeat("x", 50_000) + `"`, "aborted", ""},
		"huge results":      {loop(`{key: n, type: set, config: {values: {a: "{{$context.data}}"}}}`), `"` + strings.Repeat("x", 900_000) + `"`, "aborted", ""},
		"a sample of 10 MB": {"workflow: w\ntrigger: {auth: none}\nnodes: [{key: n, type: set, config: {values: {a: \"{{$context.data.b}}\"}}}]\n", `{"a":"` + strings.Repeat("x", 10_000_000) + `","b":1}`, "succeeded", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := f.run(c.text, c.data, nil)
			if string(r.Execution.Status) != c.status || !strings.Contains(r.Stopped, c.stopped) || c.stopped == "" && r.Stopped != "" {
				t.Errorf("the run is %s (%s), stopped: %q, answer %d %s", r.Execution.Status, r.Execution.Reason, r.Stopped, r.Call.Answer.Status, r.Call.Answer.Body)
			}
			size := 0
			for _, e := range r.Effects {
				size += len(e.Request.Body)
			}
			if len(r.Effects) > 1000 || size > 1<<20 || len(r.Steps) > 10_000 {
				t.Errorf("%d effects with %d bytes, %d steps", len(r.Effects), size, len(r.Steps))
			}
		})
	}
	if r := f.run(loop(`{key: n, type: request, config: {url: "https://a.example.com"}}`), `{}`, nil); len(r.Effects)+r.Omitted < 9_000 {
		t.Errorf("%d effects, %d omitted", len(r.Effects), r.Omitted)
	}
}

func TestACallerWhoLeavesStopsTheRun(t *testing.T) {
	f := newFixture(t)
	ctx, cancel := context.WithCancel(t.Context())
	f.Tester.Options.Secrets = secretsFunc(func(string) (vault.Variable, bool) {
		cancel()
		return vault.Variable{Text: "https://api.example.com"}, true
	})
	r, err := f.Tester.Run(ctx, dryrun.Test{Workflow: f.workflow(`
workflow: w
trigger: {auth: none, mode: sync}
nodes:
  - key: each
    type: loop
    config: {over: 100000, maxItems: 100000}
    branches: {do: [{key: n, type: request, config: {url: "{{$env.BASE}}"}}]}
`), Request: posted(`{}`)})
	if err != nil || r.Stopped != "the caller gave up" || len(r.Steps) > 100 || r.Execution.Status.Final() {
		t.Errorf("error %v, stopped %q, %d steps, %s", err, r.Stopped, len(r.Steps), r.Execution.Status)
	}
	if _, err := f.Tester.Run(ctx, dryrun.Test{Workflow: f.workflow("workflow: w\ntrigger: {auth: none}\nnodes: []\n")}); err == nil && r.Stopped == "" {
		t.Error("a caller who has left got a result")
	}
}

type secretsFunc func(string) (vault.Variable, bool)

func (f secretsFunc) Lookup(name string) (vault.Variable, bool) { return f(name) }

func TestWhatCannotRunIsExplained(t *testing.T) {
	f := newFixture(t)
	wf := f.workflow("workflow: w\ntrigger: {auth: none}\nnodes: [{key: n, type: set, config: {values: {a: 1}}}]\n")
	wf.Nodes[0].Type = "sett"
	_, err := f.Tester.Run(t.Context(), dryrun.Test{Workflow: wf})
	if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "nodes[0].type") {
		t.Errorf("error is %v", err)
	}
}
