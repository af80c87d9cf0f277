package verifytest

import (
	"slices"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/verify"
)

// Run tests a preset with vectors: its verdict on each call, its dedupe key, the name of the event, and its answer to a
// handshake.
func Run(t *testing.T, p verify.Preset, vectors []Vector) {
	t.Helper()
	if len(vectors) == 0 {
		t.Fatalf("there is no vector for %s", p.Info().Name)
	}
	for _, v := range vectors {
		t.Run(v.Case, func(t *testing.T) { runVector(t, p, v) })
	}
}

func runVector(t *testing.T, p verify.Preset, v Vector) {
	t.Helper()
	info := p.Info()
	verifier, problems := p.Compile(v.Config(t, info))
	if len(problems) > 0 {
		t.Fatalf("problems: %v", problems)
	}
	call := v.Call(t)
	asked, handshake := verify.FindHandshake(verifier, call)
	_, verdict := verify.Check(t.Context(), verifier, call)
	if v.Expect != "accept" {
		if want := Reasons(v.RejectReason); !slices.Contains(want, verdict.Reason) && !headOnly(call, verdict) {
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
	if v.Response != nil && v.Response.Status == 200 && !handshake {
		t.Fatal("it is not recognized as a handshake")
	}
	if handshake && v.Response != nil {
		answersHandshake(t, asked, call, v)
	}
	if handshake && asked.Unsigned {
		return
	}
	rejectsTampering(t, verifier, info, call)
	namesDelivery(t, info, call, v)
}

// headOnly reports whether a call is refused since it has another method and is no handshake of the
// provider: its vector may tell why it is none.
func headOnly(call verify.Call, verdict verify.Verdict) bool {
	return call.Method != "POST" && verdict.Reason == verify.Missing
}

// namesDelivery compares the dedupe key and the name of the event with those of the vector. A key may
// hold more than the id of the delivery.
func namesDelivery(t *testing.T, info verify.Info, call verify.Call, v Vector) {
	t.Helper()
	if v.DeliveryID != "" && info.ID != "" {
		if got := Render(t, info.ID, call); got != string(v.DeliveryID) {
			t.Errorf("id %s gives %q, want %q", info.ID, got, v.DeliveryID)
		}
		if got := Render(t, info.DedupeKey, call); info.DedupeKey != "" && !strings.Contains(got, string(v.DeliveryID)) {
			t.Errorf("dedupe key %s gives %q, which does not hold %q", info.DedupeKey, got, v.DeliveryID)
		}
	}
	if v.EventType != "" && info.Event != "" {
		if got := Render(t, info.Event, call); got != string(v.EventType) {
			t.Errorf("event %s gives %q, want %q", info.Event, got, v.EventType)
		}
	}
}

// rejectsTampering changes an accepted call, which must then be refused: any byte of the body, where it is
// covered, and a second line of any header that the preset relies on.
func rejectsTampering(t *testing.T, verifier verify.Verifier, info verify.Info, call verify.Call) {
	t.Helper()
	accepts := func(call verify.Call) bool { return verifier.Verify(t.Context(), call).OK() }
	if !info.BodyUnsigned {
		for _, body := range []string{string(call.Body) + "\n", string(call.Body) + " ", "x" + string(call.Body)} {
			changed := call
			changed.Body = []byte(body)
			if accepts(changed) {
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
		if changed.Header.Del(name); accepts(changed) {
			continue // it only names the delivery, and the verdict does not rely on it
		}
		changed.Header[name] = []string{values[0], values[0]}
		if accepts(changed) {
			t.Errorf("the call is accepted with two lines of %s", name)
		}
	}
}

// answersHandshake compares the answer to a handshake with the vector's.
func answersHandshake(t *testing.T, h verify.Handshake, call verify.Call, v Vector) {
	t.Helper()
	got, verdict := h.Answer(t.Context(), call)
	if !verdict.OK() {
		t.Fatalf("the handshake is refused: %+v", verdict)
	}
	want := v.Response
	if got.Status != want.Status || want.Body != nil && string(got.Body) != *want.Body {
		t.Errorf("answered %d %q, want %+v", got.Status, got.Body, want)
	}
	if want.JSON != nil {
		a, err := value.ParseBytes(got.Body, value.Limits{})
		b, bad := value.ParseBytes(want.JSON, value.Limits{})
		if err != nil || bad != nil || !value.Equal(a, b) {
			t.Errorf("answered %s, want %s", got.Body, want.JSON)
		}
	}
	for name, line := range want.Headers {
		found := false
		for _, h := range got.Headers {
			found = found || strings.EqualFold(h.Name, name) && strings.HasPrefix(h.Value, line)
		}
		if !found {
			t.Errorf("answered with %v, want %s: %s", got.Headers, name, line)
		}
	}
}
