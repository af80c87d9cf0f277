package auth

import (
	"context"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/password"
	"hookline.dev/hookline/internal/store"
)

// SignIn checks an e-mail address and a password and begins a session. replaces is the token of the browser's session,
// which ends: a token that existed before the sign-in is never one of the person who signed in. The error is of kind
// fault.Unauthorized if the pair is wrong, in the same words and after the same work whether the user exists or not, and
// an *account.TooManyAttempts if the address has failed too often.
func (s *Service) SignIn(ctx context.Context, email, secret string, from account.Origin, replaces string) (account.SignedIn, error) {
	const op = "auth.SignIn"
	email, _ = account.Email(email)
	u, err := s.prove(ctx, email, secret, from)
	if err != nil {
		return account.SignedIn{}, err
	}
	in, err := s.begin(u, from, replaces)
	if fault.Is(err, fault.NotFound) { // deleted or disabled meanwhile
		return in, wrongPair()
	}
	return in, fault.Wrap(op, err)
}

// prove returns the user with an address and a password.
func (s *Service) prove(ctx context.Context, email, secret string, from account.Origin) (account.User, error) {
	const op = "auth.prove"
	now := s.now()
	if err := s.guesses.allow(from, email, now); err != nil {
		return account.User{}, err
	}
	u, err := s.opt.Store.UserByEmail(ctx, email)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return u, fault.Wrap(op, err)
	}
	right, err := s.opt.Passwords.Verify(ctx, u.Password, secret)
	switch {
	case err != nil:
		return account.User{}, fault.Wrap(op, err)
	case !right || u.Disabled:
		s.guesses.fail(from, email, secret, now)
		return account.User{}, wrongPair()
	}
	s.guesses.pass(from, email, now)
	return u, nil
}

func wrongPair() error {
	return fault.New("auth.SignIn", fault.Unauthorized, "the e-mail address or the password is wrong")
}

// begin begins a session of a user.
func (s *Service) begin(u account.User, from account.Origin, replaces string) (account.SignedIn, error) {
	now, token := s.now(), newToken()
	session := account.Session{
		ID: s.opt.IDs.Next(), User: u.ID, Hash: hashOf(token), CreatedAt: now, SeenAt: now, Expires: now.Add(s.opt.Lifetime),
		Agent: cut(from.Agent, account.MaxAgent),
	}
	if from.Addr.IsValid() {
		session.IP = from.Addr.String()
	}
	if err := s.opt.Store.CreateSession(session, hashOf(replaces)); err != nil {
		return account.SignedIn{}, err
	}
	u, err := s.opt.Store.ChangeUser(u.ID, store.UserChange{SignedInAt: &now})
	if err != nil {
		return account.SignedIn{}, err
	}
	return account.SignedIn{User: u, Session: session, Token: token}, nil
}

// SignOut ends the session with a token. A token without a session is no error.
func (s *Service) SignOut(ctx context.Context, token string) error {
	const op = "auth.SignOut"
	session, _, err := s.opt.Store.Session(ctx, hashOf(token))
	if err == nil {
		err = s.opt.Store.EndSession(session.User, session.ID)
	}
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return fault.Wrap(op, err)
}

// ChangePassword sets a person's own password, and ends their other sessions. Guessing the old one is counted as for a
// sign-in.
func (s *Service) ChangePassword(ctx context.Context, who account.Principal, old, wanted string, from account.Origin) error {
	const op = "auth.ChangePassword"
	if who.Kind != account.BySession {
		return fault.New(op, fault.Forbidden, "only a person who has signed in has a password")
	}
	u, err := s.opt.Store.User(ctx, who.ID)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if u.Password == "" {
		return fault.New(op, fault.Conflict, "you sign in with a provider and have no password here: an admin can set one")
	}
	if err := password.Check("new", wanted, u.Email); err != nil {
		return err
	}
	if _, err := s.prove(ctx, u.Email, old, from); err != nil {
		if fault.Is(err, fault.Unauthorized) {
			// Not 401, which would mean that the session has ended.
			return fault.Field(op, "old", "this is not your password")
		}
		return err
	}
	hash, err := s.opt.Passwords.Hash(ctx, wanted)
	if err != nil {
		return fault.Wrap(op, err)
	}
	_, err = s.opt.Store.ChangeUser(u.ID, store.UserChange{Password: &hash, Keep: who.Session})
	return fault.Wrap(op, err)
}
