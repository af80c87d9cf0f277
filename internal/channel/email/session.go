package email

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/outbound"
)

// maxReplies is the largest number of bytes that a server may send in a session.
const maxReplies = 1 << 20

// greylisted is how long a server that refuses unknown senders at first wants them to wait, if it says nothing else.
const greylisted = 5 * time.Minute

// session is a connection to a mail server, after the authentication.
type session struct {
	ctx    context.Context
	client *outbound.Client
	smtp   *smtp.Client
	conn   *conn
	stop   func() bool // stops watching the context
	inData bool        // the message has begun and not ended
}

// connect opens a session. Its errors are *channel.Error, or that of the ended context.
func (e email) connect(ctx context.Context, c config, l *letter) (*session, error) {
	s := &session{ctx: ctx, client: e.client}
	address, port := c.address()
	options := []mail.Option{
		mail.WithPort(port), mail.WithTimeout(timeout), mail.WithHELO(domainOf(l.from)), mail.WithTLSConfig(e.client.TLS(c.Host)),
		mail.WithTLSPolicy(mail.NoTLS), mail.WithDialContextFunc(func(ctx context.Context, _, _ string) (net.Conn, error) {
			return s.dial(ctx, c, address)
		}),
	}
	if c.TLS == startTLS {
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if isASCII(l.from) && isASCII(l.to) {
		options = append(options, mail.WithoutSMTPUTF8()) // relays that do not know it would refuse the message
	}
	if c.Username != "" {
		options = append(options, mail.WithUsername(c.Username), mail.WithPassword(c.Password), authentication(c.Auth))
	}
	dialer, err := mail.NewClient(c.Host, options...)
	if err != nil {
		return nil, &channel.Error{Message: "the channel's host, port or from cannot be used", Final: true}
	}
	s.smtp, err = dialer.DialToSMTPClientWithContext(ctx)
	if err != nil {
		err = s.failure(err)
		s.close()
		return nil, err
	}
	return s, nil
}

// authentication returns the option for a mechanism.
func authentication(name string) mail.Option {
	switch name {
	case "plain":
		return mail.WithSMTPAuth(mail.SMTPAuthPlain)
	case "login":
		return mail.WithSMTPAuth(mail.SMTPAuthLogin)
	case "cram-md5":
		return mail.WithSMTPAuth(mail.SMTPAuthCramMD5)
	case "scram-sha-256":
		return mail.WithSMTPAuth(mail.SMTPAuthSCRAMSHA256)
	case "xoauth2":
		return mail.WithSMTPAuth(mail.SMTPAuthXOAUTH2)
	default:
		return mail.WithOpportunisticSMTPAuth(mail.SMTPAuthPlain, mail.SMTPAuthLogin)
	}
}

// dial opens the connection, which ends with the context.
func (s *session) dial(ctx context.Context, c config, address string) (net.Conn, error) {
	raw, err := s.client.Dial(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	s.conn = &conn{Conn: raw, left: maxReplies}
	s.stop = context.AfterFunc(s.ctx, func() { _ = raw.Close() })
	if c.TLS != fromTLS {
		return s.conn, nil
	}
	encrypted := tls.Client(s.conn, s.client.TLS(c.Host))
	if err := encrypted.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	return encrypted, nil
}

// deliver sends the message and returns the server's reply. The addresses need no quotes, as parse has checked.
func (s *session) deliver(l *letter) (string, error) {
	if err := s.smtp.Mail("<" + l.from.Address + ">"); err != nil {
		return "", err
	}
	if err := s.smtp.Rcpt("<" + l.to.Address + ">"); err != nil {
		return "", err
	}
	w, err := s.smtp.Data()
	if err != nil {
		return "", err
	}
	s.inData = true
	if _, err := l.msg.WriteTo(w); err != nil {
		if l.unread {
			return "", &channel.Error{Message: "an attachment cannot be read"}
		}
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	s.inData = false
	if data, ok := w.(*smtp.DataCloser); ok {
		return data.ServerResponse(), nil
	}
	return "", nil
}

// close ends the session. In the middle of a message it only closes the connection, so that the server discards what it
// has: a command would end the message first, and half of it would be delivered.
func (s *session) close() {
	if s.smtp != nil && !s.inData && s.ctx.Err() == nil {
		_ = s.smtp.Quit()
	}
	if s.conn != nil {
		s.stop()
		_ = s.conn.Close()
	}
}

// failure converts an error of a session. That of an ended context stays.
func (s *session) failure(err error) error {
	if s.ctx.Err() != nil {
		return s.ctx.Err()
	}
	if reply, ok := errors.AsType[*textproto.Error](err); ok {
		return refused(reply)
	}
	if e, ok := errors.AsType[*channel.Error](err); ok {
		return e
	}
	if e, ok := errors.AsType[*outbound.Error](err); ok { // no connection was made
		return channel.Unreachable(e)
	}
	for _, missing := range []error{mail.ErrPlainAuthNotSupported, mail.ErrLoginAuthNotSupported, mail.ErrCramMD5AuthNotSupported,
		mail.ErrSCRAMSHA256AuthNotSupported, mail.ErrXOauth2AuthNotSupported, mail.ErrNoSupportedAuthDiscovered} {
		if errors.Is(err, missing) {
			return &channel.Error{Message: "the mail server does not support this way to authenticate", Final: true}
		}
	}
	switch text := err.Error(); {
	case s.conn != nil && s.conn.left <= 0:
		return &channel.Error{Message: "the mail server sent too much", Final: true}
	case strings.Contains(text, "does not support STARTTLS"):
		return &channel.Error{Message: "the mail server does not offer STARTTLS, and this channel sends nothing without it", Final: true}
	case strings.Contains(text, "does not support SMTP AUTH"):
		return &channel.Error{Message: "the mail server offers no authentication", Final: true}
	}
	failed, ok := errors.AsType[*outbound.Error](s.client.Failure(s.ctx, err))
	if !ok {
		return err
	}
	if failed.Kind == outbound.Broken {
		failed = &outbound.Error{Kind: failed.Kind, Message: "the connection to the mail server broke"}
	}
	return channel.Unreachable(failed)
}

// refused converts a reply of the server: 4xx is temporary, 5xx is not (RFC 5321 section 4.2.1).
func refused(reply *textproto.Error) *channel.Error {
	e := &channel.Error{
		Message: "the mail server answered " + strconv.Itoa(reply.Code) + " " + channel.Clean(reply.Msg, 300),
		Final:   reply.Code >= 500,
	}
	text := strings.ToLower(reply.Msg)
	switch {
	case e.Final:
	case strings.Contains(text, "greylist") || strings.Contains(text, "graylist"):
		e.RetryAfter = greylisted
	case strings.Contains(text, "too many") || strings.Contains(text, "rate limit") || strings.Contains(text, "throttl"):
		e.Slower = true
	}
	return e
}

// conn is a connection whose other side may send only so much.
type conn struct {
	net.Conn
	left int
}

// Read implements net.Conn.
func (c *conn) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, errors.New("too many bytes")
	}
	n, err := c.Conn.Read(p)
	c.left -= n
	return n, err
}
