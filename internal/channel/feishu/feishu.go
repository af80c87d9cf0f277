package feishu

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"time"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/markdown"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

// maxText is the longest text of a card, in bytes of JSON. A request has at most 20 KB
// (https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot).
const maxText = 18_000

// maxTitle is the longest title of a card, in characters.
const maxTitle = 200

// config is the config of the kind.
type config struct {
	// URL of the bot's webhook.
	URL string `json:"url" required:"true" secret:"true"`
	// Secret of the bot, if it requires signatures.
	Secret string `json:"secret" secret:"true"`
}

type kind struct{ client *outbound.Client }

// New returns the kind.
func New(client *outbound.Client) channel.Kind { return kind{client} }

// Info describes the kind. A bot may send 5 messages in a second and 100 in a minute; this rate respects both, as
// 100 in a minute are 5 in 3 seconds.
func (kind) Info() channel.Info {
	return channel.Info{
		Type: "feishu", Title: "Feishu (飞书) and Lark", Summary: "Posts a card to a group chat of Feishu or Lark, with a custom bot.",
		Docs:    "https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot",
		MaxText: maxText, Rate: channel.Rate{Messages: 5, Per: 3 * time.Second},
	}
}

// Compile checks a config.
func (k kind) Compile(v value.Value) (channel.Channel, []decode.Problem) {
	s, _, r := channel.Read(v, config{})
	return r.Done(feishu{s, k.client})
}

type feishu struct {
	channel.Settings[config]
	client *outbound.Client
}

// CheckTo returns what is wrong with a recipient.
func (feishu) CheckTo(to string) string { return channel.NoTo(to) }

// Send posts the message.
func (f feishu) Send(ctx context.Context, m channel.Message, secrets channel.Secrets) (value.Value, error) {
	c, err := f.Resolve(secrets)
	if err != nil {
		return value.Value{}, err
	}
	var body value.ObjectBuilder
	if c.Secret != "" {
		timestamp := strconv.FormatInt(m.Now.Unix(), 10)
		body.Set("timestamp", value.String(timestamp)).Set("sign", value.String(sign(timestamp, c.Secret)))
	}
	call := channel.PostJSON(c.URL, body.Set("msg_type", value.String("interactive")).Set("card", card(m)).Value(), m.Now)
	call.Refused, call.Failed = refused, failed
	answer, err := channel.Do(ctx, f.client, call)
	if err != nil {
		return value.Value{}, err
	}
	var out value.ObjectBuilder
	return out.Set("code", answer.JSON.Get("code")).Set("msg", answer.JSON.Get("msg")).Value(), nil
}

// card writes a card.
func card(m channel.Message) value.Value {
	var card, header, title, element value.ObjectBuilder
	var elements value.ArrayBuilder
	if m.Subject != "" {
		title.Set("tag", value.String("plain_text")).Set("content", value.String(channel.Cut(m.Subject, maxTitle)))
		card.Set("header", header.Set("title", title.Value()).Value())
	}
	text := channel.Fit(m.Text, markdown.Feishu().Render, quoted, maxText)
	element.Set("tag", value.String("markdown")).Set("content", value.String(text))
	return card.Set("elements", elements.Add(element.Value()).Value()).Value()
}

// quoted is the length of a text in JSON.
func quoted(text string) int { return len(value.String(text).Text()) }

// sign signs a call: timestamp and secret are the key, and the message is empty
// (https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot#9ff32e8e).
func sign(timestamp, secret string) string {
	mac := hmac.New(sha256.New, []byte(timestamp+"\n"+secret))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// refused reads {"code": …, "msg": "…"}, which comes with status 200.
func refused(a channel.Answer) *channel.Error {
	code, ok := a.JSON.Get("code").Int()
	if !ok {
		return &channel.Error{Message: "the answer is not Feishu's"}
	}
	if code == 0 {
		return nil
	}
	reason, _ := a.JSON.Get("msg").Str()
	e := &channel.Error{Message: "Feishu refused the message: " + strconv.FormatInt(code, 10) + " " + channel.Clean(reason, 200), Final: true}
	failed(a, e)
	return e
}

// failed recognizes that too much was sent, which also comes with the statuses 200 and 400
// (https://open.feishu.cn/document/server-docs/api-call-guide/frequency-control).
func failed(a channel.Answer, e *channel.Error) {
	code, _ := a.JSON.Get("code").Int()
	if code != 11232 && code != 99991400 {
		return
	}
	e.Final, e.Slower = false, true
	if seconds, err := strconv.Atoi(a.Header.Get("X-Ogw-Ratelimit-Reset")); err == nil && seconds > 0 && seconds < 3600 {
		e.RetryAfter = time.Duration(seconds) * time.Second
	}
}
