package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// Channels reads, changes and tests notification channels.
type Channels interface {
	// Channels returns every channel, sorted by name.
	Channels() []StoredChannel
	// Channel returns one channel, or fault.NotFound.
	Channel(name string) (StoredChannel, error)
	// Put creates a channel or replaces the one with its name, and reports whether it created it. It returns
	// fault.Invalid, with fields, if the channel is wrong. It returns fault.Conflict if the channel is declared in a
	// file, or if an enabled workflow uses it in a way that the new channel does not allow.
	//
	// match is asked when the present channel was changed, and whether there is one; false: the error is that of Changed.
	Put(d channel.Definition, match func(time.Time, bool) bool) (created bool, err error)
	// Drop removes a channel. It returns fault.NotFound if there is none, and fault.Conflict if an enabled workflow uses
	// it or if it is declared in a file.
	Drop(name string) error
	// Test sends one message. A message that could not be delivered is a result, not an error. It returns fault.Invalid
	// for a wrong recipient, fault.Conflict if this version cannot use the channel, and fault.Unavailable if the channel
	// has reached its rate.
	Test(ctx context.Context, name string, t ChannelTest) (ChannelTested, error)
}

// StoredChannel is a channel and what is known about it.
type StoredChannel struct {
	channel.Definition
	Title     string // of the kind
	Source    string // file; "": none
	UpdatedAt time.Time
	Broken    string   // why this version cannot use it; "" if it can
	Missing   []string // variables that it uses and that are not set
	Users     []string // enabled workflows that use it
}

// Channel is a notification channel as the API shows it.
type Channel struct {
	Name      string    `json:"name"`
	Type      string    `json:"type"`
	Title     string    `json:"title,omitempty" doc:"the provider's own name"`
	Config    JSON      `json:"config,omitzero" doc:"as written, with references to variables"`
	Source    string    `json:"source,omitempty" doc:"the file that declares the channel"`
	UpdatedAt time.Time `json:"updatedAt,omitzero"`
	Broken    string    `json:"broken,omitempty" doc:"why this version cannot use the channel"`
	Missing   []string  `json:"missing,omitempty" doc:"variables that the channel uses and that are not set"`
	UsedBy    []string  `json:"usedBy,omitempty" doc:"enabled workflows that use the channel"`
}

// ChannelOf converts a channel to the API's form.
func ChannelOf(c StoredChannel) Channel {
	return Channel{
		Name: c.Name, Type: c.Type, Title: c.Title, Config: JSON{c.Config}, Source: c.Source, UpdatedAt: c.UpdatedAt,
		Broken: c.Broken, Missing: c.Missing, UsedBy: c.Users,
	}
}

// ChannelInput is the body of a PUT.
type ChannelInput struct {
	Type   string `json:"type"`
	Config JSON   `json:"config,omitzero"`
}

// ChannelTest is a test message.
type ChannelTest struct {
	To   string `json:"to,omitempty" max:"1000" maxLength:"1000" doc:"the recipient; empty: the channel's own"`
	Text string `json:"text,omitempty" max:"4000" maxLength:"4000" doc:"Markdown; empty: a sentence that names the channel"`
}

// ChannelTested is the result of a test message.
type ChannelTested struct {
	Sent   bool   `json:"sent"`
	Answer JSON   `json:"answer,omitzero" doc:"the provider's answer"`
	Error  string `json:"error,omitempty" doc:"why the message was not delivered"`
	Final  bool   `json:"final,omitempty" doc:"sending it again cannot help"`
	// RetryAfterSeconds is the provider's own advice.
	RetryAfterSeconds float64 `json:"retryAfterSeconds,omitempty" doc:"when the provider accepts messages again"`
	TookMillis        int64   `json:"tookMillis"`
}

type channelOutput struct {
	ETag string `header:"ETag"`
	Body Channel
}

func (r routes) channels() {
	handle(r, route{method: "GET", path: "/api/channels", id: "list-channels", summary: "All notification channels, by name", needs: account.ReadChannels},
		func(context.Context, *struct{}) (*list[Channel], error) {
			page := Page[Channel]{Items: []Channel{}}
			for _, c := range r.Channels.Channels() {
				page.Items = append(page.Items, ChannelOf(c))
			}
			return &list[Channel]{page}, nil
		})
	handle(r, route{method: "GET", path: "/api/channels/{name}", id: "get-channel", summary: "One notification channel", needs: account.ReadChannels},
		func(_ context.Context, in *Named) (*channelOutput, error) {
			c, err := r.Channels.Channel(in.Name)
			if err != nil {
				return nil, err
			}
			return &channelOutput{timeTag(c.UpdatedAt), ChannelOf(c)}, nil
		})
	handle(r, route{method: "DELETE", path: "/api/channels/{name}", id: "delete-channel", summary: "Remove a notification channel that no enabled workflow uses", needs: account.WriteChannels},
		func(_ context.Context, in *Named) (*struct{}, error) { return nil, r.Channels.Drop(in.Name) })
	stored := response("200", "the channel", r.jsonOf(Channel{}))
	stored["201"] = &huma.Response{Description: "the new channel", Content: r.jsonOf(Channel{})}
	respond(r, account.WriteChannels, huma.Operation{
		OperationID: "put-channel", Method: "PUT", Path: "/api/channels/{name}", Responses: stored,
		RequestBody: &huma.RequestBody{Required: true, Content: r.jsonOf(ChannelInput{})},
		Summary:     "Create or replace a notification channel. Secrets are references to variables: {{$env.NAME}}",
	}, r.putChannel)
	respond(r, account.TestChannels, huma.Operation{
		OperationID: "test-channel", Method: "POST", Path: "/api/channels/{name}/test",
		RequestBody: &huma.RequestBody{Content: r.jsonOf(ChannelTest{})},
		Responses:   response("200", "whether the message was delivered", r.jsonOf(ChannelTested{})),
		Summary:     "Send one test message through a notification channel",
	}, r.testChannel)
}

func (r routes) putChannel(w http.ResponseWriter, req *http.Request, in *struct {
	Named
	Versioned
}) error {
	var doc struct {
		Type   string      `json:"type" required:"true"`
		Config value.Value `json:"config"`
	}
	if err := decodeBody(w, req, &doc); err != nil {
		return err
	}
	created, err := r.Channels.Put(channel.Definition{Name: in.Name, Type: doc.Type, Config: doc.Config}, in.matches)
	if err != nil {
		return err
	}
	c, err := r.Channels.Channel(in.Name)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if created {
		status = http.StatusCreated
	}
	w.Header().Set("ETag", timeTag(c.UpdatedAt))
	return writeAny(w, status, ChannelOf(c))
}

func (r routes) testChannel(w http.ResponseWriter, req *http.Request, in *Named) error {
	var t ChannelTest
	if req.ContentLength != 0 {
		if err := decodeBody(w, req, &t); err != nil {
			return err
		}
	}
	done, err := r.Channels.Test(req.Context(), in.Name, t)
	if err != nil {
		return err
	}
	return writeAny(w, http.StatusOK, done)
}

// decodeBody decodes a JSON body strictly.
func decodeBody(w http.ResponseWriter, req *http.Request, into any) error {
	v, err := readJSON(w, req)
	if err != nil {
		return err
	}
	var errs []error
	for _, p := range decode.Into(v, into) {
		errs = append(errs, fault.Field("api.decodeBody", p.Path, "%s", p.Message))
	}
	return errors.Join(errs...)
}
