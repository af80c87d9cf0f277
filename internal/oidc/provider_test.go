package oidc

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oauth2-proxy/mockoidc"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/outbound"
)

// run starts a provider, and returns it with a client of it.
func run(t *testing.T, change func(*Options)) (*mockoidc.MockOIDC, *Provider) {
	t.Helper()
	m, err := mockoidc.Run()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Shutdown() })
	o := Options{
		Issuer: m.Issuer(), ClientID: m.ClientID, ClientSecret: m.ClientSecret, Scopes: []string{"openid", "email", "profile", "groups"},
		RoleClaim: "groups", Out: client(t), Clock: clock.System(),
	}
	if change != nil {
		change(&o)
	}
	return m, New(o)
}

// client returns a client that may connect to this machine.
func client(t *testing.T) *outbound.Client {
	t.Helper()
	c := outbound.New(outbound.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	t.Cleanup(c.Close)
	return c
}

func signIn() SignIn {
	return SignIn{State: "the state", Nonce: "the nonce", Verifier: strings.Repeat("v", 43), Redirect: "http://127.0.0.1/api/oidc/callback"}
}

// code signs a person in at the provider, as their browser does, and returns the code.
func code(t *testing.T, p *Provider, s SignIn) string {
	t.Helper()
	to, err := p.URL(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, to, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := browser.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	back, err := url.Parse(res.Header.Get("Location"))
	if err != nil || back.Query().Get("state") != s.State || !strings.HasPrefix(back.String(), s.Redirect) {
		t.Fatalf("%s leads to %v, %v", to, back, err)
	}
	return back.Query().Get("code")
}

func TestAProviderTellsWhoSomebodyIs(t *testing.T) {
	m, p := run(t, nil)
	m.QueueUser(&mockoidc.MockUser{Subject: "42", Email: "Ann@example.com", EmailVerified: true, Groups: []string{"ops", "all"}})
	c, err := p.Exchange(t.Context(), signIn(), code(t, p, signIn()))
	if err != nil {
		t.Fatal(err)
	}
	if c.Issuer != m.Issuer() || c.Subject != "42" || c.Email != "Ann@example.com" || !slices.Equal(c.Values, []string{"ops", "all"}) {
		t.Errorf("%+v", c)
	}
}

func TestSignInsThatAreNotValid(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Options)
		with   func(*SignIn)            // at the exchange
		before func(*mockoidc.MockOIDC) // before the exchange
		code   string                   // instead of the provider's
		kind   fault.Kind
	}{
		{name: "a code that nobody gave", code: "guess", kind: fault.Unauthorized},
		{name: "a stolen code, without the verifier", with: func(s *SignIn) { s.Verifier = strings.Repeat("w", 43) }, kind: fault.Unauthorized},
		{name: "the token of another sign-in", with: func(s *SignIn) { s.Nonce = "another nonce" }, kind: fault.Unauthorized},
		{name: "no nonce", with: func(s *SignIn) { s.Nonce = "" }, kind: fault.Unauthorized},
		{name: "a token for another client", change: func(o *Options) { o.ClientID = "another" }, code: "guess", kind: fault.Unauthorized},
		{name: "a wrong secret", change: func(o *Options) { o.ClientSecret = "wrong" }, kind: fault.Unauthorized},
		{name: "the provider is away", before: func(m *mockoidc.MockOIDC) { _ = m.Shutdown() }, kind: fault.Unavailable},
		{name: "the token has expired", change: func(o *Options) { o.Clock = later{} }, kind: fault.Unauthorized},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, p := run(t, c.change)
			s, given := signIn(), c.code
			if given == "" {
				given = code(t, p, s)
			}
			if c.with != nil {
				c.with(&s)
			}
			if c.before != nil {
				c.before(m)
			}
			got, err := p.Exchange(t.Context(), s, given)
			if !fault.Is(err, c.kind) || got.Subject != "" || fault.Message(err) == "internal error" {
				t.Errorf("%+v, %v", got, err)
			}
			if strings.Contains(fault.Message(err), m.ClientSecret) || strings.Contains(fault.Message(err), given) {
				t.Errorf("the error shows a secret: %v", fault.Message(err))
			}
		})
	}
}

// later is the clock of a server whose time is a year ahead.
type later struct{}

func (later) Now() time.Time { return clock.System().Now().AddDate(1, 0, 0) }

func TestACodeIsGoodForOneSignIn(t *testing.T) {
	_, p := run(t, nil)
	given := code(t, p, signIn())
	if _, err := p.Exchange(t.Context(), signIn(), given); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Exchange(t.Context(), signIn(), given); !fault.Is(err, fault.Unauthorized) {
		t.Errorf("the second time: %v", err)
	}
}

func TestAProviderThatIsAwayIsAskedAgain(t *testing.T) {
	c := clock.NewManual(clock.System().Now())
	m, p := run(t, func(o *Options) { o.Clock = c })
	m.QueueError(&mockoidc.ServerError{Code: 503, Error: "away"})
	if _, err := p.URL(t.Context(), signIn()); !fault.Is(err, fault.Unavailable) {
		t.Fatalf("%v", err)
	}
	if _, err := p.URL(t.Context(), signIn()); !fault.Is(err, fault.Unavailable) {
		t.Errorf("asked again at once: %v", err)
	}
	c.Advance(keepFailure)
	if _, err := p.URL(t.Context(), signIn()); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	m.QueueError(&mockoidc.ServerError{Code: 503, Error: "away"})
	c.Advance(keepDescription)
	if _, err := p.URL(t.Context(), signIn()); err != nil {
		t.Errorf("what was known stays in use: %v", err)
	}
}

func TestTheIssuerMustNameItself(t *testing.T) {
	m, _ := run(t, nil)
	p := New(Options{Issuer: m.Issuer() + "/", ClientID: "x", Out: client(t), Clock: clock.System()})
	if _, err := p.URL(t.Context(), signIn()); !fault.Is(err, fault.Unavailable) {
		t.Errorf("%v", err)
	}
}

func TestValuesOfAClaim(t *testing.T) {
	for claim, want := range map[string][]string{
		`"ops"`: {"ops"}, `["a","b"]`: {"a", "b"}, `[]`: nil, `7`: nil, `{"a":1}`: nil, `["a",7]`: nil, `null`: {""}, "": nil,
	} {
		if got := texts([]byte(claim)); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", claim, got, want)
		}
	}
}
