package api

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/ident"
)

// SignInOptions says how one can sign in.
type SignInOptions struct {
	Password bool `json:"password"`
	// Provider is the path at which a sign-in with the provider begins; empty: there is none.
	Provider string `json:"provider,omitempty"`
	Me       *Me    `json:"me,omitempty" doc:"who has signed in already; absent: nobody"`
}

// Credentials are the body of a sign-in.
type Credentials struct {
	Email    string     `json:"email" required:"true"`
	Password secretText `json:"password" required:"true"`
}

// SetUp is the body with which the first admin is created.
type SetUp struct {
	Token    secretText `json:"token" required:"true" doc:"of the set-up link: what stands behind the #"`
	Email    string     `json:"email" required:"true"`
	Name     string     `json:"name,omitempty"`
	Password secretText `json:"password" required:"true"`
}

// NewPassword is the body with which a person changes their own password.
type NewPassword struct {
	Old secretText `json:"old" required:"true"`
	New secretText `json:"new" required:"true"`
}

// Me is the principal of a request.
type Me struct {
	Kind        account.Kind         `json:"kind"`
	ID          string               `json:"id,omitempty"`
	Name        string               `json:"name,omitempty" doc:"the e-mail address of a person, or the name of a key"`
	Role        account.Role         `json:"role"`
	Workflows   []string             `json:"workflows,omitempty" doc:"the workflows that an API key is bound to; absent: all"`
	Permissions []account.Permission `json:"permissions"`
	Session     string               `json:"session,omitempty"`
}

func (r routes) signIns() {
	handle(r, route{method: "GET", path: "/api/login", id: "sign-in-options", public: true, summary: "How one can sign in"},
		func(ctx context.Context, _ *struct{}) (*one[SignInOptions], error) {
			out := SignInOptions{Password: true}
			if who := caller(ctx); who.Kind != "" {
				me := meOf(who)
				out.Me = &me
			}
			if r.Accounts.HasProvider() {
				out.Provider = signOnPath
			}
			return &one[SignInOptions]{out}, nil
		})
	form(r, route{method: "POST", path: "/api/login", id: "sign-in", public: true, summary: "Sign in; the session is in a cookie"},
		Credentials{}, Me{}, r.signIn)
	form(r, route{method: "POST", path: "/api/setup", id: "set-up", public: true, summary: "Create the first admin with the token of the set-up link, and sign in"},
		SetUp{}, Me{}, r.setUp)
	form(r, route{method: "POST", path: "/api/logout", id: "sign-out", public: true, summary: "End the session of the cookie"},
		nil, nil, r.signOut)
	handle(r, route{method: "GET", path: "/api/me", id: "me", needs: account.UseOwnAccount, summary: "Who I am, and what I may do"},
		func(ctx context.Context, _ *struct{}) (*one[Me], error) { return &one[Me]{meOf(caller(ctx))}, nil })
	form(r, route{method: "PUT", path: "/api/me/password", id: "change-password", needs: account.UseOwnAccount,
		summary: "Change my password, and end my other sessions"}, NewPassword{}, nil, r.changePassword)
}

// setUpPage says what to do with a set-up link. The token in the link is behind a #, so it did not come here.
func (r routes) setUpPage(w http.ResponseWriter, req *http.Request) {
	scheme := "http://"
	if r.isSecure(req) {
		scheme = "https://"
	}
	plain(w, http.StatusOK, `Create the first admin of this server. TOKEN is what stands behind the # in the link.

  curl -H 'Content-Type: application/json' -d '{"token":"TOKEN","email":"you@example.com","password":"at least 12 characters"}' \
    `+scheme+req.Host+`/api/setup

On the machine of the server there is also: hookline users add you@example.com --role admin
`)
}

// meOf shows a principal.
func meOf(p account.Principal) Me {
	m := Me{Kind: p.Kind, Name: p.Name, Role: p.Role, Workflows: p.Workflows, Permissions: []account.Permission{}, Session: p.Session.Text(ident.Session)}
	switch p.Kind {
	case account.BySession:
		m.ID = p.ID.Text(ident.User)
	case account.ByKey:
		m.ID = p.ID.Text(ident.APIKey)
	case account.ByToken:
	}
	for _, g := range account.Grants() {
		if p.May(g.Permission) {
			m.Permissions = append(m.Permissions, g.Permission)
		}
	}
	return m
}

func (r routes) signIn(w http.ResponseWriter, req *http.Request, _ *struct{}) error {
	var in Credentials
	if err := readForm(w, req, &in); err != nil {
		return err
	}
	auditEmail(req.Context(), in.Email)
	done, err := r.Accounts.SignIn(req.Context(), in.Email, string(in.Password), r.origin(req), r.cookie(req, sessionCookie))
	return r.signedIn(w, req, done, err)
}

func (r routes) setUp(w http.ResponseWriter, req *http.Request, _ *struct{}) error {
	var in SetUp
	if err := readForm(w, req, &in); err != nil {
		return err
	}
	auditEmail(req.Context(), in.Email)
	n := account.NewUser{Email: in.Email, Name: in.Name, Password: string(in.Password), Role: account.Admin}
	done, err := r.Accounts.SetUp(req.Context(), string(in.Token), n, r.origin(req), r.cookie(req, sessionCookie))
	if err == nil {
		auditChange(req.Context(), nil, shownToAudit(done.User))
	}
	return r.signedIn(w, req, done, err)
}

// signedIn responds to a sign-in with a cookie.
func (r routes) signedIn(w http.ResponseWriter, req *http.Request, done account.SignedIn, err error) error {
	if err != nil {
		return tooMany(w, err)
	}
	auditCaller(req.Context(), done.User.Principal(done.Session.ID))
	r.setCookie(w, req, sessionCookie, done.Token, done.Session.Expires)
	return writeAny(w, http.StatusOK, meOf(done.User.Principal(done.Session.ID)))
}

func (r routes) signOut(w http.ResponseWriter, req *http.Request, _ *struct{}) error {
	if err := r.Accounts.SignOut(req.Context(), r.cookie(req, sessionCookie)); err != nil {
		return err
	}
	r.setCookie(w, req, sessionCookie, "", time.Time{})
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (r routes) changePassword(w http.ResponseWriter, req *http.Request, _ *struct{}) error {
	var in NewPassword
	if err := readForm(w, req, &in); err != nil {
		return err
	}
	err := r.Accounts.ChangePassword(req.Context(), caller(req.Context()), string(in.Old), string(in.New), r.origin(req))
	if err != nil {
		return tooMany(w, err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// origin returns where a request comes from.
func (r routes) origin(req *http.Request) account.Origin {
	from := r.Proxies.Locate(req.RemoteAddr, req.Header)
	return account.Origin{Addr: from.Addr, Agent: req.UserAgent(), Shared: from.Proxy}
}

// tooMany returns the response to too many attempts, or the error as it is.
func tooMany(w http.ResponseWriter, err error) error {
	many, ok := errors.AsType[*account.TooManyAttempts](err)
	if !ok {
		return err
	}
	w.Header().Set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(many.After.Seconds())))))
	return &Problem{
		Type: problemURN + "too-many-attempts", Title: http.StatusText(http.StatusTooManyRequests), Status: http.StatusTooManyRequests,
		Detail: many.Error(),
	}
}
