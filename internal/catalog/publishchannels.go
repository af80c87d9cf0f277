package catalog

import (
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
)

// ChannelReport lists what a load changed in channels, by name.
type ChannelReport struct {
	Published []string // new or changed
	Unchanged []string
	Removed   []string // their file no longer declares them
	Deleted   []string // those of them that were deleted
}

// removedChannels returns the channels that came from the directory earlier and are not in the batch.
func (c *Catalog) removedChannels(b Batch) (names []string) {
	if !b.Directory && !(b.Applied && b.Prune) {
		return nil
	}
	here := make(map[string]bool, len(b.Channels))
	for _, d := range b.Channels {
		here[d.Name] = true
	}
	for _, e := range c.Channels() {
		if b.owns(e.Source) && !here[e.Name] {
			names = append(names, e.Name)
		}
	}
	return names
}

// channelsAfter returns the kinds of the channels before and after a batch.
func (c *Catalog) channelsAfter(b Batch) (before, after document.Channels) {
	before = c.channelInfos()
	put := make(document.Channels, len(b.Channels))
	for _, d := range b.Channels {
		_, put[d.Name], _ = c.opt.Known.Channels.Compile(d.Definition) // document.Assemble has checked it
	}
	var dropped []string
	if b.Prune {
		dropped = c.removedChannels(b)
	}
	return before, alteredChannels(before, put, dropped)
}

// putChannels stores the channels of a batch that differ from the stored ones.
func (c *Catalog) putChannels(b Batch, r *ChannelReport) error {
	var writes []store.Channel
	for _, d := range b.Channels {
		source := d.Source.File
		if b.Applied {
			source = Applied
		}
		next := c.stored(d.Definition, source)
		if was, err := c.Channel(d.Name); err == nil && same(was.Channel, next) || b.Applied && c.isStored(d) {
			r.Unchanged = append(r.Unchanged, d.Name)
			continue
		}
		r.Published = append(r.Published, d.Name)
		writes = append(writes, next)
	}
	if len(writes) == 0 || b.Dry {
		return nil
	}
	return fault.Wrap("catalog.Publish", c.opt.Store.ChangeChannels(writes, nil))
}

// dropChannels handles channels whose file no longer declares them, after the workflows that used them have changed.
func (c *Catalog) dropChannels(b Batch, r *ChannelReport) error {
	if b.Directory {
		c.declared = make(map[string]string, len(b.Channels))
		for _, d := range b.Channels {
			c.declared[d.Name] = d.Source.File
		}
	}
	r.Removed = c.removedChannels(b)
	if !b.Prune || len(r.Removed) == 0 {
		return nil
	}
	if r.Deleted = r.Removed; b.Dry {
		return nil
	}
	return fault.Wrap("catalog.Publish", c.opt.Store.ChangeChannels(nil, r.Removed))
}

// declaredElsewhere refuses to apply channels that the documents of the directory declare: the next load would undo it.
func (c *Catalog) declaredElsewhere(b Batch) (problems []document.Problem) {
	if !b.Applied {
		return nil
	}
	for _, d := range b.Channels {
		if c.isStored(d) {
			continue
		}
		if err := c.notDeclared("catalog.Publish", d.Name); err != nil {
			problems = append(problems, d.Source.Place([]document.Problem{{Message: fault.Message(err)}})...)
		}
	}
	return problems
}

// isStored reports whether a channel is stored with the same content, wherever it came from.
func (c *Catalog) isStored(d document.LoadedChannel) bool {
	was, err := c.Channel(d.Name)
	if err != nil {
		return false
	}
	next := c.stored(d.Definition, was.Source)
	return same(was.Channel, next)
}
