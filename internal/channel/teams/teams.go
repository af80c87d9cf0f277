package teams

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/markdown"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

// maxText is the longest text of a card, in bytes of JSON. Teams limits the whole message to 28 KB
// (https://learn.microsoft.com/en-us/microsoftteams/limits-specifications-teams).
const maxText = 24_000

// maxSubject is the longest title, in characters.
const maxSubject = 500

// config is the config of the kind.
type config struct {
	// URL of the workflow's webhook.
	URL string `json:"url" required:"true" secret:"true"`
}

type kind struct{ client *outbound.Client }

// New returns the kind.
func New(client *outbound.Client) channel.Kind { return kind{client} }

// Info describes the kind. Teams throttles more than 4 requests in a second.
func (kind) Info() channel.Info {
	return channel.Info{
		Type: "teams", Title: "Microsoft Teams", Summary: "Posts an Adaptive Card to a chat or channel of Microsoft Teams, with the webhook of a workflow.",
		Docs:    "https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using",
		MaxText: maxText, Rate: channel.Rate{Messages: 4, Per: time.Second},
	}
}

// Compile checks a config.
func (k kind) Compile(v value.Value) (channel.Channel, []decode.Problem) {
	s, _, r := channel.Read(v, config{})
	return r.Done(teams{s, k.client})
}

type teams struct {
	channel.Settings[config]
	client *outbound.Client
}

// CheckTo returns what is wrong with a recipient.
func (teams) CheckTo(to string) string { return channel.NoTo(to) }

// Send posts the message. The workflow accepts it with 202 and posts it afterwards; the answer has no content.
func (t teams) Send(ctx context.Context, m channel.Message, secrets channel.Secrets) (value.Value, error) {
	c, err := t.Resolve(secrets)
	if err != nil {
		return value.Value{}, err
	}
	answer, err := channel.Do(ctx, t.client, channel.PostJSON(c.URL, envelope(card(m)), m.Now))
	if err != nil {
		return value.Value{}, err
	}
	var out value.ObjectBuilder
	return out.Set("status", value.Int(int64(answer.Status))).Value(), nil
}

// envelope puts a card into a message
// (https://learn.microsoft.com/en-us/connectors/teams/#microsoft-teams-webhook).
func envelope(card value.Value) value.Value {
	var message, attachment value.ObjectBuilder
	var list value.ArrayBuilder
	attachment.Set("contentType", value.String("application/vnd.microsoft.card.adaptive")).Set("content", card)
	return message.Set("type", value.String("message")).Set("attachments", list.Add(attachment.Value()).Value()).Value()
}

// card writes an Adaptive Card. A mention would need an entry in msteams.entities, so none can come from the text.
func card(m channel.Message) value.Value {
	var card, width value.ObjectBuilder
	var blocks value.ArrayBuilder
	if m.Subject != "" {
		title := block(markdown.Teams().Escape(channel.Cut(m.Subject, maxSubject)))
		blocks.Add(title.Set("weight", value.String("Bolder")).Set("size", value.String("Medium")).Value())
	}
	if m.Text != "" {
		text := block(channel.Fit(m.Text, markdown.Teams().Render, quoted, maxText))
		blocks.Add(text.Value())
	}
	return card.Set("$schema", value.String("http://adaptivecards.io/schemas/adaptive-card.json")).
		Set("type", value.String("AdaptiveCard")).Set("version", value.String("1.4")).
		Set("msteams", width.Set("width", value.String("Full")).Value()).Set("body", blocks.Value()).Value()
}

// block returns a TextBlock.
func block(text string) *value.ObjectBuilder {
	var b value.ObjectBuilder
	return b.Set("type", value.String("TextBlock")).Set("text", value.String(text)).Set("wrap", value.Bool(true))
}

// quoted is the length of a text in JSON.
func quoted(text string) int { return len(value.String(text).Text()) }
