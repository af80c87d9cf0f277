// Package set is the kind of node that puts named values together into one object.
package set
