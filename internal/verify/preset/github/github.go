package github

import (
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/verify"
)

// maxBody is what GitHub caps its payloads at, 25 MB
// (https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap).
const maxBody = 25 << 20

type preset struct{ verify.Preset }

// New returns the preset.
func New() verify.Preset {
	return preset{verify.Declare(
		verify.Info{
			Name:      "github",
			Title:     "GitHub",
			Summary:   "HMAC-SHA256 of the body in X-Hub-Signature-256; a form's JSON is read from its field payload; a ping is answered and starts nothing.",
			Docs:      "https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries",
			DedupeKey: "{{$context.headers.x-github-delivery}}",
			MaxBody:   maxBody,
			Form:      "payload",
		},
		verify.Scheme{
			Kind: "hmac", Alg: "sha256", Encoding: "hex",
			Sig:    verify.Signature{Header: "X-Hub-Signature-256", Prefix: "sha256="},
			Signed: "{body}",
			ID:     verify.Place{Header: "X-GitHub-Delivery"},
			Event:  verify.Place{Header: "X-GitHub-Event"},
		},
	)}
}

// Handshake answers the ping that GitHub sends when a hook is made.
func (preset) Handshake(call verify.Call) *hook.Reply {
	if events := call.Header["X-Github-Event"]; len(events) != 1 || events[0] != "ping" {
		return nil
	}
	return verify.TextReply("pong")
}
