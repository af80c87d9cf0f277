package document_test

import (
	"net/netip"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

const whole = `
workflow: github-push
title: Deploy
enabled: false
trigger:
  mode: sync
  methods: [GET, POST]
  path: /github/{owner}
  contentTypes: [Application/JSON]
  maxBody: 10MiB
  auth:
    basic: {username: octo, password: "{{$env.P}}"}
    token: {query: token, value: secret}
    signature:
      preset: generic-hmac
      secrets: ["{{$env.NEW}}", old]
      keys: {header: X-Sig, signed: "{url}{body}"}
      url: https://hooks.example.com/x
      observe: true
    allowIPs: [192.0.2.0/24, "::ffff:198.51.100.7"]
    any: [{token: {header: X-A, value: a}}, {signature: {preset: stripe, secrets: [b], tolerance: 10m}, allowIPs: ["2001:db8::/32"]}]
  rateLimit: {rate: 5, per: 1m, burst: 9, key: "{{$context.ip}}"}
  filter: $context.data.ok
  dedupe: {key: "{{$context.data.id}}", window: 1h, required: true}
  cors: {origins: [https://a.example], headers: [X-B], exposeHeaders: [X-C], credentials: true, maxAge: 5m}
  parameters: {headers: [{key: X-Event, alias: Event}], query: [{key: "a[0]"}], body: [{key: ref}]}
  response: {status: 201, headers: {Content-Type: text/plain}, body: [1.0]}
  sync: {onTimeout: continue}
options: {concurrency: {limit: 2, group: "{{$context.data.id}}"}, timeout: 1h, retain: 7d}
nodes:
  - {key: save, type: create, retry: {attempts: 3}, timeout: 5s, onError: continue}
  - key: ask
    type: condition
    title: Really?
    config: {when: "true"}
    branches:
      else: [{key: no, type: set}]
      then: [{key: yes, type: set}]
`

func TestEveryFieldArrives(t *testing.T) {
	file, problems := document.Parse("a.yaml", []byte(whole))
	if len(problems) > 0 {
		t.Fatal(document.Text(problems))
	}
	got := file.Workflows[0].Workflow
	empty := value.Trusted("{}")
	want := flow.Workflow{
		Key: "github-push", Title: "Deploy",
		Trigger: flow.Trigger{
			Type: "webhook", Mode: flow.Sync, Methods: []string{"GET", "POST"}, Path: "/github/{owner}",
			ContentTypes: []string{"application/json"}, MaxBody: 10 << 20,
			Auth: flow.Auth{
				Gates: flow.Gates{
					Basic: &flow.BasicAuth{Username: "octo", Password: "{{$env.P}}"},
					Token: &flow.TokenAuth{Query: "token", Value: "secret"},
					Signature: &flow.Signature{
						Preset: "generic-hmac", Secrets: []string{"{{$env.NEW}}", "old"}, Keys: value.Trusted(`{"header":"X-Sig","signed":"{url}{body}"}`),
						URL: "https://hooks.example.com/x", Observe: true,
					},
					AllowIPs: prefixes("192.0.2.0/24", "198.51.100.7/32"),
				},
				Any: []flow.Gates{
					{Token: &flow.TokenAuth{Header: "X-A", Value: "a"}},
					{Signature: &flow.Signature{Preset: "stripe", Secrets: []string{"b"}, Tolerance: 10 * time.Minute}, AllowIPs: prefixes("2001:db8::/32")},
				},
			},
			RateLimit: &flow.RateLimit{Rate: 5, Per: time.Minute, Burst: 9, Key: "{{$context.ip}}"},
			Filter:    "$context.data.ok",
			Dedupe:    flow.Dedupe{Key: "{{$context.data.id}}", Window: time.Hour, Required: true},
			CORS: &flow.CORS{
				Origins: []string{"https://a.example"}, Headers: []string{"X-B"}, Expose: []string{"X-C"}, Credentials: true, MaxAge: 5 * time.Minute,
			},
			Parameters: flow.Parameters{
				Headers: []flow.Parameter{{Key: "X-Event", Alias: "Event"}}, Query: []flow.Parameter{{Key: "a[0]"}}, Body: []flow.Parameter{{Key: "ref"}},
			},
			Response: &flow.Answer{Status: value.Int(201), Headers: value.Trusted(`{"Content-Type":"text/plain"}`), Body: value.Trusted(`[1.0]`)},
			Sync:     flow.SyncOptions{Continue: true, TimeoutStatus: 504},
		},
		Options: flow.Options{Concurrency: flow.Concurrency{Limit: 2, Group: "{{$context.data.id}}"}, Timeout: time.Hour, Retain: 7 * 24 * time.Hour},
		Nodes: []flow.Node{
			{
				Key: "save", Type: "create", Title: "save", Config: empty, Timeout: 5 * time.Second, OnError: flow.OnErrorContinue, At: "nodes[0]",
				Retry: flow.Retry{Attempts: 3, Delay: time.Second, Factor: 2, MaxDelay: time.Minute},
			},
			{
				Key: "ask", Type: "condition", Title: "Really?", Config: value.Trusted(`{"when":"true"}`), OnError: flow.OnErrorFail, At: "nodes[1]",
				Branches: []flow.Branch{
					{Name: "else", Nodes: []flow.Node{{Key: "no", Type: "set", Title: "no", Config: empty, OnError: flow.OnErrorFail, At: "nodes[1].branches.else[0]"}}},
					{Name: "then", Nodes: []flow.Node{{Key: "yes", Type: "set", Title: "yes", Config: empty, OnError: flow.OnErrorFail, At: "nodes[1].branches.then[0]"}}},
				},
			},
		},
		Document: got.Document, Revision: document.Revision(got.Document),
	}
	if diff := cmp.Diff(want, got, sameText()); diff != "" {
		t.Error(diff)
	}
	again, problems := document.FromDocument(got.Document)
	if len(problems) > 0 {
		t.Fatal(document.Text(problems))
	}
	if diff := cmp.Diff(got, again, sameText()); diff != "" {
		t.Errorf("the stored document reads differently\n%s", diff)
	}
}

func sameText() cmp.Option {
	return cmp.Options{
		cmp.Comparer(func(a, b value.Value) bool { return a.Kind() == b.Kind() && a.Text() == b.Text() }),
		cmp.Comparer(func(a, b netip.Prefix) bool { return a == b }),
	}
}

func prefixes(list ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, p := range list {
		out = append(out, netip.MustParsePrefix(p))
	}
	return out
}

func TestDefaultsOfTheLeastWorkflow(t *testing.T) {
	file, problems := document.Parse("a.yaml", []byte("workflow: a\ntrigger: {}\n"))
	if len(problems) > 0 {
		t.Fatal(document.Text(problems))
	}
	got := file.Workflows[0].Workflow
	want := flow.Workflow{
		Key: "a", Title: "a", Enabled: true, Trigger: flow.Trigger{Type: "webhook", Mode: flow.Async, Methods: []string{"POST"}, Dedupe: flow.Dedupe{Window: 72 * time.Hour}},
		Document: value.Trusted(`{"workflow":"a","trigger":{}}`), Revision: got.Revision,
	}
	if diff := cmp.Diff(want, got, sameText()); diff != "" {
		t.Error(diff)
	}
	if len(got.Revision) != 32 {
		t.Errorf("revision %q has not 16 bytes", got.Revision)
	}
}

func TestAFieldThatIsLeftOutGetsItsDefault(t *testing.T) {
	read := func(trigger string) flow.Trigger {
		t.Helper()
		file, problems := document.Parse("a.yaml", []byte("workflow: a\ntrigger: {"+trigger+"}\n"))
		if len(problems) > 0 {
			t.Fatal(document.Text(problems))
		}
		return file.Workflows[0].Trigger
	}
	if diff := cmp.Diff(&flow.RateLimit{Rate: 7, Per: time.Second, Burst: 7}, read("rateLimit: {rate: 7}").RateLimit); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(flow.Dedupe{Window: 72 * time.Hour, Required: true}, read("dedupe: {required: true}").Dedupe); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(flow.Dedupe{Off: true}, read("dedupe: none").Dedupe); diff != "" {
		t.Error(diff)
	}
}

func TestARevisionIsTheContentNotTheForm(t *testing.T) {
	yaml, _ := document.Parse("a.yaml", []byte("# why\nworkflow:   a\ntrigger:\n    type: 'webhook'\n"))
	json, _ := document.Parse("a.json", []byte("{ \"workflow\" : \"a\",\n\"trigger\":{\"type\":\"web\\u0068ook\"}}"))
	other, _ := document.Parse("a.yaml", []byte("workflow: a\ntrigger: {type: webhook, mode: async}\n"))
	if a, b := yaml.Workflows[0].Revision, json.Workflows[0].Revision; a != b {
		t.Errorf("YAML gives %s, JSON %s", a, b)
	}
	if yaml.Workflows[0].Revision == other.Workflows[0].Revision {
		t.Error("another document has the same revision")
	}
}

func TestAWorkflowWithoutKeyGetsARandomOne(t *testing.T) {
	seen := make(map[string]bool)
	for _, text := range []string{"workflow:\ntrigger: {type: webhook}", "trigger: {type: webhook}", "title: x\nworkflow: ~\ntrigger: {}"} {
		file, problems := document.Parse("a.yaml", []byte(text))
		if len(problems) > 0 {
			t.Fatal(document.Text(problems))
		}
		w := file.Workflows[0]
		if !w.Generated || len(w.Key) != 24 || seen[w.Key] {
			t.Errorf("%q: key %q, generated %v", text, w.Key, w.Generated)
		}
		seen[w.Key] = true
		if !strings.HasPrefix(w.Document.Text(), `{"workflow":"`+w.Key+`",`) {
			t.Errorf("the document does not name the key: %s", w.Document)
		}
		if _, problems := document.FromDocument(w.Document); len(problems) > 0 {
			t.Error(document.Text(problems))
		}
	}
	if _, problems := document.FromDocument(value.Trusted(`{"trigger":{}}`)); len(problems) != 1 || problems[0].Path != "workflow" {
		t.Errorf("a stored document without a key: %v", problems)
	}
}

func TestWithKeyGivesTheSameRevisionEveryTime(t *testing.T) {
	read := func() flow.Workflow {
		file, _ := document.Parse("a.yaml", []byte("trigger: {type: webhook}"))
		return document.WithKey(file.Workflows[0].Workflow, "first")
	}
	a, b := read(), read()
	if diff := cmp.Diff(a, b, sameText()); diff != "" || a.Title != "first" {
		t.Errorf("title %q\n%s", a.Title, diff)
	}
}

func TestCompileFollowsTheOrderOfTheProgram(t *testing.T) {
	file, _ := document.Parse("a.yaml", []byte(whole))
	c, problems := document.Compile(file.Workflows[0].Workflow, fakes())
	if len(problems) > 0 {
		t.Fatal(document.Text(problems))
	}
	var got []string
	for i := range c.Program.Len() {
		if n := c.Program.Node(i); n.Type != c.Infos[i].Type || c.Nodes[i] == nil {
			t.Errorf("node %d is %s, its info %s", i, n.Type, c.Infos[i].Type)
		} else {
			got = append(got, n.Key+" "+n.Type)
		}
	}
	want := []string{"save record.create", "ask condition", "no set", "yes set"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if c.Group == nil || c.Group.Source() != "{{$context.data.id}}" {
		t.Errorf("group: %v", c.Group)
	}
	if file.Workflows[0].Nodes[0].Type != "create" {
		t.Error("Compile changed the workflow it was given")
	}
}

func TestBounds(t *testing.T) {
	many := func(n int, s string) string { return strings.Repeat(s, n) }
	for name, c := range map[string]struct{ text, want string }{
		"a large file":        {many(document.MaxFile+1, " "), "the file is too large: at most 1MiB"},
		"many documents":      {many(document.MaxDocuments+1, "---\n"), "more than 500 documents in one file"},
		"many values":         {"workflow: a\nx: [" + many(document.MaxEntries, "1,") + "1]", "the document is too large"},
		"a large expansion":   {"workflow: a\nx: &a " + many(document.MaxDocument/2, "y") + "\nz: [*a, *a, *a]", "the document is too large: at most 100000 values and 1MiB"},
		"deep lists":          {"a: " + many(20_000, "["), "not valid YAML: exceeded max depth of 10000"},
		"deep blocks":         {many(20_000, "- "), "not valid YAML: exceeded max depth of 10000"},
		"a long number":       {"workflow: a\nx: " + many(2000, "9"), "the number is too long"},
		"a long hex number":   {"workflow: a\nx: 0x" + many(2000, "f"), "the number is too long"},
		"an alias of aliases": {"workflow: a\nx: &a {k: &b " + many(1000, "y") + "}\nz: [" + many(2000, "*b,") + "]", "the document is too large"},
	} {
		t.Run(name, func(t *testing.T) {
			_, problems := document.Parse("a.yaml", []byte(c.text))
			if text := document.Text(problems); !strings.Contains(text, c.want) {
				t.Errorf("got %.300s, want %s", text, c.want)
			}
		})
	}
}

func TestManyProblemsAreBounded(t *testing.T) {
	_, problems := document.Parse("a.yaml", []byte("workflow: a\ntrigger: {}\nnodes:\n"+strings.Repeat("  - {x: 1}\n", 400)))
	if len(problems) != document.MaxProblems+1 || !strings.Contains(problems[document.MaxProblems].Message, "more problems are not shown") {
		t.Errorf("%d problems, the last: %v", len(problems), problems[len(problems)-1])
	}
}

func TestAFolderThatCannotBeRead(t *testing.T) {
	_, problems := document.Load(fstest.MapFS{"a.yaml/b": {}}, "here", fakes())
	if len(problems) != 0 {
		t.Errorf("a folder called a.yaml: %v", problems)
	}
	_, problems = document.LoadFiles(fstest.MapFS{}, "here", []string{"a.yaml"}, fakes())
	if got, want := document.Text(problems), "here/a.yaml: the file cannot be read: file does not exist"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestConflictsOfWorkflowsWithoutFilesNameTheWorkflow(t *testing.T) {
	trigger := flow.Trigger{Path: "/x", Methods: []string{"POST"}}
	problems := document.Conflicts([]flow.Workflow{
		{Key: "first", Enabled: true, Trigger: trigger},
		{Key: "off", Trigger: trigger},
		{Key: "second", Enabled: true, Trigger: trigger},
	})
	want := "workflow second: trigger.path: POST /x is claimed by workflow first already; take another path or method"
	if got := document.Text(problems); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
