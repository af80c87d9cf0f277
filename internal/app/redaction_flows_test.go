package app_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"

	"golang.org/x/net/http/httpguts"
)

func env(i int) string { return fmt.Sprintf("{{$env.S%d}}", i) }

// object returns an object of names and values.
func object(pairs ...any) map[string]any {
	out := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i].(string)] = pairs[i+1]
	}
	return out
}

// use publishes a workflow with secrets in random places, tests it, calls it and waits for its end.
func (r *redaction) use(key string) {
	r.Helper()
	gate, said := r.IntN(len(r.values)), ""
	auth := any("none")
	if v := r.values[gate]; httpguts.ValidHeaderFieldValue(v) && strings.TrimSpace(v) == v {
		auth = object("token", object("header", "X-Token", "value", env(gate)))
		said = v // a call is masked with the secrets of its gates
	}
	doc := object("workflow", key, "trigger", object("type", "webhook", "auth", auth), "nodes", r.nodes())
	if status, text := r.ask("POST", "/api/workflows", object("key", key, "document", doc)); status != 201 {
		r.Fatalf("%d %s", status, text)
	}
	sample := object("headers", []any{object("name", "Content-Type", "value", "application/json")}, "body", "{}")
	for _, mode := range []string{"dry", "real"} {
		r.ask("POST", "/api/workflows/"+key+"/test", object("mode", mode, "request", sample))
	}
	r.ask("POST", "/api/workflows/"+key+"/evaluate", object("text", "x "+env(r.IntN(len(r.values)))+" y"))
	_, draft := r.ask("GET", "/api/workflows/"+key+"/draft?yaml=true", nil)
	var d struct{ ETag string }
	if err := json.Unmarshal([]byte(draft), &d); err != nil {
		r.Fatal(err)
	}
	if status, text := r.ask("POST", "/api/workflows/"+key+"/publish", object(), "If-Match", d.ETag); status != 200 {
		r.Fatalf("%d %s\n%s", status, text, draft)
	}
	status, header := r.call(key, said, object("mine", said, "n", r.IntN(9)))
	if status != 200 {
		r.Fatalf("a call of %s: %d", key, status)
	}
	if said != "" { // one that is refused, with the secret elsewhere
		if status, h := r.call(key, "wrong", object("mine", said)); status == 401 {
			r.deliveries = append(r.deliveries, h.Get("Hookline-Delivery"))
		}
	}
	execution := header.Get("Hookline-Execution")
	r.deliveries, r.executions = append(r.deliveries, header.Get("Hookline-Delivery")), append(r.executions, execution)
	for {
		var e struct{ Status string }
		_, text := r.ask("GET", "/api/executions/"+execution+"/summary", nil)
		if err := json.Unmarshal([]byte(text), &e); err != nil {
			r.Fatal(err)
		}
		if e.Status != "queued" && e.Status != "running" {
			r.statuses[e.Status]++
			return
		}
	}
}

// nodes returns a request or a script that uses a secret, and nodes that do something with what came back.
func (r *redaction) nodes() []any {
	first := r.request()
	if r.IntN(4) == 0 {
		first = r.script()
	}
	nodes := []any{first}
	later := []map[string]any{
		object("type", "set", "config", object("values", object("all", "{{$nodes.a}}", "text", "got {{$nodes.a.body}}"))),
		object("type", "script", "config", object("source", pick(r.Rand,
			"console.log(JSON.stringify(nodes)); return {[String(nodes.a && nodes.a.body)]: [nodes.a]}",
			"console.error(nodes.a); return require('buffer').Buffer.from(JSON.stringify(nodes.a)).toString('base64')",
			"throw new Error('no: ' + JSON.stringify(nodes.a))",
		))),
		object("type", "record.create", "config", object("collection", "kept", "values", object("text", "{{$nodes.a}}"))),
		object("type", "notify", "config", object("channel", "chat", "text", "it was {{$nodes.a.body}}")),
		object("type", "calculate", "config", object("expression", "$nodes.a")),
		object("type", "fail", "config", object("message", "it was {{$nodes.a}}")),
		r.request(),
	}
	for i := range 1 + r.IntN(3) {
		n := maps.Clone(later[r.IntN(len(later))])
		n["key"] = fmt.Sprintf("b%d", i)
		if nodes = append(nodes, n); n["type"] == "fail" {
			break
		}
	}
	return nodes
}

// request returns a node that sends a secret somewhere.
func (r *redaction) request() map[string]any {
	s := func() string { return env(r.IntN(len(r.values))) }
	form := pick(r.Rand, "", "json", "hex", "base64", "url", "header", "close", "bad", "badjson", "badhex", "badurl")
	config := object("url", r.peer+"/in?form="+form, "method", "POST")
	for range 1 + r.IntN(2) {
		switch r.IntN(9) {
		case 0:
			config["url"] = r.peer + "/" + s() + "?form=" + form
		case 1:
			config["query"] = []any{object("name", "form", "value", form), object("name", "q", "value", s())}
			config["url"] = r.peer + "/in"
		case 2:
			config["headers"] = object("X-A", "v="+s())
		case 3:
			config["auth"] = pick(r.Rand, object("bearer", s()), object("basic", object("username", s(), "password", s())), object("header", object("name", "X-Key", "value", s())))
		case 4:
			config["body"] = object("deep", []any{object("v", s())}, "text", "a "+s()+" b")
		case 5:
			config["body"], config["contentType"] = object("v", s(), "w", "x"), pick(r.Rand, "form", "multipart")
		case 6:
			config["body"] = "text with " + s()
		case 7:
			config["sign"] = object("hmac", object("secret", s(), "header", "X-Signature"))
			config["body"] = s()
		default:
			config["url"] = "http://127.0.0.1:1/" + s() // nobody listens there
		}
	}
	config["ignoreFail"] = r.IntN(2) == 0
	return object("key", "a", "type", "request", "config", config)
}

// script returns a node that writes a secret in many ways.
func (r *redaction) script() map[string]any {
	name := fmt.Sprintf("S%d", r.IntN(len(r.values)))
	return object("key", "a", "type", "script", "config", object("env", []any{name}, "source", "const s = env."+name+", b = require('buffer').Buffer.from(s);\n"+pick(r.Rand,
		"console.log(s, [s], {s}); return {body: s, [s]: 1}",
		"console.log(b.toString('hex'), b.toString('base64')); return {body: b.toString('hex') + ' ' + b.toString('base64')}",
		"console.warn(encodeURIComponent(s), JSON.stringify(JSON.stringify(s))); return {body: JSON.stringify({s})}",
		"throw new Error('wrong: ' + s)",
		"throw {code: s}",
		"return {body: encodeURIComponent('a' + s + 'b'), again: require('buffer').Buffer.from('x' + s + 'yz').toString('base64')}",
	)))
}

// call calls a workflow. A call that says nothing has no token.
func (r *redaction) call(key, token string, body map[string]any) (int, http.Header) {
	r.Helper()
	var headers []string
	if token != "" {
		headers = []string{"X-Token", token}
	}
	status, header, _ := r.send("POST", "/api/webhooks/"+key, body, headers...)
	return status, header
}
