package config

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"hookline.dev/hookline/internal/account"
)

// The limits of sessions. The last use of a session is known to a minute, so it must last for several.
const (
	LeastSession = 10 * time.Minute
	MostSession  = 365 * 24 * time.Hour
)

// Scopes returns the scopes to ask a sign-in provider for: a list, or the default.
func Scopes(list []string) []string {
	if len(list) == 0 {
		return []string{"openid", "profile", "email"}
	}
	return list
}

// ClaimRoles returns the roles of the values of the role claim. It skips invalid ones, which Validate reports.
func ClaimRoles(list []string) map[string]account.Role {
	roles := make(map[string]account.Role)
	for _, text := range list {
		if v, role, ok := claimRole(text); ok {
			roles[v] = role
		}
	}
	return roles
}

// claimRole parses VALUE=ROLE. A value may contain an equals sign, as in a distinguished name.
func claimRole(text string) (claim string, role account.Role, ok bool) {
	at := strings.LastIndexByte(text, '=')
	if at <= 0 {
		return "", "", false
	}
	role = account.Role(text[at+1:])
	return text[:at], role, role.Known()
}

// signIn checks everything about people who sign in.
func (c *checks) signIn(s Server) {
	c.when(s.AdminPassword != "" && s.AdminPasswordFile != "", "admin-password-file", "give --admin-password or --admin-password-file, not both")
	password := s.AdminPassword != "" || s.AdminPasswordFile != ""
	c.when(password && s.AdminEmail == "", "admin-email", "name the e-mail address of the admin who has --admin-password")
	c.when(!password && s.AdminEmail != "", "admin-password", "give the admin of --admin-email a password, e.g. with --admin-password-file")
	if s.AdminEmail != "" {
		_, ok := account.Email(s.AdminEmail)
		c.when(!ok, "admin-email", "%q is not an e-mail address: write e.g. ann@example.com", s.AdminEmail)
	}
	c.session("session-idle", s.SessionIdle)
	c.session("session-lifetime", s.SessionLifetime)
	c.oidc(s)
}

func (c *checks) session(flag string, d time.Duration) {
	c.when(d < LeastSession || d > MostSession, flag, "%s is out of range: use %s to %s", FormatDuration(d), FormatDuration(LeastSession), FormatDuration(MostSession))
}

func (c *checks) oidc(s Server) {
	c.when(s.OIDCClientSecret != "" && s.OIDCClientSecretFile != "", "oidc-client-secret-file", "give --oidc-client-secret or --oidc-client-secret-file, not both")
	if s.OIDCIssuer == "" {
		for _, one := range []struct {
			flag string
			set  bool
		}{
			{"oidc-client-id", s.OIDCClientID != ""}, {"oidc-client-secret", s.OIDCClientSecret != ""},
			{"oidc-client-secret-file", s.OIDCClientSecretFile != ""}, {"oidc-scopes", len(s.OIDCScopes) > 0},
			{"oidc-role-claim", s.OIDCRoleClaim != ""}, {"oidc-roles", len(s.OIDCRoles) > 0},
			{"oidc-default-role", s.OIDCDefaultRole != ""}, {"oidc-redirect-url", s.OIDCRedirectURL != ""},
		} {
			c.when(one.set, one.flag, "there is no sign-in provider: name it with --oidc-issuer")
		}
		return
	}
	c.url("oidc-issuer", s.OIDCIssuer, "https://login.example.com")
	if s.OIDCRedirectURL != "" {
		c.url("oidc-redirect-url", s.OIDCRedirectURL, "https://hooks.example.com/api/oidc/callback")
	}
	c.when(s.OIDCClientID == "", "oidc-client-id", "register this server at the provider, and give its client id")
	c.when(!slices.Contains(Scopes(s.OIDCScopes), "openid"), "oidc-scopes", "the scope openid is missing: without it there is no ID token")
	c.when((s.OIDCRoleClaim == "") != (len(s.OIDCRoles) == 0), "oidc-roles", "--oidc-role-claim and --oidc-roles go together: the claim, and what its values mean")
	c.when(len(s.OIDCRoles) == 0 && s.OIDCDefaultRole == "", "oidc-default-role", "nobody would have a role: set it, or --oidc-role-claim and --oidc-roles")
	for _, text := range s.OIDCRoles {
		_, _, ok := claimRole(text)
		c.when(!ok, "oidc-roles", "%q is not valid: write VALUE=ROLE with one of the roles %q, e.g. ops=operator", text, account.Roles())
	}
	role := account.Role(s.OIDCDefaultRole)
	c.when(role != "" && !role.Known(), "oidc-default-role", "%q is not a role: use one of %q", role, account.Roles())
}

func (c *checks) url(flag, text, example string) {
	u, err := url.Parse(text)
	c.when(err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.Fragment != "", flag, "%q is not a URL: write e.g. %s", text, example)
}
