package auth

import (
	"context"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/password"
	"hookline.dev/hookline/internal/store"
)

// Users returns users sorted by e-mail address, after the given one.
func (s *Service) Users(ctx context.Context, after string, limit int) ([]account.User, error) {
	return s.opt.Store.Users(ctx, after, limit)
}

// User returns one user, or fault.NotFound.
func (s *Service) User(ctx context.Context, id ident.ID) (account.User, error) {
	return s.opt.Store.User(ctx, id)
}

// CreateUser creates a user. The error is of kind fault.Invalid for a wrong field, and of kind fault.Conflict if the
// address is taken.
func (s *Service) CreateUser(ctx context.Context, n account.NewUser) (account.User, error) {
	return s.create(ctx, n, false)
}

// create creates a user; first means that there must be no admin yet.
func (s *Service) create(ctx context.Context, n account.NewUser, first bool) (account.User, error) {
	const op = "auth.CreateUser"
	email, ok := account.Email(n.Email)
	switch {
	case !ok:
		return account.User{}, fault.Field(op, "email", "%q is not an e-mail address: write e.g. ann@example.com", n.Email)
	case !n.Role.Known():
		return account.User{}, noRole(op, n.Role)
	case len(n.Name) > account.MaxName:
		return account.User{}, longName(op)
	}
	now := s.now()
	u := account.User{ID: s.opt.IDs.Next(), Email: email, Name: n.Name, Role: n.Role, CreatedAt: now, UpdatedAt: now}
	if n.Password != "" || first {
		if err := password.Check("password", n.Password, email); err != nil {
			return account.User{}, err
		}
		hash, err := s.opt.Passwords.Hash(ctx, n.Password)
		if err != nil {
			return account.User{}, fault.Wrap(op, err)
		}
		u.Password = hash
	}
	return u, fault.Wrap(op, s.opt.Store.CreateUser(store.NewUser{User: u, Only: first}))
}

// ChangeUser changes a user. The errors are those of store.Users, and fault.Invalid for a wrong field.
func (s *Service) ChangeUser(ctx context.Context, id ident.ID, c account.UserChange) (account.User, error) {
	const op = "auth.ChangeUser"
	if c.Role != nil && !c.Role.Known() {
		return account.User{}, noRole(op, *c.Role)
	}
	if c.Name != nil && len(*c.Name) > account.MaxName {
		return account.User{}, longName(op)
	}
	change := store.UserChange{Name: c.Name, Role: c.Role, Disabled: c.Disabled, If: c.If}
	if c.Password != nil {
		u, err := s.opt.Store.User(ctx, id)
		if err != nil {
			return u, fault.Wrap(op, err)
		}
		if err := password.Check("password", *c.Password, u.Email); err != nil {
			return account.User{}, err
		}
		hash, err := s.opt.Passwords.Hash(ctx, *c.Password)
		if err != nil {
			return account.User{}, fault.Wrap(op, err)
		}
		change.Password = &hash
	}
	u, err := s.opt.Store.ChangeUser(id, change)
	return u, fault.Wrap(op, err)
}

// DeleteUser deletes a user, with sessions and keys. The errors are those of store.Users.
func (s *Service) DeleteUser(id ident.ID) error { return s.opt.Store.DeleteUser(id) }

// SessionsOf returns the sessions of a user that have not ended, newest first.
func (s *Service) SessionsOf(ctx context.Context, user ident.ID) ([]account.Session, error) {
	now := s.now()
	all, err := s.opt.Store.SessionsOf(ctx, user, now)
	live := all[:0]
	for _, one := range all {
		if one.Live(now, s.opt.Idle) {
			live = append(live, one)
		}
	}
	return live, fault.Wrap("auth.SessionsOf", err)
}

// EndSession ends one session of a user. The error is of kind fault.NotFound if there is none.
func (s *Service) EndSession(user, id ident.ID) error { return s.opt.Store.EndSession(user, id) }

// EndOtherSessions ends all sessions of a user but one, and returns how many there were.
func (s *Service) EndOtherSessions(user, keep ident.ID) (int, error) {
	return s.opt.Store.EndOtherSessions(user, keep)
}

func noRole(op string, r account.Role) error {
	return fault.Field(op, "role", "%q is not a role: use one of %q", r, account.Roles())
}

func longName(op string) error {
	return fault.Field(op, "name", "the name is too long: use at most %d bytes", account.MaxName)
}
