package prom

import (
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
)

// batchStat begins the names of the counters of batches by size: store.batch.1, .2, .4, ...
const batchStat = "store.batch."

// batchClasses is the number of these counters.
const batchClasses = 12

// reader collects the metrics that are read from the counters of the server.
type reader struct {
	read  func() map[string]int64
	descs map[string]*prometheus.Desc // by metric
}

func newReader(read func() map[string]int64) *reader {
	r := &reader{read: read, descs: make(map[string]*prometheus.Desc)}
	for _, m := range Table() {
		if m.stats != nil || m.Name == nameBatches {
			r.descs[m.Name] = prometheus.NewDesc(m.Name, m.Help, m.Labels, nil)
		}
	}
	return r
}

// Describe implements prometheus.Collector.
func (r *reader) Describe(to chan<- *prometheus.Desc) {
	for _, d := range r.descs {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (r *reader) Collect(to chan<- prometheus.Metric) {
	all := r.read()
	for _, m := range Table() {
		kind := prometheus.CounterValue
		if m.Type == Gauge {
			kind = prometheus.GaugeValue
		}
		for _, s := range m.stats {
			n, ok := all[s.name]
			if !ok {
				continue // the driver does not count it
			}
			var labels []string
			if s.label != "" {
				labels = []string{s.label}
			}
			to <- prometheus.MustNewConstMetric(r.descs[m.Name], kind, float64(n), labels...)
		}
	}
	if _, ok := all[batchStat+"1"]; ok {
		to <- r.batches(all)
	}
}

// batches returns the histogram of the writes in one transaction.
func (r *reader) batches(all map[string]int64) prometheus.Metric {
	buckets := make(map[float64]uint64)
	count := uint64(0)
	for i := range batchClasses {
		size := 1 << i
		count += uint64(all[batchStat+strconv.Itoa(size)])
		buckets[float64(size)] = count
	}
	return prometheus.MustNewConstHistogram(r.descs[nameBatches], count, float64(all["store.members"]), buckets)
}
