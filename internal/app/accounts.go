package app

import (
	"context"
	"os"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/auth"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/config"
	"hookline.dev/hookline/internal/oidc"
	"hookline.dev/hookline/internal/password"
	"hookline.dev/hookline/internal/value"
)

// setUpPath is the page on which the first admin is created. The token stands behind a #, so that browsers send it to no
// server and proxies do not log it.
const setUpPath = "/setup#"

// newAccounts creates the accounts.
func (a *App) newAccounts() *auth.Service {
	c := a.config
	memory, _ := c.TotalMemory(os.DirFS("/"))
	o := auth.Options{
		Store: a.store, Passwords: password.New(config.HeapOf(memory)), IDs: a.ids, Clock: clock.System(), Log: a.log, Token: a.token,
		HasWorkflow: func(key string) bool { _, err := a.catalog.Find(key); return err == nil },
		Idle:        c.SessionIdle, Lifetime: c.SessionLifetime,
		Roles: config.ClaimRoles(c.OIDCRoles), RolesFromClaim: c.OIDCRoleClaim != "", DefaultRole: account.Role(c.OIDCDefaultRole),
	}
	if c.OIDCIssuer != "" {
		o.Provider = oidc.New(oidc.Options{
			Issuer: c.OIDCIssuer, ClientID: c.OIDCClientID, ClientSecret: c.OIDCClientSecret, Scopes: config.Scopes(c.OIDCScopes),
			RoleClaim: c.OIDCRoleClaim, Out: a.out, Clock: clock.System(),
		})
	}
	return auth.New(o)
}

// setUpAccounts creates the first admin from the settings, or opens the set-up link.
func (a *App) setUpAccounts() (err error) {
	ctx := context.Background()
	if a.config.AdminEmail != "" {
		u, err := a.accounts.SetUpUnattended(ctx, a.config.AdminEmail, a.config.AdminPassword)
		if err == nil && u.ID != 0 {
			var b value.ObjectBuilder
			b.Set("email", value.String(u.Email)).Set("role", value.String(string(u.Role)))
			a.auditor.write(byServer("set-up", u.Email, b.Value()))
		}
		return err
	}
	a.setUp, err = a.accounts.OpenSetUp(ctx)
	return err
}

// SetUpURL returns the link with which the first admin is created, or "" if there was an admin when the server started.
func (a *App) SetUpURL() string {
	if a.setUp == "" {
		return ""
	}
	base := a.URL()
	if a.hooks == nil {
		base = a.HooksURL()
	}
	return base + setUpPath + a.setUp
}
