//go:build !race

package storetest

// stride is the distance between the places that are tried: every place.
const stride = 1
