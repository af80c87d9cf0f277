package script

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"time"
)

// ownProgram is the running program. It still works after an upgrade has replaced the file.
const ownProgram = "/proc/self/exe"

// workerArgument is the argument that makes this binary a worker.
const workerArgument = "script-worker"

// ownCommand returns the command that starts a worker with this binary.
func ownCommand() ([]string, error) {
	if runtime.GOOS == "linux" {
		if _, err := os.Stat(ownProgram); err == nil {
			return []string{ownProgram, workerArgument}, nil
		}
	}
	path, err := os.Executable()
	return []string{path, workerArgument}, err
}

// child is the pool's handle of one worker process. One run at a time uses it.
type child struct {
	cmd    *exec.Cmd
	in     *os.File
	out    *os.File
	r      *bufio.Reader
	stderr stderrBuffer
	exited chan struct{} // closed when the process has been reaped; err is valid from then on
	err    error

	writing sync.Mutex // serialises frames: a cancel may arrive while a run is being written
	buf     []byte

	mu     sync.Mutex // guards the fields below
	seq    uint64     // sequence number of the current run; 0 between runs
	killed killReason
}

// start starts a worker and waits until it is ready. It calls reaped once the process has ended.
func start(command []string, reaped func()) (*child, error) {
	theirIn, in, err := os.Pipe()
	if err != nil {
		reaped()
		return nil, err
	}
	out, theirOut, err := os.Pipe()
	if err != nil {
		reaped()
		_, _ = theirIn.Close(), in.Close()
		return nil, err
	}
	c := &child{in: in, out: out, r: bufio.NewReaderSize(out, 64<<10), exited: make(chan struct{})}
	c.cmd = &exec.Cmd{
		Path: command[0], Args: append([]string{"hookline"}, command[1:]...),
		Env: []string{}, Dir: workerDir, SysProcAttr: processGroup(),
		Stdin: theirIn, Stdout: theirOut, Stderr: &c.stderr,
	}
	err = c.cmd.Start()
	_, _ = theirIn.Close(), theirOut.Close()
	if err != nil {
		reaped()
		c.close()
		return nil, err
	}
	// One goroutine per process reaps it. Only this goroutine writes c.err, before it closes exited.
	go func() {
		c.err = c.cmd.Wait()
		close(c.exited)
		reaped()
	}()
	if err := c.awaitReady(); err != nil {
		c.kill()
		<-c.exited
		c.close()
		return nil, fmt.Errorf("%w (%s)", err, c.exitReason())
	}
	return c, nil
}

// awaitReady waits for the worker's first frame.
func (c *child) awaitReady() error {
	defer time.AfterFunc(startTimeout, c.kill).Stop()
	kind, payload, err := readFrame(c.r, len(protocol))
	if err != nil {
		return fmt.Errorf("the worker does not answer: %w", err)
	}
	if kind != frameHello || string(payload) != protocol {
		return fmt.Errorf("the program started as worker is not one")
	}
	return nil
}

func (c *child) kill() { _ = c.cmd.Process.Kill() }

// close closes the pool's ends of the pipes. An idle worker then ends by itself.
func (c *child) close() { _, _ = c.in.Close(), c.out.Close() }

// hasExited reports whether the process has ended.
func (c *child) hasExited() bool {
	select {
	case <-c.exited:
		return true
	default:
		return false
	}
}

// exitReason says how the process ended. Call it only after exited is closed.
func (c *child) exitReason() string {
	s := "exit status 0"
	if c.err != nil {
		s = c.err.Error()
	}
	if last := c.stderr.firstLine(); last != "" {
		s += ": " + last
	}
	return s
}

// do runs a request. err is an *Error. usable reports whether the worker can take another run.
func (c *child) do(ctx context.Context, req *request) (out Outcome, usable bool, err error) {
	seq := req.seq // exchange changes req
	c.begin(seq)
	defer time.AfterFunc(req.timeout+KillGrace, func() { c.killRun(seq, deadlinePassed) }).Stop()
	defer context.AfterFunc(ctx, func() { c.cancel(seq) })()

	r, log, broken := c.exchange(req)
	killed := c.end()
	out.Log = log
	switch {
	case broken == nil && r.ok:
		out.Value, err = parseResult(r.result)
	case broken == nil:
		err = &Error{Kind: r.kind, Name: r.name, Message: r.message, Line: r.line}
	case killed == runCanceled:
		err = &Error{Kind: Canceled, Message: "the run was canceled"}
	case killed == deadlinePassed:
		err = &Error{Kind: Timeout, Message: timeoutMessage(req.timeout)}
	default:
		c.kill()
		<-c.exited
		err = c.exitError(broken)
	}
	return out, broken == nil && killed == notKilled, err
}

// exitError returns the error of a run whose worker ended without being killed by the pool.
func (c *child) exitError(broken error) *Error {
	if c.stderr.contains("out of memory") || c.stderr.contains("cannot allocate memory") {
		return &Error{Kind: Memory, Message: "the script needs more memory than its process may have"}
	}
	if errors.Is(broken, errProtocol) {
		return killed(broken.Error())
	}
	return killed("the process that ran the script ended: " + c.exitReason())
}

// exchange sends a request and reads frames until the run is over.
func (c *child) exchange(req *request) (r reply, log []Line, err error) {
	err = c.write(req.appendTo)
	*req = request{seq: req.seq, timeout: req.timeout} // the worker has the texts; they may be large
	if err != nil {
		return r, nil, err
	}
	for lines, bytes := 0, 0; ; {
		kind, payload, err := readFrame(c.r, maxReply)
		if err != nil {
			return r, log, err
		}
		switch kind {
		case frameDone:
			if r, err = parseReply(string(payload)); err != nil || r.seq != req.seq {
				return r, log, errProtocol
			}
			return r, log, nil
		case frameLog:
			seq, more, err := parseLines(string(payload))
			lines, bytes = lines+len(more), bytes+len(payload)
			if err != nil || seq != req.seq || lines > MaxLogLines+1 || bytes > maxReply {
				return r, log, errProtocol
			}
			log = append(log, more...)
		default:
			return r, log, errProtocol
		}
	}
}

// errProtocol reports that a process does not follow the worker protocol.
var errProtocol = errors.New("the process that ran the script answered what it should not")

func (c *child) write(frame func([]byte) []byte) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	c.buf = frame(c.buf)
	_, err := c.in.Write(c.buf)
	if cap(c.buf) > keepBuffer {
		c.buf = nil
	}
	return err
}

// keepBuffer is the largest write buffer that is kept between runs, in bytes.
const keepBuffer = 1 << 20
