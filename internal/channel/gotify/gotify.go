package gotify

import (
	"context"
	"strings"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/markdown"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

// config is the config of the kind.
type config struct {
	// Server to send to.
	Server string `json:"server" required:"true"`
	// Token of an application on the server.
	Token string `json:"token" required:"true" secret:"true"`
	// Priority of the messages, from 0 to 10; the application's own without it.
	Priority *int `json:"priority" min:"0" max:"10"`
}

type kind struct{ client *outbound.Client }

// New returns the kind.
func New(client *outbound.Client) channel.Kind { return kind{client} }

// Info describes the kind. Gotify has no limits of its own.
func (kind) Info() channel.Info {
	return channel.Info{
		Type: "gotify", Title: "Gotify", Summary: "Sends to the users of a Gotify server.",
		Docs: "https://gotify.net/docs/pushmsg",
	}
}

// Compile checks a config.
func (k kind) Compile(v value.Value) (channel.Channel, []decode.Problem) {
	s, written, r := channel.Read(v, config{})
	r.URL("server", written.Server)
	return r.Done(gotify{s, k.client})
}

type gotify struct {
	channel.Settings[config]
	client *outbound.Client
}

// CheckTo returns what is wrong with a recipient.
func (gotify) CheckTo(to string) string { return channel.NoTo(to) }

// Send sends the message. Markdown is announced as an extra (https://gotify.net/docs/msgextras#clientdisplay).
func (g gotify) Send(ctx context.Context, m channel.Message, secrets channel.Secrets) (value.Value, error) {
	c, err := g.Resolve(secrets)
	if err != nil {
		return value.Value{}, err
	}
	var body value.ObjectBuilder
	if m.Subject != "" {
		body.Set("title", value.String(m.Subject))
	}
	body.Set("message", value.String(markdown.Common().Render(m.Text)))
	if c.Priority != nil {
		body.Set("priority", value.Int(int64(*c.Priority)))
	}
	body.Set("extras", value.Trusted(`{"client::display":{"contentType":"text/markdown"}}`))
	call := channel.PostJSON(strings.TrimRight(c.Server, "/")+"/message", body.Value(), m.Now)
	call.Header.Set("X-Gotify-Key", c.Token)
	answer, err := channel.Do(ctx, g.client, call)
	if err != nil {
		return value.Value{}, err
	}
	var out value.ObjectBuilder
	return out.Set("id", answer.JSON.Get("id")).Value(), nil
}
