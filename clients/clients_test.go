package clients

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"hookline.dev/hookline/bench/process"
)

// The secrets of the workflows. They protect nothing.
const (
	githubSecret    = "harbour-github-secret-1"
	oldStripeSecret = "whsec_harbour_before"
	stripeSecret    = "whsec_harbour_stripe"
	webhookSecret   = "whsec_aGFyYm91ci13ZWJob29rLXNlY3JldC0x"
)

// sent is a line of send.mjs.
type sent struct {
	Workflow string `json:"workflow"`
	What     string `json:"what"`
	Accepted bool   `json:"accepted"`
	Stored   bool   `json:"stored"`
	Status   int    `json:"status"`
	SHA256   string `json:"sha256"`
}

// TestLibrariesSign sends calls that the libraries sign. Accepted calls must be stored byte for byte, and nothing
// else.
func TestLibrariesSign(t *testing.T) {
	t.Parallel()
	server := serve(t)
	calls := run[sent](t, server, "send.mjs")
	if err := server.Idle(t.Context()); err != nil {
		t.Fatal(err)
	}
	stored := make(map[string]int)
	err := process.Each(t.Context(), server, "/api/collections/calls/records", func(r struct{ Library, Body string }) {
		sum := sha256.Sum256([]byte(r.Body))
		stored[r.Library+" "+hex.EncodeToString(sum[:])]++
	})
	if err != nil {
		t.Fatal(err)
	}
	wanted := make(map[string]int)
	count := make(map[bool]int)
	for _, c := range calls {
		count[c.Accepted]++
		status := 401
		if c.Accepted {
			status = 200
		}
		if c.Stored {
			wanted[c.Workflow+" "+c.SHA256]++
		}
		if c.Status != status {
			t.Errorf("%s: %s: status %d, want %d", c.Workflow, c.What, c.Status, status)
		}
	}
	for what, n := range wanted {
		if stored[what] != n {
			t.Errorf("%s is stored %d times, want %d", what, stored[what], n)
		}
	}
	if len(stored) != len(wanted) {
		t.Errorf("%d different calls are stored, want %d", len(stored), len(wanted))
	}
	if count[true] < 60 || count[false] < 60 {
		t.Errorf("only %d good and %d bad calls were sent", count[true], count[false])
	}
}

// TestLibrariesVerify has the server make calls as the senders do. The libraries must agree with the gates about each.
func TestLibrariesVerify(t *testing.T) {
	t.Parallel()
	calls := run[sent](t, serve(t), "verify.mjs")
	if len(calls) != 15 {
		t.Errorf("%d calls were sent", len(calls))
	}
	for _, c := range calls {
		if good := c.What == "signed"; c.Accepted != good || (c.Status == 200) != good {
			t.Errorf("%s, %s: the library accepts it: %v; status %d", c.Workflow, c.What, c.Accepted, c.Status)
		}
	}
}

// attempt is a line of pay.mjs.
type attempt struct {
	Status    int    `json:"status"`
	Body      string `json:"body"`
	Replayed  bool   `json:"replayed"`
	Execution string `json:"execution"`
}

// TestAPaymentIsBookedOnce lets a payment fail while the bank is down, and its provider repeat it.
func TestAPaymentIsBookedOnce(t *testing.T) {
	t.Parallel()
	server := serve(t)
	attempts := run[attempt](t, server, "pay.mjs")
	if err := server.Idle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(attempts) < 3 {
		t.Fatalf("%d attempts; the bank was down for none of them", len(attempts))
	}
	first := attempts[0]
	for i, a := range attempts {
		last := len(attempts) - 1
		status := 500
		if i >= last-1 {
			status = 200
		}
		if a.Status != status || a.Replayed != (i == last) || a.Execution != first.Execution {
			t.Errorf("attempt %d of %d: %+v", i+1, len(attempts), a)
		}
		if status == 200 && a.Body != attempts[last].Body {
			t.Errorf("answered %s and then %s", a.Body, attempts[last].Body)
		}
	}
	for path, want := range map[string]int{
		"/api/collections/payments/records": 1, "/api/collections/bookings/records": 1,
		"/api/executions": 1, "/api/deliveries": len(attempts),
	} {
		got := 0
		if err := process.Each(t.Context(), server, path, func(json.RawMessage) { got++ }); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
}

// run runs a script of testdata and decodes its lines.
func run[T any](t *testing.T, server *process.Server, script string) []T {
	t.Helper()
	token, err := server.Token()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", script)
	cmd.Dir = "testdata"
	cmd.Env = append(os.Environ(), "HOOKLINE_URL="+server.URL(), "HOOKLINE_TOKEN="+token, "OLD_STRIPE_SECRET="+oldStripeSecret,
		"GITHUB_SECRET="+githubSecret, "STRIPE_SECRET="+stripeSecret, "WEBHOOK_SECRET="+webhookSecret)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node %s (the libraries come with `make e2e`): %v\n%s", script, err, errs.String())
	}
	var lines []T
	for decoder := json.NewDecoder(bytes.NewReader(out)); decoder.More(); {
		var line T
		if err := decoder.Decode(&line); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		lines = append(lines, line)
	}
	return lines
}

// serve starts the real binary with this folder.
func serve(t *testing.T) *process.Server {
	t.Helper()
	program, err := process.Hookline(t.Context(), "..", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	server, err := process.Start(t.Context(), process.Options{
		Program: program, Data: filepath.Join(t.TempDir(), "data"), Workflows: "workflows",
		Env: []string{
			"HOOKLINE_ENV_GITHUB_SECRET=" + githubSecret, "HOOKLINE_ENV_WEBHOOK_SECRET=" + webhookSecret,
			"HOOKLINE_ENV_STRIPE_SECRET=" + stripeSecret, "HOOKLINE_ENV_OLD_STRIPE_SECRET=" + oldStripeSecret,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(time.Minute); err != nil {
			t.Errorf("%v\n%s", err, server.Output())
		}
	})
	return server
}
