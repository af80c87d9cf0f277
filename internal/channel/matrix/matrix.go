package matrix

import (
	"cmp"
	"context"
	"net/http"
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

// maxText is the longest text of a message, in bytes of JSON for both its forms. An event has at most 65,536 bytes
// (https://spec.matrix.org/v1.18/client-server-api/#size-limits).
const maxText = 60_000

// config is the config of the kind.
type config struct {
	// Server is the URL of the homeserver.
	Server string `json:"server" required:"true"`
	// Token is the access token of the user that sends.
	Token string `json:"token" required:"true" secret:"true"`
	// Room that gets messages without a recipient: its id.
	Room string `json:"room"`
	// Notice marks the messages as those of a bot; clients show them without a sound.
	Notice bool `json:"notice"`
}

type kind struct{ client *outbound.Client }

// New returns the kind.
func New(client *outbound.Client) channel.Kind { return kind{client} }

// Info describes the kind. The rate is the default of Synapse for messages (rc_message).
func (kind) Info() channel.Info {
	return channel.Info{
		Type: "matrix", Title: "Matrix", Summary: "Sends to a room of Matrix; a repeated message is delivered once.",
		Docs: "https://spec.matrix.org/v1.18/client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid",
		To:   channel.OptionalRecipient, ToHelp: "the id of a room that the sending user is in, which begins with !",
		MaxText: maxText / 2, Rate: channel.Rate{Messages: 10, Per: 50 * time.Second},
	}
}

// room is the id of a room; that of version 12 has no server (https://spec.matrix.org/v1.18/appendices/#room-ids).
var room = regexp.MustCompile(`^![^\s/?#]{1,254}$`)

const badRoom = "must be the id of a room, which begins with !; an alias with # is not enough"

// Compile checks a config.
func (k kind) Compile(v value.Value) (channel.Channel, []decode.Problem) {
	s, written, r := channel.Read(v, config{})
	r.URL("server", written.Server)
	to := r.Default("room", written.Room, room, badRoom)
	return r.Done(matrix{s, to, k.client})
}

type matrix struct {
	channel.Settings[config]
	channel.Default
	client *outbound.Client
}

// Send sends the message.
func (x matrix) Send(ctx context.Context, m channel.Message, secrets channel.Secrets) (value.Value, error) {
	c, err := x.Resolve(secrets)
	if err != nil {
		return value.Value{}, err
	}
	to := cmp.Or(m.To, c.Room)
	call := channel.PostJSON(strings.TrimRight(c.Server, "/")+"/_matrix/client/v3/rooms/"+url.PathEscape(to)+
		"/send/m.room.message/"+channel.ID(m.Key), value.Trusted(content(m, c.Notice)), m.Now)
	call.Method = http.MethodPut
	call.Header.Set("Authorization", "Bearer "+c.Token)
	call.Reason = reason
	answer, err := channel.Do(ctx, x.client, call)
	if err != nil {
		return value.Value{}, err
	}
	var out value.ObjectBuilder
	return out.Set("event", answer.JSON.Get("event_id")).Value(), nil
}

// content writes the content of the event: as text and as HTML, without mentions
// (https://spec.matrix.org/v1.18/client-server-api/#user-and-room-mentions).
func content(m channel.Message, notice bool) string {
	kind := "m.text"
	if notice {
		kind = "m.notice"
	}
	return channel.Fit(channel.WithSubject(m.Subject, m.Text), func(text string) string {
		var b value.ObjectBuilder
		return b.Set("msgtype", value.String(kind)).Set("body", value.String(markdown.Plain().Render(text))).
			Set("format", value.String("org.matrix.custom.html")).Set("formatted_body", value.String(markdown.HTML().Render(text))).
			Set("m.mentions", value.Trusted("{}")).Value().Text()
	}, channel.Bytes, maxText)
}

// reason reads a standard error (https://spec.matrix.org/v1.18/client-server-api/#standard-error-response).
func reason(a channel.Answer) string {
	code, _ := a.JSON.Get("errcode").Str()
	text, _ := a.JSON.Get("error").Str()
	return strings.TrimSpace(code + " " + text)
}
