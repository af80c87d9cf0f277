package outbound_test

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"hookline.dev/hookline/internal/outbound"
)

// loopback opens the addresses on which peers listen in these tests.
func loopback() []netip.Prefix { return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} }

// newClient returns a client for the duration of a test.
func newClient(t testing.TB, o outbound.Options) *outbound.Client {
	c := outbound.New(o)
	t.Cleanup(c.Close)
	return c
}

// peer starts a server on loopback.
func peer(t testing.TB, h http.HandlerFunc) *httptest.Server {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// get requests a URL and reads the whole response.
func get(ctx context.Context, c *outbound.Client, url string) (*outbound.Response, string, error) {
	return send(ctx, c, outbound.Request{Method: "GET", URL: url, Redirects: 5, MaxResponse: 1 << 20})
}

func send(ctx context.Context, c *outbound.Client, r outbound.Request) (*outbound.Response, string, error) {
	resp, err := c.Do(ctx, r)
	if err != nil {
		return nil, "", err
	}
	defer resp.Close()
	data, err := resp.Bytes()
	return resp, string(data), err
}

// kindOf returns the kind of an *outbound.Error.
func kindOf(t *testing.T, err error) outbound.Kind {
	t.Helper()
	var e *outbound.Error
	if !errors.As(err, &e) {
		t.Fatalf("error is %v (%T), want an *outbound.Error", err, err)
	}
	return e.Kind
}

// names is a resolver for tests: each look-up of IPv4 addresses gets the next answer, and the last one again and
// again.
type names struct {
	mu      sync.Mutex
	answers [][]string
	asked   int
}

func (n *names) next() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	i := min(n.asked, len(n.answers)-1)
	n.asked++
	return n.answers[i]
}

// resolver returns a resolver that asks n about every name.
func (n *names) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go func() {
			defer server.Close()
			n.answer(server)
		}()
		return client, nil
	}}
}

// answer speaks DNS over a stream: each message follows its length.
func (n *names) answer(conn net.Conn) {
	for {
		var size [2]byte
		if _, err := io.ReadFull(conn, size[:]); err != nil {
			return
		}
		packed := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(conn, packed); err != nil {
			return
		}
		var m dnsmessage.Message
		if err := m.Unpack(packed); err != nil {
			return
		}
		m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
		if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
			for _, text := range n.next() {
				m.Answers = append(m.Answers, dnsmessage.Resource{
					Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class},
					Body:   &dnsmessage.AResource{A: netip.MustParseAddr(text).As4()},
				})
			}
		}
		out, err := m.AppendPack(make([]byte, 2))
		if err != nil {
			return
		}
		binary.BigEndian.PutUint16(out, uint16(len(out)-2))
		if _, err := conn.Write(out); err != nil {
			return
		}
	}
}
