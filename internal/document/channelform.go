package document

import (
	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/value"
)

// OfChannels returns a channels document as JSON, which Parse reads back into the same channels.
func OfChannels(list []channel.Definition) value.Value {
	var all value.ArrayBuilder
	for _, c := range list {
		var one value.ObjectBuilder
		one.Set("name", value.String(c.Name)).Set("type", value.String(c.Type))
		if !c.Config.IsMissing() {
			one.Set("config", c.Config)
		}
		all.Add(one.Value())
	}
	var doc value.ObjectBuilder
	return doc.Set("channels", all.Value()).Value()
}
