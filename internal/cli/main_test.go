package cli

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/config"
	"hookline.dev/hookline/internal/flow"
)

func TestExitCodes(t *testing.T) {
	dir := t.TempDir()
	good := dir + "/good.yaml"
	if err := os.WriteFile(good, []byte("workflow: a\ntrigger: {type: webhook, auth: none}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		args string
		code int
		err  string // part of stderr; "": stderr is empty
	}{
		{"", 0, ""},
		{"--help", 0, ""},
		{"version", 0, ""},
		{"executions retry --help", 0, ""},
		{"validate " + good, 0, ""},
		{"validate " + dir + "/none.yaml", 1, "cannot read"},
		{"workflows ls --url http://127.0.0.1:1 --token x", 1, "no server at"},
		{"workflows", 2, "expected one of"},
		{"workflows frob", 2, "See hookline workflows --help"},
		{"executions show", 2, "--last"},
		{"records get pushes x", 2, "--help"},
		{"config show --max-body 3", 2, `--max-body: "3" is not a size`},
		{"config show --sync-timeout 3", 2, `--sync-timeout: "3" is not a duration`},
		{"config show --log-level loud", 2, "log-level"},
		{"serve --config " + dir, 2, "--config: cannot read"},
	}
	for _, c := range cases {
		t.Run(c.args, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := Main(strings.Fields(c.args), nil, strings.NewReader(""), &stdout, &stderr)
			if code != c.code {
				t.Errorf("exit code %d, want %d; stderr: %s", code, c.code, &stderr)
			}
			if !strings.Contains(stderr.String(), c.err) || c.err == "" && stderr.Len() > 0 {
				t.Errorf("stderr is %q, want %q in it", &stderr, c.err)
			}
		})
	}
}

// server is a stopper whose Stop takes some time.
type server struct{ takes time.Duration }

func (s server) Stop(ctx context.Context) error {
	select {
	case <-time.After(s.takes):
		return nil
	case <-ctx.Done():
		<-time.After(time.Second) // the part that cannot be interrupted
		return ctx.Err()
	}
}

func TestStopGivesGraceUntilAnotherSignal(t *testing.T) {
	cases := []struct {
		name    string
		takes   time.Duration
		signals []os.Signal // one per second
		after   time.Duration
		want    error
	}{
		{"it ends in time", 3 * time.Second, nil, 3 * time.Second, nil},
		{"the grace is over", time.Hour, nil, 11 * time.Second, context.DeadlineExceeded},
		{"a second signal", time.Hour, []os.Signal{os.Interrupt}, 2 * time.Second, errAtOnce},
		{"a third signal", time.Hour, []os.Signal{os.Interrupt, syscall.SIGTERM}, 2 * time.Second, errAtOnce},
		{"a hang-up is no hurry", 3 * time.Second, []os.Signal{syscall.SIGHUP, syscall.SIGHUP}, 3 * time.Second, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				signals := make(chan os.Signal, 4)
				go func() {
					for _, s := range c.signals {
						<-time.After(time.Second)
						signals <- s
					}
				}()
				over := make(chan struct{})
				passed := 0
				go func() {
					tick := time.NewTicker(time.Second)
					defer tick.Stop()
					for {
						select {
						case <-tick.C:
							passed++
						case <-over:
							return
						}
					}
				}()
				err := stop(server{c.takes}, 10*time.Second, signals, slog.New(slog.DiscardHandler))
				synctest.Wait()
				close(over)
				synctest.Wait()
				if !errors.Is(err, c.want) {
					t.Errorf("got %v, want %v", err, c.want)
				}
				if got := time.Duration(passed) * time.Second; got != c.after {
					t.Errorf("it took %v, want %v", got, c.after)
				}
				<-time.After(2 * time.Second) // lets a Stop that was not waited for end
			})
		})
	}
}

func TestTheCurlLineFitsTheWorkflow(t *testing.T) {
	const url = "http://127.0.0.1:13000/api/webhooks/a"
	cases := []struct {
		workflow api.Workflow
		want     string
	}{
		{api.Workflow{}, `curl -H 'Content-Type: application/json' -d '{"hello":"world"}' ` + url},
		{api.Workflow{Methods: []string{"GET"}}, "curl " + url},
		{api.Workflow{Methods: []string{"PUT"}, Auth: []string{"basic"}}, `curl -u USER:PASSWORD -X PUT -H 'Content-Type: application/json' -d '{"hello":"world"}' ` + url},
		{api.Workflow{Methods: []string{"GET", "POST"}, Auth: []string{"token"}}, `curl -H 'TOKEN-HEADER: TOKEN' -H 'Content-Type: application/json' -d '{"hello":"world"}' ` + url},
	}
	for _, c := range cases {
		c.workflow.URLs = []string{url}
		if got := curlOf(c.workflow); got != c.want {
			t.Errorf("got %s\nwant %s", got, c.want)
		}
	}
	open, gated := api.Workflow{Mode: flow.Async}, api.Workflow{Mode: flow.Sync, Auth: []string{"basic"}}
	if easier(gated, open) || !easier(api.Workflow{Mode: flow.Sync}, open) {
		t.Error("the order is wrong")
	}
}

func TestTheParsersDefaultsAreConfigs(t *testing.T) {
	root := &grammar{}
	parser, err := newParser(root, newSystem(nil, strings.NewReader(""), &bytes.Buffer{}, &bytes.Buffer{}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse([]string{"serve"}); err != nil {
		t.Fatal(err)
	}
	if got := config.Server(root.Serve.serverFlags); !reflect.DeepEqual(got, config.Default()) {
		t.Errorf("got %+v\nwant %+v", got, config.Default())
	}
}

func TestListsComeFromFlagsVariablesAndFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "settings.yaml")
	if err := os.WriteFile(file, []byte("trusted-proxies: [10.0.0.0/8, \"::1\"]\ndomain: a.example.com, b.example.com\nlisten: [a, b]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	code := Main([]string{"--config", file, "config", "show"}, nil, strings.NewReader(""), &stdout, &stderr)
	if code != 2 || !strings.Contains(stderr.String(), "settings.yaml:3: listen needs one value") {
		t.Errorf("exit code %d: %s", code, &stderr)
	}
	if err := os.WriteFile(file, []byte("trusted-proxies: [10.0.0.0/8, \"::1\"]\ndomain: a.example.com, b.example.com\nacme-email: o@example.com\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	stdout.Reset()
	stderr.Reset()
	args := []string{"--config", file, "config", "show", "--allow-ips", "192.0.2.1, 192.0.2.2", "--allow-ips", "192.0.2.3"}
	code = Main(args, []string{"HOOKLINE_PROXY_HEADER=Forwarded"}, strings.NewReader(""), &stdout, &stderr)
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, &stderr)
	}
	for _, want := range []string{"10.0.0.0/8,::1", "a.example.com,b.example.com", "192.0.2.1,192.0.2.2,192.0.2.3", "env HOOKLINE_PROXY_HEADER"} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("%s is not in %s", want, &stdout)
		}
	}
}

func TestTextFromOutsideCannotReachTheTerminal(t *testing.T) {
	for text, want := range map[string]string{
		"plain":              "plain",
		"\x1b[2J\x9b1m":      "·[2J\ufffd1m",
		"two\r\nlines\tend":  "two\nlines\tend",
		"bidi\u202eevil":     "bidi·evil",
		"한국어 ö":              "한국어 ö",
		"over\rwritten\x00!": "over·written·!",
	} {
		if got := cleanText(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
	if got := clip("a한b\nc", 4); got != "a한b…" {
		t.Errorf("got %q", got)
	}
}

func FuzzEvents(f *testing.F) {
	f.Add("event: open\ndata: {}\n\nevent: delivery\ndata: {\"a\":1}\n\n: beat\n\n")
	f.Add("data:x\ndata\n\n\n:")
	f.Fuzz(func(t *testing.T, stream string) {
		if err := readEvents(strings.NewReader(stream), func(event) error { return nil }); err == nil {
			t.Error("a stream always ends with a reason")
		}
	})
}

func FuzzConfigFile(f *testing.F) {
	f.Add("listen: 127.0.0.1:80\nwatch: true\n")
	f.Add("a: [1, &x {b: *x}]\n---\n- 1")
	f.Fuzz(func(t *testing.T, text string) {
		c := configFile{name: "f", entries: map[string]string{}}
		if err := c.parse([]byte(text), []string{"listen", "watch"}); err == nil {
			for name := range c.entries {
				if name != "listen" && name != "watch" {
					t.Errorf("%q passed", name)
				}
			}
		}
	})
}
