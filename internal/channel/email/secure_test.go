package email_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/outbound"
)

// TestNothingIsSentWithoutTheEncryptionAskedFor has peers that cannot do, or are not, what the config says.
func TestNothingIsSentWithoutTheEncryptionAskedFor(t *testing.T) {
	for name, test := range map[string]struct{ peer, config, host, says string }{
		"no STARTTLS":              {"none", "starttls", "", "STARTTLS"},
		"no TLS":                   {"none", "tls", "", "TLS"},
		"another name":             {"starttls", "starttls", "localhost", "another host name"},
		"another name, implicitly": {"tls", "tls", "localhost", "another host name"},
	} {
		t.Run(name, func(t *testing.T) {
			p := &peer{}
			client := listen(t, p, test.peer)
			if test.host != "" {
				p.host = test.host
			}
			c := channelTo(t, client, p, `,"tls":"`+test.config+`","username":"ops","password":"{{$env.PW}}"`)
			_, err := send(t.Context(), c, nil)
			e, ok := errors.AsType[*channel.Error](err)
			if !ok || !strings.Contains(e.Message, test.says) || len(p.got()) != 0 || len(p.logins) != 0 {
				t.Errorf("%v, %d messages, %d logins", err, len(p.got()), len(p.logins))
			}
		})
	}
	t.Run("an unknown authority", func(t *testing.T) {
		p := &peer{}
		listen(t, p, "starttls")
		stranger := outbound.New(outbound.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
		defer stranger.Close()
		_, err := send(t.Context(), channelTo(t, stranger, p, ""), nil)
		if e, ok := errors.AsType[*channel.Error](err); !ok || !strings.Contains(e.Message, "unknown authority") || len(p.got()) != 0 {
			t.Errorf("%v, %d messages", err, len(p.got()))
		}
	})
	t.Run("a private address", func(t *testing.T) {
		p := &peer{}
		listen(t, p, "starttls")
		guarded := outbound.New(outbound.Options{})
		defer guarded.Close()
		_, err := send(t.Context(), channelTo(t, guarded, p, ""), nil)
		if e, ok := errors.AsType[*channel.Error](err); !ok || !e.Final || !strings.Contains(e.Message, "--allow-outbound") {
			t.Errorf("%v", err)
		}
	})
	t.Run("a wrong password", func(t *testing.T) {
		p := &peer{}
		c := channelTo(t, listen(t, p, "starttls"), p, `,"username":"ops","password":"{{$env.OTHER}}"`)
		_, err := send(t.Context(), c, nil)
		if e, ok := errors.AsType[*channel.Error](err); !ok || !e.Final || !strings.Contains(e.Message, "535") || strings.Contains(e.Message, "wrong-password") {
			t.Errorf("%v", err)
		}
	})
}

// TestUnreliableServers has servers that fail in every way.
func TestUnreliableServers(t *testing.T) {
	t.Run("hangs up in DATA", func(t *testing.T) {
		p := &peer{hangUp: true}
		c := channelTo(t, listen(t, p, "starttls"), p, "")
		_, err := send(t.Context(), c, func(m *channel.Message) { m.Text = strings.Repeat("lorem ipsum ", 100_000) })
		if e, ok := errors.AsType[*channel.Error](err); !ok || e.Final || !strings.Contains(e.Message, "broke") {
			t.Errorf("%v", err)
		}
	})
	for name, test := range map[string]struct {
		talk  func(net.Conn)
		says  string
		final bool
	}{
		"hangs up at once": {func(net.Conn) {}, "broke", false},
		"no SMTP":          {func(c net.Conn) { _, _ = io.WriteString(c, "SSH-2.0-example\r\n") }, "broke", false},
		"refuses":          {func(c net.Conn) { _, _ = io.WriteString(c, "554 no SMTP service here\r\n") }, "554", true},
		"is busy":          {func(c net.Conn) { _, _ = io.WriteString(c, "421 4.3.2 shutting down\r\n") }, "421", false},
		"talks for ever": {func(c net.Conn) {
			for {
				if _, err := io.WriteString(c, "220-"+strings.Repeat("x", 1000)+"\r\n"); err != nil {
					return
				}
			}
		}, "too much", true},
	} {
		t.Run(name, func(t *testing.T) {
			client, p := answering(t, test.talk)
			_, err := send(t.Context(), channelTo(t, client, p, ""), nil)
			if e, ok := errors.AsType[*channel.Error](err); !ok || e.Final != test.final || !strings.Contains(e.Message, test.says) {
				t.Errorf("%v", err)
			}
		})
	}
	t.Run("is slow", func(t *testing.T) {
		for name, greeting := range map[string]string{"from the beginning": "", "after its greeting": "220 peer.example ESMTP\r\n"} {
			ctx, cancel := context.WithCancel(t.Context())
			client, p := answering(t, func(c net.Conn) {
				_, _ = io.WriteString(c, greeting)
				if greeting != "" {
					_, _ = bufio.NewReader(c).ReadString('\n')
				}
				cancel()
				_, _ = io.Copy(io.Discard, c)
			})
			if _, err := send(ctx, channelTo(t, client, p, ""), nil); !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
	t.Run("is not there", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		p := &peer{}
		p.at(t, l)
		_ = l.Close()
		client, _ := answering(t, func(net.Conn) {})
		_, err = send(t.Context(), channelTo(t, client, p, ""), nil)
		if e, ok := errors.AsType[*channel.Error](err); !ok || e.Final || !strings.Contains(e.Message, "refused") {
			t.Errorf("%v", err)
		}
	})
}

// answering starts a server that talks as told, and closes the connection then.
func answering(t *testing.T, talk func(net.Conn)) (*outbound.Client, *peer) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &peer{}
	p.at(t, l)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			talk(c)
			_ = c.Close()
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	client := outbound.New(outbound.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	t.Cleanup(client.Close)
	return client, p
}
