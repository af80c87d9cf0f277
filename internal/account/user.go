package account

import (
	"time"

	"hookline.dev/hookline/internal/ident"
)

// User is a person who may sign in.
type User struct {
	ID    ident.ID
	Email string // as Email returns it; no two users have the same
	Name  string // for people; may be ""
	Role  Role
	// Password is the hash of the password (package password); "" if the user can only sign in with a provider.
	Password   string
	Disabled   bool // cannot sign in, and the keys of the user do not work
	CreatedAt  time.Time
	UpdatedAt  time.Time
	SignedInAt time.Time // the last time; zero: never
}

// Identity is a user as an OpenID Connect provider knows it. Issuer and subject together never change (OpenID Connect
// Core section 5.7).
type Identity struct {
	Issuer  string
	Subject string
}

// Principal returns the principal of a request in one of the user's sessions.
func (u User) Principal(session ident.ID) Principal {
	return Principal{Kind: BySession, ID: u.ID, Name: u.Email, Role: u.Role, Session: session}
}
