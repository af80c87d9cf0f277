package script

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"hookline.dev/hookline/internal/script/vm"
)

// Exit codes of a worker.
const (
	exitDone     = 0 // the pool closed the pipe
	exitFailed   = 1 // the engine did not start, or the pipe broke
	exitProtocol = 2 // the pool sent something other than frames
)

const (
	// workerGC and workerHeap tune Go's collector in a worker. The Go side only passes texts through; the
	// collector does not manage the JavaScript heap.
	workerGC   = 100
	workerHeap = 64 << 20

	// largeRequest is the size of a request from which its memory is given back right after the run, in bytes.
	largeRequest = 1 << 20

	// workerProcs is how many threads run Go code at once. With one, passing a run from the reader to the
	// engine wakes no other thread. The deadline is still noticed while the engine computes, because the Go
	// scheduler preempts long loops every 10 ms.
	workerProcs = 1
)

// Worker is the main function of a worker process: it runs the scripts that it reads from in and answers on
// out. When in ends, it returns the exit code. If in ends during a run, it ends the process at once, because a
// script in a long loop of the engine may never end.
//
// The binary calls it for the argument script-worker.
func Worker(in io.Reader, out io.Writer) int {
	if closeInherited() != nil { // first, before this process opens descriptors of its own
		return exitFailed
	}
	ignoreSignals(signal.Ignore)
	runtime.GOMAXPROCS(workerProcs)
	debug.SetGCPercent(workerGC)
	debug.SetMemoryLimit(workerHeap)
	pipe := bufio.NewReaderSize(pollable(in), 64<<10)
	if vm.UseUTC() != nil {
		return exitFailed
	}
	m, err := vm.New(MaxMemory)
	if err != nil {
		return exitFailed
	}
	if confine() != nil {
		return exitFailed
	}
	w := &worker{vm: m, out: out, jobs: make(chan *job)}
	if w.send(endFrame(append(beginFrame(nil, frameHello), protocol...))) != nil {
		return exitFailed
	}
	defer runtime.KeepAlive(in) // otherwise its finalizer would close the descriptor
	// The reader goroutine ends the whole process when the pool closes the pipe, even if a script is stuck in the
	// engine. A worker keeps nothing on disk, so nothing is left behind.
	go func() { os.Exit(w.read(pipe)) }()
	for j := range w.jobs {
		large := j.size() >= largeRequest
		if w.do(j) != nil {
			return exitFailed
		}
		if large {
			debug.FreeOSMemory()
		}
	}
	return exitDone
}

// job is one run in the worker.
type job struct {
	request
	stop     atomic.Bool // makes the engine stop
	canceled atomic.Bool // the stop was requested by the pool, not by the deadline
}

type worker struct {
	vm   *vm.VM
	jobs chan *job // unbuffered, from the reader to the main goroutine

	mu      sync.Mutex // guards the fields below
	out     io.Writer
	buf     []byte
	current *job
}

// read reads frames until the pool closes the pipe, and returns the exit code.
func (w *worker) read(r *bufio.Reader) int {
	for {
		kind, payload, err := readFrame(r, MaxInput+1<<10)
		switch {
		case errors.Is(err, io.EOF):
			return exitDone
		case err != nil:
			return exitProtocol
		case kind == frameCancel:
			w.cancel(string(payload))
		case kind == frameRun:
			req, err := parseRequest(unsafe.String(unsafe.SliceData(payload), len(payload))) // nobody else has the payload
			if err != nil {
				return exitProtocol
			}
			j := &job{request: req}
			w.mu.Lock()
			w.current = j
			w.mu.Unlock()
			w.jobs <- j
		default:
			return exitProtocol
		}
	}
}

// cancel stops the run that the frame names if it is still the current one.
func (w *worker) cancel(payload string) {
	f := fields{rest: payload}
	seq := f.number()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.current != nil && w.current.seq == seq {
		w.current.canceled.Store(true)
		w.current.stop.Store(true)
	}
}

// do runs a job and answers. It resets the VM only after the answer, so that the caller does not wait for it.
func (w *worker) do(j *job) error {
	deadline := time.AfterFunc(j.timeout, func() { j.stop.Store(true) })
	defer deadline.Stop()
	log := &logBuffer{worker: w, seq: j.seq}
	in := vm.Input{
		Source: j.source, Context: j.context, Body: j.body, Nodes: j.nodes, Env: j.env,
		Memory: j.memory, Result: MaxResult, Log: log.add, Stop: &j.stop,
	}
	result, err := w.run(j.check, in)
	defer w.vm.Reset()
	if err := log.close(); err != nil {
		return err
	}
	r := reply{seq: j.seq, ok: err == nil, result: result}
	if err != nil {
		r.fail(err, j)
	}
	return w.answer(&r)
}

func (w *worker) run(check bool, in vm.Input) (string, error) {
	if check {
		return "null", w.vm.Check(in)
	}
	return w.vm.Run(in)
}

func (w *worker) answer(r *reply) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.current = nil
	w.buf = r.appendTo(w.buf)
	_, err := w.out.Write(w.buf)
	return err
}

func (w *worker) send(frame []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, err := w.out.Write(frame)
	return err
}

// fail writes the VM's error into the reply.
func (r *reply) fail(err error, j *job) {
	e := fromVM(err)
	if e.Kind == Timeout {
		if e.Message = timeoutMessage(j.timeout); j.canceled.Load() {
			e = &Error{Kind: Canceled, Message: "the run was canceled"}
		}
	}
	r.kind, r.name, r.message, r.line = e.Kind, e.Name, e.Message, e.Line
}

func timeoutMessage(d time.Duration) string {
	return "the script did not end within " + d.String()
}
