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

	"hookline.dev/hookline/internal/script/vm"
)

// Exit codes of a worker.
const (
	exitDone     = 0 // the pool closed the pipe
	exitFailed   = 1 // the engine did not start, or the pipe broke
	exitProtocol = 2 // the pool sent something else than frames
)

const (
	// workerGC and workerHeap tune the worker's Go side, which only carries texts through: the
	// JavaScript heap is not the collector's.
	workerGC   = 100
	workerHeap = 64 << 20

	// largeRequest is from which size on the memory that carried a run is given back right after it.
	largeRequest = 1 << 20

	// workerProcs is how many threads run Go at once. With one, handing a run from the reader to the
	// engine wakes nobody up; that the deadline is noticed while the engine computes is seen to by the
	// Go scheduler, which interrupts long loops every 10 ms.
	workerProcs = 1
)

// Worker is the life of a worker process: it runs what it reads from in and answers on out. It
// returns the exit code when in ends, and ends the process at once when that happens during a run:
// a script in a long loop of the engine would never come to an end by itself.
//
// It is what the binary does when it is called with the argument script-worker.
func Worker(in io.Reader, out io.Writer) int {
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
	defer runtime.KeepAlive(in) // or its finalizer would close the descriptor
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
	canceled atomic.Bool // by the pool, not by the deadline
}

type worker struct {
	vm   *vm.VM
	jobs chan *job

	mu      sync.Mutex // guards what follows
	out     io.Writer
	buf     []byte
	current *job
}

// read takes frames until the pool closes the pipe, and returns the exit code.
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
			req, err := parseRequest(string(payload))
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

// cancel stops the run that the frame names, when it is still the current one.
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

// do runs a job and answers. Clearing the VM up comes after the answer: nobody waits for it.
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

// fail puts the VM's error into the reply.
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
