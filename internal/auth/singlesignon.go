package auth

import (
	"context"
	"crypto/subtle"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/oidc"
	"hookline.dev/hookline/internal/store"
)

// HasProvider reports whether people can sign in with a provider.
func (s *Service) HasProvider() bool { return s.opt.Provider != nil }

// BeginSignOn begins a sign-in with the provider. It returns the URL to send the browser to, and the state that the
// browser must bring back in a cookie.
func (s *Service) BeginSignOn(ctx context.Context, redirect string) (string, account.SignOn, error) {
	const op = "auth.BeginSignOn"
	if s.opt.Provider == nil {
		return "", account.SignOn{}, fault.New(op, fault.NotFound, "there is no sign-in provider: set --oidc-issuer")
	}
	on := account.SignOn{State: newToken(), Nonce: newToken(), Verifier: newToken(), Redirect: redirect}
	to, err := s.opt.Provider.URL(ctx, oidc.SignIn(on))
	if err != nil {
		s.opt.Log.Warn("a sign-in with the provider failed", "error", err)
	}
	return to, on, fault.Wrap(op, err)
}

// FinishSignOn ends a sign-in with the provider. on is from the browser's cookie, state and code are from the URL to which
// the provider sent it. The error is of kind fault.Unauthorized if they do not belong together or the provider does not
// confirm them, and of kind fault.Forbidden if the person has no role.
func (s *Service) FinishSignOn(ctx context.Context, on account.SignOn, state, code string, from account.Origin, replaces string) (account.SignedIn, error) {
	const op = "auth.FinishSignOn"
	if s.opt.Provider == nil {
		return account.SignedIn{}, fault.New(op, fault.NotFound, "there is no sign-in provider: set --oidc-issuer")
	}
	if on.State == "" || subtle.ConstantTimeCompare([]byte(on.State), []byte(state)) != 1 {
		return account.SignedIn{}, fault.New(op, fault.Unauthorized, "this sign-in was not begun in this browser, or it has expired: begin again")
	}
	if err := s.guesses.allow(from, "", s.now()); err != nil {
		return account.SignedIn{}, err
	}
	c, err := s.opt.Provider.Exchange(ctx, oidc.SignIn(on), code)
	if err != nil {
		s.opt.Log.Warn("a sign-in with the provider failed", "error", err)
		return account.SignedIn{}, fault.Wrap(op, err)
	}
	u, err := s.known(ctx, c)
	if err != nil {
		return account.SignedIn{}, fault.Wrap(op, err)
	}
	in, err := s.begin(u, from, replaces)
	return in, fault.Wrap(op, err)
}

// known returns the user of some claims, with the role that the claims give. A person who signs in for the first time is
// created; or linked to the user with the same e-mail address, if the provider has verified the address.
func (s *Service) known(ctx context.Context, c oidc.Claims) (account.User, error) {
	const op = "auth.known"
	role := s.roleOf(c.Values)
	if role == "" {
		return account.User{}, fault.New(op, fault.Forbidden, "the sign-in provider gives you no role here: ask an admin to add you to a group that has one")
	}
	id := account.Identity{Issuer: c.Issuer, Subject: c.Subject}
	u, err := s.opt.Store.UserByIdentity(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return s.meet(ctx, c, id, role)
	}
	if err != nil {
		return u, err
	}
	return s.update(u, role, nil)
}

// meet returns the user of somebody who signs in with the provider for the first time.
func (s *Service) meet(ctx context.Context, c oidc.Claims, id account.Identity, role account.Role) (account.User, error) {
	const op = "auth.meet"
	email, ok := account.Email(c.Email)
	if !ok {
		return account.User{}, fault.New(op, fault.Forbidden, "the sign-in provider does not tell your e-mail address: the scope or the claim email is missing")
	}
	u, err := s.opt.Store.UserByEmail(ctx, email)
	switch {
	case err == nil && !c.EmailVerified:
		return u, fault.New(op, fault.Forbidden, "there is a user with your e-mail address already, and the sign-in provider has not verified that it is yours")
	case err == nil:
		return s.update(u, role, &id)
	case !fault.Is(err, fault.NotFound):
		return u, err
	}
	now := s.now()
	u = account.User{ID: s.opt.IDs.Next(), Email: email, Name: cut(c.Name, account.MaxName), Role: role, CreatedAt: now, UpdatedAt: now}
	return u, s.opt.Store.CreateUser(store.NewUser{User: u, Identity: &id})
}

// update gives a user the role that the provider says, if roles come from a claim. The last admin stays one, so that a mistake in the provider's
// groups locks nobody out.
func (s *Service) update(u account.User, role account.Role, id *account.Identity) (account.User, error) {
	if u.Disabled {
		return u, fault.New("auth.update", fault.Forbidden, "your account is disabled: ask an admin")
	}
	c := store.UserChange{Identity: id}
	if role != u.Role && s.opt.RolesFromClaim {
		c.Role, c.RoleUnlessLast = &role, true
	}
	if c.Identity == nil && c.Role == nil {
		return u, nil
	}
	changed, err := s.opt.Store.ChangeUser(u.ID, c)
	if err == nil && c.Role != nil && changed.Role != role {
		s.opt.Log.Warn("the sign-in provider would take the role from the last admin; it stays", "user", u.Email, "role", string(role))
	}
	return changed, err
}

// roleOf returns the highest role that values of the claim have, or the default.
func (s *Service) roleOf(values []string) account.Role {
	best := s.opt.DefaultRole
	for _, v := range values {
		if role, ok := s.opt.Roles[v]; ok && (best == "" || role.AtLeast(best)) {
			best = role
		}
	}
	return best
}
