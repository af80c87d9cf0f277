// Package fail is the kind of node that ends the execution as failed, on purpose.
package fail
