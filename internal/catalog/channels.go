package catalog

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// Channel is one notification channel in the table.
type Channel struct {
	store.Channel
	Info     channel.Info
	Compiled channel.Channel // nil when Broken
	Broken   string          // why this binary cannot use the stored channel; "" if it can
}

// Definition returns the channel as written.
func (c *Channel) Definition() channel.Definition {
	return channel.Definition{Name: c.Name, Type: c.Type, Config: c.Config}
}

// same reports whether a stored channel has the content and source of another.
func same(a, b store.Channel) bool {
	return a.Type == b.Type && a.Source == b.Source && a.Config.Text() == b.Config.Text()
}

// loadChannels reads the channels from the store. A channel that this binary cannot compile is kept and logged.
func (c *Catalog) loadChannels(before []*Channel) ([]*Channel, error) {
	stored, err := c.opt.Store.Channels(context.Background())
	if err != nil {
		return nil, err
	}
	list := make([]*Channel, len(stored))
	for i, s := range stored {
		if at := slices.IndexFunc(before, func(b *Channel) bool { return b.Name == s.Name }); at >= 0 && same(before[at].Channel, s) {
			list[i] = before[at]
			continue
		}
		list[i] = &Channel{Channel: s}
		compiled, info, problems := c.opt.Known.Channels.Compile(list[i].Definition())
		if len(problems) > 0 {
			list[i].Broken = reasons(problems)
			c.opt.Log.Error("a channel cannot be used by this version", "channel", s.Name, "reason", list[i].Broken)
			continue
		}
		list[i].Compiled, list[i].Info = compiled, info
	}
	return list, nil
}

// reasons joins problems to one line.
func reasons(problems []decode.Problem) string {
	texts := make([]string, len(problems))
	for i, p := range problems {
		texts[i] = p.Path + ": " + p.Message
	}
	return strings.Join(texts, "; ")
}

// Channels returns every channel, sorted by name. The caller must not change the slice.
func (c *Catalog) Channels() []*Channel { return c.current.Load().channels }

// Channel returns one channel, or fault.NotFound.
func (c *Catalog) Channel(name string) (*Channel, error) {
	all := c.Channels()
	if i := slices.IndexFunc(all, func(e *Channel) bool { return e.Name == name }); i >= 0 {
		return all[i], nil
	}
	return nil, fault.New("catalog.Channel", fault.NotFound, "there is no channel %q", name)
}

// ChannelUsers returns the keys of the enabled workflows that send through a channel.
func (c *Catalog) ChannelUsers(name string) (keys []string) {
	for _, e := range c.current.Load().list {
		if e.Live() && len(e.Compiled.Uses(name)) > 0 {
			keys = append(keys, e.Key)
		}
	}
	return keys
}

// PutChannel creates a channel or replaces the one with its name, and reports whether it created it. It returns
// fault.Invalid, with the fields, if the channel is wrong. It returns fault.Conflict if the documents of the directory
// declare the channel, or if an enabled workflow asks for something that the channel then cannot do.
//
// Each of when is asked with the channel that is there, nil if there is none, and returns why it must not be replaced.
func (c *Catalog) PutChannel(d channel.Definition, when ...func(*Channel) error) (created bool, err error) {
	const op = "catalog.PutChannel"
	c.mu.Lock()
	defer c.mu.Unlock()
	was, err := c.Channel(d.Name)
	if err != nil {
		was = nil
	}
	for _, allows := range when {
		if err := allows(was); err != nil {
			return false, err
		}
	}
	_, info, problems := c.opt.Known.Channels.Compile(d)
	if len(problems) > 0 {
		errs := make([]error, len(problems))
		for i, p := range problems {
			errs[i] = fault.Field(op, p.Path, "%s", p.Message)
		}
		return false, fault.Wrap(op, errors.Join(errs...))
	}
	if err := c.notDeclared(op, d.Name); err != nil {
		return false, err
	}
	before := c.channelInfos()
	after := alteredChannels(before, document.Channels{d.Name: info}, nil)
	if problems := c.broken(fitsChannels(before), fitsChannels(after), nil); len(problems) > 0 {
		return false, &fault.Error{Op: op, Kind: fault.Conflict, Message: "an enabled workflow uses it: " + document.Text(problems)}
	}
	if err := c.opt.Store.ChangeChannels([]store.Channel{c.stored(d, "")}, nil); err != nil {
		return false, fault.Wrap(op, err)
	}
	_, exists := before[d.Name]
	return !exists, c.reload()
}

// DropChannel removes a channel. It returns fault.NotFound if there is none, and fault.Conflict if an enabled workflow
// uses it or the documents of the directory declare it.
func (c *Catalog) DropChannel(name string) error {
	const op = "catalog.DropChannel"
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, err := c.Channel(name); err != nil {
		return err
	}
	if err := c.notDeclared(op, name); err != nil {
		return err
	}
	if users := c.ChannelUsers(name); len(users) > 0 {
		return fault.New(op, fault.Conflict, "the channel %s is used by %s; change the workflows, or disable them", name, strings.Join(users, ", "))
	}
	if err := c.opt.Store.ChangeChannels(nil, []string{name}); err != nil {
		return fault.Wrap(op, err)
	}
	return c.reload()
}

// notDeclared refuses to change what the next load of the documents would change back.
func (c *Catalog) notDeclared(op, name string) error {
	if file := c.declared[name]; file != "" {
		return fault.New(op, fault.Conflict, "the channel %s is declared in %s; change it there, and reload", name, file)
	}
	return nil
}

// stored converts a definition to what the store keeps.
func (c *Catalog) stored(d channel.Definition, source string) store.Channel {
	if d.Config.IsNull() {
		d.Config = value.Trusted("{}")
	}
	return store.Channel{Name: d.Name, Type: d.Type, Config: d.Config, Source: source, UpdatedAt: c.opt.Now()}
}

// channelInfos returns the kinds of all channels.
func (c *Catalog) channelInfos() document.Channels {
	all := make(document.Channels)
	for _, e := range c.Channels() {
		all[e.Name] = e.Info
	}
	return all
}

// alteredChannels returns the channels after a change.
func alteredChannels(before, put document.Channels, dropped []string) document.Channels {
	after := make(document.Channels, len(before)+len(put))
	maps.Copy(after, before)
	for _, name := range dropped {
		delete(after, name)
	}
	maps.Copy(after, put)
	return after
}

// fitsChannels returns the check of a workflow against channels.
func fitsChannels(all document.Channels) func(*document.Compiled) []document.Problem {
	return func(w *document.Compiled) []document.Problem { return w.FitsChannels(all) }
}

// definitions returns channels as written.
func definitions(list []*Channel) []channel.Definition {
	out := make([]channel.Definition, len(list))
	for i, c := range list {
		out[i] = c.Definition()
	}
	return out
}
