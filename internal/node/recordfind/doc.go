// Package recordfind is the kind of node that reads the records that a filter selects. It sees what
// the nodes before it wrote.
package recordfind
