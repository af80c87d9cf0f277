package document

import (
	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/verify"
)

// Known holds what a document may refer to and this package does not define: the node kinds, signature presets and
// kinds of channels that the binary was built with. Compile needs Kinds and Presets, Assemble needs all of them.
type Known struct {
	Kinds    *node.Set
	Presets  *verify.Set
	Channels *channel.Set
	// Plain reports whether a variable of $env is known to be no secret, so that any field of a node may use it. nil: no
	// variable is known, so $env may be used only in fields for secrets.
	Plain func(name string) bool
}
