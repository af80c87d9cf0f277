package accounts

import (
	"context"
	"crypto/sha256"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

const (
	sessionColumns = `s.id, s.user, s.hash, s.created_at, s.seen_at, s.expires_at, s.ip, s.agent`
	sqlSession     = `SELECT ` + sessionColumns + `, ` + userColumns + ` FROM sessions s JOIN users u ON u.id = s.user WHERE s.hash = ?1`
	sqlSessionsOf  = `SELECT ` + sessionColumns + ` FROM sessions s WHERE s.user = ?1 AND s.expires_at > ?2 ORDER BY s.id DESC`
	sqlEndOthers   = `DELETE FROM sessions WHERE user = ?1 AND id <> ?2`
	sqlExpired     = `DELETE FROM sessions WHERE expires_at <= ?1`
)

// sessionCount is the number of sessionColumns.
const sessionCount = 8

func readSession(s *conn.Stmt) account.Session {
	return account.Session{
		ID: ident.ID(s.ColumnInt(0)), User: ident.ID(s.ColumnInt(1)), Hash: hashOf(s, 2),
		CreatedAt: s.ColumnTime(3), SeenAt: s.ColumnTime(4), Expires: s.ColumnTime(5), IP: s.ColumnText(6), Agent: s.ColumnText(7),
	}
}

func hashOf(s *conn.Stmt, i int) (hash [sha256.Size]byte) {
	copy(hash[:], s.ColumnBlob(i))
	return hash
}

// Session returns the session with a hash, and its user.
func (a *Accounts) Session(ctx context.Context, hash [sha256.Size]byte) (found account.Session, of account.User, err error) {
	const op = "sqlite.Session"
	err = a.Pool.Read(ctx, op, func(r *reader.Reader) error {
		return r.Query(sqlSession, func(s *conn.Stmt) { found, of = readSession(s), readUser(s, sessionCount) }, hash[:])
	})
	if err == nil && found.ID == 0 {
		err = noSession(op)
	}
	return found, of, err
}

// SessionsOf returns the sessions of a user, newest first.
func (a *Accounts) SessionsOf(ctx context.Context, user ident.ID, now time.Time) (list []account.Session, err error) {
	err = a.Pool.Read(ctx, "sqlite.SessionsOf", func(r *reader.Reader) error {
		return r.Query(sqlSessionsOf, func(s *conn.Stmt) { list = append(list, readSession(s)) }, user, now)
	})
	return list, err
}

// CreateSession stores a session, and deletes those that it replaces or that have ended.
func (a *Accounts) CreateSession(n account.Session, replaces [sha256.Size]byte) error {
	const op = "sqlite.CreateSession"
	now := a.Clock.Now()
	return a.Writer.Run(func(tx *writer.Tx) error {
		if u, err := userInTx(tx, n.User); err != nil || u.Disabled {
			return orFault(err, noUser(op))
		}
		if err := tx.Exec(sqlExpired, now); err != nil {
			return err
		}
		if err := tx.Exec(`DELETE FROM sessions WHERE hash = ?1`, replaces[:]); err != nil {
			return err
		}
		if err := tx.Exec(`DELETE FROM sessions WHERE id IN
(SELECT id FROM sessions WHERE user = ?1 ORDER BY seen_at DESC, id DESC LIMIT -1 OFFSET ?2)`, n.User, store.MaxSessions-1); err != nil {
			return err
		}
		return tx.Exec(`INSERT INTO sessions (id, user, hash, created_at, seen_at, expires_at, ip, agent) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)`,
			n.ID, n.User, n.Hash[:], n.CreatedAt, n.SeenAt, n.Expires, n.IP, n.Agent)
	})
}

// EndSession deletes one session of a user.
func (a *Accounts) EndSession(user, id ident.ID) error {
	return a.Writer.Run(func(tx *writer.Tx) error {
		err := tx.Exec(`DELETE FROM sessions WHERE id = ?1 AND user = ?2`, id, user)
		if err == nil && tx.Changes() == 0 {
			err = noSession("sqlite.EndSession")
		}
		return err
	})
}

// EndOtherSessions deletes all sessions of a user but one.
func (a *Accounts) EndOtherSessions(user, keep ident.ID) (n int, err error) {
	err = a.Writer.Run(func(tx *writer.Tx) error {
		err := tx.Exec(sqlEndOthers, user, keep)
		n = tx.Changes()
		return err
	})
	return n, err
}

func noSession(op string) error { return fault.New(op, fault.NotFound, "there is no such session") }

// TouchSession queues a new time of use.
func (a *Accounts) TouchSession(id ident.ID, at time.Time) {
	a.Writer.Offer(&touch{`UPDATE sessions SET seen_at = max(seen_at, ?2) WHERE id = ?1`, id, at})
}

// touch is an optional write of the time at which something was last used.
type touch struct {
	sql string
	id  ident.ID
	at  time.Time
}

// Size is small.
func (t *touch) Size() int { return 64 }

// Apply writes the time. A row that is gone stays gone.
func (t *touch) Apply(tx *writer.Tx) error { return tx.Exec(t.sql, t.id, t.at) }
