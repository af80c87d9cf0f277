package body

import (
	"strings"
	"testing"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
)

const required = `"specversion":"1.0","type":"t","source":"/s","id":"1"`

func structuredCall(members string) hook.Request {
	if members != "" {
		members = "," + members
	}
	return hook.Request{ContentType: "application/cloudevents+json; charset=UTF-8", Body: []byte("{" + required + members + "}")}
}

func TestStructuredEventsAreSplitIntoDataAndAttributes(t *testing.T) {
	for _, c := range []struct{ name, members, data, more string }{
		{"an object, its text untouched", `"data": {"b":1.0, "a":[ ]}`, `{"b":1.0, "a":[ ]}`, ""},
		{"a string is no document", `"data":"{\"a\":1}"`, `"{\"a\":1}"`, ""},
		{"a string of JSON is a string", `"datacontenttype":"application/json","data":"1"`, `"1"`, `"datacontenttype":"application/json"`},
		{"null", `"data":null`, `null`, ""},
		{"none", ``, `null`, ""},
		{"attributes are texts", `"n":-5,"b":true,"unset":null,"s":"\u00e4","data":1`, `1`, `"n":"-5","b":"true","s":"\u00e4"`},
		{"text", `"datacontenttype":"text/plain","data":"a"`, `"a"`, `"datacontenttype":"text/plain"`},
		{"XML", `"datacontenttype":"application/xml","data":"<?xml version=\"1.0\" encoding=\"gbk\"?><much wow=\"测\"/>"`,
			`{"much":{"@wow":"测"}}`, `"datacontenttype":"application/xml"`},
		{"a form", `"datacontenttype":"application/x-www-form-urlencoded","data":"a[b]=1"`, `{"a":{"b":"1"}}`, `"datacontenttype":"application/x-www-form-urlencoded"`},
		{"another type", `"datacontenttype":"a/b","data":"x"`, `"x"`, `"datacontenttype":"a/b"`},
		{"bytes of another type", `"datacontenttype":"image/png","data_base64":"iVBORw=="`, `"iVBORw=="`, `"datacontenttype":"image/png"`},
		{"bytes of no type", `"data_base64":"aGk="`, `"aGk="`, ""},
		{"bytes that are JSON", `"datacontenttype":"text/json","data_base64":"eyJhIjoxLjB9"`, `{"a":1.0}`, `"datacontenttype":"text/json"`},
		{"bytes that are text in GBK", `"datacontenttype":"text/plain; charset=gbk","data_base64":"suLK1A=="`, `"测试"`, `"datacontenttype":"text/plain; charset=gbk"`},
		{"bytes that are XML", `"datacontenttype":"text/xml","data_base64":"PGEvPg=="`, `{"a":""}`, `"datacontenttype":"text/xml"`},
		{"no bytes", `"datacontenttype":"text/plain","data_base64":""`, `""`, `"datacontenttype":"text/plain"`},
		{"an event in an event", `"datacontenttype":"application/cloudevents+json","data_base64":"e30="`, `{}`, `"datacontenttype":"application/cloudevents+json"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Context(structuredCall(c.members))
			if err != nil {
				t.Fatal(err)
			}
			want := "{" + required
			if c.more != "" {
				want += "," + c.more
			}
			if got.Data.Text() != c.data || got.CloudEvent.Text() != want+"}" {
				t.Errorf("data %s, want %s\nattributes %s\n      want %s}", got.Data.Text(), c.data, got.CloudEvent.Text(), want)
			}
		})
	}
}

func TestInvalidStructuredEventsAreRefused(t *testing.T) {
	for _, c := range []struct{ name, in, says string }{
		{"no JSON", `{`, "body: it is not valid JSON at byte 1"},
		{"no object", `[]`, "body: it is not a CloudEvent: a JSON object was expected"},
		{"no version", `{"id":"1"}`, `it is not a CloudEvent: specversion is missing; it must be "1.0"`},
		{"an older version", `{"specversion":"0.3"}`, `specversion is "0.3"; only "1.0" is supported`},
		{"no id", `{"specversion":"1.0","source":"s","type":"t"}`, "id is missing; it must be a string that is not empty"},
		{"an empty source", `{"specversion":"1.0","id":"1","source":"","type":"t"}`, "source is missing"},
		{"a type that is null", `{"specversion":"1.0","id":"1","source":"s","type":null}`, "type is missing"},
		{"a structure", `{"a":{}}`, `the attribute "a" must be a string`},
		{"too many attributes", `{` + required + strings.Repeat(`,"a":1`, MaxEventAttributes-3) + `}`, "it is not a CloudEvent: it has more than 128 attributes"},
		{"two data", `{` + required + `,"data":1,"data_base64":"aGk="}`, "both data and data_base64"},
		{"no Base64", `{` + required + `,"data_base64":"a"}`, "data_base64 is not Base64"},
		{"a number", `{` + required + `,"data_base64":1}`, "data_base64 is not Base64"},
		{"broken data", `{` + required + `,"datacontenttype":"application/json","data_base64":"ew=="}`, "body.data_base64: it is not valid JSON at byte 1"},
		{"broken XML", `{` + required + `,"datacontenttype":"application/xml","data":"<a>"}`, "body.data: it is not well-formed XML at byte 3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Context(hook.Request{ContentType: "application/cloudevents+json", Body: []byte(c.in)})
			if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Message(err), c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
		})
	}
}

func TestBatchIsAnArrayOfWholeEvents(t *testing.T) {
	batch := func(s string) hook.Request {
		return hook.Request{
			ContentType: "application/cloudevents-batch+json", Body: []byte(s),
			Headers: []hook.Header{{Name: "ce-specversion", Value: "1.0"}},
		}
	}
	two := `[{` + required + `}, {` + required + `,"data":1.0}]`
	for _, s := range []string{"[]", two} {
		got, err := Context(batch(s))
		if err != nil || got.Data.Text() != s || !got.CloudEvent.IsMissing() {
			t.Errorf("%s: %s, %s, %v", s, got.Data.Text(), got.CloudEvent.Text(), err)
		}
	}
	for s, says := range map[string]string{
		"{}":                            "a JSON array was expected",
		`[{` + required + `},{"id":1}]`: "element 1 is not a CloudEvent: specversion is missing",
	} {
		if _, err := Context(batch(s)); !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Message(err), says) {
			t.Errorf("%s: %v", s, err)
		}
	}
}

func binaryCall(contentType, raw string, headers ...string) hook.Request {
	req := hook.Request{ContentType: contentType, Body: []byte(raw)}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Headers = append(req.Headers, hook.Header{Name: headers[i], Value: headers[i+1]})
	}
	return req
}

func TestBinaryEventsAreReadFromHeaders(t *testing.T) {
	known := []string{"ce-id", "1", "CE-Specversion", "1.0", "Ce-Source", "/s", "ce-type", "t"}
	for _, c := range []struct {
		name string
		req  hook.Request
		data string
		want string
	}{
		{
			"with data", binaryCall("application/json; charset=utf-8", `{"a":1.0}`, append(known, "Ce-Subject", "Euro%20%E2%82%AC%20%f0%9f%98%80")...),
			`{"a":1.0}`,
			`{"id":"1","specversion":"1.0","source":"/s","type":"t","subject":"Euro € 😀","datacontenttype":"application/json; charset=utf-8"}`,
		},
		{
			"without", binaryCall("", "", append(known, "ce-datacontenttype", "text/html", "ce-", "x", "cex-a", "b")...), "null",
			`{"id":"1","specversion":"1.0","source":"/s","type":"t"}`,
		},
		{
			"quoted", binaryCall("", "", append(known, "ce-a", `"a \"b\" %41+"`, "ce-b", `"a" b`, "ce-c", "100%", "ce-d", "%")...), "null",
			`{"id":"1","specversion":"1.0","source":"/s","type":"t","a":"a \"b\" A+","b":"\"a\" b","c":"100%","d":"%"}`,
		},
		{"no event", binaryCall("text/plain", "x", "ce-id", "1", "ce-trace", "%FF"), `"x"`, "null"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Context(c.req)
			if err != nil {
				t.Fatal(err)
			}
			if got.Data.Text() != c.data || got.CloudEvent.Text() != c.want {
				t.Errorf("data %s\nattributes %s\n      want %s", got.Data.Text(), got.CloudEvent.Text(), c.want)
			}
			if v := Variable(&got, "cloudevent"); v.Text() != c.want {
				t.Errorf("the variable is %s", v.Text())
			}
		})
	}
	for _, c := range []struct {
		name, says string
		headers    []string
	}{
		{"not all there", "headers: ce-specversion announces a CloudEvent, but the call is not one: source is missing", known[:4]},
		{"an overlong escape", "headers: ce-a is not UTF-8 once its percent escapes are undone", append(known, "ce-a", "%C0%A0")},
		{"raw bytes", "headers: ce-a is not UTF-8", append(known, "ce-a", "caf\xe9")},
		{"twice", "headers: ce-id appears twice", append(known, "Ce-Id", "2")},
		{"another version", `specversion is "2.0"`, []string{"ce-specversion", "2.0"}},
	} {
		if _, err := Context(binaryCall("", "", c.headers...)); !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Message(err), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestStructuredEventOverridesHeaders(t *testing.T) {
	req := structuredCall(`"data":1`)
	req.Headers = []hook.Header{{Name: "ce-specversion", Value: "1.0"}, {Name: "ce-id", Value: "other"}}
	got, err := Context(req)
	if err != nil || got.CloudEvent.Get("id").Text() != `"1"` {
		t.Errorf("%s, %v", got.CloudEvent.Text(), err)
	}
}

func FuzzCloudEventHeaders(f *testing.F) {
	f.Add("1.0", "1", "/s", "t", "Euro%20%E2%82%AC")
	f.Add(`"1.0"`, "%41", `"a\"b"`, "%C0%A0", "\"")
	f.Fuzz(func(t *testing.T, version, id, source, kind, more string) {
		req := binaryCall("", "", "ce-specversion", version, "ce-id", id, "ce-source", source, "ce-type", kind, "ce-"+more, more)
		got, err := Context(req)
		if err != nil {
			if !fault.Is(err, fault.Invalid) || !strings.HasPrefix(fault.Message(err), "headers: ") {
				t.Fatalf("%v", err)
			}
			return
		}
		if _, err := value.Parse(got.CloudEvent.Text(), value.Limits{}); err != nil {
			t.Fatalf("no JSON: %v\n%s", err, got.CloudEvent.Text())
		}
		for name, v := range got.CloudEvent.Members() {
			if v.Kind() != value.KindString {
				t.Fatalf("%s is no text: %s", name, v.Text())
			}
		}
	})
}

func FuzzCloudEvent(f *testing.F) {
	f.Add([]byte(`{` + required + `,"data":{"a":1}}`))
	f.Add([]byte(`{` + required + `,"datacontenttype":"text/xml","data_base64":"PGEvPg=="}`))
	f.Add([]byte(`[{` + required + `,"n":1,"b":false,"x":null}]`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		checkDecode(t, "application/cloudevents+json", raw)
		checkDecode(t, "application/cloudevents-batch+json", raw)
	})
}
