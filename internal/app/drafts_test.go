package app_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"hookline.dev/hookline/internal/app"
)

// step is one request of a scenario. IF in a header stands for the ETag of the last answer that had one.
type step struct {
	call   string // method and path
	body   string
	ifTag  string // If-Match: "" none, "last", or a literal
	status int
	has    []string
	hasNot []string
}

// scenario plays requests in order against one server.
func (d *desk) scenario(steps []step) {
	d.t.Helper()
	tag := ""
	for i, s := range steps {
		headers := []string{"Content-Type: application/json"}
		switch s.ifTag {
		case "":
		case "last":
			headers = append(headers, "If-Match: "+tag)
		default:
			headers = append(headers, "If-Match: "+s.ifTag)
		}
		if strings.HasPrefix(s.body, "#yaml") {
			headers[0] = "Content-Type: application/yaml"
		}
		status, h, text := d.ask(s.call, s.body, headers...)
		if status != s.status {
			d.t.Fatalf("step %d, %s: status %d, want %d: %s", i+1, s.call, status, s.status, text)
		}
		if t := h.Get("ETag"); t != "" {
			tag = t
		}
		for _, part := range s.has {
			if !strings.Contains(text, part) {
				d.t.Errorf("step %d, %s: %s\nlacks %s", i+1, s.call, text, part)
			}
		}
		for _, part := range append(s.hasNot, "hunter2") {
			if strings.Contains(text, part) {
				d.t.Errorf("step %d, %s: %s\nhas %s", i+1, s.call, text, part)
			}
		}
	}
}

// openDesk starts a server over a directory of documents, "" for none.
func openDesk(t *testing.T, data, documents string) (*desk, func()) {
	t.Helper()
	c := settings(data)
	c.Workflows = documents
	a, err := app.New(c, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	stop := sync.OnceFunc(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := a.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return &desk{t: t, base: a.URL(), token: token(t, data)}, stop
}

const (
	orders = `{"workflow":"orders","title":"Orders","trigger":{"type":"webhook","auth":{"basic":{"username":"u","password":"hunter2"}}},"nodes":[{"key":"a","type":"end"}]}`
	guard  = `"auth":{"basic":{"username":"u","password":"********"}}`
)

func TestAWorkflowIsMadeEditedAndPublished(t *testing.T) {
	d, _ := openDesk(t, t.TempDir(), "")
	d.scenario([]step{
		{call: "POST /api/workflows", body: `{"key":"orders","document":` + orders + `}`, status: 201, has: []string{`"workflow":"orders"`, `"stored":true`, `"base":0`, guard, `"problems":[]`}},
		{call: "POST /api/workflows", body: `{"key":"orders"}`, status: 409, has: []string{"there is a workflow orders already"}},
		{call: "POST /api/workflows", body: `{"key":"Orders!"}`, status: 422, has: []string{`lower-case`}},
		{call: "POST /api/workflows", body: `{"key":"x","document":{"a":1,"a":2}}`, status: 422, has: []string{"given twice"}},
		{call: "GET /api/workflows", status: 200, has: []string{`"key":"orders"`, `"title":"Orders"`, `"version":0`, `"changedBy":"the server's token"`}},
		{call: "GET /api/workflows/orders", status: 200, has: []string{`"version":0`}},
		{call: "POST /api/webhooks/orders", status: 404},

		// Without the ETag nothing changes; a wrong one shows the draft and who changed it.
		{call: "PUT /api/workflows/orders/draft", body: `{"document":{}}`, status: 422, has: []string{"If-Match"}},
		{call: "PUT /api/workflows/orders/draft", body: `{"document":{}}`, ifTag: `"0"`, status: 412, has: []string{`"current":{"workflow":"orders"`, "the server's token changed it at", guard}},
		{call: "GET /api/workflows/orders/draft?yaml=true", status: 200, has: []string{`"yaml":"workflow: orders\ntitle: Orders\n`, guard}},
		{call: "PATCH /api/workflows/orders/draft", ifTag: "last", status: 200,
			body: `{"operations":[{"op":"add","at":{"index":0},"node":{"key":"b","type":"nope"}},{"op":"set","path":"/trigger/mode","value":"asink"}]}`,
			has: []string{`{"key":"b","type":"nope"},{"key":"a"`, `"inverse":[{"op":"set","path":"/trigger/mode"},{"op":"remove","key":"b"}]`,
				`"location":"trigger.mode"`, `"location":"nodes[0].type"`}},
		{call: "PATCH /api/workflows/orders/draft", ifTag: "last", status: 422, body: `{"operations":[{"op":"remove","key":"b"},{"op":"remove","key":"b"}]}`, has: []string{"operations[1].key"}},
		{call: "POST /api/workflows/orders/validate", status: 200, has: []string{`"valid":false`, `"location":"trigger.mode"`, `"location":"nodes[0].type"`}},
		{call: "POST /api/workflows/orders/publish", ifTag: "last", status: 422, has: []string{`"location":"trigger.mode"`, `"location":"nodes[0].type"`}},
		{call: "PATCH /api/workflows/orders/draft", ifTag: "last", status: 200, body: `{"operations":[{"op":"set","path":"/trigger/mode"},{"op":"remove","key":"b"}]}`,
			has: []string{`"problems":[]`, guard, `"nodes":[{"key":"a","type":"end"}]`}},
		{call: "POST /api/workflows/orders/validate", body: `{"yaml":"trigger: [\n"}`, status: 422, has: []string{"line"}},
		{call: "POST /api/workflows/orders/validate", body: `{"document":{"workflow":"other","trigger":{"type":"webhook"},"nodes":[]}}`, status: 200, has: []string{"must stay orders"}},

		// The password was never shown, and it still is the password.
		{call: "POST /api/workflows/orders/publish", ifTag: "last", body: `{"note":"first one"}`, status: 200, has: []string{`"version":1`, `"note":"first one"`, `"publishedBy":"the server's token"`, `"enabled":true`, `"servingSince"`}, hasNot: []string{`"draft"`}},
		{call: "POST /api/webhooks/orders", status: 401},
		{call: "GET /api/workflows/orders/draft", status: 200, has: []string{`"stored":false`, `"etag":"\"base-1\""`, `"changed":false`}},
		{call: "POST /api/workflows/orders/publish", ifTag: "last", status: 409, has: []string{"there is no draft to publish"}},
		{call: "PUT /api/workflows/orders/draft", ifTag: "last", status: 200, body: `{"document":` + strings.ReplaceAll(strings.ReplaceAll(orders, "hunter2", "********"), `"Orders"`, `"New orders"`) + `}`, has: []string{guard, `"base":1`, `"changed":true`, `"problems":[]`}},
		{call: "GET /api/workflows/orders/diff", status: 200, has: []string{`{"kind":"changed","path":"/title","before":"Orders","after":"New orders"}`, `-title: Orders\n+title: New orders\n`}},
		{call: "DELETE /api/workflows/orders/draft", ifTag: `"1"`, status: 412},
		{call: "POST /api/workflows/orders/publish", ifTag: "last", status: 200, has: []string{`"version":2`}},
		{call: "GET /api/workflows/orders/versions", status: 200, has: []string{`"number":2`, `"number":1`, `"note":"first one"`, `"current":true`}},
		{call: "GET /api/workflows/orders/versions?limit=1", status: 200, has: []string{`"number":2`, `"next":"2"`}, hasNot: []string{`"number":1`}},
		{call: "GET /api/workflows/orders/versions?before=2", status: 200, has: []string{`"number":1`}, hasNot: []string{`"number":2`}},
		{call: "GET /api/workflows/orders/versions/1", status: 200, has: []string{`"title":"Orders"`, guard}},
		{call: "GET /api/workflows/orders/versions/3", status: 404},
		{call: "GET /api/workflows/orders/diff?from=1&to=2", status: 200, has: []string{`"/title"`}},
		{call: "GET /api/workflows/orders/diff?from=1&to=x", status: 422, has: []string{"to"}},

		// Back to the first, from what is published now.
		{call: "POST /api/workflows/orders/rollback", body: `{"version":1,"current":1}`, status: 409, has: []string{"version 2 was published by the server's token"}},
		{call: "POST /api/workflows/orders/rollback", body: `{"version":1,"current":2}`, status: 200, has: []string{`"version":3`, `"note":"Back to version 1"`, `"title":"Orders"`}},
		{call: "POST /api/workflows/orders/rollback", body: `{"version":1,"current":3}`, status: 409, has: []string{"is what is published now"}},

		{call: "POST /api/workflows/orders/disable", status: 200, has: []string{`"enabled":false`}},
		{call: "POST /api/webhooks/orders", status: 404},
		{call: "POST /api/workflows/orders/rename", body: `{"title":"All orders"}`, status: 200, has: []string{`"version":4`, `"title":"All orders"`, `"enabled":false`, "Renamed to All orders"}},
		{call: "POST /api/workflows/orders/rename", body: `{"title":""}`, status: 422},
		{call: "POST /api/workflows/orders/duplicate", body: `{"key":"copy"}`, status: 201, has: []string{`"workflow":"copy"`, "All orders (copy)", guard}},
		{call: "POST /api/workflows/copy/publish", ifTag: "last", status: 200, has: []string{`"enabled":true`}},
		{call: "POST /api/webhooks/copy", status: 401},
		{call: "GET /api/workflows?search=ALL&sort=title&limit=1", status: 200, has: []string{`"key":"orders"`, `"next"`}},
		{call: "GET /api/workflows?cursor=dGl0bGUAYQBi", status: 422, has: []string{"cursor: belongs to another order"}},
		{call: "GET /api/workflows?sort=title&cursor=dGl0bGUAYQBi", status: 200},
		{call: "GET /api/workflows?sort=title&cursor=dGl0bGUAYQ", status: 422, has: []string{"not from a page"}},
		{call: "GET /api/workflows?state=disabled", status: 200, has: []string{`"key":"orders"`}, hasNot: []string{`"key":"copy"`}},
		{call: "GET /api/workflows?cursor=%00", status: 422, has: []string{"cursor"}},

		{call: "DELETE /api/workflows/orders", status: 204},
		{call: "DELETE /api/workflows/orders", status: 404},
		{call: "GET /api/workflows/orders", status: 404},
		{call: "GET /api/workflows/orders/draft", status: 404},
		{call: "GET /api/workflows/orders/versions", status: 200, has: []string{`"number":4`}},
		{call: "POST /api/webhooks/orders", status: 404, has: []string{"urn:hookline:problem:"}, hasNot: []string{"orders\"}"}},
	})
}

func TestTheSecondOfTwoPublishersIsTold(t *testing.T) {
	d, _ := openDesk(t, t.TempDir(), "")
	d.scenario([]step{
		{call: "POST /api/workflows", body: `{"document":` + orders + `}`, status: 201},
		{call: "POST /api/workflows/orders/publish", ifTag: "last", status: 200},
	})
	// Both begin drafts from version 1; one is published while the other is still being edited.
	_, h, _ := d.ask("GET /api/workflows/orders/draft", "")
	virtual := h.Get("ETag")
	d.scenario([]step{
		{call: "PATCH /api/workflows/orders/draft", ifTag: virtual, body: `{"operations":[{"op":"set","path":"/title","value":"One"}]}`, status: 200},
		{call: "PATCH /api/workflows/orders/draft", ifTag: virtual, body: `{"operations":[{"op":"set","path":"/title","value":"Two"}]}`, status: 412, has: []string{`"title":"One"`}},
		{call: "POST /api/workflows/orders/rollback", body: `{"version":1,"current":1}`, status: 409},
		{call: "POST /api/documents", body: `#yaml` + "\n" + `{workflow: orders, title: From a file, trigger: {type: webhook, auth: none}, nodes: []}`, status: 409, has: []string{"take one of them"}},
		{call: "POST /api/documents?take=file", body: `#yaml` + "\n" + `{workflow: orders, title: From a file, trigger: {type: webhook, auth: none}, nodes: []}`, status: 200, has: []string{`+title: From a file`}},
		{call: "GET /api/workflows/orders/draft", status: 200, has: []string{`"base":1`, `"current":2`}},
		{call: "POST /api/workflows/orders/publish", ifTag: "last", status: 409, has: []string{"version 2 was published by the server's token", "begun from version 1"}},
		{call: "GET /api/workflows", status: 200, has: []string{`"behind":true`}},
		{call: "PUT /api/workflows/orders/draft", ifTag: "last", body: `{"base":3,"document":{}}`, status: 422, has: []string{"has no version 3"}},
		{call: "PUT /api/workflows/orders/draft", ifTag: "last", body: `{"base":2,"document":` + strings.ReplaceAll(orders, "hunter2", "********") + `}`, status: 200},
		{call: "POST /api/workflows/orders/publish", ifTag: "last", status: 200, has: []string{`"version":3`}},
	})

	// At once: each of many publishers has read the same draft, and exactly one publishes it.
	d.scenario([]step{
		{call: "GET /api/workflows/orders/draft", status: 200},
		{call: "PATCH /api/workflows/orders/draft", ifTag: "last", body: `{"operations":[{"op":"set","path":"/title","value":"Race"}]}`, status: 200},
	})
	_, h, _ = d.ask("GET /api/workflows/orders/draft", "")
	statuses := make([]int, 6)
	var all sync.WaitGroup
	for i := range statuses {
		all.Go(func() {
			statuses[i], _, _ = d.ask("POST /api/workflows/orders/publish", "", "If-Match: "+h.Get("ETag"))
		})
	}
	all.Wait()
	won := 0
	for _, s := range statuses {
		switch s {
		case http.StatusOK:
			won++
		case http.StatusPreconditionFailed, http.StatusConflict:
		default:
			t.Errorf("a publisher got %d", s)
		}
	}
	if won != 1 {
		t.Errorf("%d publishers won: %v", won, statuses)
	}
}

func TestDraftsMayBeLargeOrWrong(t *testing.T) {
	d, _ := openDesk(t, t.TempDir(), "")
	large := `{"x":"` + strings.Repeat("y", 9<<20) + `"}`
	d.scenario([]step{
		{call: "POST /api/workflows", body: `{"key":"big","document":"no workflow at all"}`, status: 201, has: []string{`"problems":[{`}},
		{call: "PUT /api/workflows/big/draft", ifTag: "last", body: `{"document":` + large + `}`, status: 200, has: []string{"the document is too large: at most 1MiB"}},
		{call: "PUT /api/workflows/big/draft", ifTag: "last", body: `{"document":{"x":"` + strings.Repeat("y", 10<<20) + `"}}`, status: 413, has: []string{"at most 10 MiB"}},
		{call: "POST /api/workflows/big/publish", ifTag: "last", status: 422, has: []string{"too large"}},
		{call: "PUT /api/workflows/big/draft", ifTag: "last", body: `{"document":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`, status: 422},
		{call: "PUT /api/workflows/big/draft", ifTag: "last", body: `{"document":`, status: 422},
		{call: "PUT /api/workflows/big/draft", ifTag: "last", body: ``, status: 422},
		{call: "PUT /api/workflows/big/draft", ifTag: "last", body: `{"document":[1e400,{"\u0000":"\ud800"}]}`, status: 200},
		{call: "DELETE /api/workflows/big/draft", ifTag: "last", status: 409, has: []string{"was never published"}},
	})
	for _, key := range []string{"..%2f..", "%00", "a%27--", "A", "-a", strings.Repeat("a", 65), "%F0%9F%98%80"} {
		status, _, text := d.ask("GET /api/workflows/"+key+"/draft", "")
		if status != 404 && status != 422 && status != 400 {
			t.Errorf("%s: %d: %s", key, status, text)
		}
		if status, _, text = d.ask("POST /api/workflows/"+key+"/duplicate", `{"key":"x/../y"}`, "Content-Type: application/json"); status/100 != 4 {
			t.Errorf("%s: %d: %s", key, status, text)
		}
	}
}

// writeFiles replaces the documents of a directory.
func writeFiles(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func titledDoc(key, title string) string {
	return fmt.Sprintf("workflow: %s\ntitle: %s\ntrigger: {type: webhook, auth: none}\nnodes: []\n", key, title)
}

func TestAFileAndTheServerMeet(t *testing.T) {
	data, docs := t.TempDir(), t.TempDir()
	files := func(a, b string) {
		writeFiles(t, docs, map[string]string{"a.yaml": titledDoc("a", a), "b.yaml": titledDoc("b", b)})
	}
	retitle := func(title string) []step {
		return []step{
			{call: "GET /api/workflows/a/draft", status: 200},
			{call: "PATCH /api/workflows/a/draft", ifTag: "last", body: `{"operations":[{"op":"set","path":"/title","value":"` + title + `"}]}`, status: 200},
			{call: "POST /api/workflows/a/publish", ifTag: "last", body: `{"note":"why"}`, status: 200, has: []string{`"edited":true`, `"source":"` + docs + "/a.yaml\""}},
		}
	}
	files("A1", "B1")
	d, stop := openDesk(t, data, docs)
	d.scenario(append(retitle("Here"), []step{
		{call: "POST /api/reload", status: 200, has: []string{`"kept":["a"]`, `"published":null`}}, // the file is as it was
		{call: "GET /api/workflows/a", status: 200, has: []string{`"title":"Here"`}},
	}...))

	files("A2", "B2")
	refused := step{call: "POST /api/reload", status: 409, has: []string{"a.yaml", "edited by the server's token at", `version 2, \"why\"`, "--take file or --take server"}}
	d.scenario([]step{
		refused,
		{call: "GET /api/workflows/b", status: 200, has: []string{`"title":"B1"`}}, // nothing of the load was taken
		{call: "GET /api/workflows?state=conflict", status: 200, has: []string{`"key":"a"`, `"conflict":"` + docs + "/a.yaml\""}},
		{call: "POST /api/reload?take=server&workflow=b", status: 409},
		{call: "POST /api/reload?take=both", status: 422},
	})

	// A start does not depend on anybody's decision: what is published stays, and other files are loaded.
	stop()
	d, stop = openDesk(t, data, docs)
	d.scenario([]step{
		{call: "GET /api/workflows/a", status: 200, has: []string{`"title":"Here"`, `"conflict"`}},
		{call: "GET /api/workflows/b", status: 200, has: []string{`"title":"B2"`}},
		refused,
		{call: "POST /api/reload?take=server&workflow=a", status: 200, has: []string{`"kept":["a"]`}},
		{call: "POST /api/reload", status: 200, has: []string{`"kept":["a"]`}}, // decided for this content of the file
		{call: "GET /api/workflows/a", status: 200, has: []string{`"title":"Here"`, `"edited":true`}, hasNot: []string{`"conflict"`}},
	})

	files("A3", "B2")
	d.scenario([]step{
		refused,
		{call: "POST /api/reload?take=file", status: 200, has: []string{`"published":["a"]`}},
		{call: "GET /api/workflows/a", status: 200, has: []string{`"title":"A3"`}, hasNot: []string{`"edited"`, `"conflict"`}},
		{call: "GET /api/workflows/a/versions", status: 200, has: []string{`"number":3`, `"origin":"` + docs + "/a.yaml\""}},
	})

	// The file may also come round to what was published here.
	d.scenario(retitle("A4"))
	files("A4", "B2")
	d.scenario([]step{
		{call: "POST /api/reload", status: 200},
		{call: "GET /api/workflows/a", status: 200, hasNot: []string{`"edited"`}},
	})

	// A new file does not take over what was made here.
	d.scenario([]step{
		{call: "POST /api/workflows", body: `{"document":{"workflow":"c","title":"Mine","trigger":{"type":"webhook","auth":"none"},"nodes":[]}}`, status: 201},
		{call: "POST /api/workflows/c/publish", ifTag: "last", status: 200},
	})
	writeFiles(t, docs, map[string]string{"c.yaml": titledDoc("c", "Yours")})
	d.scenario([]step{
		{call: "POST /api/reload", status: 409, has: []string{"c.yaml"}},
		{call: "POST /api/reload?take=server", status: 200},
		{call: "GET /api/workflows/c", status: 200, has: []string{`"title":"Mine"`, `"edited":true`}},
	})
	stop()
}

func TestWhatIsExportedIsAppliedWithoutAChange(t *testing.T) {
	d, _ := openDesk(t, t.TempDir(), "")
	all := "collections:\n  - name: pushes\n    fields: [{name: n, type: integer}]\n---\n" +
		"channels:\n  - {name: ops, type: slack, config: {url: \"{{$env.SLACK}}\"}}\n---\n" +
		"workflow: orders\ntrigger: {type: webhook, auth: {basic: {username: u, password: hunter2}}}\nnodes: [{key: save, type: record.create, config: {collection: pushes, values: {n: 1.0}}}]\n" +
		"---\n" + titledDoc("other", "Other")
	yaml := "#yaml\n"
	d.scenario([]step{
		{call: "POST /api/documents?dryRun=true", body: yaml + all, status: 200, has: []string{`"dryRun":true`, `"key":"orders","new":true`, `+workflow: orders`, `"published":["ops"]`, "pushes"}},
		{call: "GET /api/workflows", status: 200, has: []string{`"items":[]`}},
		{call: "GET /api/channels", status: 200, has: []string{`"items":[]`}},
		{call: "POST /api/documents", body: yaml + all, status: 200, has: []string{`"dryRun":false`, `"new":true`}},
		{call: "POST /api/documents", body: yaml + all, status: 200, has: []string{`"workflows":[]`, `"unchanged":["orders","other"]`}},
		{call: "GET /api/documents?workflow=nope", status: 404},
		{call: "GET /api/documents?workflow=other", status: 200, has: []string{"workflow: other"}, hasNot: []string{"pushes", "orders"}},
	})
	exported := d.must(200, "GET /api/documents", "")
	for _, part := range []string{"password: '********'", "{{$env.SLACK}}", "name: pushes", `"n": 1.0`} {
		if !strings.Contains(exported, part) && !strings.Contains(exported, strings.ReplaceAll(part, "'", `"`)) {
			t.Errorf("%s\nlacks %s", exported, part)
		}
	}
	d.scenario([]step{
		{call: "POST /api/documents", body: yaml + exported, status: 200, has: []string{`"workflows":[]`, `"unchanged":["orders","other"]`}},
		{call: "POST /api/documents?prune=true&dryRun=true", body: yaml + titledDoc("other", "Other"), status: 200, has: []string{`"removed":["orders"]`, `"disabled":["orders"]`}},
		{call: "POST /api/webhooks/orders", status: 401},
		{call: "POST /api/documents?prune=true", body: yaml + titledDoc("other", "Other"), status: 200, has: []string{`"disabled":["orders"]`}},
		{call: "POST /api/webhooks/orders", status: 404},
		{call: "POST /api/documents", body: yaml + "trigger: {type: webhook}\nnodes: []\n", status: 422, has: []string{"is required in documents that are applied"}},
		{call: "POST /api/documents", body: yaml + strings.ReplaceAll(titledDoc("new", "New"), "auth: none", "auth: {token: {header: X, value: '********'}}"), status: 422, has: []string{"is a mask"}},
		{call: "POST /api/documents", body: `{"files":[{"name":"x.yaml","text":"a: ["},{"name":"y.json","text":"{}"}]}`, status: 422, has: []string{"x.yaml:", "y.json"}},
	})
}
