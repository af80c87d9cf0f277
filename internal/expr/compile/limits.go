package compile

// The limits of compilation.
const (
	MaxExpression = 16 << 10 // bytes of one expression
	MaxReferences = 1000     // different paths in one template
	MaxNodes      = 10_000   // nodes of one expression's syntax tree
	MaxNesting    = 200      // depth of one expression's syntax tree
)
