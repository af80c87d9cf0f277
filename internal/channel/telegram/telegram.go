package telegram

import (
	"cmp"
	"context"
	"net/url"
	"regexp"
	"strings"
	"time"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/markdown"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

// maxText is the longest text of a message, in UTF-16 units, without its markup
// (https://core.telegram.org/bots/api#sendmessage). The markup is counted here too.
const maxText = 4096

// config is the config of the kind.
type config struct {
	// Token of the bot, from @BotFather.
	Token string `json:"token" required:"true" secret:"true"`
	// Chat that gets messages without a recipient: the id of a chat, or the @name of a channel or group.
	Chat string `json:"chat"`
	// Silent messages make no sound.
	Silent bool `json:"silent"`
	// Endpoint of the API, for a server of one's own.
	Endpoint string `json:"endpoint"`
}

type kind struct{ client *outbound.Client }

// New returns the kind.
func New(client *outbound.Client) channel.Kind { return kind{client} }

// Info describes the kind. Telegram asks for at most one message per second in one chat
// (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this).
func (kind) Info() channel.Info {
	return channel.Info{
		Type: "telegram", Title: "Telegram", Summary: "Sends to a chat, group or channel of Telegram, as a bot.",
		Docs: "https://core.telegram.org/bots/api#sendmessage",
		To:   channel.OptionalRecipient, ToHelp: "the id of a chat, or the @name of a channel or group",
		MaxText: maxText, Rate: channel.Rate{Messages: 1, Per: time.Second},
	}
}

// chat is the id or name of a chat.
var chat = regexp.MustCompile(`^(-?[0-9]{1,20}|@[A-Za-z][A-Za-z0-9_]{3,31})$`)

const badChat = "must be the id of a chat, or the @name of a channel or group"

// Compile checks a config.
func (k kind) Compile(v value.Value) (channel.Channel, []decode.Problem) {
	s, written, r := channel.Read(v, config{Endpoint: "https://api.telegram.org"})
	r.URL("endpoint", written.Endpoint)
	to := r.Default("chat", written.Chat, chat, badChat)
	return r.Done(telegram{s, to, k.client})
}

type telegram struct {
	channel.Settings[config]
	channel.Default
	client *outbound.Client
}

// Send sends the message.
func (t telegram) Send(ctx context.Context, m channel.Message, secrets channel.Secrets) (value.Value, error) {
	c, err := t.Resolve(secrets)
	if err != nil {
		return value.Value{}, err
	}
	to := cmp.Or(m.To, c.Chat)
	text := channel.Fit(channel.WithSubject(m.Subject, m.Text), markdown.Telegram().Render, channel.UTF16, maxText)
	var body value.ObjectBuilder
	body.Set("chat_id", value.String(to)).Set("text", value.String(text)).Set("parse_mode", value.String("HTML"))
	if c.Silent {
		body.Set("disable_notification", value.Bool(true))
	}
	call := channel.PostJSON(strings.TrimRight(c.Endpoint, "/")+"/bot"+url.PathEscape(c.Token)+"/sendMessage", body.Value(), m.Now)
	call.Refused = refused
	answer, err := channel.Do(ctx, t.client, call)
	if err != nil {
		return value.Value{}, err
	}
	result := answer.JSON.Get("result")
	var out value.ObjectBuilder
	return out.Set("message", result.Get("message_id")).Set("chat", result.Get("chat").Get("id")).Value(), nil
}

// refused recognizes an answer that does not say {"ok": true} (https://core.telegram.org/bots/api#making-requests).
func refused(a channel.Answer) *channel.Error {
	if ok, _ := a.JSON.Get("ok").AsBool(); ok {
		return nil
	}
	return &channel.Error{Message: "the answer is not Telegram's"}
}
