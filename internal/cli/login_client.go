package cli

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// signInOptions asks how one can sign in. It is the first request to a server, and fails if that is not Hookline: no
// password is sent to a stranger.
func (c *client) signInOptions() (api.SignInOptions, error) {
	var options struct {
		Password *bool  `json:"password"`
		Provider string `json:"provider"`
	}
	err := c.get("/api/login", nil, &options)
	if isNotFound(err) || err == nil && options.Password == nil {
		return api.SignInOptions{}, fault.New("cli.login", fault.Invalid,
			"%s is not the API of a Hookline server: use the address of --listen, not the one of --hooks-listen", c.base)
	}
	if err != nil {
		return api.SignInOptions{}, err
	}
	return api.SignInOptions{Password: *options.Password, Provider: options.Provider}, nil
}

// withKey returns a profile with a key that somebody has made. Its end is not known: only a key's owner sees that.
func (c *client) withKey(key string) (profile, error) {
	c.token = key
	var me api.Me
	if err := c.get("/api/me", nil, &me); err != nil {
		return profile{}, err
	}
	return profile{URL: c.base, Key: key, User: me.Name, Role: string(me.Role)}, nil
}

// withPassword begins a session, makes an API key in it that is valid until an instant, and ends the session.
func (c *client) withPassword(email, password string, until time.Time) (profile, error) {
	var who value.ObjectBuilder
	who.Set("email", value.String(email)).Set("password", value.String(password))
	var me api.Me
	cookies, err := c.exchange("/api/login", who.Value(), nil, &me)
	if err != nil {
		return profile{}, err
	}
	var want value.ObjectBuilder
	want.Set("name", value.String("hookline login on "+machine())).Set("role", value.String(string(me.Role)))
	want.Set("expires", value.String(until.UTC().Format(time.RFC3339)))
	var made api.CreatedKey
	_, err = c.exchange("/api/keys", want.Value(), cookies, &made)
	if _, endErr := c.exchange("/api/logout", value.Value{}, cookies, nil); err == nil {
		err = endErr
	}
	if err != nil {
		return profile{}, err
	}
	return profile{URL: c.base, Key: made.Secret, KeyID: made.ID, User: email, Role: string(made.Role), Expires: made.Expires}, nil
}

// exchange posts a JSON value, or nothing if it is missing, with the cookies of a session. It returns the cookies of the
// response.
func (c *client) exchange(path string, body value.Value, session []*http.Cookie, out any) ([]*http.Cookie, error) {
	ctx, cancel := context.WithTimeout(context.Background(), c.timeout)
	defer cancel()
	text := ""
	if !body.IsMissing() {
		text = body.Text()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path, strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	for _, cookie := range session {
		req.AddCookie(&http.Cookie{Name: cookie.Name, Value: cookie.Value})
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, c.unreachable(err)
	}
	defer res.Body.Close()
	if res.StatusCode/100 != 2 {
		return nil, c.signInProblem(res)
	}
	if out == nil {
		return res.Cookies(), nil
	}
	return res.Cookies(), c.read(res, out)
}

// signInProblem turns a refused step of a sign-in into an error. It is not about a token.
func (c *client) signInProblem(res *http.Response) error {
	if res.StatusCode != http.StatusUnauthorized {
		return c.problem(res)
	}
	text, _ := io.ReadAll(io.LimitReader(res.Body, maxSmallFile)) // use as much as arrived
	var p api.Problem
	if json.Unmarshal(text, &p) != nil || p.Detail == "" {
		return c.strange(res, text)
	}
	return fault.New("cli.login", fault.Unauthorized, "%s: %s", c.base, cleanText(p.Detail))
}

// revoke deletes the key of a profile if login has made it. A key that is not valid any more is no error.
func revoke(p profile) error {
	if p.KeyID == "" {
		return nil
	}
	c := &client{base: p.URL, http: newHTTP(nil), timeout: clientTimeout, token: p.Key}
	err := c.send(http.MethodDelete, "/api/keys/"+url.PathEscape(p.KeyID), nil, value.Value{}, nil)
	if isUnauthorized(err) {
		return nil
	}
	return err
}
