package email

import (
	"context"
	"net"
	"strconv"
	"time"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

// timeout limits one connection, unless the context ends before.
const timeout = 5 * time.Minute

// The values of tls in a config.
const (
	startTLS = "starttls"
	fromTLS  = "tls"
	noTLS    = "none"
)

// config is the config of the kind.
type config struct {
	// Host of the mail server.
	Host string `json:"host" required:"true"`
	// Port of the mail server; 587 with starttls, 465 with tls and 25 with none if it is missing.
	Port int `json:"port" min:"1" max:"65535"`
	// TLS is how the connection is encrypted: starttls upgrades it and fails if the server cannot, tls encrypts it from
	// the first byte, none sends everything in clear.
	TLS string `json:"tls" enum:"starttls,tls,none"`
	// Username of the account, if the server wants one.
	Username string `json:"username"`
	// Password of the account.
	Password string `json:"password" secret:"true"`
	// Auth is the mechanism to authenticate with; auto takes one that the server offers. The password of xoauth2 is a token.
	Auth string `json:"auth" enum:"auto,plain,login,cram-md5,scram-sha-256,xoauth2"`
	// From is the sender, with or without a name: Ops <ops@example.com>.
	From string `json:"from" required:"true"`
	// ReplyTo is the address for replies, if it is not the sender's.
	ReplyTo string `json:"replyTo"`
}

type kind struct{ client *outbound.Client }

// New returns the kind.
func New(client *outbound.Client) channel.Kind { return kind{client} }

// Info describes the kind. Each provider has a rate of its own, which its server says with 4xx replies.
func (kind) Info() channel.Info {
	return channel.Info{
		Type: "email", Title: "E-mail", Summary: "Sends e-mail over SMTP, as text and HTML, with attachments.",
		Docs: "https://www.rfc-editor.org/rfc/rfc5321",
		To:   channel.RequiredRecipient, ToHelp: "an e-mail address, with or without a name: Ann <ann@example.com>",
		HTML: true, Attachments: true,
	}
}

// Compile checks a config.
func (k kind) Compile(v value.Value) (channel.Channel, []decode.Problem) {
	s, written, r := channel.Read(v, config{TLS: startTLS, Auth: "auto"})
	for _, field := range []struct{ path, text string }{{"from", written.From}, {"replyTo", written.ReplyTo}} {
		if field.text == "" || !channel.Fixed(field.text) {
			continue
		}
		if _, wrong := parse(field.text); wrong != "" {
			r.Problem(field.path, wrong)
		}
	}
	switch {
	case written.TLS == noTLS && written.Username != "":
		r.Problem("username", "needs tls: starttls or tls, because the password must not travel in clear")
	case (written.Username == "") != (written.Password == ""):
		r.Problem("username", "and password belong together")
	}
	return r.Done(email{s, k.client})
}

type email struct {
	channel.Settings[config]
	client *outbound.Client
}

// CheckTo returns what is wrong with a recipient.
func (email) CheckTo(to string) string {
	_, wrong := parse(to)
	return wrong
}

// Send delivers the message to the mail server.
func (e email) Send(ctx context.Context, m channel.Message, secrets channel.Secrets) (value.Value, error) {
	c, err := e.Resolve(secrets)
	if err != nil {
		return value.Value{}, err
	}
	l, err := newLetter(c, m)
	if err != nil {
		return value.Value{}, err
	}
	s, err := e.connect(ctx, c, l)
	if err != nil {
		return value.Value{}, err
	}
	defer s.close()
	reply, err := s.deliver(l)
	if err != nil {
		return value.Value{}, s.failure(err)
	}
	var out value.ObjectBuilder
	return out.Set("messageId", value.String(l.id)).Set("reply", value.String(channel.Clean(reply, 200))).Value(), nil
}

// address returns the host and port to connect to.
func (c config) address() (string, int) {
	port := c.Port
	if port == 0 {
		port = map[string]int{startTLS: 587, fromTLS: 465, noTLS: 25}[c.TLS]
	}
	return net.JoinHostPort(c.Host, strconv.Itoa(port)), port
}
