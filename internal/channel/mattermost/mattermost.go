package mattermost

import (
	"cmp"
	"context"
	"regexp"
	"time"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/markdown"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

// maxText is the longest text of a post, in characters
// (https://docs.mattermost.com/administration-guide/configure/site-configuration-settings.html).
const maxText = 16_383

// config is the config of the kind.
type config struct {
	// URL of the incoming webhook.
	URL string `json:"url" required:"true" secret:"true"`
	// Channel that gets messages without a recipient, instead of the webhook's own.
	Channel string `json:"channel"`
	// Username shown instead of the webhook's own, if the server allows that.
	Username string `json:"username" max:"64"`
}

type kind struct{ client *outbound.Client }

// New returns the kind.
func New(client *outbound.Client) channel.Kind { return kind{client} }

// Info describes the kind. A server's default is 10 requests per second.
func (kind) Info() channel.Info {
	return channel.Info{
		Type: "mattermost", Title: "Mattermost", Summary: "Posts to a channel of Mattermost, with an incoming webhook.",
		Docs: "https://developers.mattermost.com/integrate/webhooks/incoming/",
		To:   channel.OptionalRecipient, ToHelp: "the name of a channel, as in its URL, or the @name of a user",
		MaxText: maxText, Rate: channel.Rate{Messages: 10, Per: time.Second},
	}
}

// place is the name of a channel or user.
var place = regexp.MustCompile(`^@?[a-z0-9._-]{1,64}$`)

const badPlace = "must be the name of a channel, as in its URL, or the @name of a user"

// Compile checks a config.
func (k kind) Compile(v value.Value) (channel.Channel, []decode.Problem) {
	s, written, r := channel.Read(v, config{})
	if channel.Fixed(written.Channel) && written.Channel != "" && !place.MatchString(written.Channel) {
		r.Problem("channel", badPlace)
	}
	return r.Done(mattermost{s, k.client})
}

type mattermost struct {
	channel.Settings[config]
	client *outbound.Client
}

// CheckTo returns what is wrong with a recipient.
func (mattermost) CheckTo(to string) string {
	if to != "" && !place.MatchString(to) {
		return badPlace
	}
	return ""
}

// Send posts the message.
func (s mattermost) Send(ctx context.Context, m channel.Message, secrets channel.Secrets) (value.Value, error) {
	c, err := s.Resolve(secrets)
	if err != nil {
		return value.Value{}, err
	}
	to := cmp.Or(m.To, c.Channel)
	var body value.ObjectBuilder
	if to != "" {
		body.Set("channel", value.String(to))
	}
	if c.Username != "" {
		body.Set("username", value.String(c.Username))
	}
	text := channel.Fit(channel.WithSubject(m.Subject, m.Text), markdown.Mattermost().Render, channel.Characters, maxText)
	answer, err := channel.Do(ctx, s.client, channel.PostJSON(c.URL, body.Set("text", value.String(text)).Value(), m.Now))
	if err != nil {
		return value.Value{}, err
	}
	return value.String(channel.Clean(answer.Text, 100)), nil
}
