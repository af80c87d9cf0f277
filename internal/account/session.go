package account

import (
	"crypto/sha256"
	"time"

	"hookline.dev/hookline/internal/ident"
)

// Session is the time between a sign-in and its end. The browser has a token; only the hash of the token is stored.
type Session struct {
	ID        ident.ID
	User      ident.ID
	Hash      [sha256.Size]byte // of the token
	CreatedAt time.Time
	SeenAt    time.Time // the last request, to a minute
	Expires   time.Time // the absolute end
	IP        string    // the address that signed in
	Agent     string    // the User-Agent that signed in, cut at MaxAgent
}

// MaxAgent is the largest number of bytes that are kept of a User-Agent.
const MaxAgent = 256

// Live reports whether the session has not ended: idle is the longest time between two requests.
func (s Session) Live(now time.Time, idle time.Duration) bool {
	return now.Before(s.Expires) && now.Sub(s.SeenAt) < idle
}
