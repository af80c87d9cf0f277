package body

import (
	"net/url"
	"os"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
)

func TestFormFieldCanContainTheData(t *testing.T) {
	push, err := os.ReadFile("../../examples/payloads/github_push_main.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, form, contentType, in, want string
	}{
		{"GitHub", "payload", typeForm, "payload=" + url.QueryEscape(string(push)), strings.TrimSpace(string(push))},
		{"Slack", "payload", typeForm, "payload=%7B%22type%22%3A%22block_actions%22%2C%22n%22%3A1.0%7D&a=b", `{"type":"block_actions","n":1.0}`},
		{"a slash command of Slack", "payload", typeForm, "command=%2Fdeploy&text=now", `{"command":"/deploy","text":"now"}`},
		{"Jotform", "rawRequest", multipartB, part(formData+`"formID"`, "1") + part(formData+`"rawRequest"`, `{"q3_name":{"first":"A"}}`) + "--b--", `{"q3_name":{"first":"A"}}`},
		{"the same as JSON", "payload", "application/json", `{"payload":"x"}`, `{"payload":"x"}`},
		{"only that very name", "payload", typeForm, "payload[a]=1", `{"payload":{"a":"1"}}`},
		{"in GBK", "payload", typeForm + "; charset=gbk", "payload=%22%B2%E2%22", `"测"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Context(hook.Request{ContentType: c.contentType, Body: []byte(c.in), Form: c.form})
			if err != nil || got.Data.Text() != c.want {
				t.Errorf("got %s, %v\nwant %s", got.Data.Text(), err, c.want)
			}
		})
	}
	for in, says := range map[string]string{
		"payload=%7B%0A":      `body: the field "payload" is not valid JSON at byte 2 (line 2, column 1): `,
		"payload=":            `the field "payload" is not valid JSON at byte 0`,
		"payload=1&payload=2": `the field "payload" appears 2 times; its JSON is the data, so send it once`,
	} {
		_, err := Context(hook.Request{ContentType: typeForm, Body: []byte(in), Form: "payload"})
		if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Message(err), says) {
			t.Errorf("%s: %v", in, err)
		}
	}
	deep := "payload=" + strings.Repeat("[", 65)
	if _, _, err := ContextWithin(hook.Request{ContentType: typeForm, Body: []byte(deep), Form: "payload"}, Limits{}, nil); !strings.Contains(fault.Message(err), "nest deeper than 64") {
		t.Errorf("too deep: %v", err)
	}
}

func TestRequestCanOverrideTheContentType(t *testing.T) {
	req := hook.Request{ContentType: "text/plain; charset=UTF-8", Body: []byte(`{"Type" : "Notification"}`), As: "application/json"}
	if got, err := Context(req); err != nil || got.Data.Text() != `{"Type" : "Notification"}` {
		t.Errorf("got %s, %v", got.Data.Text(), err)
	}
	req.ContentType, req.Body = "text/plain; charset=gbk", []byte(`"`+testGBK+`"`)
	if got, err := Context(req); err != nil || got.Data.Text() != `"测试"` {
		t.Errorf("got %s, %v", got.Data.Text(), err)
	}
}
