package request

import (
	"context"
	"crypto/sha256"
	"net/http"
	"net/url"
	"strings"
	"time"

	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

type oauth2 struct {
	// The URL of the token endpoint. May use secrets.
	TokenURL string `json:"tokenUrl" required:"true" secret:"true" max:"8192"`
	// The client's id. May use secrets.
	ClientID string `json:"clientId" required:"true" secret:"true"`
	// The client's secret. May use secrets.
	ClientSecret string `json:"clientSecret" required:"true" secret:"true"`
	// The scopes to ask for, separated by blanks.
	Scope string `json:"scope"`
	// The audience to ask for, where the endpoint wants one.
	Audience string `json:"audience"`
	// Whether id and secret go in the `header` (HTTP Basic) or the `body` of the token request. Default `header`.
	SendIn string `json:"sendIn" enum:"header,body"`
}

// maxTokenAnswer is the largest response of a token endpoint, in bytes.
const maxTokenAnswer = 64 << 10

// token returns an access token, from the cache or the endpoint. forget is nil for a token that is new.
func (n *request) token(ctx context.Context, v value.Value, in node.Input) (token string, forget func(), err error) {
	key := sha256.Sum256([]byte(v.Text()))
	return n.deps.Tokens.get(ctx, key, in.Now, func() (string, time.Duration, error) { return n.fetch(ctx, v) })
}

// fetch asks the token endpoint (RFC 6749 section 4.4.2).
func (n *request) fetch(ctx context.Context, v value.Value) (token string, lives time.Duration, err error) {
	id, secret := textAt(v, "clientId"), textAt(v, "clientSecret")
	form := []pair{{"grant_type", "client_credentials"}}
	for _, name := range []string{"scope", "audience"} {
		if text := textAt(v, name); text != "" {
			form = append(form, pair{name, text})
		}
	}
	header := http.Header{"Content-Type": {typeForm}, "Accept": {typeJSON}}
	if n.config.Auth.OAuth2.SendIn == "body" {
		form = append(form, pair{"client_id", id}, pair{"client_secret", secret})
	} else {
		header.Set(authorization, basicOf(url.QueryEscape(id), url.QueryEscape(secret))) // section 2.3.1
	}
	resp, err := n.deps.Client.Do(ctx, outbound.Request{
		Method: http.MethodPost, URL: textAt(v, "tokenUrl"), Header: header, Body: outbound.Bytes([]byte(encode(form))), MaxResponse: maxTokenAnswer,
	})
	if err != nil {
		return "", 0, under("auth.oauth2", n.failure(ctx, err))
	}
	defer resp.Close()
	data, err := resp.Bytes()
	if err != nil {
		return "", 0, under("auth.oauth2", n.failure(ctx, err))
	}
	answer, err := value.ParseBytes(data, value.Limits{})
	if resp.Status != http.StatusOK || err != nil {
		return "", 0, tokenFailure(resp, answer, err == nil)
	}
	token, _ = answer.Get("access_token").Str()
	if token == "" || !strings.EqualFold(textOr(answer.Get("token_type"), "Bearer"), "Bearer") {
		return "", 0, &node.Failure{Code: codeToken, Message: "auth.oauth2: the token endpoint gave no bearer token"}
	}
	seconds, ok := answer.Get("expires_in").Int()
	if !ok || seconds < 0 || seconds > maxTokenSeconds {
		return token, unknownLife, nil
	}
	return token, time.Duration(seconds) * time.Second, nil
}

func textOr(v value.Value, otherwise string) string {
	if text, ok := v.Str(); ok {
		return text
	}
	return otherwise
}

// tokenFailure describes a refusal. Only the error code is quoted, and only if it is one (RFC 6749 section 5.2).
func tokenFailure(resp *outbound.Response, answer value.Value, isJSON bool) error {
	f := &node.Failure{Code: codeToken, Message: "auth.oauth2: the token endpoint answered " + statusText(resp.Status), Final: !transient(resp.Status) && resp.Status != http.StatusOK}
	if !isJSON {
		return f
	}
	code, _ := answer.Get("error").Str()
	if code != "" && len(code) <= 40 && strings.Trim(code, "abcdefghijklmnopqrstuvwxyz_") == "" {
		f.Message += " (" + code + ")"
	}
	return f
}
