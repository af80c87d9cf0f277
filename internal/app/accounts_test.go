package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/oauth2-proxy/mockoidc"

	"hookline.dev/hookline/internal/app"
	"hookline.dev/hookline/internal/config"
)

const (
	adminEmail    = "ann@example.com"
	adminPassword = "correct horse battery"
)

// serve runs a server with changed settings and the documents of these tests.
func serve(t *testing.T, dir string, change func(*config.Server)) *app.App {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "all.yaml"), []byte(documents), 0o600); err != nil {
		t.Fatal(err)
	}
	c := config.Default()
	c.Data, c.Listen, c.Workflows = filepath.Join(dir, "data"), "127.0.0.1:0", dir
	if change != nil {
		change(&c)
	}
	a, err := app.New(c, app.Options{Log: slog.New(slog.DiscardHandler), Environ: []string{"HOOKLINE_ENV_HOOK_PASSWORD=open sesame"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := a.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return a
}

func unattended(c *config.Server) { c.AdminEmail, c.AdminPassword = adminEmail, adminPassword }

// browser keeps cookies and follows no redirects.
type browser struct {
	*testing.T
	base   string
	client *http.Client
	key    string // is sent as bearer token, if it is set
}

func newBrowser(t *testing.T, base string) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t, base, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, ""}
}

// call sends a request and returns status, headers and body. A path may be a whole URL.
func (b *browser) call(method, path, body string) (int, http.Header, string) {
	b.Helper()
	if strings.HasPrefix(path, "/") {
		path = b.base + path
	}
	req, err := http.NewRequestWithContext(b.Context(), method, path, strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if b.key != "" {
		req.Header.Set("Authorization", "Bearer "+b.key)
	}
	res, err := b.client.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	var text bytes.Buffer
	if _, err := text.ReadFrom(res.Body); err != nil {
		b.Fatal(err)
	}
	return res.StatusCode, res.Header, text.String()
}

// want calls and checks the status.
func (b *browser) want(status int, method, path, body string) string {
	b.Helper()
	got, _, text := b.call(method, path, body)
	if got != status {
		b.Fatalf("%s %s: %d %s, want %d", method, path, got, text, status)
	}
	return text
}

func (b *browser) signIn(email, password string) {
	b.Helper()
	b.want(200, "POST", "/api/login", `{"email":"`+email+`","password":"`+password+`"}`)
}

// field returns a member of a JSON object.
func field(t *testing.T, text, name string) string {
	t.Helper()
	var all map[string]any
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		t.Fatal(err)
	}
	s, _ := all[name].(string)
	return s
}

func TestTheFirstStartGivesALinkThatWorksOnce(t *testing.T) {
	dir := t.TempDir()
	a := serve(t, dir, nil)
	base, token, ok := strings.Cut(a.SetUpURL(), "/setup#")
	if !ok || base != a.URL() || len(token) < 40 {
		t.Fatalf("the link is %q", a.SetUpURL())
	}
	b := newBrowser(t, a.URL())
	body := `{"token":"` + token + `","email":"ann@example.com","password":"correct horse battery"}`
	b.want(200, "POST", "/api/setup", body)
	if me := b.want(200, "GET", "/api/me", ""); !strings.Contains(me, `"role":"admin"`) {
		t.Error(me)
	}
	newBrowser(t, a.URL()).want(401, "POST", "/api/setup", body)
	newBrowser(t, a.URL()).signIn("ann@example.com", "correct horse battery")
}

func TestASecondStartHasNoLinkAndKeepsSessions(t *testing.T) {
	dir := t.TempDir()
	b := newBrowser(t, "")
	t.Run("first", func(t *testing.T) {
		a := serve(t, dir, unattended)
		if a.SetUpURL() != "" {
			t.Error("there is a link though the settings made an admin")
		}
		b.base = a.URL()
		b.signIn(adminEmail, adminPassword)
	})
	t.Run("second", func(t *testing.T) {
		a := serve(t, dir, func(c *config.Server) { c.AdminEmail, c.AdminPassword = "eve@example.com", "another long password" })
		if a.SetUpURL() != "" {
			t.Error("there is a link though there is an admin")
		}
		old, now := mustURL(t, b.base), mustURL(t, a.URL())
		b.client.Jar.SetCookies(now, b.client.Jar.Cookies(old))
		b.base = a.URL()
		b.want(200, "GET", "/api/me", "")
		newBrowser(t, a.URL()).want(401, "POST", "/api/login", `{"email":"eve@example.com","password":"another long password"}`)
	})
}

func mustURL(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestWrongSettingsOfTheAdminStopTheStart(t *testing.T) {
	c := config.Default()
	c.Data, c.Listen = filepath.Join(t.TempDir(), "data"), "127.0.0.1:0"
	c.AdminEmail, c.AdminPassword = adminEmail, "short"
	a, err := app.New(c, app.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Stop(context.Background()) //nolint:errcheck // nothing was served
	if err := a.Start(context.Background()); err == nil || !strings.Contains(err.Error(), "too short") {
		t.Errorf("%v", err)
	}
}

func TestAKeyIsBoundToItsWorkflows(t *testing.T) {
	a := serve(t, t.TempDir(), unattended)
	admin := newBrowser(t, a.URL())
	admin.signIn(adminEmail, adminPassword)
	made := admin.want(200, "POST", "/api/keys", `{"name":"ci","role":"admin","workflows":["save"]}`)
	bound := newBrowser(t, a.URL())
	bound.key = field(t, made, "secret")
	bound.want(200, "GET", "/api/workflows/save", "")
	bound.want(404, "GET", "/api/workflows/ask", "")
	bound.want(404, "POST", "/api/workflows/ask/disable", "")
	bound.want(403, "POST", "/api/keys", `{"name":"more","role":"admin"}`)
	bound.want(403, "GET", "/api/users", "")
	bound.want(403, "GET", "/api/collections", "")
	admin.want(204, "DELETE", "/api/keys/"+field(t, made, "id"), "")
	bound.want(401, "GET", "/api/workflows/save", "")
}

func TestAStolenCookieIsOnlyWhatItsOwnerIs(t *testing.T) {
	a := serve(t, t.TempDir(), unattended)
	admin := newBrowser(t, a.URL())
	admin.signIn(adminEmail, adminPassword)
	viewer := field(t, admin.want(200, "POST", "/api/users", `{"email":"bob@example.com","role":"viewer","password":"bobs long password"}`), "id")
	bob := newBrowser(t, a.URL())
	bob.signIn("bob@example.com", "bobs long password")
	bob.want(200, "GET", "/api/workflows", "")
	for _, path := range []string{"POST /api/workflows/save/disable", "GET /api/users", "PATCH /api/users/" + viewer, "POST /api/reload", "DELETE /api/users/" + viewer + "/sessions"} {
		method, path, _ := strings.Cut(path, " ")
		bob.want(403, method, path, "{}")
	}
	mine := field(t, admin.want(200, "GET", "/api/me", ""), "session")
	bob.want(404, "DELETE", "/api/me/sessions/"+mine, "")
	admin.want(200, "PATCH", "/api/users/"+viewer, `{"role":"operator"}`)
	bob.want(200, "POST", "/api/workflows/save/disable", "")
	admin.want(200, "DELETE", "/api/users/"+viewer+"/sessions", "")
	bob.want(401, "GET", "/api/workflows", "")
	me := field(t, admin.want(200, "GET", "/api/me", ""), "id")
	for _, body := range []string{`{"role":"viewer"}`, `{"disabled":true}`} {
		admin.want(409, "PATCH", "/api/users/"+me, body)
	}
	admin.want(409, "DELETE", "/api/users/"+me, "")
}

// TestTheListenersAnswerOnlyTheirOwn checks that --hooks-listen keeps hooks and API apart, in both directions.
func TestTheListenersAnswerOnlyTheirOwn(t *testing.T) {
	dir := t.TempDir()
	a := serve(t, dir, func(c *config.Server) {
		unattended(c)
		c.Hooks = "127.0.0.1:0"
	})
	hooks, admin := newBrowser(t, a.HooksURL()), newBrowser(t, a.URL())
	admin.signIn(adminEmail, adminPassword)
	token, err := os.ReadFile(filepath.Join(dir, "data", "token"))
	if err != nil {
		t.Fatal(err)
	}
	hooks.key = string(token)
	for _, path := range []string{
		"GET /api/me", "GET /api/workflows", "GET /api/login", "POST /api/login", "POST /api/setup", "POST /api/logout", "GET /api/oidc/login",
		"GET /api/users", "GET /api/keys", "GET /api/openapi.json", "GET /api/stats", "GET /api/tail", "GET /healthz", "GET /readyz", "GET /setup",
		"GET /api/pushes:list", "GET //api/me", "GET /api/webhooks/../me", "GET /api/webhooks/%2e%2e/me",
	} {
		method, path, _ := strings.Cut(path, " ")
		status, header, text := hooks.call(method, path, "{}")
		if status != 404 && status != 400 || header.Get("Set-Cookie") != "" || strings.Contains(text, "API endpoint") || strings.Contains(text, "sign in") {
			t.Errorf("the hooks' listener answers %s %s with %d %s", method, path, status, text)
		}
	}
	hooks.want(201, "POST", "/api/webhooks/ask/you", "{}")
	for _, path := range []string{"/api/webhooks/ask/you", "/api/webhook:trigger/ask", "/api/webhook%3Atrigger/ask", "/api/webhooks/save"} {
		if text := admin.want(404, "POST", path, "{}"); !strings.Contains(text, "no API endpoint") {
			t.Errorf("the API's listener answers %s with %s", path, text)
		}
	}
}

// provider runs a sign-in provider that knows one person.
func idp(t *testing.T) *mockoidc.MockOIDC {
	t.Helper()
	m, err := mockoidc.Run()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Shutdown() })
	return m
}

func withProvider(m *mockoidc.MockOIDC, allow ...string) func(*config.Server) {
	return func(c *config.Server) {
		unattended(c)
		c.OIDCIssuer, c.OIDCClientID, c.OIDCClientSecret = m.Issuer(), m.ClientID, m.ClientSecret
		c.OIDCScopes, c.OIDCRoleClaim, c.OIDCRoles = []string{"openid", "email", "groups"}, "groups", []string{"ops=operator", "cn=admins,dc=example=admin"}
		c.AllowOutbound = allow
	}
}

// signOn signs a person in with the provider, and returns the last answer.
func (b *browser) signOn() (int, string) {
	b.Helper()
	status, header, text := b.call("GET", "/api/oidc/login?return=/executions", "")
	if status != 303 {
		return status, text
	}
	status, header, text = b.call("GET", header.Get("Location"), "")
	if status != 302 {
		b.Fatalf("the provider answered %d %s", status, text)
	}
	status, _, text = b.call("GET", header.Get("Location"), "")
	return status, text
}

func TestPeopleSignInWithAProvider(t *testing.T) {
	m := idp(t)
	a := serve(t, t.TempDir(), withProvider(m, "127.0.0.0/8"))
	bob := &mockoidc.MockUser{Subject: "7", Email: "bob@example.com", EmailVerified: true, Groups: []string{"all", "ops"}}
	in := func(u *mockoidc.MockUser) (*browser, int, string) {
		b := newBrowser(t, a.URL())
		m.QueueUser(u)
		status, text := b.signOn()
		return b, status, text
	}
	b, status, text := in(bob)
	if status != 303 {
		t.Fatalf("%d %s", status, text)
	}
	if me := b.want(200, "GET", "/api/me", ""); !strings.Contains(me, `"role":"operator"`) || !strings.Contains(me, `"name":"bob@example.com"`) {
		t.Error(me)
	}
	b.want(409, "PUT", "/api/me/password", `{"old":"none","new":"a long enough password"}`)
	// The claim decides at each sign-in; the person is the same though the address has changed.
	bob.Groups, bob.Email = []string{"cn=admins,dc=example"}, "robert@example.com"
	b, status, text = in(bob)
	if status != 303 {
		t.Fatalf("%d %s", status, text)
	}
	if me := b.want(200, "GET", "/api/me", ""); !strings.Contains(me, `"role":"admin"`) || !strings.Contains(me, `"name":"bob@example.com"`) {
		t.Error(me)
	}
	if _, status, text = in(&mockoidc.MockUser{Subject: "8", Email: "eve@example.com", EmailVerified: true, Groups: []string{"all"}}); status != 403 || !strings.Contains(text, "no role") {
		t.Errorf("without a role: %d %s", status, text)
	}
	if _, status, text = in(&mockoidc.MockUser{Subject: "9", Email: adminEmail, Groups: []string{"ops"}}); status != 403 || !strings.Contains(text, "not verified") {
		t.Errorf("with an address that is not verified: %d %s", status, text)
	}
	if _, status, text = in(&mockoidc.MockUser{Subject: "9", Groups: []string{"ops"}}); status != 403 || !strings.Contains(text, "e-mail address") {
		t.Errorf("without an address: %d %s", status, text)
	}
	if _, status, text = in(&mockoidc.MockUser{Subject: "9", Email: adminEmail, EmailVerified: true, Groups: []string{"ops"}}); status != 303 {
		t.Errorf("with a verified address that exists: %d %s", status, text)
	}
}

func TestTheProviderIsReachedThroughTheGuard(t *testing.T) {
	m := idp(t)
	a := serve(t, t.TempDir(), withProvider(m)) // 127.0.0.1 is not allowed
	if status, text := newBrowser(t, a.URL()).signOn(); status != 503 || strings.Contains(text, "127.0.0.1:0") {
		t.Errorf("%d %s", status, text)
	}
}
