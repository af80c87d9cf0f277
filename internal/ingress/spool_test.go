package ingress

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
)

// buildWithBlobs builds a harness with a blob store.
func buildWithBlobs(t *testing.T, change func(*Options), workflows ...flow.Workflow) (*harness, *blobs) {
	t.Helper()
	return addBlobs(t, func(set func(*Options)) *harness { return build(t, set, workflows...) }, change)
}

// largeBody returns a JSON body larger than SpoolOver.
func largeBody() string { return `{"a":"` + strings.Repeat("x", SpoolOver) + `"}` }

func post(target, content string, chunked bool, headers ...string) *http.Request {
	r := request("POST", target, content, append([]string{"Content-Type: application/json"}, headers...)...)
	if chunked {
		r.ContentLength = -1
	}
	return r
}

func TestALargeBodyIsKeptBesideTheRowBeforeTheRowIsWritten(t *testing.T) {
	for _, chunked := range []bool{false, true} {
		h, blobStore := buildWithBlobs(t, nil, workflow("a"))
		resp := h.serve(post("/api/webhooks/a", largeBody(), chunked))
		if resp.status != 200 || blobStore.String() != "create keep accept unpin" {
			t.Fatalf("chunked %v: %d, %s", chunked, resp.status, blobStore)
		}
		d, _ := h.lastDelivery()
		if blobStore.content[d.Request.Stored] != largeBody() || string(d.Request.Body) != largeBody() {
			t.Errorf("chunked %v: stored as %q, %d bytes in memory", chunked, d.Request.Stored, len(d.Request.Body))
		}
		if got := strings.Join(h.engine.calls, " "); got != "heavy" || h.door.accepted[0].Execution.Owner != 0 {
			t.Errorf("the engine was asked %q: a large body is handed on in memory", got)
		}
	}
}

func TestABodyThatFitsStaysInTheRow(t *testing.T) {
	h, blobStore := buildWithBlobs(t, nil, workflow("a"))
	text := `"` + strings.Repeat("x", SpoolOver-2) + `"`
	for _, chunked := range []bool{false, true} {
		if resp := h.serve(post("/api/webhooks/a", text, chunked)); resp.status != 200 {
			t.Fatal(resp.text)
		}
	}
	if blobStore.String() != "accept accept" {
		t.Errorf("the blob store saw %s", blobStore)
	}
}

// broken is a reader that ends with an error.
type broken struct {
	io.Reader
	err error
}

func (b broken) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if errors.Is(err, io.EOF) {
		err = b.err
	}
	return n, err
}

func TestARefusedLargeBodyLeavesNothing(t *testing.T) {
	text := largeBody()
	for _, c := range []struct {
		name    string
		trigger func(*flow.Trigger)
		request func() *http.Request
		prepare func(*harness, *blobs)
		status  int
		events  string
		reason  string
	}{
		{name: "malformed", request: func() *http.Request { return post("/api/webhooks/a", text+"}", false) }, status: 400, events: "create discard"},
		{name: "over the cap", request: func() *http.Request { return post("/api/webhooks/a", strings.Repeat("x", 3<<20), true) }, status: 413, events: "create discard"},
		{name: "announced over the cap", request: func() *http.Request { return post("/api/webhooks/a", strings.Repeat("x", 3<<20), false) }, status: 413},
		{
			name: "not what the schema asks for", trigger: func(tr *flow.Trigger) { tr.Schema = json(`{"type":"array"}`) },
			request: func() *http.Request { return post("/api/webhooks/a", text, false) }, status: 422, events: "create discard",
		},
		{
			name: "broken off", request: func() *http.Request {
				r := post("/api/webhooks/a", text, true)
				r.Body = io.NopCloser(broken{strings.NewReader(text), io.ErrUnexpectedEOF})
				return r
			}, status: 400, events: "create discard", reason: "ended early",
		},
		{
			name: "shorter than announced", request: func() *http.Request {
				r := post("/api/webhooks/a", text, false)
				r.ContentLength++
				return r
			}, status: 400, events: "create discard", reason: "ended early",
		},
		{
			name: "the disk is full", request: func() *http.Request { return post("/api/webhooks/a", text, false) },
			prepare: func(_ *harness, b *blobs) { b.full = true }, status: 503, events: "create", reason: "cannot accept the body",
		},
		{
			name: "the disk fills up", request: func() *http.Request { return post("/api/webhooks/a", text, true) },
			prepare: func(_ *harness, b *blobs) { b.broken = SpoolOver + 2 }, status: 503, events: "create discard", reason: "the blob store failed",
		},
		{
			name: "the sync fails", request: func() *http.Request { return post("/api/webhooks/a", text, true) },
			prepare: func(_ *harness, b *blobs) { b.unkept = 1 }, status: 503, events: "create fail discard", reason: "could not be kept",
		},
		{
			name: "the row is not written", request: func() *http.Request { return post("/api/webhooks/a", text, true) },
			prepare: func(h *harness, _ *blobs) { h.door.err = fault.New("test", fault.Unavailable, "full") }, status: 503, events: "create keep accept unpin",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var changes []func(*flow.Trigger)
			if c.trigger != nil {
				changes = append(changes, c.trigger)
			}
			h, blobStore := buildWithBlobs(t, func(o *Options) { o.MaxBody = 2 << 20 }, workflow("a", changes...))
			if c.prepare != nil {
				c.prepare(h, blobStore)
			}
			resp := h.serve(c.request())
			d, _ := h.lastDelivery()
			if resp.status != c.status || !strings.Contains(d.Reason, c.reason) {
				t.Errorf("%d: %s; %s", resp.status, resp.text, d.Reason)
			}
			if got := strings.TrimSpace(strings.ReplaceAll(blobStore.String(), "note", "")); strings.Join(strings.Fields(got), " ") != c.events {
				t.Errorf("the blob store saw %q, want %q", got, c.events)
			}
			if d.Outcome != hook.Rejected || d.Request.Stored != "" || d.Request.Body != nil {
				t.Errorf("recorded %s with %d bytes, stored %q", d.Outcome, len(d.Request.Body), d.Request.Stored)
			}
		})
	}
}

func TestLargeBodiesShareTheirMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, blobStore := buildWithBlobs(t, func(o *Options) {
			o.Clock, o.BodyMemory, o.BodyTimeout = clock.System(), 3<<19, 10*time.Second // enough for one
		}, workflow("sync", syncMode), workflow("a"))
		call := func(target string) (*httptest.ResponseRecorder, chan struct{}) {
			w, done := httptest.NewRecorder(), make(chan struct{})
			go func() {
				defer close(done)
				h.ServeHTTP(w, post(target, largeBody(), false))
			}()
			synctest.Wait()
			return w, done
		}
		first, ended := call(syncTarget) // keeps its body in memory until its execution has a result
		late, over := call("/api/webhooks/a")
		<-over
		if got := h.sent(late); got.status != 503 || got.header.Get("Retry-After") == "" {
			t.Errorf("the second got %d: %s", got.status, got.text)
		}
		if d := h.door.noted[0]; !strings.Contains(d.Reason, "other large bodies took the memory") || d.Took != 10*time.Second {
			t.Errorf("after %v: %s", d.Took, d.Reason)
		}
		waiting, served := call("/api/webhooks/a")
		small, fine := httptest.NewRecorder(), post("/api/webhooks/a", "1", false)
		h.ServeHTTP(small, fine)
		if small.Code != 200 {
			t.Errorf("a small one got %d", small.Code)
		}
		h.engine.result <- flow.Execution{Status: flow.Succeeded}
		<-ended
		<-served
		if first.Code != 200 || waiting.Code != 200 {
			t.Errorf("the first got %d, the third %d", first.Code, waiting.Code)
		}
		if n := strings.Count(blobStore.String(), "discard"); n != 1 {
			t.Errorf("%d were given up", n)
		}
	})
}

func zipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.String()
}

func TestABodyHoldsMemoryForWhatItUnpacksTo(t *testing.T) {
	for _, c := range []struct {
		name, content string
		held          int64
		engine        string
	}{
		{"much", zipped(largeBody()), int64(len(largeBody()) + len(zipped(largeBody()))), "heavy"},
		{"little", zipped(`{"a":1}`), 0, "submit"},
	} {
		h, blobStore := buildWithBlobs(t, nil, workflow("a"))
		h.opt.Observer = watcher(func() { // runs while the call still holds its resources
			if room := arrivedShare(h.opt.BodyMemory) - c.held; !h.memory.TryAcquire(room) || h.memory.TryAcquire(1) {
				t.Errorf("%s: the call holds something else than %d bytes", c.name, c.held)
			} else {
				h.memory.Release(room)
			}
		})
		w := httptest.NewRecorder()
		h.ServeHTTP(w, post("/api/webhooks/a", c.content, false, "Content-Encoding: gzip"))
		if got := strings.Join(h.engine.calls, " "); w.Code != 200 || blobStore.String() != "accept" || got != c.engine {
			t.Errorf("%s: %d, %s, %s: %s", c.name, w.Code, blobStore, got, w.Body)
		}
		if !h.memory.TryAcquire(arrivedShare(h.opt.BodyMemory)) {
			t.Errorf("%s: the memory was not given back", c.name)
		}
	}
}

func TestWhatUnpacksToMoreThanTheCapIsRefused(t *testing.T) {
	h, _ := buildWithBlobs(t, func(o *Options) { o.MaxBody = SpoolOver }, workflow("a"))
	if resp := h.serve(post("/api/webhooks/a", zipped(largeBody()), false, "Content-Encoding: gzip")); resp.status != 413 {
		t.Errorf("%d: %s", resp.status, resp.text)
	}
	if !h.memory.TryAcquire(arrivedShare(h.opt.BodyMemory)) {
		t.Error("the memory was not given back")
	}
}

// watcher is an observer that calls a function while the call is still under way.
type watcher func()

func (w watcher) Delivered(hook.Delivery) { w() }

func TestWithoutABlobStoreLargeBodiesStayInTheRow(t *testing.T) {
	for _, chunked := range []bool{false, true} {
		h := build(t, nil, workflow("a"))
		if resp := h.serve(post("/api/webhooks/a", largeBody(), chunked)); resp.status != 200 {
			t.Fatal(resp.text)
		}
		if d, _ := h.lastDelivery(); string(d.Request.Body) != largeBody() || d.Request.Stored != "" {
			t.Errorf("kept %d bytes, stored %q", len(d.Request.Body), d.Request.Stored)
		}
	}
}
