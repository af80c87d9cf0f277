package accounts

import (
	"context"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
)

// userColumns are the columns that readUser reads.
const userColumns = `u.id, u.email, u.name, u.role, u.password, u.disabled, u.created_at, u.updated_at, u.signed_in_at`

const (
	sqlUsers      = `SELECT ` + userColumns + ` FROM users u WHERE u.email > ?1 ORDER BY u.email LIMIT ?2`
	sqlUser       = `SELECT ` + userColumns + ` FROM users u WHERE u.id = ?1`
	sqlByEmail    = `SELECT ` + userColumns + ` FROM users u WHERE u.email = ?1`
	sqlByIdentity = `SELECT ` + userColumns + ` FROM user_identities i JOIN users u ON u.id = i.user WHERE i.issuer = ?1 AND i.subject = ?2`
	// The literals let SQLite use the index of admins.
	sqlOtherAdmin = `SELECT 1 FROM users WHERE role = 'admin' AND disabled = 0 AND id <> ?1 LIMIT 1`
)

// readUser reads a user from the columns that begin at i.
func readUser(s *conn.Stmt, i int) account.User {
	return account.User{
		ID: ident.ID(s.ColumnInt(i)), Email: s.ColumnText(i + 1), Name: s.ColumnText(i + 2), Role: account.Role(s.ColumnText(i + 3)),
		Password: s.ColumnText(i + 4), Disabled: s.ColumnInt(i+5) != 0,
		CreatedAt: s.ColumnTime(i + 6), UpdatedAt: s.ColumnTime(i + 7), SignedInAt: s.ColumnTime(i + 8),
	}
}

// Users returns users sorted by e-mail address.
func (a *Accounts) Users(ctx context.Context, after string, limit int) (list []account.User, err error) {
	err = a.Pool.Read(ctx, "sqlite.Users", func(r *reader.Reader) error {
		return r.Query(sqlUsers, func(s *conn.Stmt) { list = append(list, readUser(s, 0)) }, after, limit)
	})
	return list, err
}

// User returns one user, or fault.NotFound.
func (a *Accounts) User(ctx context.Context, id ident.ID) (account.User, error) {
	return a.user(ctx, sqlUser, id)
}

// UserByEmail returns the user with an address, or fault.NotFound.
func (a *Accounts) UserByEmail(ctx context.Context, email string) (account.User, error) {
	return a.user(ctx, sqlByEmail, email)
}

// UserByIdentity returns the user of an identity, or fault.NotFound.
func (a *Accounts) UserByIdentity(ctx context.Context, of account.Identity) (account.User, error) {
	return a.user(ctx, sqlByIdentity, of.Issuer, of.Subject)
}

// user returns the user that a query finds.
func (a *Accounts) user(ctx context.Context, sql string, args ...any) (found account.User, err error) {
	const op = "sqlite.User"
	err = a.Pool.Read(ctx, op, func(r *reader.Reader) error {
		return r.Query(sql, func(s *conn.Stmt) { found = readUser(s, 0) }, args...)
	})
	if err == nil && found.ID == 0 {
		return found, noUser(op)
	}
	return found, err
}

// HasAdmin reports whether there is an admin who is not disabled.
func (a *Accounts) HasAdmin(ctx context.Context) (found bool, err error) {
	err = a.Pool.Read(ctx, "sqlite.HasAdmin", func(r *reader.Reader) error {
		return r.Query(sqlOtherAdmin, func(*conn.Stmt) { found = true }, 0)
	})
	return found, err
}

func noUser(op string) error { return fault.New(op, fault.NotFound, "there is no such user") }
