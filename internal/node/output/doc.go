// Package output is the kind of node that says what the whole execution comes to.
package output
