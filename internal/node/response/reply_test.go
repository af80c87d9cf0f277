package response

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
)

func parse(t testing.TB, text string) value.Value {
	t.Helper()
	v, err := value.Parse(text, value.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestBuildMakesTheReply(t *testing.T) {
	text := hook.Header{Name: "Content-Type", Value: "text/plain; charset=utf-8"}
	jsonType := hook.Header{Name: "Content-Type", Value: "application/json"}
	tests := map[string]struct {
		rendered string
		want     hook.Reply
	}{
		"nothing at all":        {`{}`, hook.Reply{Status: 200}},
		"text":                  {`{"body":"ok"}`, hook.Reply{Status: 200, Headers: []hook.Header{text}, Body: []byte("ok")}},
		"JSON keeps its text":   {`{"body":{"b":1.0,"a":9007199254740993}}`, hook.Reply{Status: 200, Headers: []hook.Header{jsonType}, Body: []byte(`{"b":1.0,"a":9007199254740993}`)}},
		"null is JSON":          {`{"body":null}`, hook.Reply{Status: 200, Headers: []hook.Header{jsonType}, Body: []byte("null")}},
		"an empty text":         {`{"body":""}`, hook.Reply{Status: 200, Headers: []hook.Header{text}, Body: []byte{}}},
		"status as text":        {`{"status":"201"}`, hook.Reply{Status: 201}},
		"status 1e3 is no 1000": {`{"status":2.01e2}`, hook.Reply{Status: 201}},
		"204 has no body":       {`{"status":204,"body":"ok"}`, hook.Reply{Status: 204}},
		"304 has no body":       {`{"status":304,"headers":{"ETag":"\"a\""},"body":1}`, hook.Reply{Status: 304, Headers: []hook.Header{{Name: "ETag", Value: `"a"`}}}},
		"an explicit type wins": {`{"headers":{"content-type":"application/json"},"body":"{\"ok\":true}"}`, hook.Reply{Status: 200, Headers: []hook.Header{{Name: "content-type", Value: "application/json"}}, Body: []byte(`{"ok":true}`)}},
		"values of any scalar":  {`{"headers":{"A":1.50,"B":true,"C":null,"D":" x "}}`, hook.Reply{Status: 200, Headers: []hook.Header{{Name: "A", Value: "1.50"}, {Name: "B", Value: "true"}, {Name: "D", Value: "x"}}}},
		"a repeated header":     {`{"headers":{"Link":["a","b"]}}`, hook.Reply{Status: 200, Headers: []hook.Header{{Name: "Link", Value: "a"}, {Name: "Link", Value: "b"}}}},
		"a list of headers":     {`{"headers":[{"name":"A","value":"1"},{"name":"A","value":"2"}]}`, hook.Reply{Status: 200, Headers: []hook.Header{{Name: "A", Value: "1"}, {Name: "A", Value: "2"}}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			have, err := build(parse(t, test.rendered))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, *have); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBuildRefusesWhatHTTPForbids(t *testing.T) {
	many := `{"name":"A","value":"1"}` + strings.Repeat(`,{"name":"A","value":"1"}`, MaxHeaders)
	tests := map[string]struct{ rendered, says string }{
		"status 100":        {`{"status":100}`, "from 200 to 599"},
		"status 600":        {`{"status":600}`, "from 200 to 599"},
		"status null":       {`{"status":null}`, "not null"},
		"status text":       {`{"status":"OK"}`, `not "OK"`},
		"status 200.5":      {`{"status":200.5}`, "200.5"},
		"line break":        {`{"headers":{"X":"a\r\nSet-Cookie: b"}}`, "line break"},
		"control character": {`{"headers":{"X":"a\u0000"}}`, "control character"},
		"break in a name":   {`{"headers":{"X\n":"a"}}`, "is not a valid header name"},
		"blank in a name":   {`{"headers":{"X Y":"a"}}`, "is not a valid header name"},
		"empty name":        {`{"headers":{"":"a"}}`, "name is empty"},
		"hop by hop":        {`{"headers":{"CONNECTION":"close"}}`, "set by the server alone"},
		"framing":           {`{"headers":{"Transfer-Encoding":"chunked"}}`, "set by the server alone"},
		"length":            {`{"headers":{"Content-Length":"3"}}`, "set by the server alone"},
		"an object":         {`{"headers":{"X":{"a":1}}}`, "is an object"},
		"list in a list":    {`{"headers":{"X":[["a"]]}}`, "list within a list"},
		"headers as text":   {`{"headers":"X: a"}`, "not a string"},
		"item without name": {`{"headers":[{"value":"a"}]}`, "has no name"},
		"too many":          {`{"headers":[` + many + `]}`, "more than 64"},
		"too long":          {`{"headers":{"X":"` + strings.Repeat("a", hook.MaxReplyHeader) + `"}}`, "longer than"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := build(parse(t, test.rendered))
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error is %v, want one saying %q", err, test.says)
			}
		})
	}
}

func TestNoHeaderOfAReplyEverBreaksALine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var headers value.ObjectBuilder
		for range rapid.IntRange(0, 4).Draw(t, "n") {
			name := rapid.OneOf(rapid.String(), rapid.StringMatching(`[A-Za-z-]{1,12}`)).Draw(t, "name")
			headers.Set(name, value.String(rapid.String().Draw(t, "value")))
		}
		var config value.ObjectBuilder
		reply, err := build(config.Set("headers", headers.Value()).Value())
		if err != nil {
			return
		}
		for _, h := range reply.Headers {
			if strings.ContainsAny(h.Name+h.Value, "\r\n\x00") || h.Name == "" {
				t.Fatalf("header %q: %q", h.Name, h.Value)
			}
		}
	})
}

// FuzzBuild builds replies from any JSON. Building never panics, and the reply can be sent.
func FuzzBuild(f *testing.F) {
	f.Add(`{"status":201,"headers":{"A":["b",1,null]},"body":{"a":1.0}}`)
	f.Add(`{"status":"204","headers":[{"name":"A","value":true}],"body":"x"}`)
	f.Add(`{"headers":{"A":"\r\n"}}`)
	f.Fuzz(func(t *testing.T, text string) {
		v, err := value.Parse(text, value.Limits{})
		if err != nil {
			return
		}
		reply, err := build(v)
		if err != nil {
			return
		}
		if reply.Status < MinStatus || reply.Status > MaxStatus || len(reply.Headers) > MaxHeaders+1 {
			t.Errorf("%s builds %+v", text, reply)
		}
		for _, h := range reply.Headers {
			if hook.ReplyHeaderProblem(h.Name, h.Value) != "" {
				t.Errorf("%s builds the header %q: %q", text, h.Name, h.Value)
			}
		}
		if withoutBody(reply.Status) && len(reply.Body) > 0 {
			t.Errorf("%s builds a body for status %d", text, reply.Status)
		}
	})
}
