package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"hookline.dev/hookline/internal/app"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite"
)

// dying is a store whose writes of bulk actions, retries, cancels and calls fail from a certain one on, as if the process had
// been killed there.
type dying struct {
	store.Store
	mu   sync.Mutex
	left int  // writes until it dies; negative: it does not
	late bool // the last write succeeds and its caller does not learn it
	dead bool
}

// write does a write, unless it is dead.
func (d *dying) write(do func() error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	killed := fault.New("test", fault.Unavailable, "killed")
	if d.dead {
		return killed
	}
	if d.left--; d.left == 0 {
		d.dead = true
		if d.late {
			_ = do() // nobody learns it
		}
		return killed
	}
	return do()
}

func (d *dying) ChangeBulk(a store.BulkAction) error {
	return d.write(func() error { return d.Store.ChangeBulk(a) })
}

func (d *dying) Retry(r store.Retry) error {
	return d.write(func() error { return d.Store.Retry(r) })
}

func (d *dying) Accept(a store.Accept) (out store.Accepted, err error) {
	err = d.write(func() error { out, err = d.Store.Accept(a); return err })
	return out, err
}

func (d *dying) RequestCancel(id ident.ID, now time.Time) (status flow.Status, err error) {
	err = d.write(func() error { status, err = d.Store.RequestCancel(id, now); return err })
	return status, err
}

func (d *dying) isDead() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.dead
}

// bulkServer is a server that is killed and started again.
type bulkServer struct {
	t     *testing.T
	dir   string
	app   *app.App
	store *dying
	stop  func()
}

const bulkDocuments = `
collections:
  - name: pushes
    fields: [{name: n, type: json}]
---
workflow: works
trigger: {type: webhook, auth: none}
nodes: [{key: save, type: record.create, config: {collection: pushes, values: {n: "{{$context.data.n}}"}}}]
---
workflow: fails
trigger: {type: webhook, auth: none}
nodes:
  - {key: save, type: record.create, config: {collection: pushes, values: {n: "{{$context.data.n}}"}}}
  - {key: check, type: condition, config: {when: '$context.data.n == -1', onFalse: fail}}
---
workflow: waits
trigger: {type: webhook, auth: none}
nodes: [{key: wait, type: delay, config: {for: 1h}}]
`

// start starts the server. It dies at a write.
func (s *bulkServer) start(left int, late bool) {
	s.t.Helper()
	docs := filepath.Join(s.dir, "workflows")
	if err := os.MkdirAll(docs, 0o700); err != nil {
		s.t.Fatal(err)
	}
	write(s.t, filepath.Join(docs, "bulk.yaml"), []byte(bulkDocuments))
	c := settings(s.dir)
	c.Workflows = docs
	driver := sqlite.Driver(nil)
	open := driver.Open
	driver.Open = func(c store.Config) (store.Store, error) {
		opened, err := open(c)
		s.store = &dying{Store: opened, left: left, late: late}
		return s.store, err
	}
	a, err := app.New(c, app.Options{Log: testLog(s.t), Environ: []string{}, Driver: driver})
	if err != nil {
		s.t.Fatal(err)
	}
	s.app = a
	s.stop = sync.OnceFunc(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := a.Stop(ctx); err != nil {
			s.t.Error(err)
		}
	})
	s.t.Cleanup(s.stop)
	if err := a.Start(context.Background()); err != nil {
		s.t.Fatal(err)
	}
}

// as asks the API with a token and decodes the answer into out.
func (s *bulkServer) as(token, method, path, body string, want int, out any) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.app.URL()+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(token))
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != want {
		s.t.Fatalf("%s %s: %d %s %v", method, path, res.StatusCode, text, err)
	}
	if out != nil {
		if err := json.Unmarshal(text, out); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *bulkServer) ask(method, path, body string, out any) {
	s.t.Helper()
	s.as(token(s.t, s.dir), method, path, body, 200, out)
}

// bulkState is a bulk action as the API shows it.
type bulkState struct {
	ID, State, By                 string
	Count, Acted, Skipped, Failed int
	Problems                      []struct{ ID, Reason string }
	ByState                       map[string]int
	Complete                      bool
	Effects                       struct{ Sample, Written, WrittenAgain int }
	ByWorkflow                    []struct{ Workflow string }
}

// until waits for the end of an action.
func (s *bulkServer) until(id string) (b bulkState) {
	s.t.Helper()
	for b.State != "done" {
		<-time.After(10 * time.Millisecond)
		s.ask("GET", "/api/bulk/"+id, "", &b)
	}
	return b
}

// count counts all items of a list.
func (s *bulkServer) count(path, q string) int {
	s.t.Helper()
	var page struct{ Items []json.RawMessage }
	s.ask("GET", path+"?limit=500&search=5000&q="+q, "", &page)
	return len(page.Items)
}

// records returns how many records there are of each n.
func (s *bulkServer) records() map[int]int {
	s.t.Helper()
	var page struct{ Items []struct{ N int } }
	s.ask("GET", "/api/collections/pushes/records?pageSize=500", "", &page)
	of := make(map[int]int)
	for _, r := range page.Items {
		of[r.N]++
	}
	return of
}

// TestAKilledServerFinishesItsBulkActions kills the server at several writes of a bulk action, before and after they reach the
// disk.
func TestAKilledServerFinishesItsBulkActions(t *testing.T) {
	const calls = 80
	type death struct {
		left int
		late bool
	}
	for _, c := range []struct {
		kind, workflow, body string
		settled              string // the query of executions that are as the calls leave them
		deaths               []death
		records              int // of each call in the end
		after                string
	}{
		{"retry", "fails", `{"kind":"retry","q":"workflow:fails","from":"start"}`, "status:failed", []death{{1, true}, {30, true}, {20, false}, {16, true}}, 2, "status:failed"},
		{"replay", "works", `{"kind":"replay","q":"workflow:works"}`, "status:succeeded", []death{{1, true}, {2, true}, {30, true}, {20, false}, {5, true}}, 2, "status:succeeded"},
		{"cancel", "waits", `{"kind":"cancel","q":"workflow:waits"}`, "status:waiting", []death{{1, true}, {30, true}, {20, false}, {16, true}}, 0, "status:canceled"},
	} {
		t.Run(c.kind, func(t *testing.T) {
			s := &bulkServer{t: t, dir: t.TempDir()}
			s.start(-1, false)
			for i := range calls {
				if status, _, _ := call(t, s.app.URL()+"/api/webhooks/"+c.workflow, "", "", fmt.Sprintf(`{"n":%d}`, i)); status != 200 {
					t.Fatal(status)
				}
			}
			for s.count("/api/executions", c.settled) < calls {
				<-time.After(10 * time.Millisecond)
			}
			var plan bulkState
			s.ask("POST", "/api/bulk", c.body, &plan)
			if plan.Count != calls || plan.State != "planned" || !plan.Complete || plan.By != "the server's token" {
				t.Fatalf("%+v", plan)
			}
			if e := plan.Effects; c.kind == "retry" && (e.Sample != 50 || e.Written != 50 || e.WrittenAgain != 50) {
				t.Errorf("%+v", e)
			}
			s.stop()
			for i, d := range c.deaths {
				s.start(d.left, d.late)
				if i == 0 { // it dies when the start is written
					s.as(token(t, s.dir), "POST", "/api/bulk/"+plan.ID+"/start", "", 503, nil)
				}
				for !s.store.isDead() {
					<-time.After(10 * time.Millisecond)
				}
				s.stop()
			}
			s.start(-1, false)
			b := s.until(plan.ID)
			if b.Acted != calls || b.Skipped+b.Failed != 0 {
				t.Errorf("%d acted, %d skipped, %d failed: %v", b.Acted, b.Skipped, b.Failed, b.Problems)
			}
			want := calls
			if c.kind == "replay" {
				want *= 2
			}
			for s.count("/api/executions", "status:queued,running") > 0 {
				<-time.After(10 * time.Millisecond)
			}
			if n := s.count("/api/executions", c.after); n != want {
				t.Errorf("%d executions are %s, want %d", n, c.after, want)
			}
			if c.kind == "replay" && s.count("/api/deliveries", "workflow:works") != want {
				t.Errorf("%d deliveries", s.count("/api/deliveries", "workflow:works"))
			}
			of := s.records()
			for i := range calls {
				if of[i] != c.records {
					t.Errorf("there are %d records of the call %d, want %d", of[i], i, c.records)
				}
			}
		})
	}
}

// TestAKeyOfAWorkflowActsOnItsTargetsAlone plans with a key that is bound to a workflow.
func TestAKeyOfAWorkflowActsOnItsTargetsAlone(t *testing.T) {
	s := &bulkServer{t: t, dir: t.TempDir()}
	s.start(-1, false)
	for _, key := range []string{"fails", "fails", "waits"} {
		if status, _, _ := call(t, s.app.URL()+"/api/webhooks/"+key, "", "", `{"n":1}`); status != 200 {
			t.Fatal(status)
		}
	}
	for s.count("/api/executions", "status:failed") < 2 || s.count("/api/executions", "status:waiting") < 1 {
		<-time.After(10 * time.Millisecond)
	}
	var key struct{ Secret string }
	s.ask("POST", "/api/keys", `{"name":"ci","role":"operator","workflows":["fails"]}`, &key)
	var none, own, all bulkState
	s.as(key.Secret, "POST", "/api/bulk", `{"kind":"cancel","q":"status:waiting"}`, 200, &none)
	if none.ID != "" || none.Count != 0 {
		t.Errorf("%+v", none)
	}
	s.ask("POST", "/api/bulk", `{"kind":"cancel","q":"-workflow:nothing"}`, &all)
	if all.Count != 1 || all.ByWorkflow[0].Workflow != "waits" {
		t.Errorf("%+v", all)
	}
	for _, path := range []string{"POST /start", "POST /stop", "GET "} {
		method, verb, _ := strings.Cut(path, " ")
		s.as(key.Secret, method, "/api/bulk/"+all.ID+verb, "", 404, nil)
	}
	s.as(key.Secret, "POST", "/api/bulk", `{"kind":"retry","q":"-workflow:nothing"}`, 200, &own)
	if own.Count != 2 || len(own.ByWorkflow) != 1 || own.By != "API key ci" {
		t.Errorf("%+v", own)
	}
	s.as(key.Secret, "POST", "/api/bulk/"+own.ID+"/start", "", 200, nil)
	if b := s.until(own.ID); b.Acted != 2 {
		t.Errorf("%+v", b)
	}
	var list struct{ Items []bulkState }
	s.as(key.Secret, "GET", "/api/bulk", "", 200, &list)
	if len(list.Items) != 1 || list.Items[0].ID != own.ID {
		t.Errorf("%+v", list)
	}
	s.as(key.Secret, "POST", "/api/bulk/"+own.ID+"/start", "", 409, nil)
	if s.count("/api/executions", "status:waiting") != 1 {
		t.Error("an execution of another workflow was canceled")
	}
}
