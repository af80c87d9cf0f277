package slack

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"time"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/markdown"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

// maxText is the length from which Slack truncates a text, in characters
// (https://docs.slack.dev/reference/methods/chat.postMessage).
const maxText = 40_000

// config is the config of the kind.
type config struct {
	// URL of an incoming webhook.
	URL string `json:"url" secret:"true"`
	// Token of a bot with the scope chat:write.
	Token string `json:"token" secret:"true"`
	// Channel that gets messages without a recipient, with a token: an id or name.
	Channel string `json:"channel"`
	// Endpoint of the API, for a proxy or a compatible server.
	Endpoint string `json:"endpoint"`
}

type kind struct{ client *outbound.Client }

// New returns the kind.
func New(client *outbound.Client) channel.Kind { return kind{client} }

// Info describes the kind.
func (kind) Info() channel.Info {
	return channel.Info{
		Type: "slack", Title: "Slack", Summary: "Posts to a conversation in Slack, with an incoming webhook or a bot token.",
		Docs: "https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks",
		To:   channel.OptionalRecipient, ToHelp: "the id or name of a conversation, with a token; an incoming webhook has its own",
		MaxText: maxText, Rate: channel.Rate{Messages: 1, Per: time.Second},
	}
}

// Compile checks a config.
func (k kind) Compile(v value.Value) (channel.Channel, []decode.Problem) {
	s, written, r := channel.Read(v, config{Endpoint: "https://slack.com/api"})
	if r.Clean() {
		switch {
		case written.URL == "" && written.Token == "":
			r.Problem("url", "is required: the URL of an incoming webhook, or a token")
		case written.URL != "" && written.Token != "":
			r.Problem("token", "cannot be combined with url; keep one of them")
		case written.URL != "" && written.Channel != "":
			r.Problem("channel", "is only for a token: an incoming webhook has its own conversation")
		}
	}
	return r.Done(slack{Settings: s, client: k.client, webhook: written.URL != "", channel: written.Channel})
}

type slack struct {
	channel.Settings[config]
	client  *outbound.Client
	webhook bool
	channel string
}

// CheckTo returns what is wrong with a recipient.
func (s slack) CheckTo(to string) string {
	switch {
	case s.webhook && to != "":
		return "this channel is an incoming webhook, which has its own conversation; leave the recipient out, or use a token"
	case !s.webhook && to == "" && s.channel == "":
		return "is required: the channel has no conversation of its own"
	case strings.ContainsAny(to, " \n\t"):
		return "must be the id or name of a conversation"
	default:
		return ""
	}
}

// Send posts the message.
func (s slack) Send(ctx context.Context, m channel.Message, secrets channel.Secrets) (value.Value, error) {
	c, err := s.Resolve(secrets)
	if err != nil {
		return value.Value{}, err
	}
	text := channel.Fit(channel.WithSubject(m.Subject, m.Text), markdown.Slack().Render, channel.Characters, maxText)
	call := channel.Call{URL: c.URL, Header: http.Header{"Content-Type": {"application/json; charset=utf-8"}}, Now: m.Now}
	var body value.ObjectBuilder
	if !s.webhook {
		to := cmp.Or(m.To, c.Channel)
		call.URL = strings.TrimRight(c.Endpoint, "/") + "/chat.postMessage"
		call.Header.Set("Authorization", "Bearer "+c.Token)
		call.Refused = refused
		body.Set("channel", value.String(to))
	}
	call.Body = []byte(body.Set("text", value.String(text)).Value().Text())
	answer, err := channel.Do(ctx, s.client, call)
	if err != nil {
		return value.Value{}, err
	}
	if s.webhook {
		return value.String(answer.Text), nil
	}
	var out value.ObjectBuilder
	return out.Set("channel", answer.JSON.Get("channel")).Set("ts", answer.JSON.Get("ts")).Value(), nil
}

// refused reads {"ok": false, "error": "…"}, which comes with status 200
// (https://docs.slack.dev/reference/methods/chat.postMessage#errors).
func refused(a channel.Answer) *channel.Error {
	if ok, _ := a.JSON.Get("ok").AsBool(); ok {
		return nil
	}
	code, _ := a.JSON.Get("error").Str()
	e := &channel.Error{Message: "Slack refused the message: " + channel.Clean(code, 100), Final: true}
	switch code {
	case "ratelimited", "rate_limited":
		e.Final, e.Slower = false, true
	case "", "fatal_error", "internal_error", "request_timeout", "service_unavailable":
		e.Final = false
	}
	return e
}
