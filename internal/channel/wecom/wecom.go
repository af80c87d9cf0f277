package wecom

import (
	"context"
	"strconv"
	"time"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/markdown"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

// maxText is the longest Markdown of a message, in bytes of UTF-8
// (https://developer.work.weixin.qq.com/document/path/91770).
const maxText = 4096

// config is the config of the kind.
type config struct {
	// URL of the robot's webhook, with its key.
	URL string `json:"url" required:"true" secret:"true"`
}

type kind struct{ client *outbound.Client }

// New returns the kind.
func New(client *outbound.Client) channel.Kind { return kind{client} }

// Info describes the kind.
func (kind) Info() channel.Info {
	return channel.Info{
		Type: "wecom", Title: "WeCom (企业微信)", Summary: "Posts to a group chat of WeCom, with a robot.",
		Docs:    "https://developer.work.weixin.qq.com/document/path/91770",
		MaxText: maxText, Rate: channel.Rate{Messages: 20, Per: time.Minute},
	}
}

// Compile checks a config.
func (k kind) Compile(v value.Value) (channel.Channel, []decode.Problem) {
	s, _, r := channel.Read(v, config{})
	return r.Done(wecom{s, k.client})
}

type wecom struct {
	channel.Settings[config]
	client *outbound.Client
}

// CheckTo returns what is wrong with a recipient.
func (wecom) CheckTo(to string) string { return channel.NoTo(to) }

// Send posts the message.
func (w wecom) Send(ctx context.Context, m channel.Message, secrets channel.Secrets) (value.Value, error) {
	c, err := w.Resolve(secrets)
	if err != nil {
		return value.Value{}, err
	}
	text := channel.Fit(channel.WithSubject(m.Subject, m.Text), markdown.WeCom().Render, channel.Bytes, maxText)
	var body, content value.ObjectBuilder
	content.Set("content", value.String(text))
	call := channel.PostJSON(c.URL, body.Set("msgtype", value.String("markdown")).Set("markdown", content.Value()).Value(), m.Now)
	call.Refused = refused
	answer, err := channel.Do(ctx, w.client, call)
	if err != nil {
		return value.Value{}, err
	}
	return answer.JSON, nil
}

// refused reads {"errcode": …, "errmsg": "…"}, which comes with status 200
// (https://developer.work.weixin.qq.com/document/path/90313).
func refused(a channel.Answer) *channel.Error {
	code, ok := a.JSON.Get("errcode").Int()
	if !ok {
		return &channel.Error{Message: "the answer is not WeCom's"}
	}
	reason, _ := a.JSON.Get("errmsg").Str()
	e := &channel.Error{Message: "WeCom refused the message: " + strconv.FormatInt(code, 10) + " " + channel.Clean(reason, 200), Final: true}
	switch code {
	case 0:
		return nil
	case -1: // busy
		e.Final = false
	case 45009, 45033: // too many calls, too many at once
		e.Final, e.Slower, e.RetryAfter = false, true, time.Minute
	}
	return e
}
