package dedupe

import (
	"crypto/sha256"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// Keys is the table of keys.
type Keys struct {
	writer      *writer.Writer
	find, claim *conn.Stmt // belong to the writer's goroutine
}

// New returns the keys of a database. Prepare must be called before the first LookUp.
func New(w *writer.Writer) *Keys { return &Keys{writer: w} }

// Prepare prepares the statements.
func (k *Keys) Prepare(tx *writer.Tx) (err error) {
	if k.find, err = tx.Statement(sqlFind); err != nil {
		return err
	}
	k.claim, err = tx.Statement(sqlClaim)
	return err
}

// Owner is the execution that owns a key.
type Owner struct {
	Execution   ident.ID
	Fingerprint *[sha256.Size]byte // nil: a repeat may be any request
}

const (
	sqlFind = `SELECT execution, fingerprint FROM dedupe_keys WHERE workflow = ?1 AND key_sha256 = ?2 AND expires_at > ?3`

	// OR REPLACE, because an expired row remains until DeleteExpiredKeys deletes it.
	sqlClaim = `INSERT OR REPLACE INTO dedupe_keys (workflow, key_sha256, execution, expires_at, fingerprint) VALUES (?1, ?2, ?3, ?4, ?5)`

	sqlDeleteExpired = `DELETE FROM dedupe_keys WHERE (workflow, key_sha256) IN
(SELECT workflow, key_sha256 FROM dedupe_keys WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)`
)

// LookUp returns the owner of a key, unless the key has expired at the given time.
func (k *Keys) LookUp(tx *writer.Tx, workflow string, key *store.Dedupe, at time.Time) (o Owner, found bool, err error) {
	s := k.find
	s.Text(1, workflow)
	s.Blob(2, key.Key[:])
	s.Int(3, at.UnixMicro())
	if found, err = tx.Step(s); found {
		o.Execution = ident.ID(s.ColumnInt(0))
		if fp := s.ColumnBlob(1); len(fp) == sha256.Size {
			o.Fingerprint = (*[sha256.Size]byte)(fp)
		}
	}
	s.Reset()
	return o, found, err
}

// Take makes an execution the owner of a key that LookUp did not find.
func (k *Keys) Take(tx *writer.Tx, workflow string, key *store.Dedupe, execution ident.ID) error {
	s := k.claim
	s.Text(1, workflow)
	s.Blob(2, key.Key[:])
	s.Int(3, int64(execution))
	s.Int(4, key.Expires.UnixMicro())
	if key.Fingerprint == nil {
		s.Null(5)
	} else {
		s.Blob(5, key.Fingerprint[:])
	}
	return tx.Run(s)
}

// maxDeleted is the largest number of keys that one DeleteExpiredKeys deletes: each key may be in a different page, and
// incoming calls wait meanwhile.
const maxDeleted = 256

// DeleteExpiredKeys deletes expired keys, in the order of expiry. A limit above 256 counts as 256.
func (k *Keys) DeleteExpiredKeys(now time.Time, limit int) (deleted int, err error) {
	if limit < 1 {
		return 0, fault.Field("sqlite.DeleteExpiredKeys", "limit", "must be at least 1")
	}
	err = k.writer.Run(func(tx *writer.Tx) error {
		err := tx.Exec(sqlDeleteExpired, now, min(limit, maxDeleted))
		deleted = tx.Changes()
		return err
	})
	if err != nil {
		return 0, err
	}
	return deleted, nil
}
