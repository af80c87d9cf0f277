package app_test

import (
	"fmt"
	"net/http"
)

// principals returns one of each kind.
func (w *world) principals() []*principal {
	all := []*principal{{name: "token", bearer: w.token, admin: true}, {name: "session", admin: true}, {name: "editor"}, {name: "operator"}, {name: "viewer"}, {name: "bound", bound: true}, {name: "nobody"}}
	for _, p := range all {
		w.renew(p)
	}
	return all
}

// renew gives a principal a credential that is valid.
func (w *world) renew(p *principal) {
	w.Helper()
	switch p.name {
	case "token", "nobody":
	case "session":
		p.cookie = w.signIn(adminEmail, w.secrets["password"])
		w.secrets["session"] = p.cookie
	default:
		in := map[string]any{"name": p.name, "role": p.name}
		if p.bound {
			in["role"], in["workflows"] = "admin", []string{mine}
		}
		var made struct{ Secret string }
		w.decode(w.must("POST", "/api/keys", in), &made)
		p.bearer = made.Secret
		w.secrets["key of "+p.name] = made.Secret
	}
}

// reinstate gives the admin the first password again, whatever a request has changed.
func (w *world) reinstate() {
	w.Helper()
	var page struct{ Items []struct{ ID, Email string } }
	w.decode(w.must("GET", "/api/users?limit=500", nil), &page)
	for _, u := range page.Items {
		if u.Email == adminEmail {
			w.must("PATCH", "/api/users/"+u.ID, map[string]any{"role": "admin", "disabled": false, "password": w.secrets["password"]})
			return
		}
	}
	w.must("POST", "/api/users", map[string]any{"email": adminEmail, "role": "admin", "password": w.secrets["password"]})
}

// signIn returns the cookie of a new session. Each sign-in comes from an address of its own, as one address may try only
// now and then.
func (w *world) signIn(email, password string) string {
	w.Helper()
	req := w.request("POST", "/api/login", map[string]any{"email": email, "password": password}, "X-Forwarded-For", w.address())
	req.Header.Del("Authorization")
	status, header, _ := w.do(req)
	if status != http.StatusOK {
		w.reinstate()
		again := w.request("POST", "/api/login", map[string]any{"email": email, "password": password}, "X-Forwarded-For", w.address())
		again.Header.Del("Authorization")
		status, header, _ = w.do(again)
	}
	for _, text := range header["Set-Cookie"] {
		if c, err := http.ParseSetCookie(text); err == nil && c.Value != "" {
			return c.Value
		}
	}
	w.Fatalf("sign-in: %d", status)
	return ""
}

// address returns an address that has not been used.
func (w *world) address() string {
	w.n++
	return fmt.Sprintf("10.%d.%d.%d", w.n>>16&255, w.n>>8&255, w.n&255)
}

// as sets the credential of a request.
func (p *principal) as(req *http.Request) {
	req.Header.Del("Authorization")
	if p.bearer != "" {
		req.Header.Set("Authorization", "Bearer "+p.bearer)
	}
	if p.cookie != "" {
		req.AddCookie(&http.Cookie{Name: "hookline", Value: p.cookie})
	}
}
