package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"hookline.dev/hookline/bench/process"
)

// attackers send calls that cost the server more than them.
type attackers struct {
	server    *process.Server
	tls       *tls.Config
	answered  atomic.Int64 // with 200
	refused   atomic.Int64 // with 503
	otherwise atomic.Int64 // not at all, or with another status
}

func (a *attackers) String() string {
	return fmt.Sprintf("attacker: %d answered, %d refused, %d otherwise", a.answered.Load(), a.refused.Load(), a.otherwise.Load())
}

// holding is how long half a body is held back. It is less than --body-timeout, so that nothing ends the call before.
const holding = 8 * time.Second

// attacks lists what is measured.
func attacks() []attack {
	const (
		streams = 128     // as many as a connection may have
		half    = 900_000 // bytes of a body of 1 MiB, which is the largest that need not be spooled
		large   = 8 << 20
		small   = 100
	)
	return []attack{
		{"h2", "4 HTTP/2 connections with 128 bodies each that end after 900 KB", func(ctx context.Context, a *attackers) error {
			return a.halfSent(ctx, 4, streams, half, 1<<20)
		}, false},
		{"h1", "300 HTTP/1.1 connections with such bodies", func(ctx context.Context, a *attackers) error {
			return a.halfSentPlainly(ctx, 300, half, 1<<20)
		}, false},
		{"chunked", "300 HTTP/1.1 connections with bodies that end after 4 MB and have no length", func(ctx context.Context, a *attackers) error {
			return a.halfSentPlainly(ctx, 300, 4_000_000, -1)
		}, false},
		{"script", "60 calls of 8 MiB into a script, whose callers wait", func(ctx context.Context, a *attackers) error {
			return a.complete(ctx, "scripted", 60, 60, large)
		}, false},
		{"scripts", "60 calls of 8 MiB into a script", func(ctx context.Context, a *attackers) error {
			return a.complete(ctx, "scripted-async", 60, 60, large)
		}, false},
		{"medium", "600 calls of 900 KB into a script, 60 at once", func(ctx context.Context, a *attackers) error {
			return a.complete(ctx, "scripted-async", 600, 60, half)
		}, false},
		{"waiting", "60 calls of 8 MiB into a workflow that waits", func(ctx context.Context, a *attackers) error {
			return a.complete(ctx, "held", 60, 60, large)
		}, false},
		{"endless", "20 endless scripts of one workflow at once, for 15 s", func(ctx context.Context, a *attackers) error {
			return a.flood(ctx, "endless", 20, 20, small)
		}, true},
		{"flood", "20,000 calls of one workflow whose executions take 50 ms each, 200 at once, for 15 s", func(ctx context.Context, a *attackers) error {
			return a.flood(ctx, "slow-script", 20_000, 200, small)
		}, true},
		{"404", "calls of unknown URLs with 60 KB of headers, 32 at once, for 5 s", func(ctx context.Context, a *attackers) error {
			return a.unknown(ctx, 32, 5*time.Second)
		}, false},
	}
}

// jsonOf returns a JSON object of a size.
func jsonOf(size int) []byte {
	const head, tail = `{"name":"n","length":1,"text":"`, `"}`
	return []byte(head + strings.Repeat("x", size-len(head)-len(tail)) + tail)
}

// client returns an HTTP client with a connection of its own.
func (a *attackers) client(http2 bool) *http.Client {
	t := &http.Transport{TLSClientConfig: a.tls.Clone(), ForceAttemptHTTP2: http2, MaxConnsPerHost: 1}
	if !http2 {
		t.MaxConnsPerHost, t.TLSNextProto = 0, map[string]func(string, *tls.Conn) http.RoundTripper{}
	}
	return &http.Client{Transport: t}
}

// halfSent opens HTTP/2 connections with many calls each, sends a part of each body, and holds the rest back.
func (a *attackers) halfSent(ctx context.Context, conns, streams, part int, length int64) error {
	ctx, cancel := context.WithTimeout(ctx, holding)
	defer cancel()
	var wg sync.WaitGroup
	for range conns {
		client := a.client(true)
		defer client.CloseIdleConnections()
		for range streams {
			wg.Go(func() {
				body := &heldBody{rest: bytes.NewReader(jsonOf(part)), ctx: ctx}
				req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.server.URL()+"/api/webhooks/store", body)
				if err != nil {
					return
				}
				req.ContentLength = length
				req.Header.Set("Content-Type", "application/json")
				a.count(client.Do(req))
			})
		}
	}
	wg.Wait()
	return nil
}

// heldBody is a body that stops before its end.
type heldBody struct {
	rest io.Reader
	ctx  context.Context
}

func (b *heldBody) Read(p []byte) (int, error) {
	if n, err := b.rest.Read(p); err == nil {
		return n, nil
	}
	<-b.ctx.Done()
	return 0, b.ctx.Err()
}

// halfSentPlainly does the same with one call on each connection. A negative length sends chunks.
func (a *attackers) halfSentPlainly(ctx context.Context, conns, part int, length int64) error {
	ctx, cancel := context.WithTimeout(ctx, holding)
	defer cancel()
	client := a.client(false)
	defer client.CloseIdleConnections()
	body := jsonOf(part)
	var wg sync.WaitGroup
	for range conns {
		wg.Go(func() {
			req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.server.URL()+"/api/webhooks/store", &heldBody{rest: bytes.NewReader(body), ctx: ctx})
			if err != nil {
				return
			}
			req.ContentLength = length
			req.Header.Set("Content-Type", "application/json")
			a.count(client.Do(req))
		})
	}
	wg.Wait()
	return nil
}

// complete sends whole calls, some at once, and waits until their executions have ended.
func (a *attackers) complete(ctx context.Context, workflow string, calls, atOnce, size int) error {
	a.send(ctx, workflow, calls, atOnce, size)
	return waitIdle(ctx, a.server)
}

// flood sends whole calls, some at once, and goes on until a quarter of a minute is over, with their executions behind
// each other.
func (a *attackers) flood(ctx context.Context, workflow string, calls, atOnce, size int) error {
	over := now().Add(15 * time.Second)
	a.send(ctx, workflow, calls, atOnce, size)
	sleep(ctx, over.Sub(now()))
	return nil
}

// unknown calls URLs that no workflow has, with as many headers as the server reads.
func (a *attackers) unknown(ctx context.Context, atOnce int, d time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	client := a.client(false)
	defer client.CloseIdleConnections()
	header := strings.Repeat("h", 6000)
	var wg sync.WaitGroup
	for range atOnce {
		wg.Go(func() {
			for ctx.Err() == nil {
				req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.server.URL()+"/api/webhooks/no-such-workflow", http.NoBody)
				if err != nil {
					return
				}
				for i := range 10 {
					req.Header.Set(fmt.Sprintf("X-Large-%d", i), header)
				}
				a.count(client.Do(req))
			}
		})
	}
	wg.Wait()
	return nil
}

// send sends whole calls, some at once.
func (a *attackers) send(ctx context.Context, workflow string, calls, atOnce, size int) {
	client := a.client(false)
	defer client.CloseIdleConnections()
	body := jsonOf(size)
	next := make(chan struct{}, calls)
	for range calls {
		next <- struct{}{}
	}
	close(next)
	var wg sync.WaitGroup
	for range atOnce {
		wg.Go(func() {
			for range next {
				req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.server.URL()+"/api/webhooks/"+workflow, bytes.NewReader(body))
				if err != nil {
					return
				}
				req.Header.Set("Content-Type", "application/json")
				a.count(client.Do(req))
			}
		})
	}
	wg.Wait()
}

// count counts an answer.
func (a *attackers) count(res *http.Response, err error) {
	if err != nil {
		a.otherwise.Add(1)
		return
	}
	_, _ = io.Copy(io.Discard, res.Body) // only the status counts
	res.Body.Close()
	switch res.StatusCode {
	case http.StatusOK:
		a.answered.Add(1)
	case http.StatusServiceUnavailable:
		a.refused.Add(1)
	default:
		a.otherwise.Add(1)
	}
}

// writeCertificate makes a certificate for 127.0.0.1, because servers speak HTTP/2 over TLS only.
func writeCertificate(dir string) (*process.TLS, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: now().Add(24 * time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	cert, err := x509.CreateCertificate(rand.Reader, &template, &template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	files := &process.TLS{Cert: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir, "key.pem")}
	chain := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})
	if err := os.WriteFile(files.Cert, chain, 0o600); err != nil {
		return nil, err
	}
	if err := os.WriteFile(files.Key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600); err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(chain)
	files.Config = &tls.Config{RootCAs: roots}
	return files, nil
}
