// Package fail implements the node kind that deliberately ends the execution as failed.
package fail
