package channeltest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/vault"
)

// echoed sends to peers that answer with everything they got, in every member that a provider uses for its words, and with
// several statuses. With secrets masked as the engine and the API do, no secret may be left in what the channel returns.
func echoed(t *testing.T, kind channel.Kind, s story) {
	for _, secret := range []string{"plain-secret-1", `s3cr"t\w/ö+r=d&?`} {
		for _, status := range []int{200, 201, 400, 401, 429, 500} {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				said := fmt.Sprintf("%s %s %v %s", r.Method, r.URL.RequestURI(), r.Header, body)
				answer := make(map[string]any)
				for _, name := range []string{
					"description", "message", "error_description", "errmsg", "msg", "error", "detail", "Message", "code", "id", "ts", "title", "sid", "event_id", "result",
				} {
					answer[name] = said
				}
				answer["ok"], answer["errcode"] = status < 300, 0
				text, _ := json.Marshal(answer)
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(status)
				_, _ = w.Write(text)
			}))
			result, err := sendSecret(t, kind, s, server.URL, secret)
			server.Close()
			said := result.Text()
			if err != nil {
				said = err.Error()
			}
			for _, spelling := range []string{secret, strings.Trim(value.String(secret).Text(), `"`)} {
				if strings.Contains(said, spelling) {
					t.Errorf("status %d: what the channel returns has the secret %q: %s", status, spelling, said)
				}
			}
		}
	}
}

// sendSecret sends a story's message with a secret as the value of each variable, masked as the engine masks it.
func sendSecret(t *testing.T, kind channel.Kind, s story, url, secret string) (value.Value, error) {
	t.Helper()
	s, err := readStory(s.file, url)
	if err != nil {
		t.Fatal(err)
	}
	c, problems := kind.Compile(value.Trusted(s.config))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	env := make(variables)
	var used []string
	for name, v := range s.env.Members() {
		env[name] = secret
		if text, _ := v.Str(); strings.HasPrefix(text, url) { // a URL that is a secret: keep where it leads
			env[name] = url + "/" + strings.NewReplacer(`"`, "", `\`, "", "?", "", "ö", "", "&", "", " ", "").Replace(secret)
		}
		used = append(used, env[name])
	}
	result, err := c.Send(t.Context(), messageOf(s.message), env)
	masker := vault.NewMasker(used...)
	if err != nil {
		return value.Value{}, fmt.Errorf("%s", masker.Text(err.Error())) //nolint:errorlint // only the text counts
	}
	return masker.Value(result), nil
}

// variables are channel.Secrets.
type variables map[string]string

// Lookup implements channel.Secrets.
func (v variables) Lookup(name string) (string, bool) {
	text, ok := v[name]
	return text, ok
}
