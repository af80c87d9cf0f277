package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const helloDocument = `
workflow: hello
trigger: {type: webhook, mode: sync, auth: none}
nodes:
  - {key: greeting, type: output, config: {value: "Hello {{$context.data.name}}"}}
`

// serving is a server started by its command line.
type serving struct {
	data    string
	url     string
	printed []string
	log     *syncBuffer
	signals chan<- os.Signal
	code    chan int
}

// serve starts a server on a free port and waits until it has written its address.
func serve(t *testing.T, documents string, args ...string) *serving {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "docs"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "docs", "hello.yaml"), []byte(documents), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &serving{data: filepath.Join(dir, "data"), log: &syncBuffer{}, code: make(chan int, 1)}
	out, stdout := io.Pipe()
	sys := newSystem([]string{"TZ=UTC"}, strings.NewReader(""), stdout, s.log)
	sys.notify = func(c chan<- os.Signal, _ ...os.Signal) { s.signals = c }
	args = append([]string{"serve", "--data", s.data, "--listen", "127.0.0.1:0", "--workflows", filepath.Join(dir, "docs"), "--log-format", "text"}, args...)
	go func() {
		s.code <- sys.run(args)
		_ = stdout.Close()
	}()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		s.printed = append(s.printed, lines.Text())
		if _, rest, ok := strings.Cut(lines.Text(), "API    "); ok {
			s.url = rest
		}
		if strings.Contains(lines.Text(), "Try:") {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return s
		}
	}
	t.Fatalf("it ended with %d; stderr: %s", <-s.code, s.log)
	return nil
}

// stop stops the server as ^C does.
func (s *serving) stop(t *testing.T) {
	t.Helper()
	s.signals <- os.Interrupt
	if code := <-s.code; code != 0 {
		t.Errorf("exit code %d; stderr: %s", code, s.log)
	}
}

// client runs another command against the server and returns its output.
func (s *serving) client(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := Main(append(args, "--data", s.data), []string{"TZ=UTC"}, strings.NewReader(""), &stdout, &stderr); code != 0 {
		t.Errorf("%q: exit code %d: %s", args, code, &stderr)
	}
	return stdout.String()
}

func TestAServerFromItsStartToItsEnd(t *testing.T) {
	s := serve(t, helloDocument)
	if text := strings.Join(s.printed, "\n"); !strings.Contains(text, "-d '{\"hello\":\"world\"}' "+s.url+"/api/webhooks/hello") {
		t.Errorf("it printed %s", text)
	}
	res, err := http.Post(s.url+"/api/webhook:trigger/hello", "application/json", strings.NewReader(`{"name": "you", "n": 1.0}`))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || string(body) != "Hello you" {
		t.Fatalf("answer %d %q, %v", res.StatusCode, body, err)
	}
	for _, c := range []struct{ args, has string }{
		{"workflows show hello", s.url + "/api/webhook:trigger/hello"},
		{"executions show --last", "1  greeting  output  succeeded"},
		{"executions show --last", "\"n\": 1.0"},
		{"deliveries ls", "accepted"},
		{"reload", "0 published, 1 unchanged, 0 removed"},
	} {
		if text := s.client(t, strings.Fields(c.args)...); !strings.Contains(text, c.has) {
			t.Errorf("%s printed %s\nwithout %s", c.args, text, c.has)
		}
	}
	info, err := os.Stat(filepath.Join(s.data, tokenFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the token: %v, %v", info, err)
	}
	s.signals <- syscall.SIGHUP
	s.stop(t)
	if n := strings.Count(s.log.String(), "documents loaded"); n != 3 { // start, reload, SIGHUP
		t.Errorf("%d loads in %s", n, s.log)
	}
}

func TestASecondServerOnTheSameDataIsRefused(t *testing.T) {
	s := serve(t, helloDocument)
	defer s.stop(t)
	var stdout, stderr bytes.Buffer
	code := Main([]string{"serve", "--data", s.data, "--listen", "127.0.0.1:0"}, nil, strings.NewReader(""), &stdout, &stderr)
	if code != 1 || !strings.Contains(stderr.String(), "is used by another process") {
		t.Errorf("exit code %d: %s", code, &stderr)
	}
	stderr.Reset()
	code = Main([]string{"serve", "--data", t.TempDir(), "--listen", strings.TrimPrefix(s.url, "http://")}, nil, strings.NewReader(""), &stdout, &stderr)
	if code != 1 || !strings.Contains(stderr.String(), "another address with --listen") {
		t.Errorf("exit code %d: %s", code, &stderr)
	}
}

func TestAWrongDocumentKeepsTheServerFromStarting(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.yaml"), []byte("workflow: a\ntrigger: {type: webhook, mode: asink}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	code := Main([]string{"serve", "--data", filepath.Join(dir, "data"), "--listen", "127.0.0.1:0", "--workflows", dir},
		nil, strings.NewReader(""), &stdout, &stderr)
	if code != 1 || !strings.Contains(stderr.String(), "a.yaml:2: trigger.mode: ") {
		t.Errorf("exit code %d: %s", code, &stderr)
	}
}

func TestALogThatIsNotForPeopleIsJSON(t *testing.T) {
	stdout, stderr := &bytes.Buffer{}, &syncBuffer{}
	sys := newSystem(nil, strings.NewReader(""), stdout, stderr)
	ready := make(chan chan<- os.Signal, 1)
	sys.notify = func(c chan<- os.Signal, _ ...os.Signal) { ready <- c }
	code := make(chan int, 1)
	go func() {
		code <- sys.run([]string{"serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--shutdown-grace", "10s"})
	}()
	(<-ready) <- os.Interrupt // received once the server has started
	if n := <-code; n != 0 {
		t.Errorf("exit code %d", n)
	}
	if stdout.Len() > 0 {
		t.Errorf("stdout is %q", stdout)
	}
	for line := range strings.Lines(stderr.String()) {
		var entry struct {
			Time  time.Time
			Level string
			Msg   string
		}
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Msg == "" {
			t.Errorf("%q is no log line: %v", line, err)
		}
	}
	if !strings.Contains(stderr.String(), `"msg":"serving","api":"http://127.0.0.1:`) {
		t.Errorf("the log is %s", stderr)
	}
}

// syncBuffer is a buffer that one goroutine writes and another reads.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
