//go:build race

package script

// shadow is by how much more memory Go's own memory costs than it says: the race detector keeps notes
// on every word.
const shadow = 16
