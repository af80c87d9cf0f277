package channeltest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

// now is the time in stories.
func now() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// Run plays the stories of the package under test and checks the kind against the contract of package channel. usual
// is the body with which the provider confirms a message, for stories without an answer.
func Run(t *testing.T, newKind func(*outbound.Client) channel.Kind, usual string) {
	t.Helper()
	kind, p := newKind(Client(t)), newPeer(t)
	stories := readStories(t, p.URL)
	info := kind.Info()
	if !strings.HasSuffix(info.Summary, ".") || info.Title == "" || !strings.HasPrefix(info.Docs, "https://") ||
		(info.To != channel.NoRecipient) != (info.ToHelp != "") {
		t.Errorf("the info is not complete: %+v", info)
	}
	t.Run("stories", func(t *testing.T) {
		for _, s := range stories {
			t.Run(strings.TrimSuffix(s.file, ".txtar"), func(t *testing.T) { play(t, kind, p, s, usual) })
		}
	})
	sound := 0
	for _, s := range stories {
		if _, problems := kind.Compile(value.Trusted(s.config)); len(problems) == 0 && s.expected()["result"] != "" {
			sound++
			if sound == 1 {
				t.Run("unreliable peers", func(t *testing.T) { unreliable(t, kind, s) })
				t.Run("garbage", func(t *testing.T) { garbage(t, kind, s) })
				t.Run("peers that say what they got", func(t *testing.T) { echoed(t, kind, s) })
			}
		}
	}
	if sound == 0 {
		t.Error("no story sends a message")
	}
}

// play plays one story.
func play(t *testing.T, kind channel.Kind, p *peer, s story, usual string) {
	var out []txtar.File
	add := func(name, text string) {
		if text != "" {
			text = strings.ReplaceAll(text, p.URL, peerURL)
			out = append(out, txtar.File{Name: name, Data: []byte(strings.TrimRight(text, "\n") + "\n")})
		}
	}
	c, problems := kind.Compile(value.Trusted(s.config))
	if len(problems) > 0 {
		var b strings.Builder
		for _, problem := range problems {
			fmt.Fprintf(&b, "%s: %s\n", problem.Path, problem.Message)
		}
		add("problems", b.String())
	} else {
		answer := s.answer
		if answer == "" {
			answer = "200\nContent-Type: application/json\n\n" + usual
		}
		p.expect(answer)
		result, err := c.Send(t.Context(), messageOf(s.message), s)
		add("request", p.request())
		if err != nil {
			add("error", showError(err))
		} else {
			add("result", result.Text())
		}
	}
	if os.Getenv(updateVariable) != "" {
		if err := s.rewrite(out); err != nil {
			t.Fatal(err)
		}
		return
	}
	got := make(map[string]string)
	for _, f := range out {
		got[f.Name] = strings.TrimRight(string(f.Data), "\n")
	}
	if diff := cmp.Diff(s.expected(), got); diff != "" {
		t.Error(diff)
	}
	for name := range s.env.Members() {
		secret, _ := s.Lookup(name)
		for _, section := range []string{"error", "result"} {
			if secret != p.URL && strings.Contains(got[section], secret) {
				t.Errorf("the %s contains the variable %s", section, name)
			}
		}
	}
}

// messageOf reads the message of a story.
func messageOf(v value.Value) channel.Message {
	text := func(v value.Value, name string) string { s, _ := v.Get(name).Str(); return s }
	m := channel.Message{
		To: text(v, "to"), Subject: text(v, "subject"), Text: text(v, "text"), HTML: text(v, "html"),
		Key: "exe_0000000000001/tell#0/0", Now: now(),
	}
	for a := range v.Get("attachments").Elements() {
		content := text(a, "content")
		m.Attachments = append(m.Attachments, channel.Attachment{
			Name: text(a, "name"), Type: text(a, "type"), Size: int64(len(content)),
			Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(content)), nil },
		})
	}
	return m
}

func showError(err error) string {
	e, ok := errors.AsType[*channel.Error](err)
	if !ok {
		return "not an *Error: " + err.Error()
	}
	kind := "retry: "
	switch {
	case e.Slower:
		kind = "slower: "
	case e.Final:
		kind = "final: "
	}
	text := kind + e.Message
	if e.RetryAfter > 0 {
		text += " (after " + e.RetryAfter.String() + ")"
	}
	return text
}

// unreliable sends to peers that fail in every way: what can be tried again is said to be so, and what cannot is not.
func unreliable(t *testing.T, kind channel.Kind, s story) {
	for name, test := range map[string]struct {
		peer  http.HandlerFunc
		final bool
	}{
		"500": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, false},
		"503 as HTML": {func(w http.ResponseWriter, _ *http.Request) {
			writeAnswer(w, "503\nContent-Type: text/html\n\n<h1>down")
		}, false},
		"404":      {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }, true},
		"hangs up": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, false},
		"half an answer": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, "{")
			panic(http.ErrAbortHandler)
		}, false},
		"a huge answer": {func(w http.ResponseWriter, _ *http.Request) {
			for range 40 {
				_, _ = w.Write(make([]byte, 64<<10))
			}
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(test.peer)
			defer server.Close()
			e := sendTo(t.Context(), t, kind, s, server.URL)
			if e.Final != test.final || e.Message == "" {
				t.Errorf("%+v", e)
			}
		})
	}
	t.Run("a context that ends", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // only then does the server notice that the client has gone
			cancel()
			<-r.Context().Done()
		}))
		defer server.Close()
		if err := sendFrom(ctx, t, kind, s, server.URL); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	})
}

func sendTo(ctx context.Context, t *testing.T, kind channel.Kind, s story, url string) *channel.Error {
	t.Helper()
	e, ok := errors.AsType[*channel.Error](sendFrom(ctx, t, kind, s, url))
	if !ok {
		t.Fatal("the message was sent, or the error is not an *Error")
	}
	return e
}

// sendFrom sends a story's message to another peer than the usual one.
func sendFrom(ctx context.Context, t *testing.T, kind channel.Kind, s story, url string) error {
	t.Helper()
	s, err := readStory(s.file, url)
	if err != nil {
		t.Fatal(err)
	}
	c, problems := kind.Compile(value.Trusted(s.config))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	_, err = c.Send(ctx, messageOf(s.message), s)
	return err
}

// garbage compiles wrong configs: unknown fields are problems, and no secret may stand in the document.
func garbage(t *testing.T, kind channel.Kind, s story) {
	for _, config := range []string{`{"noSuchField":1}`, `5`, `"text"`, `[]`, `true`} {
		if _, problems := kind.Compile(value.Trusted(config)); len(problems) == 0 {
			t.Errorf("config %s is accepted", config)
		}
	}
	var b value.ObjectBuilder
	templates := 0
	for name, v := range value.Trusted(s.config).Members() {
		if text, ok := v.Str(); ok && strings.Contains(text, "{{") {
			v = value.String("plain-text")
			templates++
		}
		b.Set(name, v)
	}
	if _, problems := kind.Compile(b.Value()); templates > 0 && len(problems) == 0 {
		t.Error("a secret in the document itself is accepted")
	}
}
