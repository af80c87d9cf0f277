package vectors_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/vectors"
)

func read(t *testing.T, text string) vectors.Vector {
	t.Helper()
	list, err := vectors.Read(strings.NewReader("[" + text + "]"))
	if err != nil || len(list) != 1 {
		t.Fatalf("%d vectors, %v", len(list), err)
	}
	return list[0]
}

func TestVectorBecomesACall(t *testing.T) {
	v := read(t, `{"provider":"toy","method":"POST","path_and_query":"/x?a=1&b=2","headers":{"x-one":"1","x-two":["2","3"]},
		"body_base64":"AP8=","now":1700000000,"expect":"accept","expect_delivery_id":9007199254740993,"expect_event_type":"a\"b"}`)
	want := verify.Call{
		Method: "POST", URL: "https://example.com/x?a=1&b=2", Query: "a=1&b=2", Header: http.Header{"X-One": {"1"}, "X-Two": {"2", "3"}},
		Body: []byte{0, 255}, At: time.Unix(1700000000, 0),
	}
	if diff := cmp.Diff(want, v.Call()); diff != "" {
		t.Errorf("(- wanted, + got)\n%s", diff)
	}
	if v.Preset != "toy" || v.DeliveryID != "9007199254740993" || v.EventType != `a"b` {
		t.Errorf("preset %q, id %q, event %q", v.Preset, v.DeliveryID, v.EventType)
	}
	if got := read(t, `{"base_url":"https://a.test:8443","path_and_query":"/x","expect":"accept"}`); got.Call().URL != "https://a.test:8443/x" {
		t.Errorf("URL %s", got.Call().URL)
	}
	if got := read(t, `{"keys":{"notification_url":"https://b.test/y"},"path_and_query":"/x","expect":"accept"}`); got.Call().URL != "https://b.test/y" {
		t.Errorf("URL %s, want the one that is configured", got.Call().URL)
	}
}

func TestVectorBecomesAConfiguration(t *testing.T) {
	info := verify.Info{Secrets: 1, Keys: []verify.Key{{Name: "text"}, {Name: "list"}, {Name: "absent"}}, Signs: "{ts}.{body}"}
	keys := map[string]string{"text": "a", "list": `{"k":["v"]}`}
	const more = `"keys":{"text":"a","list":{"k":["v"]},"other":"x"},"expect":"accept"`
	for text, want := range map[string]verify.Config{
		`{"secret":"s","now":1,` + more + `}`:            {Secrets: []string{"s"}, Keys: keys},
		`{"secrets":["new","old"],"now":1,` + more + `}`: {Secrets: []string{"new", "old"}, Keys: keys},
		`{"now":1,` + more + `}`:                         {Secrets: []string{"unused"}, Keys: keys},
	} {
		v := read(t, text)
		if diff := cmp.Diff(want, v.Config(info)); diff != "" {
			t.Errorf("%s (- wanted, + got)\n%s", text, diff)
		}
	}
	v := read(t, `{"secret":"s","expect":"accept"}`)
	if got := v.Config(info); got.Tolerance < 100*365*24*time.Hour {
		t.Errorf("without a time, timestamps have a tolerance of %v", got.Tolerance)
	}
}

func TestRenderDecodesTheBodyAsAWorkflowDoes(t *testing.T) {
	form := verify.Call{Method: "POST", Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "X-Id": {"7"}}, Body: []byte(`payload={"id":1.0}`)}
	for _, c := range []struct {
		info           verify.Info
		template, want string
	}{
		{verify.Info{Form: "payload"}, "{{$context.data.id}}", "1.0"},
		{verify.Info{}, "{{$context.data.payload}}", `{"id":1.0}`},
		{verify.Info{}, "{{$context.headers.x-id}}:{{$context.data.none}}", "7:"},
		{verify.Info{As: "application/json"}, "{{$context.data.id}}", ""}, // the body is not JSON
		{verify.Info{}, "", ""},
	} {
		if got, err := vectors.Render(c.info, c.template, form); err != nil || got != c.want {
			t.Errorf("%s: got %q, %v, want %q", c.template, got, err, c.want)
		}
	}
	if _, err := vectors.Render(verify.Info{}, "{{$nodes.x}}", form); err == nil {
		t.Error("a template over something else than $context is rendered")
	}
}

func TestHeaderLinesMustBeText(t *testing.T) {
	var lines vectors.Lines
	for _, text := range []string{`7`, `{}`, `["a",7]`} {
		if err := json.Unmarshal([]byte(text), &lines); err == nil {
			t.Errorf("%s is read as %v", text, lines)
		}
	}
}
