// Package end implements the node kind that ends the execution as succeeded, at any position in the tree.
package end
