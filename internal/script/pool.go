package script

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"hookline.dev/hookline/internal/fairshare"
)

// Options configure a Pool.
type Options struct {
	// Command starts a worker: a program that calls Worker. Default: this program with the argument
	// script-worker.
	Command []string

	// Workers is how many runs can be in progress at once. Default: two for each of GOMAXPROCS, so that with the
	// default share a single workflow keeps all processors busy.
	Workers int

	// Share is the part of Workers that the runs of one workflow get while no other asks, see package fairshare. The
	// rest is kept free, because a run cannot be interrupted for another before its time is up. Default:
	// fairshare.DefaultShare.
	Share float64
}

// Pool runs scripts in worker processes, which it starts on demand and keeps. It is safe for concurrent use.
type Pool struct {
	command []string
	slots   *fairshare.Queue[chan struct{}] // of runs in progress; a run that waits is told by closing its channel
	closing chan struct{}                   // closed by Close
	reaped  sync.WaitGroup                  // counts the processes that are not yet reaped
	seq     atomic.Uint64
	waiting atomic.Int64 // runs that wait for a slot

	mu     sync.Mutex // guards the fields below
	closed bool
	idle   []*child // a stack: reusing the last worker keeps few of them awake when there are few runs
	all    map[*child]struct{}
}

// New returns a pool. It starts no process before the first run.
func New(o Options) (*Pool, error) {
	if len(o.Command) == 0 {
		own, err := ownCommand()
		if err != nil {
			return nil, err
		}
		o.Command = own
	}
	if o.Workers <= 0 {
		o.Workers = 2 * runtime.GOMAXPROCS(0)
	}
	if o.Share <= 0 {
		o.Share = fairshare.DefaultShare
	}
	return &Pool{
		command: o.Command,
		slots:   fairshare.NewQueue(o.Workers, o.Share, grant),
		closing: make(chan struct{}),
		all:     make(map[*child]struct{}),
	}, nil
}

// grant tells a run that it has a slot.
func grant(ready chan struct{}) bool {
	close(ready)
	return true
}

// Do runs a script. If all workers are busy, or those that its workflow may have, it waits for one until ctx ends; the
// run's own timeout starts when a worker has it. If ctx ends, the run is canceled. The error is an *Error, or that of
// Run.Gather.
func (p *Pool) Do(ctx context.Context, r Run) (Outcome, error) {
	return p.do(ctx, r.Workflow, func() (*request, error) {
		if r.Gather != nil {
			if err := r.Gather(&r); err != nil {
				return nil, err
			}
		}
		return r.request(p.seq.Add(1))
	})
}

// Check compiles a script in a worker without running it. It takes at most DefaultTimeout, because some sources
// keep the compiler busy for long. The error is an *Error; its kind is Syntax if the source is invalid.
func (p *Pool) Check(ctx context.Context, source string) error {
	r := Run{Source: source}
	req, err := r.request(p.seq.Add(1))
	if err != nil {
		return err
	}
	req.check = true
	_, err = p.do(ctx, "", func() (*request, error) { return req, nil })
	return err
}

func (p *Pool) do(ctx context.Context, workflow string, describe func() (*request, error)) (Outcome, error) {
	if ctx.Err() != nil {
		return Outcome{}, &Error{Kind: Canceled, Message: "the run was canceled before it began"}
	}
	if err := p.acquire(ctx, workflow); err != nil {
		return Outcome{}, err
	}
	defer p.slots.Done(workflow)
	req, err := describe()
	if err != nil {
		return Outcome{}, err
	}
	c, err := p.take()
	if err != nil {
		return Outcome{}, err
	}
	out, usable, err := c.do(ctx, req)
	if usable {
		p.put(c)
	} else {
		p.drop(c)
	}
	return out, err
}

// Stats are the runs since the pool was made, and what is there now.
type Stats struct {
	Runs    int64 // begun, with checks
	Workers int64 // processes
	Busy    int64 // runs that have a worker
	Waiting int64 // runs that wait for one
}

// Stats returns the counters.
func (p *Pool) Stats() Stats {
	p.mu.Lock()
	workers := len(p.all)
	p.mu.Unlock()
	return Stats{Runs: int64(p.seq.Load()), Workers: int64(workers), Busy: int64(p.slots.Used()), Waiting: p.waiting.Load()}
}

// acquire takes a slot for a run of a workflow.
func (p *Pool) acquire(ctx context.Context, workflow string) error {
	if p.slots.Try(workflow) {
		return nil
	}
	var err error
	ready := make(chan struct{})
	p.slots.Put(workflow, ready)
	p.waiting.Add(1)
	defer p.waiting.Add(-1)
	select {
	case <-ready:
		return nil
	case <-ctx.Done():
		err = &Error{Kind: Canceled, Message: "the run was canceled while it waited for a free worker"}
	case <-p.closing:
		err = shutDown()
	}
	if !p.slots.Remove(workflow, ready) {
		p.slots.Done(workflow) // it came at the same time
	}
	return err
}

func shutDown() *Error { return killed("the server is shutting down") }

// take returns an idle worker, or starts one.
func (p *Pool) take() (*child, error) {
	p.mu.Lock()
	for len(p.idle) > 0 {
		c := p.idle[len(p.idle)-1]
		p.idle = p.idle[:len(p.idle)-1]
		if !c.hasExited() {
			p.mu.Unlock()
			return c, nil
		}
		delete(p.all, c)
		c.close()
	}
	if p.closed {
		p.mu.Unlock()
		return nil, shutDown()
	}
	p.reaped.Add(1)
	p.mu.Unlock()

	c, err := start(p.command, p.reaped.Done)
	if err != nil {
		return nil, killed("a script worker cannot be started: " + err.Error())
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		c.kill()
		c.close()
		return nil, shutDown()
	}
	p.all[c] = struct{}{}
	return c, nil
}

// put makes a worker idle.
func (p *Pool) put(c *child) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.idle = append(p.idle, c)
	}
}

// drop ends a worker that can no longer be used.
func (p *Pool) drop(c *child) {
	c.kill()
	c.close()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.all, c)
}

// Close kills all workers, including those that are running a script, and returns when no process is left. A
// second Close does nothing.
func (p *Pool) Close() {
	p.mu.Lock()
	if !p.closed {
		p.closed = true
		close(p.closing)
	}
	for c := range p.all {
		c.kill()
	}
	p.idle = nil
	p.mu.Unlock()
	p.reaped.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.all {
		c.close()
		delete(p.all, c)
	}
}
