package script

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"testing"

	"hookline.dev/hookline/internal/value"
)

// The two samples in NocoBase's webhook guide, unchanged except for what the guide leaves to the reader: in
// (a), the secret is declared and a value is returned.
const (
	sampleSignature = `const crypto = require('crypto');
const secret = 'your-secret-key';
const signature = context.headers['x-hub-signature-256'];
const payload = JSON.stringify(context.data);
const expected = 'sha256=' + crypto.createHmac('sha256', secret).update(payload).digest('hex');
if (signature !== expected) {
  throw new Error('Invalid signature');
}
return 'verified';`

	sampleBranch = `const commits = context.data.commits;
const branch = context.data.ref.replace('refs/heads/', '');
if (branch === 'main') {
  return { deploy: true, branch, commits: commits.length };
}
return { deploy: false, branch };`
)

func signed(secret, body string) value.Value {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	v, err := value.From(map[string]any{"headers": map[string]string{
		"x-hub-signature-256": "sha256=" + hex.EncodeToString(mac.Sum(nil)),
	}})
	if err != nil {
		panic(err)
	}
	return v
}

// bodies returns JSON texts that JSON.stringify(JSON.parse(text)) does not reproduce, except for the first.
func bodies() map[string]string {
	return map[string]string{
		"compact":               `{"ref":"refs/heads/main","commits":[]}`,
		"spaces":                `{ "a" : [ 1 , 2 ] , "b" : "x  y" }`,
		"indented, CRLF":        "{\r\n\t\"a\": 1,\r\n\t\"b\": [\r\n\t\ttrue\r\n\t]\r\n}\r\n",
		"around":                " \n[1]\n ",
		"integer-like keys":     `{"b":1,"2":2,"10":3,"1":4,"a":{"7":1,"3":2}}`,
		"1.0":                   `{"price":1.0,"rate":2.50}`,
		"exponent":              `{"a":1e3,"b":1E+2,"c":0.1e-7}`,
		"minus zero":            `{"a":-0,"b":-0.0}`,
		"2^53+1":                `{"id":9007199254740993}`,
		"long number":           `[123456789012345678901234567890.123456789]`,
		"too large for a float": `{"a":1e999}`,
		"escaped less-than":     `{"html":"\u003cb\u003e\u0026"}`,
		"escaped slash":         `{"url":"https:\/\/example.com\/"}`,
		"escaped ASCII":         `{"\u0061":"\u0062"}`,
		"escaped umlaut":        `{"name":"M\u00fcller"}`,
		"escaped pair":          `{"smile":"\ud83d\ude00"}`,
		"unescaped":             `{"name":"Müller 😀 한국어"}`,
		"line separators":       "{\"a\":\"\u2028\u2029\u007f\"}",
		"lone surrogate":        `{"a":"\ud800"}`,
		"NUL":                   `{"a\u0000b":"\u0000"}`,
		"duplicate keys":        `{"a":1,"b":2,"a":3}`,
		"duplicate objects":     `{"a":{"x":1},"a":{"y":1}}`,
		"proto":                 `{"__proto__":{"a":1.0},"constructor":{"prototype":1}}`,
		"toJSON":                `{"toJSON":1.0,"a":{"toJSON":"x"}}`,
		"array":                 `[1.0, {"2":1,"1":2}]`,
		"string":                `"\u0041"`,
		"number":                `1.0`,
		"empty object":          `{ }`,
		"nested":                `[[[[{"1":[{ }]}]]]]`,
	}
}

func TestSignatureSampleRunsUnchanged(t *testing.T) {
	p := newPool(t, 1)
	for name, body := range bodies() {
		t.Run(name, func(t *testing.T) {
			text, _, failed := outcome(p, Run{Source: sampleSignature, Context: signed("your-secret-key", body), Body: body})
			if failed || text != `"verified"` {
				t.Errorf("got %s", text)
			}
			text, kind, _ := outcome(p, Run{Source: sampleSignature, Context: signed("another", body), Body: body})
			if kind != Threw || text != "Error: Invalid signature (line 7)" {
				t.Errorf("a wrong signature: %s %s", kind, text)
			}
		})
	}
}

func TestBranchSampleRunsUnchanged(t *testing.T) {
	p := newPool(t, 1)
	for file, want := range map[string]string{
		"github_push_main.json":        `{"deploy":true,"branch":"main","commits":2}`,
		"github_push_tag_deleted.json": `{"deploy":false,"branch":"refs/tags/v0.9.0-rc.1"}`,
	} {
		body, err := os.ReadFile("../../examples/payloads/" + file)
		if err != nil {
			t.Fatal(err)
		}
		if text, _, _ := outcome(p, Run{Source: sampleBranch, Body: string(body)}); text != want {
			t.Errorf("%s: got %s, want %s", file, text, want)
		}
	}
}

// TestTheReceivedTextEndsWithTheFirstChange runs scripts that do something and then return JSON.stringify of a
// value. As soon as the object differs from the received one, the output must be the native one.
func TestTheReceivedTextEndsWithTheFirstChange(t *testing.T) {
	p := newPool(t, 1)
	const body = `{ "id": 9007199254740993, "b": {"2": 1.0, "1": [ ]}, "s": "\u003c" }`
	const native = `{"id":9007199254740992,"b":{"1":[],"2":1},"s":"<"}`
	for source, want := range map[string]string{
		// untouched
		`return JSON.stringify(context.data)`:                                            body,
		`return JSON.stringify(context.body)`:                                            body,
		`return JSON.stringify(context.data, null)`:                                      body,
		`return JSON.stringify(context.data, null, 0)`:                                   body,
		`return JSON.stringify(context.data, undefined, '')`:                             body,
		`const { stringify } = JSON; return stringify(context.data)`:                     body,
		`const d = context.data; context.data = {}; return JSON.stringify(d)`:            body,
		`context.data.x = 1; delete context.data.x; return JSON.stringify(context.data)`: body,
		`Object.freeze(context.data); return JSON.stringify(context.data)`:               body,
		`JSON.stringify(context.data); return JSON.stringify(context.data)`:              body,
		`context.headers = 1; return JSON.stringify(context.data)`:                       body,

		// changed
		`context.data.x = 1; return JSON.stringify(context.data)`:                                                                          native[:len(native)-1] + `,"x":1}`,
		`context.data.s = '>'; return JSON.stringify(context.data)`:                                                                        `{"id":9007199254740992,"b":{"1":[],"2":1},"s":">"}`,
		`context.data.b[1].push(1); return JSON.stringify(context.data)`:                                                                   `{"id":9007199254740992,"b":{"1":[1],"2":1},"s":"<"}`,
		`delete context.data.b; return JSON.stringify(context.data)`:                                                                       `{"id":9007199254740992,"s":"<"}`,
		`JSON.stringify(context.data); context.data.s = 1; return JSON.stringify(context.data)`:                                            `{"id":9007199254740992,"b":{"1":[],"2":1},"s":1}`,
		`const s = context.data.s; delete context.data.s; delete context.data.id; context.data.s = s; return JSON.stringify(context.data)`: `{"b":{"1":[],"2":1},"s":"<"}`,

		// copied, or a part, or wrapped
		`return JSON.stringify({...context.data})`:                             native,
		`return JSON.stringify(Object.assign({}, context.data))`:               native,
		`return JSON.stringify(JSON.parse(JSON.stringify({...context.data})))`: native,
		`return JSON.stringify([context.data])`:                                `[` + native + `]`,
		`return JSON.stringify(context.data.b)`:                                `{"1":[],"2":1}`,
		`return JSON.stringify(new Proxy(context.data, {}))`:                   native,
		`return JSON.stringify(Object.create(context.data))`:                   `{}`,

		// with replacer or indent
		`return JSON.stringify(context.data, (k, v) => v)`: native,
		`return JSON.stringify(context.data, ['s'])`:       `{"s":"<"}`,
		`return JSON.stringify(context.data, null, 1)`:     "{\n \"id\": 9007199254740992,\n \"b\": {\n  \"1\": [],\n  \"2\": 1\n },\n \"s\": \"<\"\n}",

		// A script's own changes to global behaviour apply, as they do natively.
		`Object.prototype.toJSON = () => 7; return JSON.stringify(context.data)`:                            `7`,
		`Array.prototype.toJSON = () => 7; return JSON.stringify(context.data)`:                             `{"id":9007199254740992,"b":{"1":7,"2":1},"s":"<"}`,
		`context.data.toJSON = () => 7; return JSON.stringify(context.data)`:                                `7`,
		`Object.setPrototypeOf(context.data, {toJSON() { return 7 }}); return JSON.stringify(context.data)`: `7`,
		`context.data.toJSON = () => undefined; return typeof JSON.stringify(context.data)`:                 `undefined`,

		// Changes to built-ins do not affect the prelude.
		`JSON.parse = () => ({}); Object.keys = () => []; Object.setPrototypeOf = () => 1; return JSON.stringify(context.data)`:     body,
		`Object.prototype.get = Object.prototype.value = () => 1; return JSON.stringify(context.data)`:                              body,
		`Object.is = () => true; return JSON.stringify({})`:                                                                         `{}`,
		`String.prototype.valueOf = 1; Function.prototype.call = Function.prototype.apply = 1; return JSON.stringify(context.data)`: body,
		`Array.prototype[Symbol.iterator] = 1; return JSON.stringify(context.data)`:                                                 body,
	} {
		text, _, failed := outcome(p, Run{Source: source, Body: body, Context: value.Trusted(`{"headers":{},"data":"not used","body":"neither"}`)})
		if want := value.String(want).Text(); failed || !sameText(text, want) {
			t.Errorf("%s\n got %s\nwant %s", source, text, want)
		}
	}
}

// sameText compares two JSON strings by their decoded values.
func sameText(a, b string) bool { return value.Equal(value.Trusted(a), value.Trusted(b)) }

func TestWithoutABodyContextIsWhatItSays(t *testing.T) {
	p := newPool(t, 1)
	ctx := value.Trusted(`{"data":{"a": 1.0},"query":{"x":"1"}}`)
	for source, want := range map[string]string{
		`return JSON.stringify(context.data)`:               `"{\"a\":1}"`,
		`return context.body === context.data`:              `true`,
		`return context`:                                    `{"data":{"a":1},"query":{"x":"1"}}`,
		`return nodes`:                                      `{"first":{"id":7}}`,
		`nodes.first.id++; return nodes.first.id`:           `8`,
		`nodes = 1; return nodes`:                           `1`,
		`const nodes = 5; return nodes`:                     `5`,
		`const context = 5, env = 6; return [context, env]`: `[5,6]`,
		`return globalThis.context === context`:             `true`,
		`return env.TOKEN`:                                  `"t"`,
		`return this === undefined || this === globalThis`:  `true`,
	} {
		text, _, _ := outcome(p, Run{Source: source, Context: ctx, Nodes: value.Trusted(`{"first":{"id":7}}`), Env: map[string]string{"TOKEN": "t"}})
		if text != want {
			t.Errorf("%s: got %s, want %s", source, text, want)
		}
	}
}
