package apitest

import (
	"context"
	"sync"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
)

// Accounts is a fake of the accounts of a server: the token file, one admin whose password is Password, and a key. It
// records nothing, checks no rules, and its values are always the same.
type Accounts struct {
	mu     sync.Mutex
	Tokens map[string]account.Principal // by bearer token or session token
	Now    time.Time
}

// Password is the password of the admin.
const Password = "correct horse battery"

// NewAccounts returns a fake that knows the token file.
func NewAccounts(token string, now time.Time) *Accounts {
	return &Accounts{Tokens: map[string]account.Principal{token: {Kind: account.ByToken, Role: account.Admin}}, Now: now}
}

// Admin returns the user.
func (a *Accounts) Admin() account.User {
	return account.User{ID: 1001, Email: "ann@example.com", Name: "Ann", Role: account.Admin, Password: "$argon2id$secret", CreatedAt: a.Now, UpdatedAt: a.Now}
}

// Key returns the API key.
func (a *Accounts) Key() account.APIKey {
	return account.APIKey{ID: 3001, User: 1001, Name: "ci", Hint: "hlk_abcdef", Role: account.Editor, Workflows: []string{"github-push"}, CreatedAt: a.Now}
}

func (a *Accounts) session() account.Session {
	return account.Session{ID: 2001, User: 1001, CreatedAt: a.Now, SeenAt: a.Now, Expires: a.Now.Add(time.Hour), IP: "192.0.2.7", Agent: "test"}
}

// Authenticate knows Tokens.
func (a *Accounts) Authenticate(_ context.Context, bearer, session string) (account.Principal, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if bearer == "" {
		bearer = session
	}
	if who, ok := a.Tokens[bearer]; ok {
		return who, nil
	}
	return account.Principal{}, fault.New("test", fault.Unauthorized, "sign in, or send the header Authorization: Bearer")
}

// SignIn accepts Password.
func (a *Accounts) SignIn(_ context.Context, email, password string, _ account.Origin, _ string) (account.SignedIn, error) {
	switch {
	case email == "busy@example.com":
		return account.SignedIn{}, &account.TooManyAttempts{After: 90 * time.Second}
	case password != Password:
		return account.SignedIn{}, fault.New("test", fault.Unauthorized, "the e-mail address or the password is wrong")
	}
	return a.begin(), nil
}

func (a *Accounts) begin() account.SignedIn {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.Tokens["session-token"] = a.Admin().Principal(2001)
	return account.SignedIn{User: a.Admin(), Session: a.session(), Token: "session-token"}
}

// SetUp accepts the token "set-up".
func (a *Accounts) SetUp(_ context.Context, token string, _ account.NewUser, _ account.Origin, _ string) (account.SignedIn, error) {
	if token != "set-up" {
		return account.SignedIn{}, fault.New("test", fault.Unauthorized, "the set-up link is not valid")
	}
	return a.begin(), nil
}

// SignOut forgets the session.
func (a *Accounts) SignOut(_ context.Context, token string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.Tokens, token)
	return nil
}

// ChangePassword accepts Password as the old one.
func (a *Accounts) ChangePassword(_ context.Context, _ account.Principal, old, _ string, _ account.Origin) error {
	if old != Password {
		return fault.Field("test", "old", "this is not your password")
	}
	return nil
}

// HasProvider returns true.
func (a *Accounts) HasProvider() bool { return true }

// BeginSignOn returns fixed values.
func (a *Accounts) BeginSignOn(_ context.Context, redirect string) (string, account.SignOn, error) {
	on := account.SignOn{State: "state", Nonce: "nonce", Verifier: "verifier", Redirect: redirect}
	return "https://idp.example.com/authorize?redirect_uri=" + redirect, on, nil
}

// FinishSignOn accepts the values of BeginSignOn.
func (a *Accounts) FinishSignOn(_ context.Context, on account.SignOn, state, _ string, _ account.Origin, _ string) (account.SignedIn, error) {
	if on.State == "" || on.State != state {
		return account.SignedIn{}, fault.New("test", fault.Unauthorized, "this sign-in was not begun in this browser")
	}
	return a.begin(), nil
}

// Users returns the admin.
func (a *Accounts) Users(_ context.Context, after string, _ int) ([]account.User, error) {
	if after >= a.Admin().Email {
		return nil, nil
	}
	return []account.User{a.Admin()}, nil
}

// User returns the admin, or fault.NotFound.
func (a *Accounts) User(_ context.Context, id ident.ID) (account.User, error) {
	if id != a.Admin().ID {
		return account.User{}, fault.New("test", fault.NotFound, "there is no such user")
	}
	return a.Admin(), nil
}

// CreateUser returns the user.
func (a *Accounts) CreateUser(_ context.Context, n account.NewUser) (account.User, error) {
	return account.User{ID: 1002, Email: n.Email, Name: n.Name, Role: n.Role, Password: n.Password, CreatedAt: a.Now, UpdatedAt: a.Now}, nil
}

// ChangeUser changes the role and the name.
func (a *Accounts) ChangeUser(ctx context.Context, id ident.ID, c account.UserChange) (account.User, error) {
	u, err := a.User(ctx, id)
	if err == nil && c.If != nil && !c.If(u) {
		return u, fault.New("test", fault.Conflict, "the user was changed by someone else")
	}
	if c.Role != nil && *c.Role != account.Admin {
		return u, fault.New("test", fault.Conflict, "this is the last admin: make somebody else an admin first")
	}
	if c.Name != nil {
		u.Name = *c.Name
	}
	return u, err
}

// DeleteUser refuses to delete the last admin.
func (a *Accounts) DeleteUser(id ident.ID) error {
	if _, err := a.User(context.Background(), id); err != nil {
		return err
	}
	return fault.New("test", fault.Conflict, "this is the last admin: make somebody else an admin first")
}

// SessionsOf returns one session.
func (a *Accounts) SessionsOf(context.Context, ident.ID) ([]account.Session, error) {
	return []account.Session{a.session()}, nil
}

// EndSession knows one session.
func (a *Accounts) EndSession(_, id ident.ID) error {
	if id != a.session().ID {
		return fault.New("test", fault.NotFound, "there is no such session")
	}
	return nil
}

// EndOtherSessions ends 3 sessions.
func (a *Accounts) EndOtherSessions(_, _ ident.ID) (int, error) { return 3, nil }

// Keys returns the key.
func (a *Accounts) Keys(context.Context, account.Principal, ident.ID, int) ([]account.APIKey, error) {
	return []account.APIKey{a.Key()}, nil
}

// CreateKey returns the key that it was given.
func (a *Accounts) CreateKey(_ context.Context, _ account.Principal, n account.APIKey) (account.NewKey, error) {
	n.ID, n.Hint, n.CreatedAt = 3002, "hlk_zzzzzz", a.Now
	return account.NewKey{APIKey: n, Secret: "hlk_zzzzzzzzzz"}, nil
}

// DeleteKey knows one key.
func (a *Accounts) DeleteKey(_ account.Principal, id ident.ID) (account.APIKey, error) {
	if id != a.Key().ID {
		return account.APIKey{}, fault.New("test", fault.NotFound, "there is no such API key")
	}
	return a.Key(), nil
}
