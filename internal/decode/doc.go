// Package decode reads an exact JSON value into a typed Go struct, strictly: every unknown name,
// wrong type and bad duration is reported at once, each with its path and with the nearest right
// name. It runs when a document is read, never per request.
package decode
