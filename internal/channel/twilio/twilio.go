package twilio

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/markdown"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

// maxText is the longest text of a message, in characters; Twilio sends it in several parts
// (https://www.twilio.com/docs/messaging/api/message-resource).
const maxText = 1600

// config is the config of the kind.
type config struct {
	// AccountSid of the account, which begins with AC.
	AccountSid string `json:"accountSid" required:"true"`
	// APIKey is the SID of an API key, which begins with SK, whose secret is authToken.
	APIKey string `json:"apiKey"`
	// AuthToken of the account, or the secret of apiKey.
	AuthToken string `json:"authToken" required:"true" secret:"true"`
	// From is the sender: a number of the account, or an alphanumeric sender.
	From string `json:"from"`
	// MessagingService is the SID of a messaging service, which begins with MG and chooses the sender.
	MessagingService string `json:"messagingService"`
	// Endpoint of the API, for another region.
	Endpoint string `json:"endpoint"`
}

type kind struct{ client *outbound.Client }

// New returns the kind.
func New(client *outbound.Client) channel.Kind { return kind{client} }

// Info describes the kind. Twilio queues messages at the rate of the sender, so there is no rate here.
func (kind) Info() channel.Info {
	return channel.Info{
		Type: "twilio", Title: "Twilio", Summary: "Sends SMS with Twilio.",
		Docs: "https://www.twilio.com/docs/messaging/api/message-resource",
		To:   channel.RequiredRecipient, ToHelp: "a telephone number with + and country code", MaxText: maxText,
	}
}

// Compile checks a config.
func (k kind) Compile(v value.Value) (channel.Channel, []decode.Problem) {
	s, written, r := channel.Read(v, config{Endpoint: "https://api.twilio.com"})
	r.URL("endpoint", written.Endpoint)
	if r.Clean() && (written.From == "") == (written.MessagingService == "") {
		r.Problem("from", "is required, or messagingService instead, but not both")
	}
	return r.Done(twilio{s, k.client})
}

type twilio struct {
	channel.Settings[config]
	client *outbound.Client
}

// CheckTo returns what is wrong with a recipient.
func (twilio) CheckTo(to string) string { return channel.CheckPhone(to) }

// Send queues the message with Twilio.
func (t twilio) Send(ctx context.Context, m channel.Message, secrets channel.Secrets) (value.Value, error) {
	c, err := t.Resolve(secrets)
	if err != nil {
		return value.Value{}, err
	}
	form := url.Values{"To": {m.To}, "Body": {channel.Fit(channel.WithSubject(m.Subject, m.Text), markdown.Plain().Render, channel.UTF16, maxText)}}
	if c.MessagingService != "" {
		form.Set("MessagingServiceSid", c.MessagingService)
	} else {
		form.Set("From", c.From)
	}
	user := c.AccountSid
	if c.APIKey != "" {
		user = c.APIKey
	}
	answer, err := channel.Do(ctx, t.client, channel.Call{
		URL: strings.TrimRight(c.Endpoint, "/") + "/2010-04-01/Accounts/" + url.PathEscape(c.AccountSid) + "/Messages.json",
		Header: http.Header{
			"Content-Type":  {"application/x-www-form-urlencoded"},
			"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+c.AuthToken))},
		},
		Body: []byte(form.Encode()), Now: m.Now,
	})
	if err != nil {
		return value.Value{}, err
	}
	var out value.ObjectBuilder
	return out.Set("sid", answer.JSON.Get("sid")).Set("status", answer.JSON.Get("status")).Value(), nil
}
