package cli

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// fixtureChannels has a channel that works and is used, one without its variables, and one of another version.
type fixtureChannels struct{}

func (fixtureChannels) Channels() []api.StoredChannel {
	return []api.StoredChannel{
		{Definition: channel.Definition{Name: "dev", Type: "slack", Config: value.Trusted(`{"url":"{{$env.DEV_URL}}"}`)}, Missing: []string{"DEV_URL", "DEV_KEY"}},
		{Definition: channel.Definition{Name: "old", Type: "fax", Config: value.Trusted(`{}`)}, Broken: "type: must be one of slack"},
		{Definition: channel.Definition{Name: "ops", Type: "slack", Config: value.Trusted(`{"token":"{{$env.SLACK_TOKEN}}","channel":"ops"}`)},
			Source: "channels.yaml", UpdatedAt: noon, Users: []string{"github-push"}},
	}
}

func (f fixtureChannels) Channel(name string) (api.StoredChannel, error) {
	for _, c := range f.Channels() {
		if c.Name == name {
			return c, nil
		}
	}
	return api.StoredChannel{}, fault.New("test", fault.NotFound, "there is no channel %q", name)
}

func (fixtureChannels) Put(channel.Definition, func(time.Time, bool) bool) (bool, error) {
	return true, nil
}

func (fixtureChannels) Drop(string) error { return nil }

func (f fixtureChannels) Test(_ context.Context, name string, t api.ChannelTest) (api.ChannelTested, error) {
	switch {
	case name == "dev":
		return api.ChannelTested{Error: "the provider answered 429: \x1b[31mslow down", RetryAfterSeconds: 7}, nil
	case t.To == "no one":
		return api.ChannelTested{}, fault.Field("test", "to", "must be the id or name of a conversation")
	}
	if _, err := f.Channel(name); err != nil {
		return api.ChannelTested{}, err
	}
	var answer value.ObjectBuilder
	answer.Set("to", value.String(t.To)).Set("text", value.String(t.Text)).Set("ts", value.Trusted("1.0"))
	return api.ChannelTested{Sent: true, Answer: api.JSON{Value: answer.Value()}, TookMillis: 12}, nil
}
