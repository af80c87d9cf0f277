package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// stream calls the API and returns the answer.
func stream(t *testing.T, who account.Principal, deps Deps, path, lastID string) *httptest.ResponseRecorder {
	t.Helper()
	req := httptest.NewRequest(http.MethodGet, path, nil).WithContext(t.Context())
	if lastID != "" {
		req.Header.Set("Last-Event-ID", lastID)
	}
	w := httptest.NewRecorder()
	as(who, deps).ServeHTTP(w, req)
	return w
}

func viewer() account.Principal {
	return account.Principal{Kind: account.BySession, Role: account.Viewer}
}

// named returns the names of the events of a stream.
func named(text string) string {
	var names []string
	for line := range strings.Lines(text) {
		if name, ok := strings.CutPrefix(line, "event: "); ok {
			names = append(names, strings.TrimSpace(name))
		}
	}
	return strings.Join(names, " ")
}

func TestTailAsksForWhatIsWanted(t *testing.T) {
	bound := account.Principal{Kind: account.ByKey, Role: account.Viewer, Workflows: []string{"orders", "invoices"}}
	cases := []struct {
		name   string
		who    account.Principal
		query  string
		lastID string
		want   []string // "": is refused with has
		has    string
	}{
		{"everything", viewer(), "", "", []string{"follow deliveries  after ", "follow executions  after "}, ""},
		{"from an id on", viewer(), "", "e-7", []string{"follow deliveries  after e-7", "follow executions  after e-7"}, ""},
		{"workflows", viewer(), "?workflow=a&workflow=b", "", []string{"follow deliveries workflow:a,b after ", "follow executions workflow:a,b after "}, ""},
		{"an outcome means calls", viewer(), "?outcome=rejected&outcome=unmatched", "", []string{"follow deliveries outcome:rejected,unmatched after "}, ""},
		{"a status means executions", viewer(), "?status=failed", "", []string{"follow executions status:failed after "}, ""},
		{"both", viewer(), "?status=failed&outcome=rejected", "", []string{"follow deliveries outcome:rejected after ", "follow executions status:failed after "}, ""},
		{"a kind", viewer(), "?kind=execution", "", []string{"follow executions  after "}, ""},
		{"a kind beside an outcome", viewer(), "?outcome=accepted&kind=delivery&kind=execution", "", []string{"follow deliveries outcome:accepted after ", "follow executions  after "}, ""},
		{"a query", viewer(), "?kind=delivery&q=status:400..499+gate:basic", "", []string{"follow deliveries status:400..499 gate:basic after "}, ""},
		{"a bound key sees its workflows", bound, "", "", []string{"follow deliveries workflow:orders,invoices after ", "follow executions workflow:orders,invoices after "}, ""},
		{"a bound key asks for another one", bound, "?workflow=secret&kind=delivery", "", []string{"follow deliveries workflow:secret workflow:orders,invoices after "}, ""},
		{"a query about both kinds", viewer(), "?q=status:failed", "", nil, "needs kind=delivery or kind=execution"},
		{"a wrong query", viewer(), "?kind=delivery&q=statsu:1", "", nil, "did you mean status"},
		{"a wrong kind", viewer(), "?kind=step", "", nil, "kind"},
		{"a wrong outcome", viewer(), "?outcome=accept", "", nil, "outcome"},
		{"a wrong status", viewer(), "?status=queued", "", nil, "status"},
		{"an id that is too long", viewer(), "", strings.Repeat("x", 101), nil, "Last-Event-ID"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := &fixture{}
			w := stream(t, c.who, h.deps(), "/api/tail"+c.query, c.lastID)
			if c.want == nil {
				if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), c.has) || h.asked != nil {
					t.Errorf("%d %s", w.Code, w.Body)
				}
				return
			}
			got := map[string]bool{}
			for _, text := range h.asked {
				got[text] = true
			}
			for _, want := range c.want {
				if !got[want] || len(h.asked) != len(c.want) {
					t.Errorf("asked for %q, want %q", h.asked, c.want)
				}
			}
			if w.Code != http.StatusOK || w.Header().Get("X-Accel-Buffering") != "no" {
				t.Errorf("%d %v", w.Code, w.Header())
			}
		})
	}
}

// journal is an execution that makes progress between two looks.
type journal struct {
	*fixture
	status flow.Status
	steps  map[int]flow.Step
	reads  int // of the store
}

func newJournal() *journal {
	return &journal{fixture: &fixture{}, status: flow.Running, steps: map[int]flow.Step{}}
}

func (j *journal) put(n int, status flow.Status) {
	s := flow.Step{Execution: 77, N: n, Path: fmt.Sprintf("each[%d]", n), Node: "each", Type: "output", Status: status, Input: value.String(strings.Repeat("x", n%10))}
	if status != flow.Running && status != flow.Waiting {
		s.FinishedAt = noon
	}
	j.steps[n] = s
}

func (j *journal) Execution(_ context.Context, id ident.ID) (flow.Execution, error) {
	x := execution()
	if x.Status = j.status; !x.Status.Final() {
		x.Error = nil
	}
	return x, nil
}

func (j *journal) Step(_ context.Context, _ ident.ID, n int) (flow.Step, error) {
	j.reads++
	s, ok := j.steps[n]
	if !ok {
		return s, fault.New("test", fault.NotFound, "no step %d", n)
	}
	return s, nil
}

func (j *journal) Steps(_ context.Context, q store.StepQuery) (page store.StepPage, err error) {
	j.reads++
	last := 0
	for n := range j.steps {
		last = max(last, n)
	}
	for n := q.After + 1; n <= last; n++ {
		s, ok := j.steps[n]
		switch {
		case !ok:
			continue
		case len(page.Steps) == q.Limit:
			page.Next = page.Steps[q.Limit-1].N
			return page, nil
		}
		page.Steps = append(page.Steps, store.Sized(s, q.Value))
	}
	return page, nil
}

// follow follows the execution; before each look but the first it calls the next of changes.
func (j *journal) follow(t *testing.T, query string, changes ...func()) string {
	t.Helper()
	j.watch = func(_ context.Context, look func() (bool, error)) error {
		for {
			more, err := look()
			if err != nil || !more || len(changes) == 0 {
				return err
			}
			changes[0]()
			changes = changes[1:]
		}
	}
	deps := j.deps()
	deps.Executions = j
	return stream(t, viewer(), deps, "/api/executions/"+ident.ID(77).Text(ident.Execution)+"/live"+query, "").Body.String()
}

// told returns the events of a stream in short: the n and the state of steps, the state of the execution.
func told(t *testing.T, text string) string {
	t.Helper()
	var out []string
	name := ""
	for line := range strings.Lines(text) {
		if is, ok := strings.CutPrefix(line, "event: "); ok {
			name = strings.TrimSpace(is)
		}
		data, ok := strings.CutPrefix(line, "data: ")
		if !ok {
			continue
		}
		var x struct {
			N        int
			Status   string
			From, To int
		}
		if err := json.Unmarshal([]byte(data), &x); err != nil {
			t.Fatal(err)
		}
		switch name {
		case "step":
			out = append(out, fmt.Sprint(x.N, x.Status[:1]))
		case "omitted":
			out = append(out, fmt.Sprintf("(%d-%d)", x.From, x.To))
		default:
			out = append(out, name+"="+x.Status)
		}
	}
	return strings.Join(out, " ")
}

func TestAnExecutionIsFollowedToItsEnd(t *testing.T) {
	j := newJournal()
	j.put(1, flow.Succeeded)
	j.put(2, flow.Running)
	got := told(t, j.follow(t, "",
		func() {}, // nothing is new
		func() { j.put(4, flow.Succeeded); j.put(5, flow.Waiting) }, // 3 runs beside it
		func() { j.put(2, flow.Succeeded); j.status = flow.Waiting },
		func() {
			j.put(3, flow.Skipped)
			j.put(5, flow.Succeeded)
			j.put(6, flow.Failed)
			j.status = flow.Failed
		},
	))
	if want := "execution=running 1s 2r 4s 5w 2s execution=waiting 3s 5s 6f end=failed"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAnExecutionThatHasEndedIsShown(t *testing.T) {
	h := &fixture{}
	w := stream(t, viewer(), h.deps(), "/api/executions/last/live?values=5", "")
	if got := told(t, w.Body.String()); got != "execution=failed 1s 2f end=failed" {
		t.Errorf("%s", w.Body)
	}
	if text := w.Body.String(); strings.Contains(text, "1e400") || !strings.Contains(text, `"inputSize":14`) {
		t.Errorf("a long value is in the stream: %s", text)
	}
}

func TestALongJournalDoesNotFlood(t *testing.T) {
	j := newJournal()
	for n := range 100_000 {
		j.put(n+1, flow.Succeeded)
	}
	j.status = flow.Succeeded
	got := told(t, j.follow(t, "?steps=3"))
	if want := "execution=succeeded (1-99997) 99998s 99999s 100000s end=succeeded"; got != want {
		t.Errorf("got %s", got)
	}
	if j.reads > 60 {
		t.Errorf("%d reads", j.reads)
	}
	for _, last := range []int{1, 2, 3, 4, 5, 6, 7, 8, 63, 64, 65, 1000} {
		j := newJournal()
		for n := range last {
			j.put(n+1, flow.Succeeded)
		}
		j.status = flow.Succeeded
		want := fmt.Sprintf("%ds end=succeeded", last)
		if last > 3 {
			want = fmt.Sprintf("(1-%d) %ds %ds %s", last-3, last-2, last-1, want)
		}
		if got := told(t, j.follow(t, "?steps=3")); !strings.HasSuffix(got, want) {
			t.Errorf("%d steps: %s", last, got)
		}
	}
}

func TestABurstOfStepsIsWindowed(t *testing.T) {
	j := newJournal()
	j.put(1, flow.Running)
	got := told(t, j.follow(t, "?steps=2", func() {
		for n := range 50 {
			j.put(n+2, flow.Succeeded)
		}
	}, func() { j.put(1, flow.Succeeded); j.put(52, flow.Succeeded); j.status = flow.Succeeded }))
	if want := "execution=running 1r (2-49) 50s 51s 1s 52s end=succeeded"; got != want {
		t.Errorf("got %s", got)
	}
}

func TestWhatIsRememberedOfUnfinishedStepsIsBounded(t *testing.T) {
	j := newJournal()
	for n := range 3 * maxUnfinished {
		j.put(n+1, flow.Running)
	}
	f := &follower{routes: routes{Deps: Deps{Executions: j}}, id: 77, window: 1000, open: map[int]string{}, send: func(string, string, any) error { return nil }}
	for range 2 {
		if _, err := f.look(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if len(f.open) != maxUnfinished {
		t.Errorf("%d steps are remembered", len(f.open))
	}
}

func TestAnotherOnesExecutionIsNotFollowed(t *testing.T) {
	who := account.Principal{Kind: account.ByKey, Role: account.Admin, Workflows: []string{"orders"}}
	h := &fixture{}
	path := "/api/executions/" + ident.ID(77).Text(ident.Execution) + "/live"
	if w := stream(t, who, h.deps(), path, ""); w.Code != http.StatusNotFound || len(h.asked) != 0 {
		t.Errorf("%d %s %q", w.Code, w.Body, h.asked)
	}
	if w := stream(t, who, h.deps(), "/api/workflows/github-push/listen", ""); w.Code != http.StatusNotFound || len(h.asked) != 0 {
		t.Errorf("%d %s %q", w.Code, w.Body, h.asked)
	}
	for _, path := range []string{"/api/executions/exe_0000000000001/live", "/api/workflows/nope/listen"} {
		if w := stream(t, account.Principal{Kind: account.ByToken, Role: account.Admin}, h.deps(), path, ""); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	if w := stream(t, viewer(), h.deps(), "/api/workflows/github-push/listen", ""); w.Code != http.StatusForbidden {
		t.Errorf("a viewer listens: %d %s", w.Code, w.Body)
	}
}

func TestListenMakesTheNextCallTheSample(t *testing.T) {
	editor := account.Principal{Kind: account.ByKey, ID: 7, Name: "ci", Role: account.Editor}
	call := hook.Delivery{
		ID: 55, Workflow: "github-push", Outcome: hook.Rejected, Gate: "basic", Reason: "wrong password", Status: 401,
		Request: hook.Request{Method: "POST", Path: "/api/webhooks/github-push", ContentType: "application/json", Body: []byte(`{"a":1}`)},
	}
	h := &fixture{heard: &call}
	text := stream(t, editor, h.deps(), "/api/workflows/github-push/listen", "").Body.String()
	if named(text) != "listening sample" || !strings.Contains(text, `"urls":["https://hooks.example.com/api/webhooks/github-push","https://hooks.example.com/api/webhook:trigger/github-push"]`) ||
		!strings.Contains(text, `"until":"2026-03-04T12:10:00Z"`) || !strings.Contains(text, `"outcome":"rejected","gate":"basic","reason":"wrong password","status":401`) ||
		!strings.Contains(text, `{\"a\":1}`) || !strings.Contains(text, `"parsed":{`) || !strings.Contains(text, `"alias":"A"`) {
		t.Error(text)
	}
	if s := h.samples["github-push"]; s.Delivery != 55 || s.SetBy != "API key ci" || string(s.Request.Body) != `{"a":1}` {
		t.Errorf("%+v", s)
	}
	call.Request.Body = make([]byte, 2000) // more than the fixture takes
	if text := stream(t, editor, h.deps(), "/api/workflows/github-push/listen", "").Body.String(); named(text) != "listening problem" || !strings.Contains(text, "the sample is too large") {
		t.Error(text)
	}
	call.Outcome, call.Request.Body = hook.Unmatched, nil
	if text := stream(t, editor, h.deps(), "/api/workflows/github-push/listen", "").Body.String(); !strings.Contains(text, `"partial":"no enabled workflow`) {
		t.Error(text)
	}
}

func TestListenEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &fixture{}
		start := clock.System().Now()
		text := stream(t, account.Principal{Kind: account.ByToken, Role: account.Admin}, h.deps(), "/api/workflows/github-push/listen?seconds=3600", "").Body.String()
		took := clock.System().Now().Sub(start)
		if named(text) != "listening timeout" || took != time.Hour || h.samples != nil {
			t.Errorf("after %s: %s", took, text)
		}
	})
	for _, seconds := range []string{"0", "3601", "x"} {
		if w := get(t, &fixture{}, "/api/workflows/github-push/listen?seconds="+seconds); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s seconds: %d %s", seconds, w.Code, w.Body)
		}
	}
}
