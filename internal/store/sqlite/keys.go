package sqlite

import (
	"crypto/sha256"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// keyOwner is the execution that owns a dedupe key.
type keyOwner struct {
	execution   ident.ID
	fingerprint *[sha256.Size]byte // nil: a repeat may be any request
}

const (
	sqlFindKey = `SELECT execution, fingerprint FROM dedupe_keys WHERE workflow = ?1 AND key_sha256 = ?2 AND expires_at > ?3`

	// OR REPLACE, because an expired row remains until ForgetKeys deletes it.
	sqlClaimKey = `INSERT OR REPLACE INTO dedupe_keys (workflow, key_sha256, execution, expires_at, fingerprint) VALUES (?1, ?2, ?3, ?4, ?5)`

	sqlForgetKeys = `DELETE FROM dedupe_keys WHERE (workflow, key_sha256) IN
(SELECT workflow, key_sha256 FROM dedupe_keys WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)`
)

// findKey returns the owner of a key, unless the key has expired at the given time.
func (w *writer) findKey(workflow string, k *store.Dedupe, at time.Time) (o keyOwner, found bool, err error) {
	s := w.selectKey
	s.Text(1, workflow)
	s.Blob(2, k.Key[:])
	s.Int(3, at.UnixMicro())
	if found, err = w.step(s); found {
		o.execution = ident.ID(s.ColumnInt(0))
		if fp := s.ColumnBlob(1); len(fp) == sha256.Size {
			o.fingerprint = (*[sha256.Size]byte)(fp)
		}
	}
	s.Reset()
	return o, found, err
}

// claimKey makes an execution the owner of a key that findKey did not find.
func (w *writer) claimKey(workflow string, k *store.Dedupe, execution ident.ID) error {
	s := w.insertKey
	s.Text(1, workflow)
	s.Blob(2, k.Key[:])
	s.Int(3, int64(execution))
	s.Int(4, k.Expires.UnixMicro())
	if k.Fingerprint == nil {
		s.Null(5)
	} else {
		s.Blob(5, k.Fingerprint[:])
	}
	return w.run(s)
}

// maxForgetKeys is the largest number of keys that one ForgetKeys deletes: each key may be in a different page,
// and incoming calls wait meanwhile.
const maxForgetKeys = 256

// forgetKeysWrite is a ForgetKeys in the writer's queue.
type forgetKeysWrite struct {
	waiter
	now     time.Time
	limit   int
	deleted int
}

// ForgetKeys deletes expired dedupe keys, in the order of expiry. A limit above 256 counts as 256.
func (s *Store) ForgetKeys(now time.Time, limit int) (int, error) {
	if limit < 1 {
		return 0, fault.Field("sqlite.ForgetKeys", "limit", "must be at least 1")
	}
	m := &forgetKeysWrite{waiter: newWaiter(), now: now, limit: min(limit, maxForgetKeys)}
	if err := s.alone(m, &m.waiter); err != nil {
		return 0, err
	}
	return m.deleted, nil
}

func (m *forgetKeysWrite) apply(w *writer) error {
	err := w.exec(sqlForgetKeys, m.now, m.limit)
	m.deleted = w.c.Changes()
	return err
}
