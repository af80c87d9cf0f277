package app

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/catalog"
	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/vault"
)

// useChannels makes the channels usable by nodes, and logs those that lack a variable.
func (a *App) useChannels(all []*catalog.Channel) {
	var entries []channel.Entry
	for _, c := range all {
		if c.Compiled == nil {
			continue // the catalog has logged why
		}
		entry := channel.Entry{Definition: c.Definition(), Info: c.Info, Channel: c.Compiled}
		entries = append(entries, entry)
		if was := a.channels.Find(c.Name); was != nil && was.Definition.Type == c.Type && was.Definition.Config.Text() == c.Config.Text() {
			continue // unchanged, so its variables were logged before
		}
		for _, name := range a.missing(c) {
			a.log.Warn("a channel cannot send: its variable is not set", "channel", c.Name, "variable", name, "hint", vault.HowToSet(name))
		}
	}
	a.channels.Set(entries)
}

// missing returns the variables that a channel uses and that are not set.
func (a *App) missing(c *catalog.Channel) (names []string) {
	if c.Compiled == nil {
		return nil
	}
	for _, name := range c.Compiled.Variables() {
		if _, ok := a.vars.Lookup(name); !ok {
			names = append(names, name)
		}
	}
	return names
}

// channels adapts the catalog's channels to the API.
type channels struct{ app *App }

// Channels returns every channel.
func (c channels) Channels() (all []api.StoredChannel) {
	for _, e := range c.app.catalog.Channels() {
		all = append(all, c.state(e))
	}
	return all
}

// Channel returns one channel, or fault.NotFound.
func (c channels) Channel(name string) (api.StoredChannel, error) {
	e, err := c.app.catalog.Channel(name)
	if err != nil {
		return api.StoredChannel{}, err
	}
	return c.state(e), nil
}

// state converts a channel to the API's type.
func (c channels) state(e *catalog.Channel) api.StoredChannel {
	return api.StoredChannel{
		Definition: e.Definition(), Title: e.Info.Title, Source: e.Source, UpdatedAt: e.UpdatedAt.In(time.UTC),
		Broken: e.Broken, Missing: c.app.missing(e), Users: c.app.catalog.ChannelUsers(e.Name),
	}
}

// Put creates or replaces a channel.
func (c channels) Put(d channel.Definition, match func(time.Time, bool) bool) (bool, error) {
	return c.app.catalog.PutChannel(d, func(was *catalog.Channel) error {
		at := time.Time{}
		if was != nil {
			at = was.UpdatedAt
		}
		if !match(at, was != nil) {
			return api.Changed("the channel was changed by someone else: read it again")
		}
		return nil
	})
}

// Drop removes a channel.
func (c channels) Drop(name string) error { return c.app.catalog.DropChannel(name) }

// testTimeout bounds a test message.
const testTimeout = 20 * time.Second

// Test sends one message to one recipient. It takes the channel's next turn, so a test does not push the channel over
// its rate.
func (c channels) Test(ctx context.Context, name string, t api.ChannelTest) (api.ChannelTested, error) {
	const op = "app.testChannel"
	stored, err := c.app.catalog.Channel(name)
	if err != nil {
		return api.ChannelTested{}, err
	}
	e := c.app.channels.Find(name)
	if e == nil {
		return api.ChannelTested{}, fault.New(op, fault.Conflict, "this version cannot use the channel %s: %s", name, stored.Broken)
	}
	if problem := wrongRecipient(e, t.To); problem != "" {
		return api.ChannelTested{}, fault.Field(op, "to", "%s", problem)
	}
	now := clock.System().Now()
	if turn := c.app.channels.TryReserve(e, now); turn.After(now) {
		return api.ChannelTested{}, fault.New(op, fault.Unavailable, "the channel %s has reached its rate; try again in %s", name, turn.Sub(now).Round(time.Millisecond))
	}
	m := channel.Message{To: t.To, Subject: "Test", Text: t.Text, Key: "test/" + rand.Text(), Now: now}
	if m.Text == "" {
		m.Text = "This is a test message of Hookline. The channel `" + name + "` works."
	}
	ctx, cancel := context.WithTimeout(ctx, testTimeout)
	defer cancel()
	return c.send(ctx, e, m), nil
}

// wrongRecipient returns what is wrong with a recipient, or "".
func wrongRecipient(e *channel.Entry, to string) string {
	if e.Info.To == channel.NoRecipient {
		if to != "" {
			return "a " + e.Info.Type + " channel has no recipients of its own; leave it out"
		}
		return ""
	}
	return e.Channel.CheckTo(to)
}

// send sends a message and removes the secrets that the channel has used from what comes back.
func (c channels) send(ctx context.Context, e *channel.Entry, m channel.Message) api.ChannelTested {
	used := &usedSecrets{vars: c.app.vars}
	answer, err := e.Channel.Send(ctx, m, used)
	now := clock.System().Now()
	masker := vault.NewMasker(used.values...)
	out := api.ChannelTested{Sent: err == nil, TookMillis: now.Sub(m.Now).Milliseconds()}
	if err == nil {
		if !answer.IsMissing() {
			out.Answer = api.JSON{Value: masker.Value(answer)}
		}
		return out
	}
	refused, ok := errors.AsType[*channel.Error](err)
	switch {
	case ok:
		out.Error, out.Final, out.RetryAfterSeconds = masker.Text(refused.Message), refused.Final, refused.RetryAfter.Seconds()
		if refused.Slower {
			c.app.channels.Pause(e, now.Add(refused.RetryAfter))
		}
	case errors.Is(err, context.DeadlineExceeded):
		out.Error = "the provider did not answer within " + testTimeout.String()
	default:
		out.Error = masker.Text(err.Error())
	}
	return out
}

// usedSecrets remembers the secrets that a channel looks up, as the engine does for a node.
type usedSecrets struct {
	vars   *vault.Variables
	values []string
}

// Lookup implements channel.Secrets.
func (u *usedSecrets) Lookup(name string) (string, bool) {
	v, ok := u.vars.Lookup(name)
	if ok && !v.Plain {
		u.values = append(u.values, v.Text)
	}
	return v.Text, ok
}
