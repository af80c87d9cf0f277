package examples

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/bench/process"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/preset"
)

// call is one run of a script and everything that it must cause.
type call struct {
	name       string
	script     string
	args       []string
	prints     string         // the output of the script
	collection string         // of the newest record afterwards
	record     map[string]any // its fields without system fields; nil: there is no record
	status     string         // of the execution; "" when there is none
}

func calls() []call {
	return []call{
		{
			name: "hello", script: "hello.sh",
			prints: "Received test: Hello NocoBase\nHTTP 200\n", status: "succeeded",
		},
		{
			name: "hello without a message", script: "hello.sh", args: []string{"changed"},
			prints: `Hello! Send {"event":"test","data":{"message":"Hello NocoBase"}}, and the message is sent back to you.` + "\nHTTP 200\n", status: "succeeded",
		},
		{
			name: "form", script: "form.sh",
			prints: "\nHTTP 303 https://www.example.com/thanks\n", status: "succeeded",
			collection: "customers",
			record: map[string]any{
				"name": "구매 담당자", "email": "buyer@example.com", "employees": 40.0,
				"message": "Please call me back & bring a quote.", "owner": "asia",
			},
		},
		{
			name: "form of a large company", script: "form.sh", args: []string{"changed"},
			prints: "\nHTTP 303 https://www.example.com/thanks\n", status: "succeeded",
			collection: "customers",
			record: map[string]any{
				"name": "구매 담당자", "email": "buyer@example.com", "employees": 1200.0,
				"message": "Please call me back & bring a quote.", "owner": "enterprise",
			},
		},
		{
			name: "a deleted tag on GitHub", script: "github-push.sh", args: []string{"changed"},
			prints: "ok\nHTTP 200\n", status: "succeeded",
			collection: "pushes",
		},
		{
			name: "a push on GitHub", script: "github-push.sh",
			prints: "ok\nHTTP 200\n", status: "succeeded",
			collection: "pushes",
			record: map[string]any{
				"repository": "octo-org/tide", "branch": "main", "by": "octo-deploy", "commits": 2.0,
				"head": "ad782ecdac770fc6eb9a62e44f90873fb97fb26b", "message": "Merge pull request #14 from octo-org/round 🌊",
			},
		},
		{
			name: "a payment in another currency", script: "payment.sh", args: []string{"changed"},
			prints: `{"received":false,"reason":"eur is not accepted"}` + "\nHTTP 422\n", status: "succeeded",
			collection: "payments",
		},
		{
			name: "a payment", script: "payment.sh",
			prints: `{"received":true,"event":"evt_1ExampleInvoiceItem0001","account":"acct_123","amount":1250}` + "\nHTTP 200\n", status: "succeeded",
			collection: "payments",
			record:     map[string]any{"event": "evt_1ExampleInvoiceItem0001", "customer": "cus_ExampleHarbour", "amount": 1250.0, "currency": "usd"},
		},
		{
			name: "the same payment again", script: "payment.sh",
			prints: `{"received":true,"event":"evt_1ExampleInvoiceItem0001","repeated":true}` + "\nHTTP 200\n", status: "succeeded",
			collection: "payments",
			record:     map[string]any{"event": "evt_1ExampleInvoiceItem0001", "customer": "cus_ExampleHarbour", "amount": 1250.0, "currency": "usd"},
		},
		{
			name: "a CRM's events in the wrong order", script: "crm.sh",
			prints: `{"events":2,"failed":0}` + "\nHTTP 200\n", status: "succeeded",
			collection: "crm_customers",
			record:     map[string]any{"ref": "c_17", "name": "Quay Bakery", "email": "hello@bakery.example.com", "version": 3.0, "deleted": false},
		},
		{
			name: "a deleted customer stays deleted after a late event", script: "crm.sh", args: []string{"changed"},
			prints: `{"events":3,"failed":0}` + "\nHTTP 200\n", status: "succeeded",
			collection: "crm_customers",
			record:     map[string]any{"ref": "c_17", "name": nil, "email": nil, "version": 4.0, "deleted": true},
		},
		{
			name: "the first events once more", script: "crm.sh", args: []string{"late"},
			prints: `{"events":2,"failed":0}` + "\nHTTP 200\n", status: "succeeded",
			collection: "crm_customers",
			record:     map[string]any{"ref": "c_17", "name": nil, "email": nil, "version": 4.0, "deleted": true},
		},
		{
			name: "an order that is passed on", script: "relay.sh",
			prints: "ok\nHTTP 200\n", status: "succeeded",
			collection: "relayed_orders",
			record:     map[string]any{"order": "so_1042", "number": "P-19.90", "problem": nil},
		},
		{
			name: "an order that the partner refuses", script: "relay.sh", args: []string{"changed"},
			prints: "ok\nHTTP 200\n", status: "succeeded",
			collection: "relayed_orders",
			record:     map[string]any{"order": "so_1042", "number": nil, "problem": "the response has the status 422 Unprocessable Entity"},
		},
		{
			name: "a survey response", script: "survey.sh",
			prints: `{"score":4,"desk":"asia","waiting":1}` + "\nHTTP 200\n", status: "succeeded",
			collection: "answers",
			record:     map[string]any{"email": "guest@example.com", "score": 4.0, "comment": "Fast answer", "desk": 1.0},
		},
		{
			name: "a second response of the same person", script: "survey.sh", args: []string{"changed"},
			prints: `{"score":9,"desk":"asia","waiting":1}` + "\nHTTP 200\n", status: "succeeded",
			collection: "desks",
			record:     map[string]any{"region": "asia", "waiting": 1.0},
		},
		{
			name: "a sensor", script: "iot.sh",
			prints: "ok\nHTTP 200\n", status: "succeeded",
			collection: "readings",
			record: map[string]any{
				"device": "pier-sensor-7", "temperature": 1.0, "luminosity": 0.37, "level": "frost",
				"bytes": []any{0.0, 100.0, 255.0, 156.0, 1.0, 23.0}, "takenAt": "2026-03-02T08:15:30.250417Z",
			},
		},
		{
			name: "a hot sensor", script: "iot.sh", args: []string{"changed"},
			prints: "ok\nHTTP 200\n", status: "succeeded",
			collection: "readings",
			record: map[string]any{
				"device": "pier-sensor-7", "temperature": 41.5, "luminosity": 0.37, "level": "heat",
				"bytes": []any{0.0, 100.0, 255.0, 156.0, 1.0, 23.0}, "takenAt": "2026-03-02T08:15:30.250417Z",
			},
		},
		{
			name: "a sensor that was hot on average in the last hour", script: "iot.sh", args: []string{"changed"},
			prints: "ok\nHTTP 200\n", status: "succeeded",
			collection: "alerts",
			record:     map[string]any{"device": "pier-sensor-7", "mean": 28.0, "readings": 3.0},
		},
	}
}

func TestExamples(t *testing.T) {
	t.Parallel()
	program, err := process.Hookline(t.Context(), "..", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Run("give the expected results", func(t *testing.T) { giveExpectedResults(t, serve(t, program)) })
	t.Run("refuse wrong secrets", func(t *testing.T) { refuseWithoutSecret(t, serve(t, program)) })
	t.Run("run the lines of the readme", func(t *testing.T) { runReadmeLines(t, serve(t, program)) })
}

// giveExpectedResults makes the calls one after the other: some depend on what an earlier one stored.
func giveExpectedResults(t *testing.T, server *process.Server) {
	t.Helper()
	for _, c := range calls() {
		t.Run(c.name, func(t *testing.T) {
			before := newestExecution(t, server)
			got := bash(t, server, append([]string{c.script}, c.args...)...)
			if diff := cmp.Diff(c.prints, got); diff != "" {
				t.Errorf("%s (- wanted, + got)\n%s", c.script, diff)
			}
			if err := server.Idle(t.Context()); err != nil {
				t.Fatal(err)
			}
			x := newestExecution(t, server)
			if x.ID == before.ID || x.Status != c.status {
				t.Errorf("execution %+v, after %+v; wanted a new one that is %s", x, before, c.status)
			}
			if c.collection == "" {
				return
			}
			if diff := cmp.Diff(c.record, newestRecord(t, server, c.collection)); diff != "" {
				t.Errorf("newest record of %s (- wanted, + got)\n%s", c.collection, diff)
			}
		})
	}
}

func refuseWithoutSecret(t *testing.T, server *process.Server) {
	t.Helper()
	for script, secret := range map[string]string{"payment.sh": "PAYMENT_PASSWORD=wrong", "iot.sh": "SENSOR_TOKEN=wrong"} {
		got := bashWith(t, server, []string{secret}, script)
		if !strings.HasSuffix(got, "\nHTTP 401\n") {
			t.Errorf("%s with a wrong secret: %s", script, got)
		}
	}
	if x := newestExecution(t, server); x.ID != "" {
		t.Errorf("a refused call became execution %+v", x)
	}
}

// runReadmeLines runs every curl line of README.md as written there.
func runReadmeLines(t *testing.T, server *process.Server) {
	t.Helper()
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	lines := regexp.MustCompile(`(?m)^curl (?:.*\\\n)*.*$`).FindAllString(string(text), -1)
	if len(lines) == 0 {
		t.Fatal("README.md has no curl line")
	}
	for _, line := range lines {
		if !strings.Contains(line, "http://127.0.0.1:13000") {
			t.Errorf("a curl line that does not call http://127.0.0.1:13000: %s", line)
			continue
		}
		line = strings.ReplaceAll(line, "http://127.0.0.1:13000", server.URL())
		cmd := exec.CommandContext(t.Context(), "bash", "-c", strings.Replace(line, "curl ", "curl -sS --fail-with-body ", 1))
		cmd.Dir = ".."
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s\n%v\n%s", line, err, out)
		}
	}
}

// serve starts the real binary with this folder.
func serve(t *testing.T, program string) *process.Server {
	t.Helper()
	server, err := process.Start(t.Context(), process.Options{
		Program: program, Data: filepath.Join(t.TempDir(), "data"), Workflows: ".",
		Env: []string{
			"HOOKLINE_ENV_PAYMENT_PASSWORD=example-password", "HOOKLINE_ENV_SENSOR_TOKEN=example-token",
			"HOOKLINE_ENV_PARTNER_URL=" + partner(t), "HOOKLINE_ENV_PARTNER_SECRET=" + partnerSecret, "HOOKLINE_ALLOW_OUTBOUND=127.0.0.0/8",
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

// partnerSecret signs the requests of relay.yaml.
const partnerSecret = "whsec_ZXhhbXBsZS1wYXJ0bmVyLXNlY3JldA=="

// partner starts the API that relay.yaml sends orders to, and returns its URL. It verifies signatures with this project's
// own presets.
func partner(t *testing.T) string {
	t.Helper()
	verifier, problems := preset.Set().Find("standard-webhooks").Compile(verify.Config{Secrets: []string{partnerSecret}})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, err := io.ReadAll(r.Body)
		verdict := verifier.Verify(r.Context(), verify.Call{Method: r.Method, Header: r.Header, Body: data, At: clock.System().Now()})
		if err != nil || !verdict.OK() || !strings.HasPrefix(r.Header.Get("Idempotency-Key"), "exe_") {
			t.Errorf("the partner got %q with %v: %+v, %v", data, r.Header, verdict, err)
		}
		_, price, ok := strings.Cut(string(data), `"price":`)
		if !ok {
			w.WriteHeader(http.StatusUnprocessableEntity)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"number":"P-`+strings.Trim(price, "}]")+`"}`)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func bash(t *testing.T, server *process.Server, args ...string) string {
	t.Helper()
	return bashWith(t, server, nil, args...)
}

// bashWith runs a script of this folder and returns what it prints.
func bashWith(t *testing.T, server *process.Server, env []string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "bash", args...)
	cmd.Env = append(append(os.Environ(), "HOOKLINE_URL="+server.URL()), env...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, errs.String())
	}
	return string(out)
}

type execution struct{ ID, Status string }

// newestExecution returns the newest execution, or an empty one.
func newestExecution(t *testing.T, server *process.Server) execution {
	t.Helper()
	return newest[execution](t.Context(), t, server, "/api/executions")
}

// newestRecord returns the newest record of a collection without its system fields, or nil.
func newestRecord(t *testing.T, server *process.Server, collection string) map[string]any {
	t.Helper()
	record := newest[map[string]any](t.Context(), t, server, "/api/collections/"+collection+"/records")
	for _, system := range []string{"id", "createdAt", "updatedAt"} {
		delete(record, system)
	}
	return record
}

func newest[T any](ctx context.Context, t *testing.T, server *process.Server, path string) (first T) {
	t.Helper()
	var page process.Page[T]
	if err := server.Get(ctx, path+"?limit=1", &page); err != nil {
		t.Fatal(err)
	}
	if len(page.Items) > 0 {
		first = page.Items[0]
	}
	return first
}
