package slack

import (
	"bytes"

	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/verify"
)

// maxChallenge bounds the body of a challenge, in bytes; Slack's has some 130.
const maxChallenge = 4 << 10

type preset struct{ verify.Preset }

// New returns the preset.
func New() verify.Preset {
	return preset{verify.Declare(
		verify.Info{
			Name:      "slack",
			Title:     "Slack",
			Summary:   "HMAC-SHA256 of v0, the timestamp and the body in X-Slack-Signature; an interaction's JSON is read from its field payload; url_verification is answered.",
			Docs:      "https://docs.slack.dev/authentication/verifying-requests-from-slack",
			DedupeKey: "{{$context.data.event_id}}",
			Form:      "payload",
		},
		verify.Scheme{
			Kind: "hmac", Alg: "sha256", Encoding: "hex",
			Sig:       verify.Signature{Header: "X-Slack-Signature", Prefix: "v0="},
			Signed:    "v0:{ts}:{body}",
			Timestamp: verify.Timestamp{Header: "X-Slack-Request-Timestamp", Unit: "s", Tolerance: 300},
			ID:        verify.Place{JSON: "event_id"},
			Event:     verify.Place{JSON: "event.type"},
		},
	)}
}

// Handshake answers url_verification with its challenge, as bare text
// (https://docs.slack.dev/reference/events/url_verification).
func (preset) Handshake(call verify.Call) *hook.Reply {
	if len(call.Body) > maxChallenge || !bytes.Contains(call.Body, []byte("url_verification")) {
		return nil
	}
	data, err := value.ParseBytes(call.Body, value.Limits{})
	if err != nil {
		return nil
	}
	if kind, _ := data.Get("type").Str(); kind != "url_verification" {
		return nil
	}
	challenge, ok := data.Get("challenge").Str()
	if !ok {
		return nil
	}
	return verify.TextReply(challenge)
}
