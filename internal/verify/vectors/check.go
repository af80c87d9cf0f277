package vectors

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/verify"
)

// Reasons returns the verdict reasons that match a reject_reason; nil means that any reason is acceptable.
func Reasons(reject string) []verify.Reason {
	switch reject {
	case "missing_signature":
		return []verify.Reason{verify.Missing}
	case "bad_signature_format", "bad_timestamp":
		return []verify.Reason{verify.Malformed}
	case "signature_mismatch", "wrong_token":
		return []verify.Reason{verify.Mismatch}
	case "stale_timestamp":
		return []verify.Reason{verify.Stale, verify.Future}
	case "missing_timestamp":
		return []verify.Reason{verify.NoTimestamp}
	case "missing_id":
		return []verify.Reason{verify.NoID}
	case "wrong_key_id", "unknown_key_id":
		return []verify.Reason{verify.OtherKey}
	default:
		return nil
	}
}

// Check runs a preset on a vector. It compares the verdict, the names of the delivery and the event, and the
// response to a handshake. It returns nil if all match.
func Check(ctx context.Context, p verify.Preset, v Vector) error {
	verifier, problems := p.Compile(v.Config(p.Info()))
	if len(problems) > 0 {
		return fmt.Errorf("the preset does not take the configuration: %s %s", problems[0].Path, problems[0].Message)
	}
	call := v.Call()
	result := handle(ctx, verifier, call)
	if v.Expect == "reject" {
		return checkReject(v, call, result.verdict)
	}
	switch {
	case !result.verdict.OK():
		return fmt.Errorf("it is refused (%s: %s), but must be accepted", result.verdict.Reason, result.verdict.Detail)
	case result.reply != nil && v.Response != nil:
		return checkResponse(result.reply, v.Response)
	case result.reply != nil:
		return nil
	case v.Response != nil && v.Response.Status == 200 && isHandshake(p):
		return errors.New("it is not recognized as a handshake")
	}
	if v.Plaintext != nil && result.opened && string(result.call.Body) != *v.Plaintext {
		return fmt.Errorf("it decrypts to %q, want %q", result.call.Body, *v.Plaintext)
	}
	return checkNames(p.Info(), v, result.call)
}

// result is the outcome of handling a call.
type result struct {
	verdict verify.Verdict
	reply   *hook.Reply // the response to a handshake
	call    verify.Call // decrypted, if the provider encrypts
	opened  bool
}

// handle processes a call in the same order as package ingress.
func handle(ctx context.Context, verifier verify.Verifier, call verify.Call) result {
	h, asked := verify.FindHandshake(verifier, call)
	if asked && h.Unsigned {
		reply, verdict := h.Answer(ctx, call)
		return result{verdict: verdict, reply: reply, call: call}
	}
	r := result{verdict: verifier.Verify(ctx, call), call: call}
	if opener, ok := verifier.(verify.Opener); ok && r.verdict.OK() {
		opened, err := opener.Open(ctx, call)
		if err != nil {
			r.verdict = verify.Verdict{Reason: verify.Malformed, Detail: err.Error()}
			return r
		}
		r.call.Body, r.opened = opened.Body, true
	}
	if r.verdict.OK() {
		if h, asked = verify.FindHandshake(verifier, r.call); asked {
			r.reply, r.verdict = h.Answer(ctx, r.call)
		}
	}
	return r
}

// isHandshake reports whether the provider has a handshake. For other vectors, the response comes from the
// workflow.
func isHandshake(p verify.Preset) bool { return p.Info().Handshake != "" }

func checkReject(v Vector, call verify.Call, verdict verify.Verdict) error {
	want := Reasons(v.RejectReason)
	switch {
	case verdict.OK():
		return fmt.Errorf("it is accepted, but must be refused: %s", v.RejectReason)
	case verdict.Detail == "":
		return fmt.Errorf("the reason %s has no detail", verdict.Reason)
	case call.Method != http.MethodPost && verdict.Reason == verify.Missing:
		return nil // it has no signature: the vector says why it is not a handshake
	case want != nil && !slices.Contains(want, verdict.Reason):
		return fmt.Errorf("it is refused as %s (%s), want %v", verdict.Reason, verdict.Detail, want)
	}
	return nil
}

// checkNames compares the names of the delivery and the event. A dedupe key may contain more than the id.
func checkNames(info verify.Info, v Vector, call verify.Call) error {
	equal := func(got, want string) bool { return got == want }
	for _, c := range []struct {
		what, template string
		want           Scalar
		fits           func(got, want string) bool
	}{
		{"id", info.ID, v.DeliveryID, equal},
		{"dedupe key", info.DedupeKey, v.DeliveryID, strings.Contains},
		{"event", info.Event, v.EventType, equal},
	} {
		if c.template == "" || c.want == "" {
			continue
		}
		got, err := Render(info, c.template, call)
		if err != nil {
			return err
		}
		if !c.fits(got, string(c.want)) {
			return fmt.Errorf("the %s %s is %q, want %q", c.what, c.template, got, c.want)
		}
	}
	return nil
}

func checkResponse(got *hook.Reply, want *Response) error {
	if got.Status != want.Status {
		return fmt.Errorf("the handshake is answered with %d, want %d", got.Status, want.Status)
	}
	if want.Body != nil && string(got.Body) != *want.Body {
		return fmt.Errorf("the handshake is answered with %q, want %q", got.Body, *want.Body)
	}
	if want.JSON != nil {
		a, err := value.ParseBytes(got.Body, value.Limits{})
		b, bad := value.ParseBytes(want.JSON, value.Limits{})
		if err != nil || bad != nil || !value.Equal(a, b) {
			return fmt.Errorf("the handshake is answered with %s, want %s", got.Body, want.JSON)
		}
	}
	for name, line := range want.Headers {
		if !slices.ContainsFunc(got.Headers, func(h hook.Header) bool {
			return strings.EqualFold(h.Name, name) && strings.HasPrefix(h.Value, line)
		}) {
			return fmt.Errorf("the handshake is answered with the headers %v, want %s: %s", got.Headers, name, line)
		}
	}
	return nil
}
