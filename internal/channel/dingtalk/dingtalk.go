package dingtalk

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

// maxText is the longest text of a message, in bytes. A request has at most 20,000
// (https://open.dingtalk.com/document/robots/custom-robot-access).
const maxText = 18_000

// maxTitle is the longest title, in characters; it is shown in the list of chats.
const maxTitle = 64

// pause is how long DingTalk refuses the messages of a robot that sent more than 20 in a minute.
const pause = 10 * time.Minute

// config is the config of the kind.
type config struct {
	// URL of the robot's webhook, with its access_token.
	URL string `json:"url" required:"true" secret:"true"`
	// Secret of the robot, which begins with SEC, if it requires signatures.
	Secret string `json:"secret" secret:"true"`
}

type kind struct{ client *outbound.Client }

// New returns the kind.
func New(client *outbound.Client) channel.Kind { return kind{client} }

// Info describes the kind.
func (kind) Info() channel.Info {
	return channel.Info{
		Type: "dingtalk", Title: "DingTalk (钉钉)", Summary: "Posts to a group chat of DingTalk, with a custom robot.",
		Docs:    "https://open.dingtalk.com/document/robots/custom-robot-access",
		MaxText: maxText, Rate: channel.Rate{Messages: 20, Per: time.Minute},
	}
}

// Compile checks a config.
func (k kind) Compile(v value.Value) (channel.Channel, []decode.Problem) {
	s, _, r := channel.Read(v, config{})
	return r.Done(dingtalk{s, k.client})
}

type dingtalk struct {
	channel.Settings[config]
	client *outbound.Client
}

// CheckTo returns what is wrong with a recipient.
func (dingtalk) CheckTo(to string) string { return channel.NoTo(to) }

// Send posts the message.
func (d dingtalk) Send(ctx context.Context, m channel.Message, secrets channel.Secrets) (value.Value, error) {
	c, err := d.Resolve(secrets)
	if err != nil {
		return value.Value{}, err
	}
	address := c.URL
	if c.Secret != "" {
		timestamp := strconv.FormatInt(m.Now.UnixMilli(), 10)
		address = channel.WithQuery(channel.WithQuery(address, "timestamp", timestamp), "sign", sign(timestamp, c.Secret))
	}
	title := m.Subject
	if title == "" {
		title = channel.Clean(markdown.Plain().Render(m.Text), maxTitle)
	}
	text := channel.Fit(channel.WithSubject(m.Subject, m.Text), markdown.DingTalk().Render, channel.Bytes, maxText)
	var body, content value.ObjectBuilder
	content.Set("title", value.String(channel.Cut(title, maxTitle))).Set("text", value.String(text))
	body.Set("msgtype", value.String("markdown")).Set("markdown", content.Value()).Set("at", value.Trusted(`{"isAtAll":false}`))
	call := channel.PostJSON(address, body.Value(), m.Now)
	call.Refused = refused
	answer, err := channel.Do(ctx, d.client, call)
	if err != nil {
		return value.Value{}, err
	}
	return answer.JSON, nil
}

// sign signs a call (https://open.dingtalk.com/document/robots/customize-robot-security-settings).
func sign(timestamp, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp + "\n" + secret))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// refused reads {"errcode": …, "errmsg": "…"}, which comes with status 200.
func refused(a channel.Answer) *channel.Error {
	code, ok := a.JSON.Get("errcode").Int()
	if !ok {
		return &channel.Error{Message: "the answer is not DingTalk's"}
	}
	reason, _ := a.JSON.Get("errmsg").Str()
	e := &channel.Error{Message: "DingTalk refused the message: " + strconv.FormatInt(code, 10) + " " + channel.Clean(reason, 200), Final: true}
	switch code {
	case 0:
		return nil
	case -1: // busy
		e.Final = false
	case 130101, 410100: // more than 20 messages in a minute
		e.Final, e.Slower, e.RetryAfter = false, true, pause
	}
	return e
}
