package app_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// attempt is a request before it is sent, so that it can be broken.
type attempt struct {
	operation *operation
	params    map[string]string // in the path
	query     url.Values
	header    http.Header
	body      any // a value that is sent as JSON, a text, or nil
}

// impossible lists the operations that cannot succeed in this world, with the reason.
func impossible() map[string]string {
	return map[string]string{
		"set-up":         "there is an admin already",
		"begin-sign-on":  "there is no provider",
		"finish-sign-on": "there is no provider",
	}
}

// example returns a request that should succeed for a principal that may do everything, if it is about the workflow key.
func (w *world) example(o *operation, p *principal, key string) attempt {
	w.Helper()
	a := attempt{operation: o, params: map[string]string{}, query: url.Values{}, header: http.Header{}}
	for _, in := range o.Parameters {
		if in.In == "path" {
			a.params[in.Name] = w.pathValue(o, in.Name, p, key)
		}
	}
	if fill := fills()[o.ID]; fill != nil {
		fill(w, &a, key)
	}
	for _, in := range o.Parameters {
		if in.Name == "If-Match" && strings.HasSuffix(o.path, "/{key}/draft") || o.ID == "publish-draft" {
			a.header.Set("If-Match", w.tag(key))
		}
	}
	return a
}

// pathValue returns the value of a parameter in the path. What the operation deletes is new.
func (w *world) pathValue(o *operation, name string, p *principal, key string) string {
	at, _, _ := strings.Cut(o.path, "/{"+name+"}")
	deletes := o.method == http.MethodDelete && strings.HasSuffix(o.path, "/{"+name+"}")
	switch at + "/" + name {
	case "/api/executions/id":
		if o.ID == "cancel-execution" {
			_, id := w.call(key, "x", "wait")
			return id
		}
		return w.of[key].failed
	case "/api/deliveries/id":
		return w.of[key].delivery
	case "/api/collections/name":
		if deletes {
			made := w.fresh("made")
			w.must("POST", "/api/collections/apply", "collections: [{name: "+made+", fields: [{name: a, type: string}]}]")
			return made
		}
		return "pushes"
	case "/api/collections/{name}/records/id":
		return w.record()
	case "/api/channels/name":
		if deletes {
			made := w.fresh("made")
			w.must("PUT", "/api/channels/"+made, slackChannel())
			return made
		}
		return "ops"
	case "/api/variables/name":
		made := w.fresh("MADE_")
		w.must("PUT", "/api/variables/"+made, map[string]any{"value": "value of " + made})
		return made
	case "/api/keys/id":
		return w.made("/api/keys", map[string]any{"name": "made", "role": "viewer"})
	case "/api/users/id":
		return w.made("/api/users", map[string]any{"email": w.fresh("u") + "@example.com", "role": "viewer"})
	case "/api/bulk/id":
		id := w.made("/api/bulk", bulkPlan(key))
		if o.ID == "stop-bulk" {
			w.must("POST", "/api/bulk/"+id+"/start", nil)
		}
		return id
	case "/api/me/sessions/id":
		if p.cookie == "" {
			return "ses_0"
		}
		w.signIn(adminEmail, w.secrets["password"])
		return w.otherSession(p)
	default:
		if v, ok := map[string]string{"key": key, "number": "1", "n": "1", "part": "result", "profile": "goroutine", "collection": "pushes"}[name]; ok {
			return v
		}
		return "1"
	}
}

func slackChannel() map[string]any {
	return map[string]any{"type": "slack", "config": map[string]any{"url": "{{$env.OPS_URL}}"}}
}

// bulkPlan is a bulk retry of the failed executions of a workflow.
func bulkPlan(key string) map[string]any {
	return map[string]any{"kind": "retry", "q": "status:failed workflow:" + key}
}

// record returns the id of a new record.
func (w *world) record() string {
	var made struct{ ID json.Number }
	w.decode(w.must("POST", "/api/collections/pushes/records", map[string]any{"branch": "main"}), &made)
	return made.ID.String()
}

// made makes something and returns its id.
func (w *world) made(path string, in map[string]any) string {
	var made struct{ ID string }
	w.decode(w.must("POST", path, in), &made)
	return made.ID
}

// otherSession returns a session of the user that is not the principal's own.
func (w *world) otherSession(p *principal) string {
	req := w.request("GET", "/api/me/sessions", nil)
	p.as(req)
	_, _, text := w.do(req)
	var page struct {
		Items []struct {
			ID      string
			Current bool
		}
	}
	w.decode(text, &page)
	for _, s := range page.Items {
		if !s.Current {
			return s.ID
		}
	}
	return "ses_0"
}

// document returns a document of a workflow.
func document(key string) map[string]any {
	return map[string]any{"workflow": key, "title": "Changed", "trigger": map[string]any{"auth": "none"}, "nodes": []any{map[string]any{"key": "a", "type": "end"}}}
}

// changed stores a draft.
func (w *world) changed(key string) {
	w.must("PUT", "/api/workflows/"+key+"/draft", map[string]any{"document": document(key)}, "If-Match", w.tag(key))
}

// twice publishes a second version, and returns its number.
func (w *world) twice(key string) json.Number {
	w.changed(key)
	w.must("POST", "/api/workflows/"+key+"/publish", map[string]any{}, "If-Match", w.tag(key))
	var now struct{ Version json.Number }
	w.decode(w.must("GET", "/api/workflows/"+key, nil), &now)
	return now.Version
}

// fills completes the examples of the operations that need more than their path.
func fills() map[string]func(w *world, a *attempt, key string) {
	body := func(v any) func(*world, *attempt, string) { return func(_ *world, a *attempt, _ string) { a.body = v } }
	tk := func(of func(w *world, key string) string, body any) func(*world, *attempt, string) {
		return func(w *world, a *attempt, key string) {
			a.query.Set("filterByTk", of(w, key))
			a.body = body
		}
	}
	keyOf := func(_ *world, key string) string { return key }
	recordOf := func(w *world, _ string) string { return w.record() }
	waiting := func(w *world, key string) string { _, id := w.call(key, "x", "wait"); return id }
	done := func(w *world, key string) string { return w.of[key].done }
	m := func(pairs ...any) map[string]any {
		out := map[string]any{}
		for i := 0; i < len(pairs); i += 2 {
			out[pairs[i].(string)] = pairs[i+1]
		}
		return out
	}
	sample := m("method", "POST", "headers", []any{m("name", "Content-Type", "value", "application/json")}, "body", `{"say":"x"}`)
	return map[string]func(*world, *attempt, string){
		"put-channel":       body(slackChannel()),
		"test-channel":      body(m("text", "hello")),
		"apply-collections": body("collections: [{name: pushes, fields: [{name: branch, type: string, index: true}, {name: n, type: json}]}]"),
		"plan-collections":  body("collections: [{name: pushes, fields: [{name: branch, type: string, index: true}]}]"),
		"drop-collection":   func(_ *world, a *attempt, _ string) { a.query.Set("yes", "true") },
		"create-records":    body([]any{m("branch", "main", "n", 1.5), m("branch", "two")}),
		"import-records": func(_ *world, a *attempt, _ string) {
			a.body = "branch,n\nmain,1\n"
			a.header.Set("Content-Type", "text/csv")
		},
		"update-record":   body(m("branch", "changed")),
		"apply-documents": body(ground),
		"retry-execution": body(m()),
		"replay-delivery": func(_ *world, a *attempt, _ string) { a.query.Set("force", "true") },
		"create-key":      body(m("name", "made", "role", "viewer")),
		"sign-in": func(w *world, a *attempt, _ string) {
			a.body = m("email", adminEmail, "password", w.secrets["password"])
		},
		"change-password": func(w *world, a *attempt, _ string) {
			a.body = m("old", w.secrets["password"], "new", w.secrets["password"])
		},
		"create-user": func(w *world, a *attempt, _ string) {
			a.body = m("email", w.fresh("v")+"@example.com", "role", "viewer", "name", "V")
		},
		"change-user":     body(m("name", "New name", "role", "operator")),
		"put-variable":    func(w *world, a *attempt, _ string) { a.body = m("value", "new value "+w.fresh(""), "kind", "secret") },
		"create-workflow": body(m("title", "New")),
		"edit-draft":      body(m("operations", []any{m("op", "set", "path", "/title", "value", "T"), m("op", "add", "at", m("index", 0), "node", m("key", "z", "type", "end"))})),
		"put-draft":       func(_ *world, a *attempt, key string) { a.body = m("document", document(key)) },
		"discard-draft":   func(w *world, _ *attempt, key string) { w.changed(key) },
		"validate-draft":  func(_ *world, a *attempt, key string) { a.body = m("document", document(key)) },
		"publish-draft": func(w *world, a *attempt, key string) {
			w.changed(key)
			a.body = m("note", "n")
		},
		"duplicate-workflow": body(m("title", "Copy")),
		"evaluate":           body(m("text", "{{$context.data.say}}", "context", m("data", m("say", 1)))),
		"rename-workflow":    body(m("title", "Renamed")),
		"roll-back":          func(w *world, a *attempt, key string) { a.body = m("current", w.twice(key), "version", 1) },
		"diff-versions": func(w *world, a *attempt, key string) {
			w.twice(key)
			a.query.Set("from", "1")
			a.query.Set("to", "2")
		},
		"plan-bulk":              func(_ *world, a *attempt, key string) { a.body = bulkPlan(key) },
		"parse-call":             body(m("text", `{"say":"x"}`)),
		"send-call":              body(m("kind", "unsigned", "request", sample)),
		"test-workflow":          body(m("request", sample)),
		"test-node":              body(m("node", "choose", "context", m("data", m("do", "go")))),
		"executions-form-cancel": tk(waiting, nil),
		"executions-form-get":    tk(done, nil),
		"workflows-form-get":     tk(keyOf, nil),
		"workflows-form-destroy": tk(keyOf, nil),
		"workflows-form-execute": tk(keyOf, m("values", m("say", "x"))),
		"workflows-form-update":  tk(keyOf, m("title", "T")),
		"workflows-form-create": func(w *world, a *attempt, _ string) {
			a.body = m("key", w.fresh("form"), "title", "New", "type", "webhook")
		},
		"workflows-form-revision": func(_ *world, a *attempt, key string) {
			a.query = url.Values{"filterByTk": {key}, "filter": {`{"key":null}`}}
		},
		"workflows-form-trigger": func(_ *world, a *attempt, key string) {
			a.query.Set("triggerWorkflows", key)
			a.body = m("say", "x")
		},
		"action-create":  body(m("branch", "x")),
		"action-update":  tk(recordOf, m("branch", "y")),
		"action-get":     tk(recordOf, nil),
		"action-destroy": tk(recordOf, nil),
	}
}
