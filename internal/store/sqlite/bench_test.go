package sqlite_test

import (
	"bytes"
	"crypto/sha256"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite"
	"hookline.dev/hookline/internal/value"
)

// load generates the writes of W0: a push of 7.7 KB with a condition and one record.create.
type load struct {
	ids   *ident.Source
	clock clock.Clock
	body  []byte
	owner flow.Incarnation
	dir   string
	keyed bool // each call has its own dedupe key
}

func newLoad(owner flow.Incarnation) *load {
	return &load{ids: ident.NewSource(clock.System(), 0), clock: clock.System(), body: bytes.Repeat([]byte("0123456789abcdef"), 7700/16), owner: owner}
}

func pushes() collection.Collection {
	return collection.Collection{Name: "pushes", Fields: []collection.Field{
		{Name: "branch", Type: collection.String, Required: true}, {Name: "by", Type: collection.String},
		{Name: "commits", Type: collection.Integer}, {Name: "at", Type: collection.Datetime},
	}}
}

func (l *load) accept() store.Accept {
	d := hook.Delivery{
		ID: l.ids.Next(), Workflow: "github-push", Outcome: hook.Accepted, Gate: "accept", Status: 200, Took: time.Millisecond,
		Request: hook.Request{
			Method: "POST", Path: "/api/webhooks/github-push", Host: "hooks.example.com", IP: "192.0.2.1", ContentType: "application/json",
			Headers: []hook.Header{
				{Name: "Accept", Value: "*/*"}, {Name: "Content-Type", Value: "application/json"}, {Name: "User-Agent", Value: "GitHub-Hookshot/044aadd"},
				{Name: "X-GitHub-Delivery", Value: "72d3162e-cc78-11e3-81ab-4c9367dc0958"}, {Name: "X-GitHub-Event", Value: "push"},
				{Name: "X-GitHub-Hook-ID", Value: "292430182"}, {Name: "Content-Length", Value: "7700"},
			},
			Body: l.body, ReceivedAt: l.clock.Now(),
		},
	}
	e := flow.Execution{ID: l.ids.Next(), Workflow: d.Workflow, Revision: "0123456789abcdef0123456789abcdef", Delivery: d.ID,
		Mode: flow.Async, Status: flow.Queued, Owner: l.owner, CreatedAt: l.clock.Now()}
	d.Execution = e.ID
	a := store.Accept{Delivery: d, Execution: e}
	if l.keyed {
		a.Delivery.DedupeKey = "72d3162e-cc78-11e3-81ab-" + strconv.FormatInt(int64(d.ID), 16)
		a.Dedupe = &store.Dedupe{Key: sha256.Sum256([]byte(a.Delivery.DedupeKey)), Expires: e.CreatedAt.Add(72 * time.Hour)}
	}
	return a
}

func (l *load) commit(id ident.ID) store.Commit {
	now := l.clock.Now()
	return store.Commit{
		Execution: id, Owner: l.owner, Seq: 1,
		Steps: []flow.Step{
			{Execution: id, N: 1, Path: "is_main", Node: "is_main", Type: "condition", Attempt: 1, Status: flow.Succeeded, StartedAt: now, FinishedAt: now,
				Input: value.Trusted(`{"when":{"and":[{"left":"refs/heads/main","op":"equal","right":"refs/heads/main"}]}}`), Result: value.Bool(true), Branch: "then"},
			{Execution: id, N: 2, Path: "save", Node: "save", Type: "record.create", Attempt: 1, Status: flow.Succeeded, StartedAt: now, FinishedAt: now,
				Input: value.Trusted(`{"collection":"pushes","values":{"branch":"refs/heads/main","by":"octocat","commits":3,"at":"2026-11-22T08:30:00Z"}}`)},
		},
		Ops: []store.StepOp{{N: 2, Op: collection.Op{Kind: collection.Create, Collection: "pushes",
			Values: value.Trusted(`{"branch":"refs/heads/main","by":"octocat","commits":3,"at":"2026-11-22T08:30:00Z"}`)}}},
		State:  store.State{Status: flow.Succeeded, StartedAt: now, FinishedAt: now, Output: value.Trusted(`{"ok":true}`)},
		Broken: store.State{Status: flow.Running, StartedAt: now},
	}
}

// BenchmarkW0 measures the writer alone: callers accept an execution and immediately commit its end. It reports
// executions, statements, fsyncs and bytes.
//
//	go test ./internal/store/sqlite -run xxx -bench W0 -benchtime 200000x
func BenchmarkW0(b *testing.B) {
	for _, callers := range []int{64, 512} {
		b.Run(strconv.Itoa(callers)+"callers", func(b *testing.B) { benchmarkW0(b, callers, false, sqlite.Options{}) })
	}
}

// BenchmarkDedupe is BenchmarkW0 with a different dedupe key for each call.
func BenchmarkDedupe(b *testing.B) {
	for _, callers := range []int{64, 512} {
		b.Run(strconv.Itoa(callers)+"callers", func(b *testing.B) { benchmarkW0(b, callers, true, sqlite.Options{}) })
	}
}

func benchmarkW0(b *testing.B, callers int, keyed bool, o sqlite.Options) {
	for name, to := range map[string]*int{"PAGE": &o.PageSize, "CHECKPOINT": &o.Checkpoint, "CACHE": &o.CacheKiB} {
		if text := os.Getenv("HOOKLINE_BENCH_" + name); text != "" {
			*to, _ = strconv.Atoi(text)
		}
	}
	s, l := benchStore(b, o)
	l.keyed = keyed
	before := s.Counters()
	b.ReportAllocs()
	cpu := sqlite.Processor(b)
	b.ResetTimer()
	drive(b, s, l, callers, b.N)
	b.StopTimer()
	cpu = sqlite.Processor(b) - cpu
	st := s.Counters()
	n := float64(b.N)
	b.ReportMetric(float64(cpu.Nanoseconds())/n/1e3, "cpu-µs/op")
	b.ReportMetric(n/b.Elapsed().Seconds(), "executions/s")
	b.ReportMetric(float64(st["statements"]-before["statements"])/n, "statements/op")
	b.ReportMetric(float64(st["logBytes"]-before["logBytes"])/n, "logbytes/op")
	b.ReportMetric(float64(st["fsyncs"]-before["fsyncs"])/n, "fsyncs/op")
	b.ReportMetric(float64(st["members"]-before["members"])/float64(st["transactions"]-before["transactions"]), "members/txn")
	if s.Backlog() != 0 {
		b.Error("backlog", s.Backlog())
	}
}

// benchStore opens a store with the collection that the load writes to.
func benchStore(b *testing.B, o sqlite.Options) (*sqlite.Store, *load) {
	b.Helper()
	o.Dir = b.TempDir()
	s, err := sqlite.Open(o)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	if _, err := s.Redefine(store.Redefinition{Wanted: []collection.Collection{pushes()}}); err != nil {
		b.Fatal(err)
	}
	lease, err := s.Begin(clock.System().Now())
	if err != nil {
		b.Fatal(err)
	}
	l := newLoad(lease.Incarnation)
	l.dir = o.Dir
	return s, l
}

// drive accepts and commits n executions.
func drive(b *testing.B, s *sqlite.Store, l *load, callers, n int) {
	b.Helper()
	var left atomic.Int64
	left.Store(int64(n))
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			for left.Add(-1) >= 0 {
				a := l.accept()
				if _, err := s.Accept(a); err != nil {
					b.Error(err)
					return
				}
				if out, err := s.Commit(l.commit(a.Execution.ID)); err != nil || out.Fenced || out.Ops[0].Violation != nil {
					b.Error(out, err)
					return
				}
			}
		})
	}
	all.Wait()
}

// BenchmarkGrowth shows whether the cost of a write depends on how much is stored: it logs each twentieth of its
// executions. A million executions take about 10 GB.
//
//	go test ./internal/store/sqlite -run xxx -bench Growth -benchtime 1000000x -v
func BenchmarkGrowth(b *testing.B) {
	s, l := benchStore(b, sqlite.Options{})
	const parts = 20
	part := max(1, b.N/parts)
	for done := 0; done < b.N; done += part {
		before, cpu, begun := s.Counters(), sqlite.Processor(b), clock.System().Now()
		drive(b, s, l, 512, part)
		st, took := s.Counters(), clock.System().Now().Sub(begun)
		b.Logf("%8d stored: %6.0f executions/s, %.1f cpu-µs, %.0f log bytes, %.0f database bytes, %.2f statements each; log %d MiB, peak memory %d MiB",
			done+part, float64(part)/took.Seconds(), float64((sqlite.Processor(b)-cpu).Nanoseconds())/1e3/float64(part),
			float64(st["logBytes"]-before["logBytes"])/float64(part), float64(st["databaseBytes"]-before["databaseBytes"])/float64(part),
			float64(st["statements"]-before["statements"])/float64(part), logMiB(b, l), peakMiB(b))
	}
}

// logMiB returns the size of the write-ahead log.
func logMiB(b *testing.B, l *load) int64 {
	info, err := os.Stat(l.dir + "/hookline.db-wal")
	if err != nil {
		b.Fatal(err)
	}
	return info.Size() >> 20
}

// peakMiB returns the peak memory of the process, including the benchmark itself.
func peakMiB(b *testing.B) int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u.Maxrss >> 10
}
