package verify_test

import (
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/verifytest"
)

// sent is a call as its sender signed it, with another configuration or preset than the gate's.
type sent struct {
	preset string
	secret string
	url    string
	body   string
}

const indented = `{
  "ref": "refs/heads/main",
  "who": "Jürgen",
  "url": "https://example.com/<a>",
  "n": [
    1.0,
    {}
  ]
}`

// example is a mistake and the hypothesis that explains it.
type example struct {
	name   string
	sent   sent
	preset string // of the gate
	config verify.Config
	arrive func(*verify.Call)
	want   string   // the code of the first hypothesis; "" for none
	says   []string // parts of its message
}

const sample = `{"ref":"refs/heads/main","who":"Jürgen","url":"https://example.com/<a>","n":[1.0,{}]}`

func examples() []example {
	mine := verify.Config{Secrets: []string{"current", "older"}}
	github := sent{"github", "current", "", sample}
	return []example{
		{"nothing wrong", github, "github", mine, nil, "", nil},
		{"nothing known", sent{"github", "unknown", "", sample}, "github", mine, nil, "", nil},
		{"another workflow's secret", sent{"github", "theirs", "", sample}, "github", mine, nil, "other-secret", []string{"deploy secrets[0]"}},
		{"a line end behind the stored secret", github, "github", verify.Config{Secrets: []string{"current\n"}}, nil, "secret-blanks", []string{"secrets[0]", "without the blank or line end"}},
		{"a line end pasted at the sender", sent{"github", "older\n", "", sample}, "github", mine, nil, "secret-blanks", []string{"secrets[1]", "with a line end after it"}},
		{"quotes stored with the secret", github, "github", verify.Config{Secrets: []string{`"current"`}}, nil, "secret-blanks", []string{"without the quotes"}},
		{"body indented on the way", github, "github", mine, verifytest.Body(indented), "body-changed", []string{"written without blanks"}},
		{"body compacted on the way", sent{"github", "current", "", indented}, "github", mine, verifytest.Body(sample), "body-changed", []string{"indented by two"}},
		{"line end cut off", sent{"github", "older", "", sample + "\n"}, "github", mine, cut("\n"), "body-changed", []string{"line end (LF) behind it"}},
		{"line end added", github, "github", mine, func(c *verify.Call) { c.Body = append(c.Body, '\r', '\n') }, "body-changed", []string{"without the line end"}},
		{"escapes undone", sent{"github", "current", "", `{"who":"J\u00fcrgen \ud83d\ude00"}`}, "github", mine, verifytest.Body(`{"who":"Jürgen 😀"}`), "body-changed", []string{`with \u escapes`}},
		{"escapes of PHP undone", sent{"github", "current", "", `{"u":"https:\/\/a\u00fc"}`}, "github", mine, verifytest.Body(`{"u":"https://aü"}`), "body-changed", []string{`\/`}},
		{"escapes made", sent{"github", "current", "", `{"who":"Jürgen"}`}, "github", mine, verifytest.Body(`{"who": "J\u00fcrgen"}`), "body-changed", []string{"without escapes"}},
		{"blanks of Python taken away", sent{"github", "current", "", `{"b": [1, 2], "a": {}}`}, "github", mine, verifytest.Body(`{"b":[1,2],"a":{}}`), "body-changed", []string{"blank after each comma"}},
		{"keys in another order", sent{"github", "current", "", `{"a":{},"b":[1,2]}`}, "github", mine, verifytest.Body(`{"b":[1,2],"a":{}}`), "body-changed", []string{"keys sorted"}},
		{"line ends changed", sent{"github", "current", "", "a\nb"}, "github", mine, verifytest.Body("a\r\nb"), "body-changed", []string{"became CR LF"}},
		{"form written again", sent{"github", "current", "", "a=1+2&b=%3a"}, "github", mine, verifytest.Body("a=1%202&b=%3a"), "body-changed", []string{"blanks as +"}},
		{"older header", sent{"github-sha1", "current", "", sample}, "github", mine, nil, "header", []string{"X-Hub-Signature holds the sha1 of the body", "X-Hub-Signature-256"}},
		{"header of another preset", sent{"gitea", "older", "", sample}, "github", mine, nil, "header", []string{"X-Gitea-Signature", "secrets[1]"}},
		{"base64 for hex", github, "github", mine, func(c *verify.Call) {
			digest, _ := hex.DecodeString(c.Header.Get("X-Hub-Signature-256")[len("sha256="):])
			c.Header.Set("X-Hub-Signature-256", "sha256="+base64.StdEncoding.EncodeToString(digest))
		}, "encoding", []string{"written in base64; expected is hex"}},
		{"no prefix", github, "github", mine, func(c *verify.Call) {
			c.Header.Set("X-Hub-Signature-256", strings.TrimPrefix(c.Header.Get("X-Hub-Signature-256"), "sha256="))
		}, "prefix", []string{`"sha256="`}},
		{"signed long ago", sent{"stripe", "current", "", sample}, "stripe", mine, verifytest.Later(time.Hour + 3*time.Second), "clock", []string{"1h0m3s before it came", "5m0s are allowed"}},
		{"signed in the future", sent{"slack", "older", "", sample}, "slack", mine, verifytest.Later(-10 * time.Minute), "clock", []string{"10m0s after it came"}},
		{"whsec taken as text", sent{"stripe", "whsec_AAAA", "", sample}, "stripe", verify.Config{Secrets: []string{"AAAA"}}, nil, "", nil},
		{"whsec decoded by the sender", sent{"svix", "whsec_AAAA", "", sample}, "svix-as-text", verify.Config{Secrets: []string{"whsec_AAAA"}}, nil, "secret-form", []string{"Standard Webhooks"}},
		{"whsec as text by the sender", sent{"svix-as-text", "whsec_AAAA", "", sample}, "svix", verify.Config{Secrets: []string{"whsec_AAAA"}}, nil, "secret-form", []string{"taken as text"}},
		{"hex key as text", sent{"github", "00ff00ff", "", sample}, "github-hex", verify.Config{Secrets: []string{"00ff00ff"}}, nil, "secret-form", []string{"taken as text"}},
		{"only the body is signed", sent{"slack-body", "current", "", sample}, "slack", mine, nil, "algorithm", []string{"sha256 of the body alone"}},
		{"http behind a proxy", sent{"square", "current", "https://example.com/hook?a=1", sample}, "square", mine, urlIs("http://example.com/hook?a=1"), "url", []string{"with https instead of http"}},
		{"port of a proxy", sent{"square", "current", "https://example.com/hook", sample}, "square", mine, urlIs("https://example.com:8443/hook"), "url", []string{"without its port"}},
		{"no secret", github, "github", verify.Config{Secrets: []string{""}}, nil, "no-secret", []string{"secrets[0] is empty"}},
		{"another application", sent{"pusher", "current", "", sample}, "pusher", verify.Config{Secrets: mine.Secrets, Keys: map[string]string{"key": "other"}}, nil, "other-key", []string{"X-Pusher-Key"}},
		{"token in another header", sent{"telegram", "current", "", ""}, "gitlab-token", mine, nil, "header", []string{"X-Telegram-Bot-Api-Secret-Token holds the right token"}},
		{"token with a line end", sent{"gitlab-token", "current", "", ""}, "gitlab-token", verify.Config{Secrets: []string{"current\n"}}, nil, "secret-blanks", []string{"but for blanks"}},
		{"another workflow's token", sent{"gitlab-token", "theirs", "", ""}, "gitlab-token", mine, nil, "other-secret", []string{"deploy secrets[0]"}},
		{"token without its word", sent{"gitlab-token", "Bearer current", "", ""}, "gitlab-token", mine, nil, "prefix", []string{"X-Gitlab-Token is right"}},
	}
}

func TestExplanations(t *testing.T) {
	others := map[string]string{"deploy secrets[0]": "theirs", "ping secrets[0]": "", "else secrets[0]": "not it"}
	for _, e := range examples() {
		t.Run(e.name, func(t *testing.T) {
			signer, problems := find(t, e.sent.preset).Compile(verify.Config{Secrets: []string{e.sent.secret}, Keys: map[string]string{"key": "app"}})
			if e.sent.preset != "pusher" {
				signer, problems = find(t, e.sent.preset).Compile(verify.Config{Secrets: []string{e.sent.secret}})
			}
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			call := verify.Call{Method: "POST", URL: e.sent.url, Header: http.Header{"User-Agent": {"test"}}, Body: []byte(e.sent.body), At: time.Unix(1700000000, 0)}
			lines, err := signer.(verify.Signer).Sign(call, "d1")
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range lines {
				call.Header.Set(h.Name, h.Value)
			}
			if e.arrive != nil {
				e.arrive(&call)
			}
			gate, problems := find(t, e.preset).Compile(e.config)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			explained(t, e, gate.(verify.Explainer).Explain(t.Context(), call, others))
		})
	}
}

func explained(t *testing.T, e example, got []verify.Hypothesis) {
	t.Helper()
	if e.want == "" {
		if got != nil {
			t.Errorf("got %v, want no hypothesis", got)
		}
		return
	}
	if len(got) == 0 || got[0].Code != e.want {
		t.Fatalf("got %v, want %s", got, e.want)
	}
	for _, part := range e.says {
		if !strings.Contains(got[0].Message, part) {
			t.Errorf("%q does not say %q", got[0].Message, part)
		}
	}
	for _, secret := range append(e.config.Secrets, "theirs") {
		for _, h := range got {
			if strings.TrimSpace(secret) != "" && strings.Contains(h.Message, secret) {
				t.Errorf("%q tells the secret %q", h.Message, secret)
			}
		}
	}
}

func cut(end string) func(*verify.Call) {
	return func(c *verify.Call) { c.Body = []byte(strings.TrimSuffix(string(c.Body), end)) }
}

func urlIs(url string) func(*verify.Call) { return func(c *verify.Call) { c.URL = url } }

// TestExplanationsAreBounded checks that a person can wait for the result even with a large call and many
// secrets.
func TestExplanationsAreBounded(t *testing.T) {
	others := make(map[string]string)
	for i := range 5000 {
		others[strings.Repeat("x", i)] = "secret " + strings.Repeat("y", i%50)
	}
	header := http.Header{"X-Hub-Signature-256": {"sha256=" + strings.Repeat("0", 64)}}
	for i := range 300 {
		header.Add("X-Other", strings.Repeat("ab ", i))
	}
	v, _ := find(t, "github").Compile(verify.Config{Secrets: []string{"s"}})
	call := verify.Call{Header: header, Body: []byte(strings.Repeat("x", 25<<20))}
	if got := v.(verify.Explainer).Explain(t.Context(), call, others); got != nil {
		t.Errorf("got %v", got)
	}
}
