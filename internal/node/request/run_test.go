package request_test

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/node/request"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

// secrets are the variables of a test.
type secrets map[string]string

func (s secrets) Lookup(name string) (string, bool) {
	text, ok := s[name]
	return text, ok
}

// nothing is a scope without variables.
type nothing struct{}

func (nothing) Var(string, string) (value.Value, error) { return value.Value{}, nil }

// started is the time of all runs.
func started() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// runner compiles a config and returns a function that runs the node with one key.
func runner(t *testing.T, d request.Deps, config string, vars secrets) func(ctx context.Context, key string, now time.Time) (node.Result, error) {
	t.Helper()
	if d.Client == nil {
		d.Client = outbound.New(outbound.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
		t.Cleanup(d.Client.Close)
	}
	if d.Tokens == nil {
		d.Tokens = request.NewTokens()
	}
	n, problems := request.New(d).Compile(value.Trusted(config), node.About{Key: "call"})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	input, err := n.Render(nothing{})
	if err != nil {
		t.Fatal(err)
	}
	return func(ctx context.Context, key string, now time.Time) (node.Result, error) {
		return n.Run(ctx, node.Input{Value: input, Scope: nothing{}, Now: now, Attempt: 1, Secrets: vars, IdempotencyKey: key})
	}
}

// failureOf returns the error as a failure.
func failureOf(t *testing.T, err error) *node.Failure {
	t.Helper()
	var f *node.Failure
	if !errors.As(err, &f) {
		t.Fatalf("error is %v (%T), want a *node.Failure", err, err)
	}
	return f
}

func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// TestARepeatSendsTheSameBytes runs each form of body twice with one key, as after a crash, and once with another.
func TestARepeatSendsTheSameBytes(t *testing.T) {
	var mu sync.Mutex
	var got []string
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		got = append(got, strings.Join([]string{r.Method, r.URL.String(), r.Header.Get("Content-Type"), r.Header.Get("Webhook-Id"), r.Header.Get("Idempotency-Key"), string(data)}, "\n"))
	})
	for name, config := range map[string]string{
		"json":      `{"body":{"a":1.0}}`,
		"form":      `{"contentType":"form","body":{"a":"b"}}`,
		"multipart": `{"contentType":"multipart","body":[{"name":"f","file":{"sha256":"` + strings.Repeat("ab", 32) + `","size":22}}]}`,
		"signed":    `{"sign":{"standardWebhooks":{"secret":"whsec_c2VjcmV0"}},"body":{"a":1}}`,
	} {
		got = nil
		run := runner(t, request.Deps{Files: files{}}, `{"url":"`+s.URL+`/x",`+config[1:], nil)
		for i, key := range []string{"exe_1/call#0", "exe_1/call#0", "exe_1/call#1"} {
			if _, err := run(t.Context(), key, started().Add(time.Duration(i)*time.Hour)); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if len(got) != 3 || got[0] != got[1] || got[0] == got[2] || !strings.Contains(got[0], "exe_1/call#0") {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestATokenIsFetchedOnceAndAgainWhenItIsRefused(t *testing.T) {
	var fetched, calls atomic.Int64
	valid := atomic.Value{}
	valid.Store("token-1")
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" {
			user, password, _ := r.BasicAuth()
			if n := fetched.Add(1); r.FormValue("grant_type") != "client_credentials" || user != "id" || password != "s3%2Fcret" || r.FormValue("scope") != "a b" {
				t.Errorf("token request %d has user %s, form %v", n, user, r.Form)
			}
			_, _ = io.WriteString(w, `{"access_token":"`+valid.Load().(string)+`","token_type":"Bearer","expires_in":3600}`)
			return
		}
		calls.Add(1)
		if r.Header.Get("Authorization") != "Bearer "+valid.Load().(string) {
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
	config := `{"url":"` + s.URL + `/x","auth":{"oauth2":{"tokenUrl":"` + s.URL + `/token","clientId":"id","clientSecret":"{{$env.SECRET}}","scope":"a b"}}}`
	run := runner(t, request.Deps{}, config, secrets{"SECRET": "s3/cret"})
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if _, err := run(t.Context(), "k", started()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if fetched.Load() != 1 || calls.Load() != 20 {
		t.Errorf("%d tokens for %d calls", fetched.Load(), calls.Load())
	}
	valid.Store("token-2")
	if _, err := run(t.Context(), "k", started()); err != nil || fetched.Load() != 2 || calls.Load() != 22 {
		t.Errorf("a refused token: %v, %d tokens, %d calls", err, fetched.Load(), calls.Load())
	}
	if _, err := run(t.Context(), "k", started().Add(time.Hour)); err != nil || fetched.Load() != 3 {
		t.Errorf("an old token: %v, %d tokens", err, fetched.Load())
	}
}

func TestAPersistent401IsNotRepeatedForEver(t *testing.T) {
	var calls atomic.Int64
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" {
			_, _ = io.WriteString(w, `{"access_token":"t0ken-abc"}`)
			return
		}
		calls.Add(1)
		w.WriteHeader(http.StatusUnauthorized)
	})
	run := runner(t, request.Deps{}, `{"url":"`+s.URL+`","auth":{"oauth2":{"tokenUrl":"`+s.URL+`/token","clientId":"a","clientSecret":"b"}}}`, nil)
	for _, want := range []int64{1, 3} { // the first token is new, the second one from the cache
		_, err := run(t.Context(), "k", started())
		if f := failureOf(t, err); f.Code != "status" || !f.Final || calls.Load() != want {
			t.Errorf("%+v after %d calls, want %d", f, calls.Load(), want)
		}
	}
}

func TestTimeAndCancellation(t *testing.T) {
	release := make(chan struct{})
	s := serve(t, func(http.ResponseWriter, *http.Request) { <-release })
	defer close(release)
	run := runner(t, request.Deps{}, `{"url":"`+s.URL+`","timeout":"20ms"}`, nil)
	_, err := run(t.Context(), "k", started())
	if f := failureOf(t, err); f.Code != flow.CodeTimeout || f.Final || f.Message != "took longer than 20ms" {
		t.Errorf("%+v", f)
	}
	run = runner(t, request.Deps{}, `{"url":"`+s.URL+`"}`, nil)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(10*time.Millisecond, cancel)
	if _, err := run(ctx, "k", started()); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want the cancellation", err)
	}
	run = runner(t, request.Deps{}, `{"url":"`+s.URL+`","ignoreFail":true}`, nil)
	if _, err := run(ctx, "k", started()); !errors.Is(err, context.Canceled) {
		t.Errorf("with ignoreFail: %v, want the cancellation", err)
	}
}

func TestFailuresHaveCodes(t *testing.T) {
	status := func(n int, retry string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			if retry != "" {
				w.Header().Set("Retry-After", retry)
			}
			w.WriteHeader(n)
		}
	}
	hangUp := func(w http.ResponseWriter, _ *http.Request) {
		conn, _, _ := http.NewResponseController(w).Hijack()
		_ = conn.Close()
	}
	half := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, "half")
	}
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		want    node.Failure
	}{
		"400":             {status(400, "5"), node.Failure{Code: "status", Final: true}},
		"401":             {status(401, ""), node.Failure{Code: "status", Final: true}},
		"408":             {status(408, ""), node.Failure{Code: "status"}},
		"429":             {status(429, "3"), node.Failure{Code: "status", RetryAfter: 3 * time.Second}},
		"429 without":     {status(429, ""), node.Failure{Code: "status"}},
		"429 in the past": {status(429, "Sun, 01 Mar 2026 11:00:00 GMT"), node.Failure{Code: "status"}},
		"429 negative":    {status(429, "-5"), node.Failure{Code: "status"}},
		"429 nonsense":    {status(429, "soon"), node.Failure{Code: "status"}},
		"429 for ever":    {status(429, "99999999999999999999"), node.Failure{Code: "status"}},
		"429 for an age":  {status(429, "999999999999"), node.Failure{Code: "status", RetryAfter: 365 * 24 * time.Hour}},
		"500":             {status(500, ""), node.Failure{Code: "status"}},
		"501":             {status(501, ""), node.Failure{Code: "status", Final: true}},
		"503 by date":     {status(503, "Sun, 01 Mar 2026 12:00:10 GMT"), node.Failure{Code: "status", RetryAfter: 10 * time.Second}},
		"closed":          {hangUp, node.Failure{Code: "network"}},
		"half":            {half, node.Failure{Code: "network"}},
		"too many redirects": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/")
			w.WriteHeader(http.StatusFound)
		}, node.Failure{Code: "refused", Final: true}},
	} {
		t.Run(name, func(t *testing.T) {
			run := runner(t, request.Deps{}, `{"url":"`+serve(t, test.handler).URL+`/"}`, nil)
			_, err := run(t.Context(), "k", started())
			f := failureOf(t, err)
			if f.Code != test.want.Code || f.Final != test.want.Final || f.RetryAfter != test.want.RetryAfter || f.Message == "" {
				t.Errorf("%+v, want %+v", f, test.want)
			}
		})
	}
}

// TestNothingMadeOfSecretsComesBack has a peer that repeats everything it got, in several encodings.
func TestNothingMadeOfSecretsComesBack(t *testing.T) {
	const key, password = `k"y/ <&> ü+1`, "correct horse battery"
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		all := r.URL.String() + "|" + string(data)
		for _, lines := range r.Header {
			all += "|" + strings.Join(lines, "|")
		}
		w.Header().Set("X-Echo", strings.ToValidUTF8(strings.NewReplacer("\r", " ", "\n", " ").Replace(all), ""))
		if r.URL.Query().Get("fail") != "" {
			w.WriteHeader(http.StatusBadRequest)
		}
		var b value.ObjectBuilder
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, b.Set("echo", value.String(all)).Value().Text())
	})
	vars := secrets{"KEY": key, "PASSWORD": password}
	forms := []string{
		key, password, `k\"y`, "k%22y", base64.StdEncoding.EncodeToString([]byte("me:" + password)), base64.StdEncoding.EncodeToString([]byte(key)), "correct+horse", "correct%20horse",
	}
	for _, config := range []string{
		`{"auth":{"basic":{"username":"me","password":"{{$env.PASSWORD}}"}},"body":{"k":"{{$env.KEY}}"}}`,
		`{"auth":{"bearer":"{{$env.PASSWORD}}"},"query":{"k":"{{$env.KEY}}","p":"{{$env.PASSWORD}}"}}`,
		`{"contentType":"form","body":{"k":"{{$env.KEY}}","p":"{{$env.PASSWORD}}"},"query":{"fail":"1"}}`,
		`{"auth":{"header":{"name":"X-K","value":"{{toBase64($env.KEY)}}"}}}`,
	} {
		run := runner(t, request.Deps{}, `{"url":"`+s.URL+`/",`+config[1:], vars)
		result, err := run(t.Context(), "k", started())
		seen := result.Value.Text()
		if err != nil {
			f := failureOf(t, err)
			seen = f.Message
			for _, l := range f.Log {
				seen += l.Text
			}
		}
		if !strings.Contains(seen, "[secret]") {
			t.Errorf("%s: nothing is masked in %s", config, seen)
		}
		for _, form := range forms {
			if strings.Contains(seen, form) || strings.Contains(seen, value.String(form).Text()) {
				t.Errorf("%s: %q is in %s", config, form, seen)
			}
		}
	}
}

func TestTokensBelongToTheirCredentials(t *testing.T) {
	var fetched atomic.Int64
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		fetched.Add(1)
		_, _ = io.WriteString(w, `{"access_token":"t0ken-abc","expires_in":3600}`)
	})
	tokens := request.NewTokens()
	client := outbound.New(outbound.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	t.Cleanup(client.Close)
	for _, id := range slices.Repeat([]string{"a", "b"}, 3) {
		run := runner(t, request.Deps{Client: client, Tokens: tokens}, `{"url":"`+s.URL+`","auth":{"oauth2":{"tokenUrl":"`+s.URL+`/token","clientId":"`+id+`","clientSecret":"c"}}}`, nil)
		if _, err := run(t.Context(), "k", started()); err != nil {
			t.Fatal(err)
		}
	}
	if n := fetched.Load() - 6; n != 2 {
		t.Errorf("%d tokens for two clients", n)
	}
}

func TestARequestCarriesTheTraceContextOn(t *testing.T) {
	heads := make(chan http.Header, 1)
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) { heads <- r.Header })
	client := outbound.New(outbound.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	t.Cleanup(client.Close)
	const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	for name, c := range map[string]struct {
		headers       string
		in            node.TraceContext
		parent, state string
	}{
		"off":                      {`{}`, node.TraceContext{}, "", ""},
		"on":                       {`{}`, node.TraceContext{Parent: parent, State: "a=1"}, parent, "a=1"},
		"the config goes first":    {`{"traceparent":"own"}`, node.TraceContext{Parent: parent, State: "a=1"}, "own", ""},
		"no state of another":      {`{"tracestate":"own"}`, node.TraceContext{Parent: parent}, parent, ""},
		"off, and written in full": {`{"traceparent":"own","tracestate":"b=2"}`, node.TraceContext{}, "own", "b=2"},
	} {
		n, problems := request.New(request.Deps{Client: client, Tokens: request.NewTokens()}).Compile(
			value.Trusted(`{"url":"`+s.URL+`","headers":`+c.headers+`}`), node.About{Key: "call"})
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		input, err := n.Render(nothing{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := n.Run(t.Context(), node.Input{Value: input, Scope: nothing{}, Now: started(), Attempt: 1, Secrets: secrets{}, TraceContext: c.in}); err != nil {
			t.Fatal(err)
		}
		if h := <-heads; h.Get("Traceparent") != c.parent || h.Get("Tracestate") != c.state {
			t.Errorf("%s: %q %q", name, h.Get("Traceparent"), h.Get("Tracestate"))
		}
	}
}
