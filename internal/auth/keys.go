package auth

import (
	"context"
	"slices"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
)

// maxKeyWorkflows is the number of workflows that a key may be bound to.
const maxKeyWorkflows = 500

// CreateKey makes an API key. Its role is at most that of who makes it. The error is of kind fault.Forbidden if the
// principal may not make such a key, and of kind fault.Invalid for a wrong field.
func (s *Service) CreateKey(ctx context.Context, who account.Principal, n account.APIKey) (account.NewKey, error) {
	const op = "auth.CreateKey"
	now := s.now()
	owner, err := s.owner(who)
	switch {
	case err != nil:
		return account.NewKey{}, err
	case n.Name == "" || len(n.Name) > account.MaxName:
		return account.NewKey{}, fault.Field(op, "name", "name the key after what uses it, in at most %d bytes", account.MaxName)
	case !n.Role.Known():
		return account.NewKey{}, noRole(op, n.Role)
	case !who.Role.AtLeast(n.Role):
		return account.NewKey{}, fault.New(op, fault.Forbidden, "your role is %q, so the key cannot have the role %q", who.Role, n.Role)
	case !n.Expires.IsZero() && !n.Expires.After(now):
		return account.NewKey{}, fault.Field(op, "expires", "this time has passed: %s", n.Expires.UTC().Format(time.RFC3339))
	case n.Expires.UTC().Year() > 9999:
		return account.NewKey{}, fault.Field(op, "expires", "the year must be at most 9999, in UTC; leave it out for a key that is valid for ever")
	case len(n.Workflows) > maxKeyWorkflows:
		return account.NewKey{}, fault.Field(op, "workflows", "a key can be bound to at most %d workflows", maxKeyWorkflows)
	}
	for _, w := range n.Workflows {
		if !s.opt.HasWorkflow(w) {
			return account.NewKey{}, fault.Field(op, "workflows", "there is no workflow %q", w)
		}
	}
	secret := newKey()
	k := account.APIKey{
		ID: s.opt.IDs.Next(), User: owner, Name: n.Name, Hash: hashOf(secret), Hint: secret[:hintLength], Role: n.Role,
		Workflows: slices.Compact(slices.Sorted(slices.Values(n.Workflows))), CreatedAt: now, Expires: n.Expires,
	}
	if err := s.opt.Store.CreateAPIKey(k); err != nil {
		return account.NewKey{}, fault.Wrap(op, err)
	}
	return account.NewKey{APIKey: k, Secret: secret}, nil
}

// owner returns the user to whom the keys of a principal belong; 0: the token file. A key makes no keys, because a key
// that expires or is bound to workflows would make one that does not and is not.
func (s *Service) owner(who account.Principal) (ident.ID, error) {
	switch who.Kind {
	case account.ByToken:
		return 0, nil
	case account.BySession:
		return who.ID, nil
	default:
		return 0, fault.New("auth.owner", fault.Forbidden, "an API key cannot manage API keys: sign in, or use the token file")
	}
}

// Keys returns API keys, newest first: all for somebody who manages accounts, else those of the principal.
func (s *Service) Keys(ctx context.Context, who account.Principal, before ident.ID, limit int) ([]account.APIKey, error) {
	owner, err := s.scope(who)
	if err != nil {
		return nil, err
	}
	return s.opt.Store.APIKeys(ctx, owner, before, limit)
}

// DeleteKey deletes an API key that Keys would return. The error is of kind fault.NotFound for any other. A key may delete
// itself, so that a program can give up its access.
func (s *Service) DeleteKey(who account.Principal, id ident.ID) (account.APIKey, error) {
	if who.Kind == account.ByKey && who.ID == id {
		return s.opt.Store.DeleteAPIKey(id, 0)
	}
	owner, err := s.scope(who)
	if err != nil {
		return account.APIKey{}, err
	}
	return s.opt.Store.DeleteAPIKey(id, owner)
}

// scope returns the user whose keys a principal sees; 0: those of all.
func (s *Service) scope(who account.Principal) (ident.ID, error) {
	owner, err := s.owner(who)
	if who.May(account.ManageAccounts) {
		return 0, err
	}
	return owner, err
}
