package engine_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/vault"
)

// secretValue has characters that JSON escapes. Its core has none, so no escape hides it.
const (
	secretCore  = "s3cret"
	secretValue = "-----\n\"" + secretCore + "\\t0kén<&>\"\n-----\n"
)

// oneSecret is the variable TOKEN.
type oneSecret struct{}

func (oneSecret) Lookup(name string) (vault.Variable, bool) {
	return vault.Variable{Text: secretValue}, name == "TOKEN"
}

// leaky is a kind that sends a secret and repeats it wherever it can.
func leaky(t *testing.T, panics bool, sent func(string)) *fake {
	t.Helper()
	var cfg struct {
		Token string `json:"token" secret:"true"`
	}
	r := node.Read(value.Trusted(`{"token":"Bearer {{$env.TOKEN}}"}`), &cfg, node.About{})
	rendered := r.Template()
	if _, problems := r.Done(nil); len(problems) > 0 {
		t.Fatal(problems)
	}
	return &fake{
		info:   node.Info{Effect: node.Outbound},
		render: rendered.Render,
		run: func(_ context.Context, in node.Input) (node.Result, error) {
			resolved, err := rendered.Resolve(in)
			if err != nil {
				return node.Result{}, err
			}
			token, _ := resolved.Get("token").Str()
			sent(token)
			lines := []flow.LogLine{{Level: "info", Text: "sent " + token}}
			switch {
			case panics:
				panic(token)
			case in.Attempt == 1:
				return node.Result{}, &node.Failure{Code: "refused", Message: "refused " + token, Log: lines}
			default:
				return node.Result{Value: resolved, Log: lines}, nil
			}
		},
	}
}

// TestASecretIsInNoJournalLogOrError has a node repeat its secret in its result, its error, its log and a panic, through
// a restart between two attempts.
func TestASecretIsInNoJournalLogOrError(t *testing.T) {
	for _, panics := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			var sent []string
			var log safeBuffer
			nodes := list(1)
			nodes[0].Retry = flow.Retry{Attempts: 2, Delay: time.Minute, Factor: 1}
			m := newMemory()
			m.saw = func(c store.Commit) {
				if text, err := json.Marshal(c); err != nil || bytes.Contains(text, []byte(secretCore)) {
					t.Errorf("a commit holds the secret: %s, %v", text, err)
				}
			}
			c := flowOf(flow.Options{}, nodes, leaky(t, panics, func(token string) { sent = append(sent, token) }))
			w := startWithSecret(t, m, c, &log)
			id := w.call()
			synctest.Wait()
			w.close(t)
			if !panics {
				w = startWithSecret(t, m, c, &log)
				<-w.ended
				w.close(t)
			}
			loaded, err := m.Load(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			if attempts := map[bool]int{false: 2, true: 1}[panics]; len(sent) != attempts || sent[attempts-1] != "Bearer "+secretValue {
				t.Errorf("sent %q", sent)
			}
			if input := loaded.Steps[0].Input.Text(); input != `{"token":{"$secret":"Bearer {{$env.TOKEN}}"}}` {
				t.Errorf("the journal has the input %s", input)
			}
			for _, step := range loaded.Steps {
				if text := fmt.Sprint(step.Input, step.Result, step.Error, step.Log); strings.Contains(text, secretCore) || !strings.Contains(text, "$env.TOKEN") {
					t.Errorf("a step holds the secret: %s", text)
				}
				if step.Error != nil && strings.Contains(step.Error.Message, secretCore) {
					t.Errorf("an error holds the secret: %s", step.Error.Message)
				}
			}
			if text := log.String(); strings.Contains(text, secretCore) || panics != strings.Contains(text, "panicked") {
				t.Errorf("the server's log: %s", text)
			}
		})
	}
}

// startWithSecret starts an engine that has the variable TOKEN.
func startWithSecret(t *testing.T, m *memory, c *document.Compiled, log io.Writer) *harness {
	t.Helper()
	w := &harness{memory: m, programs: &programs{all: []*document.Compiled{c}, current: c}, ended: make(chan flow.Execution, 10)}
	lease, err := m.Begin(clock.System().Now())
	if err != nil {
		t.Fatal(err)
	}
	w.ids = ident.NewSource(clock.System(), lease.Node)
	w.Engine = engine.New(m, w.programs, oneSecret{}, ends{w.ended}, nil, clock.System(), slog.New(slog.NewTextHandler(log, nil)), engine.Options{Lease: lease})
	if err := w.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

// TestANodeWithoutSecretsRepeatsWhatItWasSent has a caller guess the secret: whether a guess is right must not show.
func TestANodeWithoutSecretsRepeatsWhatItWasSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		want := value.String("is it " + secretValue)
		m := newMemory()
		nodes := list(2)
		nodes[0].Retry = flow.Retry{Attempts: 2, Delay: time.Second, Factor: 1}
		c := flowOf(flow.Options{}, nodes, leaky(t, false, func(string) {}), &fake{
			run: func(context.Context, node.Input) (node.Result, error) {
				return node.Result{Value: want, Log: []flow.LogLine{{Text: secretValue}}}, nil
			},
		})
		w := startWithSecret(t, m, c, io.Discard)
		id := w.call()
		<-w.ended
		w.close(t)
		loaded, err := m.Load(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		step := loaded.Steps[len(loaded.Steps)-1]
		if step.Result.Text() != want.Text() || step.Log[0].Text != secretValue {
			t.Errorf("the step has %s and %v", step.Result, step.Log)
		}
	})
}

// safeBuffer is a buffer that several goroutines write to.
type safeBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
