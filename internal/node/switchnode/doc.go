// Package switchnode is the kind of node that goes on in the branch of the first case that holds.
// (switch itself is a word of the language.)
package switchnode
