package watch

import (
	"sync/atomic"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
)

// Counts counts events since the hub was created.
type Counts struct {
	Accepted  int64 `json:"accepted"`
	Rejected  int64 `json:"rejected"`
	Unmatched int64 `json:"unmatched"`
	Succeeded int64 `json:"succeeded"`
	Failed    int64 `json:"failed"`
	Canceled  int64 `json:"canceled"`
	Aborted   int64 `json:"aborted"`
	Waited    int64 `json:"waited"` // how often an execution began to wait
}

type counts struct {
	accepted, rejected, unmatched               atomic.Int64
	succeeded, failed, canceled, aborted, waits atomic.Int64
}

func (c *counts) delivery(o hook.Outcome) {
	switch o {
	case hook.Accepted:
		c.accepted.Add(1)
	case hook.Rejected:
		c.rejected.Add(1)
	case hook.Unmatched:
		c.unmatched.Add(1)
	}
}

func (c *counts) execution(s flow.Status) {
	switch s {
	case flow.Succeeded:
		c.succeeded.Add(1)
	case flow.Failed:
		c.failed.Add(1)
	case flow.Canceled:
		c.canceled.Add(1)
	case flow.Aborted:
		c.aborted.Add(1)
	case flow.Waiting:
		c.waits.Add(1)
	}
}

// Counts returns the current counts. Each number is exact, but they are not read at the same instant.
func (h *Hub) Counts() Counts {
	return Counts{
		Accepted:  h.counts.accepted.Load(),
		Rejected:  h.counts.rejected.Load(),
		Unmatched: h.counts.unmatched.Load(),
		Succeeded: h.counts.succeeded.Load(),
		Failed:    h.counts.failed.Load(),
		Canceled:  h.counts.canceled.Load(),
		Aborted:   h.counts.aborted.Load(),
		Waited:    h.counts.waits.Load(),
	}
}
