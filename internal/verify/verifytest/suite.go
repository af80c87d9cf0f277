package verifytest

import (
	"slices"
	"testing"

	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/verify"
)

// Run holds a preset against vectors: what it says of each call, by what it tells repeats apart, what
// the event is called, and how it answers a handshake.
func Run(t *testing.T, p verify.Preset, vectors []Vector) {
	t.Helper()
	if len(vectors) == 0 {
		t.Fatalf("there is no vector for %s", p.Info().Name)
	}
	for _, v := range vectors {
		t.Run(v.Case, func(t *testing.T) { one(t, p, v) })
	}
}

func one(t *testing.T, p verify.Preset, v Vector) {
	t.Helper()
	info := p.Info()
	verifier, problems := p.Compile(v.Config(t, info))
	if len(problems) > 0 {
		t.Fatalf("problems: %v", problems)
	}
	call := v.Call(t)
	verdict := verifier.Verify(call)
	if v.Expect != "accept" {
		if want := Reasons(v.RejectReason); !slices.Contains(want, verdict.Reason) {
			t.Fatalf("got %+v, want one of %v", verdict, want)
		}
		if verdict.Detail == "" {
			t.Errorf("reason %s has no detail", verdict.Reason)
		}
		return
	}
	if !verdict.OK() {
		t.Fatalf("got %+v, want it accepted", verdict)
	}
	tampers(t, verifier, info, call)
	if v.DeliveryID != "" && info.DedupeKey != "" {
		if got := Render(t, info.DedupeKey, call); got != string(v.DeliveryID) {
			t.Errorf("dedupe key %s gives %q, want %q", info.DedupeKey, got, v.DeliveryID)
		}
	}
	if v.EventType != "" && info.Event != "" {
		if got := Render(t, info.Event, call); got != string(v.EventType) {
			t.Errorf("event %s gives %q, want %q", info.Event, got, v.EventType)
		}
	}
	if h, ok := p.(verify.Handshaker); ok {
		shakes(t, h.Handshake(call), v)
	}
}

// tampers changes a call that is accepted, which must then not be: any byte of the body, where it is
// covered, and a second line of any header that the preset reads.
func tampers(t *testing.T, verifier verify.Verifier, info verify.Info, call verify.Call) {
	t.Helper()
	if !info.BodyUnsigned {
		for _, body := range []string{string(call.Body) + "\n", string(call.Body) + " ", "x" + string(call.Body)} {
			changed := call
			changed.Body = []byte(body)
			if verifier.Verify(changed).OK() {
				t.Errorf("the call is accepted with the body %.40q", body)
			}
		}
	}
	for _, name := range info.Headers {
		values := call.Header[name]
		if len(values) != 1 {
			continue
		}
		changed := call
		changed.Header = call.Header.Clone()
		if changed.Header.Del(name); verifier.Verify(changed).OK() {
			continue // it only names the delivery, and nothing here relies on it
		}
		changed.Header[name] = []string{values[0], values[0]}
		if verifier.Verify(changed).OK() {
			t.Errorf("the call is accepted with two lines of %s", name)
		}
	}
}

func shakes(t *testing.T, got *hook.Reply, v Vector) {
	t.Helper()
	if v.Response == nil || v.Response.Status != 200 {
		return
	}
	if got == nil {
		t.Fatal("it is no handshake, but should be one")
	}
	if got.Status != v.Response.Status || v.Response.Body != nil && string(got.Body) != *v.Response.Body {
		t.Errorf("answered %d %q, want %+v", got.Status, got.Body, v.Response)
	}
}
