package api

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/api/apitest"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
)

// TestEveryRouteIsForTheRolesOfTheTable calls every operation as every role, as a key that is bound to a workflow, and as
// nobody, and compares the answer with the permission table.
func TestEveryRouteIsForTheRolesOfTheTable(t *testing.T) {
	callers := map[string]account.Principal{
		"nobody": {},
		"bound":  {Kind: account.ByKey, ID: 7, Role: account.Admin, Workflows: []string{"github-push"}},
		"token":  {Kind: account.ByToken, Role: account.Admin},
	}
	for _, role := range account.Roles() {
		callers[string(role)] = account.Principal{Kind: account.BySession, ID: 1001, Session: 2001, Role: role}
	}
	handlers := map[string]http.Handler{}
	for name, who := range callers {
		handlers[name] = as(who, (&fixture{heard: &hook.Delivery{ID: 55}}).deps())
	}
	r, _ := build((&fixture{}).deps())
	tried := 0
	for path, item := range r.api.OpenAPI().Paths {
		for method, op := range operationsOf(item) {
			permission, _ := op.Metadata[permissionKey].(account.Permission)
			for name, who := range callers {
				tried++
				want := op.Metadata[publicKey] == true || who.May(permission)
				if got := permitted(t, handlers[name], method, path); got != want {
					t.Errorf("%s %s, which needs %q, as %s: permitted is %v", method, path, permission, name, got)
				}
			}
		}
	}
	if tried < 200 {
		t.Errorf("only %d calls were tried", tried)
	}
}

// permitted reports whether a call gets past the check of permissions, whatever comes of it.
func permitted(t *testing.T, api http.Handler, method, path string) bool {
	t.Helper()
	path = strings.NewReplacer("{key}", "github-push", "{name}", "pushes", "{collection}", "pushes", "{id}", "1").Replace(path)
	req := httptest.NewRequest(method, path, strings.NewReader(`{}`))
	req.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	api.ServeHTTP(w, req)
	if w.Code == http.StatusNotFound && strings.Contains(w.Body.String(), "no API endpoint") || w.Code == http.StatusMethodNotAllowed {
		t.Errorf("%s %s does not exist", method, path)
	}
	// The sentences of permit, see allowed: a handler may answer 403 for reasons of its own.
	return w.Code != http.StatusForbidden || !slices.ContainsFunc([]string{"does not allow this", "bound to workflows and can do nothing else", "nobody may do this"},
		func(sentence string) bool { return strings.Contains(w.Body.String(), sentence) })
}

// visitor calls the API as a browser does: it keeps cookies.
type visitor struct {
	*testing.T
	api     http.Handler
	cookies map[string]string
}

func visit(t *testing.T, deps Deps) *visitor {
	return &visitor{t, New(deps), map[string]string{}}
}

// call sends a request with headers of the form "Name: value".
func (v *visitor) call(call, body string, headers ...string) *httptest.ResponseRecorder {
	v.Helper()
	method, path, _ := strings.Cut(call, " ")
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	req.Host = "admin.example.com"
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, text := range v.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: text})
	}
	for _, h := range headers {
		name, text, _ := strings.Cut(h, ": ")
		if name == "Host" {
			req.Host = text
		}
		req.Header.Add(name, text)
	}
	w := httptest.NewRecorder()
	v.api.ServeHTTP(w, req)
	for _, c := range w.Result().Cookies() { //nolint:bodyclose // a recorder's
		if c.MaxAge < 0 {
			delete(v.cookies, c.Name)
		} else {
			v.cookies[c.Name] = c.Value
		}
	}
	return w
}

func TestAccountsOverTheAPI(t *testing.T) {
	user, key, session := ident.ID(1001).Text(ident.User), ident.ID(3001).Text(ident.APIKey), ident.ID(2001).Text(ident.Session)
	long := `{"email":"a@example.com","password":"` + strings.Repeat("x", 9000) + `"}`
	for _, c := range []struct {
		name, call, body string
		status           int
		has, hasNot      string
		guest            bool // without the token
	}{
		{"the page of the set-up link", "GET /setup", "", 200, "http://admin.example.com/api/setup", "", true},
		{"how to sign in", "GET /api/login", "", 200, `"provider":"/api/oidc/login"`, "", true},
		{"sign in", "POST /api/login", `{"email":"ann@example.com","password":"` + apitest.Password + `"}`, 200, `"kind":"session"`, apitest.Password, true},
		{"a wrong password", "POST /api/login", `{"email":"ann@example.com","password":"hunter2 hunter2"}`, 401, "is wrong", "hunter2", true},
		{"a password that is no text", "POST /api/login", `{"email":"ann@example.com","password":{"a":"hunter2"}}`, 422, `"location":"password"`, "hunter2", true},
		{"an unknown field", "POST /api/login", `{"email":"ann@example.com","password":"hunter2","otp":"123456"}`, 422, "otp", "123456", true},
		{"no password", "POST /api/login", `{"email":"ann@example.com"}`, 422, "password", "", true},
		{"not JSON", "POST /api/login", `email=ann&password=hunter2`, 422, "not valid JSON", "hunter2", true},
		{"a list", "POST /api/login", `[]`, 422, "must be an object", "", true},
		{"too large", "POST /api/login", long, 413, "larger than 8 KiB", "", true},
		{"too many attempts", "POST /api/login", `{"email":"busy@example.com","password":"x"}`, 429, "try again in 1m30s", "", true},
		{"a wrong set-up token", "POST /api/setup", `{"token":"nope","email":"ann@example.com","password":"x"}`, 401, "set-up link is not valid", "nope", true},
		{"set up", "POST /api/setup", `{"token":"set-up","email":"ann@example.com","password":"x"}`, 200, `"role":"admin"`, "set-up", true},
		{"no token, no session", "GET /api/me", "", 401, "unauthorized", "", true},
		{"me", "GET /api/me", "", 200, `"accounts.manage"`, "", false},
		{"a token has no password", "GET /api/me/sessions", "", 403, "only a person", "", false},

		{"users", "GET /api/users", "", 200, `"email":"ann@example.com"`, "argon2id", false},
		{"users, next page", "GET /api/users?limit=1", "", 200, `"next":"ann@example.com"`, "", false},
		{"users, last page", "GET /api/users?after=ann@example.com", "", 200, `"items":[]`, "next", false},
		{"a user", "GET /api/users/" + user, "", 200, `"password":true`, "argon2id", false},
		{"no such user", "GET /api/users/usr_0000000000001", "", 404, "no such user", "", false},
		{"a wrong id", "GET /api/users/17", "", 422, "usr_", "", false},
		{"create", "POST /api/users", `{"email":"bob@example.com","role":"viewer","password":"hunter2 hunter2"}`, 200, `"role":"viewer"`, "hunter2", false},
		{"create with a wrong role", "POST /api/users", `{"email":"bob@example.com","role":"root","password":"hunter2"}`, 422, `"location":"role"`, "hunter2", false},
		{"change", "PATCH /api/users/" + user, `{"name":"Ann B."}`, 200, `"name":"Ann B."`, "", false},
		{"demote the last admin", "PATCH /api/users/" + user, `{"role":"viewer"}`, 409, "last admin", "", false},
		{"delete the last admin", "DELETE /api/users/" + user, "", 409, "last admin", "", false},
		{"sessions of a user", "GET /api/users/" + user + "/sessions", "", 200, `"id":"` + session + `"`, "", false},
		{"sessions of nobody", "GET /api/users/usr_0000000000001/sessions", "", 404, "", "", false},
		{"end sessions", "DELETE /api/users/" + user + "/sessions", "", 200, `"ended":3`, "", false},

		{"keys", "GET /api/keys", "", 200, `"hint":"hlk_abcdef…"`, "", false},
		{"a key", "POST /api/keys", `{"name":"ci","role":"viewer","workflows":["github-push"],"expires":"2027-01-31T12:00:00Z"}`, 200, `"secret":"hlk_`, "", false},
		{"a key without a name", "POST /api/keys", `{"role":"viewer"}`, 422, `"location":"name"`, "", false},
		{"a key that ends some time", "POST /api/keys", `{"name":"ci","role":"viewer","expires":"tomorrow"}`, 422, "2027-01-31T12:00:00Z", "", false},
		{"delete a key", "DELETE /api/keys/" + key, "", 204, "", "", false},
		{"delete no key", "DELETE /api/keys/key_0000000000001", "", 404, "", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var headers []string
			if !c.guest {
				headers = []string{"Authorization: Bearer " + testToken}
			}
			w := visit(t, (&fixture{}).deps()).call(c.call, c.body, headers...)
			body := w.Body.String()
			if w.Code != c.status || !strings.Contains(body, c.has) || c.hasNot != "" && strings.Contains(body, c.hasNot) {
				t.Errorf("%d %s\nwant %d with %q, without %q", w.Code, body, c.status, c.has, c.hasNot)
			}
			if w.Code == 429 && w.Header().Get("Retry-After") != "90" {
				t.Errorf("Retry-After is %q", w.Header().Get("Retry-After"))
			}
		})
	}
}

const login = `{"email":"ann@example.com","password":"` + apitest.Password + `"}`

func TestASessionLivesInACookieThatOthersCannotSetOrRead(t *testing.T) {
	for _, c := range []struct {
		name   string
		header string
		secure bool
	}{
		{"plain HTTP", "", false},
		{"the public host is https", "Host: hooks.example.com", true},
		{"a stranger says https", "X-Forwarded-Proto: https", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var headers []string
			if c.header != "" {
				headers = append(headers, c.header)
			}
			v := visit(t, (&fixture{}).deps())
			w := v.call("POST /api/login", login, headers...)
			got := w.Header().Get("Set-Cookie")
			want := "hookline=session-token; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax"
			if c.secure {
				want = "__Host-hookline=session-token; Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=Lax"
			}
			if got != want {
				t.Errorf("the cookie is %q, want %q", got, want)
			}
			if w := v.call("GET /api/me", "", headers...); w.Code != 200 || !strings.Contains(w.Body.String(), `"name":"ann@example.com"`) {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			if w := v.call("POST /api/logout", "", headers...); w.Code != 204 || len(v.cookies) != 0 {
				t.Errorf("%d, and %v is left", w.Code, v.cookies)
			}
			if w := v.call("GET /api/me", "", headers...); w.Code != 401 {
				t.Errorf("after the sign-out: %d", w.Code)
			}
		})
	}
	t.Run("over HTTPS a cookie without the prefix does not count", func(t *testing.T) {
		v := visit(t, (&fixture{}).deps())
		v.call("POST /api/login", login)
		if w := v.call("GET /api/me", "", "Host: hooks.example.com"); w.Code != 401 {
			t.Errorf("%d", w.Code)
		}
	})
	t.Run("of two cookies none counts", func(t *testing.T) {
		v := visit(t, (&fixture{}).deps())
		v.call("POST /api/login", login)
		if w := v.call("GET /api/me", "", "Cookie: hookline=planted"); w.Code != 401 {
			t.Errorf("%d", w.Code)
		}
	})
}

func TestPagesOfOthersCannotActInASession(t *testing.T) {
	v := visit(t, (&fixture{}).deps())
	v.call("POST /api/login", login)
	for _, c := range []struct {
		name, call string
		headers    []string
		refused    bool
	}{
		{"the own page", "POST /api/workflows/github-push/disable", []string{"Sec-Fetch-Site: same-origin", "Origin: http://admin.example.com"}, false},
		{"an old browser on the own page", "POST /api/workflows/github-push/disable", []string{"Origin: http://admin.example.com"}, false},
		{"another site", "POST /api/workflows/github-push/disable", []string{"Sec-Fetch-Site: cross-site", "Origin: https://evil.example"}, true},
		{"a sibling host", "POST /api/workflows/github-push/disable", []string{"Sec-Fetch-Site: same-site", "Origin: http://blog.example.com"}, true},
		{"an old browser on another site", "POST /api/workflows/github-push/disable", []string{"Origin: https://evil.example"}, true},
		{"another site, delete", "DELETE /api/keys/" + ident.ID(3001).Text(ident.APIKey), []string{"Sec-Fetch-Site: cross-site"}, true},
		{"another site signs somebody in", "POST /api/login", []string{"Sec-Fetch-Site: cross-site"}, true},
		{"another site, reading", "GET /api/me", []string{"Sec-Fetch-Site: cross-site"}, false},
	} {
		w := v.call(c.call, "", c.headers...)
		if refused := w.Code == 403 && strings.Contains(w.Body.String(), "another site"); refused != c.refused {
			t.Errorf("%s: %d %s", c.name, w.Code, w.Body)
		}
	}
}

func TestASignInWithAProvider(t *testing.T) {
	begin := func(t *testing.T, query string) *visitor {
		v := visit(t, (&fixture{}).deps())
		w := v.call("GET /api/oidc/login"+query, "")
		if to := w.Header().Get("Location"); w.Code != 303 || to != "https://idp.example.com/authorize?redirect_uri=http://admin.example.com/api/oidc/callback" {
			t.Fatalf("%d to %q", w.Code, to)
		}
		return v
	}
	for query, want := range map[string]string{
		"": "/", "?return=/executions?state=failed": "/executions?state=failed", "?return=https://evil.example": "/", "?return=//evil.example": "/",
		"?return=/%5Cevil.example": "/", "?return=/%09/evil.example": "/",
	} {
		v := begin(t, query)
		w := v.call("GET /api/oidc/callback?state=state&code=abc&iss=https://idp.example.com&session_state=1", "")
		if to := w.Header().Get("Location"); w.Code != 303 || to != want {
			t.Errorf("%q: %d to %q, want %q; %s", query, w.Code, to, want, w.Body)
		}
		if !slices.Equal(slices.Collect(maps.Keys(v.cookies)), []string{"hookline"}) {
			t.Errorf("the cookies are %v", v.cookies)
		}
		if w := v.call("GET /api/oidc/callback?state=state&code=abc", ""); w.Code != 401 {
			t.Errorf("the same answer again: %d", w.Code)
		}
	}
	for call, want := range map[string]string{
		"?state=other&code=abc": "not begun in this browser", "?code=abc": "not begun", "": "not begun",
		"?error=access_denied&error_description=no+entry&state=state": "access_denied no entry",
	} {
		v := begin(t, "")
		if w := v.call("GET /api/oidc/callback"+call, ""); w.Code != 401 || !strings.Contains(w.Body.String(), want) || len(v.cookies) != 0 {
			t.Errorf("%q: %d %s, cookies %v", call, w.Code, w.Body, v.cookies)
		}
	}
	if w := visit(t, (&fixture{}).deps()).call("GET /api/oidc/callback?state=state&code=abc", ""); w.Code != 401 {
		t.Errorf("a browser that began nothing: %d", w.Code)
	}
}

func FuzzSignOnCookie(f *testing.F) {
	f.Add("a.b.c.L3g")
	f.Fuzz(func(t *testing.T, text string) {
		if _, back := decodeSignOn(text); localPath(back) != back {
			t.Errorf("%q leads to %q", text, back)
		}
	})
}
