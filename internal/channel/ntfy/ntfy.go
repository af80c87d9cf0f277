package ntfy

import (
	"cmp"
	"context"
	"regexp"
	"strings"
	"time"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/markdown"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

// maxText is the longest message, in bytes; a longer one becomes an attached file
// (https://docs.ntfy.sh/publish/#limitations).
const maxText = 4096

// maxTitle is the longest title, in characters, that a notification shows.
const maxTitle = 250

// config is the config of the kind.
type config struct {
	// Server to publish to.
	Server string `json:"server"`
	// Topic that gets messages without a recipient. On a public server a topic is like a password: use $env then.
	Topic string `json:"topic"`
	// Token of an account, for topics that are protected.
	Token string `json:"token" secret:"true"`
	// Priority of the messages, from 1 (no sound) to 5 (urgent).
	Priority int `json:"priority" min:"1" max:"5"`
	// Tags of the messages; names of emojis are shown as such.
	Tags []string `json:"tags" max:"10"`
}

type kind struct{ client *outbound.Client }

// New returns the kind.
func New(client *outbound.Client) channel.Kind { return kind{client} }

// Info describes the kind. ntfy.sh accepts 60 requests at once, and then one in 5 seconds.
func (kind) Info() channel.Info {
	return channel.Info{
		Type: "ntfy", Title: "ntfy", Summary: "Publishes to a topic of ntfy.",
		Docs: "https://docs.ntfy.sh/publish/#publish-as-json",
		To:   channel.OptionalRecipient, ToHelp: "the name of a topic",
		MaxText: maxText, Rate: channel.Rate{Messages: 60, Per: 5 * time.Minute},
	}
}

// topic is the name of a topic.
var topic = regexp.MustCompile(`^[-_A-Za-z0-9]{1,64}$`)

const badTopic = "must be a topic: at most 64 letters, digits, - and _"

// Compile checks a config.
func (k kind) Compile(v value.Value) (channel.Channel, []decode.Problem) {
	s, written, r := channel.Read(v, config{Server: "https://ntfy.sh"})
	r.URL("server", written.Server)
	to := r.Default("topic", written.Topic, topic, badTopic)
	return r.Done(ntfy{s, to, k.client})
}

type ntfy struct {
	channel.Settings[config]
	channel.Default
	client *outbound.Client
}

// Send publishes the message.
func (n ntfy) Send(ctx context.Context, m channel.Message, secrets channel.Secrets) (value.Value, error) {
	c, err := n.Resolve(secrets)
	if err != nil {
		return value.Value{}, err
	}
	to := cmp.Or(m.To, c.Topic)
	var body value.ObjectBuilder
	body.Set("topic", value.String(to))
	if m.Subject != "" {
		body.Set("title", value.String(channel.Cut(m.Subject, maxTitle)))
	}
	text := channel.Fit(m.Text, markdown.Common().Render, channel.Bytes, maxText)
	body.Set("message", value.String(text)).Set("markdown", value.Bool(true))
	if c.Priority > 0 {
		body.Set("priority", value.Int(int64(c.Priority)))
	}
	if len(c.Tags) > 0 {
		var tags value.ArrayBuilder
		for _, tag := range c.Tags {
			tags.Add(value.String(tag))
		}
		body.Set("tags", tags.Value())
	}
	call := channel.PostJSON(strings.TrimRight(c.Server, "/")+"/", body.Value(), m.Now)
	if c.Token != "" {
		call.Header.Set("Authorization", "Bearer "+c.Token)
	}
	answer, err := channel.Do(ctx, n.client, call)
	if err != nil {
		return value.Value{}, err
	}
	var out value.ObjectBuilder
	return out.Set("id", answer.JSON.Get("id")).Set("time", answer.JSON.Get("time")).Value(), nil
}
