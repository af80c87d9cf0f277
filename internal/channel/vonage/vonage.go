package vonage

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/markdown"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

// maxText is the longest text of a message, in characters; Vonage sends it in several parts
// (https://developer.vonage.com/en/api/sms).
const maxText = 3200

// config is the config of the kind.
type config struct {
	// APIKey of the account.
	APIKey string `json:"apiKey" required:"true"`
	// APISecret of the account.
	APISecret string `json:"apiSecret" required:"true" secret:"true"`
	// From is the sender: a number without +, or up to 11 letters and digits.
	From string `json:"from" required:"true"`
	// Endpoint of the API.
	Endpoint string `json:"endpoint"`
}

type kind struct{ client *outbound.Client }

// New returns the kind.
func New(client *outbound.Client) channel.Kind { return kind{client} }

// Info describes the kind. An account may send 30 requests per second.
func (kind) Info() channel.Info {
	return channel.Info{
		Type: "vonage", Title: "Vonage", Summary: "Sends SMS with Vonage.",
		Docs: "https://developer.vonage.com/en/api/sms",
		To:   channel.RequiredRecipient, ToHelp: "a telephone number with + and country code",
		MaxText: maxText, Rate: channel.Rate{Messages: 30, Per: time.Second},
	}
}

// Compile checks a config.
func (k kind) Compile(v value.Value) (channel.Channel, []decode.Problem) {
	s, written, r := channel.Read(v, config{Endpoint: "https://rest.nexmo.com"})
	r.URL("endpoint", written.Endpoint)
	return r.Done(vonage{s, k.client})
}

type vonage struct {
	channel.Settings[config]
	client *outbound.Client
}

// CheckTo returns what is wrong with a recipient.
func (vonage) CheckTo(to string) string { return channel.CheckPhone(to) }

// Send hands the message over to Vonage.
func (s vonage) Send(ctx context.Context, m channel.Message, secrets channel.Secrets) (value.Value, error) {
	c, err := s.Resolve(secrets)
	if err != nil {
		return value.Value{}, err
	}
	text := channel.Fit(channel.WithSubject(m.Subject, m.Text), markdown.Plain().Render, channel.UTF16, maxText)
	form := url.Values{
		"api_key": {c.APIKey}, "api_secret": {c.APISecret}, "from": {c.From}, "to": {strings.TrimPrefix(m.To, "+")}, "text": {text},
	}
	if !inGSM(text) {
		form.Set("type", "unicode")
	}
	answer, err := channel.Do(ctx, s.client, channel.Call{
		URL:    strings.TrimRight(c.Endpoint, "/") + "/sms/json",
		Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
		Body:   []byte(form.Encode()), Now: m.Now, Refused: refused,
	})
	if err != nil {
		return value.Value{}, err
	}
	var ids value.ArrayBuilder
	for part := range answer.JSON.Get("messages").Elements() {
		ids.Add(part.Get("message-id"))
	}
	var out value.ObjectBuilder
	return out.Set("messages", ids.Value()).Value(), nil
}

// gsm are the characters of the default alphabet of SMS, with those of its extension (3GPP TS 23.038 section 6.2.1).
const gsm = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿" +
	"abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"

// inGSM reports whether a text has only characters of the default alphabet.
func inGSM(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return !strings.ContainsRune(gsm, r) }) < 0
}

// refused reads the status of each part, which comes with status 200
// (https://developer.vonage.com/en/messaging/sms/guides/troubleshooting-sms).
func refused(a channel.Answer) *channel.Error {
	messages := a.JSON.Get("messages")
	if messages.Len() == 0 {
		return &channel.Error{Message: "the answer is not Vonage's"}
	}
	for i := range messages.Len() {
		status, _ := messages.At(i).Get("status").Str()
		if status == "0" {
			continue
		}
		reason, _ := messages.At(i).Get("error-text").Str()
		e := &channel.Error{Message: "Vonage refused the message: " + channel.Clean(status+" "+reason, 200), Final: true}
		switch {
		case i > 0: // the parts before were sent: sending all of them again would repeat them
		case status == "1" || status == "10": // throttled, too many connections
			e.Final, e.Slower = false, true
		case status == "5": // an internal error
			e.Final = false
		}
		return e
	}
	return nil
}
