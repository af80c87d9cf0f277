package oidc

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	upstream "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/outbound"
)

const (
	maxResponse     = 1 << 20          // of the provider, in bytes
	keepDescription = time.Hour        // how long a provider's description is used before it is fetched again
	keepFailure     = 5 * time.Second  // how long it is not asked again after a failure
	timeout         = 10 * time.Second // for one exchange with the provider
	maxValues       = 1000             // values of the role claim that are read
)

// Options configure a Provider.
type Options struct {
	Issuer       string // as the provider's tokens name it
	ClientID     string
	ClientSecret string
	Scopes       []string
	RoleClaim    string           // "": none is read
	Out          *outbound.Client // sends every request
	Clock        clock.Clock
}

// Provider is one OpenID Connect provider.
type Provider struct {
	opt    Options
	within func(context.Context) context.Context // a context in which the library sends through Out

	fetching chan struct{} // holds one token, of the goroutine that owns the rest
	found    *upstream.Provider
	foundAt  time.Time
	failed   error // of the last fetch
	failedAt time.Time
}

// New returns a provider. It connects to nothing yet.
func New(o Options) *Provider {
	client := o.Out.HTTP(maxResponse, timeout)
	return &Provider{
		opt: o, fetching: make(chan struct{}, 1),
		within: func(ctx context.Context) context.Context { return upstream.ClientContext(ctx, client) },
	}
}

// SignIn is one sign-in under way. Its values are random, except Redirect.
type SignIn struct {
	State    string // comes back with the code
	Nonce    string // comes back in the ID token
	Verifier string // is shown only with the code (PKCE)
	Redirect string // the URL that the provider sends the browser back to
}

// Claims is what a provider says about somebody.
type Claims struct {
	Issuer, Subject string
	Email           string // "": not told
	EmailVerified   bool
	Name            string
	Values          []string // of the role claim
}

// URL returns where to send the browser. The error is of kind fault.Unavailable if the provider cannot be reached.
func (p *Provider) URL(ctx context.Context, s SignIn) (string, error) {
	found, err := p.description(ctx)
	if err != nil {
		return "", err
	}
	return p.config(found, s).AuthCodeURL(s.State, upstream.Nonce(s.Nonce), oauth2.S256ChallengeOption(s.Verifier)), nil
}

// Exchange exchanges a code for claims. The error is of kind fault.Unauthorized if the provider refuses the code or its
// token is not valid, and of kind fault.Unavailable if it cannot be reached.
func (p *Provider) Exchange(ctx context.Context, s SignIn, code string) (Claims, error) {
	const op = "oidc.Exchange"
	found, err := p.description(ctx)
	if err != nil {
		return Claims{}, err
	}
	ctx, cancel := p.context(ctx)
	defer cancel()
	tokens, err := p.config(found, s).Exchange(ctx, code, oauth2.VerifierOption(s.Verifier))
	if err != nil {
		if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok && refused.Response != nil && refused.Response.StatusCode < http.StatusInternalServerError {
			return Claims{}, fault.As(op, fault.Unauthorized, err, "the sign-in provider refused the sign-in: begin again, and check the client's id and secret")
		}
		return Claims{}, p.unreachable(op, err)
	}
	raw, ok := tokens.Extra("id_token").(string)
	if !ok {
		return Claims{}, fault.New(op, fault.Unauthorized, "the sign-in provider sent no ID token: the scope openid is missing")
	}
	token, err := found.Verifier(&upstream.Config{ClientID: p.opt.ClientID, Now: p.opt.Clock.Now}).Verify(ctx, raw)
	if err != nil {
		return Claims{}, fault.As(op, fault.Unauthorized, err, "the ID token of the sign-in provider is not valid")
	}
	if subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(s.Nonce)) != 1 {
		return Claims{}, fault.New(op, fault.Unauthorized, "the ID token belongs to another sign-in: begin again")
	}
	return p.claims(token)
}

// claims reads the claims of a valid token.
func (p *Provider) claims(token *upstream.IDToken) (Claims, error) {
	const op = "oidc.claims"
	var known struct {
		Email    string `json:"email"`
		Verified any    `json:"email_verified"` // some providers send a text
		Name     string `json:"name"`
	}
	var all map[string]json.RawMessage
	if err := errors.Join(token.Claims(&known), token.Claims(&all)); err != nil {
		return Claims{}, fault.As(op, fault.Unauthorized, err, "the ID token of the sign-in provider has claims of unexpected types")
	}
	c := Claims{
		Issuer: token.Issuer, Subject: token.Subject, Email: known.Email, Name: known.Name,
		EmailVerified: known.Verified == true || known.Verified == "true",
	}
	if p.opt.RoleClaim != "" {
		c.Values = texts(all[p.opt.RoleClaim])
	}
	return c, nil
}

// texts returns a claim that is a text or a list of texts. Anything else has no values.
func texts(claim json.RawMessage) []string {
	var one string
	if json.Unmarshal(claim, &one) == nil {
		return []string{one}
	}
	var many []string
	if json.Unmarshal(claim, &many) != nil {
		return nil
	}
	return many[:min(len(many), maxValues)]
}

func (p *Provider) config(found *upstream.Provider, s SignIn) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.opt.ClientID, ClientSecret: p.opt.ClientSecret, Endpoint: found.Endpoint(), RedirectURL: s.Redirect, Scopes: p.opt.Scopes,
	}
}

// description returns the provider's description, which has the addresses of its endpoints.
func (p *Provider) description(ctx context.Context) (*upstream.Provider, error) {
	const op = "oidc.description"
	select {
	case p.fetching <- struct{}{}:
		defer func() { <-p.fetching }()
	case <-ctx.Done():
		return nil, p.unreachable(op, ctx.Err())
	}
	now := p.opt.Clock.Now()
	switch {
	case p.found != nil && now.Sub(p.foundAt) < keepDescription:
		return p.found, nil
	case p.failed != nil && now.Sub(p.failedAt) < keepFailure:
		return nil, p.unreachable(op, p.failed)
	}
	ctx, cancel := p.context(ctx)
	defer cancel()
	found, err := upstream.NewProvider(ctx, p.opt.Issuer)
	if err != nil && p.found != nil { // the old one may still be right
		p.foundAt = now.Add(keepFailure - keepDescription)
		return p.found, nil
	}
	if p.failed, p.failedAt = err, now; err != nil {
		return nil, p.unreachable(op, err)
	}
	p.found, p.foundAt = found, now
	return found, nil
}

// context returns a context with the client and a time limit.
func (p *Provider) context(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(p.within(ctx), timeout)
}

func (p *Provider) unreachable(op string, err error) error {
	return fault.As(op, fault.Unavailable, err, "the sign-in provider %s does not answer as expected; the server's log says why", p.opt.Issuer)
}
