package document

import (
	"maps"
	"slices"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/nearest"
	"hookline.dev/hookline/internal/node"
)

// Channels are channels by name. The Info of a channel that this binary cannot use is zero.
type Channels map[string]channel.Info

// FitsChannels reports where a workflow does not fit the channels. all must have every channel. It reports a node that
// names a channel that does not exist, or that asks for something that channels of this kind cannot do.
func (c *Compiled) FitsChannels(all Channels) []Problem {
	return c.fitsChannels(all, func(at, name string) []decode.Problem {
		return []decode.Problem{{Code: errorcode.Missing, Path: at + ".channel", Message: noChannel(name, all)}}
	})
}

// fitsDeclaredChannels is FitsChannels for an incomplete list of channels, such as those of some files. The store may
// have more.
func (c *Compiled) fitsDeclaredChannels(some Channels) []Problem {
	return c.fitsChannels(some, func(string, string) []decode.Problem { return nil })
}

// fitsChannels checks the nodes that send messages. unknown is called for the name of a channel that is not in the
// list, with the path of the node's config.
func (c *Compiled) fitsChannels(list Channels, unknown func(at, name string) []decode.Problem) []Problem {
	var problems []decode.Problem
	for i, n := range c.Nodes {
		notifier, ok := n.(node.Notifier)
		if !ok {
			continue
		}
		at := c.Program.Node(i).At + ".config"
		info, exists := list[notifier.Channel()]
		switch {
		case !exists:
			problems = append(problems, unknown(at, notifier.Channel())...)
		case info.Type != "":
			problems = append(problems, decode.Under(at, notifier.FitsChannel(info))...)
		}
	}
	return toProblems(problems)
}

// Uses returns the paths of the nodes that send messages through a channel.
func (c *Compiled) Uses(channel string) (paths []string) {
	for i, n := range c.Nodes {
		if notifier, ok := n.(node.Notifier); ok && notifier.Channel() == channel {
			paths = append(paths, c.Program.Node(i).At)
		}
	}
	return paths
}

func noChannel(name string, all Channels) string {
	message := "there is no channel " + decode.Quote(name)
	if near, ok := nearest.Name(name, slices.Sorted(maps.Keys(all))); ok {
		return message + "; did you mean " + near + "?"
	}
	return message + "; declare it: channels: [{name: " + name + ", type: …, config: { … }}]"
}

// FitsChannels is Compiled.FitsChannels for a workflow of a bundle, with problems placed in its file. It returns nil
// if the workflow did not compile.
func (l Loaded) FitsChannels(all Channels) []Problem {
	if l.compiled == nil {
		return nil
	}
	return l.Source.Place(l.compiled.FitsChannels(all))
}
