//go:build !race

package script

// shadow is by how much more memory Go's own memory costs than it says.
const shadow = 1
