// Package recordaggregate implements the node kind that counts records, or computes the sum, average, minimum or
// maximum of a field, over all records or by groups. It sees the writes of earlier nodes.
package recordaggregate
