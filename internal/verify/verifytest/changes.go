package verifytest

import (
	"net/http"
	"testing"
	"time"

	"hookline.dev/hookline/internal/verify"
)

// Signed compiles a preset and signs a call with it, as its provider would.
func Signed(tb testing.TB, p verify.Preset, c verify.Config, body string, header http.Header) (verify.Verifier, verify.Call) {
	tb.Helper()
	v, problems := p.Compile(c)
	if len(problems) > 0 {
		tb.Fatalf("problems: %v", problems)
	}
	call := verify.Call{
		Method: http.MethodPost, URL: "https://example.com/api/webhooks/x", Header: header.Clone(), Body: []byte(body),
		At: time.Unix(1700000000, 0),
	}
	if call.Header == nil {
		call.Header = http.Header{}
	}
	lines, err := v.(verify.Signer).Sign(call, "d1")
	if err != nil {
		tb.Fatal(err)
	}
	for _, h := range lines {
		call.Header.Set(h.Name, h.Value)
	}
	if verdict := v.Verify(tb.Context(), call); !verdict.OK() {
		tb.Fatalf("what was signed is refused: %+v; %v", verdict, lines)
	}
	return v, call
}

// Change is one change to a valid call, and the verdict that the changed call must get.
type Change struct {
	Name string
	Do   func(*verify.Call)
	Want verify.Reason
}

// When returns a Change.
func When(name string, do func(*verify.Call), want verify.Reason) Change {
	return Change{Name: name, Do: do, Want: want}
}

// Set returns a function that sets the lines of a header. Without lines it removes the header.
func Set(name string, lines ...string) func(*verify.Call) {
	return func(c *verify.Call) {
		if len(lines) == 0 {
			c.Header.Del(name)
			return
		}
		c.Header[http.CanonicalHeaderKey(name)] = lines
	}
}

// Body returns a function that replaces the body.
func Body(body string) func(*verify.Call) {
	return func(c *verify.Call) { c.Body = []byte(body) }
}

// Later returns a function that moves the arrival by d, which may be negative.
func Later(d time.Duration) func(*verify.Call) {
	return func(c *verify.Call) { c.At = c.At.Add(d) }
}

// Reject applies each change to a call that the verifier accepts, and compares the verdicts.
func Reject(t *testing.T, v verify.Verifier, good verify.Call, changes []Change) {
	t.Helper()
	for _, change := range changes {
		call := good
		call.Header = good.Header.Clone()
		change.Do(&call)
		if got := v.Verify(t.Context(), call); got.Reason != change.Want {
			t.Errorf("%s: got %+v, want %q", change.Name, got, change.Want)
		}
	}
}
