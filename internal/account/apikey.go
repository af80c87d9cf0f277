package account

import (
	"crypto/sha256"
	"time"

	"hookline.dev/hookline/internal/ident"
)

// APIKey is a credential of a program. The key is shown once, when it is made; only its hash is stored.
type APIKey struct {
	ID        ident.ID
	User      ident.ID // who made it; 0: the token file
	Name      string
	Hash      [sha256.Size]byte
	Hint      string // the beginning of the key, by which people recognise it
	Role      Role
	Workflows []string // the workflows that it is bound to; empty: all
	CreatedAt time.Time
	Expires   time.Time // zero: never
	UsedAt    time.Time // the last request, to a minute; zero: never
}

// Live reports whether the key has not expired.
func (k APIKey) Live(now time.Time) bool { return k.Expires.IsZero() || now.Before(k.Expires) }

// Principal returns the principal of a request with the key. owner is the user who made the key; nil means the token
// file. A key never has a higher role than its owner has now, so demoting a person also demotes their keys.
func (k APIKey) Principal(owner *User) Principal {
	role := k.Role
	if owner != nil && !owner.Role.AtLeast(role) {
		role = owner.Role
	}
	return Principal{Kind: ByKey, ID: k.ID, Name: k.Name, Role: role, Workflows: k.Workflows}
}
