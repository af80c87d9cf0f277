package auth

import (
	"context"
	"crypto/subtle"
	"strings"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
)

// Authenticate returns on whose behalf a request is made. bearer is the token of the Authorization header; if it is not
// "", the cookie does not count. cookie is the token of the session. The error is of kind fault.Unauthorized if neither
// is valid.
func (s *Service) Authenticate(ctx context.Context, bearer, cookie string) (account.Principal, error) {
	switch {
	case s.isToken(bearer):
		return account.Principal{Kind: account.ByToken, Role: account.Admin}, nil
	case strings.HasPrefix(bearer, KeyPrefix):
		return s.byKey(ctx, bearer)
	case bearer != "":
		return account.Principal{}, unauthorized("the token is not valid")
	case cookie != "":
		return s.bySession(ctx, cookie)
	default:
		return account.Principal{}, unauthorized("sign in, or send the header Authorization: Bearer with an API key or the content of the file token in the data directory")
	}
}

// isToken compares hashes, so that the time taken reveals neither the token's content nor its length.
func (s *Service) isToken(token string) bool {
	got := hashOf(token)
	return subtle.ConstantTimeCompare(s.token[:], got[:]) == 1 && s.opt.Token != ""
}

func (s *Service) byKey(ctx context.Context, secret string) (account.Principal, error) {
	k, owner, err := s.opt.Store.APIKey(ctx, hashOf(secret))
	now := s.now()
	switch {
	case fault.Is(err, fault.NotFound):
		return account.Principal{}, unauthorized("the API key is not valid; it may have been deleted")
	case err != nil:
		return account.Principal{}, fault.Wrap("auth.byKey", err)
	case !k.Live(now):
		return account.Principal{}, unauthorized("the API key has expired: create another one")
	case k.User != 0 && (owner.ID == 0 || owner.Disabled):
		return account.Principal{}, unauthorized("the API key is not valid; its owner cannot sign in any more")
	}
	if s.recent.due(k.ID, k.UsedAt, now) {
		s.opt.Store.TouchAPIKey(k.ID, now)
	}
	if k.User == 0 {
		return k.Principal(nil), nil
	}
	return k.Principal(&owner), nil
}

func (s *Service) bySession(ctx context.Context, token string) (account.Principal, error) {
	session, user, err := s.opt.Store.Session(ctx, hashOf(token))
	now := s.now()
	switch {
	case fault.Is(err, fault.NotFound):
		return account.Principal{}, unauthorized("the session has ended: sign in again")
	case err != nil:
		return account.Principal{}, fault.Wrap("auth.bySession", err)
	case !session.Live(now, s.opt.Idle), user.Disabled:
		return account.Principal{}, unauthorized("the session has ended: sign in again")
	}
	if s.recent.due(session.ID, session.SeenAt, now) {
		s.opt.Store.TouchSession(session.ID, now)
	}
	return user.Principal(session.ID), nil
}

func unauthorized(message string) error {
	return fault.New("auth.Authenticate", fault.Unauthorized, "%s", message)
}
