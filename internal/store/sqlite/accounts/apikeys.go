package accounts

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

const (
	keyColumns  = `k.id, k.user, k.name, k.hash, k.hint, k.role, k.workflows, k.created_at, k.expires_at, k.used_at`
	sqlAPIKey   = `SELECT ` + keyColumns + `, ` + userColumns + ` FROM api_keys k LEFT JOIN users u ON u.id = k.user WHERE k.hash = ?1`
	sqlAllKeys  = `SELECT ` + keyColumns + ` FROM api_keys k WHERE k.id < ?1 ORDER BY k.id DESC LIMIT ?2`
	sqlUserKeys = `SELECT ` + keyColumns + ` FROM api_keys k WHERE k.id < ?1 AND k.user = ?3 ORDER BY k.id DESC LIMIT ?2`
	sqlKeyByID  = `SELECT ` + keyColumns + ` FROM api_keys k WHERE k.id = ?1 AND (k.user = ?2 OR ?2 = 0)`
)

// keyCount is the number of keyColumns.
const keyCount = 10

func readKey(s *conn.Stmt) (account.APIKey, error) {
	k := account.APIKey{
		ID: ident.ID(s.ColumnInt(0)), User: ident.ID(s.ColumnInt(1)), Name: s.ColumnText(2), Hash: hashOf(s, 3), Hint: s.ColumnText(4),
		Role: account.Role(s.ColumnText(5)), CreatedAt: s.ColumnTime(7), Expires: s.ColumnTime(8), UsedAt: s.ColumnTime(9),
	}
	// A key whose workflows cannot be read must not be taken for one that is bound to none.
	if err := json.Unmarshal([]byte(s.ColumnText(6)), &k.Workflows); err != nil {
		return account.APIKey{}, fault.As("sqlite.APIKey", fault.Internal, err, "an API key in the database is damaged")
	}
	if len(k.Workflows) == 0 {
		k.Workflows = nil
	}
	return k, nil
}

// APIKey returns the key with a hash, and the user who made it.
func (a *Accounts) APIKey(ctx context.Context, hash [sha256.Size]byte) (found account.APIKey, of account.User, err error) {
	const op = "sqlite.APIKey"
	err = a.Pool.Read(ctx, op, func(r *reader.Reader) error {
		var broken error
		err := r.Query(sqlAPIKey, func(s *conn.Stmt) {
			found, broken = readKey(s)
			of = readUser(s, keyCount)
		}, hash[:])
		return orFault(err, broken)
	})
	if err == nil && found.ID == 0 {
		err = noKey(op)
	}
	return found, of, err
}

// APIKeys returns keys, newest first.
func (a *Accounts) APIKeys(ctx context.Context, user, before ident.ID, limit int) (list []account.APIKey, err error) {
	if before == 0 {
		before = maxID
	}
	sql, args := sqlAllKeys, []any{before, limit}
	if user != 0 {
		sql, args = sqlUserKeys, append(args, user)
	}
	err = a.Pool.Read(ctx, "sqlite.APIKeys", func(r *reader.Reader) error {
		var broken error
		err := r.Query(sql, func(s *conn.Stmt) {
			k, err := readKey(s)
			list, broken = append(list, k), orFault(broken, err)
		}, args...)
		return orFault(err, broken)
	})
	return list, err
}

// maxID is larger than every id.
const maxID = ident.ID(1<<63 - 1)

// CreateAPIKey stores a key.
func (a *Accounts) CreateAPIKey(k account.APIKey) error {
	const op = "sqlite.CreateAPIKey"
	if k.ID == 0 || !k.Role.Known() {
		return fault.New(op, fault.Invalid, "an API key needs an id and a role")
	}
	if k.Workflows == nil {
		k.Workflows = []string{}
	}
	workflows, err := json.Marshal(k.Workflows)
	if err != nil {
		return fault.Wrap(op, err)
	}
	return a.Writer.Run(func(tx *writer.Tx) error {
		if k.User != 0 {
			if u, err := userInTx(tx, k.User); err != nil || u.Disabled {
				return orFault(err, noUser(op))
			}
		}
		return tx.Exec(`INSERT INTO api_keys (id, user, name, hash, hint, role, workflows, created_at, expires_at, used_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)`,
			k.ID, k.User, k.Name, k.Hash[:], k.Hint, string(k.Role), string(workflows), k.CreatedAt, k.Expires, k.UsedAt)
	})
}

// DeleteAPIKey deletes a key and returns it.
func (a *Accounts) DeleteAPIKey(id, user ident.ID) (was account.APIKey, err error) {
	const op = "sqlite.DeleteAPIKey"
	err = a.Writer.Run(func(tx *writer.Tx) error {
		was = account.APIKey{}
		// A damaged key can be deleted too.
		if err := tx.Query(sqlKeyByID, func(s *conn.Stmt) {
			was, _ = readKey(s)
			was.ID = id
		}, id, user); err != nil {
			return err
		}
		if was.ID == 0 {
			return noKey(op)
		}
		return tx.Exec(`DELETE FROM api_keys WHERE id = ?1`, id)
	})
	return was, err
}

func noKey(op string) error { return fault.New(op, fault.NotFound, "there is no such API key") }

// TouchAPIKey queues a new time of use.
func (a *Accounts) TouchAPIKey(id ident.ID, at time.Time) {
	a.Writer.Offer(&touch{`UPDATE api_keys SET used_at = max(ifnull(used_at, 0), ?2) WHERE id = ?1`, id, at})
}
