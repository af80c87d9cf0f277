package load

import (
	"bufio"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestQuantilesAreAtMostOneBucketTooHigh(t *testing.T) {
	t.Parallel()
	var h Histogram
	rnd := rand.New(rand.NewPCG(1, 2))
	all := make([]time.Duration, 20_000)
	for i := range all {
		all[i] = time.Duration(rnd.ExpFloat64() * float64(time.Millisecond))
		h.Add(all[i])
	}
	slices.Sort(all)
	for _, q := range []float64{0.5, 0.9, 0.99, 0.999, 1} {
		want := all[max(0, int(q*float64(len(all))+0.5)-1)]
		got := h.Quantile(q)
		if got < want || float64(got) > float64(want)*1.04+1 {
			t.Errorf("quantile %v: got %v, want %v", q, got, want)
		}
	}
}

func TestBucketsMeet(t *testing.T) {
	t.Parallel()
	for i := range buckets - 1 {
		if bucketOf(upper(i)) != i || bucketOf(upper(i)+1) != i+1 {
			t.Fatalf("bucket %d ends at %d, which is in bucket %d, and the next number is in %d", i, upper(i), bucketOf(upper(i)), bucketOf(upper(i)+1))
		}
	}
}

func TestEveryRequestIsSentOnceAndEveryAnswerSeen(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	seen := make(map[string]int)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		seen[string(body)]++
		n := len(seen)
		mu.Unlock()
		if n%100 == 0 {
			w.Header().Set("Connection", "close")
		}
		w.Header().Set("Hookline-Outcome", "accepted")
		w.WriteHeader(http.StatusCreated)
		if n%7 == 0 {
			w.(http.Flusher).Flush() // makes the body chunked
		}
		_, _ = io.WriteString(w, "ok")
	}))
	defer server.Close()
	addr := strings.TrimPrefix(server.URL, "http://")
	request := Request("POST", "/x", addr, [][2]string{{"X-Id", Mark}}, []byte(`{"id":"`+Mark+`"}`))
	res := Run(t.Context(), Plan{
		Addr: addr, Conns: 8, Requests: 1000, Source: Numbered(request, 5),
		Answer: func(_ int64, r *Response) {
			if string(r.Header("Hookline-Outcome")) != "accepted" || string(r.Body) != "ok" {
				t.Errorf("answer %d %q", r.Status, r.Body)
			}
		},
	})
	if res.OK() != 1000 || res.Answers[201] != 1000 || res.Latency.Count() != 1000 || res.FirstErr != nil {
		t.Errorf("%d answers %v, %v", res.OK(), res.Answers, res.FirstErr)
	}
	for n := range int64(1000) {
		if seen[`{"id":"`+ID(n+5)+`"}`] != 1 {
			t.Fatalf("request %d was seen %d times", n, seen[`{"id":"`+ID(n+5)+`"}`])
		}
	}
}

func TestALostAnswerEndsTheRunUnlessItIsExpected(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		panic(http.ErrAbortHandler)
	}))
	defer server.Close()
	addr := strings.TrimPrefix(server.URL, "http://")
	request := Request("GET", "/", addr, nil, nil)
	if res := Run(t.Context(), Plan{Addr: addr, Conns: 2, Source: Same(request)}); res.FirstErr == nil {
		t.Error("no error")
	}
	res := Run(t.Context(), Plan{
		Addr: addr, Conns: 2, Requests: 10, Source: Same(request),
		Lost: func(int64, error) bool { return true },
	})
	if res.Lost != 10 {
		t.Errorf("%d lost", res.Lost)
	}
}

func TestAnswersThatAreNotHTTPAreErrors(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "SSH-2.0-x\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nx",
		"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", maxHeader),
	} {
		var r Response
		if err := newReader(strings.NewReader(text)).read(&r); err == nil {
			t.Errorf("%.40q was read as %d", text, r.Status)
		}
	}
	var r Response
	if err := newReader(strings.NewReader("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")).read(&r); err != nil || r.Status != 204 {
		t.Errorf("%d %v", r.Status, err)
	}
	if err := newReader(strings.NewReader(strings.Repeat("x", maxHeader+1))).read(&r); !errors.Is(err, bufio.ErrBufferFull) {
		t.Errorf("a line without an end: %v", err)
	}
}
