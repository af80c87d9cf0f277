package verify_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/preset"
	"hookline.dev/hookline/internal/verify/verifytest"
)

// FuzzVerify checks calls with every preset that is pure data. Nothing may panic, and an accepted call must
// carry the signature that the scheme itself creates for it.
func FuzzVerify(f *testing.F) {
	schemes := make(map[string]verify.Scheme)
	for _, p := range preset.Set().All() {
		if s, ok := verify.SchemeOf(p); ok {
			schemes[p.Info().Name] = s
		}
	}
	var (
		names  []string
		gates  []verify.Verifier
		clocks []time.Time
	)
	for _, name := range slices.Sorted(maps.Keys(schemes)) {
		vectors := verifytest.Vectors(f, name)
		if len(vectors) == 0 {
			continue
		}
		p := find(f, name)
		v, _ := p.Compile(vectors[0].Config(p.Info()))
		names, gates, clocks = append(names, name), append(gates, v), append(clocks, time.Unix(vectors[0].Now, 0))
		for _, v := range vectors {
			call := v.Call()
			var lines []string
			for key, values := range call.Header {
				lines = append(lines, key+":"+values[0])
			}
			f.Add(len(names)-1, strings.Join(lines, "\n"), call.Query, call.URL, call.Body)
		}
	}
	f.Fuzz(func(t *testing.T, n int, headers, query, url string, body []byte) {
		if n < 0 || n >= len(names) {
			return
		}
		name, v := names[n], gates[n]
		call := verify.Call{Method: "POST", URL: url, Query: query, Header: http.Header{}, Body: body, At: clocks[n]}
		for line := range strings.SplitSeq(headers, "\n") {
			key, text, _ := strings.Cut(line, ":")
			call.Header.Add(key, text)
		}
		verdict := v.Verify(t.Context(), call)
		v.(verify.Explainer).Explain(t.Context(), call, map[string]string{"other": "secret"})
		if !verdict.OK() {
			if verdict.Detail == "" {
				t.Fatalf("%s: %+v has no detail", name, verdict)
			}
			return
		}
		signedAgain(t, name, v, schemes[name], call)
	})
}

// signedAgain signs an accepted call and looks for that signature in it.
func signedAgain(t *testing.T, name string, v verify.Verifier, s verify.Scheme, call verify.Call) {
	t.Helper()
	if s.Kind != "hmac" && s.Kind != "hash" || s.Sig.JSON != "" || s.Timestamp.Unit == "iso8601" {
		return // it cannot be signed here, or its timestamp is written differently
	}
	stamp := call.Header.Get(s.Timestamp.Header)
	if s.Timestamp.Pair {
		stamp = pairOf(call.Header.Get(s.Sig.Header), s.Sig.Pairs)
	}
	again := call
	again.At = instant(stamp, s.Timestamp.Unit)
	lines, err := v.(verify.Signer).Sign(again, call.Header.Get(s.ID.Header))
	if err != nil {
		t.Fatalf("%s: it accepts what it cannot sign: %v", name, err)
	}
	digest := lines[len(lines)-1].Value
	digest = digest[strings.LastIndexAny(strings.TrimRight(digest, "="), "=,")+1:]
	for _, header := range append(s.Sig.Headers, lines[len(lines)-1].Name) {
		if strings.Contains(strings.ToLower(strings.Join(call.Header.Values(header), " ")), strings.ToLower(digest)) {
			return
		}
	}
	t.Fatalf("%s: accepted, but %q is not in %v", name, digest, call.Header)
}

func pairOf(text string, pairs *verify.Pairs) string {
	for one := range strings.SplitSeq(text, pairs.Sep) {
		if name, value, _ := strings.Cut(one, pairs.KV); strings.Trim(name, " \t") == pairs.TS {
			return strings.Trim(value, " \t")
		}
	}
	return ""
}

func instant(stamp, unit string) time.Time {
	n := int64(0)
	for _, c := range stamp {
		n = n*10 + int64(c-'0')
	}
	if unit == "ms" {
		return time.UnixMilli(n)
	}
	return time.Unix(n, 0)
}
