package api

import (
	"context"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/ident"
)

// Accounts are the users, sessions and keys of the server.
type Accounts interface {
	Authenticator
	SignIns
	SignOns
	Users
	Sessions
	Keys
}

// Authenticator finds out who makes a request.
type Authenticator interface {
	// Authenticate returns the principal of a bearer token, or if that is "", of the token of a session. It returns
	// fault.Unauthorized if it is not valid.
	Authenticate(ctx context.Context, bearer, session string) (account.Principal, error)
}

// SignIns let people in and out. replaces is the token of the browser's session, which ends.
type SignIns interface {
	// SignIn returns fault.Unauthorized if e-mail address and password do not belong together, and an
	// *account.TooManyAttempts if the address has failed too often.
	SignIn(ctx context.Context, email, password string, from account.Origin, replaces string) (account.SignedIn, error)
	// SetUp creates the first admin. It returns fault.Unauthorized if the token is not valid, and fault.Conflict if there is
	// an admin.
	SetUp(ctx context.Context, token string, n account.NewUser, from account.Origin, replaces string) (account.SignedIn, error)
	SignOut(ctx context.Context, session string) error
	ChangePassword(ctx context.Context, who account.Principal, old, wanted string, from account.Origin) error
}

// SignOns let people in with a provider.
type SignOns interface {
	HasProvider() bool
	// BeginSignOn returns the URL to send the browser to, and what it must bring back.
	BeginSignOn(ctx context.Context, redirect string) (string, account.SignOn, error)
	FinishSignOn(ctx context.Context, on account.SignOn, state, code string, from account.Origin, replaces string) (account.SignedIn, error)
}

// Users manages users. It returns fault.Conflict for a change that would leave no admin.
type Users interface {
	Users(ctx context.Context, after string, limit int) ([]account.User, error)
	User(context.Context, ident.ID) (account.User, error)
	CreateUser(context.Context, account.NewUser) (account.User, error)
	ChangeUser(context.Context, ident.ID, account.UserChange) (account.User, error)
	DeleteUser(ident.ID) error
}

// Sessions manages the sessions of a user.
type Sessions interface {
	SessionsOf(ctx context.Context, user ident.ID) ([]account.Session, error)
	EndSession(user, id ident.ID) error
	// EndOtherSessions ends all sessions but one, and returns how many there were.
	EndOtherSessions(user, keep ident.ID) (int, error)
}

// Keys manages API keys: all of them for a principal that manages accounts, else its own.
type Keys interface {
	Keys(ctx context.Context, who account.Principal, before ident.ID, limit int) ([]account.APIKey, error)
	CreateKey(ctx context.Context, who account.Principal, n account.APIKey) (account.NewKey, error)
	DeleteKey(who account.Principal, id ident.ID) (account.APIKey, error)
}
