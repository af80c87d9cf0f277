package sqlite

import (
	"hookline.dev/hookline/internal/store/sqlite/sieve"
)

// merging takes the keys of the sealed log to where they stay, a chunk in each transaction.
type merging struct {
	upTo    int64    // rows of the log that are not needed then
	keys    []uint32 // where those that are not expired stand in sealed.packed, in the order of writing
	done    int      // how many of them are written
	expired int      // how many are not taken along

	to     destination
	run    *run // for toRun
	filter sieve.Filter
	block  []byte
}

// destination is where keys go from the log.
type destination uint8

const (
	toLog   destination = iota // few are left: they wait for others
	toRun                      // the common case
	toTable                    // there are as many runs as there may be
)

// tableKeys is how many keys one transaction writes into the table, or deletes there: each takes a page.
const tableKeys = DefaultBatch

// seal takes what the log holds now for a merging.
func (r *keyring) seal(o *Options) {
	now := o.Clock.Now().UnixMicro()
	r.sealed, r.recent = r.recent, r.sealed
	r.recent.clear()
	r.begin()
	m := &merging{upTo: r.next - 1, keys: make([]uint32, 0, r.sealed.claims)}
	ends := make([]int64, 0, r.sealed.claims)
	keys := keyReader{rest: r.sealed.packed}
	for at := 0; keys.next(); at = len(r.sealed.packed) - len(keys.rest) {
		if keys.entry.expired(now) {
			m.expired++
			continue
		}
		m.keys = append(m.keys, uint32(at))
		ends = append(ends, keys.entry.expires)
	}
	switch {
	case len(m.keys) <= o.KeyLog/oneIn:
		m.to = toLog
	case len(r.runs.list) >= o.KeyRuns:
		m.to = toTable
	default:
		m.to = toRun
		m.run = &run{id: r.runs.next, blocks: blocksFor(len(m.keys)), keys: len(m.keys), retire: retirement(ends, now)}
		m.filter = sieve.NewFilter(len(m.keys))
		m.keys = byBlock(r.sealed.packed, m.keys, m.run.blocks)
	}
	r.merging = m
}

// byBlock orders keys by the block where they belong, in a pass over them and not by comparing: everybody waits.
func byBlock(packed []byte, keys []uint32, blocks int) []uint32 {
	ends := make([]int, blocks+1)
	for _, at := range keys {
		ends[blockOf(packed[at:], blocks)+1]++
	}
	for b := range blocks {
		ends[b+1] += ends[b]
	}
	sorted := make([]uint32, len(keys))
	for _, at := range keys {
		b := blockOf(packed[at:], blocks)
		sorted[ends[b]] = at
		ends[b]++
	}
	return sorted
}

// mergeLog is called by the writer between two transactions: when the log has become long, it takes the
// next chunk away. What fails is tried again after the next transaction.
func (w *writer) mergeLog() {
	if w.keys.merging == nil {
		if w.keys.recent.claims < w.store.opts.KeyLog {
			return
		}
		w.keys.seal(&w.store.opts)
	}
	w.keys.stuck = w.attempt([]member{mergeStep{}}, nil)
}

// mergeStep is the next chunk. Nobody waits for it.
type mergeStep struct{}

func (mergeStep) settle(error) {}
func (mergeStep) size() int    { return 0 }

// apply writes a chunk; with the last one the rows of the log go.
func (mergeStep) apply(w *writer) (err error) {
	m := w.keys.merging
	end := m.done
	switch m.to {
	case toLog:
		end = min(m.done+w.store.opts.KeyChunk, len(m.keys))
		err = w.eachSealed(m.keys[m.done:end], func(id *keyID, e *keyEntry) error {
			w.keys.keep(id, e)
			return nil
		})
	case toTable:
		end = min(m.done+min(tableKeys, w.store.opts.KeyChunk), len(m.keys))
		err = w.eachSealed(m.keys[m.done:end], w.putInTable)
	case toRun:
		end, err = w.putInRun(m)
	}
	if err != nil {
		return err
	}
	last := end == len(m.keys)
	if last {
		err = w.endMerge(m)
	}
	w.later = append(w.later, func() {
		m.done = end
		w.keys.table = w.keys.table || m.to == toTable
		if last {
			w.merged(m)
		}
	})
	return err
}

func (w *writer) eachSealed(keys []uint32, f func(*keyID, *keyEntry) error) error {
	for _, at := range keys {
		r := keyReader{rest: w.keys.sealed.packed[at:]}
		r.next()
		if err := f(&r.id, &r.entry); err != nil {
			return err
		}
	}
	return nil
}

// putInRun writes the next blocks of a run and returns how many keys are written then.
func (w *writer) putInRun(m *merging) (done int, err error) {
	if m.done == 0 { // a process that ended in the middle may have left some
		if err := w.exec(`DELETE FROM dedupe_blocks WHERE id >= ?1`, m.run.row(0)); err != nil {
			return 0, err
		}
	}
	packed := w.keys.sealed.packed
	for done = m.done; done < len(m.keys) && done < m.done+w.store.opts.KeyChunk; {
		block := blockOf(packed[m.keys[done]:], m.run.blocks)
		m.block = m.block[:0]
		for ; done < len(m.keys) && blockOf(packed[m.keys[done]:], m.run.blocks) == block; done++ {
			key := keyReader{rest: packed[m.keys[done]:]}
			key.next()
			m.block = append(m.block, packed[m.keys[done]:len(packed)-len(key.rest)]...)
			m.filter.Add(&key.id)
		}
		s := w.insertBlock
		s.Int(1, m.run.row(block))
		s.Blob(2, m.block)
		if err := w.run(s); err != nil {
			return 0, err
		}
	}
	return done, nil
}

// endMerge has the run take the place of the log.
func (w *writer) endMerge(m *merging) error {
	if m.to == toRun {
		err := w.exec(`INSERT INTO dedupe_runs (id, blocks, keys, retire_at, filter) VALUES (?1, ?2, ?3, ?4, ?5)`,
			m.run.id, m.run.blocks, m.run.keys, m.run.retire, []byte(m.filter))
		if err != nil {
			return err
		}
	}
	return w.exec(`DELETE FROM dedupe_log WHERE id <= ?1`, m.upTo)
}

// merged is what is known when the last chunk is written.
func (w *writer) merged(m *merging) {
	k := &w.keys
	if m.to == toRun {
		w.addRun(m.run, m.filter)
	}
	k.dropped += m.expired
	k.sealed.clear()
	k.merging = nil
}
