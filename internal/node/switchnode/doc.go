// Package switchnode implements the node kind that continues in the branch of the first case that holds. It is not
// called switch, because that is a keyword of Go.
package switchnode
