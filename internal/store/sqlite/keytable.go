package sqlite

import (
	"crypto/sha256"

	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// The table dedupe_keys has a row for each key, and is searched for each call while it has any. It is
// for the keys that are more than runs may hold.

const sqlFindKey = `SELECT execution, expires_at, body_sha256 FROM dedupe_keys WHERE id = ?1`

func (w *writer) findInTable(id *keyID, at int64) (keyEntry, bool, error) {
	if !w.keys.table {
		return keyEntry{}, false, nil
	}
	s := w.selectKey
	s.Blob(1, id[:])
	found, err := w.step(s)
	if !found || err != nil {
		s.Reset()
		return keyEntry{}, false, err
	}
	e := keyEntry{execution: ident.ID(s.ColumnInt(0)), expires: s.ColumnInt(1), body: columnSum(s, 2)}
	s.Reset()
	return e, !e.expired(at), nil
}

func columnSum(s *conn.Stmt, i int) *[sha256.Size]byte {
	b := s.ColumnBlob(i)
	if len(b) != sha256.Size {
		return nil
	}
	return (*[sha256.Size]byte)(b)
}

// putInTable writes a key. A claim that is there and lasts longer stays.
func (w *writer) putInTable(id *keyID, e *keyEntry) error {
	s, err := w.statement(`INSERT INTO dedupe_keys (id, execution, expires_at, body_sha256) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT DO UPDATE SET execution = excluded.execution, expires_at = excluded.expires_at, body_sha256 = excluded.body_sha256
WHERE excluded.expires_at > expires_at`)
	if err != nil {
		return err
	}
	s.Blob(1, id[:])
	s.Int(2, int64(e.execution))
	s.Int(3, e.expires)
	if e.body == nil {
		s.Null(4)
	} else {
		s.Blob(4, e.body[:])
	}
	return w.run(s)
}

func (w *writer) tableHasKeys() (has bool, err error) {
	err = w.query(`SELECT 1 FROM dedupe_keys LIMIT 1`, func(*conn.Stmt) { has = true })
	return has, err
}

// keyDeletion deletes keys of the table that a reader has found expired.
type keyDeletion struct {
	ticket
	keys    []keyID
	now     int64
	deleted int
}

func (m *keyDeletion) apply(w *writer) error {
	m.deleted = 0
	for _, id := range m.keys {
		if err := w.exec(`DELETE FROM dedupe_keys WHERE id = ?1 AND expires_at <= ?2`, id[:], m.now); err != nil {
			return err
		}
		m.deleted += w.c.Changes()
	}
	has, err := w.tableHasKeys()
	w.later = append(w.later, func() { w.keys.table = has })
	return err
}

const sqlWalkKeys = `SELECT id, expires_at FROM dedupe_keys WHERE id > ?1 ORDER BY id LIMIT ?2`

// keyWalk is how many keys one ForgetKeys looks at in the table.
const keyWalk = 50_000

// expiredKeys walks the table from a key on, at most keyWalk of it, and returns up to limit expired
// keys and where it stopped; the zero key is the end.
func (r *reader) expiredKeys(from keyID, now int64, limit int) (list []keyID, at keyID, err error) {
	rows := 0
	err = r.query(sqlWalkKeys, func(s *conn.Stmt) {
		if rows++; len(list) == limit {
			return
		}
		copy(at[:], s.ColumnBlob(0))
		if s.ColumnInt(1) <= now {
			list = append(list, at)
		}
	}, from[:], keyWalk)
	if rows < keyWalk && len(list) < limit {
		at = keyID{}
	}
	return list, at, err
}
