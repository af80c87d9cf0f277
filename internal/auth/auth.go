package auth

import (
	"context"
	"crypto/sha256"
	"log/slog"
	"strings"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/oidc"
	"hookline.dev/hookline/internal/store"
)

// Passwords hashes passwords. *password.Hasher implements it.
type Passwords interface {
	Hash(ctx context.Context, password string) (string, error)
	// Verify does the same work if hash is "", and then returns false.
	Verify(ctx context.Context, hash, password string) (bool, error)
}

// Provider is a provider of single sign-on. *oidc.Provider implements it.
type Provider interface {
	URL(ctx context.Context, s oidc.SignIn) (string, error)
	Exchange(ctx context.Context, s oidc.SignIn, code string) (oidc.Claims, error)
}

// Options configure a Service. All but the last group must be set.
type Options struct {
	Store     store.Accounts
	Passwords Passwords
	IDs       *ident.Source
	Clock     clock.Clock
	Log       *slog.Logger
	Token     string // of the token file
	// HasWorkflow reports whether a workflow exists. An API key is bound to existing ones.
	HasWorkflow func(key string) bool
	Idle        time.Duration // the longest time between two requests of a session
	Lifetime    time.Duration // the longest time between a sign-in and the end of its session

	Provider Provider // nil: no single sign-on
	// Roles maps values of the provider's role claim to roles.
	Roles map[string]account.Role
	// RolesFromClaim means that every sign-in sets the role. Otherwise DefaultRole is that of new users, and admins
	// change it here.
	RolesFromClaim bool
	// DefaultRole is the role of somebody whose claim has no value in Roles. "": they may not sign in.
	DefaultRole account.Role
}

// Service is the accounts of one server. It is safe for concurrent use.
type Service struct {
	opt     Options
	token   [sha256.Size]byte
	guesses *guesses
	recent  recent
	setup   setup
}

// New returns a service.
func New(o Options) *Service {
	return &Service{
		opt: o, token: sha256.Sum256([]byte(o.Token)),
		guesses: newGuesses(o.Clock.Now()), recent: recent{at: make(map[ident.ID]time.Time)},
	}
}

func (s *Service) now() time.Time { return s.opt.Clock.Now() }

// cut returns the beginning of a text, as valid UTF-8.
func cut(text string, bytes int) string {
	return strings.ToValidUTF8(text[:min(len(text), bytes)], "")
}
