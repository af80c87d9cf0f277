package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// fakeChannels has three channels: one that works and is used, one without its variable, one that is broken.
type fakeChannels struct{ *fixture }

func (fakeChannels) Channels() []StoredChannel {
	return []StoredChannel{
		{Definition: channel.Definition{Name: "broken", Type: "fax", Config: value.Trusted(`{}`)}, Broken: "type: must be one of slack"},
		{Definition: channel.Definition{Name: "dev", Type: "slack", Config: value.Trusted(`{"url":"{{$env.DEV}}"}`)}, Title: "Slack", Missing: []string{"DEV"}},
		{Definition: channel.Definition{Name: "ops", Type: "slack", Config: value.Trusted(`{"token":"{{$env.T}}", "n":1.0}`)}, Title: "Slack",
			Source: "ops.yaml", UpdatedAt: noon, Users: []string{"alerts"}},
	}
}

func (f fakeChannels) Channel(name string) (StoredChannel, error) {
	all := f.Channels()
	if i := slices.IndexFunc(all, func(c StoredChannel) bool { return c.Name == name }); i >= 0 {
		return all[i], nil
	}
	return StoredChannel{}, fault.New("test", fault.NotFound, "there is no channel %q", name)
}

func (f fakeChannels) Put(d channel.Definition, _ func(time.Time, bool) bool) (bool, error) {
	f.note("put " + d.Name + " " + d.Type + " " + d.Config.Text())
	if d.Type == "fax" {
		return false, fault.Wrap("test", errors.Join(fault.Field("test", "type", "must be one of slack")))
	}
	return d.Name == "dev", nil
}

func (f fakeChannels) Drop(name string) error {
	if name == "ops" {
		return fault.New("test", fault.Conflict, "the channel ops is used by alerts")
	}
	f.note("drop " + name)
	return nil
}

func (f fakeChannels) Test(_ context.Context, name string, t ChannelTest) (ChannelTested, error) {
	f.note("test " + name + " " + t.To + " " + t.Text)
	switch {
	case t.To == "nobody":
		return ChannelTested{}, fault.Field("test", "to", "must be the id or name of a conversation")
	case name == "dev":
		return ChannelTested{Error: "the provider answered 429", RetryAfterSeconds: (1500 * time.Millisecond).Seconds()}, nil
	}
	return ChannelTested{Sent: true, Answer: JSON{value.Trusted(`{"ts":"1.0"}`)}, TookMillis: 12}, nil
}

func TestChannels(t *testing.T) {
	for _, c := range []struct {
		name   string
		call   string
		body   string
		status int
		has    []string
		hasNot []string
		asked  []string
	}{
		{name: "all", call: "GET /api/channels", status: 200,
			has: []string{`{"name":"dev","type":"slack","title":"Slack","config":{"url":"{{$env.DEV}}"},"missing":["DEV"]}`, `"broken":"type: must be one of slack"`,
				`"source":"ops.yaml","updatedAt":"2026-03-04T12:00:00Z","usedBy":["alerts"]`},
			hasNot: []string{"0001-01-01"}},
		{name: "one, as written", call: "GET /api/channels/ops", status: 200, has: []string{`"config":{"token":"{{$env.T}}","n":1.0}`}},
		{name: "none", call: "GET /api/channels/nope", status: 404, has: []string{`there is no channel \"nope\"`}},
		{name: "create", call: "PUT /api/channels/dev", body: `{"type":"slack","config":{"url":"{{$env.DEV}}","n":1.0}}`, status: 201,
			has: []string{`"name":"dev"`}, asked: []string{`put dev slack {"url":"{{$env.DEV}}","n":1.0}`}},
		{name: "replace", call: "PUT /api/channels/ops", body: `{"type":"slack"}`, status: 200, has: []string{`"name":"ops"`}},
		{name: "put what is wrong", call: "PUT /api/channels/ops", body: `{"type":"fax"}`, status: 422, has: []string{`"location":"type"`, "must be one of slack"}},
		{name: "put an unknown field", call: "PUT /api/channels/ops", body: `{"typ":"slack"}`, status: 422,
			has: []string{`"location":"typ"`, `did you mean \"type\"?`, `"location":"type"`, "is required"}, asked: []string{}},
		{name: "put no JSON", call: "PUT /api/channels/ops", body: `{`, status: 422, asked: []string{}},
		{name: "remove", call: "DELETE /api/channels/dev", status: 204, asked: []string{"drop dev"}},
		{name: "remove what is used", call: "DELETE /api/channels/ops", status: 409, has: []string{"used by alerts"}, asked: []string{}},
		{name: "test", call: "POST /api/channels/ops/test", status: 200, has: []string{`"sent":true`, `"answer":{"ts":"1.0"}`, `"tookMillis":12`}, hasNot: []string{"error"}, asked: []string{"test ops  "}},
		{name: "test with a text", call: "POST /api/channels/ops/test", body: `{"to":"C1","text":"*hi*"}`, status: 200, asked: []string{"test ops C1 *hi*"}},
		{name: "test what is refused", call: "POST /api/channels/dev/test", body: `{}`, status: 200, has: []string{`"sent":false`, `"error":"the provider answered 429"`, `"retryAfterSeconds":1.5`}},
		{name: "test with a wrong recipient", call: "POST /api/channels/ops/test", body: `{"to":"nobody"}`, status: 422, has: []string{"to: must be the id or name of a conversation"}},
		{name: "test with an unknown field", call: "POST /api/channels/ops/test", body: `{"message":"x"}`, status: 422, has: []string{`"location":"message"`}, asked: []string{}},
		{name: "test with too long a text", call: "POST /api/channels/ops/test", body: `{"text":"` + strings.Repeat("x", 4001) + `"}`, status: 422, has: []string{`"location":"text"`}, asked: []string{}},
		{name: "test by GET", call: "GET /api/channels/ops/test", status: 405},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := &fixture{}
			w := ask(t, h, c.call, c.body)
			body := w.Body.String()
			if w.Code != c.status {
				t.Fatalf("status %d, want %d: %s", w.Code, c.status, body)
			}
			if isProblem := w.Header().Get("Content-Type") == problemType; isProblem != (c.status >= http.StatusBadRequest) {
				t.Errorf("Content-Type is %q", w.Header().Get("Content-Type"))
			}
			for _, text := range c.has {
				if !strings.Contains(body, text) {
					t.Errorf("%s\ndoes not contain %s", body, text)
				}
			}
			for _, text := range c.hasNot {
				if strings.Contains(body, text) {
					t.Errorf("%s\ncontains %s", body, text)
				}
			}
			if c.asked != nil && !slices.Equal(h.asked, c.asked) {
				t.Errorf("asked %q, want %q", h.asked, c.asked)
			}
		})
	}
}
