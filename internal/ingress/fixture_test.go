package ingress

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// The secrets of the tests. No answer and no record may contain them.
const (
	password   = "s3cret-pässword"
	tokenValue = "t0ken-value-1234"
)

func env(name string) (string, bool) {
	vars := map[string]string{"PASSWORD": password, "TOKEN": tokenValue, "EMPTY": "", "OLD": oldSecret, "NEW": newSecret}
	val, ok := vars[name]
	return val, ok
}

// door is a store that records its calls.
type door struct {
	mu       sync.Mutex
	accepted []store.Accept
	noted    []hook.Delivery
	answered []hook.Delivery
	err      error
	backlog  int64
	first    func(store.Accept) store.Accepted // what the store returns for a call's key; nil: the key is new
	events   *events
}

func (d *door) Accept(a store.Accept) (store.Accepted, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.events.add("accept")
	if d.err != nil {
		return store.Accepted{}, d.err
	}
	var to store.Accepted
	if a.Dedupe != nil && d.first != nil {
		to = d.first(a)
	}
	if !to.OtherRequest {
		d.accepted = append(d.accepted, a)
	}
	return to, nil
}

func (d *door) SaveAnswer(n hook.Delivery) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.answered = append(d.answered, n)
	return true
}

func (d *door) SaveDelivery(n hook.Delivery) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.events.add("note")
	d.noted = append(d.noted, n)
	return true
}

func (d *door) Backlog() int64 { return d.backlog }

// engine is a runner whose slots and answers the test controls.
type engine struct {
	door   *door
	busy   bool // no slot becomes free within the caller's time
	result chan flow.Execution

	mu    sync.Mutex
	calls []string
	last  flow.Execution
	call  hook.Context
}

func (e *engine) log(what string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.calls = append(e.calls, what)
}

// keep keeps the last call.
func (e *engine) keep(x flow.Execution, call hook.Context) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.last, e.call = x, call
}

func (e *engine) Submit(a store.Accept, call hook.Context, heavy bool) (store.Accepted, error) {
	e.log(map[bool]string{true: "heavy", false: "submit"}[heavy])
	e.keep(a.Execution, call)
	return e.door.Accept(a)
}

func (e *engine) SubmitAndWait(ctx context.Context, a store.Accept, call hook.Context) (store.Accepted, <-chan flow.Execution, func(), error) {
	if e.busy {
		<-ctx.Done()
		e.log("no slot")
		return store.Accepted{}, nil, nil, fault.New("engine.SubmitAndWait", fault.Unavailable, "no slot was free in time")
	}
	e.log("submit")
	e.keep(a.Execution, call)
	to, err := e.door.Accept(a)
	if err != nil || to.First != nil || to.OtherRequest {
		return to, nil, nil, err
	}
	e.log("wait")
	return to, e.result, func() {}, nil
}

func (e *engine) Await(id ident.ID) (<-chan flow.Execution, func()) {
	e.log("await")
	e.last = flow.Execution{ID: id}
	return e.result, func() { e.log("leave") }
}

// executions looks up executions in a map.
type executions map[ident.ID]flow.Execution

func (e executions) Lookup(_ context.Context, id ident.ID) (flow.Execution, error) {
	if x, ok := e[id]; ok {
		return x, nil
	}
	return flow.Execution{}, fault.New("test.Lookup", fault.NotFound, "there is no such execution")
}

// observer records deliveries.
type observer struct {
	mu   sync.Mutex
	seen []hook.Delivery
}

func (o *observer) Delivered(d hook.Delivery) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.seen = append(o.seen, d)
}

// harness is a handler with all its dependencies.
type harness struct {
	*Handler
	t        testing.TB
	door     *door
	engine   *engine
	observer *observer
	found    executions
	clock    *clock.Manual
}

// build builds a harness. change may set options.
func build(t testing.TB, change func(*Options), workflows ...flow.Workflow) *harness {
	t.Helper()
	h := &harness{
		t: t, door: &door{}, observer: &observer{}, found: executions{},
		clock: clock.NewManual(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)),
	}
	h.engine = &engine{door: h.door, result: make(chan flow.Execution, 1)}
	opt := Options{
		Door: h.door, Runner: h.engine, Waiting: h.engine, Executions: h.found, Observer: h.observer, Clock: h.clock,
		Key: []byte("key"), IDs: ident.NewSource(h.clock, 1),
	}
	if change != nil {
		change(&opt)
	}
	h.Handler = New(opt)
	routes := make([]*Route, 0, len(workflows))
	for _, wf := range workflows {
		r, err := Compile(wf, resources())
		if err != nil {
			t.Fatal(err)
		}
		routes = append(routes, r)
	}
	if err := h.SetRoutes(routes); err != nil {
		t.Fatal(err)
	}
	return h
}

// workflow returns an enabled webhook that takes POST.
func workflow(key string, change ...func(*flow.Trigger)) flow.Workflow {
	wf := flow.Workflow{Key: key, Enabled: true, Revision: "rev-" + key}
	wf.Trigger = flow.Trigger{Type: "webhook", Mode: flow.Async, Methods: []string{"POST"}}
	for _, c := range change {
		c(&wf.Trigger)
	}
	return wf
}

func path(p string, methods ...string) func(*flow.Trigger) {
	return func(t *flow.Trigger) {
		t.Path = p
		if len(methods) > 0 {
			t.Methods = methods
		}
	}
}

func basic(t *flow.Trigger) {
	t.Auth.Basic = &flow.BasicAuth{Username: "octo", Password: "{{$env.PASSWORD}}"}
}

func tokenHeader(t *flow.Trigger) {
	t.Auth.Token = &flow.TokenAuth{Header: "X-Gitlab-Token", Value: "{{$env.TOKEN}}"}
}

func tokenQuery(t *flow.Trigger) {
	t.Auth.Token = &flow.TokenAuth{Query: "token", Value: "{{$env.TOKEN}}"}
}

func answering(status, headers, body string) func(*flow.Trigger) {
	return func(t *flow.Trigger) {
		t.Response = &flow.Answer{Status: value.Trusted(status), Headers: value.Trusted(headers), Body: value.Trusted(body)}
	}
}

func syncMode(t *flow.Trigger) { t.Mode = flow.Sync }

// request builds a request. Each header is "Name: value".
func request(method, target, content string, headers ...string) *http.Request {
	var r *http.Request
	if content == "" {
		r = httptest.NewRequest(method, target, http.NoBody)
	} else {
		r = httptest.NewRequest(method, target, strings.NewReader(content))
	}
	for _, h := range headers {
		name, line, _ := strings.Cut(h, ": ")
		r.Header.Add(name, line)
	}
	return r
}

// got is an answer as the caller sees it.
type got struct {
	status int
	header http.Header
	text   string
}

// serve sends a request and checks what holds for every answer.
func (h *harness) serve(r *http.Request) got {
	h.t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return h.sent(w)
}

// sent takes an answer from its recorder and checks it.
func (h *harness) sent(w *httptest.ResponseRecorder) got {
	h.t.Helper()
	g := got{w.Code, w.Header(), w.Body.String()}
	h.checkAnswer(g)
	return g
}

// checkAnswer checks that an answer reveals nothing internal, and that a problem document is complete.
func (h *harness) checkAnswer(g got) {
	h.t.Helper()
	if g.header.Get("X-Content-Type-Options") != "nosniff" || g.text != "" && g.header.Get("Content-Type") == "" {
		h.t.Errorf("a browser would guess the type of the answer: %v", g.header)
	}
	var lines strings.Builder
	_ = g.header.Write(&lines)
	all := g.text + "\n" + lines.String()
	for _, inside := range []string{
		password, tokenValue, "PASSWORD", "TOKEN", "EMPTY", "octo", "s3cret", ".go", "goroutine", "panic", "internal",
		"ingress.", "body.", "engine.", "expr.", "store", "sql", "disk", "slot", "rev-",
	} {
		if strings.Contains(all, inside) {
			h.t.Errorf("the answer tells %q:\n%s", inside, all)
		}
	}
	if g.header.Get("Content-Type") != typeProblem {
		return
	}
	v, err := value.Parse(g.text, value.Limits{})
	if err != nil {
		h.t.Fatalf("the problem is no JSON: %v\n%s", err, g.text)
	}
	status, _ := v.Get("status").Int()
	kind, _ := v.Get("type").Str()
	if int(status) != g.status || !strings.HasPrefix(kind, problemType) || v.Get("title").Len() > 0 || v.Get("detail").IsNull() {
		h.t.Errorf("the problem is not whole: %s", g.text)
	}
	if instance, _ := v.Get("instance").Str(); instance == "" || instance != g.header.Get("Hookline-Delivery") {
		h.t.Errorf("the problem's instance is %q, the delivery is %q", instance, g.header.Get("Hookline-Delivery"))
	}
}

// lastDelivery returns the only recorded delivery, and the one that the observer got.
func (h *harness) lastDelivery() (recorded, seen hook.Delivery) {
	h.t.Helper()
	h.door.mu.Lock()
	defer h.door.mu.Unlock()
	all := slices.Clone(h.door.noted)
	for _, a := range h.door.accepted {
		all = append(all, a.Delivery)
	}
	if len(all) != 1 || len(h.observer.seen) != 1 {
		h.t.Fatalf("%d deliveries were recorded and %d seen, want one", len(all), len(h.observer.seen))
	}
	return all[0], h.observer.seen[0]
}

func push(t testing.TB) []byte {
	t.Helper()
	raw, err := os.ReadFile("../../examples/payloads/github_push_main.json")
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
