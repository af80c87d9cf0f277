package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// breaker makes requests that are wrong in a way, or strange. The same seed makes the same ones.
type breaker struct {
	*rand.Rand
	d *description
	// ids are ids, keys and cursors of everything, among them those that the principal must not see.
	ids []string
}

func pick[T any](r *rand.Rand, all ...T) T { return all[r.IntN(len(all))] }

// hostile returns a text that nobody expects.
func (b *breaker) hostile() string {
	return pick(b.Rand,
		"", " ", ".", "..", "../../etc/passwd", "last", "0", "-1", "9223372036854775808", "1e999", "NaN", "null", "true", "\x00", "a\x00b", "\r\nX: y", "\xff\xfe", "\xed\xa0\x80",
		"\u202e😀é", `"'--;DROP TABLE executions`, `%00%ff`, "{{$env.GATE}}", "$env.UNUSED", "{}", "[]", strings.Repeat("a", 65), strings.Repeat("é", 5000), strings.Repeat("[", 20_000),
		"exe_zzzzzzzzzzzzz", "dlv_0", "key_1", "2026-02-30T25:61:61Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "status:nope", "data.a.b.c:1 OR", `label.x:"`, "(((", "-", ":",
	)
}

// id returns an id of something, perhaps damaged.
func (b *breaker) id() string {
	id := pick(b.Rand, b.ids...)
	if id == "" || b.IntN(3) > 0 {
		return id
	}
	raw := []byte(id)
	i := b.IntN(len(raw))
	switch b.IntN(3) {
	case 0:
		return id[:i]
	case 1:
		raw[i] ^= 1 << b.IntN(8)
		return string(raw)
	default:
		return id + id
	}
}

// text returns a value of a parameter: an expected one, an id or a hostile one.
func (b *breaker) text(s schemaOf) string {
	switch {
	case b.IntN(3) == 0:
		return b.hostile()
	case b.IntN(3) == 0:
		return b.id()
	case len(s.Enum) > 0:
		return fmt.Sprint(pick(b.Rand, s.Enum...))
	case slices.Contains(s.Type, "integer") || slices.Contains(s.Type, "number"):
		return pick(b.Rand, "1", "2", "7", "100", "500", "0", "-5", "1.5", "5001")
	case slices.Contains(s.Type, "boolean"):
		return pick(b.Rand, "true", "false", "yes")
	default:
		return pick(b.Rand, "a", "main", "status:failed", "2026-11-30T12:00:00Z", `{"branch":"main"}`, "branch", "-branch", "hour", mine, other)
	}
}

// broken returns a copy of an attempt with something wrong in it. raw replaces the body as it would be sent, if it is not nil.
func (b *breaker) broken(a attempt) (out attempt, raw []byte) {
	out = attempt{a.operation, map[string]string{}, url.Values{}, a.header.Clone(), a.body}
	maps.Copy(out.params, a.params)
	for k, v := range a.query {
		out.query[k] = slices.Clone(v)
	}
	for range 1 + b.IntN(2) {
		switch n := b.IntN(10); {
		case n < 2 && len(out.params) > 0:
			name := pick(b.Rand, slices.Sorted(keysOf(out.params))...)
			out.params[name] = pick(b.Rand, b.id(), b.hostile())
		case n < 5:
			b.breakQuery(&out)
		case n < 6:
			b.breakHeader(&out)
		case a.operation.RequestBody.Content != nil:
			raw = b.breakBody(&out)
		default:
			b.breakQuery(&out)
		}
	}
	return out, raw
}

func (b *breaker) breakQuery(a *attempt) {
	var in []parameter
	for _, p := range a.operation.Parameters {
		if p.In == "query" {
			in = append(in, p)
		}
	}
	if len(in) == 0 || b.IntN(12) == 0 {
		a.query.Add(pick(b.Rand, "limit", "before", "unknown", "", "filter[$or][0][", "\x00"), b.hostile())
		return
	}
	p := in[b.IntN(len(in))]
	if b.IntN(8) == 0 {
		a.query[p.Name] = []string{b.text(p.Schema), b.text(p.Schema)}
		return
	}
	a.query.Set(p.Name, b.text(p.Schema))
}

func (b *breaker) breakHeader(a *attempt) {
	switch b.IntN(5) {
	case 0:
		a.header.Set("If-Match", pick(b.Rand, `"0"`, "*", `W/"1"`, `"base-1"`, `"`, `"9223372036854775808"`, "\xff", strings.Repeat(`"a",`, 3000), `"base--1"`, ""))
	case 1:
		a.header.Set("Content-Type", pick(b.Rand, "text/plain", "application/xml", "application/json; charset=utf-16", "multipart/form-data", ";;", "", "application/yaml", "text/csv", "application/x-www-form-urlencoded"))
	case 2:
		a.header.Set("Accept", pick(b.Rand, "text/html", "application/cbor", "*/*;q=0", ",", "text/event-stream"))
	case 3:
		a.header.Set("Range", pick(b.Rand, "bytes=0-0", "bytes=-1", "bytes=9-1", "bytes=0-9223372036854775807", "lines=1-", "bytes=0-0,2-2"))
	default:
		a.header.Set(pick(b.Rand, "Last-Event-ID", "If-None-Match", "Origin", "X-HTTP-Method-Override", "Content-Encoding", "Sec-Fetch-Site"), pick(b.Rand, "gzip", "cross-site", "https://evil.example", `"1"`, "1", "-1", "null", "DELETE", "\xff"))
	}
}

// breakBody breaks the body: its JSON value, or its text.
func (b *breaker) breakBody(a *attempt) []byte {
	v := a.body
	if v == nil || b.IntN(4) == 0 {
		if media, ok := a.operation.RequestBody.Content["application/json"]; ok {
			v = b.generate(media.Schema, 0)
		}
	}
	text := []byte(asText(v))
	switch b.IntN(12) {
	case 0:
		return text[:b.IntN(len(text)+1)] // truncated
	case 1:
		return pick(b.Rand, []byte{}, []byte("null"), []byte("[]"), []byte(`""`), []byte("{}"), []byte("{} {}"), []byte("\xff\xfe{\x00"), []byte("\xef\xbb\xbf{}"), []byte(`{"a":1,"a":2}`), []byte("- &a [*a]\n"), []byte("a: *a"))
	case 2:
		return bytes.Repeat([]byte(pick(b.Rand, "[", `{"a":`, "(", "- ")), 50_000)
	case 3:
		if len(text) > 0 {
			text[b.IntN(len(text))] = pick(b.Rand, byte(0), 0xff, 0x80, '"', '\\', '}', 0x1f)
		}
		return text
	}
	if _, ok := v.(string); ok {
		return append(text, b.hostile()...)
	}
	a.body = b.breakValue(v, 0)
	return nil
}

// breakValue changes one place in a value.
func (b *breaker) breakValue(v any, depth int) any {
	switch x := v.(type) {
	case map[string]any:
		out := map[string]any{}
		maps.Copy(out, x)
		names := slices.Sorted(keysOf(out))
		if len(names) == 0 || b.IntN(6) == 0 {
			out[pick(b.Rand, "extra", "", "\u0000", "__proto__", strings.Repeat("k", 2000))] = b.any()
			return out
		}
		name := pick(b.Rand, names...)
		switch b.IntN(5) {
		case 0:
			delete(out, name)
		case 1:
			out[name] = b.any()
		default:
			out[name] = b.breakValue(out[name], depth+1)
		}
		return out
	case []any:
		if len(x) == 0 || b.IntN(4) == 0 {
			return slices.Repeat([]any{b.any()}, pick(b.Rand, 0, 1, 3, 2000))
		}
		out := slices.Clone(x)
		i := b.IntN(len(out))
		out[i] = b.breakValue(out[i], depth+1)
		return out
	default:
		return b.any()
	}
}

// any returns a value of any type.
func (b *breaker) any() any {
	return pick[any](b.Rand, nil, true, false, json.Number("0"), json.Number("-1"), json.Number("1e400"), json.Number("9223372036854775808"), json.Number("0.1"), json.Number("-0"),
		b.hostile(), b.hostile(), b.id(), []any{}, map[string]any{}, []any{nil}, map[string]any{"a": []any{map[string]any{"b": nil}}}, strings.Repeat("x", 100_000), json.RawMessage(strings.Repeat("[", 300)+strings.Repeat("]", 300)))
}

// generate returns a value that a schema describes, with some of its optional members.
func (b *breaker) generate(s schemaOf, depth int) any {
	s = b.d.resolve(s)
	if len(s.Enum) > 0 {
		return pick(b.Rand, s.Enum...)
	}
	if depth > 5 || len(s.Type) == 0 {
		return b.any()
	}
	switch s.Type[0] {
	case "object":
		out := map[string]any{}
		for _, name := range slices.Sorted(keysOf(s.Properties)) {
			if slices.Contains(s.Required, name) || b.IntN(2) == 0 {
				out[name] = b.generate(s.Properties[name], depth+1)
			}
		}
		return out
	case "array":
		if s.Items == nil {
			return []any{}
		}
		out := []any{}
		for range b.IntN(3) {
			out = append(out, b.generate(*s.Items, depth+1))
		}
		return out
	case "integer", "number":
		return json.Number(pick(b.Rand, "1", "2", "100", "0", "-1", "1e3"))
	case "boolean":
		return b.IntN(2) == 0
	default:
		return b.text(schemaOf{})
	}
}

// asText returns a body as it is sent: a text is sent as it is, anything else as JSON.
func asText(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return x
	}
	text, err := json.Marshal(v)
	if err != nil { // invalid numbers
		return "{"
	}
	return string(text)
}

func keysOf[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// request returns the request of an attempt.
func (w *world) attempted(a attempt, raw []byte) *http.Request {
	w.Helper()
	path := a.operation.path
	for name, v := range a.params {
		path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(v))
	}
	if len(a.query) > 0 {
		path += "?" + a.query.Encode()
	}
	if raw == nil && a.body != nil {
		raw = []byte(asText(a.body))
	}
	req, err := http.NewRequestWithContext(w.Context(), a.operation.method, w.base+path, bytes.NewReader(raw))
	if err != nil {
		w.Fatalf("%s: %v", path, err)
	}
	if raw != nil {
		req.Header.Set("Content-Type", "application/json")
		if _, ok := a.body.(string); ok {
			req.Header.Set("Content-Type", "application/yaml")
		}
	}
	maps.Copy(req.Header, a.header)
	req.Header.Set("X-Forwarded-For", w.address())
	return req
}
