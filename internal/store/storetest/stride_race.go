//go:build race

package storetest

// stride is the distance between the places that are tried. The race detector slows the database down
// ten times and finds the same at fewer places.
const stride = 7
