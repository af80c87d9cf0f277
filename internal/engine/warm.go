package engine

import "hookline.dev/hookline/internal/ident"

// warm reads the calls of cold jobs when their turn comes near.
func (e *Engine) warm() {
	for {
		select {
		case <-e.stopping:
			return
		case <-e.queue.chilly:
		}
		for !e.stopped() {
			list := e.queue.cold(e.opt.HandOffBytes - e.load.Load())
			if len(list) == 0 {
				break
			}
			e.read(list)
		}
	}
}

// read makes cold jobs warm. One whose call cannot be read is loaded on its own when a worker has it:
// that says why.
func (e *Engine) read(list []*job) {
	ids := make([]ident.ID, len(list))
	for i, j := range list {
		ids[i] = j.execution.Delivery
	}
	calls, err := e.table.Calls(ids)
	for err != nil {
		e.log.Warn("cannot read the calls of executions; trying again", "error", err)
		e.pause()
		if e.stopped() {
			return
		}
		calls, err = e.table.Calls(ids)
	}
	for i, j := range list {
		j.request = calls[i]
		if j.request == nil {
			j.bare = true
		} else {
			e.weigh(j, int64(len(j.request.Body)))
		}
		j.placed = true
	}
	e.held.Add(int64(len(list)))
	e.cold.Add(-int64(len(list)))
	e.queue.warm(list)
}
