// Package output implements the node kind that sets the output of the execution.
package output
