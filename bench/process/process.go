package process

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Options say how to start a server.
type Options struct {
	Program   string   // path of the binary
	Data      string   // its data directory
	Addr      string   // host:port; empty: a free port on 127.0.0.1
	Workflows string   // directory of documents; may be empty
	Args      []string // further arguments
	Env       []string // further NAME=value
	TLS       *TLS     // nil: plain HTTP
}

// TLS is how a server that has HTTPS is reached.
type TLS struct {
	Cert, Key string // PEM files
	Config    *tls.Config
}

// Server is a running server.
type Server struct {
	Addr string // host:port
	Data string

	scheme string
	client http.Client
	cmd    *exec.Cmd
	output *tail
	exited chan struct{} // closed when the process has been reaped
	err    error         // of Wait; valid once exited is closed
}

// Time-outs for a server that starts or stops.
const (
	startTimeout = 60 * time.Second
	pollEvery    = 5 * time.Millisecond
)

// Start starts a server and returns when it is ready for calls.
func Start(ctx context.Context, o Options) (*Server, error) {
	if o.Addr == "" {
		addr, err := FreeAddr()
		if err != nil {
			return nil, err
		}
		o.Addr = addr
	}
	args := []string{"serve", "--data", o.Data, "--listen", o.Addr}
	if o.Workflows != "" {
		args = append(args, "--workflows", o.Workflows)
	}
	transport := &http.Transport{DisableKeepAlives: true}
	s := &Server{
		Addr: o.Addr, Data: o.Data, scheme: "http://", client: http.Client{Transport: transport},
		output: &tail{}, exited: make(chan struct{}),
	}
	if o.TLS != nil {
		s.scheme, transport.TLSClientConfig = "https://", o.TLS.Config
		args = append(args, "--tls-cert", o.TLS.Cert, "--tls-key", o.TLS.Key)
	}
	s.cmd = exec.Command(o.Program, append(args, o.Args...)...)
	s.cmd.Stdout, s.cmd.Stderr = s.output, s.output
	s.cmd.Env = append(os.Environ(), o.Env...)
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		s.err = s.cmd.Wait()
		close(s.exited)
	}()
	if err := s.ready(ctx); err != nil {
		s.Kill()
		return nil, fmt.Errorf("%w\n%s", err, s.Output())
	}
	return s, nil
}

// FreeAddr returns an address on 127.0.0.1 on which nothing listens at the moment.
func FreeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// Listening waits until something accepts connections at an address.
func Listening(ctx context.Context, addr string) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		var d net.Dialer
		conn, err := d.DialContext(ctx, "tcp", addr)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pollEvery):
		}
	}
}

// ready waits until the server reports that it is ready.
func (s *Server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	client := s.client
	client.Timeout = time.Second
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL()+"/readyz", nil)
		if err != nil {
			return err
		}
		if res, err := client.Do(req); err == nil {
			res.Body.Close()
			if res.StatusCode < http.StatusMultipleChoices {
				return nil
			}
		}
		select {
		case <-s.exited:
			if s.Killed() {
				return ErrKilled
			}
			return fmt.Errorf("the server ended while it started: %w", s.err)
		case <-ctx.Done():
			return errors.New("the server did not become ready")
		case <-time.After(pollEvery):
		}
	}
}

// URL returns the base URL.
func (s *Server) URL() string { return s.scheme + s.Addr }

// Token reads the token of the management API from the data directory.
func (s *Server) Token() (string, error) {
	text, err := os.ReadFile(filepath.Join(s.Data, "token"))
	return strings.TrimSpace(string(text)), err
}

// PID returns the process's id.
func (s *Server) PID() int { return s.cmd.Process.Pid }

// Kill ends the process with SIGKILL and returns when it has ended.
func (s *Server) Kill() {
	_ = s.cmd.Process.Kill() // it may have ended already
	<-s.exited
}

// Stop asks the process to end. It waits for at most the given time, then kills the process.
func (s *Server) Stop(within time.Duration) error {
	_ = s.cmd.Process.Signal(syscall.SIGTERM) // it may have ended already
	select {
	case <-s.exited:
		return s.err
	case <-time.After(within):
		s.Kill()
		return errors.New("the server did not stop in time")
	}
}

// Exited returns a channel that is closed when the process has ended for any reason.
func (s *Server) Exited() <-chan struct{} { return s.exited }

// ErrKilled is Start's error if the server ended by SIGKILL while it was starting.
var ErrKilled = errors.New("the server was killed while it started")

// Killed reports whether the process ended by SIGKILL. It is valid once Exited is closed.
func (s *Server) Killed() bool {
	status, ok := s.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// Output returns the end of the process's output.
func (s *Server) Output() string { return s.output.String() }

// keepOutput is how many bytes of a process's output are kept.
const keepOutput = 64 << 10

// tail keeps the end of what is written to it. It is safe for concurrent use.
type tail struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf.Write(p)
	if over := t.buf.Len() - keepOutput; over > 0 {
		t.buf.Next(over)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.buf.String()
}
