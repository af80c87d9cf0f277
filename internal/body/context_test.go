package body

import (
	"os"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
)

func TestHeadersBecomeOneObject(t *testing.T) {
	for _, c := range []struct {
		name string
		req  hook.Request
		want string
	}{
		{"none", hook.Request{}, `{}`},
		{"only the host", hook.Request{Host: "example.com"}, `{"host":"example.com"}`},
		{
			"sorted, lower case, repeated ones joined",
			hook.Request{Host: "example.com", Headers: []hook.Header{
				{Name: "X-B", Value: "1"},
				{Name: "Accept", Value: `a "q"`},
				{Name: "x-b", Value: "2"},
				{Name: "Zed", Value: "z"},
			}},
			`{"accept":"a \"q\"","host":"example.com","x-b":"1, 2","zed":"z"}`,
		},
		{
			"a host header of its own",
			hook.Request{Host: "example.com", Headers: []hook.Header{{Name: "Host", Value: "other"}}},
			`{"host":"other"}`,
		},
		{
			"bytes that are not UTF-8",
			hook.Request{Headers: []hook.Header{{Name: "X", Value: "a\xffb"}}},
			"{\"x\":\"a\uFFFDb\"}",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Context(c.req)
			if err != nil {
				t.Fatal(err)
			}
			if got.Headers.Text() != c.want {
				t.Errorf("got %s\nwant %s", got.Headers.Text(), c.want)
			}
		})
	}
}

func TestContextHasTheWholeCall(t *testing.T) {
	got, err := Context(hook.Request{
		Method: "POST", Path: "/api/webhooks/github/o", Query: "a[0].b=1", IP: "192.0.2.1",
		ContentType: "application/json", Body: []byte(` {"x":1}`),
		Headers: []hook.Header{{Name: "Content-Encoding", Value: "identity"}},
		Params:  []hook.Param{{Name: "owner", Value: "o"}, {Name: "repo", Value: `"`}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, got, want string }{
		{"data", got.Data.Text(), `{"x":1}`},
		{"raw body", got.RawBody, ` {"x":1}`},
		{"query", got.Query.Text(), `{"a":[{"b":"1"}]}`},
		{"params", got.Params.Text(), `{"owner":"o","repo":"\""}`},
		{"files", got.Files.Text(), `[]`},
		{"method", got.Method, "POST"},
		{"path", got.Path, "/api/webhooks/github/o"},
		{"ip", got.IP, "192.0.2.1"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, c.got, c.want)
		}
	}
}

func TestMalformedCallsAreRefused(t *testing.T) {
	coding := func(s string) []hook.Header { return []hook.Header{{Name: "content-encoding", Value: s}} }
	for _, c := range []struct {
		name string
		req  hook.Request
		kind fault.Kind
		says string
	}{
		{"compressed otherwise", hook.Request{Headers: coding("br"), Body: []byte("x")}, fault.Unsupported,
			`body: the Content-Encoding "br" is not supported; send it with gzip, or as it is`},
		{"query", hook.Request{Query: "a=%FF"}, fault.Invalid, `query: the field "a" is not UTF-8; send UTF-8`},
	} {
		if _, err := Context(c.req); !fault.Is(err, c.kind) || fault.Message(err) != c.says {
			t.Errorf("%s: got %v, want %s", c.name, err, c.says)
		}
	}
	if _, err := Context(hook.Request{Headers: coding("gzip")}); err != nil {
		t.Errorf("an empty body is never compressed: %v", err)
	}
}

func BenchmarkContextOfAPush(b *testing.B) {
	raw, err := os.ReadFile("../../examples/payloads/github_push_main.json")
	if err != nil {
		b.Fatal(err)
	}
	req := hook.Request{
		Method: "POST", Path: "/api/webhooks/github-push", Host: "hooks.example.com", IP: "192.0.2.1",
		ContentType: "application/json", Body: raw,
		Headers: []hook.Header{
			{Name: "Accept", Value: "*/*"},
			{Name: "Content-Length", Value: "7700"},
			{Name: "Content-Type", Value: "application/json"},
			{Name: "User-Agent", Value: "GitHub-Hookshot/044aadd"},
			{Name: "X-Github-Delivery", Value: "72d3162e-cc78-11e3-81ab-4c9367dc0958"},
			{Name: "X-Github-Event", Value: "push"},
			{Name: "X-Github-Hook-Id", Value: "292430182"},
		},
	}
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Context(req); err != nil {
			b.Fatal(err)
		}
	}
}

func TestRecordedCallsIgnoreTodaysLimits(t *testing.T) {
	deep := strings.Repeat("[", 100) + strings.Repeat("]", 100)
	req := hook.Request{ContentType: "application/json", Body: []byte(deep)}
	if _, _, err := ContextWithin(req, Limits{}, nil); !fault.Is(err, fault.Invalid) {
		t.Errorf("at the door: %v", err)
	}
	if got, err := Context(req); err != nil || got.Data.Text() != deep {
		t.Errorf("from the record: %v", err)
	}
}

func TestVariable(t *testing.T) {
	c, err := Context(hook.Request{
		Method: "PUT", Path: "/p", IP: "::1", Query: "a=1", Host: "h", ContentType: "text/plain", Body: []byte(`"`),
		ReceivedAt: time.Date(2026, 1, 2, 3, 4, 5, 6_700_000, time.FixedZone("", 3600)),
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"data": `"\""`, "body": `"\""`, "headers": `{"host":"h"}`, "query": `{"a":"1"}`, "params": "{}", "files": "[]",
		"method": `"PUT"`, "path": `"/p"`, "ip": `"::1"`, "rawBody": `"\""`, "receivedAt": `"2026-01-02T02:04:05.006Z"`,
		"cloudevent": "null",
	} {
		if got := Variable(&c, name).Text(); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	if !Variable(&c, "nothing").IsMissing() {
		t.Error("an unknown part is not missing")
	}
}
