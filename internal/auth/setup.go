package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"sync"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
)

// setup holds the hash of the set-up token.
type setup struct {
	mu   sync.Mutex
	hash [sha256.Size]byte // guarded by mu
	open bool              // guarded by mu: there is a token
}

// OpenSetUp returns a new set-up token if there is no admin, and "" if there is one. Earlier tokens are not valid any
// more.
func (s *Service) OpenSetUp(ctx context.Context) (string, error) {
	found, err := s.opt.Store.HasAdmin(ctx)
	if err != nil || found {
		return "", fault.Wrap("auth.OpenSetUp", err)
	}
	token := newToken()
	s.setup.mu.Lock()
	defer s.setup.mu.Unlock()
	s.setup.hash, s.setup.open = hashOf(token), true
	return token, nil
}

// SetUp creates the first admin and signs them in. The token is used up by a success, not by a wrong password.
func (s *Service) SetUp(ctx context.Context, token string, n account.NewUser, from account.Origin, replaces string) (account.SignedIn, error) {
	const op = "auth.SetUp"
	if !s.isSetUpToken(token) {
		return account.SignedIn{}, fault.New(op, fault.Unauthorized,
			"the set-up link is not valid: it was used, or the server was started again since; the newest one is in the output of the server")
	}
	n.Role = account.Admin
	u, err := s.create(ctx, n, true)
	if err != nil {
		return account.SignedIn{}, fault.Wrap(op, err)
	}
	s.closeSetUp()
	s.opt.Log.Info("the first admin was set up", "user", u.Email)
	in, err := s.begin(u, from, replaces)
	return in, fault.Wrap(op, err)
}

// SetUpUnattended creates the first admin from the settings, unless there is an admin. It returns the admin whom it has
// created; without an ID: nobody.
func (s *Service) SetUpUnattended(ctx context.Context, email, secret string) (account.User, error) {
	const op = "auth.SetUpUnattended"
	if found, err := s.opt.Store.HasAdmin(ctx); found || err != nil {
		return account.User{}, fault.Wrap(op, err)
	}
	u, err := s.create(ctx, account.NewUser{Email: email, Password: secret, Role: account.Admin}, true)
	if err == nil {
		s.opt.Log.Info("the first admin was set up", "user", u.Email)
	}
	return u, fault.Wrap(op, err)
}

func (s *Service) isSetUpToken(token string) bool {
	got := hashOf(token)
	s.setup.mu.Lock()
	defer s.setup.mu.Unlock()
	return subtle.ConstantTimeCompare(got[:], s.setup.hash[:]) == 1 && s.setup.open
}

func (s *Service) closeSetUp() {
	s.setup.mu.Lock()
	defer s.setup.mu.Unlock()
	s.setup.open = false
}
