package load

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"hookline.dev/hookline/internal/clock"
)

// Plan says what to send and how much.
type Plan struct {
	Addr     string        // host:port
	Conns    int           // each has at most one request under way
	Requests int64         // stop after starting this many; 0: no limit
	For      time.Duration // stop starting requests after this time; 0: no limit

	// Source returns the function that makes the requests of one connection. It is called once for each
	// connection, and only that connection's goroutine calls the returned function. n counts the requests of
	// the whole run. The bytes must stay valid until the next call.
	Source func(conn int) func(n int64) []byte
	// Answer is called for every answer, on the goroutine of its connection. It may be nil.
	Answer func(n int64, r *Response)
	// Lost is called for every request without a complete answer. If it returns false, its connection stops. If
	// Lost is nil, the first such error ends the run.
	Lost func(n int64, err error) bool
}

// Result is the result of a run.
type Result struct {
	Answers  map[int]int64 // by status
	Latency  Histogram     // from the first byte written to the last byte read
	Lost     int64         // requests without a complete answer
	Took     time.Duration // from the first request to the last answer
	FirstErr error         // the first error of a lost request or a failed dial
}

// OK returns the number of answers with a 2xx status.
func (r *Result) OK() int64 {
	var n int64
	for status, count := range r.Answers {
		if status >= 200 && status < 300 {
			n += count
		}
	}
	return n
}

// Rate returns the number of 2xx answers per second.
func (r *Result) Rate() float64 { return float64(r.OK()) / r.Took.Seconds() }

// dialTimeout is how long opening a connection may take.
const dialTimeout = 5 * time.Second

// Run executes a plan. It returns when the last answer has been read, or when ctx ends, which abandons the
// requests under way.
func Run(ctx context.Context, p Plan) Result {
	run := &run{plan: p, clock: clock.System()}
	run.began = run.clock.Now()
	results := make([]Result, p.Conns)
	var wg sync.WaitGroup
	for i := range p.Conns {
		wg.Go(func() { run.connection(ctx, i, &results[i]) })
	}
	wg.Wait()
	total := Result{Answers: make(map[int]int64), Took: run.clock.Now().Sub(run.began)}
	for i := range results {
		r := &results[i]
		for status, n := range r.Answers {
			total.Answers[status] += n
		}
		total.Latency.Merge(&r.Latency)
		total.Lost += r.Lost
		if total.FirstErr == nil {
			total.FirstErr = r.FirstErr
		}
	}
	return total
}

// run is a plan in progress.
type run struct {
	plan  Plan
	clock clock.Clock
	began time.Time
	next  atomic.Int64
	ended atomic.Bool
}

// take returns the number of the next request, or false if there is none.
func (r *run) take(ctx context.Context, now time.Time) (int64, bool) {
	if r.ended.Load() || ctx.Err() != nil || r.plan.For > 0 && now.Sub(r.began) >= r.plan.For {
		return 0, false
	}
	n := r.next.Add(1) - 1
	return n, r.plan.Requests == 0 || n < r.plan.Requests
}

// connection sends one request after another until there are none left. It dials again if the server closes the
// connection.
func (r *run) connection(ctx context.Context, i int, res *Result) {
	res.Answers = make(map[int]int64)
	request := r.plan.Source(i)
	for {
		again, err := r.onConnection(ctx, request, res)
		if err != nil && res.FirstErr == nil {
			res.FirstErr = err
		}
		if !again {
			return
		}
	}
}

// onConnection sends requests over one connection. It reports whether to continue on a new one.
func (r *run) onConnection(ctx context.Context, request func(n int64) []byte, res *Result) (again bool, err error) {
	d := net.Dialer{Timeout: dialTimeout}
	conn, err := d.DialContext(ctx, "tcp", r.plan.Addr)
	if err != nil {
		if r.plan.Lost == nil {
			r.ended.Store(true)
			return false, err
		}
		return r.plan.Lost(-1, err), err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	in := newReader(conn)
	var answer Response
	start := r.clock.Now()
	for {
		n, ok := r.take(ctx, start)
		if !ok {
			return false, nil
		}
		if _, err = conn.Write(request(n)); err == nil {
			err = in.read(&answer)
		}
		if err != nil {
			res.Lost++
			if r.plan.Lost == nil {
				r.ended.Store(true)
				return false, err
			}
			return r.plan.Lost(n, err), err
		}
		end := r.clock.Now()
		res.Latency.Add(end.Sub(start))
		res.Answers[answer.Status]++
		if r.plan.Answer != nil {
			r.plan.Answer(n, &answer)
		}
		if answer.Close {
			return true, nil
		}
		start = end
	}
}
