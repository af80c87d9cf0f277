// Package end is the kind of node that ends the execution as succeeded, wherever it stands.
package end
