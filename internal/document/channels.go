package document

import (
	"fmt"
	"slices"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/value"
)

// channelsDoc is a channels document as written (SPEC §2).
type channelsDoc struct {
	Channels []channelDoc `json:"channels" min:"1" max:"500"`
}

type channelDoc struct {
	Name   string      `json:"name" required:"true"`
	Type   string      `json:"type" required:"true"`
	Config value.Value `json:"config"`
}

// Hint recognizes NocoBase's names, and the fields of a config that stand beside it.
func (*channelDoc) Hint(field string) string {
	switch field {
	case "title", "description":
		return decode.Quote(field) + " has no counterpart; leave it out, or write a comment"
	case "notificationType", "kind", "provider":
		return "write type"
	case "options", "settings":
		return "write config"
	case "key", "id":
		return "write name"
	case "url", "token", "host", "port", "username", "password", "from", "tls":
		return decode.Quote(field) + " belongs under config: config: {" + field + ": …}"
	default:
		return ""
	}
}

// readChannels decodes a channels document. Assemble checks the types and configs.
func readChannels(document value.Value) (DeclaredChannels, []Problem) {
	var doc channelsDoc
	problems := decode.Into(document, &doc)
	out := DeclaredChannels{unread: make(map[int]bool)}
	first := make(map[string]string)
	for i, c := range doc.Channels {
		at := "channels" + decode.Index(i)
		// A misplaced field may belong to the config. What the config lacks is then no news.
		out.unread[i] = c.Config.IsMissing() && slices.ContainsFunc(problems, func(p decode.Problem) bool { return under(p.Path, at) })
		if before, twice := first[c.Name]; twice && c.Name != "" {
			problems = append(problems, decode.Problem{Code: errorcode.Duplicate, Path: at + ".name", Message: decode.Quote(c.Name) + " is the name of " + before + " already"})
		} else {
			first[c.Name] = at
		}
		out.Channels = append(out.Channels, channel.Definition{Name: c.Name, Type: c.Type, Config: c.Config})
	}
	return out, toProblems(problems)
}

// LoadedChannel is one channel of a bundle.
type LoadedChannel struct {
	channel.Definition
	Source Source
}

// channels collects the channels of a bundle while its files are checked.
type channels struct {
	known    *channel.Set
	declared map[string]declaration
	list     []LoadedChannel
	kinds    Channels
	problems []Problem
}

// add checks the channels of a document.
func (c *channels) add(doc DeclaredChannels) {
	for i, d := range doc.Channels {
		at := "channels" + decode.Index(i)
		if first, twice := c.declared[d.Name]; twice && d.Name != "" && first.source.root != doc.Source.root {
			message := fmt.Sprintf("the channel %s is declared at %s already", d.Name, first.source.line("channels"+decode.Index(first.index)))
			c.problems = append(c.problems, doc.Source.Place([]Problem{{Code: errorcode.Duplicate, Path: at + ".name", Message: message}})...)
			continue
		}
		if d.Type == "" || doc.unread[i] { // readChannels has said why
			continue
		}
		_, info, problems := c.known.Compile(d)
		if d.Name == "" {
			problems = slices.DeleteFunc(problems, func(p decode.Problem) bool { return p.Path == "name" })
		}
		c.problems = append(c.problems, doc.Source.Place(toProblems(decode.Under(at, problems)))...)
		if c.declared == nil {
			c.declared, c.kinds = make(map[string]declaration), make(Channels)
		}
		c.declared[d.Name], c.kinds[d.Name] = declaration{doc.Source, i}, info
		c.list = append(c.list, LoadedChannel{Definition: d, Source: doc.Source})
	}
}
