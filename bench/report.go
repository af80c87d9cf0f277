package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"

	"hookline.dev/hookline/bench/load"
	"hookline.dev/hookline/internal/clock"
)

func now() time.Time { return clock.System().Now() }

// printMachine prints what the figures depend on.
func printMachine(w io.Writer, args []string) {
	model := "unknown"
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	kernel, _ := os.ReadFile("/proc/sys/kernel/osrelease") // omitted on systems without it
	fmt.Fprintf(w, "command  bench %s\nmachine  %d cores, %s, %s/%s, kernel %s, %s\n\n",
		strings.Join(args, " "), runtime.NumCPU(), model, runtime.GOOS, runtime.GOARCH, strings.TrimSpace(string(kernel)), runtime.Version())
}

// latencies formats the quantiles of interest.
func latencies(r *load.Result) string {
	q := func(q float64) time.Duration { return r.Latency.Quantile(q).Round(10 * time.Microsecond) }
	return fmt.Sprintf("p50 %v  p99 %v  p99.9 %v  max %v", q(0.5), q(0.99), q(0.999), r.Latency.Max().Round(10*time.Microsecond))
}

// show prints the median round of a scenario, ranked by the figure of its target.
func (r results) show(w io.Writer) {
	o := r.median((*outcome).targetRatio)
	fmt.Fprintf(w, "%s  %s; %d connections, %d rounds of %v, the middle one:\n", o.scenario.name, o.scenario.what, o.scenario.conns, len(r), o.scenario.duration)
	fmt.Fprintf(w, "    accepted   %8.0f/s   %s\n", o.accepted(), latencies(&o.load))
	fmt.Fprintf(w, "    finished   %8.0f/s   %d executions, drained in %v\n", o.finished(), o.load.OK(), o.drain.Round(time.Millisecond))
	fmt.Fprintf(w, "    ratio      %8.2f     of the ceiling of %.0f/s, finished; %.2f accepted; in all rounds%s%s\n",
		o.finished()/o.ceiling, o.ceiling, o.accepted()/o.ceiling, r.ratios(), verdict(o.targetRatio(), o.scenario.target))
	if o.scenario.rate > 0 {
		fmt.Fprintf(w, "    rate       %8.0f/s  %s\n", o.finished(), verdict(o.finished(), o.scenario.rate))
	}
	fmt.Fprintf(w, "    each       %8.2f     statements, %.3f fsyncs, %.0f bytes of log, %.0f bytes to the disk, %v CPU of the server\n",
		o.each("store.statements"), o.each("store.fsyncs"), o.each("store.logBytes"),
		float64(o.usage.Written)/float64(o.load.OK()), (o.usage.CPU / time.Duration(o.load.OK())).Round(time.Microsecond))
	fmt.Fprintf(w, "    batches    %8.1f     writes in one transaction; %s\n",
		float64(o.stats["store.members"])/float64(max(1, o.stats["store.transactions"])), o.batches())
	fmt.Fprintf(w, "    memory     %8.1f MiB peak of the server, %.1f MiB in script workers at the end\n", mib(o.usage.PeakRSS), mib(o.usage.WorkersRSS))
	if n := o.load.Latency.Count() - o.load.OK(); n > 0 {
		fmt.Fprintf(w, "    refused    %8d     %v\n", n, o.load.Answers)
	}
	fmt.Fprintln(w)
}

// ratios formats the figure of the target for each round.
func (r results) ratios() string {
	var b strings.Builder
	for i := range r {
		fmt.Fprintf(&b, " %.2f", r[i].targetRatio())
	}
	return b.String()
}

// batches formats the share of transactions by number of writes.
func (o *outcome) batches() string {
	var parts []string
	total := max(1, o.stats["store.transactions"])
	for size := int64(1); size <= 1<<20; size *= 2 {
		if n := o.stats[fmt.Sprintf("store.batch.%d", size)]; n > 0 {
			parts = append(parts, fmt.Sprintf("up to %d: %d%%", size, n*100/total))
		}
	}
	return strings.Join(parts, ", ")
}

// verdict says whether a figure reaches its target.
func verdict(got, target float64) string {
	switch {
	case target == 0:
		return ""
	case got >= target:
		return fmt.Sprintf("   target at least %g: reached", target)
	default:
		return fmt.Sprintf("   target at least %g: MISSED", target)
	}
}

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }
