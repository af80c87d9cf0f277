package preset_test

import (
	"net/http"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/verify"
)

func TestHandshakes(t *testing.T) {
	long := `{"type":"url_verification","challenge":"` + strings.Repeat("x", 20_000) + `"}`
	for _, tt := range []struct {
		preset, method string
		query, header  string // header: "Name: value"
		body           string
		want           string // the body of the answer, the reason of a refusal, or "-" if it is not a handshake
	}{
		{"github", "POST", "", "X-GitHub-Event: ping", `{}`, "pong"},
		{"github", "POST", "", "X-GitHub-Event: push", `{}`, "-"},
		{"github", "POST", "", "X-GitHub-Event: Ping", `{}`, "-"},
		{"github", "GET", "", "X-GitHub-Event: ping", "", "-"},
		{"github", "POST", "", "", `{"X-GitHub-Event":"ping"}`, "-"},
		{"slack", "POST", "", "", `{"type":"url_verification","challenge":"abc"}`, "abc"},
		{"slack", "POST", "", "", `{"type":"url_verification","challenge":"<script>"}`, "<script>"},
		{"slack", "POST", "", "", `{"type":"event_callback","text":"url_verification"}`, "-"},
		{"slack", "POST", "", "", `{"type":"url_verification","challenge":""}`, "-"},
		{"slack", "POST", "", "", `{"type":"url_verification"`, "-"},
		{"slack", "POST", "", "", `type=url_verification`, "-"},
		{"slack", "POST", "", "", long, "-"},
		{"meta", "GET", "hub.mode=subscribe&hub.verify_token=v&hub.challenge=1158", "", "", "1158"},
		{"meta", "GET", "hub.mode=subscribe&hub.verify_token=w&hub.challenge=1158", "", "", "mismatch"},
		{"meta", "GET", "hub.mode=subscribe&hub.challenge=1158", "", "", "missing"},
		{"meta", "GET", "hub.mode=subscribe&hub.verify_token=v&hub.verify_token=v&hub.challenge=1158", "", "", "malformed"},
		{"meta", "GET", "hub.mode=unsubscribe&hub.verify_token=v&hub.challenge=1158", "", "", "-"},
		{"meta", "GET", "hub.mode=subscribe&hub.verify_token=v&hub.challenge=a&hub.challenge=b", "", "", "-"},
		{"meta", "GET", "hub.mode=subscribe&hub.verify_token=v", "", "", "-"},
		{"meta", "POST", "hub.mode=subscribe&hub.verify_token=v&hub.challenge=1158", "", "", "-"},
		{"x-twitter", "GET", "crc_token=challenge_string&nonce=abc", "", "", `{"response_token":"sha256=C6C+Yh6QxSwRhM4dyncbsyEZ1c2dW3kI7l65+Z9iPjs="}`},
		{"x-twitter", "GET", `crc_token={"a":1}`, "", "", "-"}, // otherwise anyone could have any event signed
		{"x-twitter", "GET", "crc_token=" + strings.Repeat("a", 300), "", "", "-"},
		{"zoom", "POST", "", "", `{"event":"endpoint.url_validation","payload":{"plainToken":"ab"}}`,
			`{"plainToken":"ab","encryptedToken":"f661f3c54be5d0d6b79271f362f4a67ab30aabbc9345f06c0656b9f33fdfb6f2"}`},
		{"zoom", "POST", "", "", `{"event":"endpoint.url_validation","payload":{"plainToken":"v0:1:{}"}}`, "-"},
		{"zoom", "POST", "", "", `{"event":"meeting.started","payload":{"plainToken":"ab"}}`, "-"},
		{"twitch", "POST", "", "Twitch-Eventsub-Message-Type: webhook_callback_verification", `{"challenge":"c"}`, "c"},
		{"twitch", "POST", "", "Twitch-Eventsub-Message-Type: notification", `{"challenge":"c"}`, "-"},
		{"discord", "POST", "", "", `{"type":1}`, `{"type":1}`},
		{"discord", "POST", "", "", `{"type":2,"id":"1"}`, "-"},
		{"dropbox", "GET", "challenge=abc", "", "", "abc"},
		{"dropbox", "GET", "", "", "", "-"},
		{"asana", "POST", "", "X-Hook-Secret: s3", "", ""},
		{"asana", "POST", "", "X-Hook-Signature: 00", "{}", "-"},
		{"trello", "HEAD", "", "", "", ""},
		{"intercom", "HEAD", "", "", "", ""},
		{"intercom", "POST", "", "", `{"topic":"ping"}`, "pong"},
		{"notion", "POST", "", "", `{"verification_token":"secret_1"}`, ""},
		{"notion", "POST", "", "", `{"type":"page.created"}`, "-"},
		{"viber", "POST", "", "", `{"event":"webhook"}`, ""},
		{"bitbucket-dc", "POST", "", "X-Event-Key: diagnostics:ping", `{"test":true}`, "pong"},
		{"feishu-card", "POST", "", "", `{"type":"url_verification","token":"s","challenge":"c"}`, `{"challenge":"c"}`},
		{"feishu-card", "POST", "", "", `{"type":"url_verification","token":"x","challenge":"c"}`, "mismatch"},
		{"stripe", "POST", "", "", `{}`, "-"},
	} {
		v := compile(t, tt.preset, map[string]string{"verify_token": "v"})
		call := verify.Call{Method: tt.method, Query: tt.query, Header: http.Header{}, Body: []byte(tt.body)}
		if name, text, ok := strings.Cut(tt.header, ": "); ok {
			call.Header.Set(name, text)
		}
		if got := answer(t, v, call); got != tt.want {
			t.Errorf("%s %s?%s %s %.60s: got %q, want %q", tt.preset, tt.method, tt.query, tt.header, tt.body, got, tt.want)
		}
	}
}

// answer requests the answer to a handshake, and checks that a browser would not treat it as a page.
func answer(t *testing.T, v verify.Verifier, call verify.Call) string {
	t.Helper()
	h, ok := verify.FindHandshake(v, call)
	if !ok {
		return "-"
	}
	reply, verdict := h.Answer(t.Context(), call)
	if !verdict.OK() {
		return string(verdict.Reason)
	}
	lines := http.Header{}
	for _, l := range reply.Headers {
		lines.Add(l.Name, l.Value)
	}
	kind := lines.Get("Content-Type")
	if len(reply.Body) > 0 && (lines.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(kind, "text/plain") && kind != "application/json") {
		t.Errorf("the answer %q has the headers %v", reply.Body, lines)
	}
	if reply.Status != http.StatusOK {
		t.Errorf("the answer has status %d", reply.Status)
	}
	return string(reply.Body)
}

func TestAHandshakeNeedsItsToken(t *testing.T) {
	v := compile(t, "meta", nil)
	call := verify.Call{Method: "GET", Query: "hub.mode=subscribe&hub.verify_token=&hub.challenge=1", Header: http.Header{}}
	if got := answer(t, v, call); got != "-" {
		t.Errorf("without keys.verify_token the answer is %q", got)
	}
	closed, _ := find(t, "dropbox").Compile(verify.Config{Secrets: []string{""}})
	if got := answer(t, closed, verify.Call{Method: "GET", Query: "challenge=c"}); got != string(verify.NoSecret) {
		t.Errorf("without a secret the answer is %q", got)
	}
}

func TestSecretsOfHandshakesAreNamed(t *testing.T) {
	for name, want := range map[string]string{"meta": "hub.verify_token", "asana": "X-Hook-Secret"} {
		asks := compile(t, name, map[string]string{"verify_token": "v"}).(verify.Handshaker).Handshakes()
		if got := strings.Join(append(asks[0].SecretHeaders, asks[0].SecretQuery...), " "); got != want {
			t.Errorf("%s: the secret is in %q, want %q", name, got, want)
		}
	}
}
