package account

import (
	"fmt"
	"net/netip"
	"time"
)

// Origin is where a sign-in comes from.
type Origin struct {
	Addr  netip.Addr // not valid if it is not known
	Agent string     // the User-Agent
	// Shared means that the address is that of a trusted proxy, which did not report its client. Nobody is locked out
	// because of such an address.
	Shared bool
}

// SignedIn is the result of a sign-in.
type SignedIn struct {
	User    User
	Session Session
	Token   string // of the session, for the cookie; it is shown nowhere else
}

// NewKey is an API key that was just made.
type NewKey struct {
	APIKey
	Secret string // the key itself; it cannot be shown again
}

// TooManyAttempts is the error of a sign-in from an address that has failed too often.
type TooManyAttempts struct {
	After time.Duration // when to try again
}

// Error returns the text for people.
func (e *TooManyAttempts) Error() string {
	return fmt.Sprintf("too many failed attempts from this address: try again in %s", e.After.Round(time.Second))
}

// MaxName is the longest name of a user or a key, in bytes.
const MaxName = 200

// NewUser is a user to create.
type NewUser struct {
	Email    string
	Name     string
	Role     Role
	Password string // "": none; the user signs in with a provider
}

// UserChange is a change of a user. What is nil stays.
type UserChange struct {
	Name     *string
	Role     *Role
	Disabled *bool
	Password *string // also ends all sessions of the user
	// If says whether the user may still be changed, as they are now; nil: yes. If not, the error is of kind fault.Conflict.
	If func(User) bool
}

// SignOn is a sign-in with a provider that is under way. Its values are in a cookie of the browser that began it.
type SignOn struct {
	State    string
	Nonce    string
	Verifier string
	Redirect string // the URL that the provider sends the browser back to
}
