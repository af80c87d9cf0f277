package request_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/node/nodetest"
	"hookline.dev/hookline/internal/node/request"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

func TestKind(t *testing.T) {
	nodetest.Run(t, request.New(request.Deps{Client: throughPeer(t), Files: files{}, Tokens: request.NewTokens()}))
}

// throughPeer returns a client whose every request arrives at one peer, whatever host it names: the peer is its proxy.
func throughPeer(t *testing.T) *outbound.Client {
	s := httptest.NewServer(http.HandlerFunc(peer))
	t.Cleanup(s.Close)
	c := outbound.New(outbound.Options{
		Proxy: outbound.ProxyFromEnviron([]string{"HTTP_PROXY=" + s.URL}),
		Resolver: &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
			return nil, errors.New("no name is resolved in stories")
		}},
	})
	t.Cleanup(c.Close)
	return c
}

// peer answers as the path says.
func peer(w http.ResponseWriter, r *http.Request) {
	w.Header()["Date"] = nil // the stories are exact
	answer := func(status int, typ, text string) {
		w.Header().Set("Content-Type", typ)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}
	switch path := r.URL.Path; {
	case strings.HasPrefix(path, "/echo"):
		answer(http.StatusOK, "application/json", echo(r))
	case strings.HasPrefix(path, "/status/"):
		status, _ := strconv.Atoi(path[len("/status/"):])
		answer(status, "text/plain", "because of this")
	case path == "/busy":
		w.Header().Set("Retry-After", "7")
		answer(http.StatusTooManyRequests, "application/json", `{"error":"slow down"}`)
	case path == "/busy-until":
		w.Header().Set("Retry-After", "Sun, 01 Mar 2026 12:01:30 GMT")
		answer(http.StatusServiceUnavailable, "text/plain", "")
	case path == "/json":
		answer(http.StatusOK, "application/problem+json", `{"n": 1.10, "big": 12345678901234567890, "z": null, "a": [1e2]}`)
	case path == "/broken-json":
		answer(http.StatusOK, "application/json", `{"a":`)
	case path == "/gbk":
		answer(http.StatusOK, "text/html; charset=gbk", "\xc4\xe3\xba\xc3")
	case path == "/binary":
		answer(http.StatusOK, "image/png", "\x89PNG\x00\xff")
	case path == "/large":
		answer(http.StatusOK, "text/plain", strings.Repeat("x", 5000))
	case path == "/moved":
		w.Header().Set("Location", "/echo")
		answer(http.StatusFound, "text/plain", "")
	case path == "/elsewhere":
		w.Header().Set("Location", "http://other.example/echo")
		answer(http.StatusTemporaryRedirect, "text/plain", "")
	case path == "/private":
		w.Header().Set("Location", "http://169.254.169.254/latest/meta-data/")
		answer(http.StatusFound, "text/plain", "")
	case path == "/token":
		_, _ = io.Copy(io.Discard, r.Body)
		answer(http.StatusOK, "application/json", `{"access_token":"t0ken-abc-of-the-story","token_type":"bearer","expires_in":3600}`)
	case path == "/no-token":
		answer(http.StatusBadRequest, "application/json", `{"error":"invalid_client","error_description":"s3cret"}`)
	default:
		answer(http.StatusNoContent, "text/plain", "")
	}
}

// echo describes a request as JSON.
func echo(r *http.Request) string {
	data, _ := io.ReadAll(r.Body)
	var b, h value.ObjectBuilder
	var names []string
	for name := range r.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		h.Set(name, value.String(strings.Join(r.Header[name], " | ")))
	}
	return b.Set("method", value.String(r.Method)).Set("url", value.String(r.RequestURI)).Set("host", value.String(r.Host)).
		Set("headers", h.Value()).Set("body", value.String(string(data))).Value().Text()
}

// files are the files of the stories: their content is their hash.
type files struct{}

func (files) Open(sha string) (io.ReadCloser, int64, error) {
	if strings.HasPrefix(sha, "00") {
		return nil, 0, fault.New("files.Open", fault.NotFound, "no blob %s", sha)
	}
	content := fmt.Sprintf("the content of %s…", sha[:4])
	return io.NopCloser(bytes.NewReader([]byte(content))), int64(len(content)), nil
}

// Create begins a file that is not kept.
func (files) Create() (request.File, error) { return &file{sum: sha256.New()}, nil }

// Unpin does nothing.
func (files) Unpin(string) {}

type file struct {
	sum  hash.Hash
	size int64
}

func (f *file) Write(p []byte) (int, error) {
	f.size += int64(len(p))
	return f.sum.Write(p)
}

func (f *file) Keep() (string, int64, error) { return hex.EncodeToString(f.sum.Sum(nil)), f.size, nil }
func (*file) Discard()                       {}
