package ingress

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/verify"
)

// sealed is a provider that signs as acme does, sends bodies in hex, and expects answers in hex.
type sealed struct{}

type sealedVerifier struct{ acmeVerifier }

func (sealed) Info() verify.Info { return verify.Info{Name: "sealed"} }

func (sealed) Compile(c verify.Config) (verify.Verifier, []decode.Problem) {
	return sealedVerifier{acmeVerifier{c}}, nil
}

func (sealedVerifier) Open(_ context.Context, c verify.Call) (verify.Opened, error) {
	if string(c.Body) == "huge" {
		return verify.Opened{Body: make([]byte, maxOpened+1)}, nil
	}
	text, err := hex.DecodeString(string(c.Body))
	if err != nil {
		return verify.Opened{}, errors.New("it is not hex")
	}
	return verify.Opened{Body: text, Type: "application/json"}, nil
}

func (sealedVerifier) Seal(_ context.Context, c verify.Call, reply hook.Reply) (hook.Reply, error) {
	if c.At.IsZero() || strings.Contains(string(reply.Body), "unsealable") {
		return hook.Reply{}, errors.New("the key is gone")
	}
	if reply.Status >= 400 {
		return hook.Reply{Status: reply.Status}, nil
	}
	return hook.Reply{Status: reply.Status, Headers: []hook.Header{{Name: "Content-Type", Value: "text/hex"}}, Body: []byte(hex.EncodeToString(reply.Body))}, nil
}

// encrypted adds a gate of the provider sealed.
func encrypted(t *flow.Trigger) {
	t.Auth.Signature = signature("{{$env.NEW}}")
	t.Auth.Signature.Preset = "sealed"
}

// post sends a signed call with its body in hex. The contents huge and zz are sent unchanged.
func (h *harness) post(key, content string) got {
	if content != "huge" && content != "zz" {
		content = hex.EncodeToString([]byte(content))
	}
	return h.serve(request("POST", "/api/webhooks/"+key, content, sign(newSecret, hooksURL, content), "Content-Type: text/plain"))
}

func TestEncryptedCallsAreOpenedAndAnsweredSealed(t *testing.T) {
	only := func(t *flow.Trigger) { t.Filter = "$context.data.n == 1" }
	object := func(t *flow.Trigger) { t.Schema = value.Trusted(`{"type":"object"}`) }
	for _, c := range []struct {
		name, content string
		status        int
		outcome       hook.Outcome
		gate, text    string // text: of the decrypted answer
	}{
		{"accepted", `{"n":1}`, 200, hook.Accepted, "accept", "ok"},
		{"filtered", `{"n":2}`, 200, hook.Filtered, "filter", "ok"},
		{"against the schema", `[1]`, 422, hook.Rejected, "validate", ""},
		{"not JSON", `{`, 400, hook.Rejected, "decode", ""},
		{"nothing", ``, 422, hook.Rejected, "validate", ""},
	} {
		h := build(t, nil, workflow("a", encrypted, only, object))
		got := h.post("a", c.content)
		d, _ := h.lastDelivery()
		if got.status != c.status || d.Outcome != c.outcome || d.Gate != c.gate {
			t.Errorf("%s: %d, %s by %s: %s", c.name, got.status, d.Outcome, d.Gate, d.Reason)
		}
		if want := hex.EncodeToString([]byte(c.text)); got.text != want {
			t.Errorf("%s: answered %q, want %q", c.name, got.text, want)
		}
		raw := hex.EncodeToString([]byte(c.content))
		if string(d.Request.Body) != raw || string(d.Request.Opened) != c.content || d.Request.Opened == nil || d.Request.As != "application/json" {
			t.Errorf("%s: recorded %q, opened %q as %s", c.name, d.Request.Body, d.Request.Opened, d.Request.As)
		}
		if d.Status == 422 && !bytes.Contains(d.Answer.Body, []byte(problemSchema)) {
			t.Errorf("%s: the answer is recorded as %+v, want it before it was sealed", c.name, d.Answer)
		}
		if c.outcome == hook.Accepted && !value.Equal(h.engine.call.Data, value.Trusted(c.content)) {
			t.Errorf("%s: the workflow sees %s", c.name, h.engine.call.Data.Text())
		}
		if said := said(h.Explain(t.Context(), d, nil).Today); c.status < 400 && !strings.Contains(said, "schema+") {
			t.Errorf("%s: explained as %s", c.name, said)
		}
	}
}

func TestWhatCannotBeOpenedOrSealedIsRefused(t *testing.T) {
	answer := func(t *flow.Trigger) { t.Response = &flow.Answer{Body: value.String("unsealable")} }
	for _, c := range []struct {
		key, content string
		status       int
		gate, reason string
	}{
		{"plain", "zz", 400, "open", "the body cannot be decrypted: it is not hex"},
		{"plain", "huge", 413, "open", "the decrypted body has"},
		{"unsealable", `{}`, 500, "accept", "the answer could not be encrypted: the key is gone"},
	} {
		h := build(t, nil, workflow("plain", encrypted), workflow("unsealable", encrypted, answer))
		got := h.post(c.key, c.content)
		_, d := h.lastDelivery()
		if got.status != c.status || d.Gate != c.gate || !strings.Contains(d.Reason, c.reason) {
			t.Errorf("%s: %d by %s: %s", c.content, got.status, d.Gate, d.Reason)
		}
		if c.status == 500 && (got.text != "" || len(h.door.answered) != 1 || h.door.answered[0].Status != 500) {
			t.Errorf("answered %q, recorded %+v", got.text, h.door.answered)
		}
	}
}

func TestAHandshakeOfAnEncryptedCallIsFinal(t *testing.T) {
	h := build(t, nil, workflow("a", encrypted))
	got := h.post("a", "ping")
	if d, _ := h.lastDelivery(); got.status != 202 || got.text != "pong" || d.Outcome != hook.Handshake {
		t.Errorf("%d %q, recorded as %s by %s: %s", got.status, got.text, d.Outcome, d.Gate, d.Reason)
	}
}
