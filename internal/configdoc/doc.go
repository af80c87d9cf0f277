// Package configdoc reads what a reference page says of a kind's config from the Go source of the kind: the names, types,
// tags and comments of the struct type config, and its defaults, which are the literal config{…} in the same folder.
//
// Programs that write reference pages use it; the server does not. It does not write pages.
package configdoc
