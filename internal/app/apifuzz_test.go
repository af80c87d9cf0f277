package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	fuzzBroken = flag.Int("apifuzz.broken", 5, "how many broken requests TestNoRequestBreaksTheAPI makes for each operation and principal")
	fuzzSeed   = flag.Uint64("apifuzz.seed", 1, "decides what the broken requests are")
)

// TestNoRequestBreaksTheAPI walks every operation of the OpenAPI description as every kind of principal, with requests that
// should succeed and with broken ones. Nothing may be the server's fault, every refusal is a problem document, and no answer
// has a secret, or for a bound key anything of another workflow.
//
// An operation that nobody could do would test nothing, so each must succeed for an admin at least once. One that needs
// more than its path gets an entry in fills.
func TestNoRequestBreaksTheAPI(t *testing.T) {
	w := newWorld(t)
	d, operations := readDescription(t, w.must("GET", "/api/openapi.json", nil))
	everybody, broken := w.principals(), *fuzzBroken
	if raceDetector { // which makes each request ten times as slow; the live streams run beside them
		everybody, broken = slices.DeleteFunc(everybody, func(p *principal) bool { return !p.admin && !p.bound }), 0
	}
	x := w.of[other]
	ids := append(w.cursors(operations), other, mine, x.delivery, x.refused, x.done, x.failed, w.of[mine].done, w.of[mine].delivery)
	tails := w.follow(everybody)
	succeeded, shown, sent := map[string]int{}, map[string]bool{}, 0
	for i := range operations {
		o := &operations[i]
		last := ""
		for _, p := range everybody {
			seed := fnv.New64a()
			_, _ = io.WriteString(seed, o.ID+" "+p.name)
			b := &breaker{rand.New(rand.NewPCG(*fuzzSeed, seed.Sum64())), &d, ids}
			try := func(a attempt, raw []byte) {
				sent++
				status, text := w.check(p, a, raw)
				if status == http.StatusUnauthorized && !o.public() {
					w.renew(p)
				}
				if !p.admin {
					return
				}
				if status < 300 && raw == nil {
					succeeded[o.ID]++
				} else {
					last = text
				}
				for _, m := range w.markers {
					shown[m] = shown[m] || strings.Contains(text, m)
				}
			}
			good := w.example(o, p, mine)
			try(good, nil)
			if p.bound {
				w.restore()
				try(w.example(o, p, other), nil)
			}
			for range broken {
				try(b.broken(good))
			}
			if broken > 0 && (p.name == "token" || p.name == "nobody") {
				if _, ok := o.RequestBody.Content["application/json"]; ok {
					try(good, []byte(`{"document":{"title":"`+strings.Repeat("x", 10<<20)+`"}}`))
				}
			}
			if o.method != http.MethodGet {
				w.restore()
			}
		}
		if why := impossible()[o.ID]; (succeeded[o.ID] == 0) != (why != "") {
			t.Errorf("%s %s (%s) succeeded %d times for an admin (%s); give it an entry in fills. The last answer: %.300s", o.method, o.path, o.ID, succeeded[o.ID], why, last)
		}
	}
	for id := range fills() {
		if !slices.ContainsFunc(operations, func(o operation) bool { return o.ID == id }) {
			t.Errorf("there is an example of %s, which is not an operation", id)
		}
	}
	for _, m := range w.markers {
		if !shown[m] {
			t.Errorf("no admin was shown %q, so that nobody else was proves nothing", m)
		}
	}
	tails()
	for line := range strings.Lines(w.log.String()) {
		if strings.Contains(line, "panic") || strings.Contains(line, "api call failed") {
			t.Errorf("the log has %.2000s", line)
		}
	}
	w.noSecret("the log", w.log.String())
	stop(t, w.app)
	searchDir(t, filepath.Join(w.dir, "data"), func(where, text string) {
		if where != "the file token" && where != "the file master.key" {
			w.noSecret(where, text)
		}
	})
	t.Logf("%d requests to %d operations", sent, len(operations))
}

// An endless answer begins within streamBegin, unless it is a profile, and is read for streamTime.
const (
	streamBegin = 500 * time.Millisecond
	streamTime  = 50 * time.Millisecond
)

// check sends a request and checks the answer. It returns its status, or 0 if the answer had no end, and its text.
func (w *world) check(p *principal, a attempt, raw []byte) (int, string) {
	w.Helper()
	req := w.attempted(a, raw)
	p.as(req)
	what := p.name + ": " + req.Method + " " + clip(req.URL.RequestURI())
	var sent []byte
	if req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			w.Fatal(err)
		}
		if sent, err = io.ReadAll(body); err != nil {
			w.Fatal(err)
		}
		what += " " + clip(string(sent))
	}
	ctx, cancel := context.WithCancel(req.Context())
	defer cancel()
	leave := func(time.Duration) {}
	if a.operation.streams() {
		leave = func(after time.Duration) { time.AfterFunc(after, cancel) }
	}
	leave(streamBegin)
	res, err := w.client.Do(req.WithContext(ctx))
	if a.operation.streams() && errors.Is(err, context.Canceled) {
		return 0, ""
	}
	leave(streamTime)
	if err != nil {
		w.Errorf("%s: %v", what, err)
		return 0, ""
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil && (!a.operation.streams() || !errors.Is(err, context.Canceled)) {
		w.Errorf("%s: the answer is not whole: %v", what, err)
	}
	if s := res.StatusCode; s >= 500 && s != http.StatusServiceUnavailable && s != http.StatusGatewayTimeout {
		w.Errorf("%s: %d %s", what, s, clip(string(text)))
	}
	// The standard library answers requests that it does not read.
	if res.StatusCode >= 400 && res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		w.checkProblem(what, res, text)
	}
	all := string(text) + " " + headerText(res.Header)
	w.noSecret(what, all)
	if p.bound || p.name == "nobody" {
		w.noMarker(what, all, req.URL.String()+" "+decoded(req.URL.RequestURI())+" "+string(sent))
	}
	return res.StatusCode, string(text)
}

// checkProblem checks that a refusal is a problem document (RFC 9457).
func (w *world) checkProblem(what string, res *http.Response, text []byte) {
	w.Helper()
	var problem struct {
		Type, Title, Instance string
		Status                int
	}
	err := json.Unmarshal(text, &problem)
	if err != nil || res.Header.Get("Content-Type") != "application/problem+json" || problem.Status != res.StatusCode || problem.Title == "" || !strings.HasPrefix(problem.Instance, "urn:") {
		w.Errorf("%s: %d is no problem document: %s %s", what, res.StatusCode, res.Header.Get("Content-Type"), clip(string(text)))
	}
}

// noSecret checks that a text has no secret in any spelling.
func (w *world) noSecret(where, text string) {
	w.Helper()
	for name, secret := range w.secrets {
		for _, s := range spelled(secret) {
			if strings.Contains(text, s) {
				at := strings.Index(text, s)
				w.Errorf("%s has the secret %q as %q: …%s…", where, name, s, text[max(0, at-200):min(len(text), at+300)])
			}
		}
	}
}

// noMarker checks that a text has nothing that belongs to the workflow other, but what the request itself has.
func (w *world) noMarker(what, text, sent string) {
	w.Helper()
	for _, m := range w.markers {
		if strings.Contains(text, m) && !strings.Contains(sent, m) {
			w.Errorf("%s: the answer has %q of another workflow: %s", what, m, clip(text))
		}
	}
}

// cursors returns the cursors of all lists.
func (w *world) cursors(operations []operation) (all []string) {
	for _, o := range operations {
		if o.method != http.MethodGet || strings.Contains(o.path, "{") || !slices.ContainsFunc(o.Parameters, func(p parameter) bool { return p.Name == "limit" }) {
			continue
		}
		var page struct{ Next string }
		w.decode(w.must("GET", o.path+"?limit=1", nil), &page)
		if page.Next != "" {
			all = append(all, page.Next)
		}
	}
	return all
}

func clip(s string) string { return s[:min(len(s), 600)] }

func decoded(s string) string {
	out, err := url.QueryUnescape(s)
	if err != nil {
		return s
	}
	return out
}

func headerText(h http.Header) string {
	var b strings.Builder
	for name, values := range h {
		if name != "Set-Cookie" {
			b.WriteString(name + ": " + strings.Join(values, ", ") + "\n")
		}
	}
	return b.String()
}
