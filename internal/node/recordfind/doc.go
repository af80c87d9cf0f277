// Package recordfind implements the node kind that reads the records that a filter selects. It sees the writes of
// earlier nodes.
package recordfind
