package discord

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/markdown"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

// maxText is the longest content of a message, in characters
// (https://docs.discord.com/developers/resources/webhook#execute-webhook).
const maxText = 2000

// config is the config of the kind.
type config struct {
	// URL of the webhook. ?thread_id=ID at its end sends to a thread.
	URL string `json:"url" required:"true" secret:"true"`
	// Username shown instead of the webhook's own.
	Username string `json:"username" max:"80"`
}

type kind struct{ client *outbound.Client }

// New returns the kind.
func New(client *outbound.Client) channel.Kind { return kind{client} }

// Info describes the kind. A webhook may be used 5 times in 2 seconds.
func (kind) Info() channel.Info {
	return channel.Info{
		Type: "discord", Title: "Discord", Summary: "Posts to a channel of Discord, with a webhook.",
		Docs:    "https://docs.discord.com/developers/resources/webhook#execute-webhook",
		MaxText: maxText, Rate: channel.Rate{Messages: 5, Per: 2 * time.Second},
	}
}

// Compile checks a config.
func (k kind) Compile(v value.Value) (channel.Channel, []decode.Problem) {
	s, _, r := channel.Read(v, config{})
	return r.Done(discord{s, k.client})
}

type discord struct {
	channel.Settings[config]
	client *outbound.Client
}

// CheckTo returns what is wrong with a recipient.
func (discord) CheckTo(to string) string { return channel.NoTo(to) }

// Send posts the message. With wait=true, Discord answers with the message that it created.
func (d discord) Send(ctx context.Context, m channel.Message, secrets channel.Secrets) (value.Value, error) {
	c, err := d.Resolve(secrets)
	if err != nil {
		return value.Value{}, err
	}
	var body, mentions value.ObjectBuilder
	text := channel.Fit(channel.WithSubject(m.Subject, m.Text), markdown.Discord().Render, channel.UTF16, maxText)
	body.Set("content", value.String(text))
	if c.Username != "" {
		body.Set("username", value.String(c.Username))
	}
	body.Set("allowed_mentions", mentions.Set("parse", value.Trusted("[]")).Value())
	answer, err := channel.Do(ctx, d.client, channel.PostJSON(channel.WithQuery(c.URL, "wait", "true"), body.Value(), m.Now))
	if err != nil {
		return value.Value{}, err
	}
	var out value.ObjectBuilder
	return out.Set("id", answer.JSON.Get("id")).Set("channel", answer.JSON.Get("channel_id")).Value(), nil
}
