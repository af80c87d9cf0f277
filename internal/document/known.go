package document

import (
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/verify"
)

// Known is what a document may name although this package does not know it: what the binary was
// built with. Both are needed to compile a workflow.
type Known struct {
	Kinds   *node.Set
	Presets *verify.Set
}
