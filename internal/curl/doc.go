// Package curl writes a call as a curl command for a POSIX shell.
//
// It does not send anything.
package curl
