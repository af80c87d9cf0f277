package document

import (
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/verify"
)

// Known holds what a document may refer to and this package does not define: the node kinds and signature presets
// that the binary was built with. Compile needs both.
type Known struct {
	Kinds   *node.Set
	Presets *verify.Set
}
