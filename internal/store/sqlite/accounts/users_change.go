package accounts

import (
	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// CreateUser stores a new user.
func (a *Accounts) CreateUser(n store.NewUser) error {
	const op = "sqlite.CreateUser"
	u := n.User
	if u.ID == 0 || u.Email == "" || !u.Role.Known() {
		return fault.New(op, fault.Invalid, "a user needs an id, an e-mail address and a role")
	}
	return a.Writer.Run(func(tx *writer.Tx) error {
		if n.Only {
			if found, err := exists(tx, sqlOtherAdmin, 0); found || err != nil {
				return orFault(err, fault.New(op, fault.Conflict, "there is an admin already: sign in, or ask the admin for an account"))
			}
		}
		if found, err := exists(tx, `SELECT 1 FROM users WHERE email = ?1`, u.Email); found || err != nil {
			return orFault(err, fault.New(op, fault.Conflict, "there is a user with the e-mail address %s already", u.Email))
		}
		if err := tx.Exec(`INSERT INTO users (id, email, name, role, password, disabled, created_at, updated_at, signed_in_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`,
			u.ID, u.Email, u.Name, string(u.Role), u.Password, u.Disabled, u.CreatedAt, u.UpdatedAt, u.SignedInAt); err != nil {
			return err
		}
		return addIdentity(tx, u.ID, n.Identity)
	})
}

// ChangeUser changes a user and returns the result.
func (a *Accounts) ChangeUser(id ident.ID, c store.UserChange) (changed account.User, err error) {
	const op = "sqlite.ChangeUser"
	if c.Role != nil && !c.Role.Known() {
		return changed, fault.New(op, fault.Invalid, "there is no role %q", *c.Role)
	}
	now := a.Clock.Now()
	err = a.Writer.Run(func(tx *writer.Tx) error {
		was, err := userInTx(tx, id)
		if err != nil {
			return err
		}
		if c.If != nil && !c.If(was) {
			return fault.New(op, fault.Conflict, "the user was changed by someone else")
		}
		changed = was
		set(&changed.Name, c.Name)
		set(&changed.Role, c.Role)
		set(&changed.Disabled, c.Disabled)
		set(&changed.Password, c.Password)
		set(&changed.SignedInAt, c.SignedInAt)
		if isAdmin(was) && !isAdmin(changed) {
			other, err := exists(tx, sqlOtherAdmin, id)
			switch {
			case err != nil:
				return err
			case !other && c.RoleUnlessLast:
				changed.Role = was.Role
			case !other:
				return lastAdmin(op)
			}
		}
		if c.Name != nil || c.Role != nil || c.Disabled != nil || c.Password != nil {
			changed.UpdatedAt = now
		}
		if err := tx.Exec(`UPDATE users SET name = ?2, role = ?3, password = ?4, disabled = ?5, updated_at = ?6, signed_in_at = ?7 WHERE id = ?1`,
			id, changed.Name, string(changed.Role), changed.Password, changed.Disabled, changed.UpdatedAt, changed.SignedInAt); err != nil {
			return err
		}
		if changed.Disabled || c.Password != nil {
			keep := c.Keep
			if changed.Disabled {
				keep = 0
			}
			if err := tx.Exec(sqlEndOthers, id, keep); err != nil {
				return err
			}
		}
		return addIdentity(tx, id, c.Identity)
	})
	return changed, err
}

// DeleteUser deletes a user with everything that belongs to them.
func (a *Accounts) DeleteUser(id ident.ID) error {
	const op = "sqlite.DeleteUser"
	return a.Writer.Run(func(tx *writer.Tx) error {
		was, err := userInTx(tx, id)
		if err != nil {
			return err
		}
		if isAdmin(was) {
			if other, err := exists(tx, sqlOtherAdmin, id); !other || err != nil {
				return orFault(err, lastAdmin(op))
			}
		}
		for _, sql := range []string{
			`DELETE FROM sessions WHERE user = ?1`, `DELETE FROM api_keys WHERE user = ?1`,
			`DELETE FROM user_identities WHERE user = ?1`, `DELETE FROM users WHERE id = ?1`,
		} {
			if err := tx.Exec(sql, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// addIdentity adds an identity to a user. One that another user has moves: the provider's word is the newest.
func addIdentity(tx *writer.Tx, user ident.ID, of *account.Identity) error {
	if of == nil {
		return nil
	}
	return tx.Exec(`REPLACE INTO user_identities (issuer, subject, user) VALUES (?1, ?2, ?3)`, of.Issuer, of.Subject, user)
}

// userInTx returns a user within a transaction, or fault.NotFound.
func userInTx(tx *writer.Tx, id ident.ID) (found account.User, err error) {
	err = tx.Query(sqlUser, func(s *conn.Stmt) { found = readUser(s, 0) }, id)
	if err == nil && found.ID == 0 {
		err = noUser("sqlite.user")
	}
	return found, err
}

// exists reports whether a query has a result.
func exists(tx *writer.Tx, sql string, args ...any) (found bool, err error) {
	err = tx.Query(sql, func(*conn.Stmt) { found = true }, args...)
	return found, err
}

func isAdmin(u account.User) bool { return u.Role == account.Admin && !u.Disabled }

func lastAdmin(op string) error {
	return fault.New(op, fault.Conflict, "this is the last admin: make somebody else an admin first")
}

// set assigns a value that is given.
func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// orFault returns the first error that is not nil.
func orFault(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}
