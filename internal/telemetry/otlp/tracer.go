package otlp

import (
	"context"
	"crypto/sha256"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/store"
)

// The bounds.
const (
	Queue    = 2048 // calls and executions that wait for the worker
	MaxBatch = 512  // spans of one request
	MaxSteps = 1000 // steps of one execution that get a span; the others are counted in hookline.steps.omitted

	interval  = time.Second     // the longest that a span waits for others
	loadTime  = 5 * time.Second // of one execution
	flushTime = 3 * time.Second // of Stop
)

// Options are what a Tracer works with. All fields but Header are required.
type Options struct {
	Target  Target
	Ratio   float64 // of the calls without a traceparent, from 0 to 1
	Seed    []byte  // a secret of this server, the same after every restart
	Version string
	Client  *outbound.Client
	Load    func(context.Context, ident.ID) (store.Loaded, error)
	Clock   clock.Clock
	Log     *slog.Logger
}

// Tracer exports traces. It is safe for concurrent use. The methods of a nil Tracer do nothing; Start and Stop are
// not called on one.
type Tracer struct {
	opt   Options
	seed  seed
	queue chan entry

	stopping chan struct{} // closed by Stop
	stop     sync.Once
	done     chan struct{} // closed when the worker has ended; nil before Start
	ctx      context.Context
	cancel   context.CancelFunc
	failing  bool // the last batch was dropped; the worker's

	exported, unqueued, rejected atomic.Int64
}

// entry is what the worker turns into spans.
type entry struct {
	call  span           // of a delivery
	ended flow.Execution // without output and reply; ID 0: the entry is a call
	trace trace
}

// New returns a Tracer that has not started.
func New(o Options) *Tracer {
	t := &Tracer{opt: o, seed: sha256.Sum256(append([]byte("hookline traces "), o.Seed...)), queue: make(chan entry, Queue), stopping: make(chan struct{})}
	t.ctx, t.cancel = context.WithCancel(context.Background())
	return t
}

// Stats are counters since the start.
type Stats struct {
	Exported int64 // spans that the collector took
	Unqueued int64 // calls and executions that were dropped because the queue was full or the journal could not be read
	Rejected int64 // spans that were dropped because the collector did not take them
}

// Stats returns the counters.
func (t *Tracer) Stats() Stats {
	if t == nil {
		return Stats{}
	}
	return Stats{Exported: t.exported.Load(), Unqueued: t.unqueued.Load(), Rejected: t.rejected.Load()}
}

// Delivered exports the span of a call. It never blocks.
func (t *Tracer) Delivered(d *hook.Delivery) {
	if t == nil {
		return
	}
	if tr := t.seed.trace(d.ID, lines(d.Request.Headers, parentHeader), lines(d.Request.Headers, stateHeader), t.opt.Ratio); tr.sampled {
		t.enqueue(entry{call: t.callSpan(d, tr), trace: tr})
	}
}

// Ended exports the spans of an execution that has ended. call has the headers of its call; nil: request has; both nil: they
// are read with the journal. It never blocks. It implements run.Tracer.
func (t *Tracer) Ended(x flow.Execution, call *hook.Context, request *hook.Request) {
	if t == nil || !x.Status.Final() {
		return
	}
	var tr trace
	switch {
	case call != nil:
		tr = t.ofCall(x.Delivery, call)
	case request != nil:
		tr = t.seed.trace(x.Delivery, lines(request.Headers, parentHeader), lines(request.Headers, stateHeader), t.opt.Ratio)
	default:
		tr.sampled = true // for all that is known
	}
	if tr.sampled {
		t.enqueue(entry{ended: withoutContent(x), trace: tr})
	}
}

// Outgoing returns the trace context of the requests that an attempt of a step sends. It implements run.Tracer.
func (t *Tracer) Outgoing(x *flow.Execution, call *hook.Context, path string, attempt int) node.TraceContext {
	tr := t.ofCall(x.Delivery, call)
	return node.TraceContext{Parent: header(tr.id, t.seed.step(x.ID, x.Round, path, attempt), tr.sampled), State: tr.state}
}

func (t *Tracer) ofCall(delivery ident.ID, call *hook.Context) trace {
	parent, _ := call.Headers.Get(parentHeader).Str()
	state, _ := call.Headers.Get(stateHeader).Str()
	return t.seed.trace(delivery, parent, state, t.opt.Ratio)
}

// The headers of W3C Trace Context.
const (
	parentHeader = "traceparent"
	stateHeader  = "tracestate"
)

// lines returns the values of a header, joined as in $context.headers.
func lines(headers []hook.Header, name string) string {
	text, found := "", false
	for _, h := range headers {
		switch {
		case !strings.EqualFold(h.Name, name):
		case found:
			text += ", " + h.Value
		default:
			text, found = h.Value, true
		}
	}
	return text
}

// withoutContent returns an execution that keeps no result in memory.
func withoutContent(x flow.Execution) flow.Execution {
	x.Output, x.Reply = flow.Execution{}.Output, nil
	return x
}

func (t *Tracer) enqueue(e entry) {
	select {
	case t.queue <- e:
	default:
		t.unqueued.Add(1)
	}
}

// Target is where traces go.
type Target struct {
	URL      string      // with the path, e.g. http://collector:4318/v1/traces
	Header   http.Header // of each request, e.g. credentials
	Service  string      // service.name
	Resource [][2]string // further attributes of the resource
}
