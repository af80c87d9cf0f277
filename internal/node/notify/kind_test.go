package notify_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/node/nodetest"
	"hookline.dev/hookline/internal/node/notify"
	"hookline.dev/hookline/internal/value"
)

// sink is a channel that keeps what it gets, and answers what the test says.
type sink struct {
	sent []channel.Message
	fail func(m channel.Message) error // nil: nothing fails
}

func (s *sink) Send(_ context.Context, m channel.Message, _ channel.Secrets) (value.Value, error) {
	s.sent = append(s.sent, m)
	if s.fail != nil {
		if err := s.fail(m); err != nil {
			return value.Value{}, err
		}
	}
	var b value.ObjectBuilder
	b.Set("to", value.String(m.To)).Set("subject", value.String(m.Subject)).Set("text", value.String(m.Text))
	return b.Set("html", value.String(m.HTML)).Set("key", value.String(m.Key)).Value(), nil
}

func (s *sink) CheckTo(to string) string {
	if strings.HasPrefix(to, "bad") {
		return "is not an address"
	}
	return ""
}

func (s *sink) Variables() []string { return nil }

// live returns channels "ops" and "slow" that deliver to s.
func live(s channel.Channel) *channel.Live {
	var l channel.Live
	l.Set([]channel.Entry{
		{Definition: channel.Definition{Name: "ops"}, Channel: s},
		{Definition: channel.Definition{Name: "slow"}, Channel: s, Info: channel.Info{Rate: channel.Rate{Messages: 1, Per: time.Minute}}},
	})
	return &l
}

// echo is a channel that can be used by many executions at once.
type echo struct{ sink }

func (e *echo) Send(ctx context.Context, m channel.Message, s channel.Secrets) (value.Value, error) {
	return (&sink{}).Send(ctx, m, s)
}

// files has one file.
type files struct{}

func (files) Open(sha string) (io.ReadCloser, int64, error) {
	if sha == "huge" {
		return io.NopCloser(strings.NewReader("")), 25<<20 + 1, nil
	}
	if sha != "aa11" {
		return nil, 0, fault.New("test", fault.NotFound, "no such file")
	}
	return io.NopCloser(strings.NewReader("content")), 7, nil
}

func TestKind(t *testing.T) {
	nodetest.Run(t, notify.New(notify.Deps{Channels: live(&echo{}), Files: files{}}))
}

// step runs a node until it ends, as the engine does: a wait moves the clock, and an attempt that failed is followed
// by another one, a minute later.
type step struct {
	node     node.Node
	input    value.Value
	now      time.Time
	round    int
	attempts int
	progress value.Value
	parts    int
}

func begin(t *testing.T, l *channel.Live, config string) *step {
	t.Helper()
	n, problems := notify.New(notify.Deps{Channels: l, Files: files{}}).Compile(value.Trusted(config), node.About{Key: "tell"})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	input, err := n.Render(none{})
	if err != nil {
		t.Fatal(err)
	}
	return &step{node: n, input: input, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), attempts: 3}
}

type none struct{}

func (none) Var(_, _ string) (value.Value, error) { return value.Value{}, nil }
func (none) Lookup(string) (string, bool)         { return "", false }

func (s *step) run(t *testing.T) (value.Value, *node.Failure) {
	t.Helper()
	for attempt := 1; ; attempt++ {
		result, err := s.attempt(t, attempt)
		failure, failed := errors.AsType[*node.Failure](err)
		switch {
		case err == nil:
			return result, nil
		case !failed:
			t.Fatal(err)
		}
		if !failure.Progress.IsMissing() {
			s.progress = failure.Progress
		}
		if failure.Final || attempt == s.attempts {
			return value.Value{}, failure
		}
		s.now = s.now.Add(max(time.Minute, failure.RetryAfter))
	}
}

func (s *step) attempt(t *testing.T, attempt int) (value.Value, error) {
	t.Helper()
	for range 10_000 {
		s.parts++
		result, err := s.node.Run(t.Context(), node.Input{
			Value: s.input, Scope: none{}, Secrets: none{}, Now: s.now, Attempt: attempt, Progress: s.progress,
			IdempotencyKey: fmt.Sprintf("exe_1/tell#%d", s.round),
		})
		if err != nil || result.Progress.IsMissing() {
			return result.Value, err
		}
		s.progress = result.Progress
		if result.Until.After(s.now) {
			s.now = result.Until
		}
	}
	t.Fatal("the step does not end")
	return value.Value{}, nil
}

func to(messages []channel.Message) []string {
	var list []string
	for _, m := range messages {
		list = append(list, m.To)
	}
	return list
}

func TestEveryRecipientGetsOneMessage(t *testing.T) {
	s := &sink{}
	step := begin(t, live(s), `{"channel":"ops","to":["a","b",null,""," a ",["c",["d"]]],"subject":"two\nlines","text":"hi"}`)
	result, failure := step.run(t)
	if failure != nil {
		t.Fatal(failure)
	}
	if diff := cmp.Diff([]string{"a", "b", "c", "d"}, to(s.sent)); diff != "" {
		t.Error(diff)
	}
	if s.sent[2].Key != "exe_1/tell#0/2" || s.sent[2].Subject != "two lines" {
		t.Errorf("%+v", s.sent[2])
	}
	if n := result.Get("sent").Text(); n != "4" || result.Get("recipients").At(3).Get("to").Text() != `"d"` || step.parts != 4 {
		t.Errorf("%d parts, %s", step.parts, result.Text())
	}
}

func TestARetrySendsOnlyToThoseWhoHaveNotGotIt(t *testing.T) {
	down := map[string]int{"b": 2, "d": 1}
	s := &sink{fail: func(m channel.Message) error {
		if down[m.To] > 0 {
			down[m.To]--
			return &channel.Error{Message: "mailbox busy", RetryAfter: 5 * time.Minute}
		}
		return nil
	}}
	step := begin(t, live(s), `{"channel":"ops","to":["a","b","c","d"],"text":"hi"}`)
	began := step.now
	if _, failure := step.run(t); failure != nil {
		t.Fatal(failure)
	}
	if diff := cmp.Diff([]string{"a", "b", "c", "d", "b", "d", "b"}, to(s.sent)); diff != "" {
		t.Error(diff)
	}
	if took := step.now.Sub(began); took < 6*time.Minute {
		t.Errorf("it took %s, although the provider asked for 5 minutes", took)
	}
}

func TestWhatFailsFinallyFailsTheStepAfterAllOthers(t *testing.T) {
	s := &sink{fail: func(m channel.Message) error {
		if m.To == "a" {
			return &channel.Error{Message: "no such mailbox", Final: true}
		}
		return nil
	}}
	step := begin(t, live(s), `{"channel":"ops","to":["a","bad","c"],"text":"hi"}`)
	_, failure := step.run(t)
	if failure == nil || !failure.Final || failure.Message != "2 of 3 recipients did not get the message: no such mailbox" {
		t.Fatalf("%+v", failure)
	}
	if diff := cmp.Diff([]string{"a", "c"}, to(s.sent)); diff != "" {
		t.Error(diff)
	}
	if text := failure.Progress.Text(); !strings.Contains(text, "is not an address") || !strings.Contains(text, "no such mailbox") {
		t.Error(text)
	}
	// An operator's retry tries those again.
	s.fail = nil
	step.round++
	if _, failure = step.run(t); failure == nil || !slices.Equal(to(s.sent), []string{"a", "c", "a"}) {
		t.Errorf("%v, %v", failure, to(s.sent))
	}
}

func TestTheChannelsRateIsAQueueNotAFailure(t *testing.T) {
	s := &sink{}
	l := live(s)
	first, second := begin(t, l, `{"channel":"slow","to":["a","b","c"],"text":"hi"}`), begin(t, l, `{"channel":"slow","text":"hi"}`)
	began := first.now
	if _, failure := first.run(t); failure != nil || first.now.Sub(began) != 2*time.Minute {
		t.Errorf("three messages took %s, %v", first.now.Sub(began), failure)
	}
	if _, failure := second.run(t); failure != nil || second.now.Sub(began) != 3*time.Minute {
		t.Errorf("the fourth message was sent after %s, %v", second.now.Sub(began), failure)
	}
}

func TestTooManyIsAWait(t *testing.T) {
	refusals := 3
	s := &sink{fail: func(channel.Message) error {
		if refusals--; refusals >= 0 {
			return &channel.Error{Message: "too many", Slower: true, RetryAfter: 10 * time.Second}
		}
		return nil
	}}
	step := begin(t, live(s), `{"channel":"ops","text":"hi"}`)
	step.attempts = 1
	began := step.now
	if _, failure := step.run(t); failure != nil || step.now.Sub(began) != 30*time.Second || len(s.sent) != 4 {
		t.Errorf("%v after %s", failure, step.now.Sub(began))
	}
	refusals = 1000
	step = begin(t, live(s), `{"channel":"ops","text":"hi"}`)
	if _, failure := step.run(t); failure == nil || failure.Message != "too many" {
		t.Errorf("a provider that always refuses: %v", failure)
	}
}

func TestAQueueOfMoreThanAnHourFails(t *testing.T) {
	l := live(&sink{})
	for range 100 {
		l.Reserve(l.Find("slow"), time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	}
	step := begin(t, l, `{"channel":"slow","text":"hi"}`)
	if _, err := step.attempt(t, 1); err == nil || !strings.Contains(err.Error(), "more than 1h0m0s") {
		t.Error(err)
	}
}

func TestAttachments(t *testing.T) {
	s := &sink{}
	step := begin(t, live(s), `{"channel":"ops","text":"hi","attachments":[
		{"name":"upload","filename":"..\\..\\a\u0000b.pdf","type":"application/pdf","size":7,"sha256":"aa11"},
		{"name":"data.json","content":{"a":1.0}}, {"name":"note.txt","content":"text"}]}`)
	if _, failure := step.run(t); failure != nil {
		t.Fatal(failure)
	}
	var got []string
	for _, a := range s.sent[0].Attachments {
		content, err := a.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, _ := io.ReadAll(content)
		got = append(got, fmt.Sprintf("%s %s %d %s", a.Name, a.Type, a.Size, data))
	}
	want := []string{"a b.pdf application/pdf 7 content", `data.json application/json 9 {"a":1.0}`, "note.txt text/plain; charset=utf-8 4 text"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for config, says := range map[string]string{
		`{"channel":"ops","text":"hi","attachments":[{"sha256":"gone","filename":"x"}]}`: `attachments[0]: the file "x" does not exist any more`,
		`{"channel":"ops","text":"hi","attachments":"x"}`:                                "must be a list",
		`{"channel":"ops","text":"hi","attachments":[5]}`:                                "must be an entry of $context.files",
		`{"channel":"ops","text":"hi","attachments":[{"name":"x"}]}`:                     "neither sha256 nor content",
		`{"channel":"gone","text":"hi"}`:                                                 `there is no channel "gone"`,
		`{"channel":"ops","text":"{{$context.data.x}}"}`:                                 "the message is empty",
		`{"channel":"ops","text":"x","to":"{{$context.data.x}}"}`:                        "there is no recipient",
		`{"channel":"ops","text":"x","attachments":[{"name":"x","sha256":"huge"}]}`:      "larger than 25MiB",
	} {
		if _, failure := begin(t, live(s), config).run(t); failure == nil || !failure.Final || !strings.Contains(failure.Message, says) {
			t.Errorf("%.80s: %v", config, failure)
		}
	}
}

func TestWhatAChannelCannotDoIsAProblem(t *testing.T) {
	for _, test := range []struct {
		config, path string
		info         channel.Info
	}{
		{`{"channel":"c","to":"a","text":"x"}`, "to", channel.Info{}},
		{`{"channel":"c","text":"x"}`, "to", channel.Info{To: channel.RequiredRecipient}},
		{`{"channel":"c","html":"x"}`, "html", channel.Info{}},
		{`{"channel":"c","text":"x","attachments":[]}`, "attachments", channel.Info{}},
		{`{"channel":"c","to":"a","html":"x","attachments":[]}`, "", channel.Info{To: channel.OptionalRecipient, HTML: true, Attachments: true}},
	} {
		n, problems := notify.New(notify.Deps{}).Compile(value.Trusted(test.config), node.About{})
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		fits := n.(interface {
			FitsChannel(channel.Info) []decode.Problem
		}).FitsChannel(test.info)
		if len(fits) > 1 || (test.path == "") != (len(fits) == 0) || len(fits) == 1 && fits[0].Path != test.path {
			t.Errorf("%s: %v, want a problem at %q", test.config, fits, test.path)
		}
	}
}
