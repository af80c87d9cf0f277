package ingress

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	stdjson "encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode/utf16"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/vault"

	"pgregory.net/rapid"
)

// escaped writes every character of a text as a JSON escape.
func escaped(text string) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(text)) {
		fmt.Fprintf(&b, `\u%04x`, unit)
	}
	return b.String()
}

func gzipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.String()
}

// inUTF16 encodes a text with a byte order mark.
func inUTF16(text string) string {
	b := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(text)) {
		b = append(b, byte(unit), byte(unit>>8))
	}
	return string(b)
}

// misplaced returns calls that have a secret where no gate looks for it.
func misplaced(secret string) map[string]func() *http.Request {
	quoted, _ := stdjson.Marshal(secret)
	body := func(kind, text string, headers ...string) func() *http.Request {
		return func() *http.Request {
			return request("POST", "/api/webhooks/a/x", text, append(headers, "Content-Type: "+kind)...)
		}
	}
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	_ = w.WriteField("field", secret)
	file, _ := w.CreateFormFile("file", "a.txt")
	_, _ = file.Write([]byte("of a file: " + secret))
	_ = w.Close()
	header := func(text string) func() *http.Request {
		return func() *http.Request {
			r := request("POST", "/api/webhooks/a/x", `{}`, "Content-Type: application/json")
			r.Header["X-Other"] = []string{text}
			return r
		}
	}
	return map[string]func() *http.Request{
		"query": func() *http.Request { return request("POST", "/api/webhooks/a/x?other="+url.QueryEscape(secret), "") },
		"path": func() *http.Request {
			return request("POST", "/api/webhooks/a/"+strings.ReplaceAll(url.PathEscape(secret), "%2F", "-")+"-", "")
		},
		"header": header("Bearer " + strings.Map(printable, secret)),
		"basic":  header("Basic " + base64.StdEncoding.EncodeToString([]byte("octo:"+secret))),
		"key": func() *http.Request {
			return request("POST", "/api/webhooks/a/x", "", "Idempotency-Key: \""+strings.Map(printable, secret)+"\"")
		},
		"json":      body("application/json", `{"a":[1.0,`+string(quoted)+`]}`),
		"escaped":   body("application/json", `{"a":"x`+escaped(secret)+`"}`),
		"a name":    body("application/json", `{`+string(quoted)+`:1}`),
		"broken":    body("application/json", `{"a":`+string(quoted)),
		"form":      body("application/x-www-form-urlencoded", "a="+url.QueryEscape(secret)),
		"payload":   body("application/x-www-form-urlencoded", "payload="+url.QueryEscape(`{"a":`+string(quoted)+`}`)),
		"text":      body("text/plain", "so: "+secret),
		"gzip":      body("application/json", gzipped(`{"a":`+string(quoted)+`}`), "Content-Encoding: gzip"),
		"utf-16":    body("text/plain; charset=utf-16", inUTF16("so: "+secret)),
		"multipart": body(w.FormDataContentType(), form.String()),
		"no type":   body("application/pdf", secret),
		"bad type":  body("x/"+strings.Map(printable, secret), "x"),
		"type":      body("text/plain; a="+strings.Map(printable, secret), "x"),
	}
}

// printable drops what a header cannot have.
func printable(r rune) rune {
	if r < ' ' || r == 0x7f {
		return -1
	}
	return r
}

// secretsOf draws secrets that a header can carry.
func secretsOf(t *rapid.T) string {
	return rapid.OneOf(
		rapid.StringMatching(`[a-zA-Z0-9_-]{8,40}`),
		rapid.StringMatching(`[0-9]{8,12}`),
		rapid.StringOfN(rapid.RuneFrom([]rune("\"\\/<>&'%+=é漢😀a1B2c3")), 8, 40, -1),
	).Draw(t, "secret")
}

// TestASecretInAWrongPlaceIsNotRecorded sends the right secret where no gate looks for it, alone and beside the right
// place. Neither the record, nor the workflow, nor the blob store gets it.
func TestASecretInAWrongPlaceIsNotRecorded(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		secret := secretsOf(rt)
		set := rapid.SampledFrom([]func(*flow.Trigger){tokenHeader, tokenQuery, basic}).Draw(rt, "gate")
		authenticated := rapid.Bool().Draw(rt, "authenticated")
		for name, call := range misplaced(secret) {
			blobs := &blobs{content: make(map[string]string)}
			h := build(t, func(o *Options) { o.Blobs = blobs })
			route, err := Compile(workflow("a", set, path("/a/{x}")), Resources{Env: func(string) (string, bool) { return secret, true }})
			if err != nil {
				rt.Fatal(err)
			}
			if err := h.SetRoutes([]*Route{route}); err != nil {
				rt.Fatal(err)
			}
			r := call()
			if authenticated {
				q := r.URL.Query()
				q.Set("token", secret)
				r.URL.RawQuery = q.Encode()
				r.Header["X-Gitlab-Token"] = []string{secret}
				r.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("octo:"+secret)))
				if route.auth.all.basic != nil {
					r.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(secret+":"+secret)))
				}
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			d, seen := h.lastDelivery()
			m := vault.NewMasker(secret)
			for where, x := range map[string]any{"record": d, "live view": seen, "context": h.engine.call, "body": string(d.Request.Body), "answer": d.Answer} {
				if text := fmt.Sprintf("%+v", x); m.Finds(text) && !strings.Contains(vault.Mask, secret) {
					rt.Errorf("%s, authenticated %v: the %s has the secret %q: %s", name, authenticated, where, secret, text)
				}
			}
			for _, b := range blobs.content {
				if m.Finds(b) {
					rt.Errorf("%s: a blob has the secret %q: %s", name, secret, b)
				}
			}
		}
	})
}

// TestAGuessOfAShortSecretShowsNoDifference has a caller try values of a secret that is too short to be masked.
func TestAGuessOfAShortSecretShowsNoDifference(t *testing.T) {
	const short = "pin1234"
	echo := answering("200", "{}", `"{{$context.data.guess}} {{$context.headers.x-guess}} {{$context.query.guess}}"`)
	for _, guess := range []string{short, "pin1235"} {
		h := build(t, nil)
		route, err := Compile(workflow("a", tokenHeader, echo), Resources{Env: func(string) (string, bool) { return short, true }})
		if err != nil {
			t.Fatal(err)
		}
		if err := h.SetRoutes([]*Route{route}); err != nil {
			t.Fatal(err)
		}
		got := h.serve(request("POST", "/api/webhooks/a?guess="+guess, `{"guess":"`+guess+`"}`,
			"Content-Type: application/json", "X-Guess: "+guess, "X-Gitlab-Token: "+short))
		d, _ := h.lastDelivery()
		if want := guess + " " + guess + " " + guess; got.text != want || !strings.Contains(string(d.Request.Body), guess) {
			t.Errorf("the guess %s is answered %q and recorded as %s", guess, got.text, d.Request.Body)
		}
	}
}

// TestABodyWithoutSecretsKeepsItsBytes is the usual case: nothing is written anew.
func TestABodyWithoutSecretsKeepsItsBytes(t *testing.T) {
	const exact = " { \"a\" : \"\\u0061\" , \"n\":1.0 }\n"
	h := build(t, nil, workflow("a", tokenHeader))
	h.serve(request("POST", "/api/webhooks/a", exact, "Content-Type: application/json", "X-Gitlab-Token: "+tokenValue))
	if d, _ := h.lastDelivery(); string(d.Request.Body) != exact || h.engine.call.RawBody != exact {
		t.Errorf("recorded as %s", d.Request.Body)
	}
}

func TestAMaskedBodyIsNoWrongSignature(t *testing.T) {
	const content = `{"t":"` + tokenValue + `"}`
	h := build(t, nil, workflow("a", signedBy("{{$env.NEW}}"), tokenHeader))
	r := request("POST", "/api/webhooks/a", content, "Content-Type: application/json", "X-Gitlab-Token: "+tokenValue,
		sign(newSecret, hooksURL, content))
	if got := h.serve(r); got.status != http.StatusOK {
		t.Fatal(got.status, got.text)
	}
	d, _ := h.lastDelivery()
	if string(d.Request.Body) != `{"t":"[secret]"}` {
		t.Errorf("recorded as %s", d.Request.Body)
	}
	for _, v := range h.Explain(t.Context(), d, nil).Today {
		if v.Gate == gateSignature && (v.Reason != string(codeNotStored) || !strings.Contains(v.Detail, "without a secret")) {
			t.Errorf("explained as %+v", v)
		}
	}
}

// TestWhatOpensTheAPIIsNotRecorded sends an API key and the server's token to workflows, and to an address that has none.
func TestWhatOpensTheAPIIsNotRecorded(t *testing.T) {
	key, token := "hlk_"+strings.Repeat("a2bz", 13), strings.Repeat("Token-_9", 5)
	for _, secret := range []string{key, token} {
		for _, target := range []string{"/api/webhooks/open/x", "/api/webhooks/a", "/api/webhooks/nowhere/" + secret} {
			for where, r := range map[string]*http.Request{
				"bearer": request("POST", target, `{}`, "Authorization: Bearer "+secret),
				"basic":  request("POST", target, `{}`, credentials("admin", secret)),
				"header": request("POST", target, `{}`, "X-Api-Key: "+secret),
				"query":  request("POST", target+"?b=1&key="+secret, `{}`),
				"cookie": request("POST", target, `{}`, "Cookie: a=b; key="+secret),
				"type":   request("POST", target, `{}`, "Content-Type: x/"+secret),
				"key":    request("POST", target, `{}`, "Idempotency-Key: "+secret),
			} {
				open := workflow("open", path("/open/{x}"))
				open.Options.Labels = []flow.LabelText{{Name: "who", Text: "{{$context.headers.authorization}} {{$context.query.key}}"}}
				h := build(t, func(o *Options) { o.Credentials = vault.NewCredentials("hlk_", token) }, open, workflow("a", tokenHeader))
				h.serve(r)
				d, seen := h.lastDelivery()
				m := vault.NewMasker(secret)
				for what, x := range map[string]any{"record": d, "live view": seen, "context": h.engine.call, "writes": h.door.accepted} {
					if text := fmt.Sprintf("%+v", x); m.Finds(text) {
						t.Errorf("%s to %s: the %s has %q: %s", where, target, what, secret, text)
					}
				}
			}
		}
	}

	h := build(t, func(o *Options) { o.Credentials = vault.NewCredentials("hlk_", token) }, workflow("open"))
	body := `{"a":"` + key + token + `"}`
	h.serve(request("POST", "/api/webhooks/open", body, "Authorization: Bearer hlk_short", "Content-Type: application/json"))
	d, _ := h.lastDelivery()
	if string(d.Request.Body) != body || d.Request.Headers[0].Value != "Bearer hlk_short" {
		t.Errorf("the record has another body or header than the call: %s %v", d.Request.Body, d.Request.Headers)
	}
}
