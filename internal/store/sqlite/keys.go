package sqlite

import (
	"crypto/sha256"

	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// Dedupe keys live on two levels. A new one is appended to dedupe_log, in one row with all others of
// its transaction, and kept in memory; from time to time those are sorted into the table dedupe_keys
// (keymerge.go). So a call with a new key costs a look into the table, and no page of it.

// keyID names a dedupe key.
type keyID struct {
	workflow string
	sum      [sha256.Size]byte
}

// keyEntry is what is known of a claimed key.
type keyEntry struct {
	execution ident.ID
	expires   int64              // microseconds since 1970
	body      *[sha256.Size]byte // nil: any body is a repeat
	log       int64              // the row of dedupe_log that it stands in
}

// expired reports whether the key is free at a time, in microseconds.
func (k *keyEntry) expired(at int64) bool { return k.expires <= at }

// keyring is what the writer knows of the keys. Changes are taken back with the transaction.
type keyring struct {
	recent map[keyID]keyEntry // of the log
	fresh  []byte             // claimed in the transaction under way, encoded
	next   int64              // id of the next row of the log
	sorted bool               // there are keys in the table
	undo   []keyUndo

	merging *merging // nil: none is under way
	dropped int      // keys that were expired when they should have been sorted in
}

// keyUndo is what a key was before the transaction changed it.
type keyUndo struct {
	id  keyID
	was keyEntry
	had bool
}

// begin is called at the start of a transaction.
func (r *keyring) begin() { r.undo, r.fresh = r.undo[:0], r.fresh[:0] }

// restore takes back what the transaction changed.
func (r *keyring) restore() {
	for i := len(r.undo) - 1; i >= 0; i-- {
		if u := &r.undo[i]; u.had {
			r.recent[u.id] = u.was
		} else {
			delete(r.recent, u.id)
		}
	}
	r.begin()
}

// claim makes a key an execution's.
func (r *keyring) claim(id keyID, e keyEntry) {
	e.log = r.next
	was, had := r.recent[id]
	r.undo = append(r.undo, keyUndo{id, was, had})
	r.recent[id] = e
	r.fresh = appendKey(r.fresh, &id, &e)
}

const sqlFindKey = `SELECT execution, expires_at, body_sha256 FROM dedupe_keys WHERE workflow = ?1 AND key_sha256 = ?2`

// findKey looks a key up that is not expired at a time.
func (w *writer) findKey(id *keyID, at int64) (keyEntry, bool, error) {
	if e, ok := w.keys.recent[*id]; ok {
		return e, !e.expired(at), nil
	}
	if !w.keys.sorted {
		return keyEntry{}, false, nil
	}
	s := w.selectKey
	s.Text(1, id.workflow)
	s.Blob(2, id.sum[:])
	found, err := w.step(s)
	if !found || err != nil {
		s.Reset()
		return keyEntry{}, false, err
	}
	e := keyEntry{execution: ident.ID(s.ColumnInt(0)), expires: s.ColumnInt(1), body: columnSum(s, 2)}
	s.Reset()
	return e, !e.expired(at), nil
}

// logKeys appends the keys that the transaction claimed to the log.
func (w *writer) logKeys() error {
	if len(w.keys.fresh) == 0 {
		return nil
	}
	s := w.insertKeys
	s.Int(1, w.keys.next)
	s.Blob(2, w.keys.fresh)
	if err := w.run(s); err != nil {
		return err
	}
	w.later = append(w.later, func() { w.keys.next++ })
	return nil
}

// loadKeys reads the log, when the store opens.
func (w *writer) loadKeys() error {
	w.keys.recent, w.keys.next = make(map[keyID]keyEntry), 1
	var broken error
	err := w.query(`SELECT id, keys FROM dedupe_log ORDER BY id`, func(s *conn.Stmt) {
		log := s.ColumnInt(0)
		w.keys.next = log + 1
		if err := decodeKeys(s.ColumnBlob(1), func(id keyID, e keyEntry) {
			e.log = log
			w.keys.recent[id] = e
		}); err != nil {
			broken = err
		}
	})
	if err == nil {
		err = broken
	}
	if err == nil {
		err = w.query(`SELECT 1 FROM dedupe_keys LIMIT 1`, func(*conn.Stmt) { w.keys.sorted = true })
	}
	return err
}

func columnSum(s *conn.Stmt, i int) *[sha256.Size]byte {
	b := s.ColumnBlob(i)
	if len(b) != sha256.Size {
		return nil
	}
	return (*[sha256.Size]byte)(b)
}
