package prom

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
)

const (
	// MaxWorkflows is how many workflows have a label of their own.
	MaxWorkflows = 100
	// OtherWorkflows is the label of all other workflows. It is no valid key.
	OtherWorkflows = "_other"
)

// The limits of a scrape.
const (
	maxScrapes    = 4
	scrapeTimeout = 10 * time.Second
)

// Metrics observes calls and executions. Its methods are safe for concurrent use and do not block.
type Metrics struct {
	registry *prometheus.Registry

	calls, answers, refusals, bytes, executions, waits *prometheus.CounterVec
	callTime, runTime                                  *prometheus.HistogramVec

	workflows sync.Map   // from key to *workflow
	mu        sync.Mutex // held while one is added
	named     int        // workflows with a label of their own
}

// New returns metrics. read returns the counters of the server by name; it is called for each scrape.
func New(version string, read func() map[string]int64) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry()}
	counter := func(name string) *prometheus.CounterVec {
		of := find(name)
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: of.Help}, of.Labels)
		m.registry.MustRegister(c)
		return c
	}
	histogram := func(name string, buckets []float64) *prometheus.HistogramVec {
		of := find(name)
		h := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: of.Help, Buckets: buckets}, of.Labels)
		m.registry.MustRegister(h)
		return h
	}
	m.calls, m.answers, m.refusals, m.bytes = counter(nameCalls), counter(nameAnswers), counter(nameRefusals), counter(nameCallBytes)
	m.executions, m.waits = counter(nameExecutions), counter(nameWaits)
	m.callTime = histogram(nameCallTime, []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30})
	m.runTime = histogram(nameRunTime, []float64{.001, .005, .01, .05, .1, .5, 1, 5, 10, 30, 60, 300, 1800, 3600})
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: nameBuild, Help: find(nameBuild).Help}, find(nameBuild).Labels)
	build.WithLabelValues(version).Set(1)
	m.registry.MustRegister(build, newReader(read), collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// find returns a metric of the table. A name that is not in it is a mistake in this package.
func find(name string) Metric {
	for _, m := range Table() {
		if m.Name == name {
			return m
		}
	}
	panic("no metric " + name)
}

// Handler serves the metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: maxScrapes, Timeout: scrapeTimeout})
}

// Delivered observes a call. It implements ingress.Observer.
func (m *Metrics) Delivered(d hook.Delivery) {
	w := m.workflow(d.Workflow)
	w.outcome(d.Outcome).Inc()
	w.answers[class(d.Status)].Inc()
	w.callTime.Observe(d.Took.Seconds())
	w.bytes.Add(float64(len(d.Request.Body)))
	if d.Outcome != hook.Accepted && d.Outcome != hook.Repeat {
		m.refusals.WithLabelValues(w.label, gateLabel(d.Gate)).Inc()
	}
}

// Ended observes an execution that ended or began to wait. It implements engine.Observer.
func (m *Metrics) Ended(x flow.Execution, _ int, took time.Duration) {
	w := m.workflow(x.Workflow)
	if !x.Status.Final() {
		w.waits.Inc()
		return
	}
	if x.Status == flow.Succeeded {
		w.succeeded.Inc()
	} else {
		w.executions.WithLabelValues(w.label, string(x.Status)).Inc()
	}
	w.runTime.Observe(took.Seconds())
}

// classes returns the classes of answers, by the first digit of the status.
func classes() [6]string { return [6]string{"none", "1xx", "2xx", "3xx", "4xx", "5xx"} }

func class(status int) int {
	if status < 100 || status > 599 {
		return 0
	}
	return status / 100
}

// workflow has what is observed of one label.
type workflow struct {
	label             string
	calls, executions *prometheus.CounterVec
	accepted          prometheus.Counter // the outcome of almost every call
	succeeded         prometheus.Counter // the end of almost every execution
	answers           [6]prometheus.Counter
	callTime, runTime prometheus.Observer
	bytes, waits      prometheus.Counter
}

// workflow returns what is observed of a workflow, or of all that have no label of their own.
func (m *Metrics) workflow(key string) *workflow {
	if w, ok := m.workflows.Load(key); ok {
		return w.(*workflow)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if w, ok := m.workflows.Load(key); ok {
		return w.(*workflow)
	}
	label := key
	switch {
	case key == "":
	case m.named == MaxWorkflows:
		label = OtherWorkflows
	default:
		m.named++
	}
	w := m.newWorkflow(label)
	m.workflows.Store(key, w)
	return w
}

// newWorkflow returns what is observed of a label. Several with one label share their counters.
func (m *Metrics) newWorkflow(label string) *workflow {
	w := &workflow{
		label: label, accepted: m.calls.WithLabelValues(label, string(hook.Accepted)), calls: m.calls,
		succeeded: m.executions.WithLabelValues(label, string(flow.Succeeded)), executions: m.executions,
		callTime: m.callTime.WithLabelValues(label), runTime: m.runTime.WithLabelValues(label),
		bytes: m.bytes.WithLabelValues(label), waits: m.waits.WithLabelValues(label),
	}
	for i, c := range classes() {
		w.answers[i] = m.answers.WithLabelValues(label, c)
	}
	return w
}

func (w *workflow) outcome(o hook.Outcome) prometheus.Counter {
	if o == hook.Accepted {
		return w.accepted
	}
	return w.calls.WithLabelValues(w.label, string(o))
}

// gates lists the gates that decide about calls.
func gates() []string {
	return []string{
		"match", "method", "allowIPs", "basic", "token", "signature", "lockout", "rateLimit", "head", "capture", "verify", "open", "handshake",
		"decode", "validate", "filter", "dedupe", "accept", "reply", "cors", "cloudevents", "identify", "admit", "any",
	}
}

// gateLabel returns the label of a gate. The index of an alternative is left out.
func gateLabel(gate string) string {
	if _, rest, ok := strings.Cut(gate, "]."); ok {
		gate = rest
	}
	for _, g := range gates() {
		if g == gate {
			return g
		}
	}
	return "other"
}
