// Package set implements the node kind that combines named values into one object.
package set
