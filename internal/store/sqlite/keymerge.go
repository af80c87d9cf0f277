package sqlite

import (
	"bytes"
	"cmp"
	"slices"

	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// merging sorts the keys of the log into their table, a chunk in each transaction.
type merging struct {
	keys []keyID // in the order of the table
	done int     // how many of them are in it
	upTo int64   // rows of the log that are not needed then
}

// mergeChunk is how many keys one transaction sorts in: as many as one can claim at most, so that the
// log cannot grow faster than it is emptied.
const mergeChunk = DefaultBatch

// startMerge takes what the log holds now.
func (r *keyring) startMerge() {
	m := &merging{keys: make([]keyID, 0, len(r.recent)), upTo: r.next - 1}
	for id := range r.recent {
		m.keys = append(m.keys, id)
	}
	slices.SortFunc(m.keys, func(a, b keyID) int {
		return cmp.Or(cmp.Compare(a.workflow, b.workflow), bytes.Compare(a.sum[:], b.sum[:]))
	})
	r.merging = m
}

// mergeKeys is called by the writer between two transactions: when the log has become long, it sorts
// the next chunk into the table. What fails is tried again after the next transaction.
func (w *writer) mergeKeys() {
	if w.keys.merging == nil {
		if len(w.keys.recent) < w.store.opts.KeyLog {
			return
		}
		w.keys.startMerge()
	}
	_ = w.attempt([]member{mergeStep{}}, nil)
}

// mergeStep is the next chunk. Nobody waits for it.
type mergeStep struct{}

func (mergeStep) settle(error) {}
func (mergeStep) size() int    { return 0 }

// apply writes a chunk; the last one empties the log.
func (mergeStep) apply(w *writer) error {
	m := w.keys.merging
	now := w.store.opts.Clock.Now().UnixMicro()
	end := min(m.done+mergeChunk, len(m.keys))
	dropped := 0
	for _, id := range m.keys[m.done:end] {
		e, ok := w.keys.recent[id]
		if ok && e.expired(now) {
			dropped++
		}
		if !ok || e.expired(now) {
			continue
		}
		if err := w.putKey(&id, &e); err != nil {
			return err
		}
	}
	if end == len(m.keys) {
		if err := w.exec(`DELETE FROM dedupe_log WHERE id <= ?1`, m.upTo); err != nil {
			return err
		}
	}
	w.later = append(w.later, func() {
		m.done = end
		w.keys.dropped += dropped
		if end == len(m.keys) {
			w.keys.merged(m)
		}
	})
	return nil
}

func (w *writer) putKey(id *keyID, e *keyEntry) error {
	s, err := w.statement(`REPLACE INTO dedupe_keys (workflow, key_sha256, execution, expires_at, body_sha256) VALUES (?1, ?2, ?3, ?4, ?5)`)
	if err != nil {
		return err
	}
	s.Text(1, id.workflow)
	s.Blob(2, id.sum[:])
	s.Int(3, int64(e.execution))
	s.Int(4, e.expires)
	if e.body == nil {
		s.Null(5)
	} else {
		s.Blob(5, e.body[:])
	}
	return w.run(s)
}

// merged forgets what stands in the table now. A key that was taken over meanwhile stays.
func (r *keyring) merged(m *merging) {
	for _, id := range m.keys {
		if e := r.recent[id]; e.log <= m.upTo {
			delete(r.recent, id)
		}
	}
	r.sorted, r.merging = true, nil
}

// ripening is mergeStep for who forgets keys: as long as there are expired ones in the log, they
// have to leave it first.
type ripening struct {
	ticket
	now     int64
	dropped int
	done    bool
}

func (m *ripening) apply(w *writer) error {
	m.done, m.dropped = false, 0
	if w.keys.merging == nil {
		if m.done = !w.keys.anyExpired(m.now); m.done {
			m.dropped = w.keys.dropped
			w.later = append(w.later, func() { w.keys.dropped = 0 })
			return nil
		}
		w.keys.startMerge()
	}
	return mergeStep{}.apply(w)
}

func (r *keyring) anyExpired(now int64) bool {
	for _, e := range r.recent {
		if e.expired(now) {
			return true
		}
	}
	return false
}

// keyDeletion deletes keys that a reader has found expired.
type keyDeletion struct {
	ticket
	keys    []keyID
	now     int64
	deleted int
}

func (m *keyDeletion) apply(w *writer) error {
	m.deleted = 0
	for _, id := range m.keys {
		if err := w.exec(`DELETE FROM dedupe_keys WHERE workflow = ?1 AND key_sha256 = ?2 AND expires_at <= ?3`, id.workflow, id.sum[:], m.now); err != nil {
			return err
		}
		m.deleted += w.c.Changes()
	}
	return nil
}

// expiredKeys walks the table from a key on, at most keyWalk of it, and returns up to limit expired
// keys and where it stopped; the zero key is the end.
func (r *reader) expiredKeys(from keyID, now int64, limit int) (list []keyID, at keyID, err error) {
	rows := 0
	err = r.query(sqlWalkKeys, func(s *conn.Stmt) {
		if rows++; len(list) == limit {
			return
		}
		at = keyID{workflow: s.ColumnText(0)}
		copy(at.sum[:], s.ColumnBlob(1))
		if s.ColumnInt(2) <= now {
			list = append(list, at)
		}
	}, from.workflow, from.sum[:], keyWalk)
	if rows < keyWalk && len(list) < limit {
		at = keyID{}
	}
	return list, at, err
}

const sqlWalkKeys = `SELECT workflow, key_sha256, expires_at FROM dedupe_keys WHERE (workflow, key_sha256) > (?1, ?2) ORDER BY workflow, key_sha256 LIMIT ?3`

// keyWalk is how many keys one ForgetKeys looks at in the table.
const keyWalk = 50_000
