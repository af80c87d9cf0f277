package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

// config is the config of the kind.
type config struct {
	// URL to post to.
	URL string `json:"url" required:"true"`
	// Secret of the signature, in the form whsec_…: 24 to 64 random bytes in base64.
	Secret string `json:"secret" required:"true" secret:"true"`
	// Type is the type of the event, such as order.paid.
	Type string `json:"type" max:"256"`
}

// prefix begins the text form of a secret.
const prefix = "whsec_"

type kind struct{ client *outbound.Client }

// New returns the kind.
func New(client *outbound.Client) channel.Kind { return kind{client} }

// Info describes the kind.
func (kind) Info() channel.Info {
	return channel.Info{
		Type: "webhook", Title: "Webhook", Summary: "Posts the message as JSON to a URL, signed after Standard Webhooks.",
		Docs: "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
		To:   channel.OptionalRecipient, ToHelp: "any text, which the receiver gets as `to`", HTML: true,
	}
}

// Compile checks a config.
func (k kind) Compile(v value.Value) (channel.Channel, []decode.Problem) {
	s, written, r := channel.Read(v, config{})
	r.URL("url", written.URL)
	return r.Done(webhook{s, k.client})
}

type webhook struct {
	channel.Settings[config]
	client *outbound.Client
}

// CheckTo returns what is wrong with a recipient.
func (webhook) CheckTo(string) string { return "" }

// Send posts the message. A repeated message has the same webhook-id and a new time, as the specification asks for.
func (w webhook) Send(ctx context.Context, m channel.Message, secrets channel.Secrets) (value.Value, error) {
	c, err := w.Resolve(secrets)
	if err != nil {
		return value.Value{}, err
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(c.Secret, prefix))
	if err != nil || len(key) == 0 {
		return value.Value{}, &channel.Error{Message: "the channel's secret is not in the form whsec_…, with base64 after the prefix", Final: true}
	}
	call := channel.PostJSON(c.URL, body(c, m), m.Now)
	call.Header.Set("Content-Type", "application/json")
	id, timestamp := "msg_"+channel.ID(m.Key), strconv.FormatInt(m.Now.Unix(), 10)
	call.Header.Set("Webhook-Id", id)
	call.Header.Set("Webhook-Timestamp", timestamp)
	call.Header.Set("Webhook-Signature", "v1,"+sign(key, id+"."+timestamp+"."+string(call.Body)))
	answer, err := channel.Do(ctx, w.client, call)
	if err != nil {
		return value.Value{}, err
	}
	var out value.ObjectBuilder
	out.Set("status", value.Int(int64(answer.Status)))
	if !answer.JSON.IsMissing() {
		return out.Set("body", answer.JSON).Value(), nil
	}
	return out.Set("body", value.String(channel.Clean(answer.Text, 300))).Value(), nil
}

// body writes the message.
func body(c config, m channel.Message) value.Value {
	var b value.ObjectBuilder
	for _, member := range []struct{ name, text string }{
		{"type", c.Type}, {"to", m.To}, {"subject", m.Subject}, {"text", m.Text}, {"html", m.HTML},
	} {
		if member.text != "" || member.name == "text" {
			b.Set(member.name, value.String(member.text))
		}
	}
	return b.Value()
}

// sign signs a text with HMAC-SHA256.
func sign(key []byte, text string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
