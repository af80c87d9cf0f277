package sqlite

import (
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// Dedupe keys live on three levels. A new one is appended to dedupe_log, in one row with all others of
// its transaction, and kept in memory. When there are many, they leave the log together for a run
// (keyruns.go): packed in blocks on the disk, with a filter in memory, so that a key that is new is looked
// for in no row and written in no page of its own. Where runs would take too much memory, there is a table
// (keytable.go). A key is taken as long as any entry of it, on any level, is not expired.

// keyring is what the writer knows of the keys. Changes are taken back with the transaction.
type keyring struct {
	recent keyset // of the log
	sealed keyset // of its rows up to merging.upTo, while they are merged
	next   int64  // id of the next row of the log
	mark   int    // where the keys of the transaction under way begin in recent
	undo   []keyUndo

	merging *merging // nil: none is under way
	stuck   error    // why its last step failed
	dropped int      // expired keys that are gone, since a ForgetKeys told

	runs  runs
	table bool // there are keys in the table
}

// keyset is the keys of a stretch of the log.
type keyset struct {
	packed []byte
	at     map[keyID]uint32 // where each begins in packed; what it was before may stand there, too
	claims int              // all that stand in packed
	latest int64            // when the last one expires
}

// keyUndo is where a key was before the transaction claimed it.
type keyUndo struct {
	id  keyID
	was uint32
	had bool
}

// find looks up what the set knows of a key.
func (s *keyset) find(id *keyID) (e keyEntry, found bool) {
	at, found := s.at[*id]
	if found {
		e = unpacked(s.packed[at:])
	}
	return e, found
}

// put adds a key that stands at the end of packed.
func (s *keyset) put(id *keyID, at int, e *keyEntry) (undo keyUndo) {
	was, had := s.at[*id]
	s.at[*id] = uint32(at) // a set is written off long before it has 4 GiB
	s.claims++
	s.latest = max(s.latest, e.expires)
	return keyUndo{*id, was, had}
}

// clear makes room for other keys.
func (s *keyset) clear() {
	clear(s.at)
	s.packed, s.claims, s.latest = s.packed[:0], 0, 0
}

// begin is called at the start of a transaction.
func (r *keyring) begin() { r.undo, r.mark = r.undo[:0], len(r.recent.packed) }

// restore takes back what the transaction changed.
func (r *keyring) restore() {
	for i := len(r.undo) - 1; i >= 0; i-- {
		if u := &r.undo[i]; u.had {
			r.recent.at[u.id] = u.was
		} else {
			delete(r.recent.at, u.id)
		}
	}
	r.recent.packed = r.recent.packed[:r.mark]
	r.recent.claims -= len(r.undo)
	r.begin()
}

// fullLogs is how many times Options.KeyLog keys may wait to be merged, if merging them fails.
const fullLogs = 16

// room says that no more keys can be claimed, because those that there are cannot leave memory.
func (r *keyring) room(o *Options) error {
	if r.stuck == nil || r.recent.claims < fullLogs*o.KeyLog {
		return nil
	}
	return fault.As("sqlite.Accept", fault.Unavailable, r.stuck, "dedupe keys cannot be moved out of their log, which is full")
}

// claim makes a key an execution's.
func (r *keyring) claim(id *keyID, e *keyEntry) {
	at := len(r.recent.packed)
	r.recent.packed = packKey(r.recent.packed, id, e)
	r.undo = append(r.undo, r.recent.put(id, at, e))
}

// keep is claim for one that stood elsewhere: a later claim stays.
func (r *keyring) keep(id *keyID, e *keyEntry) {
	if there, found := r.recent.find(id); !found || there.expires < e.expires {
		r.claim(id, e)
	}
}

// findKey looks for an entry of a key that is not expired at a time.
func (w *writer) findKey(id *keyID, at int64) (e keyEntry, found bool, err error) {
	if e, found = w.keys.recent.find(id); found && !e.expired(at) {
		return e, true, nil
	}
	if e, found = w.keys.sealed.find(id); found && !e.expired(at) {
		return e, true, nil
	}
	if e, found, err = w.findInRuns(id, at); found || err != nil {
		return e, found, err
	}
	return w.findInTable(id, at)
}

// logKeys appends the keys that the transaction claimed to the log.
func (w *writer) logKeys() error {
	fresh := w.keys.recent.packed[w.keys.mark:]
	if len(fresh) == 0 {
		return nil
	}
	s := w.insertKeys
	s.Int(1, w.keys.next)
	s.Blob(2, fresh)
	if err := w.run(s); err != nil {
		return err
	}
	w.later = append(w.later, func() { w.keys.next++ })
	return nil
}

// loadKeys reads what the writer must know of the keys, when the store opens.
func (w *writer) loadKeys() error {
	k := &w.keys
	k.recent.at, k.sealed.at, k.next = make(map[keyID]uint32), make(map[keyID]uint32), 1
	if err := w.loadRuns(); err != nil {
		return err
	}
	var damage error
	err := w.query(`SELECT id, keys FROM dedupe_log ORDER BY id`, func(s *conn.Stmt) {
		row := s.ColumnBlob(1)
		r := keyReader{rest: row}
		for at := len(k.recent.packed); r.next(); at = len(k.recent.packed) + len(row) - len(r.rest) {
			k.recent.put(&r.id, at, &r.entry)
		}
		k.recent.packed = append(k.recent.packed, row...)
		if k.next = s.ColumnInt(0) + 1; k.merging == nil && k.recent.claims >= w.store.opts.KeyLog {
			k.seal(&w.store.opts) // what was under way when the process ended
		}
		if err := r.err(); err != nil {
			damage = err
		}
	})
	if err == nil {
		err = damage
	}
	if err == nil {
		k.table, err = w.tableHasKeys()
	}
	return err
}
