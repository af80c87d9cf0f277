package dryrun_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/channel"
	channelkinds "hookline.dev/hookline/internal/channel/kinds"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/dryrun"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/ingress"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/node/kinds"
	"hookline.dev/hookline/internal/node/notify"
	"hookline.dev/hookline/internal/node/request"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/blobdir"
	"hookline.dev/hookline/internal/store/sqlite"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/vault"
	"hookline.dev/hookline/internal/verify/preset"
)

// fixture is a Tester over a real store.
type fixture struct {
	*testing.T
	*dryrun.Tester
	store store.Store
	known document.Known
}

// env are the variables.
type env map[string]string

// Lookup implements run.Secrets. ZONE is no secret.
func (e env) Lookup(name string) (vault.Variable, bool) {
	text, ok := e[name]
	return vault.Variable{Text: text, Plain: name == "ZONE"}, ok
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	dir := t.TempDir()
	blobs, err := blobdir.Open(dir+"/blobs", blobdir.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := sqlite.Open(sqlite.Options{Dir: dir, Blobs: blobs, Reserve: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if _, err := s.Redefine(store.Redefinition{Wanted: []collection.Collection{{Name: "people", Fields: []collection.Field{
		{Name: "email", Type: collection.String, Required: true, Unique: true}, {Name: "age", Type: collection.Integer, Index: true},
	}}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Write(collection.Op{Kind: collection.Create, Collection: "people", Values: value.Trusted(`{"email":"ada@example.com","age":36}`)}); err != nil {
		t.Fatal(err)
	}
	vars := env{"ZONE": "Europe/Vienna", "TOKEN": "a-long-secret-token", "PIN": "1234", "BASE": "https://api.example.com", "HOOK": "open sesame", "CHAT": "https://hooks.slack.com/services/T/B/abcdefghijkl"}
	f := &fixture{T: t, store: s, known: document.Known{Presets: preset.Set(), Channels: channelkinds.Set(nil), Kinds: kinds.Set(kinds.Deps{})}}
	f.Tester = dryrun.New(dryrun.Options{
		Records: s, Blobs: blobs, Secrets: vars, Known: f.known,
		Kinds: func(d dryrun.Doubles) *node.Set {
			return kinds.Set(kinds.Deps{
				Records: d.Records, Request: request.Deps{Client: outbound.New(outbound.Options{Instead: d.Wire}), Tokens: request.FixedTokens("imaginary")},
				Notify: notify.Deps{Channels: d.Channels, Files: d.Files},
			})
		},
		Channels: func() []channel.Entry { return []channel.Entry{f.slack()} },
		Handler:  f.handler,
		Routes: func() ingress.Resources {
			return ingress.Resources{Env: func(name string) (string, bool) { v, ok := vars.Lookup(name); return v.Text, ok }, Presets: f.known.Presets}
		},
		Ingress: ingress.Options{},
		Limits:  dryrun.Limits{StepResult: 1 << 20, TemplateOutput: 1 << 20},
		IDs:     ident.NewSource(clock.System(), 0), Clock: clock.System(), Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	return f
}

// slack is a channel.
func (f *fixture) slack() channel.Entry {
	k := f.known.Channels.Find("slack")
	config := value.Trusted(`{"url":"{{$env.CHAT}}"}`)
	c, problems := k.Compile(config)
	if len(problems) > 0 {
		f.Fatal(problems)
	}
	return channel.Entry{Definition: channel.Definition{Name: "team", Type: "slack", Config: config}, Info: k.Info(), Channel: c}
}

// handler is the workflow that handles failures.
func (f *fixture) handler(key string) *document.Compiled {
	if key != "alarm" {
		return nil
	}
	c, problems := document.Compile(f.workflow("workflow: alarm\ntrigger: {type: call}\nnodes: []\n"), f.known)
	if len(problems) > 0 {
		f.Fatal(problems)
	}
	return c
}

// workflow reads a document.
func (f *fixture) workflow(text string) flow.Workflow {
	f.Helper()
	file, problems := document.Parse("test.yaml", []byte(text))
	if len(problems) == 0 {
		var b document.Bundle
		if b, problems = document.Assemble([]document.File{file}, f.known); len(problems) == 0 {
			return b.Workflows[0].Workflow
		}
	}
	f.Fatal(document.Text(problems))
	return flow.Workflow{}
}

// run runs a workflow on a JSON body, and checks that the store is unchanged.
func (f *fixture) run(text, data string, answers map[string][]dryrun.Answer) dryrun.Report {
	f.Helper()
	return f.test(dryrun.Test{Workflow: f.workflow(text), Request: posted(data), Answers: answers})
}

func (f *fixture) test(test dryrun.Test) dryrun.Report {
	f.Helper()
	before := f.contents()
	out, err := f.Tester.Run(f.Context(), test)
	if err != nil {
		f.Fatalf("%v", err)
	}
	if after := f.contents(); after != before {
		f.Fatalf("the store was\n%s\nand is\n%s", before, after)
	}
	return out
}

// posted is a call with a JSON body.
func posted(data string) hook.Request {
	return hook.Request{Headers: []hook.Header{{Name: "Content-Type", Value: "application/json"}}, ContentType: "application/json", Body: []byte(data), IP: "192.0.2.1"}
}

// contents describes what the store has.
func (f *fixture) contents() string {
	f.Helper()
	ctx := context.Background()
	found, err := f.store.Find(ctx, collection.Query{Collection: "people", PageSize: 500})
	if err != nil {
		f.Fatal(err)
	}
	executions, err := f.store.Executions(ctx, store.Listing{Limit: 10})
	if err != nil {
		f.Fatal(err)
	}
	deliveries, err := f.store.Deliveries(ctx, store.Listing{Limit: 10})
	if err != nil {
		f.Fatal(err)
	}
	return fmt.Sprint(found.Records, executions, deliveries)
}

// steps describes the steps of a run, one in a line.
func steps(r dryrun.Report) string {
	var b strings.Builder
	for _, s := range r.Steps {
		fmt.Fprintf(&b, "%s %s", s.Path, s.Status)
		if s.Attempt > 1 {
			fmt.Fprintf(&b, " #%d", s.Attempt)
		}
		if s.Branch != "" {
			fmt.Fprintf(&b, " ->%s", s.Branch)
		}
		if s.Error != nil {
			fmt.Fprintf(&b, " %s", s.Error.Code)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// result is the result of the last row of a node.
func result(r dryrun.Report, key string) value.Value {
	for _, step := range slices.Backward(r.Steps) {
		if step.Node == key {
			return step.Result
		}
	}
	return value.Value{}
}

const day = 24 * time.Hour
