package ingress

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/store"
)

func TestDataThatDoesNotFitTheSchemaIsRefusedWithPointers(t *testing.T) {
	h := build(t, nil, workflow("a", func(tr *flow.Trigger) {
		tr.Schema = json(`{"required":["ref"],"properties":{"n":{"type":"integer"},"list":{"items":{"type":"string"}}}}`)
		tr.Filter = "false" // must not be evaluated
	}))
	resp := h.serve(request("POST", "/api/webhooks/a", `{"n":"1","list":["a",2]}`, "Content-Type: application/json"))
	want := `"errors":[{"pointer":"/n","message":"must be an integer, not a string"},` +
		`{"pointer":"/list/1","message":"must be a string, not a number"},{"pointer":"/ref","message":"is required"}]}`
	if resp.status != 422 || !strings.HasSuffix(resp.text, want) || !strings.Contains(resp.text, `"type":"urn:hookline:problem:schema"`) {
		t.Errorf("%d: %s", resp.status, resp.text)
	}
	d, _ := h.lastDelivery()
	if d.Gate != "validate" || d.Outcome != hook.Rejected || d.Reason != "the data does not match the schema: /n must be an integer, not a string, and more" ||
		len(h.engine.calls) != 0 || string(d.Answer.Body) != resp.text {
		t.Errorf("recorded %+v", d)
	}
	if resp := build(t, nil, workflow("a", func(tr *flow.Trigger) { tr.Schema = json(`{"type":"object"}`) })).
		serve(request("POST", "/api/webhooks/a", `{}`, "Content-Type: application/json")); resp.status != 200 {
		t.Errorf("what fits: %d: %s", resp.status, resp.text)
	}
}

func TestAFilterThatSaysNoIsAnsweredAndNothingRuns(t *testing.T) {
	answer := answering(`202`, `{"X-A":"{{$context.data.a}}"}`, `"got {{$context.data.a}}"`)
	for _, c := range []struct {
		name, filter, data string
		outcome            hook.Outcome
		reason             string
	}{
		{"yes", `$context.data.a == 1`, `{"a":1}`, hook.Accepted, ""},
		{"no", `$context.data.a == 1`, `{"a":2}`, hook.Filtered, "the filter rejected the call; nothing ran"},
		{"null is no", `$context.data.b`, `{"a":2}`, hook.Filtered, "the filter rejected the call; nothing ran"},
		{"an error is no", `int($context.data.a) == 1`, `{"a":"x"}`, hook.Filtered, "filter error: "},
		{"no boolean is no", `$context.data.a`, `{"a":2}`, hook.Filtered, "filter error: "},
		{"a text is compared with a number", `$context.data.a > 1`, `{"a":"2"}`, hook.Accepted, ""},
		{"nothing is not greater", `$context.data.b > 1`, `{"a":2}`, hook.Filtered, "the filter rejected the call; nothing ran"},
		{"what is known of the system", `$system.workflow == "a"`, `{"a":1}`, hook.Accepted, ""},
	} {
		for _, mode := range []flow.Mode{flow.Async, flow.Sync} {
			t.Run(c.name+" "+string(mode), func(t *testing.T) {
				h := build(t, nil, workflow("a", answer, func(tr *flow.Trigger) {
					tr.Filter, tr.Mode, tr.Dedupe.Key = c.filter, mode, "{{$context.data.a}}"
				}))
				h.engine.result <- flow.Execution{Status: flow.Succeeded}
				resp := h.serve(request("POST", "/api/webhooks/a", c.data, "Content-Type: application/json"))
				d, _ := h.lastDelivery()
				if resp.status != 202 || d.Outcome != c.outcome || resp.header.Get("Hookline-Outcome") != string(c.outcome) {
					t.Errorf("%d %s: %s; %s", resp.status, d.Outcome, resp.text, d.Reason)
				}
				if !strings.HasPrefix(d.Reason, c.reason) || (c.reason == "") != (d.Reason == "") {
					t.Errorf("the reason is %q", d.Reason)
				}
				failed := strings.HasPrefix(c.reason, "filter error")
				if got := h.FilterErrors()["a"]; (got == 1) != failed {
					t.Errorf("%d errors are counted", got)
				}
				if marked := len(d.Verdicts) == 1 && d.Verdicts[0].Gate == "filter" && d.Verdicts[0].Reason == "filter error"; marked != failed {
					t.Errorf("the verdicts are %+v", d.Verdicts)
				}
				if c.outcome == hook.Filtered && (len(h.door.accepted)+len(h.engine.calls) > 0 || d.DedupeKey != "" || d.Execution != 0 || d.Gate != "filter" ||
					d.Answer == nil || string(d.Answer.Body) != resp.text || d.Answer.Status != 202) {
					t.Errorf("accepted %d, engine %v, recorded %+v", len(h.door.accepted), h.engine.calls, d)
				}
			})
		}
	}
}

func TestACallHasTheKeyThatItsWorkflowSays(t *testing.T) {
	keyed := func(key string, more ...func(*flow.Trigger)) []func(*flow.Trigger) {
		return append([]func(*flow.Trigger){func(tr *flow.Trigger) { tr.Dedupe.Key = key }}, more...)
	}
	required := func(tr *flow.Trigger) { tr.Dedupe.Required = true }
	off := func(tr *flow.Trigger) { tr.Dedupe.Off = true }
	long := strings.Repeat("k", 2*maxDedupeKey)
	for _, c := range []struct {
		name    string
		change  []func(*flow.Trigger)
		data    string
		headers []string
		key     string // "": the call claims none
		bound   bool
		status  int
		says    string
		reason  string
	}{
		{name: "a template", change: keyed("{{$context.data.id}}-{{$context.headers.x-event}}"), data: `{"id":7}`, headers: []string{"X-Event: push"}, key: "7-push", status: 200},
		{name: "a number", change: keyed("{{$context.data.id}}"), data: `{"id":1.50}`, key: "1.50", status: 200},
		{name: "an object", change: keyed("{{$context.data}}"), data: `{"id":1}`, key: `{"id":1}`, status: 200},
		{name: "an empty key", change: keyed("{{$context.data.id}}"), data: `{}`, status: 200},
		{name: "an empty text", change: keyed("{{$context.data.id}}"), data: `{"id":""}`, status: 200},
		{
			name: "an empty key that is required", change: keyed("{{$context.data.id}}", required), data: `{}`, status: 400,
			says: `{{$context.data.id}} is empty`, reason: "the dedupe key is required and empty: {{$context.data.id}}",
		},
		{name: "a key that cannot be computed", change: keyed("{{ int($context.data.id) }}"), data: `{"id":"x"}`, status: 200, reason: "the dedupe key could not be computed"},
		{name: "a header of the draft", data: `{}`, headers: []string{`Idempotency-Key: "a \"b\""`}, key: `a "b"`, bound: true, status: 200},
		{name: "a header as most write it", data: `{}`, headers: []string{`Idempotency-Key: abc`}, key: "abc", bound: true, status: 200},
		{name: "a header beside a template", change: keyed("{{$context.data.id}}"), data: `{"id":1}`, headers: []string{`Idempotency-Key: abc`}, key: "1", status: 200},
		{name: "a header beside an empty template", change: keyed("{{$context.data.id}}"), data: `{}`, headers: []string{`Idempotency-Key: abc`}, status: 200},
		{name: "a header when keys are off", change: keyed("", off), data: `{}`, headers: []string{`Idempotency-Key: abc`}, status: 200},
		{name: "an empty header", data: `{}`, headers: []string{`Idempotency-Key: ""`}, status: 200},
		{name: "a header that is required", change: keyed("", required), data: `{}`, status: 400, says: "the header Idempotency-Key is empty", reason: "required"},
		{name: "a header that is broken", data: `{}`, headers: []string{`Idempotency-Key: "abc`}, status: 400, says: "has no closing quote", reason: "has no closing quote"},
		{name: "two headers", data: `{}`, headers: []string{"Idempotency-Key: a", "Idempotency-Key: b"}, status: 400, says: "more than once", reason: "more than once"},
		{name: "a long key", change: keyed("{{$context.data.id}}"), data: `{"id":"` + long + `"}`, key: long, status: 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := build(t, nil, workflow("a", c.change...))
			resp := h.serve(request("POST", "/api/webhooks/a", c.data, append(c.headers, "Content-Type: application/json")...))
			d, _ := h.lastDelivery()
			if resp.status != c.status || !strings.Contains(resp.text, c.says) || !strings.Contains(d.Reason, c.reason) || (c.reason == "") != (d.Reason == "") {
				t.Fatalf("%d: %s; %s", resp.status, resp.text, d.Reason)
			}
			if c.status != 200 {
				if len(h.door.accepted) > 0 || d.Gate != "dedupe" || !strings.Contains(resp.text, "urn:hookline:problem:key") {
					t.Errorf("by %s: %s", d.Gate, resp.text)
				}
				return
			}
			var want *store.Dedupe
			if c.key != "" {
				want = &store.Dedupe{Key: sha256.Sum256([]byte(c.key)), Expires: h.clock.Now().Add(DefaultDedupeWindow)}
			}
			claimed := h.door.accepted[0].Dedupe
			if (claimed != nil && claimed.Fingerprint != nil) != c.bound {
				t.Errorf("claimed %+v", claimed)
			}
			if diff := cmp.Diff(want, claimed, cmpopts.IgnoreFields(store.Dedupe{}, "Fingerprint")); diff != "" {
				t.Error(diff)
			}
			if d.DedupeKey != c.key[:min(len(c.key), maxDedupeKey)] {
				t.Errorf("recorded as %q", d.DedupeKey)
			}
		})
	}
}

func TestAKeyIsKeptAsLongAsTheWorkflowSays(t *testing.T) {
	h := build(t, nil, workflow("a", func(tr *flow.Trigger) { tr.Dedupe = flow.Dedupe{Key: "x", Window: time.Minute} }))
	h.serve(request("POST", "/api/webhooks/a", ""))
	if got := h.door.accepted[0].Dedupe.Expires; got != h.clock.Now().Add(time.Minute) {
		t.Errorf("it expires at %v", got)
	}
}

func TestAKeyOfALargeBodyIsBoundToIt(t *testing.T) {
	h, _ := buildWithBlobs(t, nil, workflow("a"))
	claim := func(h *harness) *store.Dedupe { return h.door.accepted[len(h.door.accepted)-1].Dedupe }
	h.serve(post("/api/webhooks/a", largeBody(), true, "Idempotency-Key: k"))
	spooled := claim(h)
	h.serve(post("/api/webhooks/a", largeBody()+" ", true, "Idempotency-Key: k"))
	if other := claim(h); *spooled.Fingerprint == *other.Fingerprint {
		t.Error("another body has the same fingerprint")
	}
	inMemory := build(t, nil, workflow("a"))
	inMemory.serve(post("/api/webhooks/a", largeBody(), true, "Idempotency-Key: k"))
	if same := claim(inMemory); *spooled.Fingerprint != *same.Fingerprint {
		t.Error("the fingerprint depends on where the body is kept")
	}
}

func TestIdempotencyKeysAreReadAsTheDraftSays(t *testing.T) {
	for _, c := range []struct{ in, want, says string }{
		{`"8e03978e-40d5-43e8-bc93-6894a57f9324"`, "8e03978e-40d5-43e8-bc93-6894a57f9324", ""},
		{` abc	`, "abc", ""},
		{``, "", ""},
		{`""`, "", ""},
		{`"a\\b\"c"`, `a\b"c`, ""},
		{`a"b`, `a"b`, ""},
		{"a\xff", "a\xff", ""},
		{`"`, "", "no closing quote"},
		{`"a\`, "", "backslash"},
		{`"a\n"`, "", "backslash"},
		{`"a"b"`, "", "goes on behind"},
		{`"a"; x=1`, "", "goes on behind"},
		{`"é"`, "", "printable ASCII"},
	} {
		got, err := idempotencyKey([]string{c.in})
		if got != c.want || (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: got %q, %v", c.in, got, err)
		}
	}
}

func FuzzIdempotencyKey(f *testing.F) {
	for _, seed := range []string{`"a"`, `"a\"b\\"`, `a`, `"`, `"\`, "\x00", `"é"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		key, err := idempotencyKey([]string{line})
		if err != nil {
			if key != "" || !strings.HasPrefix(strings.Trim(line, " \t"), `"`) {
				t.Errorf("%q: %q, %v", line, key, err)
			}
			return
		}
		// An ASCII key can be written in quotes, and is then read as the same key.
		if strings.ContainsFunc(key, func(r rune) bool { return r < ' ' || r > '~' }) {
			return
		}
		again, err := idempotencyKey([]string{fmt.Sprintf(`"%s"`, strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(key))})
		if err != nil || again != key {
			t.Errorf("%q was read as %q, and again as %q, %v", line, key, again, err)
		}
	})
}
