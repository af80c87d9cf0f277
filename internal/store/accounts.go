package store

import (
	"context"
	"crypto/sha256"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/ident"
)

// Accounts stores who may use the API: users, their sessions, and API keys. Its reads return an error of kind
// fault.Timeout when their context ends.
type Accounts interface {
	Users
	Sessions
	APIKeys
}

// Users stores the people who may sign in. An admin here is a user with the role admin who is not disabled. Once
// there is one, no change leaves the store without one.
type Users interface {
	// Users returns users sorted by e-mail address, after the given one; at most limit.
	Users(ctx context.Context, after string, limit int) ([]account.User, error)
	// User returns one user. The error is of kind fault.NotFound if there is none.
	User(context.Context, ident.ID) (account.User, error)
	// UserByEmail returns the user with an address in the form of account.Email, or fault.NotFound.
	UserByEmail(context.Context, string) (account.User, error)
	// UserByIdentity returns the user of a provider's identity, or fault.NotFound.
	UserByIdentity(context.Context, account.Identity) (account.User, error)
	// HasAdmin reports whether there is an admin.
	HasAdmin(context.Context) (bool, error)
	// CreateUser stores a new user. The error is of kind fault.Conflict if the address is taken, or if Only is set and
	// there is an admin.
	CreateUser(NewUser) error
	// ChangeUser changes a user and returns the result. The error is of kind fault.NotFound if there is none, and of
	// kind fault.Conflict if the user is the last admin and would not be one any more.
	ChangeUser(ident.ID, UserChange) (account.User, error)
	// DeleteUser deletes a user, with sessions, keys and identities. The errors are those of ChangeUser.
	DeleteUser(ident.ID) error
}

// NewUser is a user to create.
type NewUser struct {
	User     account.User
	Identity *account.Identity // of the provider that knows the user; nil: none
	// Only means that the user must become the first admin.
	Only bool
}

// UserChange is a change of a user. What is nil stays.
type UserChange struct {
	Name       *string
	Role       *account.Role
	Disabled   *bool   // true also ends all sessions
	Password   *string // also ends all sessions but Keep
	SignedInAt *time.Time
	Identity   *account.Identity // is added
	Keep       ident.ID          // the session that survives a change of the password; 0: none
	// If is asked in the write with the user as they are; false: nothing is written, and the error is of kind fault.Conflict.
	// nil: no condition.
	If func(account.User) bool
	// RoleUnlessLast means that the role of the last admin stays, instead of an error.
	RoleUnlessLast bool
}

// MaxSessions is the number of sessions of one user. A further one ends the session that was not used for longest.
const MaxSessions = 50

// Sessions stores the sessions of users.
type Sessions interface {
	// Session returns the session with the hash of a token, and its user. The error is of kind fault.NotFound if there
	// is none. The caller checks whether it has ended.
	Session(ctx context.Context, hash [sha256.Size]byte) (account.Session, account.User, error)
	// SessionsOf returns the sessions of a user that have not reached their absolute end at now, newest first.
	SessionsOf(ctx context.Context, user ident.ID, now time.Time) ([]account.Session, error)
	// CreateSession stores a session. The same write deletes the session with the hash replaces, if there is one, and
	// sessions of anybody that have reached their absolute end. The error is of kind fault.NotFound if the user is gone
	// or disabled.
	CreateSession(s account.Session, replaces [sha256.Size]byte) error
	// EndSession deletes one session of a user. The error is of kind fault.NotFound if there is none.
	EndSession(user, id ident.ID) error
	// EndOtherSessions deletes all sessions of a user but one, and returns how many there were. keep may be 0.
	EndOtherSessions(user, keep ident.ID) (int, error)
	// TouchSession queues a new SeenAt as an optional write: it is written along with other writes or dropped.
	TouchSession(ident.ID, time.Time)
}

// APIKeys stores the keys of programs.
type APIKeys interface {
	// APIKey returns the key with a hash, and the user who made it; a zero user for the token file. The error is of
	// kind fault.NotFound if there is none. The caller checks whether it has expired, and whether the user is disabled.
	APIKey(ctx context.Context, hash [sha256.Size]byte) (account.APIKey, account.User, error)
	// APIKeys returns keys, newest first: those of one user, or with 0 all. before is exclusive; 0: from the newest.
	APIKeys(ctx context.Context, user, before ident.ID, limit int) ([]account.APIKey, error)
	// CreateAPIKey stores a key. The error is of kind fault.NotFound if the user who makes it is gone or disabled.
	CreateAPIKey(account.APIKey) error
	// DeleteAPIKey deletes a key: with a user only one of that user. It returns the key, or fault.NotFound.
	DeleteAPIKey(id, user ident.ID) (account.APIKey, error)
	// TouchAPIKey queues a new UsedAt as an optional write: it is written along with other writes or dropped.
	TouchAPIKey(ident.ID, time.Time)
}
